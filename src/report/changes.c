/* What changed between two runs, for people and for programs. */
#include <math.h>
#include <string.h>

#include "base/caller_struct.h"
#include "base/error.h"
#include "report/grid.h"
#include "report/json_builder.h"
#include "report/markup.h"
#include "report/number.h"
#include "report/plain_text.h"
#include "report/table.h"
#include "vtonmetrics/tools/scores_report.h"

enum { INDENT = 2 };

typedef struct change_format {
  const char *name;
  void (*append)(const vtm_changes *changes, size_t most, const vtm_report_options *options, vtm_text *text);
} change_format;

/* ---- pieces ---- */

static int decimals_of(const vtm_score_change *change) {
  const vtm_score_row row = {.value = fmax(fabs(change->before), fabs(change->after))};
  return vtm_report_decimals(&(vtm_result){.metric = change->metric, .rows = &row, .row_count = 1});
}

static const char *rounded_number(vtm_arena *arena, double value, int decimals) {
  char text[VTM_NUMBER_TEXT];
  vtm_number_rounded(value, decimals, text);
  return vtm_arena_copy(arena, text);
}

/* "+0.026 [0.001, 0.051]" */
static const char *change_text(vtm_arena *arena, const vtm_score_change *change) {
  char text[VTM_INTERVAL_TEXT];
  if (isnan(change->value)) return "";
  const int decimals = change->interval != NULL && change->interval->high > change->interval->low
                           ? vtm_interval_decimals(change->interval)
                           : decimals_of(change);
  vtm_interval_text(change->value, change->interval, decimals, text);
  return vtm_arena_format(arena, "%s%s", change->value > 0.0 ? "+" : "", text);
}

/* "tied on 24 people", "better", "unsure: ..." */
static const char *verdict_text(vtm_arena *arena, const vtm_score_change *change) {
  const char *name = vtm_change_name(change->verdict);
  if (change->why != NULL) return vtm_arena_format(arena, "%s: %s", name, change->why);
  const bool of_common = change->only_before + change->only_after > 0;
  if ((change->verdict == VTM_VERDICT_TIED || of_common) && change->n > 0)
    name = vtm_arena_format(arena, "%s on %zu people%s", name, change->n, of_common ? " of both" : "");
  if (change->verdict != VTM_VERDICT_TIED || isnan(change->p)) return name;
  return vtm_arena_format(arena, "%s (p = %s)", name, rounded_number(arena, change->p, change->p < 0.1 ? 3 : 2));
}

static vtm_grid scores_grid(const vtm_changes *changes, vtm_arena *arena) {
  vtm_grid grid = {.arena = arena};
  bool tasks = false;
  for (size_t i = 0; i < changes->score_count; i++) tasks = tasks || *changes->scores[i].task != '\0';
  if (tasks) vtm_grid_add_column(&grid, "", "task", true);
  vtm_grid_add_column(&grid, "", "metric", true);
  vtm_grid_add_column(&grid, "", "model", true);
  vtm_grid_add_column(&grid, "", "before", false);
  vtm_grid_add_column(&grid, "", "now", false);
  vtm_grid_add_column(&grid, "", "change", false);
  vtm_grid_add_column(&grid, "", "verdict", true);
  for (size_t i = 0; i < changes->score_count; i++) {
    const vtm_score_change *change = &changes->scores[i];
    const int decimals = decimals_of(change);
    if (tasks) vtm_grid_add(&grid, change->task, false);
    vtm_grid_add(&grid, change->label, false);
    vtm_grid_add(&grid, change->model, false);
    vtm_grid_add(&grid, rounded_number(arena, change->before, decimals), false);
    vtm_grid_add(&grid, rounded_number(arena, change->after, decimals), false);
    vtm_grid_add(&grid, change_text(arena, change), false);
    vtm_grid_add(&grid, verdict_text(arena, change), change->verdict == VTM_VERDICT_AHEAD);
  }
  return grid;
}

/* How many of the first, or of the last, got worse or better at all. */
static size_t count_moved(const vtm_score_change *change, bool worse, size_t most) {
  size_t count = 0;
  while (count < change->image_count && count < most) {
    const vtm_image_change *image = worse ? &change->images[count] : &change->images[change->image_count - 1 - count];
    const double up = image->after - image->before;
    const bool got_worse = change->lower_is_better ? up > 0.0 : up < 0.0;
    if (up == 0.0 || isnan(up) || got_worse != worse) break;
    count++;
  }
  return count;
}

