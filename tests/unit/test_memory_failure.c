/* Every allocation fails once: a small comparison, features from files, networks, a lint, the readers. What runs out of
 * memory ends with VTM_ERROR_MEMORY or another error, frees what it had (under AddressSanitizer) and gives no other
 * number.
 *
 * malloc and its kin are wrapped by the linker (tests/CMakeLists.txt), so allocations of the library are counted, and
 * those of other libraries are not. $VTM_MEMORY_STRIDE=1 fails each of them, more spare time; the default is chosen by
 * case. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "vtonmetrics/tools/lint.h"
#include "vtonmetrics/tools/pairs.h"
#include "vtonmetrics/vtonmetrics.h"

#include "helpers/feature_files.h"
#include "helpers/folders.h"

/* ---- the wrapped functions ---- */

static atomic_long countdown; /* allocations until one fails; 0 or less: none does any more */
static atomic_bool all_later; /* and those that come after it too */

static bool fails(void) {
  const long left = atomic_fetch_sub(&countdown, 1);
  return left == 1 || (atomic_load(&all_later) && left < 1 && left > -1000000000L);
}

void *__real_malloc(size_t size);                          /* NOLINT(bugprone-reserved-identifier) */
void *__real_calloc(size_t count, size_t size);            /* NOLINT(bugprone-reserved-identifier) */
void *__real_realloc(void *pointer, size_t size);          /* NOLINT(bugprone-reserved-identifier) */
void *__real_aligned_alloc(size_t alignment, size_t size); /* NOLINT(bugprone-reserved-identifier) */
void *__wrap_malloc(size_t size);                          /* NOLINT(bugprone-reserved-identifier) */
void *__wrap_calloc(size_t count, size_t size);            /* NOLINT(bugprone-reserved-identifier) */
void *__wrap_realloc(void *pointer, size_t size);          /* NOLINT(bugprone-reserved-identifier) */
void *__wrap_aligned_alloc(size_t alignment, size_t size); /* NOLINT(bugprone-reserved-identifier) */

void *__wrap_malloc(size_t size) { return fails() ? NULL : __real_malloc(size); }
void *__wrap_calloc(size_t count, size_t size) { return fails() ? NULL : __real_calloc(count, size); }
void *__wrap_realloc(void *pointer, size_t size) { return fails() ? NULL : __real_realloc(pointer, size); }
void *__wrap_aligned_alloc(size_t alignment, size_t size) {
  return fails() ? NULL : __real_aligned_alloc(alignment, size);
}

static const long never = -2000000000L;

/* Plans of a network fail once, in their turn: with several batches on one thread the others succeed. */
struct vtm_graph;
struct vtm_backend;
struct vtm_plan;
static atomic_long plans;
vtm_status __real_vtm_plan_create(const struct vtm_graph *graph, const struct vtm_backend *backend, int images,
                                  int width, int height, struct vtm_plan *plan, vtm_error *error); /* NOLINT */
vtm_status __wrap_vtm_plan_create(const struct vtm_graph *graph, const struct vtm_backend *backend, int images,
                                  int width, int height, struct vtm_plan *plan, vtm_error *error); /* NOLINT */

vtm_status __wrap_vtm_plan_create(const struct vtm_graph *graph, const struct vtm_backend *backend, int images,
                                  int width, int height, struct vtm_plan *plan, vtm_error *error) {
  if (atomic_fetch_sub(&plans, 1) != 1)
    return __real_vtm_plan_create(graph, backend, images, width, height, plan, error);
  error->status = VTM_ERROR_MEMORY;
  (void)snprintf(error->message, sizeof(error->message), "no plan");
  return VTM_ERROR_MEMORY;
}

/* ---- what is run ---- */

/* Returns the status, and in *sum something that any wrong value would change. */
typedef vtm_status runner(double *sum, vtm_error *error);

static void check(const char *name, runner *run, long stride) {
  const char *given = getenv("VTM_MEMORY_STRIDE");
  double expected = 0;
  vtm_error error = {0};
  if (given != NULL) stride = strtol(given, NULL, 10);
  atomic_store(&countdown, never);
  if (run(&expected, &error) != VTM_OK) fail_msg("%s: %s", name, error.message);
  long failed = 0;
  for (int later = 0; later < 2; later++) {
    atomic_store(&all_later, later == 1);
    for (long n = 1;; n += n < 40 ? 1 : stride) {
      double sum = 0;
      error = (vtm_error){0};
      atomic_store(&countdown, n);
      const vtm_status status = run(&sum, &error);
      const bool reached = atomic_load(&countdown) < 1;
      atomic_store(&countdown, never);
      if (status == VTM_OK && sum != expected)
        fail_msg("%s: without allocation %ld: %.17g, not %.17g", name, n, sum, expected);
      if (status != VTM_OK && error.message[0] == '\0') fail_msg("%s: allocation %ld fails without a word", name, n);
      if (!reached) break;
      failed++;
    }
  }
  print_message("%s: %ld failures\n", name, failed);
}

