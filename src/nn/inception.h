#ifndef VTM_NN_INCEPTION_H
#define VTM_NN_INCEPTION_H

#include "nn/tables.h"

extern const vtm_network vtm_network_inception_v3;
extern const vtm_network vtm_network_inception_fid;

#endif
