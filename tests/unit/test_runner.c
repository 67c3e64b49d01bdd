/* The batch runner: equal bits whatever the threads and batch, results in order, broken items told, and
 * an end within a moment when cancelled. On AlexNet with seeded weights and small images. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/context.h"
#include "base/error.h"
#include "helpers/one_network.h"
#include "helpers/seeded_engine.h"
#include "nn/forward.h"

enum { ITEMS = 19, BROKEN = 7, ABSENT = 11, SIZE = 63, FEATURES = 256, MODELS = 2, LAYERS = 5 };

static vtm_status load(void *user, size_t item, int thread, vtm_pixels *pixels, vtm_error *error) {
  (void)thread;
  const bool *faults = user;
  if (*faults && item == BROKEN) return vtm_fail(error, VTM_ERROR_FORMAT, "image %zu: broken", item);
  if (*faults && item == ABSENT) return VTM_OK;
  float *values = vtm_pixels_resize(pixels, SIZE, SIZE, error);
  if (values == NULL) return VTM_ERROR_MEMORY;
  uint64_t seed = item + 1;
  for (size_t i = 0; i < (size_t)SIZE * SIZE * 3; i++) values[i] = vtm_seeded_uniform(&seed, 0, 255);
  return VTM_OK;
}

typedef struct collected {
  size_t next;
  float features[ITEMS][FEATURES];
  size_t broken;
} collected;

static vtm_status collect(void *user, size_t item, const float *features, const vtm_error *item_error,
                          vtm_error *error) {
  (void)error;
  collected *c = user;
  assert_int_equal(item, c->next++);
  if (features == NULL) {
    c->broken++;
    assert_int_equal(item, BROKEN);
    assert_int_equal(item_error->status, VTM_ERROR_FORMAT);
    assert_string_equal(item_error->message, "image 7: broken");
  } else {
    memcpy(c->features[item], features, sizeof(c->features[item]));
  }
  return VTM_OK;
}

static void run_features(int threads, size_t batch, bool faults, collected *c) {
  seeded_engine f;
  seeded_open(&f, "alexnet", threads);
  const vtm_source source = {.load = load, .user = &faults, .count = ITEMS};
  memset(c, 0, sizeof(*c));
  assert_int_equal(one_run_features(f.context, f.engine, &source, batch, collect, c, NULL), VTM_OK);
  assert_int_equal(c->next, ITEMS);
  seeded_close(&f);
}

/* Fewer and more threads than batches, and batches that end with the items or don't; 0: chosen by the program. */
static const struct {
  int threads;
  size_t batch;
} ways[] = {
    {3, 5},
#if !defined(__SANITIZE_THREAD__) /* fifty times slower; the order of accesses shows with few */
    {1, 16}, {1, 0}, {2, 1}, {2, 5}, {3, 2}, {7, 1}, {7, 16}, {7, 0},
#endif
};

static void test_equal_bits(void **state) {
  (void)state;
  collected *first = malloc(sizeof(*first));
  collected *other = malloc(sizeof(*other));
  assert_non_null(first);
  assert_non_null(other);
  run_features(1, 1, false, first);
  assert_true(memcmp(first->features[0], first->features[1], sizeof(first->features[0])) != 0);
  for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
    run_features(ways[i].threads, ways[i].batch, false, other);
    assert_memory_equal(first->features, other->features, sizeof(first->features));
  }
  free(first);
  free(other);
}

static vtm_status load_with_fault(void *user, size_t item, int thread, vtm_pixels *pixels, vtm_error *error) {
  (void)user;
  bool faults = item == BROKEN;
  return load(&faults, item, thread, pixels, error);
}

static void test_broken_item(void **state) {
  (void)state;
  seeded_engine f;
  seeded_open(&f, "alexnet", 2);
  collected *c = calloc(1, sizeof(*c));
  assert_non_null(c);
  const vtm_source source = {.load = load_with_fault, .count = ITEMS};
  assert_int_equal(one_run_features(f.context, f.engine, &source, 3, collect, c, NULL), VTM_OK);
  assert_int_equal(c->next, ITEMS);
  assert_int_equal(c->broken, 1);
  free(c);
  seeded_close(&f);
}

typedef struct pairs {
  double layers[ITEMS][MODELS][LAYERS];
  int told[ITEMS][MODELS];
  size_t failed, references_failed;
} pairs;

