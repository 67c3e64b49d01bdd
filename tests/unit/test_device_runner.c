/* The batch runner on devices: the processor's values, equal bits for one device or several, batches planned by
 * memory and halved when it runs out, and ends that are told, never a hang. Over a device that is not there. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/context.h"
#include "base/error.h"
#include "helpers/one_network.h"
#include "image/resize.h"
#include "nn/forward.h"
#include "nn/seeded.h"

enum { ITEMS = 11, BROKEN = 4, SIZE = 63, FEATURES = 256, MODELS = 2, LAYERS = 5, BATCH = 3 };

static const vtm_input_scaling scaling = {{2.0 / 255, 2.0 / 255, 2.0 / 255}, {-1, -1, -1}};
static vtm_engine_options engine_options = {.scaling = &scaling};

typedef struct fixture {
  vtm_seeded_weights weights;
  vtm_context *context;
  vtm_engine *engine;
  int warnings;
  char warning[2048];
} fixture;

static void hear(void *user, vtm_log_level level, const char *message) {
  fixture *f = user;
  if (level != VTM_LOG_WARNING) return;
  f->warnings++;
  (void)snprintf(f->warning, sizeof(f->warning), "%s", message);
}

static vtm_status open_fixture_in(fixture *f, const char *network, const char *device, const char *faults,
                                  vtm_precision precision, vtm_error *error) {
  memset(f, 0, sizeof(*f));
  assert_int_equal(setenv("VTONMETRICS_CUDA_MODULE", FAKE_CUDA, 1), 0);
  assert_int_equal(setenv("VTM_FAKE_CUDA", faults, 1), 0);
  const vtm_context_options options = {
      .struct_size = sizeof(options), .threads = 2, .device = device, .log = hear, .user = f};
  assert_int_equal(vtm_context_create(&options, &f->context, NULL), VTM_OK);
  assert_int_equal(vtm_seeded_create(vtm_network_find(network), 1, &f->weights, NULL), VTM_OK);
  const vtm_tensor_lookup lookup = vtm_seeded_lookup(&f->weights);
  const vtm_compute compute = vtm_compute_of(f->context, precision);
  return vtm_engine_create_on(&compute, f->context->pool, vtm_network_find(network), &lookup, &engine_options,
                              &f->engine, error);
}

static vtm_status open_fixture(fixture *f, const char *network, const char *device, const char *faults,
                               vtm_error *error) {
  return open_fixture_in(f, network, device, faults, VTM_PRECISION_F32, error);
}

static void close_fixture(fixture *f) {
  vtm_engine_destroy(f->engine);
  vtm_context_destroy(f->context);
  vtm_seeded_free(&f->weights);
}

/* Item BROKEN is broken, item 7 larger than the others, item 9 too small for any network. */
static vtm_status load(void *user, size_t item, int thread, vtm_pixels *pixels, vtm_error *error) {
  (void)user;
  (void)thread;
  if (item == BROKEN) return vtm_fail(error, VTM_ERROR_FORMAT, "image %zu: broken", item);
  const int size = item == 7 ? SIZE + 16 : item == 9 ? 8 : SIZE;
  float *values = vtm_pixels_resize(pixels, size, size, error);
  if (values == NULL) return VTM_ERROR_MEMORY;
  uint64_t seed = item + 1;
  for (size_t i = 0; i < (size_t)size * (size_t)size * 3; i++) values[i] = vtm_seeded_uniform(&seed, 0, 255);
  return VTM_OK;
}

typedef struct collected {
  size_t next, failed;
  float features[ITEMS][FEATURES];
} collected;

static vtm_status collect(void *user, size_t item, const float *features, const vtm_error *item_error,
                          vtm_error *error) {
  (void)error;
  collected *c = user;
  assert_int_equal(item, c->next++);
  assert_int_equal(features == NULL, item == BROKEN || item == 9);
  if (features == NULL) {
    c->failed++;
    assert_non_null(strstr(item_error->message, item == BROKEN ? "broken" : "too small"));
    return VTM_OK;
  }
  memcpy(c->features[item], features, sizeof(c->features[item]));
  return VTM_OK;
}

static void run_features(const char *device, const char *faults, size_t batch, collected *c, fixture *f) {
  const vtm_source source = {.load = load, .count = ITEMS};
  vtm_error error = {0};
  memset(c, 0, sizeof(*c));
  assert_int_equal(open_fixture(f, "alexnet", device, faults, NULL), VTM_OK);
  if (one_run_features(f->context, f->engine, &source, batch, collect, c, &error) != VTM_OK)
    fail_msg("%s: %s", faults, error.message);
  assert_int_equal(c->next, ITEMS);
  assert_int_equal(c->failed, 2);
  close_fixture(f);
}

