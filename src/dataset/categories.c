/* The categories of DressCode. */
#include <stdio.h>
#include <sys/stat.h>

#include "base/file.h"
#include "vtonmetrics/tools/dataset.h"

static const char *const categories[] = {"dresses", "lower_body", "upper_body"};
enum { CATEGORIES = sizeof(categories) / sizeof(*categories) };

const char *vtm_dataset_category(size_t index) { return index < CATEGORIES ? categories[index] : NULL; }

bool vtm_dataset_has_category(const char *root, const char *category) {
  char images[64];
  (void)snprintf(images, sizeof(images), "%s/images", category);
  return vtm_path_is_kind(root, images, S_IFDIR);
}
