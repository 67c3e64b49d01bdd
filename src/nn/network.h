/* Networks as tables. */
#ifndef VTM_NN_NETWORK_H
#define VTM_NN_NETWORK_H

#include <stdbool.h>
#include <stddef.h>

typedef struct vtm_network vtm_network;

/* "inception-v3" (torchvision's), "inception-fid" (that of pytorch-fid, clean-fid, torch-fidelity),
 * "alexnet" (256 channel means of the fifth ReLU), "lpips-alex" (five taps and linear layers).
 * NULL when unknown. */
const vtm_network *vtm_network_find(const char *name);

const char *vtm_network_name(const vtm_network *network);
size_t vtm_network_features(const vtm_network *network); /* length of the feature vector; 0: none */
size_t vtm_network_taps(const vtm_network *network);     /* LPIPS layers; 0 for feature networks */
/* Whether the features of `other` are those of `network` too, when both have the same weights. */
bool vtm_network_includes(const vtm_network *network, const vtm_network *other);
int vtm_network_minimum_size(const vtm_network *network); /* smallest width and height it can run */

#endif
