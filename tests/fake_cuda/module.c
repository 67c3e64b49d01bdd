/* The module's own, with what may be wrong about it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/cuda/module.h"
#include "fake_cuda/fake.h"

const char *fake_find(const char *name) {
  const char *rest = getenv("VTM_FAKE_CUDA");
  const size_t length = strlen(name);
  while (rest != NULL && *rest != '\0') {
    if (strncmp(rest, name, length) == 0 && rest[length] == '=') return rest + length + 1;
    rest = strchr(rest, ',');
    if (rest != NULL) rest++;
  }
  return NULL;
}

long fake_setting(const char *name, long otherwise) {
  const char *value = fake_find(name);
  return value != NULL ? strtol(value, NULL, 10) : otherwise;
}

const vtm_module *fake_real_module(void); /* of devices.c, by another name */

__attribute__((visibility("default"))) const vtm_module *vtm_cuda_module(void);

const vtm_module *vtm_cuda_module(void) {
  static char version[64];
  static vtm_module module;
  static vtm_queue_functions functions;
  static vtm_backend backends[VTM_PRECISION_COUNT];
  const char *wanted = fake_find("version");
  module = *fake_real_module();
  (void)snprintf(version, sizeof(version), "%.*s", wanted != NULL ? (int)strcspn(wanted, ",") : 60,
                 wanted != NULL ? wanted : module.version);
  memcpy(backends, module.backends, sizeof(backends));
  functions = *backends[VTM_PRECISION_F32].queues;
  if (fake_setting("resample", 1) == 0) functions.resample = NULL;
  for (int i = 0; i < VTM_PRECISION_COUNT; i++) backends[i].queues = &functions;
  module.abi = (uint32_t)fake_setting("abi", VTM_MODULE_ABI);
  module.version = version;
  module.backends = backends;
  return &module;
}
