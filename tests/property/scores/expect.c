#include "property/scores/expect.h"

#include <string.h>

/* Exit status where it could not be done: a broken picture, too few of them, nobody to compare. */
enum { IMPOSSIBLE = 3 };

const saved_file *expect_saved_reference(const world *state, const command *given) {
  if (given->kind != METRIC_FID || given->reference_saved == 0) return NULL;
  const saved_file *saved = &state->saved[given->reference_saved - 1];
  return saved->exists ? saved : NULL;
}

/* Who may take part: everyone, or those of whom all models have a result. */
typedef struct people {
  bool all, present[PEOPLE];
} people;

typedef struct scene {
  const command *given;
  const picture *reference; /* PEOPLE of them */
  const saved_file *saved;  /* in place of a folder */
  const picture (*folders)[PEOPLE];
  const uint8_t *models;
  int model_count;
  people who;
} scene;

static bool is_pair(const scene *at, int model, int person) {
  return at->reference[person].content != 0 && at->folders[at->models[model]][person].content != 0;
}

static bool counts(const scene *at, int model, int person) {
  return is_pair(at, model, person) && (at->who.all || at->who.present[person]);
}

static bool may_be_used(const scene *at, const picture *what, bool *impossible) {
  if (!what->broken) return true;
  if (!at->given->skip_broken) *impossible = true;
  return false;
}

/* Pairs of the model, of sound pictures. A broken photograph takes its results out of every model, a broken result
 * takes its photograph out of its own model only; of compare, see leave_out_broken. */
static int sound_pairs(const scene *at, int model, int *chosen, bool *impossible) {
  int count = 0;
  int pairs = 0;
  for (int p = 0; p < PEOPLE; p++) {
    pairs += is_pair(at, model, p);
    if (!counts(at, model, p)) continue;
    const bool photograph = may_be_used(at, &at->reference[p], impossible);
    const bool result = may_be_used(at, &at->folders[at->models[model]][p], impossible);
    if (photograph && result) chosen[count++] = p;
  }
  if (pairs == 0) *impossible = true; /* names that have nothing to do with each other */
  return count;
}

/* ---- pairs ---- */

/* The size by which pictures are compared: the command's, or the metric's own default. */
static lens lens_of(const command *given, int metric) {
  lens seen = given->seen;
  if (seen.size == 0 && metric != METRIC_LPIPS) seen.size = 1;
  return seen;
}

static bool fits_native(picture a, picture b, int metric) {
  const int least = metric == METRIC_LPIPS ? oracle_minimum_size() : metric == METRIC_SSIM ? 11 : 1;
  const int *x = picture_sizes[a.size];
  const int *y = picture_sizes[b.size];
  return x[0] == y[0] && x[1] == y[1] && x[0] >= least && x[1] >= least;
}

static void expect_pairs_row(const scene *at, int metric, int model, expected_row *row, bool *impossible) {
  int chosen[PEOPLE];
  const int count = sound_pairs(at, model, chosen, impossible);
  const picture *results = at->folders[at->models[model]];
  const lens seen = lens_of(at->given, metric);
  const bool native = strcmp(lens_sizes[seen.size], "native") == 0;
  for (int i = 0; i < count; i++)
    if (native && !fits_native(at->reference[chosen[i]], results[chosen[i]], metric)) *impossible = true;
  if (count == 0) *impossible = true;
  if (*impossible) return;
  double sum = 0;
  for (int i = 0; i < count; i++) {
    expected_pair *pair = &row->pairs[i];
    pair->person = chosen[i];
    pair->value = oracle_pair(at->reference[chosen[i]], results[chosen[i]], metric, seen, pair->layers);
    sum += pair->value;
  }
  row->value = sum / count;
  row->pair_count = row->n_reference = row->n_generated = count;
}

/* ---- sets ---- */

static int sound_images(const scene *at, const picture *folder, picture *chosen, int *persons, bool *impossible) {
  int count = 0;
  for (int p = 0; p < PEOPLE; p++)
    if (folder[p].content != 0 && may_be_used(at, &folder[p], impossible)) {
      persons[count] = p;
      chosen[count++] = folder[p];
    }
  return count;
}

typedef struct two_sets {
  picture reference[PEOPLE], generated[PEOPLE];
  int reference_people[PEOPLE];
  int reference_count, generated_count;
} two_sets;

static void choose_sets(const scene *at, int model, two_sets *sets, bool *impossible) {
  const picture *results = at->folders[at->models[model]];
  int people_of[PEOPLE];
  const bool statistics = at->saved != NULL && at->saved->statistics;
  if (at->given->all_images || statistics) {
    sets->reference_count = sound_images(at, at->reference, sets->reference, sets->reference_people, impossible);
    sets->generated_count = sound_images(at, results, sets->generated, people_of, impossible);
  } else {
    const int count = sound_pairs(at, model, sets->reference_people, impossible);
    for (int i = 0; i < count; i++) {
      sets->reference[i] = at->reference[sets->reference_people[i]];
      sets->generated[i] = results[sets->reference_people[i]];
    }
    sets->reference_count = sets->generated_count = count;
  }
  if (sets->reference_count < 2 || sets->generated_count < 2) *impossible = true;
}

