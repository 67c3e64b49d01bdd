/* A context and fork(): the child is told to make a new one, never hangs, and a new one works there. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "helpers/folders.h"
#include "vtonmetrics/tools/bench.h"
#include "vtonmetrics/tools/lint.h"
#include "vtonmetrics/vtonmetrics.h"

enum { PEOPLE = 4, PATIENCE = 120 };

static int setup(void **state) {
  const int result = folders_setup(state);
  folders_pictures("ref", PEOPLE, 1);
  folders_pictures("a", PEOPLE, 2);
  return result;
}

/* cmocka's assertions would leave the child for the parent's tests: it says what is wrong, and ends. */
#define CHILD_EXPECTS(condition)                                                  \
  do {                                                                            \
    if (!(condition)) {                                                           \
      (void)fprintf(stderr, "in the child, line %d: %s\n", __LINE__, #condition); \
      _exit(1);                                                                   \
    }                                                                             \
  } while (0)

static double score(vtm_context *context, vtm_status *status, vtm_error *error) {
  vtm_settings *settings = NULL;
  vtm_result *result = NULL;
  const char *generated[] = {folders_path("a")};
  double value = 0;
  *status = vtm_settings_create("mse", &settings, error);
  if (*status == VTM_OK) *status = vtm_score(context, settings, folders_path("ref"), generated, 1, &result, error);
  if (*status == VTM_OK) value = result->rows[0].value;
  vtm_result_destroy(result);
  vtm_settings_destroy(settings);
  return value;
}

static vtm_context *context_of(int threads) {
  const vtm_context_options options = {.struct_size = sizeof(options), .threads = threads, .device = "cpu"};
  vtm_context *context = NULL;
  return vtm_context_create(&options, &context, NULL) == VTM_OK ? context : NULL;
}

static bool is_told(vtm_status status, const vtm_error *error) {
  return status == VTM_ERROR_USAGE && strstr(error->message, "before fork()") != NULL &&
         strstr(error->message, "create a new one") != NULL;
}

static void use_in_child(vtm_context *inherited, double expected) {
  vtm_error error = {0};
  vtm_status status;
  (void)alarm(PATIENCE); /* a hang ends with the signal */
  (void)score(inherited, &status, &error);
  CHILD_EXPECTS(is_told(status, &error));
  vtm_lint_result *findings = NULL;
  const vtm_lint_options options = {.struct_size = sizeof(options)};
  CHILD_EXPECTS(is_told(vtm_lint(inherited, folders_path("ref"), &options, &findings, &error), &error));
  vtm_bench *bench = NULL;
  CHILD_EXPECTS(
      is_told(vtm_bench_layers(inherited, &(vtm_bench_options){.network = "alexnet", .seconds = 0.01}, &bench, &error),
              &error));
  vtm_bench_pipeline *pipeline = NULL;
  const vtm_bench_pipeline_options folder = {.network = "alexnet", .folder = folders_path("ref")};
  CHILD_EXPECTS(is_told(vtm_bench_folder(inherited, &folder, &pipeline, &error), &error));
  char *path = NULL;
  CHILD_EXPECTS(is_told(vtm_weights_fetch(inherited, "inception-torchvision", NULL, &path, &error), &error));
  vtm_context_destroy(inherited);
  vtm_context *own = context_of(3);
  CHILD_EXPECTS(own != NULL);
  CHILD_EXPECTS(score(own, &status, &error) == expected && status == VTM_OK);
  vtm_context_destroy(own);
}

static void expect_good_end(pid_t child) {
  int end = 0;
  assert_int_equal(waitpid(child, &end, 0), child);
  if (WIFSIGNALED(end))
    fail_msg("the child ended by signal %d%s", WTERMSIG(end), WTERMSIG(end) == SIGALRM ? ", for it hung" : "");
  assert_int_equal(WEXITSTATUS(end), 0);
}

static void a_child_makes_its_own(void **state) {
  (void)state;
  vtm_status status;
  vtm_error error = {0};
  vtm_context *context = context_of(3);
  assert_non_null(context);
  const double expected = score(context, &status, &error);
  assert_int_equal(status, VTM_OK);
  const pid_t child = fork();
  if (child == 0) {
    use_in_child(context, expected);
    _exit(0);
  }
  expect_good_end(child);
  assert_true(score(context, &status, &error) == expected); /* the parent's goes on */
  assert_int_equal(status, VTM_OK);
  vtm_context_destroy(context);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_child_makes_its_own)};
  return cmocka_run_group_tests(tests, setup, folders_teardown);
}
