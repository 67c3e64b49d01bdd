#include "features/origin.h"

#include <string.h>

#include "base/context.h"

typedef struct origin_line {
  const char *name, *meaning;
  vtm_origin_effect effect;
} origin_line;

enum { PROTOCOL, NETWORK, SHA256, RESIZE, INPUT, PRECISION, DECODER, CODE, CONVOLUTION, DEVICE };

/* Those that change most come first. */
static const origin_line lines[VTM_ORIGIN_LINES] = {
    [PROTOCOL] = {"protocol", "the features are those of another network, or of other pixels", VTM_ORIGIN_CHANGES},
    [NETWORK] = {"network", "different networks see different features", VTM_ORIGIN_CHANGES},
    [SHA256] = {"weights_sha256", "other weights give other features", VTM_ORIGIN_CHANGES},
    [RESIZE] = {"resize", "it decides the pixels that the network sees, and moves a score by several per cent",
                VTM_ORIGIN_CHANGES},
    [INPUT] = {"input", "the network sees pixels that are scaled in another way", VTM_ORIGIN_CHANGES},
    [PRECISION] = {"precision", "another arithmetic moves a score as much as close models differ", VTM_ORIGIN_CHANGES},
    [DECODER] = {"decoder", "decoders of JPEG differ in a few samples: the fourth digit may move", VTM_ORIGIN_MOVES},
    [CODE] = {"code", "another version of the program computed it, whose digits may differ", VTM_ORIGIN_MOVES},
    [CONVOLUTION] = {"convolution", "fast forms round otherwise: a score moves by about 1e-5 of its value",
                     VTM_ORIGIN_ROUNDS},
    [DEVICE] = {"device", "another processor adds in another order: the last digits may move", VTM_ORIGIN_ROUNDS},
};

const char *vtm_origin_name(size_t line) { return lines[line].name; }

void vtm_origin_of_extractor(const vtm_context *context, const vtm_extractor *extractor, const vtm_protocol *protocol,
                             vtm_origin *origin) {
  const vtm_network_request *network = &extractor->request.network;
  *origin = (vtm_origin){0};
  vtm_extractor_describe_resize(&extractor->request, origin->resize, sizeof(origin->resize));
  vtm_digest_text(&extractor->network.digest, origin->digest);
  origin->values[PROTOCOL] = protocol->name;
  origin->values[NETWORK] = network->network;
  origin->values[SHA256] = origin->digest;
  origin->values[RESIZE] = origin->resize;
  origin->values[INPUT] = protocol->input;
  origin->values[PRECISION] = network->precision;
  origin->values[DECODER] = vtm_jpeg_decoder();
  origin->values[CODE] = vtm_digits_version();
  origin->values[CONVOLUTION] = vtm_engine_forms(context, network->precision, network->exact);
  origin->values[DEVICE] = vtm_context_device(context);
}

bool vtm_origin_of_file(const vtm_weights *file, vtm_origin *origin) {
  *origin = (vtm_origin){0};
  for (size_t i = 0; i < VTM_ORIGIN_LINES; i++) {
    const vtm_tensor *text = vtm_weights_find(file, lines[i].name);
    if (text != NULL && text->dtype == VTM_TEXT && text->count == 1)
      origin->values[i] = *(const char *const *)text->data;
  }
  return origin->values[PROTOCOL] != NULL;
}

size_t vtm_origin_compare(const vtm_origin *a, const vtm_origin *b, vtm_origin_difference found[VTM_ORIGIN_LINES]) {
  size_t count = 0;
  for (size_t i = 0; i < VTM_ORIGIN_LINES; i++) {
    const char *first = a->values[i] != NULL ? a->values[i] : "nothing";
    const char *second = b->values[i] != NULL ? b->values[i] : "nothing";
    if (strcmp(first, second) == 0) continue;
    found[count++] = (vtm_origin_difference){lines[i].name, first, second, lines[i].meaning, lines[i].effect};
  }
  return count;
}
