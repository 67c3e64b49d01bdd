#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_cuda/fake.h"

/* The text behind "name=" in VTM_FAKE_CUDA. */
static const char *find(const char *name) {
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
  const char *value = find(name);
  return value != NULL ? strtol(value, NULL, 10) : otherwise;
}

static int count_devices(vtm_module_versions *versions, char problem[VTM_MODULE_TEXT]) {
  *versions = (vtm_module_versions){
      .driver = (int)fake_setting("driver", 13000), .toolkit = 13000, .cudnn = (int)fake_setting("cudnn", 91900)};
  const int count = (int)fake_setting("devices", 1);
  if (count == 0) (void)snprintf(problem, VTM_MODULE_TEXT, "no CUDA-capable device is detected");
  return count;
}

static void describe(int device, bool open, vtm_module_device *to) {
  (void)snprintf(to->title, sizeof(to->title), "Fake%.0d", fake_setting("kinds", 0) != 0 ? device + 1 : 0);
  to->capability = (int)fake_setting("capability", 90);
  to->memory_total = (uint64_t)fake_setting("memory", 1 << 30);
  to->memory_free = open ? to->memory_total : 0;
  if (device == fake_setting("broken", -1))
    (void)snprintf(to->problem, sizeof(to->problem), "the driver forbids computing on it");
}

__attribute__((visibility("default"))) const vtm_module *vtm_cuda_module(void);

const vtm_module *vtm_cuda_module(void) {
  static char version[64];
  static vtm_module module;
  static vtm_queue_functions functions;
  static vtm_backend backends[VTM_PRECISION_COUNT];
  const char *wanted = find("version");
  (void)snprintf(version, sizeof(version), "%.*s", wanted != NULL ? (int)strcspn(wanted, ",") : 60,
                 wanted != NULL ? wanted : VTM_VERSION);
  memcpy(backends, vtm_backends_cuda, sizeof(backends));
  functions = *backends[VTM_PRECISION_F32].queues;
  if (fake_setting("resample", 1) == 0) functions.resample = NULL;
  for (int i = 0; i < VTM_PRECISION_COUNT; i++) backends[i].queues = &functions;
  module = (vtm_module){.abi = (uint32_t)fake_setting("abi", VTM_MODULE_ABI),
                        .version = version,
                        .least_driver = 13000,
                        .least_capability = 75,
                        .count = count_devices,
                        .describe = describe,
                        .backends = backends};
  return &module;
}
