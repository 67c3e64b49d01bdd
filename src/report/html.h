/* Pieces of HTML. Whatever comes from outside goes through vtm_html_text. */
#ifndef VTM_REPORT_HTML_H
#define VTM_REPORT_HTML_H

#include "base/text.h"

/* Appends `raw` so that it is text, in an element or between the quotes of an attribute: markup is escaped, control
 * characters and bytes that are not UTF-8 are shown as vtm_printable writes them. */
void vtm_html_text(vtm_text *html, const char *raw);
/* Appends data:TYPE;base64,... */
void vtm_html_data(vtm_text *html, const char *type, const void *bytes, size_t size);

#endif
