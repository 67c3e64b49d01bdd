/* A run: list the files, inspect each with all threads, then compare them with each other. */
#include "lint/lint_run.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/caller_struct.h"
#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "lint/file_index.h"
#include "lint/file_reader.h"
#include "lint/filter_read.h"
#include "lint/findings.h"
#include "lint/layout_file.h"
#include "lint/lint_result.h"
#include "lint/listed.h"
#include "lint/rules/pair_rules.h"
#include "lint/scan.h"
#include "lint/sidecars.h"

static bool is_picture(vtm_lint_kind kind) { return (VTM_LINT_PICTURES & VTM_LINT_KIND(kind)) != 0; }

static void add_up_needs(vtm_lint_engine *engine) {
  for (size_t i = 0; i < vtm_lint_table_count(); i++) {
    const vtm_lint_rule *rule = vtm_lint_table_at(i);
    if (!engine->filter.enabled[i]) continue;
    /* compared with the image that a file belongs to: its size is needed */
    for (int kind = VTM_LINT_PERSON; kind <= VTM_LINT_GARMENT && rule->compare != NULL; kind++)
      if (engine->needs[kind] < VTM_LINT_HEADER) engine->needs[kind] = VTM_LINT_HEADER;
    for (int kind = 0; kind < VTM_LINT_KINDS; kind++)
      if ((rule->kinds & VTM_LINT_KIND(kind)) != 0 && rule->info.need > engine->needs[kind])
        engine->needs[kind] = rule->info.need;
  }
}

static void inspect_file(vtm_lint_run *run, vtm_lint_file *file) {
  vtm_lint_engine *engine = run->engine;
  const vtm_lint_kind kind = file->part->kind;
  vtm_lint_reader reader = {.run = run, .file = file};
  vtm_lint_reader_open(&reader);
  if (reader.content == NULL) return;
  if (is_picture(kind) && file->bytes > 0 && engine->needs[kind] >= VTM_LINT_HEADER) {
    const vtm_image_header *header = vtm_lint_reader_header(&reader, NULL);
    if (header != NULL) {
      file->facts.width = header->width;
      file->facts.height = header->height;
      file->facts.format = header->format;
    }
  }
  for (size_t i = 0; i < vtm_lint_table_count(); i++) {
    const vtm_lint_rule *rule = vtm_lint_table_at(i);
    if (engine->filter.enabled[i] && rule->inspect != NULL && (rule->kinds & VTM_LINT_KIND(kind)) != 0)
      rule->inspect(&reader, rule);
  }
  vtm_lint_reader_close(&reader);
}

static bool is_owner(const vtm_lint_file *file) { return file->part->kind <= VTM_LINT_GARMENT; }

static void inspect_file_in_pool(void *user, size_t task, int thread) {
  vtm_lint_run *run = user;
  vtm_lint_engine *engine = run->engine;
  if (is_owner(&run->files[task]) != engine->owners_turn) return;
  if (vtm_is_cancelled(engine->context) || atomic_load(&engine->out_of_memory)) return;
  inspect_file(run, &run->files[task]);
  const size_t done = atomic_fetch_add(&engine->done, 1) + 1;
  if (thread != 0) return;
  vtm_lint_deliver(run);
  vtm_report_progress(engine->context, run->root != NULL ? run->root : "results", done, run->file_count);
}

static void conclude_rule(vtm_lint_run *run, const vtm_lint_rule *rule) {
  for (size_t i = 0; i < run->file_count && rule->compare != NULL; i++) {
    const vtm_lint_file *file = &run->files[i];
    if (file->owner != VTM_LINT_NONE && (rule->kinds & VTM_LINT_KIND(file->part->kind)) != 0)
      rule->compare(run, rule, file, &run->files[file->owner]);
  }
  for (size_t i = 0; i < run->folder_count && rule->folder != NULL; i++) rule->folder(run, rule, &run->folders[i]);
  if (rule->dataset != NULL) rule->dataset(run, rule);
}

static vtm_status check_state(const vtm_lint_run *run, vtm_error *error) {
  if (vtm_is_cancelled(run->engine->context)) return vtm_fail_cancelled(error);
  if (atomic_load(&run->engine->out_of_memory)) return vtm_fail(error, VTM_ERROR_MEMORY, "out of memory");
  return VTM_OK;
}

static vtm_status inspect_and_conclude(vtm_lint_run *run, vtm_error *error) {
  vtm_lint_engine *engine = run->engine;
  /* images first: sidecars are compared with their facts */
  engine->owners_turn = true;
  vtm_pool_run(engine->context->pool, run->file_count, inspect_file_in_pool, run);
  engine->owners_turn = false;
  vtm_pool_run(engine->context->pool, run->file_count, inspect_file_in_pool, run);
  vtm_lint_deliver(run);
  for (size_t i = 0; i < vtm_lint_table_count(); i++) {
    const vtm_status status = check_state(run, error);
    if (status != VTM_OK) return status;
    if (engine->filter.enabled[i]) conclude_rule(run, vtm_lint_table_at(i));
    vtm_lint_deliver(run);
  }
  return check_state(run, error);
}

