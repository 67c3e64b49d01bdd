#include "nn/graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

static int find_map(const vtm_graph *graph, const char *name) {
  for (size_t i = 0; i < graph->map_count; i++)
    if (strcmp(graph->maps[i].name, name) == 0) return (int)i;
  return -1;
}

static int find_or_add_map(vtm_graph *graph, const char *name, size_t step) {
  int map = find_map(graph, name);
  if (map < 0) {
    map = (int)graph->map_count++;
    graph->maps[map] = (vtm_graph_map){.name = name, .first_step = step, .last_step = step};
  }
  return map;
}

static void keep_to_the_end(vtm_graph *graph, int map) { graph->maps[map].last_step = graph->step_count; }

/* Lengthens lives to the last reader and widens borders to what readers pad. */
static void note_reader(vtm_graph *graph, const vtm_graph_step *step, size_t number) {
  vtm_graph_map *input = &graph->maps[step->input];
  input->last_step = number;
  const vtm_layer *layer = step->layer;
  if (vtm_layer_is_pooling(layer)) return; /* pooling looks at the edges itself */
  if (layer->pad_height > input->border) input->border = layer->pad_height;
  if (layer->pad_width > input->border) input->border = layer->pad_width;
}

static vtm_pool_kind pool_kind(const vtm_network *network, const vtm_layer *layer) {
  if (layer->kind == VTM_LAYER_BRANCH_POOL) return network->branch_pool;
  if (layer->kind == VTM_LAYER_LAST_BRANCH_POOL) return network->last_branch_pool;
  return VTM_MAXIMUM;
}

static vtm_status add_step(vtm_graph *graph, const vtm_layer *layer, const char *input, const char *output_name,
                           vtm_error *error) {
  const size_t number = graph->step_count;
  vtm_graph_step *step = &graph->steps[graph->step_count++];
  step->layer = layer;
  step->pool = pool_kind(graph->network, layer);
  step->input = find_map(graph, input);
  if (step->input < 0)
    return vtm_fail(error, VTM_ERROR_USAGE, "network %s: no layer writes '%s' before it is read", graph->network->name,
                    input);
  step->output = find_or_add_map(graph, output_name, number);
  vtm_graph_map *output = &graph->maps[step->output];
  step->in_channels = graph->maps[step->input].channels;
  step->first_channel = output->channels;
  if (step->first_channel % VTM_CHANNEL_BLOCK != 0)
    return vtm_fail(error, VTM_ERROR_USAGE, "network %s: a part of '%s' starts at channel %d, not a multiple of %d",
                    graph->network->name, output_name, step->first_channel, VTM_CHANNEL_BLOCK);
  output->channels += layer->channels != 0 ? layer->channels : step->in_channels;
  output->last_step = number;
  note_reader(graph, step, number);
  return VTM_OK;
}

static bool is_average(const vtm_network *network, const vtm_layer *layer) {
  return vtm_layer_is_pooling(layer) && pool_kind(network, layer) != VTM_MAXIMUM;
}

static bool is_1x1(const vtm_layer *layer) {
  return !vtm_layer_is_pooling(layer) && layer->kernel_height == 1 && layer->kernel_width == 1 && layer->stride == 1 &&
         layer->pad_height == 0 && layer->pad_width == 0;
}

/* Whether layer number i is an average that only the next layer reads, a 1x1 convolution. */
static bool can_change_places(const vtm_network *network, size_t i) {
  const vtm_layer *average = &network->layers[i];
  if (!is_average(network, average) || i + 1 == network->layer_count || !is_1x1(average + 1)) return false;
  size_t readers = 0;
  for (size_t j = 0; j < network->layer_count; j++)
    if (strcmp(network->layers[j].input, average->output) == 0) readers++;
  return readers == 1 && strcmp(average[1].input, average->output) == 0;
}

