/* The store: what is put is found again, by content and by everything else; damage is set aside, strangers are left
 * alone, and two connections do not disturb each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/context.h"
#include "helpers/scratch.h"
#include "store/store.h"
#include "vtonmetrics/store.h"

enum { VALUES = 2048, ROWS = 300 };

static char warnings[4096];

static void take_log(void *user, vtm_log_level level, const char *message) {
  (void)user;
  const size_t used = strlen(warnings);
  if (level == VTM_LOG_WARNING) (void)snprintf(warnings + used, sizeof(warnings) - used, "%s\n", message);
}

static vtm_context *make_context(void) {
  const vtm_context_options options = {.struct_size = sizeof(options), .threads = 1, .log = take_log};
  vtm_context *context = NULL;
  warnings[0] = '\0';
  assert_int_equal(vtm_context_create(&options, &context, NULL), VTM_OK);
  return context;
}

static vtm_digest digest_of(uint64_t number) {
  vtm_digest digest;
  assert_int_equal(vtm_digest_bytes(&number, sizeof(number), &digest, NULL), VTM_OK);
  return digest;
}

static void fill(float *values, size_t count, uint64_t number) {
  for (size_t i = 0; i < count; i++) values[i] = (float)((number * 7919 + i * 104729) % 65521);
}

static void put_rows(vtm_store *store, const char *fingerprint, uint64_t first, uint64_t count) {
  float values[VALUES];
  for (uint64_t i = first; i < first + count; i++) {
    const vtm_digest content = digest_of(i);
    fill(values, VALUES, i);
    vtm_store_put(store, &(vtm_store_key){fingerprint, &content, NULL}, values, sizeof(values));
  }
}

/* How many of the rows are known, all of them with the right values. */
static size_t count_rows(vtm_store *store, const char *fingerprint, uint64_t first, uint64_t count) {
  float values[VALUES];
  float expected[VALUES];
  size_t found = 0;
  for (uint64_t i = first; i < first + count; i++) {
    const vtm_digest content = digest_of(i);
    if (!vtm_store_get(store, &(vtm_store_key){fingerprint, &content, NULL}, values, sizeof(values))) continue;
    fill(expected, VALUES, i);
    assert_memory_equal(values, expected, sizeof(values));
    found++;
  }
  return found;
}

static void make_store(vtm_context *context, const char *path, uint64_t rows) {
  vtm_store *store = vtm_store_open(context, path);
  assert_non_null(store);
  put_rows(store, "one", 0, rows);
  vtm_store_close(store);
}

static bool exists(const char *path) { return access(path, F_OK) == 0; }

static void expect_no_journal(const char *path) {
  char name[1024];
  (void)snprintf(name, sizeof(name), "%s-wal", path);
  assert_false(exists(name));
  (void)snprintf(name, sizeof(name), "%s-shm", path);
  assert_false(exists(name));
}

static void test_found_again(void **state) {
  (void)state;
  const char *path = scratch("again.sqlite");
  vtm_context *context = make_context();
  const vtm_digest a = digest_of(1);
  const vtm_digest b = digest_of(2);
  const double layers[5] = {0.5, 0.25, 0.125, 3e-300, -0.0};
  double read[5];
  vtm_store *store = vtm_store_open(context, path);
  assert_non_null(store);
  put_rows(store, "one", 0, ROWS);
  vtm_store_put(store, &(vtm_store_key){"pairs", &a, &b}, layers, sizeof(layers));
  assert_true(vtm_store_get(store, &(vtm_store_key){"pairs", &a, &b}, read, sizeof(read))); /* not written yet */
  assert_int_equal(count_rows(store, "one", 0, ROWS), ROWS);
  vtm_store_close(store);
  expect_no_journal(path);
  store = vtm_store_open(context, path);
  assert_int_equal(count_rows(store, "one", 0, ROWS + 10), ROWS);
  assert_int_equal(count_rows(store, "another", 0, ROWS), 0);
  assert_true(vtm_store_get(store, &(vtm_store_key){"pairs", &a, &b}, read, sizeof(read)));
  assert_memory_equal(read, layers, sizeof(layers));
  assert_false(vtm_store_get(store, &(vtm_store_key){"pairs", &b, &a}, read, sizeof(read)));
  assert_false(vtm_store_get(store, &(vtm_store_key){"pairs", &a, NULL}, read, sizeof(read)));
  assert_false(vtm_store_get(store, &(vtm_store_key){"pairs", &a, &b}, read, sizeof(read) - 8));
  vtm_store_close(store);
  assert_string_equal(warnings, "");
  vtm_context_destroy(context);
}

