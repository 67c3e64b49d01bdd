#include "metrics/differences.h"

vtm_difference *vtm_all_differences(vtm_result_builder *builder, size_t *count) {
  const size_t rows = builder->result.row_count;
  vtm_difference *differences =
      vtm_result_allocate(builder, rows * (rows > 0 ? rows - 1 : 0) / 2, sizeof(*differences));
  *count = 0;
  for (size_t a = 0; a < rows && differences != NULL; a++)
    for (size_t b = a + 1; b < rows; b++) differences[(*count)++] = (vtm_difference){.a = a, .b = b};
  return differences;
}

void vtm_take_differences(vtm_result_builder *builder, vtm_difference *differences, const vtm_compared *compared,
                          size_t count) {
  for (size_t i = 0; i < count; i++) {
    vtm_difference *difference = &differences[i];
    difference->n = compared[i].n;
    difference->value = compared[i].value;
    difference->p = compared[i].p;
    difference->verdict = compared[i].verdict;
    difference->why = compared[i].why;
    vtm_interval *interval = compared[i].has_interval ? vtm_result_allocate(builder, 1, sizeof(*interval)) : NULL;
    if (interval != NULL) *interval = compared[i].interval;
    difference->interval = interval;
  }
  builder->result.differences = differences;
  builder->result.difference_count = count;
}

void vtm_note_differences(vtm_result_builder *builder, bool matched, const char *test, bool simultaneous) {
  const bool several = builder->result.row_count > 2;
  vtm_result_note(builder, "differences: %s; ahead: the interval excludes zero and p < 0.05; p: %s%s%s",
                  matched ? "of the same people" : "of images that are not matched, taken as independent", test,
                  several ? ", corrected for all differences (Holm)" : "",
                  !several        ? ""
                  : !simultaneous ? ", as the intervals are not"
                                  : "; intervals of 95 % for all of them together (Bonferroni)");
}
