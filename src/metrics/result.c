#include "metrics/result.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

vtm_result_builder *vtm_result_start(vtm_error *error) { return vtm_allocate(1, sizeof(vtm_result_builder), error); }

vtm_status vtm_result_finish(vtm_result_builder *builder, vtm_result **result, vtm_error *error) {
  if (builder->arena.failed) {
    vtm_result_destroy(&builder->result);
    return vtm_fail(error, VTM_ERROR_MEMORY, "out of memory while putting the result together");
  }
  *result = &builder->result;
  return VTM_OK;
}

void vtm_result_destroy(vtm_result *result) {
  if (result == NULL) return;
  vtm_result_builder *builder = (vtm_result_builder *)(void *)result;
  vtm_arena_free(&builder->arena);
  free(builder);
}

void *vtm_result_allocate(vtm_result_builder *builder, size_t count, size_t size) {
  return vtm_arena_allocate(&builder->arena, count, size);
}

const char *vtm_result_copy(vtm_result_builder *builder, const char *text) {
  return vtm_arena_copy(&builder->arena, text);
}

typedef struct lines {
  const char *const **list;
  size_t *count;
} lines;

/* The line becomes number `at`. */
static bool insert_line(vtm_result_builder *builder, lines to, size_t at, const char *format, va_list arguments) {
  const char *text = vtm_arena_format_list(&builder->arena, format, arguments);
  const char **array = vtm_arena_extend(&builder->arena, *to.list, *to.count, sizeof(**to.list));
  if (builder->arena.failed || array == NULL) return false;
  memmove(array + at + 1, array + at, (*to.count - at) * sizeof(*array));
  array[at] = text;
  (*to.count)++;
  *to.list = array;
  return true;
}

static void add_line(vtm_result_builder *builder, lines to, const char *format, va_list arguments) {
  (void)insert_line(builder, to, *to.count, format, arguments);
}

void vtm_result_note(vtm_result_builder *builder, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  add_line(builder, (lines){&builder->result.notes, &builder->result.note_count}, format, arguments);
  va_end(arguments);
}

void vtm_result_warn(vtm_result_builder *builder, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  add_line(builder, (lines){&builder->result.warnings, &builder->result.warning_count}, format, arguments);
  va_end(arguments);
}

void vtm_result_warn_row(vtm_result_builder *builder, vtm_score_row *row, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  add_line(builder, (lines){&row->warnings, &row->warning_count}, format, arguments);
  va_end(arguments);
}

void vtm_result_warn_finding(vtm_result_builder *builder, vtm_score_row *row, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const lines to = {&row->warnings, &row->warning_count};
  if (insert_line(builder, to, row->finding_count, format, arguments)) row->finding_count++;
  va_end(arguments);
}

void vtm_result_warn_broken(vtm_result_builder *builder, vtm_score_row *row, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vtm_result *result = &builder->result;
  const lines to =
      row != NULL ? (lines){&row->warnings, &row->warning_count} : (lines){&result->warnings, &result->warning_count};
  size_t *count = row != NULL ? &row->broken_count : &result->broken_count;
  const size_t findings = row != NULL ? row->finding_count : 0;
  if (insert_line(builder, to, findings + *count, format, arguments)) (*count)++;
  va_end(arguments);
}

void vtm_result_fingerprint(vtm_result_builder *builder, const char *name, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const char *text = vtm_arena_format_list(&builder->arena, format, arguments);
  va_end(arguments);
  vtm_result *result = &builder->result;
  vtm_named_text *array = vtm_arena_extend(&builder->arena, result->protocol, result->protocol_count, sizeof(*array));
  if (builder->arena.failed || array == NULL) return;
  array[result->protocol_count++] = (vtm_named_text){.name = name, .text = text};
  result->protocol = array;
}

void vtm_result_term(vtm_result_builder *builder, vtm_score_row *row, const char *name, double value) {
  vtm_named_value *array = vtm_arena_extend(&builder->arena, row->terms, row->term_count, sizeof(*array));
  if (builder->arena.failed || array == NULL) return;
  array[row->term_count++] = (vtm_named_value){.name = name, .value = value};
  row->terms = array;
}

static const char *last_part(vtm_result_builder *builder, const char *path) {
  char *part = vtm_path_last_part(path, NULL);
  if (part == NULL) builder->arena.failed = true;
  const char *copy = part != NULL ? vtm_result_copy(builder, part) : "";
  free(part);
  return copy;
}

vtm_score_row *vtm_result_rows(vtm_result_builder *builder, const char *const *paths, const char *const *names,
                               size_t count) {
  vtm_score_row *rows = vtm_result_allocate(builder, count, sizeof(*rows));
  if (rows == NULL) return NULL;
  for (size_t i = 0; i < count; i++) {
    rows[i].path = vtm_result_copy(builder, paths[i]);
    const bool named = names != NULL && names[i] != NULL;
    rows[i].name = named ? vtm_result_copy(builder, names[i]) : last_part(builder, paths[i]);
  }
  bool *alike = vtm_result_allocate(builder, count, sizeof(*alike));
  if (alike == NULL) return NULL;
  for (size_t i = 0; i < count; i++)
    for (size_t j = i + 1; j < count; j++)
      if (strcmp(rows[i].name, rows[j].name) == 0) alike[i] = alike[j] = true;
  for (size_t i = 0; i < count; i++)
    if (alike[i] && (names == NULL || names[i] == NULL)) rows[i].name = rows[i].path;
  builder->result.rows = rows;
  builder->result.row_count = count;
  return builder->arena.failed ? NULL : rows;
}
