/* Finding the module, judging it and its devices, and choosing among them: over a device that is not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "backend/device.h"
#include "vtonmetrics/tools/bench.h"
#include "vtonmetrics/vtonmetrics.h"

static void set_device(const char *faults) {
  assert_int_equal(setenv("VTONMETRICS_CUDA_MODULE", FAKE_CUDA, 1), 0);
  assert_int_equal(setenv("VTM_FAKE_CUDA", faults, 1), 0);
}

static void expect_problem(const char *wanted, vtm_status status, const char *message) {
  vtm_device_choice choice;
  vtm_error error = {0};
  assert_int_equal(vtm_device_choose(wanted, &choice, &error), status);
  if (strstr(error.message, message) == NULL) fail_msg("'%s' has no '%s'", error.message, message);
  assert_null(choice.module);
  assert_int_equal(choice.count, 0);
}

/* What `cuda` refuses, `auto` answers with the processor and the same reason. */
static void expect_fallback(const char *faults, const char *message) {
  vtm_device_choice choice;
  set_device(faults);
  expect_problem("cuda", VTM_ERROR_UNSUPPORTED, message);
  assert_int_equal(vtm_device_choose("auto", &choice, NULL), VTM_OK);
  assert_null(choice.module);
  if (strstr(choice.reason, message) == NULL) fail_msg("'%s' has no '%s'", choice.reason, message);
  assert_null(strstr(choice.reason, "device '"));
}

static void test_choice(void **state) {
  (void)state;
  vtm_device_choice choice;
  set_device("devices=3");
  assert_int_equal(vtm_device_choose(NULL, &choice, NULL), VTM_OK);
  assert_non_null(choice.module);
  assert_int_equal(choice.count, 1);
  assert_string_equal(choice.name, "cuda:0 Fake, compute capability 9.0, cuDNN 9.19.0");
  assert_string_equal(choice.reason, "");
  assert_int_equal(vtm_device_choose("cuda:2", &choice, NULL), VTM_OK);
  assert_int_equal(choice.devices[0], 2);
  assert_int_equal(vtm_device_choose("cuda:2,0", &choice, NULL), VTM_OK);
  assert_int_equal(choice.count, 2);
  assert_int_equal(choice.devices[1], 0);
  assert_string_equal(choice.name, "cuda:2,0 Fake, compute capability 9.0, cuDNN 9.19.0");
  assert_int_equal(vtm_device_choose("cpu", &choice, NULL), VTM_OK);
  assert_null(choice.module);
  assert_string_equal(choice.reason, "");
}

static void test_bad_names(void **state) {
  (void)state;
  static const char *const names[] = {"cuda:",
                                      "cuda:x",
                                      "cuda:0,",
                                      "cuda:,0",
                                      "cuda:0,0",
                                      "cuda:-1",
                                      "cuda:0 ",
                                      "cuda:0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16",
                                      "cuda:99999999999999999999"};
  set_device("devices=2");
  for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) expect_problem(names[i], VTM_ERROR_USAGE, "cuda:0,1");
  expect_problem("gpu", VTM_ERROR_USAGE, "known are auto, cpu, cuda");
  expect_problem("cudas", VTM_ERROR_USAGE, "known are auto, cpu, cuda");
  expect_problem("cuda:2", VTM_ERROR_UNSUPPORTED, "there is no cuda:2, the last is cuda:1");
}

static void test_no_device(void **state) {
  (void)state;
  expect_fallback("devices=0", "no CUDA-capable device");
  expect_fallback("driver=0,devices=0", "no NVIDIA driver is installed");
  expect_fallback("driver=12040", "the NVIDIA driver knows CUDA up to 12.4, the module needs 13.0");
  expect_fallback("capability=61", "cuda:0 (Fake): compute capability 6.1, 7.5 or later is needed");
  expect_fallback("broken=0", "cuda:0 (Fake): its compute mode forbids computing (nvidia-smi -c 0 allows it)");
}

static void test_broken_device(void **state) {
  (void)state;
  vtm_device_choice choice;
  set_device("devices=2,broken=0");
  assert_int_equal(vtm_device_choose("auto", &choice, NULL), VTM_OK);
  assert_int_equal(choice.devices[0], 1);
  expect_problem("cuda:0", VTM_ERROR_UNSUPPORTED, "forbids");
  expect_problem("cuda:1,0", VTM_ERROR_UNSUPPORTED, "forbids");
  set_device("devices=2,kinds=1");
  expect_problem("cuda:0,1", VTM_ERROR_UNSUPPORTED, "cuda:0 is Fake1, cuda:1 is Fake2: only devices of one kind");
}

