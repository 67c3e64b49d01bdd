#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/memory.h"
#include "experiment/fingerprint.h"
#include "stats/bootstrap.h"
#include "vtonmetrics/tools/scores.h"

/* The two-sided 95 % point of the normal distribution. */
static const double normal_95 = 1.959963984540054;

typedef struct owned_changes {
  vtm_changes changes; /* first, so that its address is the owner's */
  vtm_arena arena;
} owned_changes;

typedef struct difference {
  vtm_arena *arena;
  vtm_changes *changes;
  uint64_t seed;
} difference;

const char *vtm_change_name(vtm_change_kind kind) {
  static const char *const names[] = {"unsure", "alike", "better", "worse", "incomparable"};
  return names[kind];
}

static void note(difference *diff, const char *text) {
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

/* The name of the first line that makes the numbers incomparable, or NULL. */
static const char *compare_fingerprints(difference *diff, const vtm_result *before, const vtm_result *after) {
  const char *broken = NULL;
  for (int side = 0; side < 2; side++) {
    const vtm_result *result = side == 0 ? before : after;
    for (size_t i = 0; i < result->protocol_count; i++) {
      const char *name = result->protocol[i].name;
      const char *was = find_line(before, name);
      const char *is = find_line(after, name);
      if (strcmp(was, is) == 0 || (side == 1 && *was != '\0')) continue; /* seen from the other side */
      add_step(diff, after, name, was, is);
      if (broken == NULL && vtm_fingerprint_find(name)->breaks) broken = name;
    }
  }
  return broken;
}

/* ---- single pictures ---- */

static int by_change(const void *left, const void *right) {
  const vtm_image_change *a = left;
  const vtm_image_change *b = right;
  const double x = a->after - a->before;
  const double y = b->after - b->before;
  return x > y ? -1 : x < y ? 1 : strcmp(a->name, b->name);
}

static void reverse(vtm_image_change *images, size_t count) {
  for (size_t i = 0; i < count / 2; i++) {
    const vtm_image_change kept = images[i];
    images[i] = images[count - 1 - i];
    images[count - 1 - i] = kept;
  }
}

/* Both lists are sorted by name. */
static vtm_image_change *pair_images(difference *diff, const vtm_image_score *before, size_t before_count,
                                     const vtm_image_score *after, size_t after_count, vtm_score_change *change) {
  const size_t most = before_count < after_count ? before_count : after_count;
  vtm_image_change *images = vtm_arena_allocate(diff->arena, most, sizeof(*images));
  size_t b = 0;
  size_t a = 0;
  while (images != NULL && (b < before_count || a < after_count)) {
    const int order = b == before_count ? 1 : a == after_count ? -1 : strcmp(before[b].name, after[a].name);
    if (order == 0) images[change->n++] = (vtm_image_change){before[b].name, before[b].value, after[a].value};
    change->only_before += order < 0;
    change->only_after += order > 0;
    b += order <= 0;
    a += order >= 0;
  }
  return images;
}

static void keep_images(vtm_score_change *change, vtm_image_change *images) {
  qsort(images, change->n, sizeof(*images), by_change);
  if (!change->lower_is_better) reverse(images, change->n);
  change->images = images;
  change->image_count = change->n;
}

/* ---- how sure ---- */

static void set_interval(difference *diff, vtm_score_change *change, const vtm_interval *interval) {
  vtm_interval *kept = vtm_arena_allocate(diff->arena, 1, sizeof(*kept));
  if (kept == NULL) return;
  *kept = *interval;
  change->interval = kept;
  const bool rose = interval->low > 0.0;
  const bool fell = interval->high < 0.0;
  change->kind = !rose && !fell                    ? VTM_CHANGE_NOT_SIGNIFICANT
                 : rose == change->lower_is_better ? VTM_CHANGE_WORSE
                                                   : VTM_CHANGE_BETTER;
}

/* Mean of the paired differences. */
static vtm_status judge_mean(difference *diff, const vtm_score_row *before, const vtm_score_row *after,
                             vtm_score_change *change, vtm_error *error) {
  vtm_image_change *images =
      pair_images(diff, before->images, before->image_count, after->images, after->image_count, change);
  if (images == NULL) return VTM_OK;
  double *differences = vtm_arena_allocate(diff->arena, change->n, sizeof(*differences));
  if (differences == NULL) return VTM_OK;
  bool same = true;
  double sum = 0.0;
  for (size_t i = 0; i < change->n; i++) {
    differences[i] = images[i].after - images[i].before;
    same = same && differences[i] == 0.0;
    sum += differences[i];
  }
  keep_images(change, images);
  if (change->n == 0) {
    change->why = "no picture is in both";
    return VTM_OK;
  }
  change->value = sum / (double)change->n;
  vtm_interval interval = {0};
  vtm_status status = VTM_OK;
  if (!isfinite(sum)) {
    change->why = "a picture has no number";
  } else if (same) {
    set_interval(diff, change, &interval);
  } else if (change->n < VTM_LEAST_FOR_INTERVAL) {
    change->why = vtm_arena_format(diff->arena, "only %zu pictures are in both: too few for an interval", change->n);
  } else {
    status = vtm_bootstrap_mean(differences, change->n, diff->seed, &interval, error);
    if (status == VTM_OK) set_interval(diff, change, &interval);
  }
  return status;
}

/* As in metrics/fid_intervals.h: what each pair adds to the one less what it adds to the other, squared. */
static void judge_distance(difference *diff, const vtm_score_row *before, const vtm_score_row *after,
                           vtm_score_change *change) {
  change->value = change->after - change->before;
  if (before->n_generated != after->n_generated || before->n_reference != after->n_reference) {
    change->kind = VTM_CHANGE_INCOMPARABLE;
    change->why = vtm_arena_format(diff->arena, "%zu images before, %zu now: the distance falls as their number grows",
                                   before->n_generated, after->n_generated);
    return;
  }
  if (before->influence_count == 0 || after->influence_count == 0) {
    if (change->value == 0.0) change->kind = VTM_CHANGE_NOT_SIGNIFICANT; /* to the last bit */
    if (change->kind == VTM_CHANGE_NOT_SIGNIFICANT) return;
    change->why = "the influence of each pair is not known to both: that takes --interval and matched images";
    return;
  }
  vtm_image_change *images =
      pair_images(diff, before->influences, before->influence_count, after->influences, after->influence_count, change);
  if (images == NULL) return;
  if (change->only_before + change->only_after > 0) {
    change->kind = VTM_CHANGE_INCOMPARABLE;
    change->why = "the distances are of different pictures";
    change->n = 0;
    return;
  }
  change->by_influence = true;
  double squares = 0.0;
  for (size_t i = 0; i < change->n; i++) {
    const double moved = images[i].after - images[i].before;
    squares += moved * moved;
  }
  keep_images(change, images);
  const double standard_error = sqrt(squares);
  if (!isfinite(standard_error) || !isfinite(change->value))
    change->why = "a picture has no number";
  else
    set_interval(diff, change,
                 &(vtm_interval){change->value - normal_95 * standard_error, change->value + normal_95 * standard_error,
                                 standard_error});
}

/* ---- rows, results, tasks ---- */

static const vtm_score_row *find_row(const vtm_result *result, const char *name) {
  for (size_t i = 0; i < result->row_count; i++)
    if (strcmp(result->rows[i].name, name) == 0) return &result->rows[i];
  return NULL;
}

static vtm_status compare_rows(difference *diff, const char *task, const vtm_result *result,
                               const vtm_score_row *before, const vtm_score_row *after, const char *broken,
                               vtm_error *error) {
  vtm_score_change *scores =
      vtm_arena_extend(diff->arena, diff->changes->scores, diff->changes->score_count, sizeof(*scores));
  if (scores == NULL) return VTM_OK;
  diff->changes->scores = scores;
  vtm_score_change *change = &scores[diff->changes->score_count++];
  *change = (vtm_score_change){.task = task,
                               .metric = result->metric,
                               .label = result->label,
                               .model = after->name,
                               .lower_is_better = result->lower_is_better,
                               .before = before->value,
                               .after = after->value,
                               .value = after->value - before->value};
  if (broken != NULL) {
    change->kind = VTM_CHANGE_INCOMPARABLE;
    change->why = vtm_arena_format(diff->arena, "%s differs", broken);
    return VTM_OK;
  }
  if (before->image_count > 0 || after->image_count > 0) return judge_mean(diff, before, after, change, error);
  judge_distance(diff, before, after, change);
  return VTM_OK;
}

static vtm_status compare_results(difference *diff, const char *task, const vtm_result *before, const vtm_result *after,
                                  vtm_error *error) {
  const char *broken = compare_fingerprints(diff, before, after);
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < after->row_count && status == VTM_OK; i++) {
    const vtm_score_row *was = find_row(before, after->rows[i].name);
    if (was != NULL)
      status = compare_rows(diff, task, after, was, &after->rows[i], broken, error);
    else
      note(diff, vtm_arena_format(diff->arena, "%s%s%s, %s: only in the later run", task, *task != '\0' ? ", " : "",
                                  after->label, after->rows[i].name));
  }
  for (size_t i = 0; i < before->row_count; i++)
    if (find_row(after, before->rows[i].name) == NULL)
      note(diff, vtm_arena_format(diff->arena, "%s%s%s, %s: only in the earlier run", task, *task != '\0' ? ", " : "",
                                  before->label, before->rows[i].name));
  return status;
}

