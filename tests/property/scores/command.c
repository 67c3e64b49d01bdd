/* Commands as a shell's lines, run beside a run without a store. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "property/scores/judge.h"

enum { MOST_BYTES = 16 << 20 };

static void append_metrics(const command *given, const char *quote, vtm_text *text) {
  const char *between = "";
  for (int m = 0; m < METRICS; m++) {
    if (!given->metrics[m]) continue;
    vtm_text_format(text, "%s%s%s%s", between, quote, metric_names[m], quote);
    between = ",";
  }
}

/* Paths in it are relative to the file. The second task has the last model only. */
static void write_config(world *state, const command *given) {
  vtm_text text = {0};
  vtm_text_append(&text, "printf '{\"metrics\": [");
  append_metrics(given, "\"", &text);
  vtm_text_append(&text, "], \"tasks\": {");
  for (int task = 0; task < 2; task++) {
    vtm_text_format(&text, "%s\"t%d\": {\"reference\": \"%s\", \"models\": {", task > 0 ? ", " : "", task,
                    folder_names[given->reference]);
    for (int m = task == 0 ? 0 : given->model_count - 1; m < given->model_count; m++) {
      const char *name = folder_names[given->models[m]];
      vtm_text_format(&text, "\"%s\": \"%s\"%s", name, name, m + 1 < given->model_count ? ", " : "}}");
    }
  }
  vtm_text_append(&text, "}}' > tasks.json");
  if (text.failed || world_line(state, "%s", text.bytes) != 0) give_up("no tasks.json");
  vtm_text_free(&text);
}

void command_prepare(world *state, const command *given) {
  if (given->kind == COMMAND_COMPARE && given->config) write_config(state, given);
}

static void append_folders(const world *state, const command *given, vtm_text *text) {
  if (given->kind == COMMAND_COMPARE && given->config) {
    vtm_text_append(text, " --config tasks.json");
    return;
  }
  if (expect_saved_reference(state, given) != NULL)
    vtm_text_format(text, " saved%d.npz", given->reference_saved);
  else
    vtm_text_format(text, " %s", folder_names[given->reference]);
  for (int m = 0; m < given->model_count; m++) vtm_text_format(text, " %s", folder_names[given->models[m]]);
}

static void append_lens(const command *given, vtm_text *text) {
  const lens *seen = &given->seen;
  if (command_has_sets(given)) vtm_text_append(text, " --protocol alexnet");
  if (command_has_pairs(given) && seen->size != 0) vtm_text_format(text, " --size %s", lens_sizes[seen->size]);
  if (seen->exact) vtm_text_append(text, " --exact");
  if (seen->pillow13) vtm_text_append(text, " --pillow 13");
  if (seen->mask != 0) vtm_text_format(text, " --cpu-mask %s", lens_masks[seen->mask]);
  if (seen->precision != 0) vtm_text_format(text, " --precision %s", lens_precisions[seen->precision]);
}

static void append_options(const world *state, const command *given, const char *mark, vtm_text *text) {
  if (given->batch != 0) vtm_text_format(text, " --batch %d", given->batch);
  if (given->threads != 0) vtm_text_format(text, " --threads %d", given->threads);
  if (command_has_sets(given) && given->all_images) vtm_text_append(text, " --all-images");
  if (given->skip_broken) vtm_text_append(text, " --skip-broken");
  if (given->interval) vtm_text_append(text, given->kind == COMMAND_COMPARE ? " --no-interval" : " --interval");
  if (given->no_lint) vtm_text_append(text, " --no-lint");
  if (given->rehash) vtm_text_append(text, " --rehash");
  if (given->per_image) vtm_text_format(text, " --per-image %s.csv", mark);
  if (given->kind == COMMAND_COMPARE) {
    if (given->each) vtm_text_append(text, " --each");
    if (!given->config) {
      vtm_text_append(text, " --metrics ");
      append_metrics(given, "", text);
    }
  }
  if (expect_saved_reference(state, given) != NULL) return; /* which cannot be saved again */
  if (given->save_stats != 0) vtm_text_format(text, " --save-stats saved%d.npz", given->save_stats);
  if (given->save_features != 0) vtm_text_format(text, " --save-features saved%d.npz", given->save_features);
}

void command_text(const world *state, const command *given, const char *mark, const char *store, vtm_text *text) {
  vtm_text_format(text, "vtonmetrics %s", given->kind == COMMAND_COMPARE ? "compare" : metric_names[given->kind]);
  append_folders(state, given, text);
  append_lens(given, text);
  append_options(state, given, mark, text);
  vtm_text_format(text, " --json --quiet %s > %s.json 2> %s.err", store, mark, mark);
}

/* ---- runs ---- */

static int run(world *state, const command *given, const char *mark, const char *store) {
  vtm_text text = {0};
  command_text(state, given, mark, store, &text);
  if (text.failed) give_up("out of memory");
  const int status = world_line(state, "%s", text.bytes);
  vtm_text_free(&text);
  return status;
}

static bool is_saving(const world *state, const command *given, uint8_t number) {
  return number != 0 && given->kind == METRIC_FID && expect_saved_reference(state, given) == NULL;
}

/* What the run without a store wrote is set aside, so that the other must write it again. */
static void set_aside(world *state, const command *given, uint8_t number) {
  if (is_saving(state, given, number)) (void)world_line(state, "mv saved%d.npz fresh%d.npz", number, number);
}

