/* Convolution in bf16 over a micro-kernel.
 *
 * A template, which bf16_ops_template.h includes: the parameters are described there.
 *
 * Tiles of 16 positions run on from row to row of the input's memory, and what they compute for the positions of the
 * border is lost. That asks for the stride 1: an input that is read with a stride s is laid out anew before, in
 * phases: its pixels (i s + p, j s + q) become the map number (p, q), in which the windows of neighbouring outputs are
 * neighbours.
 * Tiles of an image lie within a row of the output. Of each row of a window, whole lines of 32 values are multiplied in
 * place; what is left of the rows is put together in a patch.
 * The bits of a sum depend on the order of the steps only, never on where a tile lies. */
#include <string.h>

#include "backend/cpu/bf16/bf16.h"

/* Where the positions of the tiles come from. */
typedef struct source {
  const uint16_t *first; /* of the first position of the first image, part 0 */
  size_t image, part;    /* from one to the next, in values */
  int position;          /* values from one position to the next */
  int row, length;       /* positions of an output row and of an image */
} source;

typedef struct convolve_job {
  const vtm_packed_convolution *packed;
  const vtm_map *input;
  vtm_map *output;
  vtm_bf16_layout in, out;
  int first_plane;
  bool is_image;
  bool streamed; /* weights that are read once for all tiles, not once for each chunk of them */
  source from;
  int tiles_of_image, tiles;
  vtm_bf16_scratch scratch;
} convolve_job;

/* The steps of a window over planes of `plane` values each, which hold stride x stride phases of height x width
 * positions; an input that is read with the stride 1 is its own only phase. */
static void find_steps(const convolve_job *job, size_t plane, int height, int width) {
  const vtm_packed_convolution *packed = job->packed;
  const int stride = packed->shape.stride;
  size_t *step = job->scratch.steps;
  for (int p = 0; p < packed->planes; p++)
    for (int r = 0; r < packed->shape.kernel_height; r++)
      for (int c = 0; c < packed->shape.kernel_width; c++) {
        const int phase = r % stride * stride + c % stride;
        const int position = (phase * height + r / stride) * width + c / stride;
        *step++ = (size_t)p * plane + (size_t)position * VTM_BF16_CHANNELS;
      }
  *step = (size_t)2 * VTM_BF16_PIXELS * VTM_BF16_CHANNELS;
}

/* ---- phases ---- */

/* One part of one plane, all phases. Pixels that no window reaches may lie outside of the input's memory: zeros. */
static void copy_phases(const convolve_job *job, const vtm_bf16_phases *phases, const uint16_t *origin, uint16_t *to) {
  const int stride = job->packed->shape.stride;
  const vtm_map *input = job->input;
  const int rows = input->height + input->border + job->packed->shape.pad_height; /* from the first window's on */
  const int columns = input->width + input->border + job->packed->shape.pad_width;
  for (int p = 0; p < stride; p++)
    for (int q = 0; q < stride; q++)
      for (int i = 0; i < phases->height; i++)
        for (int j = 0; j < phases->width; j++, to += VTM_BF16_CHANNELS) {
          const int y = i * stride + p;
          const int x = j * stride + q;
          if (y < rows && x < columns)
            memcpy(to, origin + (size_t)y * job->in.row + (size_t)x * VTM_BF16_CHANNELS,
                   VTM_BF16_CHANNELS * sizeof(*to));
          else
            memset(to, 0, VTM_BF16_CHANNELS * sizeof(*to));
        }
}

static const uint16_t *window_of(const convolve_job *job, int image, int y, int x) {
  const vtm_convolution *shape = &job->packed->shape;
  return vtm_bf16_pixel(job->input, &job->in, image, 0, y * shape->stride - shape->pad_height,
                        x * shape->stride - shape->pad_width);
}

static void make_phases(convolve_job *job) {
  const vtm_packed_convolution *packed = job->packed;
  const vtm_bf16_phases phases = vtm_bf16_phases_of(packed, job->output);
  uint16_t *to = job->scratch.laid_out;
  for (int n = 0; n < job->output->images; n++)
    for (int plane = 0; plane < packed->planes; plane++)
      for (int part = 0; part < packed->parts; part++, to += phases.part)
        copy_phases(job, &phases, window_of(job, n, 0, 0) + (size_t)plane * job->in.plane + (size_t)part * job->in.part,
                    to);
  job->from = (source){.first = job->scratch.laid_out,
                       .image = phases.part * (size_t)packed->parts * (size_t)packed->planes,
                       .part = phases.part,
                       .position = VTM_BF16_CHANNELS,
                       .row = phases.width,
                       .length = (job->output->height - 1) * phases.width + job->output->width};
  find_steps(job, phases.part * (size_t)packed->parts, phases.height, phases.width);
}

/* ---- in place ---- */

static void use_input(convolve_job *job) {
  const int pitch = job->input->width + job->input->border;
  job->from = (source){.first = window_of(job, 0, 0, 0),
                       .image = job->in.image,
                       .part = job->in.part,
                       .position = VTM_BF16_CHANNELS,
                       .row = pitch,
                       .length = (job->output->height - 1) * pitch + job->output->width};
  find_steps(job, job->in.plane, 0, pitch);
}

