/* Resolves the names in PyTorch's pickles: the globals that tensors need, and storages. */
#ifndef VTM_WEIGHTS_TORCH_GLOBALS_H
#define VTM_WEIGHTS_TORCH_GLOBALS_H

#include "weights/pickle.h"

extern const vtm_pickle_resolver vtm_torch_resolver;

#endif
