/* Reads back what report/result_json.c and report/comparison_json.c write. The file may come from a stranger: it is
 * bounded before memory is taken, and nothing in it is believed. */
#include "vtonmetrics/tools/scores.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"

static const vtm_json_limits limits = {.bytes = (size_t)256 << 20, .values = (size_t)8 << 20, .depth = 12};
enum { MOST_TASKS = 256, MOST_METRICS = 16, MOST_MODELS = 256 };

typedef struct reader {
  vtm_json_source source;
  vtm_arena arena;
} reader;

typedef struct owned_scores {
  vtm_scores scores; /* first, so that its address is the owner's */
  vtm_arena arena;
} owned_scores;

#define MEMBERS(reader_, object, what, names, values, error) \
  vtm_json_members(&(reader_)->source, object, what, names, sizeof(names) / sizeof(*(names)), false, values, error)

/* ---- simple values ---- */

static vtm_status read_text(reader *read, const cJSON *owner, const char *name, const cJSON *item, const char **text,
                            vtm_error *error) {
  const vtm_status status = vtm_json_get_text(&read->source, owner, name, item, text, error);
  if (status == VTM_OK) *text = vtm_arena_copy(&read->arena, *text);
  return status;
}

/* null is written for what is no number, 1e999 for what is infinite. */
static vtm_status read_value(reader *read, const cJSON *owner, const char *name, const cJSON *item, double *value,
                             vtm_error *error) {
  *value = cJSON_IsNumber(item) ? item->valuedouble : (double)NAN;
  return cJSON_IsNull(item) || isinf(*value) ? VTM_OK
                                             : vtm_json_get_number(&read->source, owner, name, item, value, error);
}

/* null is written for what is not known: 0. */
static vtm_status read_count(reader *read, const cJSON *owner, const char *name, const cJSON *item, size_t *count,
                             vtm_error *error) {
  double value = 0.0;
  *count = 0;
  if (cJSON_IsNull(item)) return VTM_OK;
  const vtm_status status = vtm_json_get_number(&read->source, owner, name, item, &value, error);
  if (status != VTM_OK) return status;
  if (value < 0.0 || value > 1e15 || value != floor(value))
    return vtm_json_fail(&read->source, item, error, "\"%s\" must be a whole number of 0 or more", name);
  *count = (size_t)value;
  return VTM_OK;
}

/* The elements of a list that may be absent. */
static vtm_status count_list(const reader *read, const char *name, const cJSON *list, size_t most, size_t *count,
                             vtm_error *error) {
  *count = 0;
  if (list == NULL) return VTM_OK;
  if (!cJSON_IsArray(list)) return vtm_json_fail(&read->source, list, error, "\"%s\" must be a list: [...]", name);
  for (const cJSON *item = list->child; item != NULL; item = item->next) (*count)++;
  if (*count > most)
    return vtm_json_fail(&read->source, list, error, "\"%s\" has %zu elements, more than %zu", name, *count, most);
  return VTM_OK;
}

static vtm_status read_texts(reader *read, const char *name, const cJSON *list, const char *const **texts,
                             size_t *count, vtm_error *error) {
  size_t room = 0;
  vtm_status status = count_list(read, name, list, limits.values, &room, error);
  const char **made = status == VTM_OK ? vtm_arena_allocate(&read->arena, room, sizeof(*made)) : NULL;
  for (const cJSON *item = made != NULL && room > 0 ? list->child : NULL; item != NULL && status == VTM_OK;
       item = item->next)
    status = read_text(read, list, name, item, &made[(*count)++], error);
  *texts = made;
  return status;
}