static const vtm_image_change *image_at(const vtm_score_change *change, bool worse, size_t index) {
  return &change->images[worse ? index : change->image_count - 1 - index];
}

static const char *score_subject(vtm_arena *arena, const vtm_score_change *change) {
  return vtm_arena_format(arena, "%s%s%s, %s", change->task, *change->task != '\0' ? ", " : "", change->label,
                          change->model);
}

/* "the task full", "full, LPIPS(alex)", "LPIPS(alex), LADI" */
static const char *missing_text(vtm_arena *arena, const vtm_missing_score *missing) {
  const char *task = *missing->task != '\0' ? missing->task : "without a name";
  if (missing->label == NULL) return vtm_arena_format(arena, "the task %s", task);
  return vtm_arena_format(arena, "%s%s%s%s%s", missing->task, *missing->task != '\0' ? ", " : "", missing->label,
                          missing->model != NULL ? ", " : "", missing->model != NULL ? missing->model : "");
}

/* ---- text and Markdown ---- */

typedef struct change_markup {
  void (*grid)(const vtm_grid *grid, vtm_text *text);
  const char *heading, *item; /* what their lines begin with */
  void (*append)(vtm_text *text, const char *piece);
  bool scores_last; /* for a screen */
} change_markup;

static void append_line(vtm_text *text, const change_markup *form, const char *start, const char *line) {
  vtm_text_append(text, start);
  form->append(text, line);
  vtm_text_append(text, "\n");
}

static void append_images(const vtm_score_change *change, bool worse, size_t most, const change_markup *form,
                          vtm_arena *arena, vtm_text *text) {
  const size_t count = count_moved(change, worse, most);
  if (count == 0 || change->verdict == VTM_VERDICT_ROUNDING) return;
  const int decimals = decimals_of(change);
  vtm_text_append(text, "\n");
  const char *which = worse ? "worse" : "better";
  const char *heading =
      change->by_influence
          ? vtm_arena_format(arena, "%s: moved it most towards %s, by influence", score_subject(arena, change), which)
          : vtm_arena_format(arena, "%s: %zu of %zu results got %s; the most", score_subject(arena, change),
                             count_moved(change, worse, change->image_count), change->image_count, which);
  append_line(text, form, form->heading, heading);
  if (*form->heading != '\0') vtm_text_append(text, "\n");
  for (size_t i = 0; i < count; i++) {
    const vtm_image_change *image = image_at(change, worse, i);
    const double up = image->after - image->before;
    append_line(
        text, form, form->item,
        vtm_arena_format(arena, "%s  %s to %s  (%s%s)", image->name, rounded_number(arena, image->before, decimals),
                         rounded_number(arena, image->after, decimals), up > 0.0 ? "+" : "",
                         rounded_number(arena, up, decimals)));
  }
}

static void append_step(const vtm_step_change *step, const change_markup *form, vtm_arena *arena, vtm_text *text) {
  append_line(text, form, form->item,
              vtm_arena_format(arena, "%s (%s): %s, was %s: %s", step->name, step->labels,
                               *step->after != '\0' ? step->after : "none",
                               *step->before != '\0' ? step->before : "none", step->meaning));
}

static void append_steps(const vtm_changes *changes, bool breaks, const char *heading, const change_markup *form,
                         vtm_arena *arena, vtm_text *text) {
  bool first = true;
  for (size_t i = 0; i < changes->step_count; i++) {
    if (changes->steps[i].breaks != breaks) continue;
    if (first) {
      vtm_text_append(text, "\n");
      append_line(text, form, form->heading, heading);
      if (*form->heading != '\0') vtm_text_append(text, "\n");
    }
    first = false;
    append_step(&changes->steps[i], form, arena, text);
  }
}

static void append_scores(const vtm_changes *changes, const change_markup *form, vtm_arena *arena, vtm_text *text) {
  const vtm_grid grid = scores_grid(changes, arena);
  if (changes->score_count > 0)
    form->grid(&grid, text);
  else
    append_line(text, form, "", "no model was scored by the same metric in both runs");
}

