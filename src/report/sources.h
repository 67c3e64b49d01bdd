/* The folders behind a comparison: who was matched with whom, and where the pictures are. */
#ifndef VTM_REPORT_SOURCES_H
#define VTM_REPORT_SOURCES_H

#include "vtonmetrics/compare.h"
#include "vtonmetrics/tools/dataset.h"

/* A folder that cannot be read, or is a file of statistics, has no entries. */
typedef struct vtm_source {
  const char *name;
  vtm_folder folder;
  vtm_matching matching; /* empty when it cannot be told */
} vtm_source;

typedef struct vtm_sources {
  vtm_folder reference, garments;
  vtm_source *models; /* one for each row of the results */
  size_t count;
} vtm_sources;

/* `garments` and `match` may be NULL; garments that are named have to be there. */
vtm_status vtm_sources_open(const vtm_comparison *comparison, const char *garments, const char *match,
                            vtm_sources *sources, vtm_error *error);
void vtm_sources_close(vtm_sources *sources);

/* The garment that is the person's own by its name: the same, or ID_1 of ID_0. VTM_NO_ENTRY: there is none. */
size_t vtm_sources_own_garment(const vtm_folder *garments, const char *person);

/* The garment's file that belongs to a pair: the one its result's name carries, else the person's own. A new string,
 * free with vtm_free; NULL when there is none. */
char *vtm_sources_garment(const vtm_sources *sources, size_t model, const vtm_image_score *pair);

#endif
