/* Memory that is freed all at once. */
#ifndef VTM_BASE_ARENA_H
#define VTM_BASE_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct vtm_arena_block vtm_arena_block;

/* Start with {0}. When memory runs out `failed` is set and later calls give nothing: callers add freely and check
 * once. Not to be moved between threads without a lock. */
typedef struct vtm_arena {
  vtm_arena_block *blocks;
  bool failed;
} vtm_arena;

void *vtm_arena_allocate(vtm_arena *arena, size_t count, size_t size); /* zeroed; NULL when memory has run out */
const char *vtm_arena_copy(vtm_arena *arena, const char *text);        /* "" when memory has run out */
const char *vtm_arena_format(vtm_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *vtm_arena_format_list(vtm_arena *arena, const char *format, va_list arguments);
/* Room for one more element of an array whose capacity is the next power of two; NULL when memory has run out. */
void *vtm_arena_extend(vtm_arena *arena, const void *array, size_t count, size_t size);
void vtm_arena_free(vtm_arena *arena);

#endif
