#include "experiment/fingerprint.h"

#include <stddef.h>
#include <string.h>

static const vtm_fingerprint_line lines[] = {
    {"protocol", "the protocols differ in network, weights or resize: their distances are different quantities", true},
    {"network", "different networks see different features: the numbers are different quantities", true},
    {"weights", "other weights give other features: the numbers are different quantities", true},
    {"weights_sha256", "the files of weights differ in content, so the features do", true},
    {"resize", "the resize decides the pixels the network sees: it moves a score by several per cent", true},
    {"input", "the pixels are scaled in another way before the network sees them", true},
    {"precision", "another arithmetic moves a score in its third to fifth digit, as much as close models differ", true},
    {"decoder", "decoders differ by up to 3 levels in 1-5 % of a JPEG's samples: expect the fourth digit to move",
     false},
    {"convolution", "fast forms of convolution round otherwise: a score moves by about 1e-5 of its value", false},
    {"device", "another processor adds in another order: the last digits may move, no more", false},
    {"weights_file", "only the place of the file; its content is what weights_sha256 says", false},
    {"weights_format", "the same numbers in another kind of file", false},
};

static const vtm_fingerprint_line unknown = {
    "", "this step is not known here, so it may change anything: compare only numbers made alike", true};

const vtm_fingerprint_line *vtm_fingerprint_find(const char *name) {
  for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
    if (strcmp(lines[i].name, name) == 0) return &lines[i];
  return &unknown;
}
