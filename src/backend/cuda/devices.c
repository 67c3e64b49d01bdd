/* Which devices are there, and the module's one exported function. */
#include <cuda_runtime_api.h>
#include <cudnn_graph.h>
#include <stdio.h>
#include <string.h>

#include "backend/cuda/module.h"

enum { LEAST_CAPABILITY = 75 };

static int count_devices(vtm_module_versions *versions, char problem[VTM_MODULE_TEXT]) {
  versions->toolkit = CUDART_VERSION;
  versions->cudnn = (int)cudnnGetVersion();
  if (cudaDriverGetVersion(&versions->driver) != cudaSuccess) versions->driver = 0;
  int count = 0;
  const cudaError_t code = cudaGetDeviceCount(&count);
  if (code != cudaSuccess) {
    (void)snprintf(problem, VTM_MODULE_TEXT, "%s", cudaGetErrorString(code));
    (void)cudaGetLastError();
    return 0;
  }
  return count;
}

static void describe(int device, bool open, vtm_module_device *to) {
  struct cudaDeviceProp properties;
  int mode = cudaComputeModeDefault;
  cudaError_t code = cudaGetDeviceProperties(&properties, device);
  if (code == cudaSuccess) {
    (void)snprintf(to->title, sizeof(to->title), "%.200s", properties.name);
    to->capability = properties.major * 10 + properties.minor;
    to->memory_total = properties.totalGlobalMem;
    code = cudaDeviceGetAttribute(&mode, cudaDevAttrComputeMode, device);
  }
  size_t available = 0;
  size_t total = 0;
  open = open && mode != cudaComputeModeProhibited;
  if (code == cudaSuccess && open) code = cudaSetDevice(device);
  if (code == cudaSuccess && open) code = cudaMemGetInfo(&available, &total);
  to->memory_free = available;
  if (mode == cudaComputeModeProhibited)
    (void)snprintf(to->problem, sizeof(to->problem), "its compute mode forbids computing (nvidia-smi -c 0 allows it)");
  else if (code != cudaSuccess)
    (void)snprintf(to->problem, sizeof(to->problem), "%s", cudaGetErrorString(code));
  (void)cudaGetLastError();
}

static const vtm_module module = {
    .abi = VTM_MODULE_ABI,
    .version = VTM_VERSION,
    .least_driver = CUDART_VERSION / 1000 * 1000, /* one major version runs all its minors */
    .least_capability = LEAST_CAPABILITY,
    .count = count_devices,
    .describe = describe,
    .backends = vtm_backends_cuda};

__attribute__((visibility("default"))) const vtm_module *vtm_cuda_module(void);

const vtm_module *vtm_cuda_module(void) { return &module; }
