/* The section of the page that shows the worst and the best pairs. */
#ifndef VTM_REPORT_PAIRS_SECTION_H
#define VTM_REPORT_PAIRS_SECTION_H

#include "report/page/page_html.h"

enum { VTM_PAGE_THUMBNAILS = 96 /* with 16 KiB each and the growth of base64 by a third: 2.1 MB */ };

vtm_status vtm_page_pairs(vtm_page *page, vtm_error *error);

#endif
