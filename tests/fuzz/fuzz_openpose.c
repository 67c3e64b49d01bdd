/* Keypoint files and descriptions from strangers. */
#include <stddef.h>
#include <stdint.h>

#include "lint/captions.h"
#include "lint/openpose.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  vtm_pose pose;
  vtm_error error;
  (void)vtm_pose_read(data, size, &pose, &error);
  vtm_captions captions;
  if (vtm_captions_read(data, size, &captions, &error) == VTM_OK) {
    if (captions.count > 0) (void)vtm_captions_find(&captions, captions.entries[0].name, 1);
    vtm_captions_free(&captions);
  }
  return 0;
}
