/* The batch runner over random histories: what is known, new, absent, broken or too small stands anywhere in batches of
 * any size, for one network or several, on a processor and on a device that is not there. The oracle is a plain loop
 * of one image, or one pair, at a time, whose results say which image they came from; what was known has to come back
 * with the bits that it was given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/context.h"
#include "base/error.h"
#include "helpers/marking_network.h"
#include "helpers/random_cases.h"
#include "nn/forward.h"

enum { GROUPS = 9, MEMBERS = 5, VIEWERS = 3, MOST_OUTCOMES = GROUPS * MEMBERS * VIEWERS + 1, TEXT = 1024 };
enum { RESULT_BYTES = MARK_CHANNELS * sizeof(float) }; /* the larger kind */

/* ---- histories ---- */

typedef enum fate { FINE, BROKEN, ABSENT, SMALL } fate;

typedef struct picture {
  uint64_t mark;
  fate fate;
  bool larger;         /* than most */
  bool known[VIEWERS]; /* if it is fine */
} picture;

typedef struct history {
  int groups, members, viewers, threads, batch;
  int devices;         /* 0: a processor */
  long memory, faulty; /* of a device: bytes, and the wait that fails; 0: plenty, none */
  bool forgetful;      /* the source has no recall */
  bool prepares;       /* it has to be asked for groups before */
  bool compares[VIEWERS];
  bool shared; /* the first viewer with features is a guest of the first one that compares, if there are both */
  picture items[GROUPS][MEMBERS];
} history;

static history make_history(random_case *random, bool device) {
  history h = {.groups = random_between(random, 1, GROUPS),
               .members = random_between(random, 2, MEMBERS),
               .viewers = random_between(random, 1, VIEWERS),
               .threads = random_between(random, 1, 4)};
  h.batch = random_between(random, 0, h.groups);
  if (device) h.devices = random_between(random, 1, 2);
  if (device && random_one_in(random, 4)) h.memory = random_between(random, 100, 900) * 1000L;
  if (device && random_one_in(random, 8)) h.faulty = random_between(random, 1, 60);
  h.forgetful = random_one_in(random, 10);
  h.prepares = random_one_in(random, 2);
  const int often = random_between(random, 2, 6); /* all is new in few histories, and all is known in few */
  for (int v = 0; v < VIEWERS; v++) h.compares[v] = random_one_in(random, 2);
  h.shared = random_one_in(random, 2);
  for (int g = 0; g < GROUPS; g++)
    for (int m = 0; m < MEMBERS; m++) {
      picture *made = &h.items[g][m];
      made->mark = random_bits(random);
      made->fate = random_one_in(random, 8) ? (fate)random_between(random, BROKEN, SMALL) : FINE;
      made->larger = random_one_in(random, 8);
      for (int v = 0; v < VIEWERS; v++) made->known[v] = !random_one_in(random, often);
    }
  return h;
}

/* VIEWERS: there is none. */
static int first_viewer(const history *h, bool compares) {
  int v = 0;
  while (v < h->viewers && h->compares[v] != compares) v++;
  return v < h->viewers ? v : VIEWERS;
}

/* The viewer whose weights this one has: its host's, or its own. */
static int weights_of(const history *h, int viewer) {
  const int host = first_viewer(h, true);
  return h->shared && host < VIEWERS && viewer == first_viewer(h, false) ? host : viewer;
}

static bool is_known(const history *h, const picture *item, int viewer) {
  return !h->forgetful && item->fate == FINE && item->known[viewer];
}

/* Before it is loaded; of others it is seen when they are. */
static bool is_absent_by_recall(const history *h, const picture *item) {
  return !h->forgetful && item->fate == ABSENT && item->mark % 2 == 0;
}

static int size_of(const picture *item) {
  return item->fate == SMALL ? MARK_LEAST - 1 : item->larger ? MARK_MOST : MARK_MOST - 2;
}