static bool same_file(const char *what, const char *one, const char *other, vtm_text *wrong) {
  uint8_t *bytes[2] = {NULL, NULL};
  size_t sizes[2] = {0, 0};
  bool same = vtm_file_read(one, MOST_BYTES, &bytes[0], &sizes[0], NULL) == VTM_OK &&
              vtm_file_read(other, MOST_BYTES, &bytes[1], &sizes[1], NULL) == VTM_OK && sizes[0] == sizes[1];
  same = same && (sizes[0] == 0 || memcmp(bytes[0], bytes[1], sizes[0]) == 0);
  free(bytes[0]);
  free(bytes[1]);
  if (!same) vtm_text_format(wrong, "%s differ from those without a store: compare %s with %s\n", what, one, other);
  return same;
}

static bool same_outputs(const world *state, const command *given, bool done, vtm_text *wrong) {
  bool same = same_file("results", "got.json", "fresh.json", wrong);
  same = same_file("messages", "got.err", "fresh.err", wrong) && same;
  if (given->per_image && done) same = same_file("values of pairs", "got.csv", "fresh.csv", wrong) && same;
  const uint8_t numbers[] = {given->save_stats, given->save_features};
  for (int i = 0; i < 2; i++) {
    char files[2][PATH_SIZE];
    if (!done || !is_saving(state, given, numbers[i])) continue;
    (void)snprintf(files[0], PATH_SIZE, "saved%d.npz", numbers[i]);
    (void)snprintf(files[1], PATH_SIZE, "fresh%d.npz", numbers[i]);
    same = same_file("saved files", files[0], files[1], wrong) && same;
  }
  return same;
}

static bool right_status(int status, const expected *must, const char *of, vtm_text *wrong) {
  if (status == must->status) return true;
  vtm_text_format(wrong, "exit status %d %s, %d was expected\n", status, of, must->status);
  return false;
}

static void note_saved(world *state, const command *given, const expected *must) {
  if (must->status != 0) return;
  const bool statistics = is_saving(state, given, given->save_stats);
  const bool features = is_saving(state, given, given->save_features);
  if (statistics) state->saved[given->save_stats - 1] = must->statistics;
  if (features) state->saved[given->save_features - 1] = must->features;
}

static bool judge_one(world *state, const command *given, bool judged, tally *sums, vtm_text *wrong) {
  expected must;
  expect(state, given, &must);
  command_prepare(state, given);
  bool good = true;
  const bool fresh_too = judged && given->fresh;
  if (fresh_too) {
    const int fresh = run(state, given, "fresh", "--no-store");
    if (fresh == 0) set_aside(state, given, given->save_stats);
    if (fresh == 0) set_aside(state, given, given->save_features);
    good = right_status(fresh, &must, "without a store", wrong) &&
           (fresh != 0 || judge_json(given, &must, "fresh.json", sums, wrong));
    if (!good) vtm_text_append(wrong, "(so it is without a store, too)\n");
  }
  const int status = run(state, given, "got", "--store store.sqlite");
  if (judged) {
    sums->commands++;
    sums->scored += status == 0;
    sums->failing += status != 0;
    good = right_status(status, &must, "with the store", wrong) &&
           (status != 0 || judge_json(given, &must, "got.json", sums, wrong)) && good;
    if (fresh_too) good = same_outputs(state, given, status == 0, wrong) && good;
  }
  note_saved(state, given, &must);
  return good;
}

static bool judge_two(world *state, const step *what, bool judged, tally *sums, vtm_text *wrong) {
  const command *given[] = {&what->command, &what->second};
  static const char *const marks[] = {"one", "two"};
  vtm_text line = {0};
  bool good = true;
  for (int i = 0; i < 2; i++) command_prepare(state, given[i]);
  vtm_text_append(&line, "(");
  for (int i = 0; i < 2; i++) {
    command_text(state, given[i], marks[i], "--store store.sqlite", &line);
    vtm_text_format(&line, "; echo $? > %s.status", marks[i]);
    vtm_text_append(&line, i == 0 ? ") & " : "; wait");
  }
  if (line.failed) give_up("out of memory");
  (void)world_line(state, "%s", line.bytes);
  vtm_text_free(&line);
  for (int i = 0; i < 2 && judged; i++) {
    expected must;
    char file[PATH_SIZE];
    (void)snprintf(file, sizeof(file), "%s.status", marks[i]);
    FILE *opened = fopen(file, "r");
    int status = -1;
    if (opened == NULL || fscanf(opened, "%d", &status) != 1) give_up("no %s", file); /* NOLINT(cert-err34-c) */
    (void)fclose(opened);
    (void)snprintf(file, sizeof(file), "%s.json", marks[i]);
    expect(state, given[i], &must);
    sums->commands++;
    sums->scored += status == 0;
    sums->failing += status != 0;
    good = right_status(status, &must, i == 0 ? "of the first of two" : "of the second of two", wrong) &&
           (status != 0 || judge_json(given[i], &must, file, sums, wrong)) && good;
  }
  return good;
}

/* By a program beside it, as a user's or the kernel's: `timeout` ends with 137 then. */
static void run_and_kill(world *state, const step *what) {
  vtm_text line = {0};
  command_prepare(state, &what->command);
  command_text(state, &what->command, "killed", "--store store.sqlite", &line);
  if (line.failed) give_up("out of memory");
  (void)world_line(state, "timeout -s KILL 0.%03u %s", what->number % 400, line.bytes);
  vtm_text_free(&line);
}

bool judge_step(world *state, const step *what, bool judged, tally *sums, vtm_text *wrong) {
  if (what->kind == STEP_RUN) return judge_one(state, &what->command, judged, sums, wrong);
  if (what->kind == STEP_RUN_TWO) return judge_two(state, what, judged, sums, wrong);
  run_and_kill(state, what);
  return true;
}
