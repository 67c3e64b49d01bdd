/* From the name of a network to one that is ready to run: its weights found, fetched if asked for, and named. */
#ifndef VTM_METRICS_NETWORK_WEIGHTS_H
#define VTM_METRICS_NETWORK_WEIGHTS_H

#include "metrics/result.h"
#include "nn/engine.h"

typedef struct vtm_network_request {
  const char *network; /* see vtm_network_find */
  const char *weights; /* name in the catalogue */
  const char *file;    /* what the user gave, or NULL */
  bool fetch;          /* download what is missing */
  bool exact;          /* direct convolution only */
  const vtm_input_scaling *scaling;
} vtm_network_request;

/* Opens the network and says in the fingerprint which weights it has; a file that is not the catalogue's is a
 * note. The caller destroys the engine. */
vtm_status vtm_open_network(vtm_context *context, const vtm_network_request *request, vtm_result_builder *builder,
                            vtm_engine **engine, vtm_error *error);

/* What of this build and machine decides digits: the decoders, the precision, the device. */
void vtm_fingerprint_machine(vtm_context *context, vtm_result_builder *builder, bool decodes, bool computes);

#endif
