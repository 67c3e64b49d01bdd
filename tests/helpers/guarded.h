/* Memory between two pages that nobody may touch: a read or write beyond it ends the test, whatever instruction does
 * it. Sanitizers do not look at instructions written in assembly, such as those of matrix tiles.
 *
 * Every other allocation lies close to the page behind it, the rest close to the one before. */
#ifndef VTM_TESTS_GUARDED_H
#define VTM_TESTS_GUARDED_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#endif

enum { GUARDED_ALIGNMENT = 64, GUARDED_FILL = 0xA5 };

/* At the start of the page before. */
typedef struct guarded_head {
  char *memory, *rest; /* `rest`: from the end of what was asked for to that of the usable pages */
  size_t bytes, rest_bytes, mapped;
} guarded_head;

static inline void *guarded_allocate(size_t bytes) {
  static unsigned count;
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  const size_t some = bytes > 0 ? bytes : 1;
  const size_t aligned = (some + GUARDED_ALIGNMENT - 1) / GUARDED_ALIGNMENT * GUARDED_ALIGNMENT;
  const size_t usable = (aligned + page - 1) / page * page; /* the memory begins in its first page */
  char *first = mmap(NULL, usable + 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (first == MAP_FAILED) abort();
  guarded_head head = {.memory = first + page, .bytes = bytes, .mapped = usable + 2 * page};
  if (count++ % 2 == 0) head.memory += usable - aligned;
  head.rest = head.memory + bytes;
  head.rest_bytes = (size_t)(first + page + usable - head.rest);
  memset(first + page, GUARDED_FILL, usable);
  memcpy(first, &head, sizeof(head));
  ASAN_POISON_MEMORY_REGION(head.rest, head.rest_bytes);
  if (mprotect(first, page, PROT_NONE) != 0 || mprotect(first + page + usable, page, PROT_NONE) != 0) abort();
  return head.memory;
}

/* Whether the rest of the last page is as it was. */
static inline int guarded_free(void *memory) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  guarded_head head;
  char *first = (char *)memory - (uintptr_t)memory % page - page;
  if (mprotect(first, page, PROT_READ) != 0) abort();
  memcpy(&head, first, sizeof(head));
  ASAN_UNPOISON_MEMORY_REGION(head.rest, head.rest_bytes);
  int whole = 1;
  for (size_t i = 0; i < head.rest_bytes; i++) whole = whole && (unsigned char)head.rest[i] == GUARDED_FILL;
  (void)munmap(first, head.mapped);
  return whole;
}

#endif
