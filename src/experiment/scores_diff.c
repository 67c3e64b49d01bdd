#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/memory.h"
#include "experiment/fingerprint.h"
#include "stats/compared.h"
#include "stats/persons.h"
#include "stats/spread.h"
#include "vtonmetrics/tools/scores.h"

typedef struct owned_changes {
  vtm_changes changes; /* first, so that its address is the owner's */
  vtm_arena arena;
} owned_changes;

typedef struct difference {
  vtm_arena *arena;
  vtm_changes *changes;
  uint64_t seed;
} difference;

const char *vtm_change_name(vtm_verdict verdict) {
  static const char *const names[] = {[VTM_VERDICT_UNKNOWN] = "unsure",
                                      [VTM_VERDICT_TIED] = "tied",
                                      [VTM_VERDICT_AHEAD] = "better",
                                      [VTM_VERDICT_BEHIND] = "worse",
                                      [VTM_VERDICT_EQUAL] = "the same",
                                      [VTM_VERDICT_ROUNDING] = "the same but for rounding",
                                      [VTM_VERDICT_INCOMPARABLE] = "incomparable"};
  return names[verdict];
}

static void add_note(difference *diff, const char *text) {
  const char **larger = vtm_arena_extend(diff->arena, diff->changes->notes, diff->changes->note_count, sizeof(*larger));
  if (larger == NULL) return;
  larger[diff->changes->note_count++] = text;
  diff->changes->notes = larger;
}

/* ---- fingerprints ---- */

static const char *find_line(const vtm_result *result, const char *name) {
  for (size_t i = 0; i < result->protocol_count; i++)
    if (strcmp(result->protocol[i].name, name) == 0) return result->protocol[i].text;
  return "";
}

/* Metrics that differ in the same way share one record. */
static void add_step(difference *diff, const vtm_result *result, const char *name, const char *before,
                     const char *after) {
  vtm_step_change *steps = (vtm_step_change *)(uintptr_t)diff->changes->steps;
  for (size_t i = 0; i < diff->changes->step_count; i++)
    if (strcmp(steps[i].name, name) == 0 && strcmp(steps[i].before, before) == 0 &&
        strcmp(steps[i].after, after) == 0) {
      if (strstr(steps[i].labels, result->label) == NULL)
        steps[i].labels = vtm_arena_format(diff->arena, "%s, %s", steps[i].labels, result->label);
      return;
    }
  steps = vtm_arena_extend(diff->arena, steps, diff->changes->step_count, sizeof(*steps));
  if (steps == NULL) return;
  const vtm_fingerprint_line *line = vtm_fingerprint_find(name);
  steps[diff->changes->step_count++] =
      (vtm_step_change){result->label, name, before, after, line->meaning, line->breaks};
  diff->changes->steps = steps;
}

/* How the two runs differ in the way they were computed. */
typedef struct provenance {
  const char *broken; /* the first line that makes the numbers incomparable, or NULL */
  double effect;      /* the largest of all lines */
} provenance;

static provenance compare_fingerprints(difference *diff, const vtm_result *before, const vtm_result *after) {
  provenance found = {0};
  for (int side = 0; side < 2; side++) {
    const vtm_result *result = side == 0 ? before : after;
    for (size_t i = 0; i < result->protocol_count; i++) {
      const char *name = result->protocol[i].name;
      const char *was = find_line(before, name);
      const char *is = find_line(after, name);
      if (strcmp(was, is) == 0 || (side == 1 && *was != '\0')) continue; /* seen from the other side */
      add_step(diff, after, name, was, is);
      const vtm_fingerprint_line *line = vtm_fingerprint_find(name);
      if (found.broken == NULL && line->breaks) found.broken = name;
      found.effect = fmax(found.effect, line->effect);
    }
  }
  return found;
}

/* ---- single pictures ---- */

static int by_change(const void *left, const void *right) {
  const vtm_image_change *a = left;
  const vtm_image_change *b = right;
  const double x = a->after - a->before;
  const double y = b->after - b->before;
  return x > y ? -1 : x < y ? 1 : strcmp(a->name, b->name);
}

static void reverse_images(vtm_image_change *images, size_t count) {
  for (size_t i = 0; i < count / 2; i++) {
    const vtm_image_change kept = images[i];
    images[i] = images[count - 1 - i];
    images[count - 1 - i] = kept;
  }
}

