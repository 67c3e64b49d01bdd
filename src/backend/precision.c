#include "backend/backend.h"
#include "backend/device.h"
#include "base/context.h"
#include "base/error.h"

#include <stdio.h>
#include <string.h>

/* What is offered where. */
typedef struct offer {
  const char *name;
  bool processor;
  int capability; /* the least compute capability of a GPU that has it: 80 for 8.0; 0: no GPU */
} offer;

static const offer offers[VTM_PRECISION_COUNT] = {
    [VTM_PRECISION_F32] = {"f32", true, 75},    [VTM_PRECISION_BF16X3] = {"bf16x3", true, 0},
    [VTM_PRECISION_BF16] = {"bf16", true, 0},   [VTM_PRECISION_TF32] = {"tf32", false, 80},
    [VTM_PRECISION_FP16] = {"fp16", false, 75},
};

static bool has(const vtm_context *context, const offer *what) {
  if (context->choice->module == NULL) return what->processor;
  return what->capability > 0 && what->capability <= context->choice->capability;
}

/* "f32, tf32"; with a NULL context of all devices. */
static void list(const vtm_context *context, char *text, size_t size) {
  size_t used = 0;
  for (size_t i = 0; i < VTM_PRECISION_COUNT && used < size; i++)
    if (context == NULL || has(context, &offers[i]))
      used += (size_t)snprintf(text + used, size - used, "%s%s", used > 0 ? ", " : "", offers[i].name);
}

vtm_status vtm_precision_choose(const vtm_context *context, const char *name, vtm_precision *precision,
                                vtm_error *error) {
  char names[64] = "";
  size_t i = 0;
  if (name == NULL) name = offers[VTM_PRECISION_F32].name;
  while (i < VTM_PRECISION_COUNT && strcmp(offers[i].name, name) != 0) i++;
  if (i == VTM_PRECISION_COUNT) {
    list(NULL, names, sizeof(names));
    return vtm_fail(error, VTM_ERROR_USAGE, "unknown precision '%s': known are %s", name, names);
  }
  if (has(context, &offers[i])) {
    *precision = (vtm_precision)i;
    return VTM_OK;
  }
  list(context, names, sizeof(names));
  char where[64] = "--device cpu has it";
  if (!offers[i].processor)
    (void)snprintf(where, sizeof(where), "GPUs have it, from compute capability %d.%d on", offers[i].capability / 10,
                   offers[i].capability % 10);
  return vtm_fail(error, VTM_ERROR_UNSUPPORTED, "--precision %s: %s has %s; %s", name, context->device, names, where);
}
