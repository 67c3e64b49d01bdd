/* However many metrics, models and sizes: each picture is opened once, with a store, without one and with --no-store;
 * with a store that knows all of them never. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>

#include <cmocka.h>

#include "vtonmetrics/vtonmetrics.h"

#include "helpers/folders.h"

enum { IMAGES = 14, FOLDERS = 4, METRICS = 7 };

static const char *const names[FOLDERS] = {"ref", "a", "b", "c"};

static int setup(void **state) {
  const int result = folders_setup(state);
  for (size_t f = 0; f < FOLDERS; f++) folders_pictures(names[f], IMAGES, f + 1);
  return result;
}

/* How often each file was opened, by folder and number. */
typedef struct openings {
  int inotify, watches[FOLDERS];
  size_t of[FOLDERS][IMAGES];
} openings;

static void watch(openings *seen) {
  *seen = (openings){.inotify = inotify_init1(IN_NONBLOCK)};
  assert_true(seen->inotify >= 0);
  for (size_t f = 0; f < FOLDERS; f++)
    seen->watches[f] = inotify_add_watch(seen->inotify, folders_path(names[f]), IN_OPEN);
}

static void count(openings *seen) {
  _Alignas(struct inotify_event) char buffer[1 << 16];
  ssize_t size = 0;
  while ((size = read(seen->inotify, buffer, sizeof(buffer))) > 0)
    for (ssize_t at = 0; at < size;) {
      const struct inotify_event *event = (const void *)(buffer + at);
      at += (ssize_t)(sizeof(*event) + event->len);
      assert_false(event->mask & IN_Q_OVERFLOW);
      if (event->len == 0) continue; /* the folder itself */
      for (size_t f = 0; f < FOLDERS; f++)
        if (seen->watches[f] == event->wd) seen->of[f][strtoul(event->name + 1, NULL, 10)]++;
    }
  assert_int_equal(close(seen->inotify), 0);
}

static void compare_all(const char *option, const char *value, bool interval) {
  static const struct {
    const char *metric, *size;
  } metrics[METRICS] = {{"fid", NULL}, {"kid", NULL},      {"lpips", "64"}, {"psnr", "native"},
                        {"mse", "32"}, {"ssim", "native"}, {"mae", "32"}};
  const vtm_context_options options = {.struct_size = sizeof(options), .threads = 3};
  const char *folders[FOLDERS];
  vtm_settings *settings[METRICS] = {NULL};
  vtm_context *context = NULL;
  vtm_comparison *comparison = NULL;
  vtm_error error = {0};
  for (size_t f = 0; f < FOLDERS; f++) folders[f] = strdup(folders_path(names[f]));
  assert_int_equal(vtm_context_create(&options, &context, &error), VTM_OK);
  for (size_t m = 0; m < METRICS; m++) {
    assert_int_equal(vtm_settings_create(metrics[m].metric, &settings[m], &error), VTM_OK);
    assert_int_equal(vtm_settings_set(settings[m], option, value, &error), VTM_OK);
    if (interval) assert_int_equal(vtm_settings_set(settings[m], "interval", "true", &error), VTM_OK);
    if (metrics[m].size != NULL)
      assert_int_equal(vtm_settings_set(settings[m], "size", metrics[m].size, &error), VTM_OK);
    if (m < 2) assert_int_equal(vtm_settings_set(settings[m], "protocol", "alexnet", &error), VTM_OK);
  }
  const vtm_compare_request request = {.struct_size = sizeof(request),
                                       .reference = folders[0],
                                       .generated = folders + 1,
                                       .count = FOLDERS - 1,
                                       .settings = (const vtm_settings *const *)settings,
                                       .metric_count = METRICS};
  if (vtm_compare(context, &request, &comparison, &error) != VTM_OK) fail_msg("%s", error.message);
  assert_int_equal(comparison->result_count, METRICS);
  vtm_comparison_destroy(comparison);
  for (size_t m = 0; m < METRICS; m++) vtm_settings_destroy(settings[m]);
  for (size_t f = 0; f < FOLDERS; f++) free((void *)folders[f]);
  vtm_context_destroy(context);
}

static void expect_opened(const char *option, const char *value, bool interval, size_t expected) {
  openings seen;
  watch(&seen);
  compare_all(option, value, interval);
  count(&seen);
  for (size_t f = 0; f < FOLDERS; f++)
    for (size_t i = 0; i < IMAGES; i++)
      if (seen.of[f][i] != expected)
        fail_msg("%s/p%02zu.ppm was opened %zu times, not %zu (%s %s)", names[f], i, seen.of[f][i], expected, option,
                 value);
}

static void test_opened_once(void **state) {
  (void)state;
  char store[FOLDERS_PATH];
  expect_opened("no-store", "true", false, 1);
  expect_opened("no-store", "true", true, 1);
  (void)snprintf(store, sizeof(store), "%s", folders_path("store.sqlite"));
  expect_opened("store", store, true, 1);
  expect_opened("rehash", "true", false, 1);
  /* Files changed a moment ago are not trusted by their times: those of this test may be read for their hash. */
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_opened_once)};
  return cmocka_run_group_tests(tests, setup, folders_teardown);
}
