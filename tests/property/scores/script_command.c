/* What a history's lines need beside the shell: drawn pictures, and a store damaged in a way that can be repeated. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef VTM_HAVE_SQLITE3
#include <sqlite3.h>
#endif

#include "helpers/draw_picture.h"

#include "base/random.h"
#include "property/scores/world.h"

void picture_draw(int width, int height, uint16_t content, uint8_t *samples) {
  draw_patches(samples, width, height, 3, content);
}

static int draw(const char *path, int width, int height, int content) {
  static uint8_t samples[256 * 256 * 3];
  const size_t size = (size_t)width * (size_t)height * 3;
  if (width < 1 || height < 1 || width > 256 || height > 256) return 1;
  picture_draw(width, height, (uint16_t)content, samples);
  if (draw_is_png(path)) return draw_write(path, width, height, 3, samples) ? 0 : 1;
  FILE *file = fopen(path, "wb");
  if (file == NULL) return 1;
  const bool good = fprintf(file, "P6\n%d %d\n255\n", width, height) > 0 && fwrite(samples, 1, size, file) == size;
  return fclose(file) == 0 && good ? 0 : 1;
}

static int run_sql(const char *store, const char *statement) {
#ifdef VTM_HAVE_SQLITE3
  sqlite3 *handle = NULL;
  int code = sqlite3_open_v2(store, &handle, SQLITE_OPEN_READWRITE, NULL);
  if (code == SQLITE_OK) code = sqlite3_exec(handle, statement, NULL, NULL, NULL);
  (void)sqlite3_close(handle);
  return code == SQLITE_OK ? 0 : 1;
#else
  (void)store;
  (void)statement;
  return 1;
#endif
}

static int flip(const char *store, unsigned seed, unsigned count) {
  vtm_random random = vtm_random_start(seed);
  FILE *file = fopen(store, "r+b");
  if (file == NULL) return 1;
  (void)fseek(file, 0, SEEK_END);
  const long size = ftell(file);
  for (unsigned i = 0; i < count && size > 0; i++) {
    const uint64_t drawn = vtm_random_next(&random);
    const long where = (long)(drawn % (uint64_t)size);
    (void)fseek(file, where, SEEK_SET);
    const int byte = fgetc(file);
    (void)fseek(file, where, SEEK_SET);
    (void)fputc(byte ^ (1 << (drawn >> 60) % 8), file);
  }
  return fclose(file) == 0 ? 0 : 1;
}

static int number(const char *text) { return (int)strtol(text, NULL, 10); }

int script_command(int count, char **arguments) {
  if (count >= 6 && strcmp(arguments[1], "draw") == 0) {
    int status = 0;
    for (char **a = arguments + 2; a + 4 <= arguments + count && status == 0; a += 4)
      status = draw(a[0], number(a[1]), number(a[2]), number(a[3]));
    return status;
  }
  if (count == 4 && strcmp(arguments[1], "sql") == 0) return run_sql(arguments[2], arguments[3]);
  if (count == 5 && strcmp(arguments[1], "flip") == 0)
    return flip(arguments[2], (unsigned)strtoul(arguments[3], NULL, 10), (unsigned)number(arguments[4]));
  return -1;
}
