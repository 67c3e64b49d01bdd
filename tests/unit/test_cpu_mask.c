/* Instruction sets that a context is told not to use are not used to resize its images either. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cpu.h"
#include "features/images.h"
#include "image/resize.h"

/* The instruction sets that each thread of a run with this mask may resize with. */
static unsigned resizing_features(const char *mask) {
  const vtm_context_options options = {.struct_size = sizeof(options), .threads = 3, .device = "cpu", .cpu_mask = mask};
  vtm_context *context = NULL;
  vtm_loader loader;
  assert_int_equal(vtm_context_create(&options, &context, NULL), VTM_OK);
  assert_int_equal(vtm_loader_open(context, VTM_RESIZE_PILLOW_BICUBIC, false, 8, 8, 1000, &loader, NULL), VTM_OK);
  assert_int_equal(loader.threads, 3);
  const unsigned features = loader.resizers[0]->cpu_features;
  for (size_t i = 1; i < loader.threads; i++) assert_int_equal(loader.resizers[i]->cpu_features, features);
  vtm_loader_close(&loader);
  vtm_context_destroy(context);
  return features;
}

static void test_masks(void **state) {
  (void)state;
  static const char *const masks[] = {NULL, "amx", "avx512", "avx2", "neon"};
  for (size_t i = 0; i < sizeof(masks) / sizeof(*masks); i++) {
    unsigned expected = 0;
    assert_int_equal(vtm_cpu_features(masks[i], &expected, NULL), VTM_OK);
    assert_int_equal(resizing_features(masks[i]), expected);
  }
  /* resizing has kernels of its own for AVX2; the sets that build on it go with it */
  assert_int_equal(resizing_features("avx2") & (VTM_CPU_AVX2 | VTM_CPU_AVX512 | VTM_CPU_AMX), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_masks)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