static vtm_status add_linear_and_average(vtm_graph *graph, const vtm_layer *average, vtm_error *error) {
  const vtm_layer *convolution = average + 1;
  const vtm_status status = add_step(graph, convolution, average->input, average->output, error);
  graph->steps[graph->step_count - 1].linear = true;
  return status == VTM_OK ? add_step(graph, average, average->output, convolution->output, error) : status;
}

static vtm_status add_steps(vtm_graph *graph, vtm_error *error) {
  const vtm_network *network = graph->network;
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < network->layer_count && status == VTM_OK; i++) {
    const vtm_layer *layer = &network->layers[i];
    if (can_change_places(network, i)) {
      status = add_linear_and_average(graph, layer, error);
      i++;
    } else {
      status = add_step(graph, layer, layer->input, layer->output, error);
    }
  }
  return status;
}

vtm_status vtm_graph_create(const vtm_network *network, vtm_graph *graph, vtm_error *error) {
  *graph = (vtm_graph){.network = network, .features = -1};
  graph->maps = vtm_allocate(network->layer_count + 1, sizeof(*graph->maps), error);
  graph->steps = vtm_allocate(network->layer_count, sizeof(*graph->steps), error);
  graph->taps = vtm_allocate(network->tap_count, sizeof(*graph->taps), error);
  vtm_status status = VTM_ERROR_MEMORY;
  if (graph->maps != NULL && graph->steps != NULL && graph->taps != NULL) {
    status = VTM_OK;
    graph->maps[0] = (vtm_graph_map){.name = "image", .channels = 3};
    graph->map_count = 1;
  }
  if (status == VTM_OK) status = add_steps(graph, error);
  if (status != VTM_OK) {
    vtm_graph_free(graph);
    return status;
  }
  graph->reduced_step = graph->step_count;
  for (size_t i = graph->step_count; i-- > 0 && network->reduced_from != NULL;)
    if (strcmp(graph->maps[graph->steps[i].output].name, network->reduced_from) == 0) graph->reduced_step = i;
  graph->tail = graph->step_count;
  for (size_t i = graph->step_count; i-- > 0 && network->batched_from != NULL;)
    if (strcmp(graph->maps[graph->steps[i].input].name, network->batched_from) == 0) graph->tail = i;
  for (size_t i = 0; i < network->tap_count; i++) {
    graph->taps[i] = find_map(graph, network->taps[i]);
    keep_to_the_end(graph, graph->taps[i]);
  }
  if (network->features != NULL) {
    graph->features = find_map(graph, network->features);
    keep_to_the_end(graph, graph->features);
  }
  return VTM_OK;
}

void vtm_graph_free(vtm_graph *graph) {
  free(graph->maps);
  free(graph->steps);
  free(graph->taps);
  *graph = (vtm_graph){0};
}

bool vtm_graph_is_batched(const vtm_graph *graph, const vtm_graph_map *map) { return map->last_step >= graph->tail; }

/* false when some window does not fit */
static bool set_sizes(const vtm_graph *graph, vtm_map *maps, int width, int height) {
  for (size_t i = 0; i < graph->map_count; i++)
    maps[i] = (vtm_map){.images = 1,
                        .channels = graph->maps[i].channels,
                        .border = graph->maps[i].border,
                        .reduced = graph->maps[i].first_step >= graph->reduced_step};
  maps[0].width = width;
  maps[0].height = height;
  for (size_t i = 0; i < graph->step_count; i++) {
    const vtm_graph_step *step = &graph->steps[i];
    const vtm_layer *layer = step->layer;
    vtm_map *to = &maps[step->output];
    to->height = vtm_window_size(maps[step->input].height, layer->kernel_height, layer->stride, layer->pad_height);
    to->width = vtm_window_size(maps[step->input].width, layer->kernel_width, layer->stride, layer->pad_width);
    if (to->height < 1 || to->width < 1) return false;
  }
  return true;
}

static int minimum_size(const vtm_graph *graph, vtm_map *maps) {
  int size = 1;
  while (size < 4096 && !set_sizes(graph, maps, size, size)) size++;
  return size;
}