static void test_features(void **state) {
  (void)state;
  static collected processor;
  static collected device;
  static collected other;
  fixture f;
  run_features("cpu", "", 2, &processor, &f);
  run_features("cuda", "", BATCH, &device, &f);
  assert_int_equal(f.warnings, 0);
  for (size_t i = 0; i < ITEMS; i++)
    for (size_t k = 0; k < FEATURES; k++) assert_true(fabsf(processor.features[i][k] - device.features[i][k]) < 1e-4F);
  run_features("cuda:1,0", "devices=2", BATCH, &other, &f);
  assert_memory_equal(&device, &other, sizeof(device));
  run_features("cuda:0,1,2", "devices=3", BATCH, &other, &f);
  assert_memory_equal(&device, &other, sizeof(device));
  run_features("cuda", "pinned=0", BATCH, &other, &f);
  assert_memory_equal(&device, &other, sizeof(device));
  run_features("cuda", "waiting=0", BATCH, &other, &f); /* results come into page-locked memory */
  assert_memory_equal(&device, &other, sizeof(device));
}

/* ---- precision ---- */

/* The first item's features, and the bytes that a batch takes of the device for its maps. */
static void run_precision(vtm_precision precision, float features[FEATURES], size_t *bytes) {
  fixture f;
  vtm_pixels pixels = {0};
  assert_int_equal(open_fixture_in(&f, "alexnet", "cuda", "", precision, NULL), VTM_OK);
  assert_int_equal(load(NULL, 0, 0, &pixels, NULL), VTM_OK);
  assert_int_equal(vtm_forward(f.engine, 0, VTM_SLOT_OTHER, &pixels, NULL), VTM_OK);
  assert_int_equal(vtm_forward_features(f.engine, 0, VTM_SLOT_OTHER, features, NULL), VTM_OK);
  const vtm_map map = {.images = 2, .channels = 32, .height = 8, .width = 8};
  *bytes = vtm_compute_of(f.context, precision).backend->map_bytes(&map);
  vtm_pixels_free(&pixels);
  close_fixture(&f);
}

/* Root of the mean square of the difference, over that of the values. */
static double distance(const float *a, const float *b) {
  double difference = 0;
  double square = 0;
  for (size_t k = 0; k < FEATURES; k++) {
    difference += ((double)a[k] - (double)b[k]) * ((double)a[k] - (double)b[k]);
    square += (double)b[k] * (double)b[k];
  }
  return sqrt(difference / square);
}

/* Factors of 11 bits: off by about 2^-12 of a value, ten times more in the worst of layers, not by nothing and not by
 * what 8 bits are off. */
static void test_precisions(void **state) {
  (void)state;
  float f32[FEATURES];
  float tf32[FEATURES];
  float fp16[FEATURES];
  size_t bytes[3];
  run_precision(VTM_PRECISION_F32, f32, &bytes[0]);
  run_precision(VTM_PRECISION_TF32, tf32, &bytes[1]);
  run_precision(VTM_PRECISION_FP16, fp16, &bytes[2]);
  assert_true(distance(tf32, f32) > 2e-5 && distance(tf32, f32) < 1e-3);
  assert_true(distance(fp16, f32) > 2e-5 && distance(fp16, f32) < 1e-3);
  assert_true(distance(fp16, tf32) > 0);
  assert_int_equal(bytes[1], bytes[0]);
  assert_int_equal(bytes[2], bytes[0] / 2);
}

static void expect_refused(const char *device, const char *faults, const char *precision, const char *message) {
  fixture f;
  vtm_error error = {0};
  assert_int_equal(open_fixture(&f, "alexnet", device, faults, NULL), VTM_OK);
  assert_int_equal(vtm_engine_check_precision(f.context, precision, &error), VTM_ERROR_UNSUPPORTED);
  if (strstr(error.message, message) == NULL) fail_msg("'%s' has no '%s'", error.message, message);
  close_fixture(&f);
}

static void test_refused_precisions(void **state) {
  (void)state;
  expect_refused("cuda", "", "bf16", "has f32, tf32, fp16; --device cpu has it");
  expect_refused("cuda", "capability=75", "tf32", "has f32, fp16; GPUs have it, from compute capability 8.0 on");
  expect_refused("cpu", "", "fp16", "has f32, bf16x3, bf16; GPUs have it");
}

