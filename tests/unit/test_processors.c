/* As many threads as processors that may be used: affinity masks, and quotas of control groups of both versions. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/processors.h"
#include "helpers/scratch.h"
#include "vtonmetrics/context.h"

typedef struct group_file {
  const char *path, *content; /* NULL: a folder */
} group_file;

static void make_groups(const group_file *files, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (files[i].content == NULL)
      assert_int_equal(mkdir(scratch(files[i].path), 0755), 0);
    else
      (void)scratch_write(files[i].path, files[i].content, strlen(files[i].content));
}

static int processors_of(const char *membership) {
  char name[] = "membership";
  return vtm_cgroup_processors(scratch_write(name, membership, strlen(membership)), scratch_folder);
}

/* Version 2: the limit of the group or of one above it, whichever is smaller, rounded up. */
static void test_unified(void **state) {
  (void)state;
  static const group_file files[] = {
      {"docker", NULL},      {"docker/cpu.max", "150000 100000\n"},
      {"docker/half", NULL}, {"docker/half/cpu.max", "50000 100000\n"},
      {"docker/wide", NULL}, {"docker/wide/cpu.max", "800000 100000\n"},
      {"docker/free", NULL}, {"docker/free/cpu.max", "max 100000\n"},
      {"four", NULL},        {"four/cpu.max", "40000 10000\n"},
      {"odd", NULL},         {"odd/cpu.max", "what is this"},
      {"huge", NULL},        {"huge/cpu.max", "9223372036854775807 1\n"},
  };
  make_groups(files, sizeof(files) / sizeof(*files));
  assert_int_equal(processors_of("0::/docker/half\n"), 1);
  assert_int_equal(processors_of("0::/docker/wide\n"), 2);
  assert_int_equal(processors_of("0::/docker/free\n"), 2);
  assert_int_equal(processors_of("0::/docker/not/visible\n"), 2);
  assert_int_equal(processors_of("0::/four\n"), 4);
  assert_int_equal(processors_of("0::/odd\n"), 0);
  assert_int_equal(processors_of("0::/huge\n"), INT32_MAX);
  assert_int_equal(processors_of("0::/\n"), 0);
  assert_int_equal(processors_of("0::/../../elsewhere\n"), 0);
}

/* As a container sees its own limit: at the top. */
static void test_top_of_a_container(void **state) {
  (void)state;
  static const group_file files[] = {{"cpu.max", "50000 100000\n"}};
  make_groups(files, 1);
  assert_int_equal(processors_of("0::/\n"), 1);
  assert_int_equal(processors_of("0::/seen/from/outside\n"), 1);
}

static void test_version_1(void **state) {
  (void)state;
  static const group_file files[] = {
      {"cpu", NULL},
      {"cpu/cpu.cfs_quota_us", "-1\n"},
      {"cpu/cpu.cfs_period_us", "100000\n"},
      {"cpu/half", NULL},
      {"cpu/half/cpu.cfs_quota_us", "50000\n"},
      {"cpu/half/cpu.cfs_period_us", "100000\n"},
      {"cpu/two", NULL},
      {"cpu/two/cpu.cfs_quota_us", "200000\n"},
      {"cpu/two/cpu.cfs_period_us", "100000\n"},
      {"cpu/broken", NULL},
      {"cpu/broken/cpu.cfs_quota_us", "200000\n"},
      {"cpu/broken/cpu.cfs_period_us", "0\n"},
  };
  make_groups(files, sizeof(files) / sizeof(*files));
  assert_int_equal(processors_of("5:cpuset:/half\n4:cpu,cpuacct:/half\n0::/\n"), 1);
  assert_int_equal(processors_of("4:cpuacct,cpu:/two\n"), 2);
  assert_int_equal(processors_of("4:cpu:/broken\n"), 0);
  assert_int_equal(processors_of("4:cpu:/\n"), 0);
  assert_int_equal(processors_of("4:cpuset:/half\n1:name=systemd:/half\n"), 0);
}

static void test_no_groups(void **state) {
  (void)state;
  assert_int_equal(processors_of(""), 0);
  assert_int_equal(processors_of("nonsense\n:\n::\n\n"), 0);
  assert_int_equal(vtm_cgroup_processors(scratch("missing"), scratch_folder), 0);
}

/* One core, as taskset leaves it: of the first kind or the other, where there are two. */
static void test_affinity(void **state) {
  (void)state;
  cpu_set_t all;
  assert_int_equal(sched_getaffinity(0, sizeof(all), &all), 0);
  assert_true(vtm_usable_processors() >= 1 && vtm_usable_processors() <= CPU_COUNT(&all));
  for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++) {
    if (!CPU_ISSET(cpu, &all)) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
    assert_int_equal(vtm_usable_processors(), 1);
    vtm_context *context = NULL;
    const vtm_context_options options = {.struct_size = sizeof(options), .device = "cpu"};
    assert_int_equal(vtm_context_create(&options, &context, NULL), VTM_OK);
    assert_int_equal(vtm_context_threads(context), 1);
    vtm_context_destroy(context);
  }
  assert_int_equal(sched_setaffinity(0, sizeof(all), &all), 0);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      IN_SCRATCH(test_unified),   IN_SCRATCH(test_top_of_a_container), IN_SCRATCH(test_version_1),
      IN_SCRATCH(test_no_groups), cmocka_unit_test(test_affinity),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
