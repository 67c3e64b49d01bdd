/* The page report.html: one file, no scripts, nothing from the network. */
#ifndef VTM_REPORT_PAGE_H
#define VTM_REPORT_PAGE_H

#include "report/words.h"
#include "vtonmetrics/tools/report_folder.h"

/* The whole page, free with free(). */
vtm_status vtm_page_write(const vtm_comparison *comparison, const vtm_report_folder_options *options,
                          vtm_language language, char **html, vtm_error *error);

#endif