static size_t result_size(const history *h, int viewer) {
  return h->compares[viewer] ? MARK_TAPS * sizeof(double) : RESULT_BYTES;
}

/* What a store may hold: finite values that no network gives. */
static void write_known(const history *h, const picture *item, int viewer, void *result) {
  uint64_t state = item->mark + (uint64_t)viewer;
  for (int i = 0; i < MARK_CHANNELS && !h->compares[viewer]; i++)
    ((float *)result)[i] = -vtm_seeded_uniform(&state, 1, 2);
  for (int i = 0; i < MARK_TAPS && h->compares[viewer]; i++)
    ((double *)result)[i] = -1 - (double)(vtm_seeded_next(&state) >> 11) * 0x1p-53;
}

/* One letter an image: K known to all, n new to some (a digit says to how many), b broken, - absent, s too small. */
static void describe_history(const history *h, char text[TEXT]) {
  size_t at = (size_t)snprintf(text, TEXT, "%s %d, threads %d, batch %d, memory %ld, faulty %ld%s, viewers ",
                               h->devices > 0 ? "devices" : "processor", h->devices, h->threads, h->batch, h->memory,
                               h->faulty, h->forgetful ? ", no recall" : "");
  for (int v = 0; v < h->viewers; v++)
    at += (size_t)snprintf(text + at, TEXT - at, "%c", weights_of(h, v) != v ? 'G' : h->compares[v] ? 'L' : 'F');
  for (int g = 0; g < h->groups; g++) {
    at += (size_t)snprintf(text + at, TEXT - at, "%s", g == 0 ? ", images " : " ");
    for (int m = 0; m < h->members; m++) {
      int news = 0;
      for (int v = 0; v < h->viewers; v++) news += is_known(h, &h->items[g][m], v) ? 0 : 1;
      const char letter = h->items[g][m].fate != FINE ? "?b-s"[h->items[g][m].fate]
                          : news == 0                 ? 'K'
                                                      : (char)('0' + news);
      at += (size_t)snprintf(text + at, TEXT - at, "%c%s", letter, h->items[g][m].larger ? "+" : "");
    }
  }
}

/* ---- engines ---- */

typedef struct machine {
  vtm_context *context;
  vtm_seeded_weights weights[VIEWERS];
  vtm_engine *engines[VIEWERS];
} machine;

/* Each viewer has weights of its own, but for a guest. false: a device without room for them. */
static bool open_machine(machine *m, const history *h) {
  char faults[128] = "";
  vtm_status status = VTM_OK;
  if (h->devices > 0) (void)snprintf(faults, sizeof(faults), "resample=0,devices=%d", h->devices);
  if (h->memory > 0)
    (void)snprintf(faults + strlen(faults), sizeof(faults) - strlen(faults), ",memory=%ld,promised=1000000000",
                   h->memory);
  if (h->faulty > 0) (void)snprintf(faults + strlen(faults), sizeof(faults) - strlen(faults), ",fail=%ld", h->faulty);
  assert_int_equal(setenv("VTM_FAKE_CUDA", faults, 1), 0);
  assert_int_equal(setenv("VTONMETRICS_CUDA_MODULE", FAKE_CUDA, 1), 0);
  const vtm_context_options options = {.struct_size = sizeof(options),
                                       .threads = h->threads,
                                       .device = h->devices == 0   ? "cpu"
                                                 : h->devices == 1 ? "cuda"
                                                                   : "cuda:0,1"};
  const vtm_engine_options engine_options = {.scaling = &marking_scaling, .record = h->devices == 1};
  memset(m, 0, sizeof(*m));
  assert_int_equal(vtm_context_create(&options, &m->context, NULL), VTM_OK);
  const vtm_compute compute = vtm_compute_of(m->context, VTM_PRECISION_F32);
  for (int v = 0; v < h->viewers && status == VTM_OK; v++) {
    const vtm_network *network = h->compares[v] ? &marking_comparer : &marking_describer;
    assert_int_equal(vtm_seeded_create(network, (uint64_t)weights_of(h, v) + 1, &m->weights[v], NULL), VTM_OK);
    const vtm_tensor_lookup lookup = vtm_seeded_lookup(&m->weights[v]);
    status = vtm_engine_create_on(&compute, m->context->pool, network, &lookup, &engine_options, &m->engines[v], NULL);
  }
  assert_true(status == VTM_OK || (h->devices > 0 && (h->memory > 0 || h->faulty > 0)));
  return status == VTM_OK;
}