/* An object whose members are all numbers. */
static vtm_status read_named_values(reader *read, const char *name, const cJSON *object, const vtm_named_value **values,
                                    size_t *count, vtm_error *error) {
  if (object == NULL) return VTM_OK;
  if (!cJSON_IsObject(object)) return vtm_json_fail(&read->source, object, error, "\"%s\" must be an object", name);
  size_t room = 0;
  for (const cJSON *item = object->child; item != NULL; item = item->next) room++;
  vtm_named_value *made = vtm_arena_allocate(&read->arena, room, sizeof(*made));
  vtm_status status = VTM_OK;
  for (const cJSON *item = made != NULL ? object->child : NULL; item != NULL && status == VTM_OK; item = item->next) {
    made[*count].name = vtm_arena_copy(&read->arena, item->string);
    status = read_value(read, object, item->string, item, &made[(*count)++].value, error);
  }
  *values = made;
  return status;
}

/* ---- rows ---- */

static int by_name(const void *left, const void *right) {
  const vtm_image_score *a = left;
  const vtm_image_score *b = right;
  return strcmp(a->name, b->name);
}

static vtm_status read_layers(reader *read, const cJSON *list, size_t *layer_count, vtm_image_score *score,
                              vtm_error *error) {
  size_t count = 0;
  vtm_status status = count_list(read, "layers", list, 1024, &count, error);
  double *made = status == VTM_OK ? vtm_arena_allocate(&read->arena, count, sizeof(*made)) : NULL;
  if (status != VTM_OK || count == 0 || made == NULL) return status;
  if (*layer_count != 0 && *layer_count != count)
    return vtm_json_fail(&read->source, list, error, "\"layers\" has %zu elements here, %zu before", count,
                         *layer_count);
  *layer_count = count;
  size_t at = 0;
  for (const cJSON *item = list->child; item != NULL && status == VTM_OK; item = item->next)
    status = read_value(read, list, "layers", item, &made[at++], error);
  score->layers = made;
  return status;
}

static vtm_status read_images(reader *read, const char *name, const cJSON *list, size_t *layer_count,
                              const vtm_image_score **images, size_t *count, vtm_error *error) {
  static const char *const names[] = {"name", "person", "value", "layers"};
  size_t room = 0;
  vtm_status status = count_list(read, name, list, limits.values, &room, error);
  vtm_image_score *made = status == VTM_OK ? vtm_arena_allocate(&read->arena, room, sizeof(*made)) : NULL;
  for (const cJSON *item = made != NULL && room > 0 ? list->child : NULL; item != NULL && status == VTM_OK;
       item = item->next) {
    const cJSON *values[4];
    vtm_image_score *score = &made[(*count)++];
    status = MEMBERS(read, item, "a pair", names, values, error);
    if (status == VTM_OK) status = read_text(read, item, "name", values[0], &score->name, error);
    if (status == VTM_OK) status = read_text(read, item, "person", values[1], &score->reference, error);
    if (status == VTM_OK) status = read_value(read, item, "value", values[2], &score->value, error);
    if (status == VTM_OK) status = read_layers(read, values[3], layer_count, score, error);
  }
  if (status != VTM_OK || made == NULL) return status;
  qsort(made, *count, sizeof(*made), by_name);
  for (size_t i = 1; i < *count; i++)
    if (strcmp(made[i - 1].name, made[i].name) == 0)
      return vtm_json_fail(&read->source, list, error, "\"%s\" has %s twice", name, made[i].name);
  for (size_t i = 0; i < *count; i++)
    if (*layer_count != 0 && made[i].layers == NULL)
      return vtm_json_fail(&read->source, list, error, "\"%s\": %s has no layers, others have", name, made[i].name);
  *images = made;
  return VTM_OK;
}

static vtm_status read_interval(reader *read, const cJSON *object, vtm_interval *interval, vtm_error *error) {
  static const char *const names[] = {"low", "high", "standard_error"};
  double *const targets[] = {&interval->low, &interval->high, &interval->standard_error};
  const cJSON *values[3];
  vtm_status status = MEMBERS(read, object, "an interval", names, values, error);
  for (size_t i = 0; i < 3 && status == VTM_OK; i++)
    status = vtm_json_get_number(&read->source, object, names[i], values[i], targets[i], error);
  if (status == VTM_OK && interval->low > interval->high)
    return vtm_json_fail(&read->source, object, error, "an interval ends before it begins");
  return status;
}

