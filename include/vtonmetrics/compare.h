/* Several metrics, several models, one reference: each picture is decoded once for all of them.
 *
 *   const vtm_compare_request request = {.struct_size = sizeof(request), .reference = "image", .generated = models,
 *                                        .count = 3, .settings = settings, .metric_count = 2};
 *   vtm_compare(context, &request, &comparison, &error);
 *
 * Every value has the bits that vtm_score gives with the same settings. */
#ifndef VTONMETRICS_COMPARE_H
#define VTONMETRICS_COMPARE_H

#include <stddef.h>

#include "vtonmetrics/metric.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What is compared when not every model has a result for every person. */
typedef enum vtm_compare_people {
  VTM_COMPARE_COMMON = 0, /* the people of whom every model has a result: values can be compared */
  VTM_COMPARE_EACH = 1    /* for each model all its people: a difference is of the people that two models share */
} vtm_compare_people;

typedef struct vtm_compare_request {
  size_t struct_size; /* sizeof(vtm_compare_request) */
  vtm_compare_people people;
  const char *reference;               /* a folder, or a .npz of statistics or features where all metrics allow it */
  const char *const *generated;        /* one input for each model, likewise */
  const char *const *names;            /* of the models; NULL, or NULL for one: the folder's last part, or its path as
                                        * given where two models without a name have one last part */
  size_t count;                        /* of models */
  const vtm_settings *const *settings; /* one for each metric */
  size_t metric_count;
} vtm_compare_request;

typedef struct vtm_comparison {
  const char *reference;            /* as given, without the folders of this machine: see "absolute-paths" */
  const vtm_result *const *results; /* one for each metric, in the order asked for; rows in the order of the models */
  size_t result_count;
  size_t model_count;
  const char *const *notes; /* of the comparison as a whole */
  size_t note_count;
} vtm_comparison;

/* Two models of one name are VTM_ERROR_USAGE: give them `names`. A value of `people` that is none of the enum's is
 * VTM_ERROR_UNSUPPORTED. Else it fails as vtm_score does. On success the caller owns *comparison,
 * and all it points to. */
VTM_API vtm_status vtm_compare(vtm_context *context, const vtm_compare_request *request, vtm_comparison **comparison,
                               vtm_error *error);
VTM_API void vtm_comparison_destroy(vtm_comparison *comparison); /* NULL is allowed */
/* NULL when there is no result of that index. */
VTM_API const vtm_result *vtm_comparison_result(const vtm_comparison *comparison, size_t index);

/* What is known about rows a and b, in this order: VTM_VERDICT_AHEAD means that a is better. Where the result has no
 * differences the values decide, and the verdict is equal, unknown or incomparable; it is unknown where there is no
 * such row. */
VTM_API vtm_verdict vtm_result_verdict(const vtm_result *result, size_t a, size_t b);
/* Whether the verdict is that row a is ahead of row b or, where the verdict is unknown, whether its value is better.
 * false where there is no such row. */
VTM_API bool vtm_result_is_ahead(const vtm_result *result, size_t a, size_t b);
/* The verdict on b and a from that on a and b: ahead becomes behind. */
VTM_API vtm_verdict vtm_verdict_reversed(vtm_verdict verdict);
VTM_API const char *vtm_verdict_name(vtm_verdict verdict); /* "ahead"; static storage */
/* The difference of rows a and b, in either order; it belongs to the result. NULL: the result has none. */
VTM_API const vtm_difference *vtm_result_difference_of(const vtm_result *result, size_t a, size_t b);

/* Rows of a result from best to worst value. rank[k] belongs to order[k]: 1 + the number of rows that are ahead of it
 * (vtm_result_is_ahead), so that no row is known to be better than one of rank 1.
 * All ranks are 0 where two rows are incomparable. Both arrays have row_count elements. */
VTM_API void vtm_result_ranking(const vtm_result *result, size_t *order, size_t *rank);

#ifdef __cplusplus
}
#endif
#endif