static void close_machine(machine *m) {
  for (int v = 0; v < VIEWERS; v++) {
    vtm_engine_destroy(m->engines[v]);
    vtm_seeded_free(&m->weights[v]);
  }
  vtm_context_destroy(m->context);
}

/* ---- the oracle: a plain loop ---- */

typedef struct expected {
  size_t group, member, viewer;
  bool failed, known;
  _Alignas(double) char result[RESULT_BYTES];
} expected;

typedef struct loop {
  const history *h;
  machine *machine;
  const picture *alone[2]; /* the image, or reference and image, of the run of one */
  int viewer;
  _Alignas(double) char result[RESULT_BYTES];
  expected outcomes[MOST_OUTCOMES];
  size_t count, next; /* expected, and told until now */
  size_t ready;       /* groups that may be asked for */
  char fault[TEXT];   /* the first difference; empty: none */
} loop;

static vtm_status open_viewer(void *user, vtm_engine **engine, vtm_error *error) {
  (void)error;
  *engine = user;
  return VTM_OK;
}

static vtm_status load_item(const picture *item, vtm_pixels *pixels, vtm_error *error) {
  const int size = size_of(item);
  float *values = vtm_pixels_resize(pixels, size, size, error);
  if (values == NULL) return VTM_ERROR_MEMORY;
  marking_pixels(item->mark, size, size, values);
  return VTM_OK;
}

static vtm_status load_alone(void *user, size_t number, int thread, vtm_pixels *pixels, vtm_error *error) {
  const loop *l = user;
  (void)thread;
  return load_item(l->alone[number], pixels, error);
}

static vtm_status take_alone(void *user, const vtm_outcome *outcome, vtm_error *error) {
  loop *l = user;
  (void)error;
  assert_null(outcome->error);
  const void *result = outcome->features != NULL ? (const void *)outcome->features : (const void *)outcome->layers;
  memcpy(l->result, result, result_size(l->h, l->viewer));
  return VTM_OK;
}

/* The engine's result may differ from sums in double by float32's rounding, 2^-24 of each of 32 terms and more where
 * they cancel; images differ by a thousand times as much. */
static void check_by_formula(const loop *l) {
  static marking_maps maps[2];
  static float pixels[MARK_MOST * MARK_MOST * 3];
  const bool compares = l->h->compares[l->viewer];
  vtm_seeded_weights *weights = &l->machine->weights[l->viewer];
  double values[MARK_CHANNELS];
  for (int i = 0; i < (compares ? 2 : 1); i++) {
    marking_pixels(l->alone[i]->mark, size_of(l->alone[i]), size_of(l->alone[i]), pixels);
    marking_run(weights, pixels, size_of(l->alone[i]), size_of(l->alone[i]), &maps[i]);
  }
  if (compares)
    marking_compare(weights, &maps[0], &maps[1], values);
  else
    marking_describe(&maps[0], values);
  for (int i = 0; i < (compares ? MARK_TAPS : MARK_CHANNELS); i++) {
    const double got =
        compares ? ((const double *)(const void *)l->result)[i] : (double)((const float *)(const void *)l->result)[i];
    if (!(fabs(got - values[i]) <= 1e-5 * (0.1 + fabs(values[i])))) fail_msg("%d: %.9g, not %.9g", i, got, values[i]);
  }
}

