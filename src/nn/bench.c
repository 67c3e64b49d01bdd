#include "vtonmetrics/tools/bench.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backend/device.h"
#include "base/clock.h"
#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "nn/bench_subject.h"
#include "nn/seeded.h"
#include "nn/streams.h"

/* One allocation owns all that the result points to. */
typedef struct bench_memory {
  vtm_bench bench; /* first, so that the result's address is the memory's */
  vtm_bench_layer *layers;
  vtm_bench_form *forms; /* VTM_MOST_CANDIDATES for each layer */
} bench_memory;

typedef struct bench_run {
  vtm_context *context;
  const vtm_bench_subject *subject;
  vtm_engine *engine;
  vtm_seeded_weights weights;
  vtm_pixels image;
  vtm_bench_layer *layers;
  const vtm_pixels **batch; /* the one image, again and again */
  size_t batch_size;
  double *round, last; /* seconds of each step in the current round; when the last step ended */
  vtm_error *error;
  vtm_status status;
} bench_run;

/* ---- errors ---- */

enum { SAMPLES = 200 };

typedef struct layer_truth {
  const vtm_layer *layer;
  const vtm_map *input;
  const float *values, *weights, *bias; /* values: channels x height x width; bias NULL: no ReLU either */
} layer_truth;

static double true_output(const layer_truth *truth, int channel, int y, int x) {
  const vtm_layer *layer = truth->layer;
  const vtm_map *input = truth->input;
  double sum = truth->bias != NULL ? (double)truth->bias[channel] : 0;
  const float *weight =
      truth->weights + (ptrdiff_t)channel * input->channels * layer->kernel_height * layer->kernel_width;
  for (int c = 0; c < input->channels; c++)
    for (int i = 0; i < layer->kernel_height; i++)
      for (int j = 0; j < layer->kernel_width; j++, weight++) {
        const int row = y * layer->stride + i - layer->pad_height;
        const int column = x * layer->stride + j - layer->pad_width;
        if (row < 0 || row >= input->height || column < 0 || column >= input->width) continue;
        sum += (double)*weight * (double)truth->values[((ptrdiff_t)c * input->height + row) * input->width + column];
      }
  return truth->bias == NULL || sum > 0 ? sum : 0;
}

/* Outputs at random places of a layer that begins at `first_channel` of the map. */
static double sample_error(const layer_truth *truth, const vtm_map *output, const float *values, int first_channel) {
  uint64_t random = 1;
  double mean = 0;
  double square = 0;
  double error = 0;
  for (int i = 0; i < SAMPLES; i++) {
    const int channel = (int)(vtm_seeded_next(&random) % (uint64_t)truth->layer->channels);
    const int y = (int)(vtm_seeded_next(&random) % (uint64_t)output->height);
    const int x = (int)(vtm_seeded_next(&random) % (uint64_t)output->width);
    const double wanted = true_output(truth, channel, y, x);
    const ptrdiff_t at = ((ptrdiff_t)(first_channel + channel) * output->height + y) * output->width + x;
    const double off = (double)values[at] - wanted;
    mean += wanted / SAMPLES;
    square += wanted * wanted / SAMPLES;
    error += off * off / SAMPLES;
  }
  return sqrt(error / (square - mean * mean));
}

static vtm_status measure_error(bench_run *run, size_t number, const vtm_map *input, const vtm_map *output) {
  const vtm_graph_step *step = &run->engine->graph.steps[number];
  if (vtm_layer_is_pooling(step->layer)) return VTM_OK;
  const vtm_tensor_lookup lookup = vtm_seeded_lookup(&run->weights);
  const size_t in_values = (size_t)input->channels * (size_t)input->height * (size_t)input->width;
  const size_t out_values = (size_t)output->channels * (size_t)output->height * (size_t)output->width;
  float *in = vtm_allocate(in_values, sizeof(*in), run->error);
  float *out = vtm_allocate(out_values, sizeof(*out), run->error);
  float *weights = NULL;
  float *bias = NULL;
  vtm_status status = in != NULL && out != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  if (status == VTM_OK)
    status = vtm_load_convolution(run->engine->graph.network, step, &lookup, &weights, &bias, run->error);
  if (status == VTM_OK) {
    run->engine->backend->read_map(input, 0, in);
    run->engine->backend->read_map(output, 0, out);
    const layer_truth truth = {step->layer, input, in, weights, step->linear ? NULL : bias};
    run->layers[number].error = sample_error(&truth, output, out, step->first_channel);
  }
  free(in);
  free(out);
  free(weights);
  free(bias);
  return status;
}

