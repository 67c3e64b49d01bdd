#include "metrics/result.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

enum { BLOCK_BYTES = 16384 };

struct vtm_arena_block {
  vtm_arena_block *next;
  size_t used, capacity;
  alignas(max_align_t) unsigned char bytes[];
};

vtm_result_builder *vtm_result_start(vtm_error *error) { return vtm_allocate(1, sizeof(vtm_result_builder), error); }

vtm_status vtm_result_finish(vtm_result_builder *builder, vtm_result **result, vtm_error *error) {
  if (builder->failed) {
    vtm_result_destroy(&builder->result);
    return vtm_fail(error, VTM_ERROR_MEMORY, "out of memory while putting the result together");
  }
  *result = &builder->result;
  return VTM_OK;
}

void vtm_result_destroy(vtm_result *result) {
  if (result == NULL) return;
  vtm_result_builder *builder = (vtm_result_builder *)(void *)result;
  for (vtm_arena_block *block = builder->blocks; block != NULL;) {
    vtm_arena_block *next = block->next;
    free(block);
    block = next;
  }
  free(builder);
}

void *vtm_result_allocate(vtm_result_builder *builder, size_t count, size_t size) {
  size_t bytes = 0;
  if (!vtm_multiply(count, size, &bytes) || bytes > SIZE_MAX / 2) builder->failed = true;
  if (builder->failed) return NULL;
  bytes = (bytes + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
  vtm_arena_block *block = builder->blocks;
  if (block == NULL || block->capacity - block->used < bytes) {
    const size_t capacity = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
    block = vtm_allocate(1, sizeof(*block) + capacity, NULL);
    if (block == NULL) {
      builder->failed = true;
      return NULL;
    }
    block->capacity = capacity;
    block->next = builder->blocks;
    builder->blocks = block;
  }
  void *memory = block->bytes + block->used;
  block->used += bytes;
  return memory;
}

const char *vtm_result_copy(vtm_result_builder *builder, const char *text) {
  const size_t size = strlen(text) + 1;
  char *copy = vtm_result_allocate(builder, size, 1);
  return copy != NULL ? memcpy(copy, text, size) : "";
}

static const char *format_text(vtm_result_builder *builder, const char *format, va_list arguments) {
  va_list again;
  va_copy(again, arguments);
  const int length = vsnprintf(NULL, 0, format, again);
  va_end(again);
  char *text = length < 0 ? NULL : vtm_result_allocate(builder, (size_t)length + 1, 1);
  if (text == NULL) {
    builder->failed = true;
    return "";
  }
  (void)vsnprintf(text, (size_t)length + 1, format, arguments);
  return text;
}

/* Room for one more element: arrays double whenever their count is a power of two. */
static void *extend(vtm_result_builder *builder, const void *array, size_t count, size_t size) {
  if (count != 0 && (count & (count - 1)) != 0) return (void *)(uintptr_t)array;
  void *larger = vtm_result_allocate(builder, count != 0 ? 2 * count : 1, size);
  if (larger != NULL && count != 0) memcpy(larger, array, count * size);
  return larger;
}

static void add_line(vtm_result_builder *builder, const char *const **lines, size_t *count, const char *format,
                     va_list arguments) {
  const char *text = format_text(builder, format, arguments);
  const char **array = extend(builder, *lines, *count, sizeof(**lines));
  if (builder->failed || array == NULL) return;
  array[(*count)++] = text;
  *lines = array;
}

void vtm_result_note(vtm_result_builder *builder, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  add_line(builder, &builder->result.notes, &builder->result.note_count, format, arguments);
  va_end(arguments);
}

void vtm_result_warn(vtm_result_builder *builder, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  add_line(builder, &builder->result.warnings, &builder->result.warning_count, format, arguments);
  va_end(arguments);
}

void vtm_result_warn_row(vtm_result_builder *builder, vtm_score_row *row, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  add_line(builder, &row->warnings, &row->warning_count, format, arguments);
  va_end(arguments);
}

void vtm_result_fingerprint(vtm_result_builder *builder, const char *name, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const char *text = format_text(builder, format, arguments);
  va_end(arguments);
  vtm_result *result = &builder->result;
  vtm_named_text *array = extend(builder, result->protocol, result->protocol_count, sizeof(*array));
  if (builder->failed || array == NULL) return;
  array[result->protocol_count++] = (vtm_named_text){.name = name, .text = text};
  result->protocol = array;
}

void vtm_result_term(vtm_result_builder *builder, vtm_score_row *row, const char *name, double value) {
  vtm_named_value *array = extend(builder, row->terms, row->term_count, sizeof(*array));
  if (builder->failed || array == NULL) return;
  array[row->term_count++] = (vtm_named_value){.name = name, .value = value};
  row->terms = array;
}

static const char *last_part(vtm_result_builder *builder, const char *path) {
  char *part = vtm_path_last_part(path, NULL);
  if (part == NULL) builder->failed = true;
  const char *copy = part != NULL ? vtm_result_copy(builder, part) : "";
  free(part);
  return copy;
}

vtm_score_row *vtm_result_rows(vtm_result_builder *builder, const char *const *paths, size_t count) {
  vtm_score_row *rows = vtm_result_allocate(builder, count, sizeof(*rows));
  if (rows == NULL) return NULL;
  for (size_t i = 0; i < count; i++) {
    rows[i].path = vtm_result_copy(builder, paths[i]);
    rows[i].name = last_part(builder, paths[i]);
  }
  bool *alike = vtm_result_allocate(builder, count, sizeof(*alike));
  if (alike == NULL) return NULL;
  for (size_t i = 0; i < count; i++)
    for (size_t j = i + 1; j < count; j++)
      if (strcmp(rows[i].name, rows[j].name) == 0) alike[i] = alike[j] = true;
  for (size_t i = 0; i < count; i++)
    if (alike[i]) rows[i].name = rows[i].path;
  builder->result.rows = rows;
  builder->result.row_count = count;
  return builder->failed ? NULL : rows;
}
