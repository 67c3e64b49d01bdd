#include "cli/json_text.h"

#include <stdbool.h>
#include <stdio.h>

char *cli_json_text(cJSON *root) {
  char *printed = cJSON_Print(root);
  cJSON_Delete(root);
  char *text = NULL;
  const bool good = printed != NULL && asprintf(&text, "%s\n", printed) >= 0;
  cJSON_free(printed);
  return good ? text : NULL;
}
