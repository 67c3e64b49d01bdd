/* The sections of the page that say how the scores were made. */
#ifndef VTM_REPORT_ORIGIN_SECTION_H
#define VTM_REPORT_ORIGIN_SECTION_H

#include "report/page/page_html.h"

void vtm_page_origin(vtm_page *page); /* matching, warnings, notes, protocol, command */

#endif
