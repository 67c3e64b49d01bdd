/* Runs a fuzz target over saved inputs: the files of the folders named on the command line. Used where
 * libFuzzer is not: every finding kept under tests/fuzz/cases stays fixed. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_folder(const char *folder) {
  DIR *directory = opendir(folder);
  if (directory == NULL) {
    (void)fprintf(stderr, "%s: cannot open\n", folder);
    return -1;
  }
  int count = 0;
  for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    char *path = vtm_path_join(folder, entry->d_name, NULL);
    uint8_t *bytes = NULL;
    size_t size = 0;
    vtm_error error = {0};
    if (path == NULL || vtm_file_read(path, 1u << 30, &bytes, &size, &error) != VTM_OK) {
      (void)fprintf(stderr, "%s\n", error.message);
      free(path);
      (void)closedir(directory);
      return -1;
    }
    (void)fprintf(stderr, "%s\n", path); /* the last line names the culprit of a crash */
    (void)LLVMFuzzerTestOneInput(bytes, size);
    free(bytes);
    free(path);
    count++;
  }
  (void)closedir(directory);
  return count;
}

int main(int argc, char **argv) {
  int total = 0;
  for (int i = 1; i < argc; i++) {
    const int count = replay_folder(argv[i]);
    if (count < 0) return 1;
    total += count;
  }
  (void)printf("%d saved inputs replayed\n", total);
  return total > 0 ? 0 : 1;
}
