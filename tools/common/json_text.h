#ifndef VTM_TOOLS_COMMON_JSON_TEXT_H
#define VTM_TOOLS_COMMON_JSON_TEXT_H

#include <cjson/cJSON.h>

/* `root` as text that ends with a newline, for the caller to free; NULL when out of memory. Deletes root. */
char *vtm_json_text(cJSON *root);

#endif