static vtm_status compare_with(const char *const *metrics, size_t count, const char *protocol, const char *reference,
                               const char *const *generated, size_t models, double *sum, vtm_error *error) {
  const vtm_context_options options = {.struct_size = sizeof(options), .threads = 1};
  vtm_settings *settings[4] = {NULL};
  vtm_context *context = NULL;
  vtm_comparison *made = NULL;
  vtm_status status = vtm_context_create(&options, &context, error);
  for (size_t m = 0; m < count && status == VTM_OK; m++) {
    status = vtm_settings_create(metrics[m], &settings[m], error);
    if (status == VTM_OK) status = vtm_settings_set(settings[m], "no-store", "true", error);
    if (status == VTM_OK) status = vtm_settings_set(settings[m], "interval", "true", error);
    if (status == VTM_OK && protocol != NULL && strcmp(metrics[m], "lpips") != 0)
      status = vtm_settings_set(settings[m], "protocol", protocol, error);
  }
  const vtm_compare_request request = {.struct_size = sizeof(request),
                                       .reference = reference,
                                       .generated = generated,
                                       .count = models,
                                       .settings = (const vtm_settings *const *)settings,
                                       .metric_count = count};
  if (status == VTM_OK) status = vtm_compare(context, &request, &made, error);
  for (size_t m = 0; status == VTM_OK && m < made->result_count; m++)
    for (size_t r = 0; r < made->results[m]->row_count; r++) {
      const vtm_score_row *row = &made->results[m]->rows[r];
      *sum += (double)(m + 1) * row->value + (row->interval != NULL ? row->interval->high : 0);
    }
  vtm_comparison_destroy(made);
  for (size_t m = 0; m < count; m++) vtm_settings_destroy(settings[m]);
  vtm_context_destroy(context);
  return status;
}

static char paths[6][FOLDERS_PATH];

static vtm_status compare_pixels(double *sum, vtm_error *error) {
  static const char *const metrics[] = {"psnr", "ssim"};
  const char *const models[] = {paths[1], paths[2]};
  return compare_with(metrics, 2, NULL, paths[0], models, 2, sum, error);
}

static vtm_status compare_features(double *sum, vtm_error *error) {
  static const char *const metrics[] = {"fid", "kid"};
  const char *const models[] = {paths[4], paths[5]};
  return compare_with(metrics, 2, "alexnet", paths[3], models, 2, sum, error);
}

static vtm_status compare_networks(double *sum, vtm_error *error) {
  static const char *const metrics[] = {"lpips", "fid"};
  const char *const models[] = {paths[1]};
  return compare_with(metrics, 2, "alexnet", paths[0], models, 1, sum, error);
}

static vtm_status lint_demo(double *sum, vtm_error *error) {
  const vtm_context_options options = {.struct_size = sizeof(options), .threads = 1};
  const vtm_lint_options lint = {.struct_size = sizeof(lint), .quick = true};
  vtm_context *context = NULL;
  vtm_lint_result *result = NULL;
  char *text = NULL;
  vtm_status status = vtm_context_create(&options, &context, error);
  if (status == VTM_OK) status = vtm_lint(context, TESTS_DIR "/../datasets/demo", &lint, &result, error);
  if (status == VTM_OK)
    status = vtm_lint_render(result, "json", &(vtm_lint_report_options){.version = "0"}, &text, error);
  if (status == VTM_OK) *sum = (double)result->files + 1000.0 * (double)strlen(text);
  /* A folder that could not be listed for want of memory is a finding: the report says so. */
  if (status == VTM_OK && strstr(text, "out of memory") != NULL)
    status = VTM_ERROR_MEMORY, (void)snprintf(error->message, sizeof(error->message), "reported");
  vtm_free(text);
  vtm_lint_result_destroy(result);
  vtm_context_destroy(context);
  return status;
}

/* All kept inputs of a fuzzer, one after the other; most are refused, and that is a value too. */
static vtm_status read_cases(const char *folder, vtm_status (*read)(const char *path, vtm_error *error), double *sum) {
  char path[4096];
  (void)snprintf(path, sizeof(path), "%s/fuzz/cases/%s", TESTS_DIR, folder);
  struct dirent **entries = NULL;
  const long waiting = atomic_exchange(&countdown, never); /* the list is the test's own */
  const int count = scandir(path, &entries, NULL, alphasort);
  assert_true(count > 2);
  atomic_store(&countdown, waiting);
  for (int i = 0; i < count; i++) {
    vtm_error error = {0};
    (void)snprintf(path, sizeof(path), "%s/fuzz/cases/%s/%s", TESTS_DIR, folder, entries[i]->d_name);
    if (entries[i]->d_name[0] == '.') continue;
    const vtm_status status = read(path, &error);
    if (status != VTM_OK) assert_true(error.message[0] != '\0');
    *sum += status == VTM_ERROR_MEMORY ? 0 : (double)(i + 1) * (double)status;
  }
  for (int i = 0; i < count; i++) free(entries[i]);
  free((void *)entries);
  return VTM_OK;
}

