#include "dataset/names.h"

#include <string.h>

#include "base/file.h"
#include "vtonmetrics/image.h"
#include "vtonmetrics/tools/pairs.h"
#include "vtonmetrics/tools/text.h"

size_t vtm_stem_length(const char *name) {
  return vtm_image_has_extension(name) ? (size_t)(vtm_path_extension(name) - name) : strlen(name);
}

size_t vtm_slice_stem_length(const char *bytes, size_t length) {
  char name[256]; /* no file's name is longer */
  if (length >= sizeof(name)) return length;
  memcpy(name, bytes, length);
  name[length] = '\0';
  return vtm_stem_length(name);
}

int vtm_folder_entry_compare(const vtm_folder_entry *a, const vtm_folder_entry *b) {
  const int order = strcmp(a->stem, b->stem);
  return order != 0 ? order : strcmp(a->name, b->name);
}

const char *vtm_shown_name(const vtm_folder *folder, size_t index, char buffer[VTM_SHOWN_NAME]) {
  (void)vtm_printable(folder->entries[index].name, buffer, VTM_SHOWN_NAME);
  return buffer;
}