static void append_document(const vtm_changes *changes, size_t most, const change_markup *form, vtm_text *text) {
  vtm_arena arena = {0};
  if (!form->scores_last) append_scores(changes, form, &arena, text);
  append_steps(changes, true, "Why numbers cannot be compared", form, &arena, text);
  append_steps(changes, false, "Computed otherwise, with little effect", form, &arena, text);
  for (size_t i = 0; i < changes->score_count; i++) {
    append_images(&changes->scores[i], true, most, form, &arena, text);
    append_images(&changes->scores[i], false, most, form, &arena, text);
  }
  const char *start = *form->heading != '\0' ? form->item : "Note: ";
  if (changes->note_count + changes->missing_count > 0) vtm_text_append(text, "\n");
  for (size_t i = 0; i < changes->score_count; i++) {
    const vtm_score_change *change = &changes->scores[i];
    if (change->only_before + change->only_after > 0)
      append_line(text, form, start,
                  vtm_arena_format(&arena, "%s: results in the earlier run only: %zu; in the later one only: %zu",
                                   score_subject(&arena, change), change->only_before, change->only_after));
  }
  for (size_t i = 0; i < changes->missing_count; i++)
    append_line(text, form, start,
                vtm_arena_format(&arena, "%s: only in the %s run", missing_text(&arena, &changes->missing[i]),
                                 changes->missing[i].was ? "earlier" : "later"));
  for (size_t i = 0; i < changes->note_count; i++) append_line(text, form, start, changes->notes[i]);
  if (form->scores_last) vtm_text_append(text, "\n");
  if (form->scores_last) append_scores(changes, form, &arena, text);
  text->failed = text->failed || arena.failed;
  vtm_arena_free(&arena);
}

static void plain_grid(const vtm_grid *grid, vtm_text *text) { vtm_grid_text(grid, false, text); }
static void coloured_grid(const vtm_grid *grid, vtm_text *text) { vtm_grid_text(grid, true, text); }

static void append_text(const vtm_changes *changes, size_t most, const vtm_report_options *options, vtm_text *text) {
  const change_markup form = {options->color ? coloured_grid : plain_grid, "", "  ", vtm_append_printable,
                              options->brief};
  append_document(changes, most, &form, text);
}

static void append_markdown(const vtm_changes *changes, size_t most, const vtm_report_options *options,
                            vtm_text *text) {
  (void)options;
  static const change_markup form = {vtm_grid_markdown, "### ", "- ", vtm_append_markdown, false};
  append_document(changes, most, &form, text);
}

/* ---- JSON ---- */

static cJSON *images_item(vtm_json_builder *build, const vtm_score_change *change, bool worse, size_t most) {
  cJSON *array = vtm_json_checked(build, cJSON_CreateArray());
  const size_t count = count_moved(change, worse, most);
  for (size_t i = 0; i < count && !build->failed; i++) {
    const vtm_image_change *image = image_at(change, worse, i);
    cJSON *object = vtm_json_checked(build, cJSON_CreateObject());
    if (object == NULL) break;
    vtm_json_put(build, object, "name", vtm_json_text(image->name));
    vtm_json_put(build, object, "before", vtm_json_number(image->before));
    vtm_json_put(build, object, "after", vtm_json_number(image->after));
    vtm_json_put(build, array, NULL, object);
  }
  return array;
}

static cJSON *score_item(vtm_json_builder *build, const vtm_score_change *change, size_t most) {
  cJSON *object = vtm_json_checked(build, cJSON_CreateObject());
  if (object == NULL) return NULL;
  vtm_json_put(build, object, "task", vtm_json_text(change->task));
  vtm_json_put(build, object, "metric", vtm_json_text(change->metric));
  vtm_json_put(build, object, "label", vtm_json_text(change->label));
  vtm_json_put(build, object, "model", vtm_json_text(change->model));
  vtm_json_put(build, object, "before", vtm_json_number(change->before));
  vtm_json_put(build, object, "after", vtm_json_number(change->after));
  vtm_json_put(build, object, "change", vtm_json_number(change->value));
  vtm_json_put(build, object, "interval",
               change->interval != NULL ? vtm_json_interval(build, change->interval) : cJSON_CreateNull());
  vtm_json_put(build, object, "p", vtm_json_number(change->p));
  vtm_json_put(build, object, "verdict", vtm_json_text(vtm_change_name(change->verdict)));
  vtm_json_put(build, object, "why", change->why != NULL ? vtm_json_text(change->why) : cJSON_CreateNull());
  vtm_json_put(build, object, "n", vtm_json_count(change->n));
  vtm_json_put(build, object, "only_before", vtm_json_number((double)change->only_before));
  vtm_json_put(build, object, "only_after", vtm_json_number((double)change->only_after));
  vtm_json_put(build, object, "images", vtm_json_number((double)change->image_count));
  vtm_json_put(build, object, "got_worse", vtm_json_number((double)count_moved(change, true, change->image_count)));
  vtm_json_put(build, object, "got_better", vtm_json_number((double)count_moved(change, false, change->image_count)));
  vtm_json_put(build, object, "worse", images_item(build, change, true, most));
  vtm_json_put(build, object, "better", images_item(build, change, false, most));
  return object;
}