static void take_error(void *user, size_t step, const vtm_map *input, const vtm_map *output) {
  bench_run *run = user;
  if (run->status == VTM_OK) run->status = measure_error(run, step, input, output);
}

/* ---- times ---- */

static void take_time(void *user, size_t step, const vtm_map *input, const vtm_map *output) {
  (void)input;
  (void)output;
  bench_run *run = user;
  const double time = vtm_clock_seconds();
  run->round[step] += time - run->last;
  run->last = time;
}

static vtm_status run_batch(bench_run *run, const vtm_observer *observer, size_t count) {
  vtm_stream *stream = &run->engine->streams[0];
  size_t room = 0;
  vtm_status status = vtm_forward_fit(run->engine, 0, count, run->subject->size, run->subject->size, &room, run->error);
  if (status != VTM_OK) return status;
  stream->observer = observer;
  run->last = vtm_clock_seconds();
  status = vtm_forward_batch(run->engine, 0, VTM_SLOT_OTHER, run->batch, count < room ? count : room, run->error);
  stream->observer = NULL;
  if (status == VTM_OK && vtm_is_cancelled(run->context)) status = vtm_fail_cancelled(run->error);
  return status;
}

/* Loading an image's pixels counts to the first step of that image. */
static vtm_status measure_times(bench_run *run, double seconds) {
  const vtm_observer observer = {take_time, run};
  const size_t steps = run->engine->graph.step_count;
  const double end = vtm_clock_seconds() + seconds;
  do {
    memset(run->round, 0, steps * sizeof(*run->round));
    const vtm_status status = run_batch(run, &observer, run->batch_size);
    if (status != VTM_OK) return status;
    for (size_t i = 0; i < steps; i++) {
      const double each = run->round[i] / (double)run->batch_size;
      if (run->layers[i].seconds == 0 || each < run->layers[i].seconds) run->layers[i].seconds = each;
    }
  } while (vtm_clock_seconds() < end);
  return VTM_OK;
}

/* ---- the table ---- */

static void describe_layer(const bench_run *run, size_t number, vtm_bench_layer *layer) {
  const vtm_graph_step *step = &run->engine->graph.steps[number];
  const vtm_map *output = &run->engine->streams[0].activations[VTM_SLOT_OTHER].plan.maps[step->output];
  *layer =
      (vtm_bench_layer){.name = vtm_layer_is_pooling(step->layer) ? "pool" : step->layer->name,
                        .in_channels = step->in_channels,
                        .out_channels = vtm_layer_is_pooling(step->layer) ? step->in_channels : step->layer->channels,
                        .kernel_height = step->layer->kernel_height,
                        .kernel_width = step->layer->kernel_width,
                        .stride = step->layer->stride,
                        .height = output->height,
                        .width = output->width,
                        .form = ""};
  if (vtm_layer_is_pooling(step->layer)) return;
  layer->gflop = 2e-9 * layer->in_channels * layer->kernel_height * layer->kernel_width * layer->out_channels *
                 (double)layer->height * layer->width;
}

static void finish(const bench_run *run, vtm_bench *bench) {
  const vtm_backend *backend = run->engine->backend;
  if (backend->peak != NULL) bench->peak = backend->peak();
  for (size_t i = 0; i < bench->layer_count; i++) bench->seconds += run->layers[i].seconds;
  for (size_t i = 0; i < bench->layer_count; i++) {
    vtm_bench_layer *layer = &run->layers[i];
    const vtm_packed_convolution *convolution = run->engine->replicas[0].convolutions[i];
    double products = 1;
    layer->share = layer->seconds / bench->seconds;
    if (convolution == NULL || backend->form == NULL) continue;
    layer->form = backend->form(convolution, &products);
    if (bench->peak > 0) layer->peak_share = layer->gflop * 1e9 / 2 * products / layer->seconds / bench->peak;
  }
}

