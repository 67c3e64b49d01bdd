#include "cli/outputs.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/tool.h"
#include "vtonmetrics/tools/dataset.h"

static const char *name_in(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash != NULL ? slash + 1 : path;
}

/* The folder that a path lies in; links to it are followed. */
static bool find_parent(const char *path, struct stat *parent) {
  char folder[PATH_MAX] = ".";
  const char *name = name_in(path);
  const size_t length = (size_t)(name - path);
  if (length >= sizeof(folder)) return false;
  if (length > 0) {
    memcpy(folder, path, length);
    folder[length] = '\0';
  }
  return stat(folder, parent) == 0;
}

static bool is_same(const struct stat *a, const struct stat *b) {
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Devices and pipes may be written to twice. */
static bool is_same_file(const char *a, const char *b) {
  struct stat first;
  struct stat second;
  const bool there = stat(a, &first) == 0;
  if (there != (stat(b, &second) == 0)) return false;
  if (there) return S_ISREG(first.st_mode) && is_same(&first, &second);
  return strcmp(name_in(a), name_in(b)) == 0 && find_parent(a, &first) && find_parent(b, &second) &&
         is_same(&first, &second);
}

/* Whether it is one of the pictures of a folder. */
static bool is_picture_of(const char *path, const char *input) {
  struct stat file;
  struct stat parent;
  struct stat folder;
  vtm_folder pictures = {0};
  bool found = false;
  if (stat(path, &file) != 0 || stat(input, &folder) != 0 || !S_ISDIR(folder.st_mode)) return false;
  if (!find_parent(path, &parent) || !is_same(&parent, &folder)) return false;
  if (vtm_folder_open(input, &pictures, NULL) != VTM_OK) return false;
  for (size_t i = 0; i < pictures.count && !found; i++) found = strcmp(pictures.entries[i].name, name_in(path)) == 0;
  vtm_folder_clear(&pictures);
  return found;
}

static bool is_written(const cli_output *output) { return output->path != NULL && strcmp(output->path, "-") != 0; }

static vtm_status check_two(const cli_output *a, const cli_output *b, vtm_error *error) {
  if (!is_written(a) || !is_written(b) || !is_same_file(a->path, b->path)) return VTM_OK;
  if (a->option == NULL || b->option == NULL)
    return cli_fail(error, VTM_ERROR_USAGE, "%s: two outputs would be written to this file", b->path);
  return cli_fail(error, VTM_ERROR_USAGE, "%s: --%s and --%s would both be written to this file", b->path, a->option,
                  b->option);
}

vtm_status cli_check_outputs(const cli_output *outputs, size_t count, const char *const *inputs, size_t input_count,
                             vtm_error *error) {
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < count && status == VTM_OK; i++) {
    const char *path = outputs[i].path;
    if (!is_written(&outputs[i])) continue;
    status = cli_check_output(path, error);
    for (size_t k = 0; k < i && status == VTM_OK; k++) status = check_two(&outputs[k], &outputs[i], error);
    for (size_t k = 0; k < input_count && status == VTM_OK; k++)
      if (inputs[k] != NULL && (is_same_file(path, inputs[k]) || is_picture_of(path, inputs[k])))
        status = cli_fail(error, VTM_ERROR_USAGE, "%s: would be written over an input of this run", path);
  }
  return status;
}
