#include "stats/persons.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static int by_person(const void *left, const void *right) {
  return strcmp(((const vtm_person *)left)->name, ((const vtm_person *)right)->name);
}

vtm_status vtm_persons_gather(const vtm_image_score *scores, size_t count, vtm_persons *persons, vtm_error *error) {
  *persons = (vtm_persons){vtm_allocate(count, sizeof(*persons->list), error), 0};
  if (persons->list == NULL) return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < count; i++) persons->list[i] = (vtm_person){scores[i].reference, scores[i].value, 1};
  qsort(persons->list, count, sizeof(*persons->list), by_person);
  for (size_t i = 0; i < count; i++) {
    vtm_person *last = persons->count > 0 ? &persons->list[persons->count - 1] : NULL;
    if (last != NULL && by_person(last, &persons->list[i]) == 0) {
      last->sum += persons->list[i].sum;
      last->results++;
    } else {
      persons->list[persons->count++] = persons->list[i];
    }
  }
  return VTM_OK;
}

size_t vtm_persons_common(const vtm_persons *a, const vtm_persons *b, vtm_person *kept) {
  size_t common = 0;
  for (size_t i = 0, k = 0; i < a->count && k < b->count;) {
    const int order = by_person(&a->list[i], &b->list[k]);
    if (order == 0) kept[common++] = a->list[i];
    i += order <= 0;
    k += order >= 0;
  }
  return common;
}

double vtm_persons_add_mean(const vtm_person *list, size_t count, double sign, double *shares) {
  double sum = 0;
  double results = 0;
  for (size_t i = 0; i < count; i++) {
    sum += list[i].sum;
    results += list[i].results;
  }
  const double mean = sum / results;
  const double results_each = results / (double)count;
  for (size_t i = 0; i < count; i++) shares[i] += sign * (mean + (list[i].sum - mean * list[i].results) / results_each);
  return sign * mean;
}

bool vtm_persons_are_alike(const vtm_person *a, const vtm_person *b, size_t count) {
  bool alike = true;
  for (size_t i = 0; i < count; i++)
    alike = alike && a[i].sum >= b[i].sum && a[i].sum <= b[i].sum && a[i].results == b[i].results;
  return alike;
}