/* Both lists are sorted by name. */
static void pair_images(difference *diff, const vtm_image_score *before, size_t before_count,
                        const vtm_image_score *after, size_t after_count, vtm_score_change *change) {
  const size_t most = before_count < after_count ? before_count : after_count;
  vtm_image_change *images = vtm_arena_allocate(diff->arena, most, sizeof(*images));
  size_t b = 0;
  size_t a = 0;
  while (images != NULL && (b < before_count || a < after_count)) {
    const int order = b == before_count ? 1 : a == after_count ? -1 : strcmp(before[b].name, after[a].name);
    if (order == 0) images[change->image_count++] = (vtm_image_change){before[b].name, before[b].value, after[a].value};
    change->only_before += order < 0;
    change->only_after += order > 0;
    b += order <= 0;
    a += order >= 0;
  }
  if (images == NULL) return;
  qsort(images, change->image_count, sizeof(*images), by_change);
  if (!change->lower_is_better) reverse_images(images, change->image_count);
  change->images = images;
}

/* ---- the two scores ---- */

/* The people of both runs, with their values or, for a distance, their influences. */
typedef struct people {
  vtm_persons before, after;
  vtm_person *kept; /* room for those that both have, twice */
} people;

static void free_people(people *both) {
  free(both->before.list);
  free(both->after.list);
  free(both->kept);
}

static vtm_status gather_people(const vtm_image_score *before, size_t before_count, const vtm_image_score *after,
                                size_t after_count, people *both, vtm_error *error) {
  vtm_status status = vtm_persons_gather(before, before_count, &both->before, error);
  if (status == VTM_OK) status = vtm_persons_gather(after, after_count, &both->after, error);
  if (status != VTM_OK) return status;
  both->kept = vtm_allocate(before_count + after_count, sizeof(*both->kept), error);
  return both->kept != NULL ? VTM_OK : VTM_ERROR_MEMORY;
}

static const char *why_no_number(double before, double after) {
  if (isinf(before) && before == after) return NULL; /* the mean of equal pictures' PSNR */
  if (!isfinite(before)) return "the earlier score is no number";
  return isfinite(after) ? NULL : "the later score is no number";
}

/* The mean over the people that both have. */
static vtm_status prepare_mean(difference *diff, const vtm_score_row *before, const vtm_score_row *after,
                               vtm_compared *pair, vtm_score_change *change, vtm_error *error) {
  people both = {0};
  pair_images(diff, before->images, before->image_count, after->images, after->image_count, change);
  vtm_status status =
      gather_people(before->images, before->image_count, after->images, after->image_count, &both, error);
  if (status == VTM_OK) {
    pair->n = vtm_persons_common(&both.after, &both.before, both.kept);
    double *shares = vtm_arena_allocate(diff->arena, pair->n, sizeof(*shares));
    pair->shares = shares;
    if (pair->n == 0) {
      pair->apart = "no person is in both";
    } else if (shares != NULL) {
      vtm_person *earlier = both.kept + pair->n;
      (void)vtm_persons_common(&both.before, &both.after, earlier);
      if (!vtm_persons_are_alike(both.kept, earlier, pair->n)) {
        pair->value = vtm_persons_add_mean(both.kept, pair->n, 1, shares);
        pair->value += vtm_persons_add_mean(earlier, pair->n, -1, shares);
      }
    } else {
      pair->unknown = "out of memory"; /* the arena says so */
    }
  }
  free_people(&both);
  return status;
}

/* The variance is the sum over people of (influence after - influence before)^2, as in metrics/set_intervals.h. */
static vtm_status prepare_distance(difference *diff, const vtm_score_row *before, const vtm_score_row *after,
                                   vtm_compared *pair, vtm_score_change *change, vtm_error *error) {
  const vtm_metric_info *info = vtm_metric_find(change->metric);
  people both = {0};
  pair->value = change->after - change->before;
  if ((info == NULL || info->biased) &&
      (before->n_generated != after->n_generated || before->n_reference != after->n_reference)) {
    pair->apart = vtm_arena_format(
        diff->arena, "%zu photographs and %zu results before, %zu and %zu now: the distance depends on their number",
        before->n_reference, before->n_generated, after->n_reference, after->n_generated);
    return VTM_OK;
  }
  if (before->influence_count == 0 || after->influence_count == 0) {
    pair->unknown = after->n_generated > 0 && after->n_generated < VTM_LEAST_FOR_INTERVAL
                        ? "fewer than 10 people"
                        : "the influence of each pair is not known to both: that takes --interval and matched images";
    return VTM_OK;
  }
  pair_images(diff, before->influences, before->influence_count, after->influences, after->influence_count, change);
  change->by_influence = true;
  vtm_status status = gather_people(before->influences, before->influence_count, after->influences,
                                    after->influence_count, &both, error);
  if (status == VTM_OK) {
    pair->n = vtm_persons_common(&both.after, &both.before, both.kept);
    if (pair->n != both.before.count || pair->n != both.after.count) {
      pair->apart = "the distances are of different people";
      change->image_count = 0;
    }
    for (size_t i = 0; i < pair->n && pair->apart == NULL; i++) {
      const double moved = both.after.list[i].sum - both.before.list[i].sum;
      pair->variance += moved * moved;
    }
  }
  free_people(&both);
  return status;
}

