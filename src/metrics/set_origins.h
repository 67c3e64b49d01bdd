/* Saved statistics and features are used only beside what was made alike. */
#ifndef VTM_METRICS_SET_ORIGINS_H
#define VTM_METRICS_SET_ORIGINS_H

#include "metrics/scoring.h"

/* Compares what the files of a set measure say of their origin with this run, or with each other where no image is
 * read. A difference that changes digits is VTM_ERROR_DATA, one that moves or only rounds them a warning or a note; a
 * file that does not say its origin is warned of. */
vtm_status vtm_check_origins(const vtm_scoring *scoring, vtm_measured *measured, vtm_error *error);

/* Warns where saved statistics are of other images than the side they are compared with. */
vtm_status vtm_warn_of_other_images(const vtm_scoring *scoring, vtm_measured *measured, vtm_error *error);

#endif
