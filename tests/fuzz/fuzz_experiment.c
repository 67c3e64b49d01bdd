/* An experiments.json. */
#include <stdint.h>

#include "vtonmetrics/tools/experiment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  vtm_error error;
  vtm_experiment *experiment = NULL;
  (void)vtm_experiment_parse("/nonexistent/e.json", data, size, false, &experiment, &error);
  vtm_experiment_destroy(experiment);
  return 0;
}
