/* KID on all images: the unbiased estimate of the squared maximum mean discrepancy (Binkowski et al. 2018,
 * arXiv 1801.01401; Gretton et al. 2012, JMLR 13, eq. 3) of X (m x d, results or photographs) and Y (n x d), with
 *
 *   k(x, y) = (x.y / d + 1)^3
 *
 *   value = mean_{i != j} k(x_i, x_j) + mean_{i != j} k(y_i, y_j) - 2 mean_ij k(x_i, y_j)
 *
 * Tools that draw random subsets estimate this number. It may be negative. All sums are in double, in an order that
 * does not depend on the number of threads.
 *
 * Influences are the first derivatives of the three means by the weight of a row; for x_i, A and C the first and last
 * mean:
 *
 *   (2 / m) (sum_{j != i} k(x_i, x_j) / (m - 1) - A) - (2 / m) (sum_j k(x_i, y_j) / n - C) */
#include <math.h>
#include <stdlib.h>

#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/smaller.h"
#include "metrics/set_measure.h"
#include "metrics/settings.h"
#include "stats/dense.h"

static const vtm_option options[] = {VTM_SET_OPTIONS, VTM_SAVE_FEATURES_OPTION, VTM_COMMON_OPTIONS};

enum { TILE = 256 }; /* rows of each side: two times 4 MB at 2048 features, which a core's cache holds in part */

/* Sums of the kernel over a matrix of a's rows by b's; where b is a, without the diagonal. */
typedef struct kernel_sums {
  vtm_context *context;
  const vtm_feature_set *a, *b;
  bool same;
  size_t columns;   /* rows of b */
  double *of_rows;  /* of each row of a */
  double *of_tiles; /* tiles of a x columns: what each tile adds to a column */
  bool *failed;     /* of each tile of a: memory was short */
} kernel_sums;

static void read_rows(const vtm_feature_set *set, size_t first, size_t count, double *rows) {
  for (size_t i = 0; i < count; i++)
    vtm_feature_rows_get(set->rows, set->places[first + i], rows + i * set->rows->features);
}

/* The products of two tiles become kernels, and these are added to both sides. Of a matrix with itself only tiles up to
 * the diagonal are computed: each serves its mirror image too. */
static void add_tile(const kernel_sums *sums, size_t first, size_t rows, size_t other, size_t columns,
                     const double *products) {
  const double features = (double)sums->a->rows->features;
  double *of_columns = sums->of_tiles + first / TILE * sums->columns + other;
  const bool mirrored = sums->same && other < first;
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < columns; j++) {
      if (sums->same && first + i == other + j) continue;
      const double base = products[i * columns + j] / features + 1;
      const double kernel = base * base * base;
      sums->of_rows[first + i] += kernel;
      if (mirrored || !sums->same) of_columns[j] += kernel;
    }
}

static void run_tile_row(void *user, size_t number, int thread) {
  (void)thread;
  const kernel_sums *sums = user;
  const size_t d = sums->a->rows->features;
  const size_t first = number * TILE;
  const size_t rows = vtm_smaller(TILE, sums->a->count - first);
  const size_t end = sums->same ? first + rows : sums->columns;
  double *a = vtm_allocate_aligned(TILE, d * sizeof(*a), NULL);
  double *b = vtm_allocate_aligned(TILE, d * sizeof(*b), NULL);
  double *products = vtm_allocate_aligned(TILE, TILE * sizeof(*products), NULL);
  sums->failed[number] = a == NULL || b == NULL || products == NULL;
  if (!sums->failed[number]) read_rows(sums->a, first, rows, a);
  for (size_t other = 0; other < end && !sums->failed[number] && !vtm_is_cancelled(sums->context); other += TILE) {
    const size_t columns = vtm_smaller(TILE, sums->columns - other);
    read_rows(sums->b, other, columns, b);
    vtm_dense_multiply_in_task(a, rows, b, columns, d, products);
    add_tile(sums, first, rows, other, columns, products);
  }
  free(a);
  free(b);
  free(products);
}

/* of_rows (a->count) and of_columns (b->count; NULL where b is a, whose sums are one) start at zero. */
static vtm_status sum_kernels(vtm_context *context, const vtm_feature_set *a, const vtm_feature_set *b, double *of_rows,
                              double *of_columns, vtm_error *error) {
  const size_t tiles = (a->count + TILE - 1) / TILE;
  kernel_sums sums = {.context = context, .a = a, .b = b, .same = of_columns == NULL, .columns = b->count};
  sums.of_rows = of_rows;
  sums.of_tiles = vtm_allocate(tiles, b->count * sizeof(double), error);
  sums.failed = vtm_allocate(tiles, sizeof(bool), error);
  if (sums.of_tiles == NULL || sums.failed == NULL) {
    free(sums.of_tiles);
    free(sums.failed);
    return VTM_ERROR_MEMORY;
  }
  vtm_pool_run(context->pool, tiles, run_tile_row, &sums);
  vtm_status status = vtm_is_cancelled(context) ? vtm_fail_cancelled(error) : VTM_OK;
  double *totals = of_columns != NULL ? of_columns : of_rows;
  for (size_t t = 0; t < tiles && status == VTM_OK; t++) {
    if (sums.failed[t]) status = vtm_fail(error, VTM_ERROR_MEMORY, "out of memory for the kernels of KID");
    for (size_t j = 0; j < b->count; j++) totals[j] += sums.of_tiles[t * b->count + j];
  }
  free(sums.of_tiles);
  free(sums.failed);
  return status;
}