/* The terms of a distance, or the statistics of a mean. */
static vtm_status read_terms(reader *read, const cJSON *object, const cJSON *terms, vtm_score_row *row,
                             vtm_error *error) {
  static const char *const names[] = {"mean", "median", "std"};
  if (terms != NULL) return read_named_values(read, "terms", terms, &row->terms, &row->term_count, error);
  const cJSON *values[3];
  vtm_status status = MEMBERS(read, object, "a result", names, values, error);
  vtm_named_value *made = vtm_arena_allocate(&read->arena, 3, sizeof(*made));
  for (size_t i = 0; i < 3 && status == VTM_OK && made != NULL; i++) {
    if (values[i] == NULL) continue;
    made[row->term_count].name = names[i];
    status = read_value(read, object, names[i], values[i], &made[row->term_count++].value, error);
  }
  row->terms = made;
  return status;
}

/* Values that no run could have written together: somebody edited the file, or it was cut. */
static vtm_status check_row(const reader *read, const cJSON *object, const vtm_score_row *row, vtm_error *error) {
  if (row->image_count == 0 || !isfinite(row->value)) return VTM_OK;
  if (row->n_generated != 0 && row->n_generated != row->image_count)
    return vtm_json_fail(&read->source, object, error, "%s: \"n_generated\" is %zu, \"pairs\" has %zu elements",
                         row->name, row->n_generated, row->image_count);
  double mean = 0.0;
  double largest = fabs(row->value);
  for (size_t i = 0; i < row->image_count; i++) {
    mean += row->images[i].value / (double)row->image_count;
    largest = fmax(largest, fabs(row->images[i].value));
  }
  if (fabs(mean - row->value) <= 1e-9 * largest) return VTM_OK;
  return vtm_json_fail(&read->source, object, error, "%s: \"value\" is %.9g, but the mean of its pairs is %.9g",
                       row->name, row->value, mean);
}

static vtm_status read_row(reader *read, const cJSON *object, vtm_score_row *row, vtm_error *error) {
  enum { NAME, VALUE, N_REFERENCE, N_GENERATED, GENERATED, TERMS, PAIRS, INTERVAL, INFLUENCES, WARNINGS, COUNT };
  static const char *const names[COUNT] = {"name",  "value", "n_reference", "n_generated", "generated",
                                           "terms", "pairs", "interval",    "influences",  "warnings"};
  const cJSON *values[COUNT];
  size_t no_layers = 0;
  vtm_status status = MEMBERS(read, object, "a result", names, values, error);
  if (status == VTM_OK) status = read_text(read, object, names[NAME], values[NAME], &row->name, error);
  if (status == VTM_OK) status = read_value(read, object, names[VALUE], values[VALUE], &row->value, error);
  if (status == VTM_OK)
    status = read_count(read, object, names[N_REFERENCE], values[N_REFERENCE], &row->n_reference, error);
  if (status == VTM_OK)
    status = read_count(read, object, names[N_GENERATED], values[N_GENERATED], &row->n_generated, error);
  if (status == VTM_OK) status = read_text(read, object, names[GENERATED], values[GENERATED], &row->path, error);
  if (status == VTM_OK) status = read_terms(read, object, values[TERMS], row, error);
  if (status == VTM_OK)
    status = read_images(read, names[PAIRS], values[PAIRS], &row->layer_count, &row->images, &row->image_count, error);
  if (status == VTM_OK)
    status = read_images(read, names[INFLUENCES], values[INFLUENCES], &no_layers, &row->influences,
                         &row->influence_count, error);
  if (status == VTM_OK)
    status = read_texts(read, names[WARNINGS], values[WARNINGS], &row->warnings, &row->warning_count, error);
  if (status == VTM_OK && !read->arena.failed) status = check_row(read, object, row, error);
  if (status != VTM_OK || values[INTERVAL] == NULL) return status;
  vtm_interval *interval = vtm_arena_allocate(&read->arena, 1, sizeof(*interval));
  row->interval = interval;
  return interval != NULL ? read_interval(read, values[INTERVAL], interval, error) : VTM_OK;
}

