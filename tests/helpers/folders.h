/* Folders of small made-up photographs in a temporary place, and scoring them. cmocka must be included before. */
#ifndef VTM_TESTS_FOLDERS_H
#define VTM_TESTS_FOLDERS_H

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vtonmetrics/vtonmetrics.h"

enum { FOLDERS_PATH = 512 };

static char folders_root[FOLDERS_PATH - 256];

static int folders_setup(void **state) {
  (void)state;
  (void)setenv("VTONMETRICS_STORE", "none", 0);
  const char *base = getenv("TMPDIR");
  (void)snprintf(folders_root, sizeof(folders_root), "%s/vtm-test-XXXXXX", base != NULL ? base : "/tmp");
  return mkdtemp(folders_root) != NULL ? 0 : -1;
}

static void folders_remove(const char *path) {
  DIR *directory = opendir(path);
  if (directory != NULL) {
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
      char inner[2 * FOLDERS_PATH];
      if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
      (void)snprintf(inner, sizeof(inner), "%s/%s", path, entry->d_name);
      folders_remove(inner);
    }
    (void)closedir(directory);
  }
  (void)remove(path);
}

static int folders_teardown(void **state) {
  (void)state;
  folders_remove(folders_root);
  return 0;
}

/* A path below the temporary folder; one of 64 buffers in turn. */
static const char *folders_path(const char *name) {
  static char paths[64][2 * FOLDERS_PATH];
  static int turn;
  turn = (turn + 1) % 64;
  (void)snprintf(paths[turn], sizeof(paths[turn]), "%s/%s", folders_root, name);
  return paths[turn];
}

static void folders_write(const char *name, const void *bytes, size_t size) {
  FILE *file = fopen(folders_path(name), "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, size, file), size);
  assert_int_equal(fclose(file), 0);
}

/* FOLDER/STEM.ppm: coloured rectangles and noise, decided by `seed`. */
static void folders_picture(const char *folder, const char *stem, int width, int height, uint64_t seed) {
  char name[FOLDERS_PATH];
  uint8_t *bytes = malloc(32 + (size_t)width * (size_t)height * 3);
  assert_non_null(bytes);
  const int header = sprintf((char *)bytes, "P6\n%d %d\n255\n", width, height);
  uint64_t noise = seed * 0x9E3779B97F4A7C15ULL + 1;
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      for (int c = 0; c < 3; c++) {
        noise ^= noise << 13;
        noise ^= noise >> 7;
        noise ^= noise << 17;
        const uint64_t block =
            seed * 31 + (uint64_t)(x * 4 / width) * 7 + (uint64_t)(y * 4 / height) * 13 + (uint64_t)c * 5;
        bytes[header + (y * width + x) * 3 + c] = (uint8_t)(block * 2654435761U >> 13 & 0xC0U) + (uint8_t)(noise & 31U);
      }
  (void)mkdir(folders_path(folder), 0777);
  (void)snprintf(name, sizeof(name), "%s/%s.ppm", folder, stem);
  folders_write(name, bytes, (size_t)header + (size_t)width * (size_t)height * 3);
  free(bytes);
}

/* `count` pictures p00 .. of 48 x 64, decided by `seed`. */
static void folders_pictures(const char *folder, int count, uint64_t seed) {
  for (int i = 0; i < count; i++) {
    char stem[16];
    (void)snprintf(stem, sizeof(stem), "p%02d", i);
    folders_picture(folder, stem, 48, 64, seed * 1000 + (uint64_t)i);
  }
}

typedef struct folders_option {
  const char *name, *value;
} folders_option;

typedef struct folders_run {
  const char *metric;
  folders_option options[6]; /* ends with a NULL name */
  int threads;               /* 0: two */
  const char *reference;
  const char *generated[4]; /* ends with NULL */
} folders_run;

/* Scores; on failure returns NULL with *error set, and the broken files, one a line, in `broken` when given. */
static vtm_result *folders_score(const folders_run *run, vtm_error *error, char *broken, size_t broken_size) {
  vtm_settings *settings = NULL;
  vtm_context *context = NULL;
  vtm_result *result = NULL;
  const vtm_context_options options = {.struct_size = sizeof(options), .threads = run->threads ? run->threads : 2};
  size_t count = 0;
  *error = (vtm_error){0};
  while (count < 4 && run->generated[count] != NULL) count++;
  vtm_status status = vtm_settings_create(run->metric, &settings, error);
  for (int i = 0; i < 6 && run->options[i].name != NULL && status == VTM_OK; i++)
    status = vtm_settings_set(settings, run->options[i].name, run->options[i].value, error);
  if (status == VTM_OK) status = vtm_context_create(&options, &context, error);
  if (status == VTM_OK) status = vtm_score(context, settings, run->reference, run->generated, count, &result, error);
  if (status != VTM_OK) assert_null(result);
  if (broken != NULL && context != NULL) {
    size_t lines = 0;
    const char *const *files = vtm_context_broken_files(context, &lines);
    size_t used = 0;
    broken[0] = '\0';
    for (size_t i = 0; i < lines && used < broken_size; i++)
      used += (size_t)snprintf(broken + used, broken_size - used, "%s\n", files[i]);
  }
  vtm_context_destroy(context);
  vtm_settings_destroy(settings);
  return result;
}

static inline vtm_result *folders_must_score(const folders_run *run) {
  vtm_error error;
  vtm_result *result = folders_score(run, &error, NULL, 0);
  if (result == NULL) fail_msg("%s", error.message);
  return result;
}

static inline void folders_must_fail(const folders_run *run, vtm_status status, const char *message_part) {
  vtm_error error;
  vtm_result *result = folders_score(run, &error, NULL, 0);
  assert_null(result);
  if (error.status != status || strstr(error.message, message_part) == NULL)
    fail_msg("status %d: \"%s\" lacks \"%s\"", (int)error.status, error.message, message_part);
}

static inline int folders_has_line(const char *const *lines, size_t count, const char *part) {
  for (size_t i = 0; i < count; i++)
    if (strstr(lines[i], part) != NULL) return 1;
  return 0;
}

#endif