static bool is_layout_file(const char *layout) {
  const size_t length = strlen(layout);
  return strchr(layout, '/') != NULL || (length > 5 && strcmp(layout + length - 5, ".json") == 0);
}

static vtm_status choose_layout(vtm_lint_run *run, vtm_error *error) {
  vtm_lint_engine *engine = run->engine;
  const char *given = engine->options->layout;
  if (given == NULL || strcmp(given, "auto") == 0) return VTM_OK;
  if (is_layout_file(given)) {
    const vtm_status status = vtm_layout_file_read(given, &engine->own_layout, error);
    if (status != VTM_OK) return status;
    run->layout = vtm_layout_file_layout(engine->own_layout);
  } else {
    run->layout = vtm_layout_find(given);
  }
  if (run->layout == NULL)
    return vtm_fail(error, VTM_ERROR_USAGE,
                    "unknown layout '%s': known are %s, auto, or the path of a .json file that describes one", given,
                    vtm_lint_layouts());
  engine->layout_reason = vtm_copy_text("given", error);
  return engine->layout_reason != NULL ? VTM_OK : VTM_ERROR_MEMORY;
}

static vtm_status run_all(vtm_lint_run *run, vtm_lint_result **result, vtm_error *error) {
  vtm_lint_engine *engine = run->engine;
  const vtm_lint_options *options = engine->options;
  vtm_status status = choose_layout(run, error);
  if (status == VTM_OK && run->root != NULL) status = vtm_lint_scan(run, error);
  for (size_t i = 0; i < options->result_count && status == VTM_OK; i++)
    status = vtm_lint_scan_results(run, options->results[i], error);
  if (status == VTM_OK) status = vtm_lint_build_index(run, error);
  if (status == VTM_OK) status = vtm_lint_find_listed(run, error);
  if (status == VTM_OK) status = vtm_lint_check_sidecars(run, error);
  if (status == VTM_OK) status = inspect_and_conclude(run, error);
  if (status == VTM_OK) status = vtm_lint_make_result(run, result, error);
  return status;
}

static void close_run(vtm_lint_run *run) {
  vtm_lint_engine *engine = run->engine;
  vtm_lint_filter_close(&engine->filter);
  vtm_arena_free(&engine->texts);
  vtm_layout_file_close(engine->own_layout);
  for (size_t i = 0; i < engine->kept_count; i++) {
    free(engine->kept[i].path);
    free(engine->kept[i].other);
    free(engine->kept[i].message);
    for (size_t k = 0; k < engine->kept[i].more_count; k++) free(engine->kept[i].more[k]);
    free(engine->kept[i].more);
  }
  for (size_t i = 0; i < engine->note_count; i++) free(engine->notes[i]);
  free(engine->kept);
  free(engine->notes);
  vtm_lint_pairs_free(engine->pairs);
  free(engine->index);
  free(engine->listed);
  free(engine->set_is_listed);
  free(engine->layout_reason);
  free(engine->sets);
  for (size_t i = 0; i < run->file_count; i++) free(run->files[i].facts.memo);
  free(run->files);
  free(run->folders);
  (void)pthread_mutex_destroy(&engine->lock);
}

static vtm_status check_arguments(const char *dataset, const vtm_lint_options *options, vtm_error *error) {
  struct stat there;
  if (dataset == NULL && options->result_count == 0)
    return vtm_fail(error, VTM_ERROR_USAGE, "neither a dataset nor a folder of results was given");
  if (dataset != NULL && stat(dataset, &there) == 0 && !S_ISDIR(there.st_mode))
    return vtm_fail(error, VTM_ERROR_IO, "%s: is a file, the folder of a dataset was expected", dataset);
  if (options->programs != NULL) return vtm_programs_check(options->programs, error);
  return VTM_OK;
}

vtm_status vtm_lint(vtm_context *context, const char *dataset, const vtm_lint_options *given, vtm_lint_result **result,
                    vtm_error *error) {
  vtm_lint_options options;
  *result = NULL;
  vtm_status status = vtm_context_check_process(context, error);
  if (status == VTM_OK) status = vtm_copy_caller_struct(&options, sizeof(options), given, "vtm_lint_options", error);
  if (status == VTM_OK) status = check_arguments(dataset, &options, error);
  if (status != VTM_OK) return status;
  vtm_lint_engine engine = {.context = context, .options = &options};
  vtm_lint_run run = {.root = dataset, .engine = &engine};
  if (pthread_mutex_init(&engine.lock, NULL) != 0) return vtm_fail(error, VTM_ERROR_MEMORY, "no memory for a lock");
  status = vtm_lint_filter_open(&engine.filter, dataset, &options, error);
  if (status == VTM_OK) {
    add_up_needs(&engine);
    status = run_all(&run, result, error);
  }
  close_run(&run);
  return status;
}
