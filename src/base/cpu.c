#include "base/cpu.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#if defined(__x86_64__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include "base/error.h"

typedef struct instruction_set {
  const char *name;
  vtm_cpu_feature feature;
  unsigned removes; /* masking this set also masks those that build on it */
} instruction_set;

/* best first */
static const instruction_set known_sets[] = {
    {"amx", VTM_CPU_AMX, VTM_CPU_AMX},
    {"avx512", VTM_CPU_AVX512, VTM_CPU_AVX512 | VTM_CPU_AMX},
    {"avx2", VTM_CPU_AVX2, VTM_CPU_AVX2 | VTM_CPU_AVX512 | VTM_CPU_AMX},
    {"neon", VTM_CPU_NEON, VTM_CPU_NEON},
};
enum { KNOWN_SETS = sizeof(known_sets) / sizeof(*known_sets) };

#if defined(__x86_64__)
/* The tiles' 8 KiB make a thread's saved state larger, so Linux gives them only to a process that asks
 * (arch_prctl(2)); asking again does no harm. */
static bool may_use_tiles(void) {
  enum { REQUEST_PERMISSION = 0x1023, TILE_DATA = 18 };
  enum { AMX_BF16 = 1 << 22, AMX_TILE = 1 << 24, AVX512_BF16 = 1 << 5 };
  unsigned a;
  unsigned b;
  unsigned c;
  unsigned d;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(d & AMX_BF16) || !(d & AMX_TILE)) return false;
  if (!__get_cpuid_count(7, 1, &a, &b, &c, &d) || !(a & AVX512_BF16)) return false;
  return syscall(SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0;
}

static unsigned detect_features(void) {
  unsigned features = 0;
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    features |= VTM_CPU_AVX2;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl"))
      features |= may_use_tiles() ? VTM_CPU_AVX512 | VTM_CPU_AMX : VTM_CPU_AVX512;
  }
  return features;
}
#elif defined(__aarch64__)
static unsigned detect_features(void) { return VTM_CPU_NEON; }
#else
static unsigned detect_features(void) { return 0; }
#endif

vtm_status vtm_cpu_features(const char *mask, unsigned *features, vtm_error *error) {
  *features = detect_features();
  for (const char *rest = mask; rest != NULL && *rest != '\0';) {
    const size_t length = strcspn(rest, ",");
    unsigned removes = 0;
    for (size_t i = 0; i < KNOWN_SETS; i++)
      if (strlen(known_sets[i].name) == length && memcmp(known_sets[i].name, rest, length) == 0)
        removes = known_sets[i].removes;
    if (removes == 0)
      return vtm_fail(error, VTM_ERROR_USAGE, "unknown instruction set '%.*s': known are amx, avx512, avx2, neon",
                      (int)length, rest);
    *features &= ~removes;
    rest += length;
    if (*rest == ',') rest++;
  }
  return VTM_OK;
}

const char *vtm_cpu_name(unsigned features) {
  for (size_t i = 0; i < KNOWN_SETS; i++)
    if (features & (unsigned)known_sets[i].feature) return known_sets[i].name;
  return "portable";
}
