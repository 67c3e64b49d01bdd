/* A comparison as a folder to look at and to share: a page, charts, and the numbers as files. */
#ifndef VTONMETRICS_TOOLS_REPORT_FOLDER_H
#define VTONMETRICS_TOOLS_REPORT_FOLDER_H

#include <stdbool.h>

#include "vtonmetrics/compare.h"
#include "vtonmetrics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Every member may be zero. Texts may hold any bytes. */
typedef struct vtm_report_folder_options {
  const char *language;      /* one of vtm_report_languages(); NULL: "en" */
  const char *title;         /* NULL: "Comparison of models" */
  const char *garments;      /* folder, shown beside the photographs; NULL: one called cloth, clothes or garments that
                                lies where the reference lies */
  const char *match;         /* the option "match" that the comparison was made with */
  const char *command;       /* the command line that gives the same numbers again */
  const char *scores_json;   /* content of scores.json; NULL: it is not written */
  const char *per_image_csv; /* content of per-image.csv; likewise */
  bool force;                /* into a folder that exists: files of our names are overwritten, no other is touched */
} vtm_report_folder_options;

/* The languages in the notation of vtm_option.choices: "en|ru". */
VTM_API const char *vtm_report_languages(void);

/* Writes into the new folder `path`:
 *   report.html              one self-contained page, below 3 MB whatever the number of images
 *   METRIC.png, METRIC.svg   a bar chart for each metric (not in a build without cairo, and the page says so)
 *   scores.json, per-image.csv
 * The folder appears whole or not at all. One that exists is VTM_ERROR_USAGE unless `force`, with which each file is
 * replaced whole, the page last. The images are read where the comparison's paths say; those that are gone by now are
 * left out. `options` may be NULL. */
VTM_API vtm_status vtm_report_write_folder(const vtm_comparison *comparison, const vtm_report_folder_options *options,
                                           const char *path, vtm_error *error);

#ifdef __cplusplus
}
#endif
#endif
