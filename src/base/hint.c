#include "base/hint.h"

#include <stdio.h>

#include "vtonmetrics/tools/text.h"

void vtm_hint_nearest(const char *given, const char *const *names, size_t count, char *hint, size_t size) {
  const char *nearest = vtm_nearest_name(given, names, count);
  hint[0] = '\0';
  if (nearest != NULL) (void)snprintf(hint, size, " (did you mean '%s'?)", nearest);
}
