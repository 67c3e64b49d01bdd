#include "experiment/fingerprint.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* Twice the largest relative change of FID and LPIPS between forms of convolution and between processors (1.2e-5, see
 * docs/performance.md). */
#define ROUNDING 2.4e-5

static const vtm_fingerprint_line lines[] = {
    {"protocol", "the protocols differ in network, weights or resize: their distances are different quantities", true,
     0},
    {"network", "different networks see different features: the numbers are different quantities", true, 0},
    {"weights", "other weights give other features: the numbers are different quantities", true, 0},
    {"weights_sha256", "the files of weights differ in content, so the features do", true, 0},
    {"resize", "the resize decides the pixels the network sees: it moves a score by several per cent", true, 0},
    {"input", "the pixels are scaled in another way before the network sees them", true, 0},
    {"definition", "tools define the measure in different ways: the numbers are different quantities", true, 0},
    {"precision", "another arithmetic moves a score in its third to fifth digit, as much as close models differ", true,
     0},
    {"decoder", "decoders differ by up to 3 levels in 1-5 % of a JPEG's samples: expect the fourth digit to move",
     false, INFINITY},
    {"convolution", "fast forms of convolution round differently: a score moves by about 1e-5 of its value", false,
     ROUNDING},
    {"device", "another processor adds in another order: the last digits may move, no more", false, ROUNDING},
    {"weights_file", "only the path of the file; weights_sha256 says whether the content is the same", false, 0},
    {"weights_format", "the same numbers in another kind of file", false, 0},
};

static const vtm_fingerprint_line unknown = {
    "", "this step is not known here, so it may change anything: compare only scores that are computed in the same way",
    true, 0};

const vtm_fingerprint_line *vtm_fingerprint_find(const char *name) {
  for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
    if (strcmp(lines[i].name, name) == 0) return &lines[i];
  return &unknown;
}
