/* From the name of a network to one that is ready to run: its weights found, fetched if asked for, and named. */
#ifndef VTM_FEATURES_NETWORK_WEIGHTS_H
#define VTM_FEATURES_NETWORK_WEIGHTS_H

#include "base/hash.h"
#include "nn/engine.h"
#include "store/store.h"
#include "vtonmetrics/weights.h"

typedef struct vtm_network_request {
  const char *network;   /* see vtm_network_find */
  const char *weights;   /* name in the catalogue */
  const char *file;      /* what the user gave, or NULL */
  bool fetch;            /* download what is missing */
  bool may_ask;          /* whether to: neither yes nor no was said before */
  const char *precision; /* one of VTM_PRECISIONS */
  bool exact;            /* direct convolution only */
  const vtm_input_scaling *scaling;
} vtm_network_request;

/* A network whose weights are known by name and hash. When the store knows the file it is not opened before a result is
 * to be computed: loading and packing weights takes longer than everything else in a run in which nothing is new. */
typedef struct vtm_network_use {
  vtm_context *context;
  vtm_store *store;
  vtm_network_request request;
  const vtm_network *network;
  char *path;
  vtm_digest digest;
  char format[32];    /* of the file */
  char prefix[32];    /* of its names, left out; "": none */
  vtm_engine *engine; /* NULL: not opened yet */
} vtm_network_use;

/* Finds the weights, or fetches them if that is asked for, or agreed to by vtm_context_options.ask. `rehash`: what the
 * store knows of the file is not trusted. */
vtm_status vtm_network_find_weights(vtm_context *context, vtm_store *store, bool rehash,
                                    const vtm_network_request *request, vtm_network_use *use, vtm_error *error);
/* Opens the network, once; of the shape of vtm_viewer.open. */
vtm_status vtm_network_open(void *use, vtm_engine **engine, vtm_error *error);
void vtm_network_close(vtm_network_use *use); /* a zeroed one is allowed */

/* Which decoder of JPEG this build has: it decides digits. */
const char *vtm_jpeg_decoder(void);
/* A hash of the code of this build, and of its libraries, that reads pictures and runs networks. */
const char *vtm_digits_version(void);

#endif