/* ---- pictures that the device resizes ---- */

enum { PICTURES = 7, THREADS = 6 }; /* two threads and two lanes a device */

/* Item i is resized by filter i, from a size of its own; BROKEN is as broken as elsewhere. */
typedef struct pictures {
  vtm_resizer *resizers[THREADS][PICTURES];
  bool resized; /* all of them before they come */
  int held[THREADS];
} pictures;

static void open_pictures(pictures *p) {
  for (int t = 0; t < THREADS; t++)
    for (int i = 0; i < PICTURES; i++)
      assert_int_equal(vtm_resizer_create((vtm_resize_filter)i, i % 2 == 1, &p->resizers[t][i], NULL), VTM_OK);
}

static void close_pictures(pictures *p) {
  for (int t = 0; t < THREADS; t++)
    for (int i = 0; i < PICTURES; i++) vtm_resizer_destroy(p->resizers[t][i]);
}

static vtm_status load_picture(void *user, size_t item, int thread, vtm_pixels *pixels, vtm_error *error) {
  pictures *p = user;
  const int width = item == 0 ? SIZE : 20 + 31 * (int)item;
  const int height = item == 0 ? SIZE : 300 - 37 * (int)item;
  const size_t bytes = (size_t)width * (size_t)height * 3;
  vtm_resizer *resizer = p->resizers[thread][item];
  vtm_image image = {.width = width, .height = height, .pixels = malloc(bytes)};
  uint64_t seed = item + 1;
  if (image.pixels == NULL) return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < bytes; i++) image.pixels[i] = (uint8_t)vtm_seeded_uniform(&seed, 0, 256);
  vtm_resampling resampling;
  uint8_t *picture = NULL;
  if (!p->resized && vtm_pixels_take_pictures(pixels) &&
      vtm_resizer_describe(resizer, width, height, SIZE, SIZE, &resampling))
    picture = vtm_pixels_hold(pixels, &resampling);
  vtm_status status = VTM_OK;
  if (picture != NULL) {
    memcpy(picture, image.pixels, bytes);
    p->held[thread]++;
  } else {
    float *values = vtm_pixels_resize(pixels, SIZE, SIZE, error);
    status = values == NULL ? VTM_ERROR_MEMORY : vtm_resizer_run(resizer, &image, SIZE, SIZE, values, error);
  }
  vtm_image_clear(&image);
  return status;
}

static vtm_status collect_all(void *user, size_t item, const float *features, const vtm_error *item_error,
                              vtm_error *error) {
  (void)error;
  collected *c = user;
  assert_null(item_error);
  memcpy(c->features[item], features, sizeof(c->features[item]));
  return VTM_OK;
}

/* Returns how many the device resized. */
static int run_pictures(const char *device, const char *faults, bool resized, collected *c) {
  pictures p = {.resized = resized};
  const vtm_source source = {.load = load_picture, .count = PICTURES, .user = &p};
  fixture f;
  memset(c, 0, sizeof(*c));
  open_pictures(&p);
  assert_int_equal(open_fixture(&f, "alexnet", device, faults, NULL), VTM_OK);
  assert_int_equal(one_run_features(f.context, f.engine, &source, BATCH, collect_all, c, NULL), VTM_OK);
  close_fixture(&f);
  close_pictures(&p);
  int held = 0;
  for (int t = 0; t < THREADS; t++) held += p.held[t];
  return held;
}

static void test_pictures(void **state) {
  (void)state;
  static collected expected;
  static collected got;
  assert_int_equal(run_pictures("cuda", "", true, &expected), 0);
  assert_int_equal(run_pictures("cuda", "", false, &got), PICTURES);
  assert_memory_equal(&expected, &got, sizeof(got));
  assert_int_equal(run_pictures("cuda:1,0", "devices=2", false, &got), PICTURES);
  assert_memory_equal(&expected, &got, sizeof(got));
  /* some are too large for what a small device has for them; then one that has room for none */
  assert_in_range(run_pictures("cuda", "memory=12600000", false, &got), 1, PICTURES - 1);
  assert_memory_equal(&expected, &got, sizeof(got));
  assert_int_equal(run_pictures("cuda", "memory=11000000,promised=1000000000", false, &got), 0);
  assert_memory_equal(&expected, &got, sizeof(got));
  assert_int_equal(run_pictures("cpu", "", false, &got), 0);
}

