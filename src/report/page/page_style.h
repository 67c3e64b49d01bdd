/* The style sheet of the page. */
#ifndef VTM_REPORT_PAGE_STYLE_H
#define VTM_REPORT_PAGE_STYLE_H

extern const char vtm_page_style[];

#endif
