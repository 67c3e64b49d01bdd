#include "base/cpu.h"

#include <stddef.h>
#include <string.h>

#include "base/error.h"

typedef struct instruction_set {
  const char *name;
  unsigned removes; /* masking this set also masks those that build on it */
} instruction_set;

static const instruction_set known_sets[] = {
    {"avx512", VTM_CPU_AVX512},
    {"avx2", VTM_CPU_AVX2 | VTM_CPU_AVX512},
};

static unsigned detect(void) {
  unsigned features = 0;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    features |= VTM_CPU_AVX2;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl"))
      features |= VTM_CPU_AVX512;
  }
#endif
  return features;
}

vtm_status vtm_cpu_features(const char *mask, unsigned *features, vtm_error *error) {
  *features = detect();
  for (const char *rest = mask; rest != NULL && *rest != '\0';) {
    const size_t length = strcspn(rest, ",");
    unsigned removes = 0;
    for (size_t i = 0; i < sizeof(known_sets) / sizeof(*known_sets); i++)
      if (strlen(known_sets[i].name) == length && memcmp(known_sets[i].name, rest, length) == 0)
        removes = known_sets[i].removes;
    if (removes == 0)
      return vtm_fail(error, VTM_ERROR_USAGE, "unknown instruction set '%.*s': known are avx512, avx2", (int)length,
                      rest);
    *features &= ~removes;
    rest += length;
    if (*rest == ',') rest++;
  }
  return VTM_OK;
}

const char *vtm_cpu_name(unsigned features) {
  if (features & VTM_CPU_AVX512) return "avx512";
  if (features & VTM_CPU_AVX2) return "avx2";
  return "portable";
}
