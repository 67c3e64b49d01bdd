/* cuDNN makes plans for devices that are not here: each convolution of our networks has a deterministic engine in each
 * precision on every kind of GPU, and in float32 none on tensor cores, by the same code that plans on a GPU. What the
 * engines compute, only a GPU can show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backend/cuda/module.h"
#include "backend/cuda/plans.h"
#include "cuda/network_keys.h"

typedef struct gpu {
  const char *name;
  int version, processors, threads, shared; /* shared: bytes that a block may ask for */
} gpu;

static const gpu gpus[] = {
    {"T4", 750, 40, 1024, 65536},          {"A100", 800, 108, 2048, 166912}, {"RTX 3090", 860, 82, 1536, 101376},
    {"RTX 4090", 890, 128, 1536, 101376},  {"H100", 900, 132, 2048, 232448}, {"B200", 1000, 148, 2048, 232448},
    {"RTX 5090", 1200, 170, 1536, 101376},
};

static cudnnBackendDescriptor_t describe(vtm_descriptors *set, const gpu *device) {
  char json[1024];
  const int length = snprintf(
      json, sizeof(json),
      "{\"deviceVer\":%d,\"driverVer\":13000,\"maxGridSize\":[2147483647,65535,65535],\"maxBlockSize\":[1024,1024,64],"
      "\"regsPerBlock\":65536,\"multiProcessorCount\":%d,\"warpSize\":32,\"maxSharedMemoryPerBlock\":49152,"
      "\"maxSharedMemoryPerBlockOptin\":%d,\"reservedSharedMemoryPerBlock\":1024,\"maxRegistersPerSM\":65536,"
      "\"maxCtasPerSM\":16,\"maxThreadsPerBlock\":1024,\"maxThreadsPerSM\":%d,\"pciDeviceId\":0,\"isTccDriver\":0,"
      "\"supportCoopLaunch\":1,\"smClockRateKHz\":1500000,\"memClockRateKHz\":2000000,\"l2CacheSize\":4194304,"
      "\"deviceName\":\"%s\",\"deviceId\":0,\"cudaDeviceId\":0,\"majorVer\":%d,\"minorVer\":%d,"
      "\"totalGlobalMem\":16000000000,\"cudnnVersion\":%d,\"schemaVersion\":1}",
      device->version, device->processors, device->shared, device->threads, device->name, device->version / 100,
      device->version % 100 / 10, CUDNN_VERSION);
  cudnnBackendDescriptor_t made = vtm_descriptor_make(set, CUDNN_BACKEND_DEVICEPROP_DESCRIPTOR);
  vtm_descriptor_set(set, made, CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION, CUDNN_TYPE_CHAR, length, json);
  vtm_descriptor_finish(set, made);
  return set->status == CUDNN_STATUS_SUCCESS ? made : NULL;
}

typedef struct counts {
  int fused, alone, none, on_tensor_cores;
} counts;

/* cuDNN does not say what it was told, so the linker lets it be heard here. */
static int relus, relus_with_nan;
cudnnStatus_t __real_cudnnBackendSetAttribute(cudnnBackendDescriptor_t descriptor, cudnnBackendAttributeName_t name,
                                              cudnnBackendAttributeType_t type, int64_t count, const void *values);
cudnnStatus_t __wrap_cudnnBackendSetAttribute(cudnnBackendDescriptor_t descriptor, cudnnBackendAttributeName_t name,
                                              cudnnBackendAttributeType_t type, int64_t count, const void *values);

cudnnStatus_t __wrap_cudnnBackendSetAttribute(cudnnBackendDescriptor_t descriptor, cudnnBackendAttributeName_t name,
                                              cudnnBackendAttributeType_t type, int64_t count, const void *values) {
  const cudnnStatus_t status = __real_cudnnBackendSetAttribute(descriptor, name, type, count, values);
  if (name == CUDNN_ATTR_POINTWISE_MODE && *(const cudnnPointwiseMode_t *)values == CUDNN_POINTWISE_RELU_FWD) relus++;
  if (name == CUDNN_ATTR_POINTWISE_NAN_PROPAGATION && status == CUDNN_STATUS_SUCCESS &&
      *(const cudnnNanPropagation_t *)values == CUDNN_PROPAGATE_NAN)
    relus_with_nan++;
  return status;
}

static void count_plan(const vtm_dnn_key *key, const vtm_dnn_target *target, counts *to) {
  vtm_dnn_plan *plan = calloc(1, sizeof(*plan));
  assert_non_null(plan);
  plan->key = *key;
  if (!vtm_dnn_plan_build(plan, target))
    to->none++;
  else if (plan->fused)
    to->fused++;
  else
    to->alone++;
  if (plan->tensor_cores) to->on_tensor_cores++;
  assert_true(relus > 0);
  assert_int_equal(relus_with_nan, relus); /* engines differ in what they make of NaN by themselves */
  vtm_dnn_plan_destroy(plan);
}

static void check_network(const char *name, const vtm_dnn_key *wanted, const vtm_dnn_target *target, counts *to) {
  vtm_dnn_key keys[MOST_KEYS];
  const size_t count = network_keys(name, wanted, keys);
  assert_true(count > 0);
  for (size_t i = 0; i < count; i++) count_plan(&keys[i], target, to);
}

/* TF32 came with compute capability 8.0; an engine of cuDNN without tensor cores is in float32, so allowed. */
static void check_precision(const gpu *device, const vtm_dnn_target *target, vtm_precision precision, counts *found) {
  const vtm_cuda_format *format = vtm_cuda_format_of(precision);
  vtm_dnn_key key;
  memset(&key, 0, sizeof(key));
  key.is_fp16 = format->is_fp16;
  key.channels_last = format->channels_last;
  key.tensor_cores = format->tensor_cores;
  key.images = 64;
  key.height = key.width = 299;
  check_network("inception-v3", &key, target, found);
  key.images = 16;
  key.height = key.width = 256;
  key.exact = precision == VTM_PRECISION_F32;
  check_network("lpips-alex", &key, target, found);
  (void)printf(
      "%s%s: %d convolutions with bias and ReLU, %d finished by our kernel, %d without an engine, %d on tensor "
      "cores\n",
      device->name,
      format->is_fp16        ? ", fp16"
      : format->tensor_cores ? ", tf32"
                             : "",
      found->fused, found->alone, found->none, found->on_tensor_cores);
  assert_int_equal(found->none, 0);
}

static void test_plans(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof(gpus) / sizeof(*gpus); i++) {
    vtm_descriptors set = {0};
    const vtm_dnn_target target = {.properties = describe(&set, &gpus[i]), .most_workspace = 1 << 30};
    assert_non_null(target.properties);
    counts f32 = {0};
    counts tf32 = {0};
    counts fp16 = {0};
    check_precision(&gpus[i], &target, VTM_PRECISION_F32, &f32);
    assert_int_equal(f32.on_tensor_cores, 0);
    if (gpus[i].version >= 800) {
      check_precision(&gpus[i], &target, VTM_PRECISION_TF32, &tf32);
      assert_true(tf32.on_tensor_cores > 0);
    }
    check_precision(&gpus[i], &target, VTM_PRECISION_FP16, &fp16);
    assert_int_equal(fp16.on_tensor_cores, fp16.fused + fp16.alone);
    vtm_descriptors_free(&set);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_plans)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
