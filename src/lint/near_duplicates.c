#include "lint/near_duplicates.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "image/perceptual_hash_search.h"
#include "lint/file_reader.h"
#include "lint/lint_run.h"

static bool hash_picture(vtm_lint_reader *reader, void *outcome) {
  const vtm_image *image = vtm_lint_reader_small(reader);
  if (image == NULL) return false;
  vtm_phash_compute(image, outcome);
  return true;
}

const vtm_phash *vtm_lint_hash_picture(vtm_lint_reader *reader) {
  const vtm_phash *hash = vtm_lint_reader_once(reader, hash_picture, sizeof(vtm_phash));
  vtm_lint_memo *memo = hash != NULL ? vtm_lint_reader_memo(reader) : NULL;
  if (memo == NULL) return NULL;
  memo->picture.taken = true;
  memo->picture.hash = *hash;
  return &memo->picture.hash;
}

typedef struct loaded {
  char *path;
  uint8_t *bytes;
  size_t size;
  vtm_image image;
} loaded;

static bool load_file(const vtm_lint_run *run, const vtm_lint_file *file, loaded *out) {
  enum { MOST_BYTES = 1 << 30 };
  vtm_error error;
  *out = (loaded){.path = vtm_lint_disk_path(run, file, NULL)};
  return out->path != NULL && vtm_file_read(out->path, MOST_BYTES, &out->bytes, &out->size, &error) == VTM_OK;
}

static bool decode_file(loaded *file) {
  vtm_error error;
  return vtm_image_decode(file->bytes, file->size, file->path, NULL, &file->image, &error) == VTM_OK;
}

static void unload_file(loaded *file) {
  free(file->path);
  free(file->bytes);
  vtm_image_clear(&file->image);
}

typedef enum verdict { DIFFERENT, NEAR, EQUAL } verdict;

static verdict compare_loaded(loaded *a, loaded *b) {
  if (a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0) return EQUAL;
  if (!decode_file(a) || !decode_file(b)) return DIFFERENT;
  const bool same_size = a->image.width == b->image.width && a->image.height == b->image.height;
  const size_t bytes = (size_t)a->image.width * (size_t)a->image.height * 3;
  if (same_size && memcmp(a->image.pixels, b->image.pixels, bytes) == 0) return EQUAL;
  return vtm_phash_residual(&a->image, &b->image) <= vtm_phash_near_residual ? NEAR : DIFFERENT;
}

static verdict compare_files(const vtm_lint_run *run, const vtm_lint_file *file, const vtm_lint_file *other) {
  loaded a = {0}, b = {0};
  const verdict found = load_file(run, file, &a) && load_file(run, other, &b) ? compare_loaded(&a, &b) : DIFFERENT;
  unload_file(&a);
  unload_file(&b);
  return found;
}

bool vtm_lint_equal_pixels(const vtm_lint_run *run, const vtm_lint_file *file, const vtm_lint_file *other) {
  return file->facts.width == other->facts.width && file->facts.height == other->facts.height &&
         compare_files(run, file, other) == EQUAL;
}

typedef struct comparison {
  vtm_lint_run *run;
  vtm_near_duplicate *pairs;
} comparison;

static void compare_pair(void *user, size_t task, int thread) {
  (void)thread;
  const comparison *all = user;
  vtm_near_duplicate *pair = &all->pairs[task];
  if (vtm_is_cancelled(all->run->engine->context)) return;
  const verdict found = compare_files(all->run, pair->file, pair->other);
  pair->equal = found == EQUAL;
  if (found == DIFFERENT) pair->other = NULL;
}

static bool has_content(const vtm_lint_file *file) {
  const vtm_lint_memo *memo = file->facts.memo;
  return memo != NULL && memo->picture.taken && vtm_phash_flatness(&memo->picture.hash) == VTM_NOT_FLAT;
}

typedef struct candidates {
  const vtm_lint_file **files;
  const vtm_phash **hashes;
  size_t *nearest;
  size_t count;
} candidates;

static bool gather_candidates(vtm_lint_run *run, bool (*wanted)(const vtm_lint_run *run, const vtm_lint_file *file),
                              candidates *all) {
  all->files = vtm_allocate(run->file_count, sizeof(const vtm_lint_file *), NULL);
  all->hashes = vtm_allocate(run->file_count, sizeof(const vtm_phash *), NULL);
  all->nearest = vtm_allocate(run->file_count, sizeof(*all->nearest), NULL);
  if (all->files == NULL || all->hashes == NULL || all->nearest == NULL) return false;
  for (size_t i = 0; i < run->file_count; i++) {
    const vtm_lint_file *file = &run->files[i];
    if (!wanted(run, file) || !has_content(file)) continue;
    all->files[all->count] = file;
    all->hashes[all->count++] = &file->facts.memo->picture.hash;
  }
  vtm_error error;
  return vtm_phash_find_near(all->hashes, all->count, all->nearest, &error) == VTM_OK;
}

static bool pair_up(vtm_lint_run *run, const candidates *all, vtm_near_duplicate **pairs, size_t *count) {
  *count = 0;
  for (size_t i = 0; i < all->count; i++) *count += all->nearest[i] != VTM_PHASH_NONE;
  *pairs = vtm_allocate(*count, sizeof(**pairs), NULL);
  if (*pairs == NULL) return false;
  size_t next = 0;
  for (size_t i = 0; i < all->count; i++)
    if (all->nearest[i] != VTM_PHASH_NONE)
      (*pairs)[next++] = (vtm_near_duplicate){all->files[i], all->files[all->nearest[i]], false};
  comparison task = {run, *pairs};
  vtm_pool_run(run->engine->context->pool, *count, compare_pair, &task);
  next = 0;
  for (size_t i = 0; i < *count; i++)
    if ((*pairs)[i].other != NULL) (*pairs)[next++] = (*pairs)[i];
  *count = next;
  return true;
}

bool vtm_lint_find_near_duplicates(vtm_lint_run *run,
                                   bool (*wanted)(const vtm_lint_run *run, const vtm_lint_file *file),
                                   vtm_near_duplicate **pairs, size_t *count) {
  candidates all = {0};
  *pairs = NULL;
  *count = 0;
  const bool done = gather_candidates(run, wanted, &all) && pair_up(run, &all, pairs, count);
  free(all.files);
  free(all.hashes);
  free(all.nearest);
  if (!done) atomic_store(&run->engine->out_of_memory, true);
  return done;
}

bool vtm_lint_is_first_enabled(const vtm_lint_run *run, const vtm_lint_rule *rules, size_t count,
                               const vtm_lint_rule *rule) {
  for (size_t i = 0; i < count; i++)
    if (vtm_lint_filter_is_enabled(&run->engine->filter, &rules[i])) return &rules[i] == rule;
  return false;
}