static vtm_status check_finite(const vtm_feature_set *rows, vtm_error *error) {
  const size_t d = rows->rows->features;
  double *row = vtm_allocate(d, sizeof(*row), error);
  vtm_status status = row != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  for (size_t i = 0; i < rows->count && status == VTM_OK; i++) {
    vtm_error inner = {0};
    read_rows(rows, i, 1, row);
    for (size_t k = 0; k < d && inner.status == VTM_OK; k++)
      if (!isfinite(row[k])) inner.status = vtm_fail(&inner, VTM_ERROR_NUMERIC, "feature %zu is not finite", k);
    if (inner.status != VTM_OK) status = vtm_feature_set_fail(rows, i, &inner, error);
  }
  free(row);
  return status;
}

/* A side's fit: the sum of kernels of each row with all others of its side. */
static vtm_status fit_own_kernels(vtm_context *context, const vtm_feature_set *rows, void **fit, vtm_error *error) {
  double *sums = vtm_allocate(rows->count, sizeof(*sums), error);
  *fit = sums;
  const vtm_status status = sums != NULL ? check_finite(rows, error) : VTM_ERROR_MEMORY;
  return status == VTM_OK ? sum_kernels(context, rows, rows, sums, NULL, error) : status;
}

static double mean_of(const double *sums, size_t count, double each) {
  double total = 0;
  for (size_t i = 0; i < count; i++) total += sums[i];
  return total / (double)count / each;
}

static void find_influences(const double *own, const double *cross, size_t count, size_t other, double own_mean,
                            double cross_mean, double *influences) {
  const double m = (double)count;
  for (size_t i = 0; i < count; i++)
    influences[i] = 2 / m * (own[i] / (m - 1) - own_mean) - 2 / m * (cross[i] / (double)other - cross_mean);
}

static vtm_status compute_discrepancy(vtm_context *context, const vtm_set_side *reference,
                                      const vtm_set_side *generated, vtm_set_value *value,
                                      const vtm_set_influences *influences, vtm_error *error) {
  const size_t m = reference->rows.count;
  const size_t n = generated->rows.count;
  double *of_reference = vtm_allocate(m, sizeof(double), error);
  double *of_generated = vtm_allocate(n, sizeof(double), error);
  vtm_status status = of_reference != NULL && of_generated != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  if (status == VTM_OK)
    status = sum_kernels(context, &reference->rows, &generated->rows, of_reference, of_generated, error);
  if (status == VTM_OK) {
    const double within_reference = mean_of(reference->fit, m, (double)(m - 1));
    const double within_generated = mean_of(generated->fit, n, (double)(n - 1));
    const double across = mean_of(of_reference, m, (double)n);
    value->value = within_reference + within_generated - 2 * across;
    value->terms[value->term_count++] = (vtm_named_value){"x1000", 1000 * value->value};
    if (influences != NULL) {
      find_influences(reference->fit, of_reference, m, n, within_reference, across, influences->reference);
      find_influences(generated->fit, of_generated, n, m, within_generated, across, influences->generated);
    }
  }
  free(of_reference);
  free(of_generated);
  return status;
}

static const vtm_set_measure kernel_distance = {.label = "KID",
                                                .other_label = "KD(%s)",
                                                .kind = "kernel distance",
                                                .least = 2,
                                                .may_be_negative = true,
                                                .interval =
                                                    "for the score at this number of people; that results of "
                                                    "the photographs' own people lie lower is not in them",
                                                .fit = fit_own_kernels,
                                                .free_fit = free,
                                                .compute = compute_discrepancy};

const vtm_metric vtm_metric_kid = {
    .info =
        {.name = "kid",
         .title = "Kernel Inception distance",
         .help =
             "How far the results, as a set, are from the photographs: the squared maximum "
             "mean discrepancy of the features that Inception sees, with a cubic kernel, on all images at once; "
             "tools that average over random subsets estimate this number. Lower is better, and values around 0 "
             "(also below) are the same distribution. Of independent sets it does not grow with fewer images, as FID "
             "does; results of the photographs' own people are not independent of them, and their KID lies lower, "
             "the more so with fewer people. Papers print it as it is or times 1000.",
         .lower_is_better = true,
         .biased = true,
         .without_weights = VTM_SET_WITHOUT_WEIGHTS,
         .options = options,
         .option_count = sizeof(options) / sizeof(*options)},
    .extractor = vtm_set_extractor,
    .set = &kernel_distance,
};