static void test_files(void **state) {
  (void)state;
  vtm_context *context = make_context();
  vtm_store *store = vtm_store_open(context, scratch("files.sqlite"));
  const int64_t second = 1000000000;
  const int64_t now = vtm_store_clock();
  vtm_file_stamp old = {.device = 1, .inode = UINT64_MAX, .size = 5, .modified = now - 60 * second, .changed = 0};
  vtm_file_stamp racy = {.device = 1, .inode = 8, .size = 5, .modified = 0, .changed = now - second};
  const vtm_digest digest = digest_of(1);
  vtm_digest found;
  vtm_store_keep_file(store, &old, now, &digest);
  vtm_store_keep_file(store, &racy, now, &digest);
  vtm_store_flush(store);
  assert_true(vtm_store_find_file(store, &old, &found));
  assert_memory_equal(&found, &digest, sizeof(digest));
  assert_false(vtm_store_find_file(store, &racy, &found));
  old.modified++;
  assert_false(vtm_store_find_file(store, &old, &found));
  old.modified--;
  old.changed++;
  assert_false(vtm_store_find_file(store, &old, &found));
  vtm_store_close(store);
  vtm_context_destroy(context);
}

static void test_two_at_once(void **state) {
  (void)state;
  const char *path = scratch("two.sqlite");
  vtm_context *context = make_context();
  vtm_store *first = vtm_store_open(context, path);
  vtm_store *second = vtm_store_open(context, path);
  assert_non_null(second);
  for (uint64_t i = 0; i < 20; i++) {
    put_rows(first, "one", i * 10, 10);
    assert_int_equal(count_rows(second, "one", 1000, 1), 0); /* keeps a read transaction open */
    vtm_store_flush(first);
    put_rows(second, i % 2 ? "one" : "two", i * 10, 10);
    vtm_store_flush(second);
  }
  vtm_store_close(first);
  assert_int_equal(count_rows(second, "one", 0, 200), 200);
  assert_int_equal(count_rows(second, "two", 0, 200), 100);
  vtm_store_close(second);
  expect_no_journal(path);
  assert_string_equal(warnings, "");
  uint64_t rows = 0;
  assert_int_equal(vtm_store_verify(path, &rows, NULL), VTM_OK);
  assert_int_equal(rows, 300);
  vtm_context_destroy(context);
}

/* ---- damage ---- */

static long size_of(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 ? (long)status.st_size : -1;
}

static void flip(const char *path, long at) {
  FILE *file = fopen(path, "r+b");
  assert_non_null(file);
  assert_int_equal(fseek(file, at, SEEK_SET), 0);
  const int byte = fgetc(file);
  assert_int_equal(fseek(file, at, SEEK_SET), 0);
  assert_true(fputc(byte ^ 0x10, file) != EOF);
  assert_int_equal(fclose(file), 0);
}

/* Whatever was damaged: values are right or not known, and afterwards the store can be used and is sound. */
static void use_damaged(vtm_context *context, const char *path) {
  uint64_t rows = 0;
  for (int round = 0; round < 2; round++) {
    vtm_store *store = vtm_store_open(context, path);
    if (store == NULL) fail_msg("%s", warnings);
    const size_t known = count_rows(store, "one", 0, 20);
    if (round == 1 && known != 20) fail_msg("%s: %zu of 20 rows after it was used once: %s", path, known, warnings);
    put_rows(store, "one", 0, 20);
    vtm_store_close(store);
  }
  vtm_error error = {0};
  if (vtm_store_verify(path, &rows, &error) != VTM_OK) /* damage where nothing was read */
    assert_non_null(strstr(error.message, "damaged"));
}

