#include "metrics/suggest.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST = 48 };

/* Levenshtein's distance: insertions, deletions and substitutions of bytes. */
static size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length) {
  if (a_length > LONGEST || b_length > LONGEST) return SIZE_MAX;
  size_t row[LONGEST + 1];
  for (size_t j = 0; j <= b_length; j++) row[j] = j;
  for (size_t i = 1; i <= a_length; i++) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b_length; j++) {
      size_t best = diagonal + (a[i - 1] != b[j - 1]);
      if (row[j] + 1 < best) best = row[j] + 1;
      if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
      diagonal = row[j];
      row[j] = best;
    }
  }
  return row[b_length];
}

vtm_suggestion vtm_suggest_start(const char *word) { return (vtm_suggestion){.word = word, .distance = SIZE_MAX}; }

void vtm_suggest_offer(vtm_suggestion *suggestion, const char *candidate, size_t length) {
  const size_t word_length = strlen(suggestion->word);
  size_t distance = edit_distance(suggestion->word, word_length, candidate, length);
  /* "clean" means clean-fid: a beginning counts as one slip */
  if (word_length >= 2 && word_length < length && strncmp(suggestion->word, candidate, word_length) == 0) distance = 1;
  if (distance >= suggestion->distance) return;
  suggestion->distance = distance;
  suggestion->best = candidate;
  suggestion->best_length = length;
}

void vtm_suggest_text(const vtm_suggestion *suggestion, char text[VTM_SUGGESTION_TEXT]) {
  text[0] = '\0';
  if (suggestion->best == NULL || suggestion->distance > suggestion->best_length / 3 + 1) return;
  (void)snprintf(text, VTM_SUGGESTION_TEXT, " (did you mean '%.*s'?)", (int)suggestion->best_length, suggestion->best);
}
