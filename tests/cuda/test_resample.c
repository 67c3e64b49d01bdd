/* Pictures resized on a device: the bits of src/image for every filter, in both orders of passes, on odd sizes,
 * enlarged, reduced, and with a side that stays. Run on a GPU and on one that is not there. */
#include "image/resize.h"
#include "kernels/backends.h"

static uint8_t *draw_noise(int width, int height, uint64_t seed) {
  const size_t samples = (size_t)width * (size_t)height * 3;
  uint8_t *pixels = malloc(samples);
  assert_non_null(pixels);
  /* now and then full contrast, so that sums are clipped */
  for (size_t i = 0; i < samples; i++) {
    const float value = vtm_seeded_uniform(&seed, 0, 256);
    pixels[i] = (uint8_t)(i / 60 % 2 == 0 ? value : value < 128 ? 0 : 255);
  }
  return pixels;
}

static void *copy_to_device(const void *values, size_t bytes) {
  void *memory = new_memory(device_backend, bytes + 1);
  if (bytes > 0) write_memory(device_backend, memory, values, bytes);
  return memory;
}

/* The same with pointers into the device's memory, which frees free_there. */
static vtm_resampling copy_tables(const vtm_resampling *resampling, const uint8_t *pixels) {
  vtm_resampling there = *resampling;
  const vtm_resampling_axis *from[2] = {&resampling->x, &resampling->y};
  vtm_resampling_axis *to[2] = {&there.x, &there.y};
  there.picture = copy_to_device(pixels, (size_t)resampling->x.in * (size_t)resampling->y.in * 3);
  for (int i = 0; i < 2; i++) {
    if (from[i]->windows == NULL) continue;
    to[i]->windows = copy_to_device(from[i]->windows, vtm_resampling_window_bytes(from[i]));
    to[i]->weights = copy_to_device(from[i]->weights, vtm_resampling_weight_bytes(resampling, from[i]));
  }
  return there;
}

static void free_there(const void *memory) {
  if (memory != NULL) free_memory(device_backend, (void *)(uintptr_t)memory);
}

static void resize_on_device(const vtm_resampling *resampling, const uint8_t *pixels, float *result, size_t count) {
  vtm_resampling there = copy_tables(resampling, pixels);
  const size_t between_bytes = vtm_resampling_between_bytes(resampling);
  float guard = guard_value;
  char *between = new_memory(device_backend, between_bytes + sizeof(guard));
  float *to = new_memory(device_backend, (count + 1) * sizeof(float));
  write_memory(device_backend, between + between_bytes, &guard, sizeof(guard));
  write_memory(device_backend, to + count, &guard, sizeof(guard));
  device_backend->queues->resample(device_queue, &there, between, to);
  read_memory(device_backend, result, to, count * sizeof(float));
  read_memory(device_backend, &guard, between + between_bytes, sizeof(guard));
  assert_true(guard == guard_value);
  read_memory(device_backend, &guard, to + count, sizeof(guard));
  assert_true(guard == guard_value);
  free_memory(device_backend, between);
  free_memory(device_backend, to);
  free_there(there.picture);
  free_there(there.x.windows);
  free_there(there.x.weights);
  free_there(there.y.windows);
  free_there(there.y.weights);
}

typedef struct sizes {
  int from_width, from_height, width, height;
} sizes;

static void check_size(vtm_resizer *resizer, int filter, sizes s) {
  const size_t count = (size_t)s.width * (size_t)s.height * 3;
  uint8_t *pixels = draw_noise(s.from_width, s.from_height, (uint64_t)s.from_width * 31 + (uint64_t)s.width);
  float *expected = malloc(count * sizeof(float));
  float *result = malloc(count * sizeof(float));
  assert_true(expected != NULL && result != NULL);
  const vtm_image image = {.width = s.from_width, .height = s.from_height, .pixels = pixels};
  vtm_resampling resampling;
  assert_int_equal(vtm_resizer_run(resizer, &image, s.width, s.height, expected, NULL), VTM_OK);
  assert_true(vtm_resizer_describe(resizer, s.from_width, s.from_height, s.width, s.height, &resampling));
  resize_on_device(&resampling, pixels, result, count);
  for (size_t i = 0; i < count; i++)
    if (memcmp(&result[i], &expected[i], sizeof(float)) != 0)
      fail_msg("filter %d, %dx%d to %dx%d, sample %zu: %.9g instead of %.9g", filter, s.from_width, s.from_height,
               s.width, s.height, i, (double)result[i], (double)expected[i]);
  free(pixels);
  free(expected);
  free(result);
}

static void test_bits(void **state) {
  (void)state;
  static const sizes all[] = {{96, 128, 37, 37},  {31, 40, 17, 9}, {9, 5, 64, 61},  {1, 1, 7, 3},     {200, 1, 3, 2},
                              {3, 301, 5, 2},     {40, 33, 40, 9}, {33, 40, 9, 40}, {37, 21, 37, 21}, {7, 500, 80, 20},
                              {48, 400, 24, 100}, {50, 50, 1, 1},  {23, 64, 46, 63}};
  for (int filter = VTM_RESIZE_NONE; filter <= VTM_RESIZE_TF1_BILINEAR; filter++)
    for (int pillow13 = 0; pillow13 < 2; pillow13++) {
      vtm_resizer *resizer = NULL;
      assert_int_equal(vtm_resizer_create((vtm_resize_filter)filter, pillow13 != 0, &resizer, NULL), VTM_OK);
      for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
        const bool kept = all[i].from_width == all[i].width && all[i].from_height == all[i].height;
        vtm_resampling resampling;
        if (filter != VTM_RESIZE_NONE || kept)
          check_size(resizer, filter, all[i]);
        else
          assert_false(
              vtm_resizer_describe(resizer, all[i].from_width, all[i].from_height, all[i].width, 1, &resampling));
      }
      vtm_resizer_destroy(resizer);
    }
}

static int run(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_bits)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void) { return run_on_backends(run); }