/* The result of an image, or of a pair, run alone. */
static void run_alone(loop *l, int viewer, const picture *reference, const picture *image, void *result) {
  const vtm_viewer one = {vtm_engine_network(l->machine->engines[viewer]), open_viewer, l->machine->engines[viewer]};
  const bool compares = l->h->compares[viewer];
  const vtm_source source = {.count = 1, .members = compares ? 2 : 1, .load = load_alone, .user = l};
  const vtm_run run = {.viewers = &one,
                       .viewer_count = 1,
                       .stage = "test",
                       .source = &source,
                       .batch = 1,
                       .sink = take_alone,
                       .sink_user = l};
  l->viewer = viewer;
  l->alone[0] = compares ? reference : image;
  l->alone[1] = image;
  assert_int_equal(vtm_run_networks(l->machine->context, &run, NULL), VTM_OK);
  check_by_formula(l);
  memcpy(result, l->result, result_size(l->h, viewer));
}

static expected *expect(loop *l, int group, int member, int viewer) {
  expected *e = &l->outcomes[l->count++];
  *e = (expected){.group = (size_t)group, .member = (size_t)member, .viewer = (size_t)viewer};
  return e;
}

static void expect_image(loop *l, int group, int member, int viewer, const picture *reference) {
  const picture *image = &l->h->items[group][member];
  if (image->fate == ABSENT) return;
  expected *e = expect(l, group, member, viewer);
  e->known = is_known(l->h, image, viewer);
  e->failed = image->fate == BROKEN || image->fate == SMALL ||
              (!e->known && reference != NULL && size_of(image) != size_of(reference));
  if (e->known)
    write_known(l->h, image, viewer, e->result);
  else if (!e->failed)
    run_alone(l, viewer, reference, image, e->result);
}

/* Without a reference, known results are told and nothing else; with a broken one that as well, and broken images. */
static void expect_pairs(loop *l, int group, int viewer) {
  const picture *items = l->h->items[group];
  bool wanted = false;   /* some pair is new */
  bool compared = false; /* and there is an image for it */
  for (int m = 1; m < l->h->members; m++) {
    const bool unknown = !is_absent_by_recall(l->h, &items[m]) && !is_known(l->h, &items[m], viewer);
    wanted = wanted || unknown;
    compared = compared || (unknown && items[m].fate != BROKEN && items[m].fate != ABSENT);
  }
  const bool broken = wanted && (items[0].fate == BROKEN || (items[0].fate == SMALL && compared));
  if (broken) expect(l, group, 0, viewer)->failed = true;
  for (int m = 1; m < l->h->members; m++) {
    const bool told = is_known(l->h, &items[m], viewer) || items[0].fate == FINE ||
                      (items[0].fate != ABSENT && items[m].fate == BROKEN);
    if (told) expect_image(l, group, m, viewer, &items[0]);
  }
}

static void expect_all(loop *l) {
  for (int g = 0; g < l->h->groups; g++)
    for (int v = 0; v < l->h->viewers; v++) {
      if (l->h->compares[v]) expect_pairs(l, g, v);
      for (int m = 0; m < l->h->members && !l->h->compares[v]; m++) expect_image(l, g, m, v, NULL);
    }
}

/* ---- the run ---- */

static const picture *item_at(const history *h, size_t number) {
  return &h->items[number / (size_t)h->members][number % (size_t)h->members];
}

/* The source has all threads: some do, to read what it knows. */
static size_t prepare(void *user, size_t first) {
  loop *l = user;
  if (vtm_pool_is_running(l->machine->context->pool) || first < l->ready) abort();
  l->ready = first + 1 + (size_t)(l->h->items[first][0].mark % 4);
  return l->ready;
}