/* ---- results ---- */

static size_t find_row(const vtm_score_row *rows, size_t count, const char *name) {
  size_t i = 0;
  while (i < count && strcmp(rows[i].name, name) != 0) i++;
  return i;
}

static vtm_status read_rows(reader *read, const cJSON *list, vtm_result *result, vtm_error *error) {
  size_t room = 0;
  vtm_status status = count_list(read, "results", list, MOST_MODELS, &room, error);
  vtm_score_row *rows = status == VTM_OK ? vtm_arena_allocate(&read->arena, room, sizeof(*rows)) : NULL;
  for (const cJSON *item = rows != NULL && list != NULL ? list->child : NULL; item != NULL && status == VTM_OK;
       item = item->next) {
    vtm_score_row *row = &rows[result->row_count];
    status = read_row(read, item, row, error);
    if (status == VTM_OK && find_row(rows, result->row_count, row->name) < result->row_count)
      status = vtm_json_fail(&read->source, item, error, "two results are called %s", row->name);
    result->row_count++;
  }
  result->rows = rows;
  return status;
}

static vtm_status read_verdict(reader *read, const cJSON *object, const cJSON *value, vtm_difference *difference,
                               vtm_error *error) {
  const char *name = NULL;
  const vtm_status status = vtm_json_get_text(&read->source, object, "verdict", value, &name, error);
  if (status != VTM_OK) return status;
  for (int verdict = VTM_VERDICT_UNKNOWN; verdict <= VTM_VERDICT_INCOMPARABLE; verdict++) {
    if (strcmp(name, vtm_verdict_name((vtm_verdict)verdict)) != 0) continue;
    difference->verdict = (vtm_verdict)verdict;
    const bool needs_interval = verdict >= VTM_VERDICT_TIED && verdict <= VTM_VERDICT_BEHIND;
    if (!needs_interval || difference->interval != NULL) return VTM_OK;
    return vtm_json_fail(&read->source, object, error, "\"verdict\" is %s, but there is no \"interval\"", name);
  }
  return vtm_json_fail(&read->source, value, error, "\"verdict\" is %s, which is not known", name);
}

static vtm_status read_difference(reader *read, const cJSON *object, const vtm_result *result,
                                  vtm_difference *difference, vtm_error *error) {
  enum { A, B, N, VALUE, INTERVAL, P, VERDICT, WHY, COUNT };
  static const char *const names[COUNT] = {"a", "b", "n", "value", "interval", "p", "verdict", "why"};
  const cJSON *values[COUNT];
  const char *model[2];
  vtm_status status = MEMBERS(read, object, "a difference", names, values, error);
  for (size_t i = A; i <= B && status == VTM_OK; i++) {
    status = vtm_json_get_text(&read->source, object, names[i], values[i], &model[i], error);
    if (status == VTM_OK && find_row(result->rows, result->row_count, model[i]) == result->row_count)
      status = vtm_json_fail(&read->source, values[i], error, "\"%s\" names no model of the results", names[i]);
  }
  if (status == VTM_OK) status = read_count(read, object, names[N], values[N], &difference->n, error);
  if (status == VTM_OK) status = read_value(read, object, names[VALUE], values[VALUE], &difference->value, error);
  if (status == VTM_OK && values[INTERVAL] != NULL && !cJSON_IsNull(values[INTERVAL])) {
    vtm_interval *interval = vtm_arena_allocate(&read->arena, 1, sizeof(*interval));
    difference->interval = interval;
    if (interval != NULL) status = read_interval(read, values[INTERVAL], interval, error);
  }
  if (status == VTM_OK) status = read_value(read, object, names[P], values[P], &difference->p, error);
  if (status == VTM_OK && !read->arena.failed) status = read_verdict(read, object, values[VERDICT], difference, error);
  if (status == VTM_OK && values[WHY] != NULL && !cJSON_IsNull(values[WHY]))
    status = read_text(read, object, names[WHY], values[WHY], &difference->why, error);
  if (status != VTM_OK) return status;
  if (difference->verdict == VTM_VERDICT_INCOMPARABLE && difference->why == NULL)
    return vtm_json_fail(&read->source, object, error, "\"why\" is missing");
  difference->a = find_row(result->rows, result->row_count, model[A]);
  difference->b = find_row(result->rows, result->row_count, model[B]);
  if (difference->a >= difference->b)
    return vtm_json_fail(&read->source, object, error, "\"a\" must come before \"b\" in the results");
  return VTM_OK;
}