static void test_damaged(void **state) {
  (void)state;
  vtm_context *context = make_context();
  size_t replaced = 0;
  for (long at = 0; at < 120; at++) {
    char name[64];
    (void)snprintf(name, sizeof(name), "damaged%ld.sqlite", at);
    const char *path = scratch(name);
    make_store(context, path, 20);
    const long size = size_of(path);
    if (at % 10 == 9)
      assert_int_equal(truncate(path, size * (at + 1) / 130), 0);
    else
      flip(path,
           at < 11 ? 16 + at * 4 : 100 + (at * 7919 * 13) % (size - 100)); /* version and owner stand at 60 and 68 */
    warnings[0] = '\0';
    use_damaged(context, path);
    char aside[1024];
    (void)snprintf(aside, sizeof(aside), "%s.damaged-1", path);
    const bool told = strstr(warnings, "was set aside as") != NULL;
    assert_int_equal(told, exists(aside));
    replaced += told;
  }
  assert_in_range(replaced, 60, 120);
  vtm_context_destroy(context);
}

static void test_verify_sees_damage(void **state) {
  (void)state;
  vtm_context *context = make_context();
  const char *path = scratch("flipped.sqlite");
  make_store(context, path, 20);
  uint64_t rows = 0;
  assert_int_equal(vtm_store_verify(path, &rows, NULL), VTM_OK);
  assert_int_equal(rows, 20);
  flip(path, size_of(path) / 2); /* in the middle of some row's values */
  vtm_error error = {0};
  assert_int_equal(vtm_store_verify(path, &rows, &error), VTM_ERROR_FORMAT);
  assert_non_null(strstr(error.message, "damaged"));
  vtm_context_destroy(context);
}

/* ---- what is no store ---- */

static void expect_refused(vtm_context *context, const char *path, const char *why) {
  warnings[0] = '\0';
  assert_null(vtm_store_open(context, path));
  if (strstr(warnings, why) == NULL) fail_msg("'%s' was expected in: %s", why, warnings);
}

static void test_strangers(void **state) {
  (void)state;
  vtm_context *context = make_context();
  const char text[] =
      "a list of what to buy, longer than the header of a database: milk, bread, butter, cheese, apples, pears";
  (void)scratch_write("text.txt", text, sizeof(text));
  expect_refused(context, scratch("text.txt"), "not a store of vtonmetrics, and left unchanged");
  assert_int_equal(size_of(scratch("text.txt")), sizeof(text));
  expect_refused(context, scratch_folder, "is a folder");
  expect_refused(context, scratch("absent/store.sqlite"), "cannot create a store");
  expect_refused(context, "/dev/null", "not a regular file");
  vtm_store_info *info = NULL;
  assert_int_equal(vtm_store_describe(scratch("nothing"), &info, NULL), VTM_ERROR_NOT_FOUND);
  FILE *empty = fopen(scratch("empty"), "wb"); /* a store to be, for a run and for the functions that maintain it */
  assert_non_null(empty);
  assert_int_equal(fclose(empty), 0);
  assert_int_equal(vtm_store_describe(scratch("empty"), &info, NULL), VTM_OK);
  assert_int_equal(info->rows, 0);
  vtm_store_info_destroy(info);
  assert_int_equal(vtm_store_describe(scratch("text.txt"), &info, NULL), VTM_ERROR_DATA);
  assert_null(info);
  vtm_context_destroy(context);
}

static void test_later_version(void **state) {
  (void)state;
  vtm_context *context = make_context();
  const char *path = scratch("later.sqlite");
  make_store(context, path, 2);
  FILE *file = fopen(path, "r+b"); /* user_version: bytes 60 to 63 of the header, big endian */
  assert_non_null(file);
  assert_int_equal(fseek(file, 63, SEEK_SET), 0);
  assert_int_equal(fputc(9, file), 9);
  assert_int_equal(fclose(file), 0);
  expect_refused(context, path, "later version");
  assert_true(exists(path));
  vtm_context_destroy(context);
}