/* A change within the documented rounding is no change. Where the effect of a step may be of any size (another
 * decoder), it cannot be known whether the model changed. */
static void consider_provenance(const provenance *found, vtm_score_change *change) {
  if (found->effect <= 0 || change->verdict == VTM_VERDICT_EQUAL || change->verdict == VTM_VERDICT_INCOMPARABLE) return;
  if (fabs(change->value) <= fmin(found->effect, 1) * fmin(fabs(change->before), fabs(change->after)) &&
      isfinite(found->effect)) {
    change->verdict = VTM_VERDICT_ROUNDING;
    change->why = NULL;
  } else if (isinf(found->effect) && change->verdict != VTM_VERDICT_TIED) {
    change->verdict = VTM_VERDICT_UNKNOWN;
    change->why = "another decoder may have moved it as much";
  }
}

static void take_change(difference *diff, const vtm_compared *pair, const provenance *found, vtm_score_change *change) {
  change->n = pair->n;
  change->value = pair->value;
  change->p = pair->p;
  change->verdict = pair->verdict;
  change->why = pair->why;
  vtm_interval *interval = pair->has_interval ? vtm_arena_allocate(diff->arena, 1, sizeof(*interval)) : NULL;
  if (interval != NULL) *interval = pair->interval;
  change->interval = interval;
  consider_provenance(found, change);
}

/* ---- rows, results, tasks ---- */

static const vtm_score_row *find_row(const vtm_result *result, const char *name) {
  for (size_t i = 0; i < result->row_count; i++)
    if (strcmp(result->rows[i].name, name) == 0) return &result->rows[i];
  return NULL;
}

static void add_missing(difference *diff, const char *task, const char *label, const char *model, bool was) {
  vtm_missing_score *missing =
      vtm_arena_extend(diff->arena, diff->changes->missing, diff->changes->missing_count, sizeof(*missing));
  if (missing == NULL) return;
  missing[diff->changes->missing_count++] = (vtm_missing_score){task, label, model, was};
  diff->changes->missing = missing;
}

/* Why two scores cannot be compared at all, or NULL. */
static const char *why_apart(difference *diff, const vtm_score_change *change, const provenance *found) {
  if (found->broken != NULL) return vtm_arena_format(diff->arena, "%s differs", found->broken);
  return why_no_number(change->before, change->after);
}

static vtm_status prepare_rows(difference *diff, const vtm_score_row *before, const vtm_score_row *after,
                               vtm_compared *pair, vtm_score_change *change, vtm_error *error) {
  if (before->image_count > 0 || after->image_count > 0) return prepare_mean(diff, before, after, pair, change, error);
  return prepare_distance(diff, before, after, pair, change, error);
}

static void add_change(difference *diff, const vtm_score_change *change) {
  vtm_score_change *changes =
      vtm_arena_extend(diff->arena, diff->changes->scores, diff->changes->score_count, sizeof(*changes));
  if (changes == NULL) return;
  changes[diff->changes->score_count++] = *change;
  diff->changes->scores = changes;
}

/* All models of one metric that both runs have. */
static vtm_status judge_models(difference *diff, const char *task, const vtm_result *before, const vtm_result *after,
                               const provenance *found, vtm_error *error) {
  vtm_score_change *scores = vtm_arena_allocate(diff->arena, after->row_count, sizeof(*scores));
  vtm_compared *pairs = vtm_arena_allocate(diff->arena, after->row_count, sizeof(*pairs));
  if (scores == NULL || pairs == NULL) return VTM_OK;
  const bool means = vtm_metric_find(after->metric) != NULL ? vtm_metric_find(after->metric)->per_image
                                                            : after->row_count > 0 && after->rows[0].image_count > 0;
  vtm_status status = VTM_OK;
  size_t count = 0;
  for (size_t i = 0; i < after->row_count && status == VTM_OK; i++) {
    const vtm_score_row *is = &after->rows[i];
    const vtm_score_row *was = find_row(before, is->name);
    if (was == NULL) continue;
    scores[count] = (vtm_score_change){.task = task,
                                       .metric = after->metric,
                                       .label = after->label,
                                       .model = is->name,
                                       .lower_is_better = after->lower_is_better,
                                       .before = was->value,
                                       .after = is->value};
    pairs[count].apart = why_apart(diff, &scores[count], found);
    if (pairs[count].apart == NULL) status = prepare_rows(diff, was, is, &pairs[count], &scores[count], error);
    count++;
  }
  if (status == VTM_OK)
    status = vtm_compare_scores(NULL, pairs, count,
                                &(vtm_comparing){.kind = means ? VTM_SCORE_MEAN : VTM_SCORE_DISTANCE,
                                                 .lower_is_better = after->lower_is_better,
                                                 .seed = diff->seed},
                                error);
  for (size_t i = 0; i < count && status == VTM_OK; i++) {
    take_change(diff, &pairs[i], found, &scores[i]);
    add_change(diff, &scores[i]);
  }
  return status;
}