static vtm_status collect_pair(void *user, size_t group, size_t model, const double *layers,
                               const vtm_error *item_error, vtm_error *error) {
  (void)error;
  pairs *p = user;
  if (model == VTM_REFERENCE) {
    assert_null(layers);
    p->references_failed++;
    return VTM_OK;
  }
  p->told[group][model]++;
  if (layers == NULL) {
    assert_int_not_equal(item_error->status, VTM_OK);
    p->failed++;
  } else {
    memcpy(p->layers[group][model], layers, sizeof(p->layers[group][model]));
  }
  return VTM_OK;
}

static void run_lpips(int threads, size_t batch, bool faults, pairs *p) {
  seeded_engine f;
  seeded_open(&f, "lpips-alex", threads);
  const vtm_source source = {.load = load, .user = &faults, .count = ITEMS};
  memset(p, 0, sizeof(*p));
  assert_int_equal(one_run_lpips(f.context, f.engine, &source, MODELS, batch, collect_pair, p, NULL), VTM_OK);
  seeded_close(&f);
}

static void test_lpips_equal_bits(void **state) {
  (void)state;
  pairs *first = malloc(sizeof(*first));
  pairs *other = malloc(sizeof(*other));
  assert_non_null(first);
  assert_non_null(other);
  run_lpips(1, 1, false, first);
  assert_true(first->layers[0][0][0] > 0);
  for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
    run_lpips(ways[i].threads, ways[i].batch, false, other);
    assert_memory_equal(first, other, sizeof(*first));
  }
  free(first);
  free(other);
}

/* Item 7 is group 2's model 0 (broken), item 11 group 3's model 1 (absent). */
static void test_lpips_faults(void **state) {
  (void)state;
  pairs *p = malloc(sizeof(*p));
  assert_non_null(p);
  run_lpips(2, 4, true, p);
  assert_int_equal(p->failed, 1);
  assert_int_equal(p->references_failed, 0);
  for (int g = 0; g < ITEMS; g++)
    for (int m = 0; m < MODELS; m++) assert_int_equal(p->told[g][m], g == 3 && m == 1 ? 0 : 1);
  free(p);
}

static vtm_status load_broken_reference(void *user, size_t item, int thread, vtm_pixels *pixels, vtm_error *error) {
  (void)user;
  bool no_faults = false;
  if (item == 3) return vtm_fail(error, VTM_ERROR_FORMAT, "reference of group 1: broken");
  return load(&no_faults, item, thread, pixels, error);
}

static void test_lpips_broken_reference(void **state) {
  (void)state;
  seeded_engine f;
  seeded_open(&f, "lpips-alex", 2);
  pairs *p = calloc(1, sizeof(*p));
  assert_non_null(p);
  const vtm_source source = {.load = load_broken_reference, .count = 4};
  assert_int_equal(one_run_lpips(f.context, f.engine, &source, MODELS, 0, collect_pair, p, NULL), VTM_OK);
  assert_int_equal(p->references_failed, 1);
  for (int g = 0; g < 4; g++)
    for (int m = 0; m < MODELS; m++) assert_int_equal(p->told[g][m], g == 1 ? 0 : 1);
  free(p);
  seeded_close(&f);
}

static vtm_status load_odd_size(void *user, size_t item, int thread, vtm_pixels *pixels, vtm_error *error) {
  (void)user;
  (void)thread;
  const int width = item == 1 ? SIZE + 1 : SIZE;
  float *values = vtm_pixels_resize(pixels, width, SIZE, error);
  if (values == NULL) return VTM_ERROR_MEMORY;
  memset(values, 0, (size_t)width * SIZE * 3 * sizeof(float));
  return VTM_OK;
}

static vtm_status expect_sizes_differ(void *user, size_t group, size_t model, const double *layers,
                                      const vtm_error *item_error, vtm_error *error) {
  (void)error;
  (void)group;
  int *failures = user;
  if (layers == NULL) {
    assert_int_equal(model, 0);
    assert_int_equal(item_error->status, VTM_ERROR_DATA);
    assert_non_null(strstr(item_error->message, "64 x 63"));
    ++*failures;
  }
  return VTM_OK;
}

