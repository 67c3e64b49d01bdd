/* Elements of results by their index. A program compiled against another version must not index the arrays itself:
 * their elements may have grown. */
#include "vtonmetrics/compare.h"

const vtm_option *vtm_metric_option(const vtm_metric_info *metric, size_t index) {
  return index < metric->option_count ? &metric->options[index] : NULL;
}

const vtm_result *vtm_comparison_result(const vtm_comparison *comparison, size_t index) {
  return index < comparison->result_count ? comparison->results[index] : NULL;
}

const vtm_score_row *vtm_result_row(const vtm_result *result, size_t index) {
  return index < result->row_count ? &result->rows[index] : NULL;
}

const vtm_difference *vtm_result_difference(const vtm_result *result, size_t index) {
  return index < result->difference_count ? &result->differences[index] : NULL;
}

const vtm_image_score *vtm_row_image(const vtm_score_row *row, size_t index) {
  return index < row->image_count ? &row->images[index] : NULL;
}

const vtm_image_score *vtm_row_influence(const vtm_score_row *row, size_t index) {
  return index < row->influence_count ? &row->influences[index] : NULL;
}