static void test_locate(void **state) {
  (void)state;
  char *path = NULL;
  (void)unsetenv("VTONMETRICS_STORE");
  (void)setenv("XDG_CACHE_HOME", "/cache", 1);
  assert_int_equal(vtm_store_locate(NULL, &path, NULL), VTM_OK);
  assert_string_equal(path, "/cache/vtonmetrics/store.sqlite");
  free(path);
  (void)setenv("XDG_CACHE_HOME", "relative", 1);
  (void)setenv("HOME", "/home/me", 1);
  assert_int_equal(vtm_store_locate(NULL, &path, NULL), VTM_OK);
  assert_string_equal(path, "/home/me/.cache/vtonmetrics/store.sqlite");
  free(path);
  (void)setenv("VTONMETRICS_STORE", "/lab/store", 1);
  assert_int_equal(vtm_store_locate(NULL, &path, NULL), VTM_OK);
  assert_string_equal(path, "/lab/store");
  free(path);
  (void)setenv("VTONMETRICS_STORE", "", 1);
  assert_int_equal(vtm_store_locate(NULL, &path, NULL), VTM_OK);
  assert_null(path);
  (void)setenv("VTONMETRICS_STORE", "none", 1);
  assert_int_equal(vtm_store_locate(NULL, &path, NULL), VTM_OK);
  assert_null(path);
  assert_int_equal(vtm_store_locate("mine", &path, NULL), VTM_OK);
  assert_string_equal(path, "mine");
  free(path);
}

static void test_sizes(void **state) {
  (void)state;
  uint64_t bytes = 0;
  assert_int_equal(vtm_store_parse_size("1000", &bytes, NULL), VTM_OK);
  assert_int_equal(bytes, 1000);
  assert_int_equal(vtm_store_parse_size("3M", &bytes, NULL), VTM_OK);
  assert_int_equal(bytes, 3 << 20);
  static const char *const wrong[] = {"", "M", "-1", "1X", "1GG", "99999999999T", " 1", "99999999999999999999999"};
  for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
    bytes = 7;
    assert_int_equal(vtm_store_parse_size(wrong[i], &bytes, NULL), VTM_ERROR_USAGE);
    assert_int_equal(bytes, 0);
  }
}

/* ---- size bound ---- */

static void test_prune(void **state) {
  (void)state;
  vtm_context *context = make_context();
  const char *path = scratch("large.sqlite");
  make_store(context, path, ROWS);
  vtm_store_info *info = NULL;
  assert_int_equal(vtm_store_describe(path, &info, NULL), VTM_OK);
  assert_int_equal(info->rows, ROWS);
  assert_int_equal(info->kind_count, 1);
  assert_string_equal(info->kinds[0].fingerprint, "one");
  assert_int_equal(info->kinds[0].bytes, ROWS * VALUES * sizeof(float));
  const uint64_t whole = info->bytes;
  vtm_store_info_destroy(info);
  uint64_t dropped = 0;
  assert_int_equal(vtm_store_prune(path, whole / 2, &dropped, NULL), VTM_OK);
  assert_in_range(dropped, ROWS / 2, ROWS - 1);
  assert_in_range(size_of(path), 1, whole / 2);
  uint64_t rows = 0;
  assert_int_equal(vtm_store_verify(path, &rows, NULL), VTM_OK);
  assert_int_equal(rows, ROWS - dropped);
  assert_int_equal(vtm_store_drop_all(path, &dropped, NULL), VTM_OK);
  assert_int_equal(dropped, rows);
  vtm_store *store = vtm_store_open(context, path);
  assert_int_equal(count_rows(store, "one", 0, ROWS), 0);
  vtm_store_close(store);
  (void)setenv("VTONMETRICS_STORE_SIZE", "1M", 1);
  make_store(context, path, ROWS);
  (void)unsetenv("VTONMETRICS_STORE_SIZE");
  assert_in_range(size_of(path), 1, 1 << 20);
  vtm_context_destroy(context);
}

static void test_no_store(void **state) {
  (void)state;
  vtm_store_close(NULL);
  vtm_store_put(NULL, &(vtm_store_key){"one", NULL, NULL}, "", 0);
  vtm_store_flush(NULL);
  assert_false(vtm_store_get(NULL, &(vtm_store_key){"one", NULL, NULL}, NULL, 0));
}

int main(void) {
#ifndef VTM_HAVE_SQLITE3
  (void)puts("skipped: this build has no SQLite");
  return 77;
#endif
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_found_again),
      cmocka_unit_test(test_files),
      cmocka_unit_test(test_two_at_once),
      cmocka_unit_test(test_damaged),
      cmocka_unit_test(test_verify_sees_damage),
      cmocka_unit_test(test_strangers),
      cmocka_unit_test(test_later_version),
      cmocka_unit_test(test_locate),
      cmocka_unit_test(test_sizes),
      cmocka_unit_test(test_prune),
      cmocka_unit_test(test_no_store),
  };
  return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
