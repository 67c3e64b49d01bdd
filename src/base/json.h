/* JSON from strangers: size, nesting and number of values are checked before cJSON sees the text. */
#ifndef VTM_BASE_JSON_H
#define VTM_BASE_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
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

/* A parsed file, for messages that say where: "scores.json: line 3: ...". */
typedef struct vtm_json_source {
  const char *name;
  const uint8_t *bytes; /* as they were parsed */
  size_t size;
  const cJSON *root;
} vtm_json_source;

/* The line, counted from 1, in which an item of the tree begins, with its key if it has one. */
size_t vtm_json_line(const vtm_json_source *source, const cJSON *item);
vtm_status vtm_json_fail(const vtm_json_source *source, const cJSON *item, vtm_error *error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The keys that an object may have. */
typedef struct vtm_json_keys {
  const char *what; /* what the object is called in messages: "a task" */
  const char *const *names;
  size_t count;
  bool strict; /* any other key is an error */
} vtm_json_keys;

/* The members of an object: values[i] is that of names[i], or NULL. A key that is given twice is VTM_ERROR_FORMAT, and
 * so is, with `strict`, one that is not in the list; the message suggests the nearest. */
vtm_status vtm_json_members(const vtm_json_source *source, const cJSON *object, const vtm_json_keys *keys,
                            const cJSON **values, vtm_error *error);

/* All fail when `item` is of another type, NULL included; `owner` is the object that should have had it. */
vtm_status vtm_json_get_text(const vtm_json_source *source, const cJSON *owner, const char *name, const cJSON *item,
                             const char **text, vtm_error *error); /* belongs to the tree */
vtm_status vtm_json_get_number(const vtm_json_source *source, const cJSON *owner, const char *name, const cJSON *item,
                               double *number, vtm_error *error); /* finite */

#endif
