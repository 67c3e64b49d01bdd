#include "report/words.h"

#include <stdio.h>
#include <string.h>

#include "vtonmetrics/tools/report_folder.h"

#define COLUMNS(id, english, russian) {[VTM_LANGUAGE_en] = (english), [VTM_LANGUAGE_ru] = (russian)},
static const char *const words[VTM_WORD_COUNT][VTM_LANGUAGE_COUNT] = {VTM_WORDS(COLUMNS)};

#define NAME(name) #name,
static const char *const names[] = {VTM_LANGUAGES(NAME)};

#define CHOICE(name) "|" #name
const char *vtm_report_languages(void) { return &(VTM_LANGUAGES(CHOICE))[1]; }

vtm_language vtm_language_find(const char *name) {
  int language = 0;
  if (name == NULL) return (vtm_language)0;
  while (language < VTM_LANGUAGE_COUNT && strcmp(names[language], name) != 0) language++;
  return (vtm_language)language;
}

const char *vtm_language_name(vtm_language language) { return names[language]; }

const char *vtm_say(vtm_language language, vtm_word word) { return words[word][language]; }

void vtm_fill(vtm_text *text, const char *pattern, const char *const *values, size_t count) {
  for (const char *c = pattern; *c != '\0'; c++) {
    const bool place = c[0] == '{' && c[1] >= '0' && c[1] <= '9' && c[2] == '}';
    if (!place) {
      vtm_text_append_bytes(text, c, 1);
      continue;
    }
    const size_t index = (size_t)(c[1] - '0');
    if (index < count) vtm_text_append(text, values[index]);
    c += 2;
  }
}

void vtm_say_number(vtm_language language, double value, int decimals, char text[VTM_NUMBER_TEXT]) {
  char plain[VTM_NUMBER_TEXT];
  vtm_number_rounded(value, decimals, plain);
  char *end = text;
  for (const char *c = plain; *c != '\0' && end + 4 < text + VTM_NUMBER_TEXT; c++) {
    const char *piece = *c == '.' ? vtm_say(language, VTM_WORD_DECIMAL_POINT) : *c == '-' ? "\xe2\x88\x92" : NULL;
    if (piece != NULL)
      end = stpcpy(end, piece);
    else
      *end++ = *c;
  }
  *end = '\0';
}