/* ---- images ---- */

static void use_image(convolve_job *job) {
  const vtm_packed_convolution *packed = job->packed;
  const int position = packed->shape.stride * 3;
  const int row = (job->output->width + VTM_BF16_PIXELS - 1) / VTM_BF16_PIXELS * VTM_BF16_PIXELS;
  job->from = (source){.first = window_of(job, 0, 0, 0),
                       .image = job->in.image,
                       .part = job->in.part,
                       .position = position,
                       .row = row,
                       .length = job->output->height * row};
  size_t *step = job->scratch.steps;
  for (int r = 0; r < packed->shape.kernel_height; r++)
    for (int line = 0; line < packed->row_lines; line++)
      *step++ = (size_t)r * job->in.row + (size_t)line * VTM_BF16_CHANNELS;
  *step = (size_t)position * 2 * VTM_BF16_PIXELS;
  for (int i = 0; i <= packed->patch_steps; i++) job->scratch.patch_steps[i] = (size_t)i * VTM_BF16_CHANNELS;
}

/* Rows are copied by half lines, of which the next overwrites what lies behind a row's end; the last is followed by
 * zeros. */
ALWAYS_INLINE void copy_patch(const convolve_job *job, const uint16_t *from, int run, uint16_t *to) {
  enum { HALF = VTM_BF16_CHANNELS / 2 };
  const uint16_t *end = to + (ptrdiff_t)job->packed->patch_steps * VTM_BF16_CHANNELS;
  for (int row = job->packed->shape.kernel_height; row > 0; row--, from += job->in.row, to += run)
    for (int at = 0; at < run; at += HALF) memcpy(to + at, from + at, HALF * sizeof(*to));
  for (; to < end; to += HALF) memset(to, 0, HALF * sizeof(*to));
}

/* Of the windows of tile number `slot`, the first of which is at `from`. */
static void copy_patches(const convolve_job *job, const uint16_t *from, int slot) {
  const vtm_packed_convolution *packed = job->packed;
  const int whole = packed->row_lines * VTM_BF16_CHANNELS;
  const ptrdiff_t patch = (ptrdiff_t)packed->patch_steps * VTM_BF16_CHANNELS;
  for (int part = 0; part < packed->parts; part++) {
    const uint16_t *rest = from + (size_t)part * job->in.part + whole;
    uint16_t *to =
        job->scratch.laid_out + (size_t)part * vtm_bf16_patches_part(packed) + slot * VTM_BF16_PIXELS * patch;
    for (int i = 0; i < VTM_BF16_PIXELS; i++, rest += job->from.position, to += patch)
      copy_patch(job, rest, packed->shape.kernel_width * 3 - whole, to);
  }
}

/* ---- products ---- */

/* Part 0 of the outputs of a tile. */
static void place_outputs(const convolve_job *job, int image, int first, uint16_t **outputs) {
  const vtm_map *output = job->output;
  int y = first / job->from.row;
  int x = first % job->from.row;
  uint16_t *row = vtm_bf16_pixel(output, &job->out, image, job->first_plane, y, 0);
  for (int i = 0; i < VTM_BF16_PIXELS; i++) {
    outputs[i] = y < output->height && x < output->width ? row + (ptrdiff_t)x * VTM_BF16_CHANNELS : NULL;
    if (++x < job->from.row) continue;
    x = 0;
    y++;
    row += job->out.row;
  }
}

static void place_tiles(const convolve_job *job, int first, int count) {
  for (int t = 0; t < count; t++) {
    const int image = (first + t) / job->tiles_of_image;
    const int position = (first + t) % job->tiles_of_image * VTM_BF16_PIXELS;
    job->scratch.inputs[t] =
        job->is_image ? window_of(job, image, position / job->from.row, position % job->from.row)
                      : job->from.first + (size_t)image * job->from.image + (ptrdiff_t)position * job->from.position;
    if (job->packed->patch_steps > 0) copy_patches(job, job->scratch.inputs[t], t);
    place_outputs(job, image, position, job->scratch.outputs + (ptrdiff_t)t * VTM_BF16_PIXELS);
  }
}

/* What is multiplied of two tiles: in place, and of their patches. */
ALWAYS_INLINE void find_pixels(const convolve_job *job, int tile, int second, tile_pixels pixels[2]) {
  const vtm_packed_convolution *packed = job->packed;
  const vtm_bf16_scratch *scratch = &job->scratch;
  const ptrdiff_t patches = (ptrdiff_t)packed->patch_steps * VTM_BF16_CHANNELS * VTM_BF16_PIXELS;
  pixels[0] = (tile_pixels){.tiles = {scratch->inputs[tile], scratch->inputs[second]},
                            .pixel_bytes = job->from.position * (int)sizeof(uint16_t),
                            .steps = scratch->steps,
                            .step_count = packed->steps - packed->patch_steps,
                            .part = job->from.part};
  pixels[1] = (tile_pixels){.tiles = {scratch->laid_out + tile * patches, scratch->laid_out + second * patches},
                            .pixel_bytes = packed->patch_steps * VTM_BF16_CHANNELS * (int)sizeof(uint16_t),
                            .steps = scratch->patch_steps,
                            .step_count = packed->patch_steps,
                            .part = vtm_bf16_patches_part(packed)};
}

