/* Which form a convolution is computed in. No clock is read: the same kind of processor chooses the same form every
 * time, whatever the number of threads and images, and so gets the same bits.
 *
 * The cost of a form is a sum over four kinds of work, each counted for one image of the typical size,
 *   products    multiply-adds of the register tiles: pixels x channels, but no fewer than keep the multipliers busy
 *               (each input takes as many loads as the tile has pixels and vectors, and each sum waits for its last)
 *   tiles       register tiles, each of which begins and ends
 *   transforms  terms of the sums in B' d B and A' M A, of whole tiles also where they reach beyond the map
 *   weights     bytes, which the caches below the memory do not keep from one layer to the next; of the images that are
 *               convolved together each bears its share
 * times the rates of the class of processor. scripts/fit_forms.py fits the rates to measured times: the table that
 * `vtonmetrics bench --forms --json` prints, of both networks. NEON and plain C have been measured under an emulator or
 * not at all; they take the rates of AVX2, whose registers are the nearest. */
#include "backend/cpu/f32/cost_model.h"

enum { PRODUCTS, TILES, TRANSFORMS, WEIGHTS };

#define AVX2_RATES \
  { 1.16, 1500, 1.14, 6.5 }

const vtm_cpu_class vtm_cpu_classes[VTM_CPU_CLASSES] = {
    [VTM_CPU_CLASS_AVX512] = {16, 2, 14, {1.25, 9400, 1.18, 9.2}},
    [VTM_CPU_CLASS_AVX2] = {8, 2, 6, AVX2_RATES},
    [VTM_CPU_CLASS_NEON] = {4, 2, 10, AVX2_RATES},
    [VTM_CPU_CLASS_PORTABLE] = {4, 2, 6, AVX2_RATES},
};

static int planes_of(int channels) { return (channels + VTM_CPU_BLOCK - 1) / VTM_CPU_BLOCK; }

static double larger(double a, double b) { return a > b ? a : b; }

/* Adds the register tiles of `lines` lines of `count` pixels and all output channels over `depth` inputs. */
static void add_products(const vtm_cpu_class *cpu, const vtm_convolution *shape, double lines, int count, double depth,
                         double *work) {
  enum { MULTIPLIERS = 2, LATENCY = 4 };
  const int vectors = planes_of(shape->out_channels) * VTM_CPU_BLOCK / cpu->lanes;
  const int parts = (count + cpu->pixels - 1) / cpu->pixels;
  for (int left = vectors; left > 0; left -= cpu->vectors) {
    const double wide = left < cpu->vectors ? left : cpu->vectors;
    const double pixels = (double)count / parts;
    const double step = larger(larger(pixels * wide, pixels + 2 * wide), MULTIPLIERS * LATENCY);
    work[PRODUCTS] += lines * parts * depth * step * cpu->lanes;
    work[TILES] += lines * parts;
  }
}

static void count_direct(const vtm_cpu_class *cpu, const vtm_convolution *shape, double *work) {
  const int inputs = shape->in_channels == 3 ? 3 : planes_of(shape->in_channels) * VTM_CPU_BLOCK;
  const double depth = (double)inputs * shape->kernel_height * shape->kernel_width;
  const bool one_line = shape->kernel_height == 1 && shape->kernel_width == 1 && shape->stride == 1;
  const int lines = one_line ? 1 : shape->typical_height;
  const int count = one_line ? shape->typical_height * shape->typical_width : shape->typical_width;
  add_products(cpu, shape, lines, count, depth, work);
  work[WEIGHTS] = depth * shape->out_channels * sizeof(float);
}

static void count_tiles(const vtm_cpu_class *cpu, const vtm_cook_toom *form, const vtm_convolution *shape,
                        double images, double *work) {
  const int in_planes = planes_of(shape->in_channels);
  const int out_planes = planes_of(shape->out_channels);
  const int tiles = vtm_cook_toom_tiles(form, shape->typical_height, shape->typical_width) * (int)images;
  const int block = vtm_cook_toom_block(form, in_planes, out_planes, tiles);
  const double positions = form->in_height * form->in_width;
  const double depth = (double)in_planes * VTM_CPU_BLOCK;
  add_products(cpu, shape, positions * tiles / block / images, block, depth, work);
  work[TRANSFORMS] =
      (double)(form->input_terms * in_planes + form->output_terms * out_planes) * VTM_CPU_BLOCK * tiles / images;
  work[WEIGHTS] = positions * depth * shape->out_channels * sizeof(float);
}

/* `form` NULL: direct */
static vtm_candidate candidate_of(const vtm_cpu_class *cpu, const vtm_cook_toom *form, const vtm_convolution *shape) {
  const double direct_error = 2e-7;
  const double images = shape->typical_images > 0 ? shape->typical_images : 1;
  vtm_candidate candidate = {.name = form != NULL ? form->name : "direct",
                             .error = form != NULL ? form->error : direct_error};
  if (form != NULL)
    count_tiles(cpu, form, shape, images, candidate.work);
  else
    count_direct(cpu, shape, candidate.work);
  candidate.work[WEIGHTS] /= images;
  for (int i = 0; i < VTM_WORK_KINDS; i++) candidate.cost += cpu->rates[i] * candidate.work[i];
  return candidate;
}

/* The forms that fit, in the order of their table; the first is NULL, direct. */
static int list_forms(const vtm_convolution *shape, const vtm_cook_toom *forms[VTM_MOST_CANDIDATES]) {
  int count = 0;
  forms[count++] = NULL;
  for (int i = 0; i < VTM_COOK_TOOM_FORMS; i++)
    if (vtm_cook_toom_fits(&vtm_cook_toom_forms[i], shape)) forms[count++] = &vtm_cook_toom_forms[i];
  return count;
}

int vtm_choose_candidates(const vtm_cpu_class *cpu, const vtm_convolution *shape,
                          vtm_candidate list[VTM_MOST_CANDIDATES]) {
  const vtm_cook_toom *forms[VTM_MOST_CANDIDATES];
  const int count = list_forms(shape, forms);
  vtm_convolution known = *shape;
  if (known.typical_height < 1) known.typical_height = 1;
  if (known.typical_width < 1) known.typical_width = 1;
  for (int i = 0; i < count; i++) list[i] = candidate_of(cpu, forms[i], &known);
  return count;
}

const vtm_cook_toom *vtm_choose_form(const vtm_cpu_class *cpu, const vtm_convolution *shape) {
  const vtm_cook_toom *forms[VTM_MOST_CANDIDATES];
  vtm_candidate list[VTM_MOST_CANDIDATES] = {{0}};
  const double budget = shape->exact ? 0 : VTM_LAYER_ERROR_BUDGET;
  const int count = list_forms(shape, forms);
  if (shape->candidate > 0 && shape->candidate <= count) return forms[shape->candidate - 1];
  (void)vtm_choose_candidates(cpu, shape, list);
  int best = 0;
  for (int i = 1; i < count; i++)
    if (list[i].error <= budget && list[i].cost < list[best].cost) best = i;
  return forms[best];
}
