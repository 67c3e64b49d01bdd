/* From the value of a PyTorch pickle to tensors. The readers of the two containers supply the bytes of the storages. */
#ifndef VTM_WEIGHTS_TORCH_H
#define VTM_WEIGHTS_TORCH_H

#include "weights/pickle.h"
#include "weights/weights.h"

/* The bytes of one storage, for as long as the weights live. */
typedef struct vtm_torch_bytes {
  const char *key;
  vtm_dtype dtype;
  uint64_t count;
  bool needed;          /* a tensor of the state dict lies in it */
  const uint8_t *bytes; /* NULL until the container has filled it; any alignment */
} vtm_torch_bytes;

/* The tensors of a pickle's state dict, and the distinct storages that the pickle names. */
typedef struct vtm_torch_state {
  const vtm_pickle_value **names, **tensors;
  size_t count;
  vtm_torch_bytes *storages; /* keys ascending */
  size_t storage_count;
} vtm_torch_state;

/* Finds the state dict: the value itself, or the one dictionary of tensors inside it. A container that
 * contains itself is refused. */
vtm_status vtm_torch_collect(const vtm_weights *weights, const vtm_pickle *pickle, vtm_pickle_value *root,
                             vtm_torch_state *state, vtm_error *error);
vtm_torch_bytes *vtm_torch_find_storage(const vtm_torch_state *state, const char *key);
/* Adds the tensors, made contiguous; the storages they need must be filled. */
vtm_status vtm_torch_add_tensors(vtm_weights *weights, const vtm_torch_state *state, vtm_error *error);
void vtm_torch_free(vtm_torch_state *state);

#endif
