/* Pooling, and the means over space.
 *
 * A template, which backend_template.h includes: the parameters are described there. */

ALWAYS_INLINE vec pool_window(const vtm_map *input, const float *corner, int rows, int columns, int lane,
                              const bool maximum) {
  const size_t row = vtm_map_row(input);
  vec sum = maximum ? load(corner + lane) : (vec){0};
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < columns; j++) {
      const vec x = load(corner + (size_t)i * row + (size_t)j * VTM_CPU_BLOCK + lane);
      sum = maximum ? max_of(x, sum) : sum + x;
    }
  return sum;
}

ALWAYS_INLINE void pool_plane(const vtm_pooling *pooling, const vtm_map *input, int plane, vtm_map *output,
                              int to_plane, int image, const bool maximum) {
  const float *bias = pooling->bias != NULL ? pooling->bias + (ptrdiff_t)plane * VTM_CPU_BLOCK : NULL;
  for (int y = 0; y < output->height; y++) {
    const window rows = window_at(pooling, input->height, y);
    float *to = vtm_map_pixel(output, image, to_plane, y, 0);
    for (int x = 0; x < output->width; x++, to += VTM_CPU_BLOCK) {
      const window columns = window_at(pooling, input->width, x);
      const float *corner = vtm_map_pixel(input, image, plane, rows.first, columns.first);
      const int height = rows.last - rows.first;
      const int width = columns.last - columns.first;
      const float count = (float)(pooling->count_pad ? pooling->kernel * pooling->kernel : height * width);
      for (int lane = 0; lane < VTM_CPU_BLOCK; lane += LANES) {
        /* a whole 3x3 window, the only kind these networks have inside the map, unrolls */
        const vec sum = height == 3 && width == 3 ? pool_window(input, corner, 3, 3, lane, maximum)
                                                  : pool_window(input, corner, height, width, lane, maximum);
        store(to + lane, maximum ? sum : finish_average(sum / splat(count), bias != NULL ? bias + lane : NULL));
      }
    }
  }
}

static void max_pool(const vtm_pooling *pooling, const vtm_map *input, vtm_map *output, int first_channel) {
  const int first_plane = first_channel / VTM_CPU_BLOCK;
  for (int n = 0; n < output->images; n++)
    for (int p = 0; p < vtm_map_planes(input); p++) pool_plane(pooling, input, p, output, first_plane + p, n, true);
  vtm_cpu_clear_border(output, first_plane, vtm_map_planes(input));
}

static void average_pool(const vtm_pooling *pooling, const vtm_map *input, vtm_map *output, int first_channel) {
  const int first_plane = first_channel / VTM_CPU_BLOCK;
  for (int n = 0; n < output->images; n++)
    for (int p = 0; p < vtm_map_planes(input); p++) pool_plane(pooling, input, p, output, first_plane + p, n, false);
  vtm_cpu_clear_border(output, first_plane, vtm_map_planes(input));
}

static void channel_means(const vtm_map *input, float *means) {
  for (int n = 0; n < input->images; n++)
    for (int c = 0; c < input->channels; c++) {
      double sum = 0;
      for (int y = 0; y < input->height; y++) {
        const float *from = vtm_map_pixel(input, n, c / VTM_CPU_BLOCK, y, 0) + c % VTM_CPU_BLOCK;
        for (int x = 0; x < input->width; x++) sum += (double)from[(size_t)x * VTM_CPU_BLOCK];
      }
      means[(size_t)n * (size_t)input->channels + (size_t)c] =
          (float)(sum / ((double)input->height * (double)input->width));
    }
}
