/* The readers of file formats: a record each, in a file each, and weights.c tries them in order. */
#ifndef VTM_WEIGHTS_READERS_H
#define VTM_WEIGHTS_READERS_H

#include "weights/weights.h"

/* One file format: how to know it, how to read it. Readers are tried in the table's order. */
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