static vtm_status make_image(bench_run *run) {
  const int size = run->subject->size;
  float *values = vtm_pixels_resize(&run->image, size, size, run->error);
  if (values == NULL) return VTM_ERROR_MEMORY;
  uint64_t random = 1;
  for (size_t i = 0; i < (size_t)size * (size_t)size * 3; i++) values[i] = vtm_seeded_uniform(&random, 0, 255);
  for (size_t i = 0; i < run->batch_size; i++) run->batch[i] = &run->image;
  return VTM_OK;
}

/* `candidate`: as vtm_engine_options has it */
static vtm_status open_engine(bench_run *run, const vtm_bench_options *options, int candidate) {
  static const vtm_input_scaling scaling = {{2.0 / 255, 2.0 / 255, 2.0 / 255}, {-1, -1, -1}};
  vtm_precision precision = VTM_PRECISION_F32;
  const vtm_network *network = vtm_network_find(run->subject->network);
  vtm_engine_destroy(run->engine);
  run->engine = NULL;
  const vtm_engine_options engine = {.scaling = &scaling, .exact = options->exact, .candidate = candidate};
  if (run->context->choice->module != NULL)
    return vtm_fail(run->error, VTM_ERROR_UNSUPPORTED, "layers are measured on the processor, not on %s",
                    run->context->device);
  vtm_status status = vtm_precision_choose(run->context, options->precision, &precision, run->error);
  if (status != VTM_OK) return status;
  const vtm_tensor_lookup lookup = vtm_seeded_lookup(&run->weights);
  return vtm_engine_create_from(vtm_backend_cpu(run->context->cpu_features, precision), run->context->pool, network,
                                &lookup, &engine, &run->engine, run->error);
}

/* Times and errors of the engine's layers. */
static vtm_status measure_layers(bench_run *run, double seconds) {
  const vtm_observer errors = {take_error, run};
  vtm_status status = run_batch(run, NULL, 1); /* makes the maps */
  for (size_t i = 0; i < run->engine->graph.step_count && status == VTM_OK; i++)
    describe_layer(run, i, &run->layers[i]);
  if (status == VTM_OK) status = run_batch(run, &errors, 1);
  if (status == VTM_OK) status = run->status;
  return status == VTM_OK ? measure_times(run, seconds) : status;
}

/* ---- the forms of each layer ---- */

static vtm_bench_form *form_at(const bench_memory *memory, size_t layer, size_t number) {
  return &memory->forms[layer * VTM_MOST_CANDIDATES + number];
}

_Static_assert((int)VTM_BENCH_WORKS == (int)VTM_WORK_KINDS, "what is modelled is what is told");

/* What the backend offers for each layer; returns the largest number of forms of any. */
static size_t list_forms(const bench_run *run, const bench_memory *memory) {
  const vtm_engine *engine = run->engine;
  size_t most = 0;
  for (size_t i = 0; i < engine->graph.step_count; i++) {
    const vtm_packed_convolution *convolution = engine->replicas[0].convolutions[i];
    if (convolution == NULL) continue;
    vtm_candidate list[VTM_MOST_CANDIDATES];
    const vtm_convolution shape =
        vtm_engine_convolution(engine, i, &engine->streams[0].activations[VTM_SLOT_OTHER].plan);
    const size_t count = (size_t)engine->backend->candidates(&shape, list);
    memory->layers[i].forms = form_at(memory, i, 0);
    memory->layers[i].form_count = count;
    for (size_t j = 0; j < count; j++) {
      vtm_bench_form *form = form_at(memory, i, j);
      form->name = list[j].name;
      form->chosen = strcmp(form->name, memory->layers[i].form) == 0;
      form->modelled = memory->bench.peak > 0 ? list[j].cost / memory->bench.peak : 0;
      memcpy(form->work, list[j].work, sizeof(form->work));
    }
    if (count > most) most = count;
  }
  return most;
}

