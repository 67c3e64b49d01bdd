/* A folder for a test's files, removed at the end; and the C side of "a file with these bytes". */
#ifndef VTM_TESTS_SCRATCH_H
#define VTM_TESTS_SCRATCH_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* To be called after cmocka's headers. One folder at a time, for a program or for each of its tests. */
#define SCRATCH_TEMPLATE "/tmp/vtonmetrics-test-XXXXXX"
static char scratch_folder[] = SCRATCH_TEMPLATE;

static inline int scratch_remove_one(const char *path, const struct stat *status, int kind, struct FTW *where) {
  (void)status;
  (void)kind;
  (void)where;
  return remove(path);
}

static inline int scratch_setup(void **state) {
  (void)state;
  memcpy(scratch_folder, SCRATCH_TEMPLATE, sizeof(scratch_folder));
  return mkdtemp(scratch_folder) == NULL;
}

static inline int scratch_teardown(void **state) {
  (void)state;
  return nftw(scratch_folder, scratch_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* The same with the folder as the working folder. */
static inline int scratch_enter(void **state) { return scratch_setup(state) == 0 ? chdir(scratch_folder) : -1; }

static inline int scratch_leave(void **state) { return chdir("/") == 0 ? scratch_teardown(state) : -1; }

/* "FOLDER/NAME" in one of a few static buffers, good until the fourth next call. */
static inline const char *scratch(const char *name) {
  static char paths[4][512];
  static int next;
  char *path = paths[next++ % 4];
  (void)snprintf(path, sizeof(paths[0]), "%s/%s", scratch_folder, name);
  return path;
}

static inline const char *scratch_write(const char *name, const void *bytes, size_t size) {
  const char *path = scratch(name);
  FILE *file = fopen(path, "wb");
  if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) abort();
  return path;
}

/* Files in the folder whose name contains `part`: to see that nothing was left over. */
static inline int scratch_count(const char *part) {
  char command[640];
  (void)snprintf(command, sizeof(command), "ls -A '%s' | grep -c -- '%s'", scratch_folder, part);
  FILE *pipe = popen(command, "r");
  int count = -1;
  if (pipe == NULL || fscanf(pipe, "%d", &count) != 1) abort();
  (void)pclose(pipe);
  return count;
}

#endif
