#include "store/store_location.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "vtonmetrics/store.h"

/* NULL without *error when the environment names no cache folder. */
static char *default_path(vtm_error *error) {
  const char *cache = getenv("XDG_CACHE_HOME");
  const char *home = getenv("HOME");
  vtm_text text = {0};
  if (cache != NULL && cache[0] == '/') /* the XDG specification: a relative path is to be ignored */
    vtm_text_format(&text, "%s/vtonmetrics/store.sqlite", cache);
  else if (home != NULL && *home != '\0')
    vtm_text_format(&text, "%s/.cache/vtonmetrics/store.sqlite", home);
  else
    return NULL;
  return vtm_text_take(&text, error);
}

bool vtm_store_is_default_path(const char *path) {
  char *standard = default_path(NULL);
  const bool same = standard != NULL && strcmp(path, standard) == 0;
  free(standard);
  return same;
}

vtm_status vtm_store_locate(const char *given, char **path, vtm_error *error) {
  vtm_error why = {0};
  const char *chosen = given != NULL ? given : getenv("VTONMETRICS_STORE");
  *path = NULL;
  if (chosen != NULL && (*chosen == '\0' || strcmp(chosen, "none") == 0)) return VTM_OK;
  *path = chosen != NULL ? vtm_copy_text(chosen, &why) : default_path(&why);
  return why.status == VTM_OK ? VTM_OK : vtm_fail(error, why.status, "%s", why.message);
}

vtm_status vtm_store_parse_size(const char *text, uint64_t *bytes, vtm_error *error) {
  static const char units[] = "KMGT";
  char *end = NULL;
  *bytes = 0;
  errno = 0;
  const unsigned long long number = strtoull(text, &end, 10);
  uint64_t value = number;
  bool good = text[0] >= '0' && text[0] <= '9' && errno == 0;
  const char *unit = *end != '\0' ? strchr(units, *end) : NULL;
  if (unit != NULL) {
    const int shift = 10 * (int)(unit - units + 1);
    good = good && value <= UINT64_MAX >> shift;
    value <<= shift;
    end++;
  }
  if (!good || *end != '\0')
    return vtm_fail(error, VTM_ERROR_USAGE, "'%s' is not a size: give bytes, or a number with K, M, G or T", text);
  *bytes = value;
  return VTM_OK;
}

vtm_status vtm_store_limit(uint64_t *bytes, vtm_error *error) {
  const char *text = getenv("VTONMETRICS_STORE_SIZE");
  *bytes = UINT64_C(2) << 30;
  if (text == NULL || *text == '\0') return VTM_OK;
  vtm_error why = {0};
  const vtm_status status = vtm_store_parse_size(text, bytes, &why);
  return status == VTM_OK ? status : vtm_fail(error, status, "VTONMETRICS_STORE_SIZE: %s", why.message);
}
