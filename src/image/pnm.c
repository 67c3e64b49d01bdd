/* Binary PGM and PPM with stb_image, which neither scales by the largest value nor swaps the bytes of
 * 16-bit samples, and takes missing samples for zeros. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "image/probe.h"
#include "image/stb.h"

typedef struct pnm_facts {
  uint64_t width, height, largest;
  int channels;
  size_t data_at;
} pnm_facts;

static bool is_space(uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/* The number after white space and comments; false when there is none or it is absurd. */
static bool read_number(const vtm_image_source *source, size_t *at, uint64_t *number) {
  enum { MAX_DIGITS = 9 }; /* stb_image reads it into an int */
  const uint8_t *bytes = source->bytes;
  while (*at < source->size && (is_space(bytes[*at]) || bytes[*at] == '#')) {
    if (bytes[*at] == '#')
      while (*at < source->size && bytes[*at] != '\n' && bytes[*at] != '\r') ++*at;
    else
      ++*at;
  }
  int digits = 0;
  *number = 0;
  while (*at < source->size && bytes[*at] >= '0' && bytes[*at] <= '9' && digits++ < MAX_DIGITS)
    *number = *number * 10 + (uint64_t)(bytes[(*at)++] - '0');
  /* Some programs go on with the number behind a comment that follows it at once, others with the next one. */
  return digits > 0 && digits <= MAX_DIGITS && (*at >= source->size || bytes[*at] != '#');
}

static vtm_status read_pnm_header(const vtm_image_source *source, pnm_facts *facts, vtm_error *error) {
  size_t at = 2;
  facts->channels = source->bytes[1] == '6' ? 3 : 1;
  const bool numbers = read_number(source, &at, &facts->width) && read_number(source, &at, &facts->height) &&
                       read_number(source, &at, &facts->largest);
  if (at >= source->size) return vtm_image_fail_truncated(source, "PNM", error);
  if (!numbers || !is_space(source->bytes[at]))
    return vtm_image_fail_damaged(source, "PNM", at, "a number was expected", error);
  if (facts->largest == 0 || facts->largest > 65535)
    return vtm_image_fail_damaged(source, "PNM", at, "the largest value must be 1 to 65535", error);
  facts->data_at = at + 1;
  return VTM_OK;
}

/* Pillow scales to 0..255, but gray of more than 8 bits to 0..65535 in a mode whose conversion to RGB
 * clips at 255. */
static void scale_to_bytes(const void *samples, size_t count, const pnm_facts *facts, vtm_image *image,
                           uint8_t *scaled) {
  const bool wide = facts->largest > 255;
  const bool clipped = wide && facts->channels == 1;
  const double factor = clipped ? 65535 : 255;
  const uint8_t *bytes = samples;
  for (size_t i = 0; i < count; i++) {
    /* stb_image leaves 16-bit samples in the file's order, which is big-endian */
    const double value = wide ? vtm_read_u16be(bytes + 2 * i) : bytes[i];
    const double result = rint(value / (double)facts->largest * factor);
    if (clipped && result > 255) image->notes |= VTM_IMAGE_GRAY16_CLIPPED;
    scaled[i] = (uint8_t)(result > 255 ? 255 : result);
  }
}

vtm_status vtm_pnm_probe(const vtm_image_source *source, vtm_image_header *header, vtm_error *error) {
  pnm_facts facts = {0};
  vtm_image size = {0};
  vtm_status status = read_pnm_header(source, &facts, error);
  if (status == VTM_OK) status = vtm_image_set_size(source, facts.width, facts.height, &size, error);
  header->width = size.width;
  header->height = size.height;
  header->channels = facts.channels;
  header->depth = facts.largest > 255 ? 16 : 8;
  return status;
}

static vtm_status decode_pnm(const vtm_image_source *source, vtm_image *image, vtm_error *error) {
  pnm_facts facts = {0};
  if (source->bytes[1] != '5' && source->bytes[1] != '6')
    return vtm_fail(error, VTM_ERROR_UNSUPPORTED,
                    "%s: a P%c file: of the PNM kinds only binary gray (P5) and colour (P6) are read, save it as PNG",
                    source->name, source->bytes[1]);
  vtm_status status = read_pnm_header(source, &facts, error);
  if (status == VTM_OK) status = vtm_image_set_size(source, facts.width, facts.height, image, error);
  if (status != VTM_OK) return status;
  const bool wide = facts.largest > 255;
  const size_t count = (size_t)image->width * (size_t)image->height * (size_t)facts.channels;
  if ((source->size - facts.data_at) / (wide ? 2 : 1) < count) return vtm_image_fail_truncated(source, "PNM", error);
  const vtm_stb_request request = {"PNM", source->bytes, source->size, facts.channels, wide};
  void *samples = NULL;
  status = vtm_stb_decode(source, &request, image, &samples, error);
  if (status != VTM_OK) return status;
  if (facts.largest != 255) scale_to_bytes(samples, count, &facts, image, samples);
  return vtm_stb_store(source, samples, facts.channels, image, error);
}

static bool sniff_pnm(const uint8_t *bytes, size_t size) {
  return size >= 3 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '6' && (is_space(bytes[2]) || bytes[2] == '#');
}

const vtm_image_reader vtm_pnm_reader = {"PNM", ".ppm .pgm .pnm .pbm ", sniff_pnm, decode_pnm, false};
