#ifndef VTM_NN_ALEXNET_H
#define VTM_NN_ALEXNET_H

#include "nn/tables.h"

extern const vtm_network vtm_network_alexnet;
extern const vtm_network vtm_network_lpips_alex;

#endif