static const vtm_result *find_result(const vtm_comparison *comparison, const char *metric) {
  for (size_t i = 0; i < comparison->result_count; i++)
    if (strcmp(comparison->results[i]->metric, metric) == 0) return comparison->results[i];
  return NULL;
}

/* Says which metrics of one comparison the other lacks. */
static void note_missing(difference *diff, const char *task, const vtm_comparison *has, const vtm_comparison *lacks,
                         const char *which) {
  for (size_t i = 0; i < has->result_count; i++)
    if (find_result(lacks, has->results[i]->metric) == NULL)
      note(diff, vtm_arena_format(diff->arena, "%s%s%s: only in the %s run", task, *task != '\0' ? ", " : "",
                                  has->results[i]->label, which));
}

static vtm_status compare_tasks(difference *diff, const vtm_scores_task *before, const vtm_scores_task *after,
                                vtm_error *error) {
  vtm_status status = VTM_OK;
  if (strcmp(before->comparison->reference, after->comparison->reference) != 0)
    note(diff, vtm_arena_format(diff->arena,
                                "the reference was %s and is %s: whether both hold the same photographs is not known",
                                before->comparison->reference, after->comparison->reference));
  for (size_t i = 0; i < after->comparison->result_count && status == VTM_OK; i++) {
    const vtm_result *was = find_result(before->comparison, after->comparison->results[i]->metric);
    if (was != NULL) status = compare_results(diff, after->name, was, after->comparison->results[i], error);
  }
  note_missing(diff, after->name, after->comparison, before->comparison, "later");
  note_missing(diff, after->name, before->comparison, after->comparison, "earlier");
  return status;
}

static const vtm_scores_task *find_task(const vtm_scores *scores, const char *name) {
  for (size_t i = 0; i < scores->task_count; i++)
    if (strcmp(scores->tasks[i].name, name) == 0) return &scores->tasks[i];
  return NULL;
}

static void note_missing_tasks(difference *diff, const vtm_scores *has, const vtm_scores *lacks, const char *which) {
  for (size_t i = 0; i < has->task_count; i++)
    if (find_task(lacks, has->tasks[i].name) == NULL)
      note(diff, vtm_arena_format(diff->arena, "the task %s: only in the %s run",
                                  *has->tasks[i].name != '\0' ? has->tasks[i].name : "without a name", which));
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
  note_missing_tasks(&diff, after, before, "later");
  note_missing_tasks(&diff, before, after, "earlier");
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