/* The whole network once with the first form of each layer, once with the second, and so on: each form is measured
 * where it works, with caches as the layers before leave them. */
static vtm_status measure_forms(bench_run *run, const vtm_bench_options *options, bench_memory *memory) {
  const size_t steps = run->engine->graph.step_count;
  memory->forms = vtm_allocate(steps * VTM_MOST_CANDIDATES, sizeof(*memory->forms), run->error);
  vtm_bench_layer *layers = vtm_allocate(steps, sizeof(*layers), run->error);
  vtm_status status = memory->forms != NULL && layers != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  const size_t most = status == VTM_OK ? list_forms(run, memory) : 0;
  run->layers = layers;
  for (size_t number = 0; number < most && status == VTM_OK; number++) {
    status = open_engine(run, options, (int)number + 1);
    if (status == VTM_OK) status = measure_layers(run, options->seconds);
    for (size_t i = 0; i < steps && status == VTM_OK; i++) {
      if (number >= memory->layers[i].form_count) continue;
      form_at(memory, i, number)->seconds = layers[i].seconds;
      form_at(memory, i, number)->error = layers[i].error;
    }
  }
  run->layers = memory->layers;
  free(layers);
  return status;
}

static vtm_status measure(bench_run *run, const vtm_bench_options *options, bench_memory *memory) {
  const size_t steps = run->engine->graph.step_count;
  run->batch_size = vtm_engine_batch(run->engine);
  memory->layers = vtm_allocate(steps, sizeof(*memory->layers), run->error);
  run->layers = memory->layers;
  run->round = vtm_allocate(steps, sizeof(*run->round), run->error);
  run->batch = vtm_allocate(run->batch_size, sizeof(*run->batch), run->error);
  if (run->layers == NULL || run->round == NULL || run->batch == NULL) return VTM_ERROR_MEMORY;
  vtm_status status = make_image(run);
  if (status == VTM_OK) status = measure_layers(run, options->seconds);
  if (status != VTM_OK) return status;
  memory->bench = (vtm_bench){.network = run->subject->name,
                              .precision = options->precision != NULL ? options->precision : "f32",
                              .layers = run->layers,
                              .layer_count = steps};
  finish(run, &memory->bench);
  if (!options->forms || run->engine->backend->candidates == NULL) return VTM_OK;
  return measure_forms(run, options, memory);
}

vtm_status vtm_bench_layers(vtm_context *context, const vtm_bench_options *options, vtm_bench **bench,
                            vtm_error *error) {
  *bench = NULL;
  vtm_status status = vtm_context_check_process(context, error);
  if (status != VTM_OK) return status;
  bench_run run = {.context = context, .subject = vtm_bench_subject_choose(options->network, error), .error = error};
  if (run.subject == NULL) return VTM_ERROR_USAGE;
  bench_memory *memory = vtm_allocate(1, sizeof(*memory), error);
  if (memory == NULL) return VTM_ERROR_MEMORY;
  status = vtm_seeded_create(vtm_network_find(run.subject->network), 1, &run.weights, error);
  if (status == VTM_OK) status = open_engine(&run, options, 0);
  if (status == VTM_OK) status = measure(&run, options, memory);
  vtm_engine_destroy(run.engine);
  vtm_seeded_free(&run.weights);
  vtm_pixels_free(&run.image);
  free(run.round);
  free((void *)run.batch);
  if (status == VTM_OK)
    *bench = &memory->bench;
  else
    vtm_bench_destroy(&memory->bench);
  return status;
}

void vtm_bench_destroy(vtm_bench *bench) {
  if (bench == NULL) return;
  bench_memory *memory = (bench_memory *)(void *)bench;
  free(memory->layers);
  free(memory->forms);
  free(memory);
}
