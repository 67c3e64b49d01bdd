#include "stats/frechet.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "stats/dense.h"

/* Of the largest: what rounding explains, by vtm_covariance_type. */
static const double allowed[] = {[VTM_COVARIANCE_FLOAT64] = 1e-6, [VTM_COVARIANCE_FLOAT32] = 1e-4};

void vtm_gaussian_free(vtm_gaussian *gaussian) {
  free(gaussian->mean);
  free(gaussian->factor);
  *gaussian = (vtm_gaussian){0};
}

/* What is accepted in float32, and would not be in float64, is kept for who warns of it. */
static void note_inexactness(double relative, vtm_gaussian *gaussian) {
  if (relative > allowed[VTM_COVARIANCE_FLOAT64]) gaussian->inexactness = fmax(gaussian->inexactness, relative);
}

static vtm_status check_covariance(const char *name, const double *mean, const double *s, size_t features,
                                   vtm_covariance_type type, vtm_gaussian *gaussian, vtm_error *error) {
  double largest = 0;
  for (size_t i = 0; i < features; i++) {
    if (!isfinite(mean[i])) return vtm_fail(error, VTM_ERROR_NUMERIC, "%s: mu[%zu] is not a finite number", name, i);
    if (fabs(s[i * features + i]) > largest) largest = fabs(s[i * features + i]);
  }
  for (size_t i = 0; i < features; i++)
    for (size_t j = 0; j < features; j++)
      if (!isfinite(s[i * features + j]))
        return vtm_fail(error, VTM_ERROR_NUMERIC, "%s: sigma[%zu][%zu] is not a finite number", name, i, j);
  for (size_t i = 0; i < features; i++)
    for (size_t j = 0; j < i; j++) {
      const double asymmetry = fabs(s[i * features + j] - s[j * features + i]);
      if (asymmetry > allowed[type] * largest)
        return vtm_fail(
            error, VTM_ERROR_DATA,
            "%s: sigma is no covariance: it is not symmetric, sigma[%zu][%zu] is %g but sigma[%zu][%zu] is %g", name, i,
            j, s[i * features + j], j, i, s[j * features + i]);
      if (asymmetry > 0) note_inexactness(asymmetry / largest, gaussian);
    }
  return VTM_OK;
}

/* Turns eigenvectors (rows of gaussian->factor) into the factor: scaled by the root of their eigenvalue,
 * those of zero left out. */
static vtm_status keep_eigenvectors(const char *name, const double *values, vtm_covariance_type type,
                                    vtm_gaussian *gaussian, vtm_error *error) {
  const size_t d = gaussian->features;
  const double largest = fmax(fabs(values[0]), fabs(values[d - 1]));
  if (values[0] < -allowed[type] * largest)
    return vtm_fail(error, VTM_ERROR_DATA,
                    "%s: sigma is no covariance: its smallest eigenvalue is %g, its largest %g; none may be negative",
                    name, values[0], values[d - 1]);
  if (values[0] < 0) note_inexactness(-values[0] / largest, gaussian);
  const double cutoff = fmax((double)d * DBL_EPSILON * largest, -values[0]);
  for (size_t i = 0; i < d; i++) {
    if (!(values[i] > cutoff)) continue;
    const double *vector = gaussian->factor + i * d;
    double *row = gaussian->factor + gaussian->rank++ * d;
    const double root = sqrt(values[i]);
    for (size_t k = 0; k < d; k++) row[k] = root * vector[k];
  }
  return VTM_OK;
}

vtm_status vtm_gaussian_from_covariance(const char *name, const double *mean, const double *covariance, size_t features,
                                        vtm_covariance_type type, vtm_gaussian *gaussian, vtm_error *error) {
  *gaussian = (vtm_gaussian){.features = features};
  if (features == 0 || features > VTM_MAX_FEATURES)
    return vtm_fail(error, VTM_ERROR_LIMIT, "%s: %zu features, allowed are 1 .. %d", name, features, VTM_MAX_FEATURES);
  vtm_status status = check_covariance(name, mean, covariance, features, type, gaussian, error);
  if (status != VTM_OK) return status;
  double *values = vtm_allocate(features, sizeof(*values), error);
  gaussian->mean = vtm_allocate(features, sizeof(*gaussian->mean), error);
  gaussian->factor = vtm_allocate_aligned(features * features, sizeof(*gaussian->factor), error);
  if (values == NULL || gaussian->mean == NULL || gaussian->factor == NULL) {
    status = VTM_ERROR_MEMORY;
  } else {
    memcpy(gaussian->mean, mean, features * sizeof(*mean));
    for (size_t i = 0; i < features; i++) {
      gaussian->trace += covariance[i * features + i];
      for (size_t j = 0; j < features; j++)
        gaussian->factor[i * features + j] = 0.5 * covariance[i * features + j] + 0.5 * covariance[j * features + i];
    }
    status = vtm_dense_eigen(gaussian->factor, features, values, error);
  }
  if (status == VTM_OK) status = keep_eigenvectors(name, values, type, gaussian, error);
  free(values);
  if (status != VTM_OK) vtm_gaussian_free(gaussian);
  return status;
}

vtm_status vtm_gaussian_covariance(vtm_pool *pool, const vtm_gaussian *gaussian, double **covariance,
                                   vtm_error *error) {
  const size_t d = gaussian->features;
  const size_t rank = gaussian->rank;
  double *transposed = vtm_allocate_aligned(d * rank, sizeof(*transposed), error);
  double *product = vtm_allocate(d * d, sizeof(*product), error);
  if (transposed == NULL || product == NULL) {
    free(transposed);
    free(product);
    return VTM_ERROR_MEMORY;
  }
  for (size_t i = 0; i < rank; i++)
    for (size_t k = 0; k < d; k++) transposed[k * rank + i] = gaussian->factor[i * d + k];
  vtm_dense_multiply(pool, transposed, d, transposed, d, rank, product);
  for (size_t i = 0; i < d; i++)
    for (size_t j = 0; j < i; j++) product[j * d + i] = product[i * d + j];
  free(transposed);
  *covariance = product;
  return VTM_OK;
}

vtm_status vtm_frechet_distance(vtm_pool *pool, const vtm_gaussian *a, const vtm_gaussian *b, vtm_frechet *distance,
                                vtm_error *error) {
  *distance = (vtm_frechet){0};
  if (a->features != b->features)
    return vtm_fail(error, VTM_ERROR_DATA,
                    "one side has %zu features, the other %zu: they come from different networks", a->features,
                    b->features);
  const vtm_gaussian *less = a->rank < b->rank ? a : b;
  const vtm_gaussian *more = a->rank < b->rank ? b : a;
  double *product = vtm_allocate_aligned(a->rank * b->rank, sizeof(*product), error);
  if (product == NULL) return VTM_ERROR_MEMORY;
  vtm_dense_multiply(pool, less->factor, less->rank, more->factor, more->rank, a->features, product);
  double norm = 0;
  const vtm_status status = vtm_dense_nuclear_norm(pool, product, less->rank, more->rank, &norm, error);
  free(product);
  if (status != VTM_OK) return status;
  for (size_t k = 0; k < a->features; k++) distance->mean += (a->mean[k] - b->mean[k]) * (a->mean[k] - b->mean[k]);
  /* the square of a distance (Bures): below zero is rounding */
  distance->covariance = fmax(0.0, a->trace + b->trace - 2.0 * norm);
  distance->value = distance->mean + distance->covariance;
  if (!isfinite(distance->value))
    return vtm_fail(error, VTM_ERROR_NUMERIC, "the distance is not a finite number: the features are too large");
  return VTM_OK;
}