static vtm_recalled recall(void *user, size_t number, size_t viewer, void *result) {
  const loop *l = user;
  const picture *item = item_at(l->h, number);
  if (l->h->prepares && number / (size_t)l->h->members >= l->ready) abort();  /* was not prepared */
  if (l->h->compares[viewer] && number % (size_t)l->h->members == 0) abort(); /* compared with nothing */
  if (is_absent_by_recall(l->h, item)) return VTM_ABSENT;
  if (!is_known(l->h, item, (int)viewer)) return VTM_NOT_KNOWN;
  write_known(l->h, item, (int)viewer, result);
  return VTM_KNOWN;
}

static vtm_status load(void *user, size_t number, int thread, vtm_pixels *pixels, vtm_error *error) {
  const loop *l = user;
  const picture *item = item_at(l->h, number);
  vtm_status status = VTM_OK;
  (void)thread;
  if (item->fate == BROKEN) return vtm_fail(error, VTM_ERROR_FORMAT, "image %zu is broken", number);
  for (int v = 0; v < l->h->viewers && status == VTM_OK && item->fate != ABSENT; v++) {
    if (pixels[v].wanted && weights_of(l->h, v) != v) abort(); /* a guest has no pixels */
    if (pixels[v].wanted) status = load_item(item, &pixels[v], error);
  }
  return status;
}

static const char *difference(const loop *l, const vtm_outcome *told, const expected *e) {
  const void *result = told->features != NULL ? (const void *)told->features : (const void *)told->layers;
  if (l->next == l->count) return "more is told than there is";
  if (told->group != e->group || told->member != e->member || told->viewer != e->viewer) return "another was expected";
  if (told->known != e->known) return e->known ? "was known" : "was not known";
  if ((told->error != NULL) != e->failed) return e->failed ? "should have failed" : "has failed";
  if ((result == NULL) != e->failed) return "either a result or a failure";
  if (e->failed) return NULL;
  if ((told->features == NULL) != l->h->compares[told->viewer]) return "a result of the other kind";
  if (memcmp(result, e->result, result_size(l->h, (int)told->viewer)) == 0) return NULL;
  return e->known ? "what was known has changed" : "not what the image gives alone";
}

static vtm_status take(void *user, const vtm_outcome *told, vtm_error *error) {
  loop *l = user;
  const char *what = difference(l, told, &l->outcomes[l->next]);
  if (what != NULL) {
    (void)snprintf(l->fault, sizeof(l->fault), "group %zu, member %zu, viewer %zu: %s", told->group, told->member,
                   told->viewer, what);
    return vtm_fail(error, VTM_ERROR_DATA, "a difference");
  }
  l->next++;
  return VTM_OK;
}

static vtm_status open_guest(void *user, vtm_engine **engine, vtm_error *error) {
  (void)user;
  (void)engine;
  return vtm_fail(error, VTM_ERROR_USAGE, "a guest's network is opened");
}

static void run_all(loop *l) {
  vtm_viewer viewers[VIEWERS];
  vtm_error error = {0};
  for (int v = 0; v < l->h->viewers; v++) {
    const int host = weights_of(l->h, v);
    viewers[v] = (vtm_viewer){.network = vtm_engine_network(l->machine->engines[v]),
                              .open = host != v ? open_guest : open_viewer,
                              .user = l->machine->engines[v],
                              .host = host != v ? &viewers[host] : NULL};
  }
  const vtm_source source = {.count = (size_t)l->h->groups,
                             .members = (size_t)l->h->members,
                             .prepare = l->h->prepares ? prepare : NULL,
                             .recall = l->h->forgetful ? NULL : recall,
                             .load = load,
                             .user = l};
  const vtm_run run = {.viewers = viewers,
                       .viewer_count = (size_t)l->h->viewers,
                       .stage = "test",
                       .source = &source,
                       .batch = (size_t)l->h->batch,
                       .sink = take,
                       .sink_user = l};
  const vtm_status status = vtm_run_networks(l->machine->context, &run, &error);
  if (l->fault[0] != '\0') return;
  /* A device without memory, or one that fails, ends the run; what was told before is right. */
  const bool excused = (l->h->memory > 0 && status == VTM_ERROR_MEMORY) || (l->h->faulty > 0 && status != VTM_OK);
  if (status != VTM_OK && !excused)
    (void)snprintf(l->fault, sizeof(l->fault), "the run failed: %.900s", error.message);
  else if (status == VTM_OK && l->next != l->count)
    (void)snprintf(l->fault, sizeof(l->fault), "%zu outcomes told of %zu", l->next, l->count);
}

