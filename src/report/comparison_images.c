/* The values of single pairs, of all metrics side by side. */
#include <string.h>

#include "base/error.h"
#include "report/delimited.h"
#include "report/number.h"
#include "report/ranked_scores.h"
#include "vtonmetrics/tools/scores_report.h"

static bool has_images(const vtm_result *result) {
  for (size_t r = 0; r < result->row_count; r++)
    if (result->rows[r].image_count > 0) return true;
  return false;
}

static bool has_influences(const vtm_result *result) {
  for (size_t r = 0; r < result->row_count; r++)
    if (result->rows[r].influence_count > 0) return true;
  return false;
}

static size_t layer_count(const vtm_result *result) {
  size_t most = 0;
  for (size_t r = 0; r < result->row_count; r++)
    if (result->rows[r].image_count > 0 && result->rows[r].layer_count > most) most = result->rows[r].layer_count;
  return most;
}

/* What a metric adds to the line of one pair. */
typedef struct image_column {
  const char *label; /* as many results may have it as there are tasks */
  size_t layers;
  bool values, influences;
} image_column;

/* One metric's lists of one model, read along with those of the others. */
typedef struct image_cursor {
  const vtm_image_score *values, *influences;
  size_t value_count, influence_count, layers;
} image_cursor;

enum { MOST_METRICS = 16 };

static size_t list_columns(const vtm_ranked_scores *ranked, image_column columns[MOST_METRICS]) {
  size_t count = 0;
  for (size_t i = 0; i < ranked->group_count; i++) {
    const vtm_result *result = ranked->groups[i].result;
    size_t at = 0;
    while (at < count && strcmp(columns[at].label, result->label) != 0) at++;
    if (at == MOST_METRICS) continue;
    if (at == count) columns[count++] = (image_column){.label = result->label};
    columns[at].values = columns[at].values || has_images(result);
    columns[at].influences = columns[at].influences || has_influences(result);
    if (layer_count(result) > columns[at].layers) columns[at].layers = layer_count(result);
  }
  return count;
}

static void append_headings(const image_column *columns, size_t count, bool tasks, vtm_text *text) {
  vtm_text_append(text, tasks ? "task,model,name" : "model,name");
  for (size_t i = 0; i < count; i++) {
    if (columns[i].values) vtm_text_format(text, ",%s", columns[i].label);
    for (size_t l = 1; l <= columns[i].layers; l++) vtm_text_format(text, ",%s_layer%zu", columns[i].label, l);
    if (columns[i].influences) vtm_text_format(text, ",%s_influence", columns[i].label);
  }
  vtm_text_append(text, "\n");
}

static void append_number(vtm_text *text, const double *value) {
  char number[VTM_NUMBER_TEXT] = "";
  if (value != NULL) vtm_number_exact(*value, number);
  vtm_text_format(text, ",%s", number);
}

static const char *earlier_name(const char *best, const vtm_image_score *list, size_t count) {
  return count > 0 && (best == NULL || strcmp(list->name, best) < 0) ? list->name : best;
}

/* The first element when it has that name: the list then moves on. */
static const vtm_image_score *take_named(const vtm_image_score **list, size_t *count, const char *name) {
  if (*count == 0 || strcmp((*list)->name, name) != 0) return NULL;
  (*count)--;
  return (*list)++;
}

static void append_pair(const image_column *columns, image_cursor *cursors, size_t count, const char *name,
                        vtm_text *text) {
  for (size_t i = 0; i < count; i++) {
    image_cursor *cursor = &cursors[i];
    const vtm_image_score *value = take_named(&cursor->values, &cursor->value_count, name);
    const vtm_image_score *influence = take_named(&cursor->influences, &cursor->influence_count, name);
    if (columns[i].values) append_number(text, value != NULL ? &value->value : NULL);
    for (size_t l = 0; l < columns[i].layers; l++)
      append_number(text, value != NULL && value->layers != NULL && l < cursor->layers ? &value->layers[l] : NULL);
    if (columns[i].influences) append_number(text, influence != NULL ? &influence->value : NULL);
  }
  vtm_text_append(text, "\n");
}

/* The lists are sorted by name: their union is read in one pass. */
static void append_model(const vtm_ranked_scores *ranked, const char *task, size_t model, const image_column *columns,
                         size_t count, vtm_text *text) {
  image_cursor cursors[MOST_METRICS] = {0};
  for (size_t i = 0; i < ranked->group_count; i++) {
    const vtm_score_row *row = vtm_ranked_scores_row(&ranked->groups[i], model);
    if (row == NULL || strcmp(ranked->groups[i].task, task) != 0) continue;
    for (size_t c = 0; c < count; c++)
      if (strcmp(columns[c].label, ranked->groups[i].result->label) == 0)
        cursors[c] =
            (image_cursor){row->images, row->influences, row->image_count, row->influence_count, row->layer_count};
  }
  for (;;) {
    const char *name = NULL;
    for (size_t c = 0; c < count; c++) {
      name = earlier_name(name, cursors[c].values, cursors[c].value_count);
      name = earlier_name(name, cursors[c].influences, cursors[c].influence_count);
    }
    if (name == NULL) return;
    if (ranked->scores->task_count > 1) {
      vtm_append_csv_field(text, task);
      vtm_text_append(text, ",");
    }
    vtm_append_csv_field(text, ranked->models[model]);
    vtm_text_append(text, ",");
    vtm_append_csv_field(text, name);
    append_pair(columns, cursors, count, name, text);
  }
}

vtm_status vtm_report_scores_per_image(const vtm_scores *scores, char **output, vtm_error *error) {
  *output = NULL;
  vtm_ranked_scores ranked;
  const vtm_report_options options = {.struct_size = sizeof(options), .sort = "given"};
  const vtm_status status = vtm_ranked_scores_open(&ranked, scores, &options, error);
  if (status != VTM_OK) return status;
  vtm_text text = {0};
  image_column columns[MOST_METRICS];
  const size_t count = list_columns(&ranked, columns);
  append_headings(columns, count, scores->task_count > 1, &text);
  for (size_t t = 0; t < scores->task_count; t++)
    for (size_t m = 0; m < ranked.model_count; m++)
      append_model(&ranked, scores->tasks[t].name, m, columns, count, &text);
  vtm_ranked_scores_close(&ranked);
  *output = vtm_text_take(&text, error);
  return *output != NULL ? VTM_OK : VTM_ERROR_MEMORY;
}

vtm_status vtm_report_comparison_per_image(const vtm_comparison *comparison, char **text, vtm_error *error) {
  const vtm_scores_task task = {"", comparison};
  return vtm_report_scores_per_image(&(vtm_scores){.tasks = &task, .task_count = 1}, text, error);
}