static void test_other_modules(void **state) {
  (void)state;
  char expected[256];
  expect_fallback("abi=7", "has interface 7, this program needs");
  (void)snprintf(expected, sizeof(expected), "belongs to vtonmetrics 0.0.1, this is %s", vtm_version());
  expect_fallback("version=0.0.1", expected);
  assert_int_equal(setenv("VTONMETRICS_CUDA_MODULE", "/nowhere/module.so", 1), 0);
  expect_problem("cuda", VTM_ERROR_UNSUPPORTED, "/nowhere/module.so");
  char path[] = "/tmp/vtm_no_module_XXXXXX";
  const int file = mkstemp(path);
  assert_true(file >= 0);
  assert_int_equal(write(file, "text", 4), 4);
  (void)close(file);
  assert_int_equal(setenv("VTONMETRICS_CUDA_MODULE", path, 1), 0);
  expect_problem("cuda", VTM_ERROR_UNSUPPORTED, "cannot be loaded");
  (void)unlink(path);
  assert_int_equal(setenv("VTONMETRICS_CUDA_MODULE", "libm.so.6", 1), 0);
  expect_problem("cuda", VTM_ERROR_UNSUPPORTED, "libm.so.6: is no module of vtonmetrics");
}

static void test_report(void **state) {
  (void)state;
  vtm_device_report *report = NULL;
  set_device("devices=2,broken=1,memory=5000");
  assert_int_equal(vtm_device_report_create(&report, NULL), VTM_OK);
  assert_string_equal(report->module, FAKE_CUDA);
  assert_string_equal(report->problem, "");
  assert_int_equal(report->driver, 13000);
  assert_int_equal(report->count, 2);
  assert_string_equal(report->devices[1].name, "cuda:1");
  assert_int_equal(report->devices[0].memory_total, 5000);
  assert_true(report->devices[0].usable && !report->devices[1].usable);
  vtm_device_report_destroy(report);
  set_device("driver=0");
  assert_int_equal(vtm_device_report_create(&report, NULL), VTM_OK);
  assert_string_equal(report->problem, "no NVIDIA driver is installed");
  assert_int_equal(report->count, 0);
  vtm_device_report_destroy(report);
}

typedef struct heard {
  int lines;
  char last[2048];
} heard;

static void hear(void *user, vtm_log_level level, const char *message) {
  heard *to = user;
  assert_int_equal(level, VTM_LOG_INFO);
  to->lines++;
  (void)snprintf(to->last, sizeof(to->last), "%s", message);
}

/* One line for those who want to know why the processor computes, and none when it was asked for. */
static void test_context(void **state) {
  (void)state;
  heard log = {0};
  vtm_context_options options = {
      .struct_size = sizeof(options), .threads = 3, .device = "auto", .log = hear, .user = &log};
  vtm_context *context = NULL;
  set_device("driver=0");
  assert_int_equal(vtm_context_create(&options, &context, NULL), VTM_OK);
  assert_int_equal(log.lines, 1);
  assert_string_equal(log.last, "computing on the processor: no NVIDIA driver is installed");
  assert_memory_equal(vtm_context_device(context), "cpu ", 4);
  assert_int_equal(vtm_context_threads(context), 3);
  vtm_context_destroy(context);
  options.device = "cpu";
  assert_int_equal(vtm_context_create(&options, &context, NULL), VTM_OK);
  assert_int_equal(log.lines, 1);
  vtm_context_destroy(context);
  set_device("devices=2");
  options.device = "cuda:0,1";
  assert_int_equal(vtm_context_create(&options, &context, NULL), VTM_OK);
  assert_int_equal(log.lines, 1);
  assert_string_equal(vtm_context_device(context), "cuda:0,1 Fake, compute capability 9.0, cuDNN 9.19.0");
  assert_int_equal(vtm_context_threads(context), 3 + 2 * VTM_STREAMS_A_DEVICE);
  vtm_context_destroy(context);
}

/* Its programs take no --device; a caller of the library may give it a context on a GPU. */
static void test_bench_of_layers(void **state) {
  (void)state;
  const vtm_context_options options = {.struct_size = sizeof(options), .threads = 1, .device = "cuda"};
  const vtm_bench_options wanted = {.network = "alexnet", .seconds = 0.1};
  vtm_context *context = NULL;
  vtm_bench *bench = NULL;
  vtm_error error = {0};
  set_device("");
  assert_int_equal(vtm_context_create(&options, &context, NULL), VTM_OK);
  assert_int_equal(vtm_bench_layers(context, &wanted, &bench, &error), VTM_ERROR_UNSUPPORTED);
  assert_null(bench);
  assert_string_equal(error.message,
                      "layers are measured on the processor, not on cuda:0 Fake, compute capability 9.0, cuDNN 9.19.0");
  vtm_context_destroy(context);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_choice),        cmocka_unit_test(test_bad_names),       cmocka_unit_test(test_no_device),
      cmocka_unit_test(test_broken_device), cmocka_unit_test(test_other_modules),   cmocka_unit_test(test_report),
      cmocka_unit_test(test_context),       cmocka_unit_test(test_bench_of_layers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
