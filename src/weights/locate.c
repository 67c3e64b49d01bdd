#include "weights/locate.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

/* "$VARIABLE/inside", or "~/otherwise/inside" when the variable is unset or empty. An unset HOME leaves
 * *folder NULL: the place does not exist. */
static vtm_status variable_folder(const char *variable, const char *otherwise, const char *inside, char **folder,
                                  vtm_error *error) {
  const char *value = getenv(variable);
  const char *home = getenv("HOME");
  vtm_text text = {0};
  *folder = NULL;
  if (value != NULL && value[0] != '\0')
    vtm_text_format(&text, "%s%s", value, inside);
  else if (otherwise != NULL && home != NULL && home[0] != '\0')
    vtm_text_format(&text, "%s/%s%s", home, otherwise, inside);
  else
    return VTM_OK;
  *folder = vtm_text_take(&text, error);
  return *folder == NULL ? VTM_ERROR_MEMORY : VTM_OK;
}

static vtm_status own_folder(char **folder, vtm_error *error) {
  return variable_folder("VTONMETRICS_WEIGHTS", NULL, "", folder, error);
}

static vtm_status user_folder(char **folder, vtm_error *error) {
  return variable_folder("XDG_DATA_HOME", ".local/share", "/vtonmetrics/weights", folder, error);
}

static vtm_status installed_folder(char **folder, vtm_error *error) {
  *folder = vtm_copy_text(VTM_INSTALLED_WEIGHTS_DIR, error);
  return *folder == NULL ? VTM_ERROR_MEMORY : VTM_OK;
}

/* share/vtonmetrics/weights of the prefix that the library, or the program it is linked into, lies under: an
 * installation may have been moved, and a build tree has that folder too. Of libraries in lib/ARCH the prefix is two
 * folders up. */
static vtm_status beside_library(char **folder, vtm_error *error) {
  *folder = NULL;
  Dl_info self;
  if (dladdr(VTM_INSTALLED_WEIGHTS_DIR, &self) == 0 || self.dli_fname == NULL) return VTM_OK;
  /* for a program the loader gives what it was started as, which may be relative */
  char *path = realpath(self.dli_fname[0] == '/' ? self.dli_fname : "/proc/self/exe", NULL);
  if (path == NULL) return VTM_OK;
  vtm_status status = VTM_OK;
  for (int levels = 0; levels < 3 && *folder == NULL && status == VTM_OK; levels++) {
    char *slash = strrchr(path, '/');
    if (slash == NULL) break;
    *slash = '\0';
    vtm_text text = {0};
    vtm_text_format(&text, "%s/share/vtonmetrics/weights", path);
    char *candidate = vtm_text_take(&text, error);
    if (candidate == NULL) status = VTM_ERROR_MEMORY;
    struct stat found;
    if (candidate != NULL && stat(candidate, &found) == 0 && S_ISDIR(found.st_mode))
      *folder = candidate;
    else
      free(candidate);
  }
  free(path);
  return status;
}

/* torch.hub: $TORCH_HOME, else $XDG_CACHE_HOME/torch, else ~/.cache/torch */
static vtm_status torch_folder(char **folder, vtm_error *error) {
  const vtm_status status = variable_folder("TORCH_HOME", NULL, "/hub/checkpoints", folder, error);
  if (status != VTM_OK || *folder != NULL) return status;
  return variable_folder("XDG_CACHE_HOME", ".cache", "/torch/hub/checkpoints", folder, error);
}

/* In the order of search. */
static vtm_status (*const places[])(char **folder, vtm_error *error) = {
    own_folder, user_folder, beside_library, installed_folder, torch_folder,
};
enum { PLACES = sizeof(places) / sizeof(*places) };

vtm_status vtm_weights_user_folder(char **folder, vtm_error *error) {
  const vtm_status status = user_folder(folder, error);
  if (status == VTM_OK && *folder == NULL)
    return vtm_fail(error, VTM_ERROR_NOT_FOUND,
                    "no folder for downloads: neither XDG_DATA_HOME nor HOME is set in the environment");
  return status;
}

static bool is_file(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

/* The file as users have it, else its safetensors conversion beside it. */
static vtm_status look_into(const char *folder, const vtm_weights_record *record, char **path, vtm_error *error) {
  *path = vtm_path_join(folder, record->file_name, error);
  if (*path == NULL) return VTM_ERROR_MEMORY;
  if (is_file(*path)) return VTM_OK;
  free(*path);
  vtm_text text = {0};
  const size_t stem = strlen(record->file_name) - strlen(vtm_path_extension(record->file_name));
  vtm_text_format(&text, "%s/%.*s.safetensors", folder, (int)stem, record->file_name);
  *path = vtm_text_take(&text, error);
  if (*path == NULL) return VTM_ERROR_MEMORY;
  if (is_file(*path)) return VTM_OK;
  free(*path);
  *path = NULL;
  return VTM_OK;
}

static vtm_status not_found(const vtm_weights_record *record, const char *looked_in, vtm_error *error) {
  if (record->url == NULL)
    return vtm_fail(error, VTM_ERROR_NOT_FOUND,
                    "%s: not found, though it comes with vtonmetrics: install again, or copy it into one of the places "
                    "looked in:%s",
                    record->file_name, looked_in);
  return vtm_fail(error, VTM_ERROR_NOT_FOUND,
                  "%s: not found (%llu MB, for %s). Get it with 'vtonmetrics weights fetch %s', or name it with "
                  "--weights FILE. Looked in:%s",
                  record->file_name, (unsigned long long)(record->bytes / 1000000), record->name, record->name,
                  looked_in);
}

vtm_status vtm_weights_locate(const char *name, char **path, vtm_error *error) {
  *path = NULL;
  const vtm_weights_record *record = vtm_weights_catalogue_find(name);
  if (record == NULL)
    return vtm_fail(error, VTM_ERROR_USAGE, "unknown weights '%s': see 'vtonmetrics weights list'", name);
  vtm_text looked_in = {0};
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < PLACES && status == VTM_OK && *path == NULL; i++) {
    char *folder = NULL;
    status = places[i](&folder, error);
    if (status == VTM_OK && folder != NULL) {
      status = look_into(folder, record, path, error);
      vtm_text_format(&looked_in, "%s %s%s", looked_in.length > 0 ? "," : "", folder,
                      is_file(folder) ? " (a file, a folder was expected)" : "");
    }
    free(folder);
  }
  if (status == VTM_OK && *path == NULL)
    status = not_found(record, looked_in.bytes != NULL ? looked_in.bytes : " nowhere", error);
  vtm_text_free(&looked_in);
  return status;
}
