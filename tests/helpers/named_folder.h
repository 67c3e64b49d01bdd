/* Folders that exist in memory only, from names separated by '|'. */
#ifndef VTM_TESTS_NAMED_FOLDER_H
#define VTM_TESTS_NAMED_FOLDER_H

#include <stdlib.h>
#include <string.h>

#include "vtonmetrics/tools/pairs.h"

static int named_folder_order(const void *left, const void *right) {
  const vtm_folder_entry *a = left;
  const vtm_folder_entry *b = right;
  const int order = strcmp(a->stem, b->stem);
  return order != 0 ? order : strcmp(a->name, b->name);
}

static inline vtm_folder named_folder(const char *path, const char *names) {
  vtm_folder folder = {.path = strdup(path)};
  char *copy = strdup(names);
  char *rest = NULL;
  for (char *name = strtok_r(copy, "|", &rest); name != NULL; name = strtok_r(NULL, "|", &rest)) {
    folder.entries = realloc(folder.entries, (folder.count + 1) * sizeof(*folder.entries));
    folder.entries[folder.count++] = (vtm_folder_entry){strdup(name), strndup(name, vtm_stem_length(name))};
  }
  free(copy);
  if (folder.count > 0) qsort(folder.entries, folder.count, sizeof(*folder.entries), named_folder_order);
  return folder;
}

#endif
