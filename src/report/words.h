/* The words of a report in the languages there are. */
#ifndef VTM_REPORT_WORDS_H
#define VTM_REPORT_WORDS_H

#include "base/text.h"
#include "report/number.h"
#include "report/words_table.h"

#define VTM_WORD_NAME(id, ...) VTM_WORD_##id,
typedef enum vtm_word { VTM_WORDS(VTM_WORD_NAME) VTM_WORD_COUNT } vtm_word;
#undef VTM_WORD_NAME

#define VTM_LANGUAGE_NAME(name) VTM_LANGUAGE_##name,
typedef enum vtm_language { VTM_LANGUAGES(VTM_LANGUAGE_NAME) VTM_LANGUAGE_COUNT } vtm_language;
#undef VTM_LANGUAGE_NAME

/* VTM_LANGUAGE_COUNT when unknown; NULL is the first language. */
vtm_language vtm_language_find(const char *name);
const char *vtm_language_name(vtm_language language);

const char *vtm_say(vtm_language language, vtm_word word);
/* Appends `pattern` with {0}, {1}, ... replaced by `values`. */
void vtm_fill(vtm_text *text, const char *pattern, const char *const *values, size_t count);
/* With the language's decimal sign and a true minus. */
void vtm_say_number(vtm_language language, double value, int decimals, char text[VTM_NUMBER_TEXT]);

#endif