static cJSON *step_item(vtm_json_builder *build, const vtm_step_change *step) {
  cJSON *object = vtm_json_checked(build, cJSON_CreateObject());
  if (object == NULL) return NULL;
  vtm_json_put(build, object, "metrics", vtm_json_text(step->labels));
  vtm_json_put(build, object, "name", vtm_json_text(step->name));
  vtm_json_put(build, object, "before", vtm_json_text(step->before));
  vtm_json_put(build, object, "after", vtm_json_text(step->after));
  vtm_json_put(build, object, "incomparable", cJSON_CreateBool(step->breaks));
  vtm_json_put(build, object, "meaning", vtm_json_text(step->meaning));
  return object;
}

static cJSON *missing_item(vtm_json_builder *build, const vtm_missing_score *missing) {
  cJSON *object = vtm_json_checked(build, cJSON_CreateObject());
  if (object == NULL) return NULL;
  vtm_json_put(build, object, "task", vtm_json_text(missing->task));
  vtm_json_put(build, object, "label", missing->label != NULL ? vtm_json_text(missing->label) : cJSON_CreateNull());
  vtm_json_put(build, object, "model", missing->model != NULL ? vtm_json_text(missing->model) : cJSON_CreateNull());
  vtm_json_put(build, object, "in", vtm_json_text(missing->was ? "before" : "after"));
  return object;
}

static void append_json(const vtm_changes *changes, size_t most, const vtm_report_options *options, vtm_text *text) {
  (void)options;
  vtm_json_builder build = {0};
  cJSON *root = vtm_json_checked(&build, cJSON_CreateObject());
  vtm_json_put(&build, root, "schema", cJSON_CreateString("vtonmetrics/diff/1"));
  cJSON *scores = vtm_json_checked(&build, cJSON_CreateArray());
  for (size_t i = 0; i < changes->score_count && !build.failed; i++)
    vtm_json_put(&build, scores, NULL, score_item(&build, &changes->scores[i], most));
  vtm_json_put(&build, root, "scores", scores);
  cJSON *steps = vtm_json_checked(&build, cJSON_CreateArray());
  for (size_t i = 0; i < changes->step_count && !build.failed; i++)
    vtm_json_put(&build, steps, NULL, step_item(&build, &changes->steps[i]));
  vtm_json_put(&build, root, "computed_otherwise", steps);
  cJSON *missing = vtm_json_checked(&build, cJSON_CreateArray());
  for (size_t i = 0; i < changes->missing_count && !build.failed; i++)
    vtm_json_put(&build, missing, NULL, missing_item(&build, &changes->missing[i]));
  vtm_json_put(&build, root, "missing", missing);
  vtm_json_put(&build, root, "notes", vtm_json_texts(&build, changes->notes, changes->note_count));
  if (vtm_json_print(&build, root, text, NULL) != VTM_OK) text->failed = true;
}

/* name, function */
#define EACH_FORMAT(FORMAT)   \
  FORMAT("text", append_text) \
  FORMAT("json", append_json) \
  FORMAT("markdown", append_markdown)

#define RECORD(name, function) {name, function},
static const change_format formats[] = {EACH_FORMAT(RECORD)};

#define NAME(name, function) "|" name
const char *vtm_report_change_formats(void) {
  static const char names[] = EACH_FORMAT(NAME);
  return names + 1;
}

vtm_status vtm_report_changes(const vtm_changes *changes, const char *name, size_t most,
                              const vtm_report_options *given, char **text, vtm_error *error) {
  vtm_report_options options;
  *text = NULL;
  const vtm_status status = vtm_copy_caller_struct(&options, sizeof(options), given, "vtm_report_options", error);
  if (status != VTM_OK) return status;
  for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
    if (strcmp(formats[i].name, name) != 0) continue;
    vtm_text out = {0};
    formats[i].append(changes, most, &options, &out);
    *text = vtm_text_take(&out, error);
    return *text != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  }
  return vtm_fail(error, VTM_ERROR_USAGE, "unknown format '%s': known are %s", name, vtm_report_change_formats());
}
