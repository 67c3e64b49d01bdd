/* The sections of the page that show scores. */
#ifndef VTM_REPORT_SCORES_SECTION_H
#define VTM_REPORT_SCORES_SECTION_H

#include "report/page/page_html.h"

void vtm_page_overview(vtm_page *page);
vtm_status vtm_page_metrics(vtm_page *page, vtm_error *error);

#endif