static void test_lpips_sizes_differ(void **state) {
  (void)state;
  seeded_engine f;
  seeded_open(&f, "lpips-alex", 1);
  int failures = 0;
  const vtm_source source = {.load = load_odd_size, .count = 1};
  assert_int_equal(one_run_lpips(f.context, f.engine, &source, MODELS, 0, expect_sizes_differ, &failures, NULL),
                   VTM_OK);
  assert_int_equal(failures, 1);
  seeded_close(&f);
}

static void test_cancel(void **state) {
  (void)state;
  seeded_engine f;
  seeded_open(&f, "alexnet", 2);
  vtm_context_cancel(f.context);
  collected *c = calloc(1, sizeof(*c));
  assert_non_null(c);
  bool faults = false;
  const vtm_source source = {.load = load, .user = &faults, .count = ITEMS};
  vtm_error error = {0};
  assert_int_equal(one_run_features(f.context, f.engine, &source, 0, collect, c, &error), VTM_ERROR_CANCELLED);
  assert_int_equal(c->next, 0);
  free(c);
  seeded_close(&f);
}

static void test_too_small(void **state) {
  (void)state;
  assert_int_equal(vtm_network_minimum_size(vtm_network_find("inception-v3")), 75);
  seeded_engine f;
  seeded_open(&f, "alexnet", 1);
  const int least = vtm_network_minimum_size(vtm_network_find("alexnet"));
  vtm_pixels pixels = {0};
  float features[FEATURES];
  float *values = vtm_pixels_resize(&pixels, least, least, NULL);
  assert_non_null(values);
  memset(values, 0, (size_t)least * (size_t)least * 3 * sizeof(float));
  assert_int_equal(vtm_forward(f.engine, 0, VTM_SLOT_OTHER, &pixels, NULL), VTM_OK);
  assert_int_equal(vtm_forward_features(f.engine, 0, VTM_SLOT_OTHER, features, NULL), VTM_OK);
  pixels.width--;
  vtm_error error = {0};
  assert_int_equal(vtm_forward(f.engine, 0, VTM_SLOT_OTHER, &pixels, &error), VTM_ERROR_DATA);
  assert_non_null(strstr(error.message, "too small"));
  vtm_pixels_free(&pixels);
  seeded_close(&f);
}

/* ---- several networks, and what is known already ---- */

enum { GROUPS = 5, MEMBERS = MODELS + 1 };

typedef struct both {
  seeded_engine describing, comparing;
  bool known[2][GROUPS * MEMBERS]; /* by viewer */
  int opened[2], loaded[GROUPS * MEMBERS];
  float features[GROUPS * MEMBERS][FEATURES];
  double layers[GROUPS * MEMBERS][LAYERS];
  int told[2][GROUPS * MEMBERS];
} both;

typedef struct opener {
  both *b;
  int viewer;
} opener;

static vtm_status open_one(void *user, vtm_engine **engine, vtm_error *error) {
  (void)error;
  const opener *o = user;
  o->b->opened[o->viewer]++;
  *engine = o->viewer == 0 ? o->b->describing.engine : o->b->comparing.engine;
  return VTM_OK;
}

static vtm_recalled recall_some(void *user, size_t item, size_t viewer, void *result) {
  both *b = user;
  assert_false(viewer == 1 && item % MEMBERS == 0); /* a reference is compared with nothing */
  if (item == 2 * MEMBERS + 1) return VTM_ABSENT;
  if (!b->known[viewer][item]) return VTM_NOT_KNOWN;
  memset(result, 1, viewer == 0 ? FEATURES * sizeof(float) : LAYERS * sizeof(double));
  return VTM_KNOWN;
}

static vtm_status load_for_both(void *user, size_t item, int thread, vtm_pixels *pixels, vtm_error *error) {
  both *b = user;
  bool faults = false;
  vtm_status status = VTM_OK;
  (void)__atomic_fetch_add(&b->loaded[item], 1, __ATOMIC_RELAXED);
  assert_true(pixels[0].wanted || pixels[1].wanted);
  for (int v = 0; v < 2 && status == VTM_OK; v++)
    if (pixels[v].wanted) status = load(&faults, item, thread, &pixels[v], error);
  return status;
}

static vtm_status take_both(void *user, const vtm_outcome *outcome, vtm_error *error) {
  (void)error;
  both *b = user;
  const size_t item = outcome->group * MEMBERS + outcome->member;
  assert_null(outcome->error);
  assert_int_equal(outcome->known, b->known[outcome->viewer][item]);
  b->told[outcome->viewer][item]++;
  if (outcome->viewer == 0)
    memcpy(b->features[item], outcome->features, sizeof(b->features[item]));
  else
    memcpy(b->layers[item], outcome->layers, sizeof(b->layers[item]));
  return VTM_OK;
}