/* Page-locked memory is not for the largest pictures, nor a device's for what lies between two passes of them. */
static void test_large_pictures(void **state) {
  (void)state;
  static const struct {
    int width, height, to_width, to_height;
    bool held;
  } cases[] = {{1024, 768, 256, 256, true},
               {3000, 3000, 256, 256, false},
               {1, 2000000, 256, 256, false},
               {10, 4000, 8000, 256, false}};
  fixture f;
  assert_int_equal(open_fixture(&f, "alexnet", "cuda", "", NULL), VTM_OK);
  for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
    vtm_resizer *resizer = NULL;
    vtm_resampling resampling;
    vtm_pixels pixels = {.engine = f.engine};
    assert_int_equal(vtm_resizer_create(VTM_RESIZE_PILLOW_BICUBIC, false, &resizer, NULL), VTM_OK);
    assert_true(vtm_resizer_describe(resizer, cases[i].width, cases[i].height, cases[i].to_width, cases[i].to_height,
                                     &resampling));
    assert_int_equal(vtm_pixels_hold(&pixels, &resampling) != NULL, cases[i].held);
    vtm_pixels_free(&pixels);
    vtm_resizer_destroy(resizer);
  }
  close_fixture(&f);
}

/* ---- lanes that wait for their own images only ---- */

enum { SLOW = 40, MOST_WAIT_MS = 10000 };

typedef struct slow_run {
  atomic_size_t delivered, proofs;
  atomic_bool waited_in_vain;
} slow_run;

/* Every other image is not loaded before the result of the one before it is there, unless the calling thread loads it,
 * which delivers results, and leaves loads to others by being slow. */
static vtm_status load_slowly(void *user, size_t item, int thread, vtm_pixels *pixels, vtm_error *error) {
  slow_run *slow = user;
  if (thread == 0) (void)usleep(20000);
  if (item % 2 == 1 && thread > 0) {
    for (int i = 0; i < MOST_WAIT_MS && atomic_load(&slow->delivered) < item && !atomic_load(&slow->waited_in_vain);
         i++)
      (void)usleep(1000);
    if (atomic_load(&slow->delivered) < item) atomic_store(&slow->waited_in_vain, true);
    (void)atomic_fetch_add(&slow->proofs, 1);
  }
  return load(NULL, item % 4, thread, pixels, error);
}

static vtm_status count_delivered(void *user, size_t item, const float *features, const vtm_error *item_error,
                                  vtm_error *error) {
  slow_run *slow = user;
  (void)error;
  assert_true(features != NULL && item_error == NULL);
  atomic_store(&slow->delivered, item + 1);
  return VTM_OK;
}

/* Two lanes with a batch of one image each: while one of them waits for its image, the other goes on. */
static void test_lanes(void **state) {
  (void)state;
  slow_run slow = {0};
  const vtm_source source = {.load = load_slowly, .count = SLOW, .user = &slow};
  fixture f;
  assert_int_equal(open_fixture(&f, "alexnet", "cuda", "busy=1000", NULL), VTM_OK);
  assert_int_equal(one_run_features(f.context, f.engine, &source, 1, count_delivered, &slow, NULL), VTM_OK);
  assert_false(atomic_load(&slow.waited_in_vain));
  assert_true(atomic_load(&slow.proofs) > 0);
  close_fixture(&f);
}

/* ---- memory ---- */

static vtm_status load_equal(void *user, size_t item, int thread, vtm_pixels *pixels, vtm_error *error) {
  return load(user, item % 4, thread, pixels, error);
}

static vtm_status ignore(void *user, size_t item, const float *features, const vtm_error *item_error,
                         vtm_error *error) {
  (void)item;
  (void)error;
  assert_null(item_error);
  if (user != NULL) memcpy(user, features, FEATURES * sizeof(float));
  return VTM_OK;
}

/* Runs four images, all in one batch if memory allows, and gives the features of the last. */
static vtm_status run_four(const char *faults, fixture *f, float features[FEATURES], vtm_error *error) {
  const vtm_source source = {.load = load_equal, .count = 4};
  vtm_status status = open_fixture(f, "alexnet", "cuda", faults, error);
  if (status == VTM_OK) status = one_run_features(f->context, f->engine, &source, 8, ignore, features, error);
  return status;
}

