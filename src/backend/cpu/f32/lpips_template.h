/* LPIPS distances.
 *
 * A template, which backend_template.h includes: the parameters are described there. */

static double lpips_stretch(const float *a, const float *b, size_t plane, int planes, int pixels,
                            const float *weights) {
  vec square_a[LPIPS_PIXELS] = {{0}};
  vec square_b[LPIPS_PIXELS] = {{0}};
  for (int p = 0; p < planes; p++)
    for (int i = 0; i < pixels; i++)
      for (int lane = 0; lane < VTM_CPU_BLOCK; lane += LANES) {
        const size_t at = (size_t)p * plane + (size_t)i * VTM_CPU_BLOCK + (size_t)lane;
        const vec va = load(a + at);
        const vec vb = load(b + at);
        square_a[i] = MULTIPLY_ADD(va, va, square_a[i]);
        square_b[i] = MULTIPLY_ADD(vb, vb, square_b[i]);
      }
  float norm_a[LPIPS_PIXELS];
  float norm_b[LPIPS_PIXELS];
  inverse_norms(square_a, pixels, norm_a);
  inverse_norms(square_b, pixels, norm_b);
  vec total[LPIPS_PIXELS] = {{0}};
  for (int p = 0; p < planes; p++)
    for (int i = 0; i < pixels; i++)
      for (int lane = 0; lane < VTM_CPU_BLOCK; lane += LANES) {
        const size_t at = (size_t)p * plane + (size_t)i * VTM_CPU_BLOCK + (size_t)lane;
        /* not fused: equal images must give exactly 0 */
        const vec difference = load(a + at) * splat(norm_a[i]) - load(b + at) * splat(norm_b[i]);
        const vec weight = load_unaligned(weights + (size_t)p * VTM_CPU_BLOCK + (size_t)lane);
        total[i] = MULTIPLY_ADD(weight, difference * difference, total[i]);
      }
  double sum = 0;
  for (int i = 0; i < pixels; i++) sum += (double)sum_lanes(total[i]);
  return sum;
}

static double image_distance(const vtm_map *a, const vtm_map *b, int image, const float *weights) {
  double sum = 0;
  for (int y = 0; y < a->height; y++)
    for (int x = 0; x < a->width; x += LPIPS_PIXELS) {
      const int pixels = a->width - x < LPIPS_PIXELS ? a->width - x : LPIPS_PIXELS;
      sum += lpips_stretch(vtm_map_pixel(a, image, 0, y, x), vtm_map_pixel(b, image, 0, y, x), vtm_map_plane(a),
                           vtm_map_planes(a), pixels, weights);
    }
  return sum / ((double)a->height * (double)a->width);
}

static void lpips_distances(const vtm_map *a, const vtm_map *b, const float *weights, double *distances,
                            size_t stride) {
  for (int n = 0; n < a->images; n++) distances[(size_t)n * stride] = image_distance(a, b, n, weights);
}
