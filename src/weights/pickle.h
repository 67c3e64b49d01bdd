/* A pickle interpreter that can build nothing but what tensors need.
 *
 * Pickles are programs. This one runs them on a stack machine that knows dictionaries, lists, tuples,
 * numbers, text, and the few globals that its resolver finds; every other global is refused by its full
 * name, every other opcode by its own. Nothing is ever called, imported or evaluated. Stack, memo,
 * number of values, what all containers hold together and length of text are bounded. */
#ifndef VTM_WEIGHTS_PICKLE_H
#define VTM_WEIGHTS_PICKLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vtonmetrics/weights.h"

typedef enum vtm_pickle_kind {
  VTM_PICKLE_NONE,
  VTM_PICKLE_BOOL,
  VTM_PICKLE_INT,
  VTM_PICKLE_FLOAT,
  VTM_PICKLE_TEXT,
  VTM_PICKLE_TUPLE,
  VTM_PICKLE_LIST,
  VTM_PICKLE_DICT,
  VTM_PICKLE_GLOBAL,
  VTM_PICKLE_STORAGE,
  VTM_PICKLE_TENSOR,
  VTM_PICKLE_MARK
} vtm_pickle_kind;

typedef struct vtm_pickle_value vtm_pickle_value;
typedef struct vtm_pickle_global vtm_pickle_global;
typedef struct vtm_pickle vtm_pickle;

typedef struct vtm_pickle_text {
  char *bytes; /* also NUL-terminated */
  size_t length;
} vtm_pickle_text;

typedef struct vtm_pickle_items {
  vtm_pickle_value **at; /* of a dictionary: key, value, key, value ... */
  size_t count, capacity;
} vtm_pickle_items;

/* A storage named by a persistent id; the bytes are elsewhere in the file. */
typedef struct vtm_pickle_storage {
  const char *key;
  vtm_dtype dtype;
  uint64_t count; /* elements */
} vtm_pickle_storage;

typedef struct vtm_pickle_tensor {
  const vtm_pickle_storage *storage;
  uint64_t offset; /* in elements, as the strides */
  int rank;
  int64_t shape[VTM_MAX_RANK], stride[VTM_MAX_RANK];
} vtm_pickle_tensor;

struct vtm_pickle_value {
  uint8_t kind; /* vtm_pickle_kind */
  uint8_t walk; /* for walks over the finished graph: 0 unseen, 1 on the path, 2 done */
  union {
    int64_t integer;
    double number;
    vtm_pickle_text text;
    vtm_pickle_items items;
    const vtm_pickle_global *global;
    vtm_pickle_storage *storage;
    vtm_pickle_tensor *tensor;
  } as;
};

/* Gives the names in a pickle their meaning; the machine itself knows none. */
typedef struct vtm_pickle_resolver {
  vtm_status (*find_global)(const vtm_pickle *pickle, const char *module, const char *name,
                            const vtm_pickle_global **global, vtm_error *error);
  /* The value that a persistent id stands for. */
  vtm_status (*load_persistent)(vtm_pickle *pickle, const vtm_pickle_value *id, vtm_pickle_value **value,
                                vtm_error *error);
} vtm_pickle_resolver;

/* Owns every value of one pickle. Start with `where`, the resolver and zeros. */
struct vtm_pickle {
  const char *where; /* the beginning of error messages: "file.pth", or "file.pth: archive/data.pkl" */
  const vtm_pickle_resolver *resolver;
  vtm_pickle_value **chunks;
  size_t chunk_count, chunk_capacity, count;
  size_t held; /* items in all containers together; a value counts once for each that it is in */
};

/* What a global may do when it is called (REDUCE): builds *result from `arguments`, a tuple. */
struct vtm_pickle_global {
  const char *module, *name;
  vtm_status (*call)(vtm_pickle *pickle, const vtm_pickle_global *global, const vtm_pickle_value *arguments,
                     vtm_pickle_value **result, vtm_error *error);
  int dtype; /* of a storage class, else -1 */
};

/* Runs the pickle at the start of `bytes`; *used is its length, *result its value. */
vtm_status vtm_pickle_run(const uint8_t *bytes, size_t size, vtm_pickle *pickle, vtm_pickle_value **result,
                          size_t *used, vtm_error *error);
void vtm_pickle_free(vtm_pickle *pickle);
/* Value number `index` of pickle->count, in the order in which they were made. */
vtm_pickle_value *vtm_pickle_at(const vtm_pickle *pickle, size_t index);

vtm_status vtm_pickle_new(vtm_pickle *pickle, vtm_pickle_kind kind, vtm_pickle_value **value, vtm_error *error);
/* The only way in which items are added to a container: their number is bounded. */
vtm_status vtm_pickle_extend(vtm_pickle *pickle, vtm_pickle_value *container, vtm_pickle_value *const *items,
                             size_t count, vtm_error *error);
/* The value of a text key, NULL when there is none. */
const vtm_pickle_value *vtm_pickle_get(const vtm_pickle_value *dict, const char *key);

#endif
