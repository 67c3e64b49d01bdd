/* JSON as Python reads and writes it. */
#ifndef VTM_LINT_PYTHON_JSON_H
#define VTM_LINT_PYTHON_JSON_H

#include "base/json.h"

/* As vtm_json_parse, and knows NaN, Infinity and -Infinity, which json.dump writes and json.load reads: they become
 * numbers that are not finite. */
vtm_status vtm_python_json_parse(const uint8_t *bytes, size_t size, const vtm_json_limits *limits, cJSON **root,
                                 vtm_error *error);

#endif
