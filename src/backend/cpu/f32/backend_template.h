/* The CPU backend in float32, written once over GCC's vector types and compiled for each instruction set by
 * kernels_portable.c, kernels_avx2.c, kernels_avx512.c and kernels_neon.c.
 *
 * A template, for one inclusion in a source file. Its parameters, which it undefines, are
 *   LANES                   floats in a vector
 *   VECTORS                 vectors of output channels in a tile
 *   PIXELS                  most pixels in a tile; PIXELS x VECTORS accumulators and VECTORS weights stay in registers
 *   EACH_PIXELS(X, ...)     X(1, ...) X(2, ...) and so on to PIXELS
 *   MULTIPLY_ADD(a, b, c)   a b + c, fused where the processor can
 *   CLASS                   row of cost_model.h's table
 *   BACKEND                 the vtm_backend record to define
 *   BACKEND_NAME            its name */
#include "backend/cpu/f32/f32_layout.h"
#include "backend/cpu/peak.h"
#include "backend/cpu/window.h"
#include "backend/host.h"

/* Each builds on those before it. */
/* clang-format off */
#include "backend/cpu/simd_template.h"
#include "backend/cpu/f32/tile_template.h"
#include "backend/cpu/f32/direct_template.h"
#include "backend/cpu/f32/cook_toom_template.h"
#include "backend/cpu/f32/pool_template.h"
#include "backend/cpu/f32/lpips_template.h"
/* clang-format on */

/* ---- convolution ---- */

static void convolve(const vtm_packed_convolution *packed, const vtm_map *input, vtm_map *output, int first_channel,
                     float *scratch) {
  const int first_plane = first_channel / VTM_CPU_BLOCK;
  if (packed->form != NULL)
    convolve_tiles(packed, input, output, first_plane, scratch);
  else
    convolve_direct(packed, input, output, first_plane);
  vtm_cpu_clear_border(output, first_plane, packed->out_planes);
}

static vtm_packed_convolution *pack_convolution(const vtm_convolution *shape, const float *weights, const float *bias,
                                                vtm_error *error) {
  return vtm_cpu_pack(shape, weights, bias, &vtm_cpu_classes[CLASS], error);
}

static int candidates(const vtm_convolution *shape, vtm_candidate list[VTM_MOST_CANDIDATES]) {
  return vtm_choose_candidates(&vtm_cpu_classes[CLASS], shape, list);
}

/* ---- benchmarks ---- */

/* As many chains as a processor has multiply-adds in flight: two a cycle, each of which takes four or five. */
#define EACH_CHAIN(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11)

static void run_chains(long count) {
  const vec x = splat(0.5F);
  const vec y = splat(1.0F);
#define DECLARE(I) vec chain##I = splat((float)(I));
  EACH_CHAIN(DECLARE)
  for (long i = 0; i < count; i++) {
#define ADVANCE(I) chain##I = MULTIPLY_ADD(chain##I, x, y);
    EACH_CHAIN(ADVANCE)
  }
  vec sum = splat(0);
#define COLLECT(I) sum = sum + chain##I;
  EACH_CHAIN(COLLECT)
  volatile float kept = sum[0]; /* so that the chains are not left out */
  (void)kept;
}

static double peak(void) {
  enum { CHAINS = 12 };
  return vtm_peak_of(run_chains, 2000000, CHAINS * LANES);
}

const vtm_backend BACKEND = {
    .name = BACKEND_NAME,
    .exact_form = "direct",
    .convolution_forms = VTM_COOK_TOOM_NAMES,
    .queues = &vtm_host_queues,
    .batch = 4,
    .map_bytes = vtm_cpu_map_bytes,
    .load_pixels = vtm_cpu_load_pixels,
    .pack_convolution = pack_convolution,
    .free_convolution = vtm_host_free_convolution,
    .prepare_convolution = vtm_cpu_prepare,
    .convolve = convolve,
    .max_pool = max_pool,
    .average_pool = average_pool,
    .channel_means = channel_means,
    .lpips_distances = lpips_distances,
    .form = vtm_cpu_form,
    .candidates = candidates,
    .peak = peak,
    .read_map = vtm_cpu_read_map,
};

#undef LANES
#undef VECTORS
#undef PIXELS
#undef EACH_PIXELS
#undef MULTIPLY_ADD
#undef CLASS
#undef BACKEND
#undef BACKEND_NAME
