/* The different convolutions of a network, as cuDNN is asked for them. */
#ifndef VTM_TESTS_NETWORK_KEYS_H
#define VTM_TESTS_NETWORK_KEYS_H

#include <stdlib.h>
#include <string.h>

#include "backend/cuda/plans.h"
#include "nn/graph.h"

enum { MOST_KEYS = 128 };

static inline vtm_dnn_key key_of(const vtm_graph_step *step, const vtm_dnn_key *sizes, const vtm_map *output) {
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

static inline bool is_known_key(const vtm_dnn_key keys[], size_t count, const vtm_dnn_key *key) {
  for (size_t i = 0; i < count; i++)
    if (memcmp(&keys[i], key, sizeof(*key)) == 0) return true;
  return false;
}

/* `wanted`: the images at once, their height and width, and how the convolutions are to be done. Returns the number of
 * keys; 0: no memory. */
static inline size_t network_keys(const char *name, const vtm_dnn_key *wanted, vtm_dnn_key keys[MOST_KEYS]) {
  vtm_graph graph;
  size_t count = 0;
  if (vtm_graph_create(vtm_network_find(name), &graph, NULL) != VTM_OK) return 0;
  vtm_map *maps = calloc(graph.map_count, sizeof(*maps));
  for (size_t i = 0; i < graph.map_count && maps != NULL; i++) maps[i].channels = graph.maps[i].channels;
  if (maps != NULL) maps[0].height = wanted->height;
  if (maps != NULL) maps[0].width = wanted->width;
  for (size_t i = 0; i < graph.step_count && maps != NULL && count < MOST_KEYS; i++) {
    const vtm_graph_step *step = &graph.steps[i];
    const vtm_layer *layer = step->layer;
    const vtm_map *input = &maps[step->input];
    vtm_map *output = &maps[step->output];
    output->height = vtm_window_size(input->height, layer->kernel_height, layer->stride, layer->pad_height);
    output->width = vtm_window_size(input->width, layer->kernel_width, layer->stride, layer->pad_width);
    if (layer->name == NULL) continue;
    vtm_dnn_key sizes = *wanted;
    sizes.height = input->height;
    sizes.width = input->width;
    const vtm_dnn_key key = key_of(step, &sizes, output);
    if (!is_known_key(keys, count, &key)) keys[count++] = key;
  }
  free(maps);
  vtm_graph_free(&graph);
  return count;
}

#endif
