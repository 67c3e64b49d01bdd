/* JSON from strangers: what cJSON is given is bounded in size, nesting and number of values before. */
#ifndef VTM_BASE_JSON_H
#define VTM_BASE_JSON_H

#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>

#include "vtonmetrics/status.h"

typedef struct vtm_json_limits {
  size_t bytes;  /* of the text */
  size_t values; /* each takes about a hundred bytes of memory */
  size_t depth;
} vtm_json_limits;

/* The caller frees *root with cJSON_Delete. Messages say "JSON nested more than 16 deep" and the like, with
 * line and column where that helps, and no path. A byte-order mark is skipped. */
vtm_status vtm_json_parse(const uint8_t *bytes, size_t size, const vtm_json_limits *limits, cJSON **root,
                          vtm_error *error);

#endif