/* All pairs of rows, in their order, or none. */
static vtm_status read_differences(reader *read, const cJSON *list, vtm_result *result, vtm_error *error) {
  const size_t rows = result->row_count;
  const size_t all = rows > 0 ? rows * (rows - 1) / 2 : 0;
  size_t count = 0;
  vtm_status status = count_list(read, "differences", list, MOST_MODELS * MOST_MODELS, &count, error);
  if (status != VTM_OK || count == 0) return status;
  if (count != all)
    return vtm_json_fail(&read->source, list, error, "\"differences\" has %zu elements; of %zu models it is %zu", count,
                         rows, all);
  vtm_difference *made = vtm_arena_allocate(&read->arena, count, sizeof(*made));
  size_t a = 0;
  size_t b = 1;
  for (const cJSON *item = made != NULL ? list->child : NULL; item != NULL && status == VTM_OK; item = item->next) {
    vtm_difference *difference = &made[result->difference_count++];
    status = read_difference(read, item, result, difference, error);
    if (status == VTM_OK && !read->arena.failed && (difference->a != a || difference->b != b))
      status = vtm_json_fail(&read->source, item, error, "\"differences\" must be in the order of the results");
    if (++b == rows) b = ++a + 1;
  }
  result->differences = made;
  return status;
}

static vtm_status read_protocol(reader *read, const cJSON *owner, const cJSON *object, vtm_result *result,
                                vtm_error *error) {
  if (!cJSON_IsObject(object))
    return vtm_json_fail(&read->source, object != NULL ? object : owner, error, "\"protocol\" must be an object");
  vtm_status status = VTM_OK;
  for (const cJSON *item = object->child; item != NULL && status == VTM_OK; item = item->next) {
    vtm_named_text *lines = vtm_arena_extend(&read->arena, result->protocol, result->protocol_count, sizeof(*lines));
    if (lines == NULL) break;
    result->protocol = lines;
    lines[result->protocol_count].name = vtm_arena_copy(&read->arena, item->string);
    status = read_text(read, object, item->string, item, &lines[result->protocol_count].text, error);
    result->protocol_count++;
  }
  return status;
}

static vtm_status read_result(reader *read, const cJSON *object, vtm_result *result, vtm_error *error) {
  enum { METRIC, LABEL, REFERENCE, LOWER, PROTOCOL, RESULTS, DIFFERENCES, NOTES, WARNINGS, COUNT };
  static const char *const names[COUNT] = {"metric",  "label",       "reference", "lower_is_better", "protocol",
                                           "results", "differences", "notes",     "warnings"};
  const char **const texts[] = {&result->metric, &result->label, &result->reference};
  const cJSON *values[COUNT];
  vtm_status status = MEMBERS(read, object, "a metric", names, values, error);
  for (size_t i = METRIC; i <= REFERENCE && status == VTM_OK; i++)
    status = read_text(read, object, names[i], values[i], texts[i], error);
  if (status == VTM_OK && !cJSON_IsBool(values[LOWER]))
    status = vtm_json_fail(&read->source, object, error, "\"lower_is_better\" must be true or false");
  const vtm_metric_info *known = status == VTM_OK ? vtm_metric_find(result->metric) : NULL;
  if (known != NULL && known->lower_is_better != cJSON_IsTrue(values[LOWER]))
    status = vtm_json_fail(
        &read->source, values[LOWER], error, "\"lower_is_better\" is %s, but %s scores of %s are better",
        known->lower_is_better ? "false" : "true", known->lower_is_better ? "lower" : "higher", result->metric);
  if (status == VTM_OK && values[RESULTS] == NULL)
    status = vtm_json_fail(&read->source, object, error, "\"results\" is missing");
  if (status == VTM_OK) status = read_protocol(read, object, values[PROTOCOL], result, error);
  if (status == VTM_OK) status = read_rows(read, values[RESULTS], result, error);
  if (status == VTM_OK) status = read_differences(read, values[DIFFERENCES], result, error);
  if (status == VTM_OK)
    status = read_texts(read, names[NOTES], values[NOTES], &result->notes, &result->note_count, error);
  if (status == VTM_OK)
    status = read_texts(read, names[WARNINGS], values[WARNINGS], &result->warnings, &result->warning_count, error);
  result->lower_is_better = cJSON_IsTrue(values[LOWER]);
  return status;
}