/* All outputs of tiles `first` .. first + count - 1: each 32 outputs' weights pass by once, the pixels once for each.
 */
ALWAYS_INLINE void convolve_chunk(const int products_parts, const int parts, const convolve_job *job, int first,
                                  int count) {
  const vtm_packed_convolution *packed = job->packed;
  const vtm_bf16_scratch *scratch = &job->scratch;
  const int pairs = (count + 1) / 2;
  const int line_count = (products_parts * 2 * VTM_BF16_PIXELS + pairs - 1) / pairs;
  finish_job before = {0};
  place_tiles(job, first, count);
  for (int plane = 0; plane < packed->out_planes; plane++) {
    const uint16_t *weights = packed->weights + (size_t)plane * packed->out_plane_weights;
    const bool more = plane + 1 < packed->out_planes && (first == 0 || job->streamed);
    const uint16_t *ahead = weights + packed->out_plane_weights;
    for (int tile = 0; tile < count; tile += 2) {
      const int second = tile + 1 < count ? tile + 1 : tile;
      tile_job products = {.weights = weights,
                           .ahead = ahead,
                           .ahead_lines = more ? line_count : 0,
                           .sums = scratch->sums + (plane * pairs + tile / 2) % 2 * VTM_BF16_SUMS};
      find_pixels(job, tile, second, products.pixels);
      accumulate(products_parts, parts, &products, &before);
      before = (finish_job){.sums = products.sums,
                            .to = scratch->outputs + (ptrdiff_t)tile * VTM_BF16_PIXELS,
                            .pixels = (second - tile + 1) * VTM_BF16_PIXELS,
                            .plane = (size_t)plane * job->out.plane,
                            .part = job->out.part,
                            .bias = packed->bias + (ptrdiff_t)plane * VTM_BF16_CHANNELS,
                            .relu = packed->shape.relu};
      ahead += (ptrdiff_t)packed->steps * line_count * VTM_BF16_CHANNELS;
    }
  }
  finish_pixels(parts, &before, 0, before.pixels);
}

/* What may stay in the second-level cache beside all that passes by: weights, while chunk after chunk is multiplied
 * with them; or pixels of a chunk, while the weights pass by. */
enum { CACHED_BYTES = 1 << 20 };

ALWAYS_INLINE void convolve_tiles(const int products_parts, const int parts, const convolve_job *job) {
  const int tile_bytes = job->packed->planes * job->packed->parts * VTM_BF16_TILE * (int)sizeof(uint16_t);
  int most = job->streamed ? VTM_BF16_TILES : VTM_BF16_CHUNK;
  if (most * tile_bytes > CACHED_BYTES) most = CACHED_BYTES / tile_bytes;
  if (most < 2) most = 2;
  const int chunks = (job->tiles + most - 1) / most;
  const int count = ((job->tiles + chunks - 1) / chunks + 1) / 2 * 2;
  for (int first = 0; first < job->tiles; first += count)
    convolve_chunk(products_parts, parts, job, first, job->tiles - first < count ? job->tiles - first : count);
}

ALWAYS_INLINE void convolve(const int parts, const vtm_packed_convolution *packed, const vtm_map *input,
                            vtm_map *output, int first_channel, float *scratch) {
  convolve_job job = {.packed = packed,
                      .input = input,
                      .output = output,
                      .in = vtm_bf16_layout_of(input, parts),
                      .out = vtm_bf16_layout_of(output, parts),
                      .first_plane = first_channel / VTM_BF16_CHANNELS,
                      .scratch = vtm_bf16_scratch_of(packed, output, scratch)};
  job.is_image = job.in.pixel_values != VTM_BF16_CHANNELS;
  job.streamed =
      !job.is_image && (size_t)packed->out_planes * packed->out_plane_weights * sizeof(*packed->weights) > CACHED_BYTES;
  if (job.is_image)
    use_image(&job);
  else if (packed->shape.stride > 1)
    make_phases(&job);
  else
    use_input(&job);
  job.tiles_of_image = (job.from.length + VTM_BF16_PIXELS - 1) / VTM_BF16_PIXELS;
  job.tiles = job.tiles_of_image * output->images;
  enter();
  if (packed->parts == parts && job.out.parts == parts)
    convolve_tiles(parts, parts, &job);
  else if (packed->parts == parts)
    convolve_tiles(parts, 2, &job);
  else if (job.out.parts == parts)
    convolve_tiles(2, parts, &job);
  else
    convolve_tiles(2, 2, &job);
  leave();
  vtm_bf16_clear_border(output, parts, job.first_plane, packed->out_planes);
}