/* Whether the history goes well; else *fault says how it does not. Expected results come from a machine without
 * faults and with one thread. */
static bool goes_well(const history *h, char fault[TEXT], size_t *told) {
  loop *l = calloc(1, sizeof(*l));
  history quiet = *h;
  machine plain;
  machine tested;
  assert_non_null(l);
  quiet.threads = 1;
  quiet.memory = quiet.faulty = 0;
  l->h = h;
  l->machine = &plain;
  assert_true(open_machine(&plain, &quiet));
  expect_all(l);
  close_machine(&plain);
  l->machine = &tested;
  if (open_machine(&tested, h)) run_all(l);
  close_machine(&tested);
  memcpy(fault, l->fault, TEXT);
  if (told != NULL) *told += l->next;
  free(l);
  return fault[0] == '\0';
}

/* ---- making a failing history smaller ---- */

/* Way number `way` to make the history smaller; false: there is no such way. */
static bool change(history *h, int way) {
  if (way < h->groups) {
    memmove(h->items[way], h->items[way + 1], sizeof(*h->items) * (size_t)(GROUPS - 1 - way));
    h->groups--;
    if (h->batch > h->groups) h->batch = h->groups;
    return true;
  }
  way -= GROUPS;
  if (way >= 0 && way < GROUPS * MEMBERS) {
    h->items[way / MEMBERS][way % MEMBERS].fate = FINE;
    h->items[way / MEMBERS][way % MEMBERS].larger = false;
    return true;
  }
  way -= GROUPS * MEMBERS;
  if (way == 0) h->members--;
  if (way == 1) h->viewers--;
  if (way == 2) h->threads = 1;
  if (way == 3) h->batch--;
  if (way == 4) h->memory = h->faulty = 0;
  if (way == 5 && h->devices > 1) h->devices = 1;
  if (way == 6) h->compares[0] = h->compares[h->viewers - 1];
  if (way == 7) h->shared = false;
  if (way == 8) h->prepares = false;
  return way < 9;
}

static void make_smaller(history *h, char fault[TEXT]) {
  bool smaller = true;
  while (smaller) {
    smaller = false;
    for (int way = 0; way < GROUPS + GROUPS * MEMBERS + 9; way++) {
      history changed = *h;
      char other[TEXT];
      if (!change(&changed, way) || memcmp(&changed, h, sizeof(changed)) == 0) continue;
      if (changed.groups < 1 || changed.members < 2 || changed.viewers < 1 || changed.batch < 1) continue;
      if (goes_well(&changed, other, NULL)) continue;
      *h = changed;
      memcpy(fault, other, TEXT);
      smaller = true;
    }
  }
}

static void check_histories(bool device, uint64_t rounds) {
  size_t told = 0;
  for (uint64_t round = 0; round < rounds; round++) {
    random_case random = random_start(round);
    history h = make_history(&random, device);
    char fault[TEXT];
    char text[TEXT];
    if (goes_well(&h, fault, &told)) continue;
    make_smaller(&h, fault);
    describe_history(&h, text);
    fail_msg("case %llu, VTM_SEED=%llu, made smaller: %s: %s", (unsigned long long)round,
             (unsigned long long)random.seed, text, fault);
  }
  assert_true(told > rounds); /* else there was nothing to see */
}

static void test_processor(void **state) {
  (void)state;
  check_histories(false, random_rounds(150));
}

static void test_device(void **state) {
  (void)state;
  check_histories(true, random_rounds(150));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_processor), cmocka_unit_test(test_device)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
