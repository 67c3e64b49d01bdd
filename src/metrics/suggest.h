/* "did you mean ...?": the known word nearest to one that was mistyped. */
#ifndef VTM_METRICS_SUGGEST_H
#define VTM_METRICS_SUGGEST_H

#include <stddef.h>

enum { VTM_SUGGESTION_TEXT = 128 };

typedef struct vtm_suggestion {
  const char *word, *best; /* `best` is not NUL-terminated: best_length bytes */
  size_t best_length, distance;
} vtm_suggestion;

vtm_suggestion vtm_suggest_start(const char *word);
void vtm_suggest_offer(vtm_suggestion *suggestion, const char *candidate, size_t length);
/* " (did you mean 'clean-fid'?)", or "" when nothing offered is near. */
void vtm_suggest_text(const vtm_suggestion *suggestion, char text[VTM_SUGGESTION_TEXT]);

#endif