/* ---- comparisons ---- */

static vtm_status add_result(reader *read, const cJSON *object, vtm_comparison *comparison, const vtm_result **results,
                             vtm_error *error) {
  vtm_result *result = vtm_arena_allocate(&read->arena, 1, sizeof(*result));
  if (result == NULL) return VTM_OK;
  const vtm_status status = read_result(read, object, result, error);
  if (status != VTM_OK) return status;
  for (size_t i = 0; i < comparison->result_count; i++)
    if (strcmp(results[i]->metric, result->metric) == 0)
      return vtm_json_fail(&read->source, object, error, "the metric %s is there twice", result->metric);
  results[comparison->result_count++] = result;
  if (result->row_count > comparison->model_count) comparison->model_count = result->row_count;
  return VTM_OK;
}

/* `metrics` is the list of them, or NULL when the object is one itself. */
static vtm_status read_comparison(reader *read, const cJSON *object, const cJSON *metrics, const char *name,
                                  vtm_scores_task *task, vtm_error *error) {
  static const char *const names[] = {"reference", "notes"};
  const cJSON *values[2];
  size_t count = 1;
  vtm_status status = MEMBERS(read, object, "a comparison", names, values, error);
  if (status == VTM_OK && metrics != NULL) status = count_list(read, "metrics", metrics, MOST_METRICS, &count, error);
  vtm_comparison *comparison = vtm_arena_allocate(&read->arena, 1, sizeof(*comparison));
  const vtm_result **results = vtm_arena_allocate(&read->arena, count, sizeof(*results));
  *task = (vtm_scores_task){vtm_arena_copy(&read->arena, name), comparison};
  if (status != VTM_OK || comparison == NULL || results == NULL) return status;
  comparison->results = results;
  status = read_text(read, object, names[0], values[0], &comparison->reference, error);
  if (metrics == NULL) return status == VTM_OK ? add_result(read, object, comparison, results, error) : status;
  if (status == VTM_OK)
    status = read_texts(read, names[1], values[1], &comparison->notes, &comparison->note_count, error);
  for (const cJSON *item = metrics->child; item != NULL && status == VTM_OK; item = item->next)
    status = add_result(read, item, comparison, results, error);
  return status;
}

static vtm_status read_tasks(reader *read, const cJSON *list, vtm_scores *scores, vtm_error *error) {
  static const char *const names[] = {"name", "metrics"};
  size_t room = 0;
  vtm_status status = count_list(read, "tasks", list, MOST_TASKS, &room, error);
  vtm_scores_task *tasks = status == VTM_OK ? vtm_arena_allocate(&read->arena, room, sizeof(*tasks)) : NULL;
  for (const cJSON *item = tasks != NULL ? list->child : NULL; item != NULL && status == VTM_OK; item = item->next) {
    const cJSON *values[2];
    const char *name = "";
    status = MEMBERS(read, item, "a task", names, values, error);
    if (status == VTM_OK) status = vtm_json_get_text(&read->source, item, names[0], values[0], &name, error);
    for (size_t i = 0; i < scores->task_count && status == VTM_OK; i++)
      if (strcmp(tasks[i].name, name) == 0)
        status = vtm_json_fail(&read->source, item, error, "two tasks are called %s", name);
    if (status == VTM_OK && values[1] == NULL)
      status = vtm_json_fail(&read->source, item, error, "\"metrics\" is missing");
    if (status == VTM_OK) status = read_comparison(read, item, values[1], name, &tasks[scores->task_count++], error);
  }
  scores->tasks = tasks;
  return status;
}

