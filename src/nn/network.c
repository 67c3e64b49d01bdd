#include "nn/network.h"

#include <string.h>

#include "nn/alexnet.h"
#include "nn/graph.h"
#include "nn/inception.h"

const vtm_network *const vtm_networks[] = {
    &vtm_network_inception_v3,
    &vtm_network_inception_fid,
    &vtm_network_alexnet,
    &vtm_network_lpips_alex,
};
const size_t vtm_network_count = sizeof(vtm_networks) / sizeof(*vtm_networks);

const vtm_network *vtm_network_find(const char *name) {
  for (size_t i = 0; i < vtm_network_count; i++)
    if (strcmp(vtm_networks[i]->name, name) == 0) return vtm_networks[i];
  return NULL;
}

const char *vtm_network_name(const vtm_network *network) { return network->name; }

size_t vtm_network_features(const vtm_network *network) { return network->feature_count; }

bool vtm_network_includes(const vtm_network *network, const vtm_network *other) {
  return network->layers == other->layers && other->features != NULL && network->features != NULL &&
         strcmp(network->features, other->features) == 0;
}

size_t vtm_network_taps(const vtm_network *network) { return network->tap_count; }
