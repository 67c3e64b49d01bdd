#include "cli/category_tasks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/options.h"
#include "vtonmetrics/tools/dataset.h"

static bool has_folder(const char *root, const char *name) {
  char *path = NULL;
  struct stat status;
  if (asprintf(&path, "%s/%s", root, name) < 0) return false;
  const bool has = stat(path, &status) == 0 && S_ISDIR(status.st_mode);
  free(path);
  return has;
}

static bool have_all(const vtm_experiment_task *whole, const char *category) {
  bool all = vtm_dataset_has_category(whole->reference, category);
  for (size_t m = 0; m < whole->model_count; m++) all = all && has_folder(whole->folders[m], category);
  return all;
}

static const char *join(cli_category_tasks *made, const char *folder, const char *category) {
  char *path = NULL;
  if (asprintf(&path, "%s/%s", folder, category) < 0) return NULL;
  made->owned[made->owned_count++] = path;
  return path;
}

/* Of a path, slashes at its end left out of the length. */
static const char *last_part(const char *path) {
  size_t start = strlen(path);
  while (start > 1 && path[start - 1] == '/') start--;
  while (start > 0 && path[start - 1] != '/') start--;
  return path + start;
}

static size_t part_length(const char *part) { return strcspn(part, "/"); }

/* A model is called by the folder that holds all categories: by its last part, which two may not have in common. */
static const char *name_model(cli_category_tasks *made, const vtm_experiment_task *whole, size_t model) {
  if (whole->names != NULL && whole->names[model] != NULL) return whole->names[model];
  const char *last = last_part(whole->folders[model]);
  size_t alike = 0;
  for (size_t m = 0; m < whole->model_count; m++) {
    const char *other = last_part(whole->folders[m]);
    alike += part_length(last) == part_length(other) && strncmp(last, other, part_length(last)) == 0;
  }
  char *name = alike > 1 ? strdup(whole->folders[model]) : strndup(last, part_length(last));
  if (name != NULL) made->owned[made->owned_count++] = name;
  return name;
}

static bool add_category(cli_category_tasks *made, const vtm_experiment_task *whole, const char *category,
                         const char *const *names) {
  const char **folders = calloc(whole->model_count + 1, sizeof(*folders));
  if (folders == NULL) return false;
  bool complete = true;
  made->owned[made->owned_count++] = (char *)folders;
  for (size_t m = 0; m < whole->model_count; m++) {
    folders[m] = join(made, whole->folders[m], category);
    complete = complete && folders[m] != NULL;
  }
  vtm_experiment_task *task = &made->tasks[made->count++];
  *task = (vtm_experiment_task){.name = category,
                                .reference = join(made, whole->reference, category),
                                .folders = folders,
                                .names = names,
                                .model_count = whole->model_count};
  return complete && task->reference != NULL;
}

vtm_status cli_category_tasks_open(const vtm_experiment_task *whole, cli_category_tasks *made, vtm_error *error) {
  size_t categories = 0;
  while (vtm_dataset_category(categories) != NULL) categories++;
  const char **names = calloc(whole->model_count + 1, sizeof(*names));
  *made = (cli_category_tasks){.tasks = calloc(categories + 1, sizeof(*made->tasks)),
                               .owned = calloc((categories + 1) * (whole->model_count + 2), sizeof(*made->owned))};
  if (made->tasks == NULL || made->owned == NULL || names == NULL) {
    free(names);
    return cli_fail(error, VTM_ERROR_MEMORY, "out of memory");
  }
  made->owned[made->owned_count++] = (char *)names;
  bool complete = true;
  for (size_t m = 0; m < whole->model_count; m++) {
    names[m] = name_model(made, whole, m);
    complete = complete && names[m] != NULL;
  }
  for (size_t i = 0; i < categories && complete; i++)
    if (whole->model_count > 0 && have_all(whole, vtm_dataset_category(i)))
      complete = add_category(made, whole, vtm_dataset_category(i), names);
  vtm_experiment_task *all = &made->tasks[made->count++];
  *all = *whole;
  if (made->count > 1) all->name = "all";
  return complete ? VTM_OK : cli_fail(error, VTM_ERROR_MEMORY, "out of memory");
}

void cli_category_tasks_close(cli_category_tasks *made) {
  for (size_t i = 0; i < made->owned_count; i++) free(made->owned[i]);
  free(made->owned);
  free(made->tasks);
  *made = (cli_category_tasks){0};
}
