/* Direct convolution, without im2col, by register tiles. All pixels pass by the weights of as many planes as the
 * first-level cache holds, then by those of the next; between, sums wait in the output.
 *
 * A template, which backend_template.h includes: the parameters are described there. */

/* A 1x1 convolution over a map without border reads its pixels as one long line: tiles need not end
 * with the rows. */
static bool is_one_line(const vtm_packed_convolution *packed, const vtm_map *input) {
  const vtm_convolution *shape = &packed->shape;
  return shape->kernel_height == 1 && shape->kernel_width == 1 && shape->stride == 1 && input->border == 0 &&
         shape->pad_height == 0 && shape->pad_width == 0;
}

/* Input planes whose weights, for the channels of a tile, stay in the first-level cache while all pixels pass by: three
 * quarters of 32 KiB, the least that a processor with these instructions has; the rest is for pixels and sums. */
static int planes_together(size_t plane_depth) {
  enum { CACHE_BYTES = 24 << 10 };
  const int planes = (int)(CACHE_BYTES / (plane_depth * TILE_WIDTH * sizeof(float)));
  return planes > 0 ? planes : 1;
}

/* Convolves a few images together, so that each block of weights is streamed once for all of them. */
static void convolve_images(const vtm_packed_convolution *packed, const vtm_map *input, vtm_map *output,
                            int first_plane, int first_image, int images) {
  const vtm_convolution *shape = &packed->shape;
  const int outputs = packed->out_planes * VTM_CPU_BLOCK;
  const bool one_line = is_one_line(packed, input);
  const int lines = one_line ? 1 : output->height;
  const int length = one_line ? output->height * output->width : output->width;
  tile_job job = {.input_plane = vtm_map_plane(input),
                  .input_row = vtm_map_row(input),
                  .step = (size_t)shape->stride * (size_t)packed->block,
                  .kernel_height = shape->kernel_height,
                  .run = (size_t)shape->kernel_width * (size_t)packed->block,
                  .output_plane = vtm_map_plane(output),
                  .width = output->width,
                  .gap = (size_t)(2 * output->border) * VTM_CPU_BLOCK};
  const tile_family *family = family_of(job.step);
  const size_t plane_depth = packed->depth / (size_t)packed->planes;
  const int chunk = planes_together(plane_depth);
  for (int first = 0; first < outputs; first += TILE_WIDTH) {
    const int width = outputs - first < TILE_WIDTH ? outputs - first : TILE_WIDTH;
    const float *weights = packed->weights + (size_t)first * packed->depth;
    job.bias = packed->bias + first;
    for (int plane = 0; plane < packed->planes; plane += chunk) {
      job.planes = packed->planes - plane < chunk ? packed->planes - plane : chunk;
      job.resumed = plane > 0;
      job.relu = shape->relu && plane + job.planes == packed->planes;
      const size_t count = (size_t)width * plane_depth * (size_t)job.planes;
      set_weights(&job, weights, count);
      weights += count;
      for (int i = 0; i < lines * images; i++) {
        const int image = first_image + i / lines;
        const int y = i % lines;
        job.input = vtm_map_pixel(input, image, plane, y * shape->stride - shape->pad_height, -shape->pad_width);
        job.output = vtm_map_pixel(output, image, first_plane + first / VTM_CPU_BLOCK, y, 0) + first % VTM_CPU_BLOCK;
        job.column = 0;
        convolve_line(&job, family->tiles[width / LANES - 1], length);
      }
    }
  }
}

/* As many images together as stay in a second-level cache of 1 MiB (Skylake-SP, Zen 4) while the weights pass by. */
static void convolve_direct(const vtm_packed_convolution *packed, const vtm_map *input, vtm_map *output,
                            int first_plane) {
  enum { CACHE_BYTES = 1 << 20 };
  const size_t image_bytes = (size_t)packed->planes * vtm_map_plane(input) * sizeof(float);
  const int most = image_bytes < CACHE_BYTES ? (int)(CACHE_BYTES / image_bytes) : 1;
  for (int n = 0; n < output->images; n += most)
    convolve_images(packed, input, output, first_plane, n, output->images - n < most ? output->images - n : most);
}
