/* A bf16 backend: the ops of bf16_ops_template.h for one number of parts.
 *
 * A template, for any number of inclusions in a source file. Its parameters, which it undefines, are
 *   PARTS          of a value, 1 to VTM_BF16_MAX_PARTS
 *   BACKEND        the vtm_backend record to define
 *   BACKEND_NAME   its name
 *   FORMS          its convolution_forms
 *   PEAK           its peak, or NULL; not undefined */
#define PASTE(NAME, PARTS) NAME##_##PARTS
#define EXPAND(NAME, PARTS) PASTE(NAME, PARTS)
#define NAME_OF(NAME) EXPAND(NAME, PARTS)

static size_t NAME_OF(map_bytes)(const vtm_map *shape) { return vtm_bf16_map_bytes(shape, PARTS); }

static void NAME_OF(load_pixels)(const float *pixels, const float scale[3], const float shift[3], vtm_map *output,
                                 int image) {
  load_pixels(PARTS, pixels, scale, shift, output, image);
}

static vtm_packed_convolution *NAME_OF(pack)(const vtm_convolution *shape, const float *weights, const float *bias,
                                             vtm_error *error) {
  return vtm_bf16_pack(shape, weights, bias, PARTS, error);
}

static void NAME_OF(convolve)(const vtm_packed_convolution *packed, const vtm_map *input, vtm_map *output,
                              int first_channel, float *scratch) {
  convolve(PARTS, packed, input, output, first_channel, scratch);
}

static void NAME_OF(max_pool)(const vtm_pooling *pooling, const vtm_map *input, vtm_map *output, int first_channel) {
  pool(PARTS, pooling, input, output, first_channel, true);
}

static void NAME_OF(average_pool)(const vtm_pooling *pooling, const vtm_map *input, vtm_map *output,
                                  int first_channel) {
  pool(PARTS, pooling, input, output, first_channel, false);
}

static void NAME_OF(channel_means)(const vtm_map *input, float *to) { means(PARTS, input, to); }

static void NAME_OF(lpips_distances)(const vtm_map *a, const vtm_map *b, const float *weights, double *distances,
                                     size_t stride) {
  lpips(PARTS, a, b, weights, distances, stride);
}

static void NAME_OF(read_map)(const vtm_map *map, int image, float *values) {
  vtm_bf16_read_map(map, image, values, PARTS);
}

const vtm_backend BACKEND = {
    .name = BACKEND_NAME,
    .exact_form = FORMS,
    .convolution_forms = FORMS,
    .queues = &vtm_host_queues,
    .batch = VTM_BF16_BATCH,
    .map_bytes = NAME_OF(map_bytes),
    .load_pixels = NAME_OF(load_pixels),
    .pack_convolution = NAME_OF(pack),
    .free_convolution = vtm_host_free_convolution,
    .prepare_convolution = vtm_bf16_prepare,
    .convolve = NAME_OF(convolve),
    .max_pool = NAME_OF(max_pool),
    .average_pool = NAME_OF(average_pool),
    .channel_means = NAME_OF(channel_means),
    .lpips_distances = NAME_OF(lpips_distances),
    .form = vtm_bf16_form,
    .peak = PEAK,
    .read_map = NAME_OF(read_map),
};

#undef PASTE
#undef EXPAND
#undef NAME_OF
#undef PARTS
#undef BACKEND
#undef BACKEND_NAME
#undef FORMS
