#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { BLOCK_BYTES = 16384 };

struct vtm_arena_block {
  vtm_arena_block *next;
  size_t used, capacity;
  alignas(max_align_t) unsigned char bytes[];
};

void *vtm_arena_allocate(vtm_arena *arena, size_t count, size_t size) {
  size_t bytes = 0;
  if (!vtm_multiply(count, size, &bytes) || bytes > SIZE_MAX / 2) arena->failed = true;
  if (arena->failed) return NULL;
  bytes = (bytes + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
  vtm_arena_block *block = arena->blocks;
  if (block == NULL || block->capacity - block->used < bytes) {
    const size_t capacity = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
    block = vtm_allocate(1, sizeof(*block) + capacity, NULL);
    if (block == NULL) {
      arena->failed = true;
      return NULL;
    }
    block->capacity = capacity;
    block->next = arena->blocks;
    arena->blocks = block;
  }
  void *memory = block->bytes + block->used;
  block->used += bytes;
  return memory;
}

const char *vtm_arena_copy(vtm_arena *arena, const char *text) {
  const size_t size = strlen(text) + 1;
  char *copy = vtm_arena_allocate(arena, size, 1);
  return copy != NULL ? memcpy(copy, text, size) : "";
}

const char *vtm_arena_format_list(vtm_arena *arena, const char *format, va_list arguments) {
  va_list again;
  va_copy(again, arguments);
  const int length = vsnprintf(NULL, 0, format, again);
  va_end(again);
  char *text = length < 0 ? NULL : vtm_arena_allocate(arena, (size_t)length + 1, 1);
  if (text == NULL) {
    arena->failed = true;
    return "";
  }
  (void)vsnprintf(text, (size_t)length + 1, format, arguments);
  return text;
}

const char *vtm_arena_format(vtm_arena *arena, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const char *text = vtm_arena_format_list(arena, format, arguments);
  va_end(arguments);
  return text;
}

void *vtm_arena_extend(vtm_arena *arena, const void *array, size_t count, size_t size) {
  if (count != 0 && (count & (count - 1)) != 0) return (void *)(uintptr_t)array;
  void *larger = vtm_arena_allocate(arena, count != 0 ? 2 * count : 1, size);
  if (larger != NULL && count != 0) memcpy(larger, array, count * size);
  return larger;
}

void vtm_arena_free(vtm_arena *arena) {
  while (arena->blocks != NULL) {
    vtm_arena_block *next = arena->blocks->next;
    free(arena->blocks);
    arena->blocks = next;
  }
}