static void expect_sets_row(const scene *at, int metric, const two_sets *sets, expected_row *row) {
  const lens seen = at->given->seen;
  const oracle_side reference = {sets->reference, sets->reference_count, at->saved != NULL ? at->saved->seen : seen,
                                 at->saved != NULL && at->saved->statistics};
  const oracle_side generated = {sets->generated, sets->generated_count, seen, false};
  const oracle_distance distance =
      metric == METRIC_FID ? oracle_frechet(&reference, &generated) : oracle_kernel(&reference, &generated);
  row->value = distance.value;
  row->mean = distance.mean;
  row->covariance = distance.covariance;
  row->n_reference = sets->reference_count;
  row->n_generated = sets->generated_count;
}

/* The photographs of all rows together are what --save-stats and --save-features write. */
static saved_file save(const scene *at, const bool *used) {
  saved_file made = {.exists = true, .seen = at->given->seen};
  for (int p = 0; p < PEOPLE; p++)
    if (used[p]) {
      made.people[made.count] = (uint8_t)p;
      made.pictures[made.count++] = at->reference[p];
    }
  return made;
}

static void expect_sets(const scene *at, expected_metric *metric, saved_file *saved, bool *impossible) {
  two_sets sets[MODELS] = {0};
  bool used[PEOPLE] = {false};
  for (int m = 0; m < at->model_count; m++) {
    choose_sets(at, m, &sets[m], impossible);
    for (int i = 0; i < sets[m].reference_count; i++) used[sets[m].reference_people[i]] = true;
  }
  for (int m = 0; m < at->model_count && !*impossible; m++)
    expect_sets_row(at, metric->metric, &sets[m], &metric->rows[m]);
  *saved = save(at, used);
}

/* ---- compare ---- */

/* A broken file counts as one that is not there: its person drops out of all models. */
static void leave_out_broken(scene *at, bool *impossible) {
  bool kept[PEOPLE];
  bool any = false;
  int left = 0;
  for (int p = 0; p < PEOPLE; p++) {
    int having = 0;
    for (int m = 0; m < at->model_count; m++) {
      const bool broken = at->reference[p].broken || at->folders[at->models[m]][p].broken;
      any = any || (counts(at, m, p) && broken);
      having += counts(at, m, p) && !broken;
    }
    kept[p] = having == at->model_count;
    left += kept[p];
  }
  if (!any) return;
  at->who.all = false;
  memcpy(at->who.present, kept, sizeof(kept));
  if (left == 0) *impossible = true;
}

/* By names alone. Where a model has nobody in common with the photographs, each metric is left to say so. */
static void choose_people(scene *at, bool *impossible) {
  int common = 0;
  int all = 0;
  for (int m = 0; m < at->model_count; m++) {
    int pairs = 0;
    for (int p = 0; p < PEOPLE; p++) pairs += is_pair(at, m, p);
    if (pairs == 0) return;
  }
  for (int p = 0; p < PEOPLE; p++) {
    int having = 0;
    for (int m = 0; m < at->model_count; m++) having += is_pair(at, m, p);
    at->who.present[p] = having == at->model_count;
    common += having == at->model_count;
    all += having > 0;
  }
  if (at->given->each) return;
  at->who.all = common == all;
  if (common == 0) *impossible = true;
  if (at->given->skip_broken && (command_has_pairs(at->given) || !at->given->all_images))
    leave_out_broken(at, impossible);
}

static void expect_task(const world *state, const command *given, expected *must, expected_task *task) {
  bool impossible = false;
  scene at = {.given = given,
              .reference = state->folders[given->reference],
              .folders = state->folders,
              .models = given->models + task->first_model,
              .model_count = task->model_count,
              .who = {.all = true}};
  picture reference[PEOPLE] = {0};
  at.saved = expect_saved_reference(state, given);
  if (at.saved != NULL) { /* what was sound then, whatever became of the files */
    for (int i = 0; i < at.saved->count; i++) reference[at.saved->people[i]] = at.saved->pictures[i];
    at.reference = reference;
    const lens made = at.saved->seen; /* pixels or precision of another kind are refused */
    if (made.pillow13 != given->seen.pillow13 || made.precision != given->seen.precision) impossible = true;
  }
  if (given->kind == COMMAND_COMPARE) choose_people(&at, &impossible);
  for (int k = 0; k < METRICS && !impossible; k++) {
    if (!command_has(given, k)) continue;
    expected_metric *metric = &task->metrics[task->metric_count++];
    metric->metric = k;
    if (metric_is_of_sets(k)) expect_sets(&at, metric, &must->features, &impossible);
    for (int m = 0; m < at.model_count && !metric_is_of_sets(k); m++)
      expect_pairs_row(&at, k, m, &metric->rows[m], &impossible);
  }
  for (int m = 0; m < at.model_count; m++)
    for (int i = 0; i < task->metric_count; i++) task->metrics[i].rows[m].folder = at.models[m];
  if (impossible) must->status = IMPOSSIBLE;
}

void expect(const world *state, const command *given, expected *must) {
  *must = (expected){.task_count = given->kind == COMMAND_COMPARE && given->config ? 2 : 1};
  for (int t = 0; t < must->task_count; t++) { /* the second task has the last model only */
    must->tasks[t].first_model = t == 0 ? 0 : given->model_count - 1;
    must->tasks[t].model_count = given->model_count - must->tasks[t].first_model;
    expect_task(state, given, must, &must->tasks[t]);
  }
  must->statistics = must->features;
  must->statistics.statistics = true;
}
