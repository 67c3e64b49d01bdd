/* Finding a file by its id: an array sorted by set, kind and id. */
#include "lint/file_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "lint/lint_run.h"

int vtm_lint_compare_ids(const char *a, size_t a_length, const char *b, size_t b_length) {
  const int order = memcmp(a, b, a_length < b_length ? a_length : b_length);
  if (order != 0) return order;
  return a_length == b_length ? 0 : a_length < b_length ? -1 : 1;
}

typedef struct key {
  int set;
  vtm_lint_kind kind;
  const char *id;
  size_t length;
} key;

static int compare_key(const vtm_lint_run *run, const key *wanted, int index) {
  const vtm_lint_file *file = &run->files[index];
  const int set = run->folders[file->folder].set;
  if (wanted->set != set) return wanted->set < set ? -1 : 1;
  if (wanted->kind != file->part->kind) return wanted->kind < file->part->kind ? -1 : 1;
  return vtm_lint_compare_ids(wanted->id, wanted->length, file->id, file->id_length);
}

static int by_key(const void *left, const void *right, void *user) {
  const vtm_lint_run *run = user;
  const vtm_lint_file *file = &run->files[*(const int *)left];
  const key wanted = {run->folders[file->folder].set, file->part->kind, file->id, file->id_length};
  const int order = compare_key(run, &wanted, *(const int *)right);
  return order != 0 ? order : *(const int *)left - *(const int *)right;
}

vtm_status vtm_lint_build_index(vtm_lint_run *run, vtm_error *error) {
  vtm_lint_engine *engine = run->engine;
  free(engine->index);
  engine->index = vtm_allocate(run->file_count, sizeof(*engine->index), error);
  if (engine->index == NULL) return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < run->file_count; i++) engine->index[i] = (int)i;
  qsort_r(engine->index, run->file_count, sizeof(*engine->index), by_key, run);
  engine->indexed = run->file_count;
  return VTM_OK;
}

const vtm_lint_file *vtm_lint_find_file(const vtm_lint_run *run, int set, vtm_lint_kind kind, const char *id,
                                        size_t length) {
  const key wanted = {set, kind, id, length};
  size_t low = 0;
  size_t high = run->engine->indexed;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (compare_key(run, &wanted, run->engine->index[middle]) > 0)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == run->engine->indexed || compare_key(run, &wanted, run->engine->index[low]) != 0) return NULL;
  return &run->files[run->engine->index[low]];
}
