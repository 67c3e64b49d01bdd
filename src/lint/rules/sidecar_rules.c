/* Sidecars against each other, and arrays. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "lint/findings.h"
#include "lint/lint_run.h"
#include "lint/rules/rule_tables.h"
#include "vtonmetrics/weights.h"

static void keep_content(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  (void)rule;
  size_t size = 0;
  const uint8_t *bytes = vtm_lint_reader_bytes(reader, &size);
  uint64_t hash = 0;
  if (bytes == NULL || size == 0) return;
  if (vtm_hash_quickly(bytes, size, &hash, NULL) == VTM_OK) reader->file->facts.content = hash;
}

static int by_content(const void *left, const void *right) {
  const vtm_lint_file *a = *(const vtm_lint_file *const *)left;
  const vtm_lint_file *b = *(const vtm_lint_file *const *)right;
  if (a->facts.content != b->facts.content) return a->facts.content < b->facts.content ? -1 : 1;
  if (a->bytes != b->bytes) return a->bytes < b->bytes ? -1 : 1;
  return a < b ? -1 : a > b;
}

static bool is_copy(const vtm_lint_file *file, const vtm_lint_file *other) {
  return file->facts.content == other->facts.content && file->bytes == other->bytes &&
         (file->id_length != other->id_length || memcmp(file->id, other->id, file->id_length) != 0);
}

static void compare_contents(vtm_lint_run *run, const vtm_lint_rule *rule, const vtm_lint_folder *folder) {
  if ((rule->kinds & VTM_LINT_KIND(folder->part->kind)) == 0 || folder->count < 2) return;
  const vtm_lint_file **files = vtm_allocate(folder->count, sizeof(const vtm_lint_file *), NULL);
  size_t count = 0;
  if (files == NULL) {
    atomic_store(&run->engine->out_of_memory, true);
    return;
  }
  for (size_t i = 0; i < folder->count; i++)
    if (run->files[folder->first + i].facts.content != 0) files[count++] = &run->files[folder->first + i];
  if (count > 0) qsort(files, count, sizeof(const vtm_lint_file *), by_content);
  for (size_t i = 1; i < count; i++)
    if (is_copy(files[i], files[i - 1]))
      vtm_lint_report_two(run, rule, files[i], files[i - 1], "is the same file, byte for byte, as %s",
                          files[i - 1]->name);
  free(files);
}

/* Of maps only: two warped garments, or two drawings of one pose, may be equal. */
static bool is_map(const vtm_lint_run *run, const vtm_lint_file *file) {
  return file->part->kind == VTM_LINT_PARSE && file->facts.content != 0 &&
         run->folders[file->folder].set != VTM_LINT_NONE;
}

/* The same file in two folders of one set: the parse map without garment copied over the one with it. */
static void compare_folders(vtm_lint_run *run, const vtm_lint_rule *rule) {
  const vtm_lint_file **files = vtm_allocate(run->file_count, sizeof(const vtm_lint_file *), NULL);
  size_t count = 0;
  if (files == NULL) {
    atomic_store(&run->engine->out_of_memory, true);
    return;
  }
  for (size_t i = 0; i < run->file_count; i++)
    if (is_map(run, &run->files[i])) files[count++] = &run->files[i];
  if (count > 0) qsort(files, count, sizeof(const vtm_lint_file *), by_content);
  for (size_t i = 1; i < count; i++) {
    const vtm_lint_folder *folder = &run->folders[files[i]->folder];
    const vtm_lint_folder *other = &run->folders[files[i - 1]->folder];
    if (files[i]->facts.content == files[i - 1]->facts.content && files[i]->bytes == files[i - 1]->bytes &&
        folder != other && folder->set == other->set && strcmp(folder->path, other->path) != 0)
      vtm_lint_report_two(run, rule, files[i], files[i - 1], "is the same file, byte for byte, as %s/%s", other->path,
                          files[i - 1]->name);
  }
  free(files);
}

/* DressCode's coordinates on the body: "uv", two planes. */
static void check_uv(vtm_lint_reader *reader, const vtm_lint_rule *rule, const vtm_weights *arrays) {
  const vtm_tensor *uv = vtm_weights_find(arrays, "uv");
  const vtm_tensor *first = vtm_weights_at(arrays, 0);
  if (uv == NULL)
    vtm_lint_report(reader->run, rule, reader->file, "holds no array 'uv', but %s",
                    first != NULL ? first->name : "none");
  else if (uv->rank != 3 || uv->shape[0] != 2)
    vtm_lint_report(reader->run, rule, reader->file, "its array 'uv' is not of two planes, 2 x H x W");
}

static void look_at_array(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  const char *path = reader->run->folders[reader->file->folder].path;
  const char *slash = strrchr(path, '/');
  vtm_weights *arrays = NULL;
  vtm_error failure = {0};
  if (reader->file->bytes == 0 || !vtm_programs_open(reader->run, slash != NULL ? slash + 1 : path)) return;
  char *disk = vtm_lint_disk_path(reader->run, reader->file, NULL);
  if (disk == NULL) {
    atomic_store(&reader->run->engine->out_of_memory, true);
    return;
  }
  if (vtm_weights_open(disk, &arrays, &failure) != VTM_OK)
    vtm_lint_report(reader->run, rule, reader->file, "cannot be read as arrays of NumPy");
  else
    check_uv(reader, rule, arrays);
  vtm_weights_destroy(arrays);
  free(disk);
}

static const vtm_lint_rule rules[] = {
    {.effect = VTM_EFFECT_MISREADS,
     .info = {"sidecar-repeated", VTM_LINT_ERROR, VTM_LINT_FOLDER, VTM_LINT_BYTES,
              "Two people have one and the same parse map, DensePose, keypoints or other picture, or two folders have: "
              "one of "
              "them is another's.",
              "Copy it again, or make it again for the person, or the folder, whose it is not."},
     .kinds = VTM_LINT_KIND(VTM_LINT_PARSE) | VTM_LINT_KIND(VTM_LINT_PICTURE) | VTM_LINT_KIND(VTM_LINT_POSE) |
              VTM_LINT_KIND(VTM_LINT_KEYPOINTS),
     .inspect = keep_content,
     .folder = compare_contents,
     .dataset = compare_folders},
    {.effect = VTM_EFFECT_STOPS,
     .info = {"array-form", VTM_LINT_ERROR, VTM_LINT_FILE, VTM_LINT_BYTES,
              "An .npz file cannot be read, or does not hold the array that programs read from it.",
              "Copy it again; np.savez_compressed(FILE, uv=array) with an array of 2 x H x W writes one."},
     .kinds = VTM_LINT_KIND(VTM_LINT_ARRAY),
     .inspect = look_at_array},
};

const vtm_lint_table vtm_lint_sidecar_rules = {rules, sizeof(rules) / sizeof(*rules)};
