#ifndef CLI_JSON_TEXT_H
#define CLI_JSON_TEXT_H

#include <cjson/cJSON.h>

/* `root` as text that ends with a newline, for the caller to free; NULL when out of memory. Deletes root. */
char *cli_json_text(cJSON *root);

#endif