static void test_memory(void **state) {
  (void)state;
  float plenty[FEATURES];
  float little[FEATURES];
  size_t room = 0;
  fixture f;
  assert_int_equal(run_four("", &f, plenty, NULL), VTM_OK);
  assert_int_equal(vtm_forward_fit(f.engine, 0, 8, SIZE, SIZE, &room, NULL), VTM_OK);
  assert_int_equal(room, 8);
  close_fixture(&f);
  /* planned: weights take 9.88 MB, an image about 0.16 and its scratch memory 0.06 */
  assert_int_equal(run_four("memory=11900000", &f, little, NULL), VTM_OK);
  assert_int_equal(f.warnings, 0);
  assert_int_equal(vtm_forward_fit(f.engine, 0, 8, SIZE, SIZE, &room, NULL), VTM_OK);
  assert_in_range(room, 1, 7);
  assert_memory_equal(plenty, little, sizeof(plenty));
  close_fixture(&f);
}

/* However much memory there is, no map has more values than kernels count: 64 channels of 208 x 208 for each of 775
 * images, and half as many, and again, until the memory suffices. */
static void test_large_maps(void **state) {
  (void)state;
  size_t room = 0;
  fixture f;
  assert_int_equal(open_fixture(&f, "alexnet", "cuda", "memory=300000000,promised=1000000000000000", NULL), VTM_OK);
  assert_int_equal(vtm_forward_fit(f.engine, 0, 4096, 835, 835, &room, NULL), VTM_OK);
  assert_true(room == 3 || room == 6 || room == 12);
  close_fixture(&f);
}

/* The driver promises what another process takes before we do. */
static void test_halving(void **state) {
  (void)state;
  float plenty[FEATURES];
  float little[FEATURES];
  size_t room = 0;
  fixture f;
  assert_int_equal(run_four("", &f, plenty, NULL), VTM_OK);
  close_fixture(&f);
  assert_int_equal(run_four("memory=11000000,promised=1000000000", &f, little, NULL), VTM_OK);
  assert_int_equal(f.warnings, 1);
  assert_non_null(strstr(f.warning, "memory ran out, going on with "));
  assert_int_equal(vtm_forward_fit(f.engine, 0, 8, SIZE, SIZE, &room, NULL), VTM_OK);
  assert_true(room == 1 || room == 2 || room == 4);
  assert_memory_equal(plenty, little, sizeof(plenty));
  close_fixture(&f);
}

static void test_no_memory(void **state) {
  (void)state;
  float features[FEATURES];
  fixture f;
  vtm_error error = {0};
  assert_int_equal(run_four("memory=1000000", &f, features, &error), VTM_ERROR_MEMORY);
  assert_null(f.engine);
  close_fixture(&f);
  assert_int_equal(run_four("memory=9950000,promised=1000000000", &f, features, &error), VTM_ERROR_MEMORY);
  assert_non_null(strstr(error.message, "1 image of 63 x 63"));
  close_fixture(&f);
  assert_int_equal(setenv("VTM_FAKE_CUDA", "", 1), 0);
}

/* Weights are copied first, and waited for: two waits for each of five convolutions. A run that is not told of the
 * fault has ended before it. */
static void check_fault(const char *fault, int wait, const char *message) {
  fixture f;
  vtm_error error = {0};
  char faults[64];
  float features[FEATURES];
  (void)snprintf(faults, sizeof(faults), "%s=%d", fault, wait);
  const vtm_status status = run_four(faults, &f, features, &error);
  if (wait < 12) assert_int_equal(status, VTM_ERROR_DEVICE);
  if (status != VTM_OK) assert_non_null(strstr(error.message, message));
  close_fixture(&f);
}

static void test_lost(void **state) {
  (void)state;
  for (int wait = 1; wait < 30; wait += 7)
    check_fault("lose", wait, "unspecified launch failure (cudaErrorLaunchFailure)");
}

/* A fault that is gone at the next call ends the run all the same. */
static void test_driver_error(void **state) {
  (void)state;
  for (int wait = 1; wait < 12; wait += 5)
    check_fault("fail", wait, "cuda:0: computing: an illegal memory access was encountered");
}

