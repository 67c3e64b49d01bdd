/* cuDNN makes plans for devices that are not here: each convolution of our networks has an engine that is deterministic
 * float32 on every kind of GPU, by the same code that plans on a GPU. What the engines compute, only a GPU can show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backend/cuda/plans.h"
#include "nn/graph.h"

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
  int fused, alone, none;
} counts;

static vtm_dnn_key key_of(const vtm_graph_step *step, const vtm_dnn_key *sizes, const vtm_map *output) {
  vtm_dnn_key key;
  memset(&key, 0, sizeof(key));
  key = *sizes;
  key.in_channels = step->in_channels;
  key.out_channels = step->layer->channels;
  key.kernel_height = step->layer->kernel_height;
  key.kernel_width = step->layer->kernel_width;
  key.stride = step->layer->stride;
  key.pad_height = step->layer->pad_height;
  key.pad_width = step->layer->pad_width;
  key.relu = 1;
  key.out_height = output->height;
  key.out_width = output->width;
  key.map_channels = output->channels;
  return key;
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
  vtm_dnn_plan_destroy(plan);
}

static void check_network(const char *name, int images, int size, bool exact, const vtm_dnn_target *target,
                          counts *to) {
  vtm_graph graph;
  vtm_dnn_key seen[128];
  size_t seen_count = 0;
  assert_int_equal(vtm_graph_create(vtm_network_find(name), &graph, NULL), VTM_OK);
  vtm_map *maps = calloc(graph.map_count, sizeof(*maps));
  assert_non_null(maps);
  for (size_t i = 0; i < graph.map_count; i++) maps[i].channels = graph.maps[i].channels;
  maps[0].height = maps[0].width = size;
  for (size_t i = 0; i < graph.step_count; i++) {
    const vtm_graph_step *step = &graph.steps[i];
    const vtm_layer *layer = step->layer;
    const vtm_map *input = &maps[step->input];
    vtm_map *output = &maps[step->output];
    output->height = vtm_window_size(input->height, layer->kernel_height, layer->stride, layer->pad_height);
    output->width = vtm_window_size(input->width, layer->kernel_width, layer->stride, layer->pad_width);
    if (layer->name == NULL) continue;
    const vtm_dnn_key sizes = {.images = images, .height = input->height, .width = input->width, .exact = exact};
    const vtm_dnn_key key = key_of(step, &sizes, output);
    bool known = false;
    for (size_t k = 0; k < seen_count; k++) known = known || memcmp(&seen[k], &key, sizeof(key)) == 0;
    if (known) continue;
    assert_true(seen_count < sizeof(seen) / sizeof(*seen));
    seen[seen_count++] = key;
    count_plan(&key, target, to);
  }
  free(maps);
  vtm_graph_free(&graph);
}

static void test_plans(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof(gpus) / sizeof(*gpus); i++) {
    vtm_descriptors set = {0};
    const vtm_dnn_target target = {.properties = describe(&set, &gpus[i])};
    assert_non_null(target.properties);
    counts found = {0};
    check_network("inception-v3", 64, 299, false, &target, &found);
    check_network("lpips-alex", 16, 256, true, &target, &found);
    (void)printf("%s: %d convolutions with bias and ReLU, %d finished by our kernel, %d without an engine\n",
                 gpus[i].name, found.fused, found.alone, found.none);
    assert_int_equal(found.none, 0);
    vtm_descriptors_free(&set);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_plans)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
