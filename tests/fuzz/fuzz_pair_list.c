/* Pair lists of any bytes: every name that comes out is a text inside the content. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "vtonmetrics/tools/pairs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_name(const vtm_pair_list *list, const char *name, size_t size) {
  if (name < list->content || name + strlen(name) > list->content + size || *name == '\0') abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  vtm_pair_list list;
  vtm_error error = {0};
  if (vtm_pair_list_parse("list.txt", data, size, &list, &error) != VTM_OK) {
    if (error.message[0] == '\0' || list.content != NULL) abort();
    return 0;
  }
  size_t last = 0;
  for (size_t i = 0; i < list.count; i++) {
    const vtm_pair_line *line = &list.lines[i];
    check_name(&list, line->first, size);
    check_name(&list, line->second, size);
    if (line->third != NULL) check_name(&list, line->third, size);
    if (line->line <= last || line->line > list.line_count) abort();
    if (vtm_stem_length(line->first) > strlen(line->first)) abort();
    (void)vtm_is_own_garment(line->first, line->second);
    last = line->line;
  }
  for (size_t i = 0; i < list.fault_count; i++)
    if (strcmp(list.faults[i].name, ",") != 0) check_name(&list, list.faults[i].name, size);
  vtm_pair_list_clear(&list);
  return 0;
}
