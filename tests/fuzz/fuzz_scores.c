/* A scores.json: read, held against itself, and written again. */
#include <stdint.h>
#include <stdlib.h>

#include "vtonmetrics/report.h"
#include "vtonmetrics/tools/scores.h"
#include "vtonmetrics/tools/scores_report.h"
#include "vtonmetrics/weights.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char *const formats[] = {"text", "json", "csv", "markdown", "latex"};
  vtm_error error;
  vtm_scores *scores = NULL;
  vtm_changes *changes = NULL;
  char *text = NULL;
  if (vtm_scores_parse("scores.json", data, size, &scores, &error) != VTM_OK) return 0;
  for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
    if (vtm_report_scores(scores, formats[i], NULL, &text, &error) == VTM_OK) vtm_free(text);
  }
  if (vtm_report_scores_per_image(scores, &text, &error) == VTM_OK) vtm_free(text);
  if (vtm_scores_diff(scores, scores, 1, &changes, &error) == VTM_OK &&
      vtm_report_changes(changes, "text", 3, NULL, &text, &error) == VTM_OK)
    vtm_free(text);
  vtm_changes_destroy(changes);
  vtm_scores_destroy(scores);
  return 0;
}
