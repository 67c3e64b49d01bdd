/* Odd processors: instruction sets switched off, and a kernel that refuses the matrix tiles. */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "backend/backend.h"
#include "base/cpu.h"
#include "vtonmetrics/context.h"

static unsigned features_with(const char *mask) {
  unsigned features = 0;
  assert_int_equal(vtm_cpu_features(mask, &features, NULL), VTM_OK);
  return features;
}

/* What builds on a masked set goes with it; the others stay as they are. */
static void test_masks(void **state) {
  (void)state;
  const unsigned all = features_with(NULL);
  assert_int_equal(features_with(""), all);
  assert_int_equal(features_with("amx"), all & ~(unsigned)VTM_CPU_AMX);
  assert_int_equal(features_with("avx512"), all & ~(unsigned)(VTM_CPU_AVX512 | VTM_CPU_AMX));
  assert_int_equal(features_with("avx2,avx512"), features_with("avx2"));
  assert_int_equal(features_with("avx2") & (VTM_CPU_AVX2 | VTM_CPU_AVX512 | VTM_CPU_AMX), 0);
  unsigned features = 0;
  vtm_error error = {0};
  assert_int_equal(vtm_cpu_features("amx,sse9", &features, &error), VTM_ERROR_USAGE);
  assert_non_null(strstr(error.message, "'sse9'"));
}

/* Every precision has a backend on every processor. */
static void test_backends(void **state) {
  (void)state;
  static const char *const masks[] = {"", "amx", "avx512", "avx2", "neon"};
  for (size_t m = 0; m < sizeof(masks) / sizeof(*masks); m++)
    for (int precision = VTM_PRECISION_F32; precision <= VTM_PRECISION_BF16; precision++)
      assert_non_null(vtm_backend_cpu(features_with(masks[m]), (vtm_precision)precision));
}

#if defined(__x86_64__)
/* From now on arch_prctl answers EPERM, as under a kernel or a sandbox that does not know the request. */
static int refuse_tiles(void) {
  struct sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_arch_prctl, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const struct sock_fprog program = {.len = sizeof(rules) / sizeof(*rules), .filter = rules};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

enum { AS_EXPECTED, OTHERWISE, NOT_POSSIBLE };

static int look_without_tiles(unsigned all) {
  unsigned features = 0;
  vtm_context *context = NULL;
  const vtm_context_options options = {.struct_size = sizeof(options), .threads = 1, .device = "cpu"};
  char device[64];
  (void)snprintf(device, sizeof(device), "cpu %s", vtm_cpu_name(all & ~(unsigned)VTM_CPU_AMX));
  if (refuse_tiles() != 0) return NOT_POSSIBLE;
  if (vtm_cpu_features(NULL, &features, NULL) != VTM_OK || features != (all & ~(unsigned)VTM_CPU_AMX)) return OTHERWISE;
  if (vtm_context_create(&options, &context, NULL) != VTM_OK) return OTHERWISE;
  const int result = strcmp(vtm_context_device(context), device) == 0 ? AS_EXPECTED : OTHERWISE;
  vtm_context_destroy(context);
  return result;
}

static void test_kernel_refuses_tiles(void **state) {
  (void)state;
  const unsigned all = features_with(NULL);
  if (!(all & VTM_CPU_AMX)) {
    print_message("skipped: this processor has no amx\n");
    skip();
  }
  const pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) _exit(look_without_tiles(all));
  int status = 0;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  if (WEXITSTATUS(status) == NOT_POSSIBLE) {
    print_message("skipped: this kernel has no seccomp filters\n");
    skip();
  }
  assert_int_equal(WEXITSTATUS(status), AS_EXPECTED);
}
#endif

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_masks),
    cmocka_unit_test(test_backends),
#if defined(__x86_64__)
    cmocka_unit_test(test_kernel_refuses_tiles),
#endif
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
