/* Numbers of a report against those that were worked out, to the bit. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "property/scores/judge.h"

typedef struct reading {
  const command *given;
  tally *sums;
  vtm_text *wrong;
  const char *metric;
  const char *model;
  bool good;
} reading;

static void complain(reading *r, const char *person, const char *what, double found, double right) {
  r->good = false;
  vtm_text_format(r->wrong, "%s of %s%s%s: %s is %.17g, %.17g was expected\n", r->metric, r->model,
                  person != NULL ? ", " : "", person != NULL ? person : "", what, found, right);
}

static void check_within(reading *r, const cJSON *owner, const char *name, const char *person, double right,
                         double tolerance) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(owner, name);
  r->sums->values++;
  if (!cJSON_IsNumber(item)) {
    r->good = false;
    vtm_text_format(r->wrong, "%s of %s%s%s: there is no number \"%s\", %.17g was expected\n", r->metric, r->model,
                    person != NULL ? ", " : "", person != NULL ? person : "", name, right);
    return;
  }
  const double found = item->valuedouble;
  if (memcmp(&found, &right, sizeof(right)) != 0 && !(fabs(found - right) <= tolerance))
    complain(r, person, name, found, right);
}

static void check_value(reading *r, const cJSON *owner, const char *name, const char *person, double right) {
  check_within(r, owner, name, person, right, -1);
}

static void check_pair(reading *r, const cJSON *item, const expected_pair *right, bool has_layers) {
  const char *person = person_name(right->person);
  const cJSON *name = cJSON_GetObjectItemCaseSensitive(item, "name");
  const cJSON *layers = cJSON_GetObjectItemCaseSensitive(item, "layers");
  if (!cJSON_IsString(name) || strcmp(name->valuestring, person) != 0) {
    r->good = false;
    vtm_text_format(r->wrong, "%s of %s: a pair is called %s, %s was expected\n", r->metric, r->model,
                    cJSON_IsString(name) ? name->valuestring : "nothing", person);
    return;
  }
  check_value(r, item, "value", person, right->value);
  for (int k = 0; k < LAYERS && has_layers; k++) {
    const cJSON *layer = cJSON_GetArrayItem(layers, k);
    const double found = cJSON_IsNumber(layer) ? layer->valuedouble : -1;
    r->sums->values++;
    if (memcmp(&found, &right->layers[k], sizeof(found)) != 0) complain(r, person, "a layer", found, right->layers[k]);
  }
}

/* The oracle of KID adds its kernels in another order. */
static const double kernel_tolerance = 1e-11;

static void check_row(reading *r, const cJSON *row, const expected_row *right, int metric) {
  r->model = folder_names[right->folder];
  check_value(r, row, "n_reference", NULL, right->n_reference);
  check_value(r, row, "n_generated", NULL, right->n_generated);
  check_within(r, row, "value", NULL, right->value, metric == METRIC_KID ? kernel_tolerance : -1);
  if (metric == METRIC_KID) return;
  if (metric == METRIC_FID) {
    const cJSON *terms = cJSON_GetObjectItemCaseSensitive(row, "terms");
    check_value(r, terms, "mean", NULL, right->mean);
    check_value(r, terms, "covariance", NULL, right->covariance);
    return;
  }
  const cJSON *pairs = cJSON_GetObjectItemCaseSensitive(row, "pairs");
  if (cJSON_GetArraySize(pairs) != right->pair_count) {
    complain(r, NULL, "the number of pairs", cJSON_GetArraySize(pairs), right->pair_count);
    return;
  }
  for (int i = 0; i < right->pair_count; i++)
    check_pair(r, cJSON_GetArrayItem(pairs, i), &right->pairs[i], metric == METRIC_LPIPS);
}

static void check_metric(reading *r, const cJSON *root, const expected_metric *right, int model_count) {
  const cJSON *rows = cJSON_GetObjectItemCaseSensitive(root, "results");
  r->metric = metric_names[right->metric];
  for (int m = 0; m < model_count; m++) {
    const char *wanted = folder_names[right->rows[m].folder];
    const cJSON *row = NULL;
    bool found = false;
    cJSON_ArrayForEach(row, rows) {
      const cJSON *name = cJSON_GetObjectItemCaseSensitive(row, "name");
      if (!cJSON_IsString(name) || strcmp(name->valuestring, wanted) != 0) continue;
      check_row(r, row, &right->rows[m], right->metric);
      found = true;
    }
    if (found) continue;
    r->good = false;
    vtm_text_format(r->wrong, "%s: there is no row of %s\n", r->metric, wanted);
  }
}

/* Metrics of compare stand in an array, each under its name. */
static void check_task(reading *r, const cJSON *root, const expected_task *right) {
  for (int i = 0; i < right->metric_count; i++) {
    const expected_metric *metric = &right->metrics[i];
    const cJSON *found = root;
    if (r->given->kind == COMMAND_COMPARE) {
      const cJSON *each = NULL;
      found = NULL;
      cJSON_ArrayForEach(each, cJSON_GetObjectItemCaseSensitive(root, "metrics")) {
        const cJSON *name = cJSON_GetObjectItemCaseSensitive(each, "metric");
        if (cJSON_IsString(name) && strcmp(name->valuestring, metric_names[metric->metric]) == 0) found = each;
      }
    }
    check_metric(r, found, metric, right->model_count);
  }
}

bool judge_json(const command *given, const expected *must, const char *file, tally *sums, vtm_text *wrong) {
  static const vtm_json_limits limits = {.bytes = 16 << 20, .values = 1 << 20, .depth = 16};
  uint8_t *bytes = NULL;
  size_t size = 0;
  cJSON *root = NULL;
  vtm_error error = {0};
  reading r = {.given = given, .sums = sums, .wrong = wrong, .good = true};
  if (vtm_file_read(file, 16 << 20, &bytes, &size, &error) != VTM_OK ||
      vtm_json_parse(bytes, size, &limits, &root, &error) != VTM_OK) {
    vtm_text_format(wrong, "%s: %s\n", file, error.message);
    free(bytes);
    return false;
  }
  for (int t = 0; t < must->task_count; t++) {
    const cJSON *task = root;
    if (given->kind == COMMAND_COMPARE && given->config)
      task = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(root, "tasks"), t);
    check_task(&r, task, &must->tasks[t]);
  }
  cJSON_Delete(root);
  free(bytes);
  return r.good;
}