int vtm_network_minimum_size(const vtm_network *network) {
  vtm_graph graph;
  if (vtm_graph_create(network, &graph, NULL) != VTM_OK) return 0;
  vtm_map *maps = vtm_allocate(graph.map_count, sizeof(*maps), NULL);
  const int size = maps != NULL ? minimum_size(&graph, maps) : 0;
  free(maps);
  vtm_graph_free(&graph);
  return size;
}

/* The head writes the maps that the tail reads once for each image, running anew from its first step. */
static size_t first_step(const vtm_graph *graph, const vtm_graph_map *map) {
  return map->first_step < graph->tail && vtm_graph_is_batched(graph, map) ? 0 : map->first_step;
}

static bool lives_overlap(const vtm_graph *graph, const vtm_graph_map *a, const vtm_graph_map *b) {
  return first_step(graph, a) <= b->last_step && first_step(graph, b) <= a->last_step;
}

/* The lowest offset at which `map` fits beside the maps placed before it that live at the same time. */
static size_t lowest_offset(const vtm_graph *graph, const vtm_plan *plan, const size_t *bytes, size_t map) {
  size_t offset = 0;
  for (bool moved = true; moved;) {
    moved = false;
    for (size_t other = 0; other < map; other++)
      if (lives_overlap(graph, &graph->maps[map], &graph->maps[other]) &&
          offset < plan->offsets[other] + bytes[other] && plan->offsets[other] < offset + bytes[map]) {
        offset = plan->offsets[other] + bytes[other];
        moved = true;
      }
  }
  return offset;
}

vtm_status vtm_plan_create(const vtm_graph *graph, const vtm_backend *backend, int images, int width, int height,
                           vtm_plan *plan, vtm_error *error) {
  *plan = (vtm_plan){.images = images, .width = width, .height = height};
  plan->maps = vtm_allocate(graph->map_count, sizeof(*plan->maps), error);
  plan->offsets = vtm_allocate(graph->map_count, sizeof(*plan->offsets), error);
  size_t *bytes = vtm_allocate(graph->map_count, sizeof(*bytes), error);
  vtm_status status = plan->maps != NULL && plan->offsets != NULL && bytes != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  if (status == VTM_OK && !set_sizes(graph, plan->maps, width, height)) {
    const int least = minimum_size(graph, plan->maps);
    status = vtm_fail(error, VTM_ERROR_DATA, "%d x %d pixels are too small for %s: at least %d x %d are needed", width,
                      height, graph->network->description, least, least);
  }
  for (size_t i = 0; i < graph->map_count && status == VTM_OK; i++) {
    if (vtm_graph_is_batched(graph, &graph->maps[i])) plan->maps[i].images = images;
    bytes[i] = (backend->map_bytes(&plan->maps[i]) + 63) / 64 * 64;
    plan->offsets[i] = lowest_offset(graph, plan, bytes, i);
    if (plan->offsets[i] + bytes[i] > plan->arena_bytes) plan->arena_bytes = plan->offsets[i] + bytes[i];
  }
  free(bytes);
  if (status != VTM_OK) vtm_plan_free(plan);
  return status;
}

void vtm_plan_free(vtm_plan *plan) {
  free(plan->maps);
  free(plan->offsets);
  *plan = (vtm_plan){0};
}

vtm_convolution vtm_graph_convolution(const vtm_graph_step *step, const vtm_plan *typical) {
  const vtm_layer *layer = step->layer;
  return (vtm_convolution){.in_channels = step->in_channels,
                           .out_channels = layer->channels,
                           .kernel_height = layer->kernel_height,
                           .kernel_width = layer->kernel_width,
                           .stride = layer->stride,
                           .pad_height = layer->pad_height,
                           .pad_width = layer->pad_width,
                           .relu = !step->linear,
                           .reduced = typical->maps[step->output].reduced,
                           .typical_height = typical->maps[step->output].height,
                           .typical_width = typical->maps[step->output].width};
}