static vtm_status compare_results(difference *diff, const char *task, const vtm_result *before, const vtm_result *after,
                                  vtm_error *error) {
  const provenance found = compare_fingerprints(diff, before, after);
  for (size_t i = 0; i < after->row_count; i++)
    if (find_row(before, after->rows[i].name) == NULL)
      add_missing(diff, task, after->label, after->rows[i].name, false);
  for (size_t i = 0; i < before->row_count; i++)
    if (find_row(after, before->rows[i].name) == NULL)
      add_missing(diff, task, before->label, before->rows[i].name, true);
  return judge_models(diff, task, before, after, &found, error);
}

static const vtm_result *find_result(const vtm_comparison *comparison, const char *metric) {
  for (size_t i = 0; i < comparison->result_count; i++)
    if (strcmp(comparison->results[i]->metric, metric) == 0) return comparison->results[i];
  return NULL;
}

/* Which metrics of one comparison the other lacks. */
static void find_missing(difference *diff, const char *task, const vtm_comparison *has, const vtm_comparison *lacks,
                         bool was) {
  for (size_t i = 0; i < has->result_count; i++)
    if (find_result(lacks, has->results[i]->metric) == NULL) add_missing(diff, task, has->results[i]->label, NULL, was);
}

static vtm_status compare_tasks(difference *diff, const vtm_scores_task *before, const vtm_scores_task *after,
                                vtm_error *error) {
  vtm_status status = VTM_OK;
  if (strcmp(before->comparison->reference, after->comparison->reference) != 0)
    add_note(diff,
             vtm_arena_format(diff->arena,
                              "the reference was %s and is %s: whether both hold the same photographs is not known",
                              before->comparison->reference, after->comparison->reference));
  for (size_t i = 0; i < after->comparison->result_count && status == VTM_OK; i++) {
    const vtm_result *was = find_result(before->comparison, after->comparison->results[i]->metric);
    if (was != NULL) status = compare_results(diff, after->name, was, after->comparison->results[i], error);
  }
  find_missing(diff, after->name, after->comparison, before->comparison, false);
  find_missing(diff, after->name, before->comparison, after->comparison, true);
  return status;
}

static const vtm_scores_task *find_task(const vtm_scores *scores, const char *name) {
  for (size_t i = 0; i < scores->task_count; i++)
    if (strcmp(scores->tasks[i].name, name) == 0) return &scores->tasks[i];
  return NULL;
}

static void find_missing_tasks(difference *diff, const vtm_scores *has, const vtm_scores *lacks, bool was) {
  for (size_t i = 0; i < has->task_count; i++)
    if (find_task(lacks, has->tasks[i].name) == NULL) add_missing(diff, has->tasks[i].name, NULL, NULL, was);
}

vtm_status vtm_scores_diff(const vtm_scores *before, const vtm_scores *after, long seed, vtm_changes **changes,
                           vtm_error *error) {
  *changes = NULL;
  owned_changes *owned = vtm_allocate(1, sizeof(*owned), error);
  if (owned == NULL) return VTM_ERROR_MEMORY;
  difference diff = {.arena = &owned->arena, .changes = &owned->changes, .seed = (uint64_t)seed};
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < after->task_count && status == VTM_OK; i++) {
    const vtm_scores_task *was = find_task(before, after->tasks[i].name);
    if (was != NULL) status = compare_tasks(&diff, was, &after->tasks[i], error);
  }
  find_missing_tasks(&diff, after, before, false);
  find_missing_tasks(&diff, before, after, true);
  if (status == VTM_OK && owned->arena.failed) status = vtm_fail_memory(error, sizeof(*owned));
  if (status == VTM_OK)
    *changes = &owned->changes;
  else
    vtm_changes_destroy(&owned->changes);
  return status;
}

void vtm_changes_destroy(vtm_changes *changes) {
  if (changes == NULL) return;
  owned_changes *owned = (owned_changes *)(void *)changes;
  vtm_arena_free(&owned->arena);
  free(owned);
}
