#include "dataset/names.h"

#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "vtonmetrics/tools/pairs.h"
#include "vtonmetrics/tools/text.h"

static const char *const image_extensions[] = {".jpg", ".jpeg", ".png", ".bmp",  ".tga",
                                               ".pgm", ".ppm",  ".pnm", ".webp", ".gif"};
enum { EXTENSIONS = sizeof(image_extensions) / sizeof(*image_extensions) };

const char *vtm_image_extension_at(size_t index) { return index < EXTENSIONS ? image_extensions[index] : NULL; }

bool vtm_has_image_extension(const char *name) {
  const char *extension = vtm_path_extension(name);
  for (size_t i = 0; i < EXTENSIONS; i++)
    if (strcasecmp(extension, image_extensions[i]) == 0) return true;
  return false;
}

size_t vtm_stem_length(const char *name) {
  return vtm_has_image_extension(name) ? (size_t)(vtm_path_extension(name) - name) : strlen(name);
}

const char *vtm_shown_name(const vtm_folder *folder, size_t index, char buffer[VTM_SHOWN_NAME]) {
  (void)vtm_printable(folder->entries[index].name, buffer, VTM_SHOWN_NAME);
  return buffer;
}
