/* Pieces of text for people: printable names, padded cells, colours of a terminal. */
#ifndef VTM_REPORT_PLAIN_TEXT_H
#define VTM_REPORT_PLAIN_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* Appends `piece` as vtm_printable writes it. */
void vtm_append_printable(vtm_text *text, const char *piece);
/* Columns that `text` takes on a terminal. */
size_t vtm_text_width(const char *text);
/* Appends `cell` printable, padded to `width` columns, between the escape sequences of a colour ("": none). */
void vtm_append_cell(vtm_text *text, const char *cell, size_t width, bool left, const char *color);
void vtm_append_spaces(vtm_text *text, size_t count);
/* "Note: LADI: ..." in the report for people; `subject` may be NULL. */
void vtm_append_remark(vtm_text *text, const char *kind, const char *color, const char *subject, const char *remark);

/* On a screen: whether a line of a fingerprint stands in its short form, and how many of a kind are listed. */
bool vtm_is_told_briefly(const char *fingerprint_line);
enum { VTM_LISTED_BRIEFLY = 10 };

#define VTM_BOLD "\033[1m"
#define VTM_GREEN "\033[1;32m"
#define VTM_YELLOW "\033[1;33m"

#endif