static void run_both(both *b, size_t batch) {
  opener openers[2] = {{b, 0}, {b, 1}};
  const vtm_viewer viewers[2] = {{vtm_network_find("alexnet"), open_one, &openers[0]},
                                 {vtm_network_find("lpips-alex"), open_one, &openers[1]}};
  const vtm_source source = {
      .count = GROUPS, .members = MEMBERS, .recall = recall_some, .load = load_for_both, .user = b};
  const vtm_run run = {.viewers = viewers,
                       .viewer_count = 2,
                       .stage = "test",
                       .source = &source,
                       .batch = batch,
                       .sink = take_both,
                       .sink_user = b};
  memset(b->told, 0, sizeof(b->told));
  memset(b->loaded, 0, sizeof(b->loaded));
  b->opened[0] = b->opened[1] = 0;
  assert_int_equal(vtm_run_networks(b->describing.context, &run, NULL), VTM_OK);
  for (size_t i = 0; i < GROUPS * MEMBERS; i++) {
    assert_int_equal(b->told[0][i], i == 2 * MEMBERS + 1 ? 0 : 1);
    assert_int_equal(b->told[1][i], i == 2 * MEMBERS + 1 || i % MEMBERS == 0 ? 0 : 1);
    assert_in_range(b->loaded[i], 0, 1);
  }
}

static void test_several_networks(void **state) {
  (void)state;
  both *b = calloc(1, sizeof(*b));
  both *again = calloc(1, sizeof(*again));
  assert_non_null(b);
  assert_non_null(again);
  seeded_open(&b->describing, "alexnet", 2);
  seeded_open(&b->comparing, "lpips-alex", 2);
  again->describing = b->describing;
  again->comparing = b->comparing;
  run_both(b, 2);
  assert_int_equal(b->opened[0], 1);
  assert_int_equal(b->opened[1], 1);
  for (size_t i = 0; i < GROUPS * MEMBERS; i++) assert_int_equal(b->loaded[i], i == 2 * MEMBERS + 1 ? 0 : 1);
  collected *alone = malloc(sizeof(*alone)); /* the same pixels, one network */
  assert_non_null(alone);
  run_features(1, 3, false, alone);
  assert_memory_equal(alone->features[4], b->features[4], sizeof(b->features[4]));
  free(alone);
  /* the first group is known, and of the fourth one pair */
  for (size_t i = 0; i < MEMBERS; i++) again->known[0][i] = again->known[1][i] = true;
  again->known[0][3 * MEMBERS + 1] = again->known[1][3 * MEMBERS + 1] = true;
  run_both(again, 2);
  for (size_t i = 0; i < GROUPS * MEMBERS; i++) {
    const bool known = i < MEMBERS || i == 3 * MEMBERS + 1;
    assert_int_equal(again->loaded[i], known || i == 2 * MEMBERS + 1 ? 0 : 1);
    if (!known) assert_memory_equal(again->features[i], b->features[i], sizeof(b->features[i]));
    if (!known) assert_memory_equal(again->layers[i], b->layers[i], sizeof(b->layers[i]));
  }
  /* all is known to one network, then to both: what is not needed is not opened */
  memset(again->known[0], 1, sizeof(again->known[0]));
  run_both(again, 0);
  assert_int_equal(again->opened[0], 0);
  assert_int_equal(again->opened[1], 1);
  memset(again->known[1], 1, sizeof(again->known[1]));
  run_both(again, 0);
  assert_int_equal(again->opened[1], 0);
  for (size_t i = 0; i < GROUPS * MEMBERS; i++) assert_int_equal(again->loaded[i], 0);
  seeded_close(&b->describing);
  seeded_close(&b->comparing);
  free(b);
  free(again);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_equal_bits),
      cmocka_unit_test(test_broken_item),
      cmocka_unit_test(test_lpips_equal_bits),
      cmocka_unit_test(test_lpips_faults),
      cmocka_unit_test(test_lpips_broken_reference),
      cmocka_unit_test(test_lpips_sizes_differ),
      cmocka_unit_test(test_several_networks),
      cmocka_unit_test(test_cancel),
      cmocka_unit_test(test_too_small),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