static vtm_status read_document(reader *read, vtm_scores *scores, vtm_error *error) {
  enum { SCHEMA, TASKS, METRICS, METRIC, SECONDS, COUNT };
  static const char *const names[COUNT] = {"schema", "tasks", "metrics", "metric", "seconds_per_image"};
  const cJSON *root = read->source.root;
  const cJSON *values[COUNT];
  const char *schema = NULL;
  vtm_status status = MEMBERS(read, root, "the file", names, values, error);
  if (status == VTM_OK) status = vtm_json_get_text(&read->source, root, names[SCHEMA], values[SCHEMA], &schema, error);
  if (status == VTM_OK && strcmp(schema, "vtonmetrics/1") == 0)
    status = vtm_json_fail(&read->source, values[SCHEMA], error,
                           "was written by an early vtonmetrics, which could give wrong scores: compute it again");
  if (status == VTM_OK && strcmp(schema, "vtonmetrics/3") != 0)
    status = vtm_json_fail(
        &read->source, values[SCHEMA], error,
        "the schema is another one than vtonmetrics/3, which compare, fid and lpips of this version write");
  if (status == VTM_OK && values[TASKS] == NULL && values[METRICS] == NULL && values[METRIC] == NULL)
    status = vtm_json_fail(&read->source, root, error, "no scores: neither \"tasks\", \"metrics\" nor \"metric\"");
  if (status != VTM_OK) return status;
  if (values[TASKS] != NULL) {
    status = read_tasks(read, values[TASKS], scores, error);
  } else {
    vtm_scores_task *task = vtm_arena_allocate(&read->arena, 1, sizeof(*task));
    scores->tasks = task;
    scores->task_count = 1;
    if (task != NULL) status = read_comparison(read, root, values[METRICS], "", task, error);
  }
  if (status == VTM_OK)
    status = read_named_values(read, names[SECONDS], values[SECONDS], &scores->seconds, &scores->seconds_count, error);
  return status;
}

vtm_status vtm_scores_parse(const char *name, const void *bytes, size_t size, vtm_scores **scores, vtm_error *error) {
  *scores = NULL;
  cJSON *root = NULL;
  vtm_error found = {0};
  if (vtm_json_parse(bytes, size, &limits, &root, &found) != VTM_OK)
    return vtm_fail(error, found.status, "%s: %s", name, found.message);
  reader read = {.source = {.name = name, .bytes = bytes, .size = size, .root = root}};
  owned_scores *owned = vtm_allocate(1, sizeof(*owned), error);
  vtm_status status = owned != NULL ? read_document(&read, &owned->scores, error) : VTM_ERROR_MEMORY;
  if (status == VTM_OK && read.arena.failed) status = vtm_fail_memory(error, size);
  cJSON_Delete(root);
  if (status == VTM_OK) {
    owned->arena = read.arena;
    *scores = &owned->scores;
    return VTM_OK;
  }
  vtm_arena_free(&read.arena);
  free(owned);
  return status;
}

vtm_status vtm_scores_read(const char *path, vtm_scores **scores, vtm_error *error) {
  uint8_t *bytes = NULL;
  size_t size = 0;
  *scores = NULL;
  vtm_status status = vtm_file_read(path, limits.bytes, &bytes, &size, error);
  if (status == VTM_OK) status = vtm_scores_parse(path, bytes, size, scores, error);
  free(bytes);
  return status;
}

void vtm_scores_destroy(vtm_scores *scores) {
  if (scores == NULL) return;
  owned_scores *owned = (owned_scores *)(void *)scores;
  vtm_arena_free(&owned->arena);
  free(owned);
}
