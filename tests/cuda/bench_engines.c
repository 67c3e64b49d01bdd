/* How long each engine takes that cuDNN offers for a convolution of the networks and that is allowed; the module takes
 * the first. One line an engine, as it is measured; for scripts/gpu-check.sh.
 *
 *   bench_engines [f32|tf32|fp16]... */
#include <cuda_runtime_api.h>
#include <stdio.h>

#include "backend/cuda/module.h"
#include "cuda/network_keys.h"

enum { RUNS = 5, MOST_ENGINES = 12 };

/* Memory that every convolution fits into; what lies there makes no difference. */
typedef struct memory {
  void *parts[4], *workspace;
  size_t bytes[4];
} memory;

static const int64_t most_workspace = (int64_t)1 << 30;

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

static void count_memory(const vtm_dnn_key *key, memory *m) {
  const size_t in = (size_t)key->images * (size_t)key->in_channels * (size_t)key->height * (size_t)key->width;
  const size_t out = (size_t)key->images * (size_t)key->map_channels * (size_t)key->out_height * (size_t)key->out_width;
  const size_t weights =
      (size_t)key->out_channels * (size_t)key->in_channels * (size_t)key->kernel_height * (size_t)key->kernel_width;
  m->bytes[0] = larger(m->bytes[0], in * sizeof(float));
  m->bytes[1] = larger(m->bytes[1], weights * sizeof(float));
  m->bytes[2] = larger(m->bytes[2], out * sizeof(float));
  m->bytes[3] = larger(m->bytes[3], (size_t)key->out_channels * sizeof(float));
}

static bool take_memory(memory *m) {
  for (int i = 0; i < 4; i++)
    if (cudaMalloc(&m->parts[i], m->bytes[i]) != cudaSuccess || cudaMemset(m->parts[i], 0, m->bytes[i]) != cudaSuccess)
      return false;
  return cudaMalloc(&m->workspace, (size_t)most_workspace) == cudaSuccess;
}

/* Microseconds of a run; below 0: it failed. */
static double measure(const vtm_dnn_plan *plan, cudnnHandle_t handle, const memory *m) {
  cudaEvent_t begin = NULL;
  cudaEvent_t end = NULL;
  float milliseconds = -1;
  bool good = cudaEventCreate(&begin) == cudaSuccess && cudaEventCreate(&end) == cudaSuccess;
  for (int i = -1; i < RUNS && good; i++) { /* the first loads kernels */
    if (i == 0) (void)cudaEventRecord(begin, NULL);
    good = vtm_dnn_plan_execute(plan, handle, m->parts, m->workspace) == CUDNN_STATUS_SUCCESS;
  }
  good = good && cudaEventRecord(end, NULL) == cudaSuccess && cudaEventSynchronize(end) == cudaSuccess &&
         cudaEventElapsedTime(&milliseconds, begin, end) == cudaSuccess;
  (void)cudaEventDestroy(begin);
  (void)cudaEventDestroy(end);
  return good ? (double)milliseconds * 1000 / RUNS : -1;
}

static void measure_key(const char *precision, const vtm_dnn_key *key, cudnnHandle_t handle, const memory *m) {
  for (int number = 0; number < MOST_ENGINES; number++) {
    const vtm_dnn_target target = {.handle = handle, .most_workspace = most_workspace};
    vtm_dnn_plan *plan = calloc(1, sizeof(*plan));
    if (plan == NULL) return;
    plan->key = *key;
    plan->passed_over = number;
    const bool there = vtm_dnn_plan_build(plan, &target);
    if (there)
      (void)printf("%s,%d,%d,%dx%d,%d,%d,%dx%d,%d,%s,%lld,%.1f\n", precision, key->in_channels, key->out_channels,
                   key->kernel_height, key->kernel_width, key->stride, key->images, key->width, key->height, number,
                   plan->fused ? "fused" : "alone", (long long)plan->workspace, measure(plan, handle, m));
    (void)fflush(stdout);
    vtm_dnn_plan_destroy(plan);
    if (!there) return;
  }
}

static int measure_precision(const char *name, cudnnHandle_t handle) {
  const vtm_precision precision = strcmp(name, "fp16") == 0   ? VTM_PRECISION_FP16
                                  : strcmp(name, "tf32") == 0 ? VTM_PRECISION_TF32
                                                              : VTM_PRECISION_F32;
  const vtm_cuda_format *format = vtm_cuda_format_of(precision);
  vtm_dnn_key wanted;
  vtm_dnn_key keys[2 * MOST_KEYS];
  memset(&wanted, 0, sizeof(wanted));
  wanted.is_fp16 = format->is_fp16;
  wanted.channels_last = format->channels_last;
  wanted.tensor_cores = format->tensor_cores;
  wanted.images = 64;
  wanted.height = wanted.width = 299;
  size_t count = network_keys("inception-v3", &wanted, keys);
  wanted.height = wanted.width = 256;
  count += network_keys("lpips-alex", &wanted, keys + count);
  memory m = {0};
  for (size_t i = 0; i < count; i++) count_memory(&keys[i], &m);
  if (!take_memory(&m)) {
    (void)fprintf(stderr, "bench_engines: %s\n", cudaGetErrorString(cudaGetLastError()));
    return 3;
  }
  for (size_t i = 0; i < count; i++) measure_key(name, &keys[i], handle, &m);
  for (int i = 0; i < 4; i++) (void)cudaFree(m.parts[i]);
  (void)cudaFree(m.workspace);
  return 0;
}

int main(int argc, char **argv) {
  cudnnHandle_t handle = NULL;
  const cudnnStatus_t status = cudnnCreate(&handle);
  if (status != CUDNN_STATUS_SUCCESS) {
    (void)fprintf(stderr, "bench_engines: %s\n", cudnnGetErrorString(status));
    return 3;
  }
  (void)printf("precision,in,out,kernel,stride,images,input,engine,how,workspace,us\n");
  int result = 0;
  for (int i = 1; i < argc && result == 0; i++) result = measure_precision(argv[i], handle);
  (void)cudnnDestroy(handle);
  return result;
}
