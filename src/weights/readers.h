/* The readers of file formats: one record in one file each. */
#ifndef VTM_WEIGHTS_READERS_H
#define VTM_WEIGHTS_READERS_H

#include "weights/weights.h"

/* One file format: how to recognise it, how to read it. weights.c tries them in the order of its table. */
struct vtm_weights_reader {
  const char *name;
  bool (*recognises)(const vtm_weights *weights);
  vtm_status (*read)(vtm_weights *weights, vtm_error *error);
};

extern const vtm_weights_reader vtm_reader_safetensors;
extern const vtm_weights_reader vtm_reader_torch_zip;
extern const vtm_weights_reader vtm_reader_torch_pickle;
extern const vtm_weights_reader vtm_reader_npz;
extern const vtm_weights_reader vtm_reader_npy;

#endif
