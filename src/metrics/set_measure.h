/* A set measure: one number of two sets of images, of which it knows nothing but rows of features. */
#ifndef VTM_METRICS_SET_MEASURE_H
#define VTM_METRICS_SET_MEASURE_H

#include "features/feature_rows.h"
#include "features/input.h"
#include "metrics/registry.h"
#include "metrics/result.h"

/* One side. Photographs have one row each, however many results there are of them. */
typedef struct vtm_set_side {
  const char *path;
  size_t n;             /* images; 0: saved statistics that do not say */
  vtm_feature_set rows; /* none for saved statistics */
  void *fit;            /* see vtm_set_measure.fit; NULL without one */
} vtm_set_side;

enum { VTM_SET_TERMS = 4 };

typedef struct vtm_set_value {
  double value;
  vtm_named_value terms[VTM_SET_TERMS]; /* names are literals */
  size_t term_count;
} vtm_set_value;

/* What the value changes by first order when a row weighs more: sums over independent images of their squares are the
 * variance of the value (the infinitesimal jackknife). One for each row of a side, of which the sum is 0. */
typedef struct vtm_set_influences {
  double *reference, *generated;
} vtm_set_influences;

struct vtm_set_measure {
  const char *label;       /* on Inception's features: "FID" */
  const char *other_label; /* on another network's, a format of its name: "FD(%s)" */
  const char *kind;        /* "Frechet distance" */
  size_t least;            /* images that a side needs */
  bool may_be_negative;    /* else an interval ends at 0 */
  const char *interval;    /* what the reader has to know of intervals, beside that they are jackknife ones */
  /* What is computed of one side by itself, once for all models that it is compared with; new memory for free_fit.
   * NULL: nothing is. A row that is not finite is VTM_ERROR_NUMERIC. */
  vtm_status (*fit)(vtm_context *context, const vtm_feature_set *rows, void **fit, vtm_error *error);
  /* The same from saved statistics, which it warns of. NULL: rows are needed. */
  vtm_status (*fit_saved)(const vtm_input *input, vtm_result_builder *builder, void **fit, vtm_error *error);
  void (*free_fit)(void *fit); /* NULL is allowed */
  /* The value and, unless `influences` is NULL, the influences. */
  vtm_status (*compute)(vtm_context *context, const vtm_set_side *reference, const vtm_set_side *generated,
                        vtm_set_value *value, const vtm_set_influences *influences, vtm_error *error);
  /* --save-stats of a side, of images with these names (NULL: none have one); NULL: there is no such option. */
  vtm_status (*save)(vtm_context *context, const char *path, const vtm_set_side *side, const char *const *names,
                     const vtm_origin *origin, vtm_error *error);
  /* Warns of what makes all values of the result doubtful; `features`: length of a row. NULL: nothing does. */
  void (*warn)(vtm_result_builder *builder, vtm_score_row *rows, size_t features);
};

/* The extractor that --protocol and its companions ask for: VTM_SET_OPTIONS of settings.h. */
vtm_extractor_request vtm_set_extractor(const vtm_settings *settings);

#endif