static vtm_status read_image(const char *path, vtm_error *error) {
  vtm_image image = {0};
  const vtm_status status = vtm_image_read(path, NULL, &image, error);
  vtm_image_clear(&image);
  return status;
}

static vtm_status read_weights(const char *path, vtm_error *error) {
  vtm_weights *weights = NULL;
  const vtm_status status = vtm_weights_open(path, &weights, error);
  vtm_weights_destroy(weights);
  return status;
}

static vtm_status read_pairs(const char *path, vtm_error *error) {
  vtm_pair_list list = {0};
  const vtm_status status = vtm_pair_list_read(path, &list, error);
  vtm_pair_list_clear(&list);
  return status;
}

/* A reader that runs out of memory may refuse; it may not end otherwise than with memory enough. */
static void check_reader(const char *folder, vtm_status (*read)(const char *path, vtm_error *error)) {
  double expected = 0;
  atomic_store(&countdown, never);
  atomic_store(&all_later, false);
  (void)read_cases(folder, read, &expected);
  long n = 1;
  for (;; n++) {
    double sum = 0;
    atomic_store(&countdown, n);
    (void)read_cases(folder, read, &sum);
    const bool reached = atomic_load(&countdown) < 1;
    atomic_store(&countdown, never);
    if (!reached) {
      assert_true(sum == expected);
      break;
    }
  }
  print_message("%s: %ld failures\n", folder, n - 1);
}

static void test_pixels(void **state) {
  (void)state;
  check("psnr and mse", compare_pixels, 3);
}

static void test_features(void **state) {
  (void)state;
  check("fid and kid of files", compare_features, 1);
}

/* A failure on a thread must outlive what the thread computes well after it. */
static void test_one_batch_of_several(void **state) {
  (void)state;
  double expected = 0;
  vtm_error error = {0};
  int failed = 0;
  assert_int_equal(compare_networks(&expected, &error), VTM_OK);
  for (long n = 1; n < 100; n++) {
    double sum = 0;
    atomic_store(&plans, n);
    const vtm_status status = compare_networks(&sum, &error);
    if (atomic_load(&plans) > 0) break;
    if (status == VTM_OK && sum != expected) fail_msg("without plan %ld: %.17g, not %.17g", n, sum, expected);
    failed += status == VTM_ERROR_MEMORY;
  }
  atomic_store(&plans, 0);
  assert_true(failed > 2);
}

static void test_networks(void **state) {
  (void)state;
  check("lpips and fid", compare_networks, 37);
}

static void test_lint(void **state) {
  (void)state;
  check("lint", lint_demo, 31);
}

static void test_readers(void **state) {
  (void)state;
  check_reader("image", read_image);
  check_reader("safetensors", read_weights);
  check_reader("npz", read_weights);
  check_reader("zip", read_weights);
  check_reader("pair_list", read_pairs);
}

static int setup(void **state) {
  enum { ROWS = 12, FEATURES = 5, IMAGES = 3 };
  atomic_store(&countdown, never);
  float rows[3][ROWS * FEATURES];
  int result = folders_setup(state);
  if (result == 0) result = scratch_setup(state);
  for (size_t i = 0; i < 3; i++) {
    static const char *const folders[] = {"ref", "a", "b"};
    static const char *const files[] = {"x.npz", "y.npz", "z.npz"};
    for (size_t k = 0; k < ROWS * FEATURES; k++) rows[i][k] = (float)((k * 37 + i * 11) % 101) / 50.0F;
    feature_file(files[i], rows[i], 0, ROWS, FEATURES);
    folders_pictures(folders[i], IMAGES, i + 1);
    (void)snprintf(paths[i], sizeof(paths[i]), "%s", folders_path(folders[i]));
    (void)snprintf(paths[3 + i], sizeof(paths[3 + i]), "%s", scratch(files[i]));
  }
  return result;
}

static int teardown(void **state) {
  (void)scratch_teardown(state);
  return folders_teardown(state);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_features), cmocka_unit_test(test_pixels),
                                     cmocka_unit_test(test_readers),  cmocka_unit_test(test_lint),
                                     cmocka_unit_test(test_networks), cmocka_unit_test(test_one_batch_of_several)};
  return cmocka_run_group_tests(tests, setup, teardown);
}
