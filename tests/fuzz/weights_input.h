/* Opens bytes as a weights file and reads every byte of every tensor, so that a tensor that points
 * elsewhere is found out. */
#ifndef VTM_FUZZ_WEIGHTS_INPUT_H
#define VTM_FUZZ_WEIGHTS_INPUT_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vtonmetrics/weights.h"

static inline unsigned weights_input_sum(const vtm_tensor *tensor) {
  unsigned sum = 0;
  if (tensor->dtype == VTM_TEXT) {
    for (size_t i = 0; i < tensor->count; i++) sum += (unsigned)strlen(((const char *const *)tensor->data)[i]);
    return sum;
  }
  const uint8_t *bytes = tensor->data;
  for (size_t i = 0; i < tensor->count * vtm_dtype_size(tensor->dtype); i++) sum += bytes[i];
  return sum;
}

static volatile unsigned weights_input_seen; /* so that no reading is optimised away */

static inline void weights_input_try(const void *head, size_t head_size, const uint8_t *data, size_t size) {
  const int file = memfd_create("weights", MFD_CLOEXEC);
  char path[64];
  (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
  if (file < 0 || write(file, head, head_size) != (ssize_t)head_size || write(file, data, size) != (ssize_t)size)
    abort();
  vtm_weights *weights = NULL;
  vtm_error error = {0};
  if (vtm_weights_open(path, &weights, &error) == VTM_OK) {
    for (size_t i = 0; i < vtm_weights_count(weights); i++)
      weights_input_seen += weights_input_sum(vtm_weights_at(weights, i));
  } else if (error.message[0] == '\0' || weights != NULL) {
    abort(); /* a failure says why and gives nothing */
  }
  vtm_weights_destroy(weights);
  (void)close(file);
}

#endif