/* Recorded or not, the same bits; what could not be recorded is counted. */
static void test_recordings(void **state) {
  (void)state;
  static const struct {
    bool record;
    const char *faults;
    int made, failed;
  } cases[] = {{false, "", 0, 0}, {true, "", 1, 0}, {true, "record=0", 0, 1}};
  enum { RUNS = 3 };
  float expected[FEATURES];
  for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
    fixture f;
    vtm_pixels pixels = {0};
    int made = 0;
    int failed = 0;
    engine_options.record = cases[i].record;
    assert_int_equal(open_fixture(&f, "alexnet", "cuda", cases[i].faults, NULL), VTM_OK);
    engine_options.record = false;
    assert_int_equal(load(NULL, 0, 0, &pixels, NULL), VTM_OK);
    for (int r = 0; r < RUNS; r++) {
      float features[FEATURES];
      assert_int_equal(vtm_forward(f.engine, 0, VTM_SLOT_OTHER, &pixels, NULL), VTM_OK);
      assert_int_equal(vtm_forward_features(f.engine, 0, VTM_SLOT_OTHER, features, NULL), VTM_OK);
      if (i == 0 && r == 0) memcpy(expected, features, sizeof(expected));
      assert_memory_equal(features, expected, sizeof(expected));
    }
    vtm_engine_count_recordings(f.engine, &made, &failed);
    assert_int_equal(made, cases[i].made);
    assert_int_equal(failed, cases[i].failed);
    vtm_pixels_free(&pixels);
    close_fixture(&f);
  }
}

static void test_cancel(void **state) {
  (void)state;
  fixture f;
  const vtm_source source = {.load = load_equal, .count = 4};
  assert_int_equal(open_fixture(&f, "alexnet", "cuda", "", NULL), VTM_OK);
  vtm_context_cancel(f.context);
  assert_int_equal(one_run_features(f.context, f.engine, &source, 8, ignore, NULL, NULL), VTM_ERROR_CANCELLED);
  close_fixture(&f);
}

/* ---- LPIPS ---- */

typedef struct pairs {
  double layers[ITEMS][MODELS][LAYERS];
  int told[ITEMS][MODELS], failed;
} pairs;

static vtm_status load_pair(void *user, size_t item, int thread, vtm_pixels *pixels, vtm_error *error) {
  if (item == 8) { /* group 2, model 1 */
    pixels->width = pixels->height = 0;
    return VTM_OK;
  }
  if (item == 10) return load(user, 7, thread, pixels, error); /* group 3, model 0: of another size */
  return load(user, item == 4 || item == 7 || item == 9 ? item : item + 20, thread, pixels, error);
}

static vtm_status collect_pair(void *user, size_t group, size_t model, const double *layers,
                               const vtm_error *item_error, vtm_error *error) {
  (void)error;
  (void)item_error;
  pairs *p = user;
  if (model == VTM_REFERENCE || layers == NULL) {
    p->failed++;
    return VTM_OK;
  }
  p->told[group][model]++;
  memcpy(p->layers[group][model], layers, sizeof(p->layers[group][model]));
  return VTM_OK;
}

static void run_lpips(const char *device, const char *faults, pairs *p) {
  fixture f;
  const vtm_source source = {.load = load_pair, .count = ITEMS};
  memset(p, 0, sizeof(*p));
  assert_int_equal(open_fixture(&f, "lpips-alex", device, faults, NULL), VTM_OK);
  vtm_error error = {0};
  if (one_run_lpips(f.context, f.engine, &source, MODELS, BATCH, collect_pair, p, &error) != VTM_OK)
    fail_msg("%s: %s", faults, error.message);
  close_fixture(&f);
}

static void test_lpips(void **state) {
  (void)state;
  static pairs processor;
  static pairs device;
  static pairs other;
  run_lpips("cpu", "", &processor);
  run_lpips("cuda", "", &device);
  assert_true(processor.failed > 0);
  assert_int_equal(processor.failed, device.failed);
  assert_memory_equal(processor.told, device.told, sizeof(device.told));
  for (int g = 0; g < ITEMS; g++)
    for (int m = 0; m < MODELS; m++)
      for (int i = 0; i < LAYERS; i++) assert_true(fabs(processor.layers[g][m][i] - device.layers[g][m][i]) < 1e-5);
  run_lpips("cuda:0,1", "devices=2", &other);
  assert_memory_equal(&device, &other, sizeof(device));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_features),   cmocka_unit_test(test_memory),
      cmocka_unit_test(test_halving),    cmocka_unit_test(test_no_memory),
      cmocka_unit_test(test_cancel),     cmocka_unit_test(test_lpips),
      cmocka_unit_test(test_lost),       cmocka_unit_test(test_driver_error),
      cmocka_unit_test(test_precisions), cmocka_unit_test(test_refused_precisions),
      cmocka_unit_test(test_pictures),   cmocka_unit_test(test_large_pictures),
      cmocka_unit_test(test_recordings), cmocka_unit_test(test_large_maps),
      cmocka_unit_test(test_lanes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
