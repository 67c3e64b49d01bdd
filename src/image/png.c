/* PNG with stb_image, after a walk over its chunks: stb_image checks no checksum, reads palette entries that
 * are not there, and reports a truncation without saying where. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/error.h"
#include "image/png.h"
#include "image/stb.h"

enum { SIGNATURE = VTM_PNG_SIGNATURE, CHUNK_FRAME = VTM_PNG_CHUNK_FRAME, HEADER = 13, MAX_PALETTE = 256 };
#define CHUNK VTM_PNG_CHUNK

static vtm_status note_chunk(const vtm_image_source *source, uint32_t type, size_t at, size_t length,
                             vtm_png_facts *facts, vtm_error *error) {
  const uint8_t *data = source->bytes + at + 8;
  const bool first = at == SIGNATURE;
  if (first != (type == CHUNK('I', 'H', 'D', 'R')) || (first && length != HEADER))
    return vtm_image_fail_damaged(source, "PNG", at, "IHDR must be the first chunk, and only that", error);
  if (type != CHUNK('I', 'D', 'A', 'T') && facts->pixels_begun) facts->pixels_ended = true;
  switch (type) {
    case CHUNK('I', 'H', 'D', 'R'):
      facts->width = vtm_read_u32be(data);
      facts->height = vtm_read_u32be(data + 4);
      facts->depth = data[8];
      facts->color = data[9];
      break;
    case CHUNK('P', 'L', 'T', 'E'):
      if (facts->palette_at != 0 || length % 3 != 0 || length == 0 || length > MAX_PALETTE * 3)
        return vtm_image_fail_damaged(source, "PNG", at, "bad palette", error);
      facts->palette_at = at + 8;
      facts->palette_length = length;
      break;
    case CHUNK('t', 'R', 'N', 'S'): facts->transparency = true; break;
    case CHUNK('a', 'c', 'T', 'L'): facts->animated = length >= 8 && vtm_read_u32be(data) > 1; break;
    case CHUNK('I', 'D', 'A', 'T'):
      if (facts->pixels_ended)
        return vtm_image_fail_damaged(source, "PNG", at, "its pixels are in several places", error);
      facts->pixels_begun = true;
      break;
    case CHUNK('I', 'E', 'N', 'D'): facts->complete = true; break;
    default:
      if (!isalpha(type >> 24) || !isalpha(type >> 16 & 255) || !isalpha(type >> 8 & 255) || !isalpha(type & 255))
        return vtm_image_fail_damaged(source, "PNG", at, "a chunk without a name", error);
      /* An upper-case first letter: no reader may ignore such a chunk. */
      if ((type >> 29 & 1) == 0) return vtm_image_fail_damaged(source, "PNG", at, "unknown critical chunk", error);
  }
  return VTM_OK;
}

vtm_status vtm_png_walk(const vtm_image_source *source, vtm_png_facts *facts, vtm_error *error) {
  size_t at = SIGNATURE;
  while (!facts->complete) {
    if (source->size - at < CHUNK_FRAME) return vtm_image_fail_truncated(source, "PNG", error);
    const size_t length = vtm_read_u32be(source->bytes + at);
    const uint32_t type = vtm_read_u32be(source->bytes + at + 4);
    if (length > source->size - at - CHUNK_FRAME) return vtm_image_fail_truncated(source, "PNG", error);
    const uint32_t expected = vtm_read_u32be(source->bytes + at + 8 + length);
    if (crc32_z(0, source->bytes + at + 4, length + 4) != expected)
      return vtm_image_fail_damaged(source, "PNG", at, "a chunk's checksum is wrong, copy the file again", error);
    const vtm_status status = note_chunk(source, type, at, length, facts, error);
    if (status != VTM_OK) return status;
    at += CHUNK_FRAME + length;
  }
  return VTM_OK;
}

/* Decodes a copy whose palette has an entry for every possible index, black where the file has none. The checksum of
 * the new chunk stays zero: stb_image does not check it. */
static vtm_status decode_padded(const vtm_image_source *source, const vtm_png_facts *facts, vtm_stb_request *request,
                                const vtm_image *image, void **samples, vtm_error *error) {
  const size_t full = (size_t)3 << facts->depth;
  const size_t grown = full - facts->palette_length;
  uint8_t *copy = calloc(source->size + grown, 1);
  if (copy == NULL) return vtm_fail(error, VTM_ERROR_MEMORY, "%s: no memory to decode it", source->name);
  const size_t end = facts->palette_at + facts->palette_length;
  memcpy(copy, source->bytes, end);
  copy[facts->palette_at - 6] = (uint8_t)(full >> 8);
  copy[facts->palette_at - 5] = (uint8_t)full;
  memcpy(copy + end + grown, source->bytes + end, source->size - end);
  request->bytes = copy;
  request->size = source->size + grown;
  const vtm_status status = vtm_stb_decode(source, request, image, samples, error);
  free(copy);
  return status;
}

/* Pillow opens 16-bit gray as mode I;16, whose conversion to RGB clips instead of scaling. */
static void clip_gray16(const uint16_t *wide, int channels, vtm_image *image, uint8_t *narrow) {
  const size_t samples = (size_t)image->width * (size_t)image->height * (size_t)channels;
  for (size_t i = 0; i < samples; i++) {
    const bool is_alpha = channels == 2 && i % 2 == 1;
    const unsigned value = wide[i];
    if (value > 255 && !is_alpha) image->notes |= VTM_IMAGE_GRAY16_CLIPPED;
    narrow[i] = (uint8_t)(value > 255 ? 255 : value);
  }
}

static int channels_to_ask(const vtm_png_facts *facts) {
  const bool gray = facts->color == VTM_PNG_GRAY || facts->color == VTM_PNG_GRAY_ALPHA;
  const bool alpha = facts->color == VTM_PNG_GRAY_ALPHA || facts->color == VTM_PNG_RGB_ALPHA || facts->transparency;
  return (gray ? 1 : 3) + (alpha ? 1 : 0);
}

static vtm_status decode_png(const vtm_image_source *source, vtm_image *image, vtm_error *error) {
  vtm_png_facts facts = {0};
  vtm_status status = vtm_png_walk(source, &facts, error);
  if (status == VTM_OK) status = vtm_image_set_size(source, facts.width, facts.height, image, error);
  if (status != VTM_OK) return status;
  if (facts.animated) image->notes |= VTM_IMAGE_FIRST_FRAME;

  vtm_stb_request request = {.format = "PNG",
                             .bytes = source->bytes,
                             .size = source->size,
                             .channels = channels_to_ask(&facts),
                             .wide = facts.color == VTM_PNG_GRAY && facts.depth == 16};
  void *samples = NULL;
  const bool indexed = facts.color == VTM_PNG_PALETTE && facts.palette_at != 0 && facts.depth <= 8;
  if (indexed && facts.palette_length < (size_t)3 << facts.depth)
    status = decode_padded(source, &facts, &request, image, &samples, error);
  else
    status = vtm_stb_decode(source, &request, image, &samples, error);
  if (status != VTM_OK) return status;
  if (request.wide) clip_gray16(samples, request.channels, image, samples);
  return vtm_stb_store(source, samples, request.channels, image, error);
}

bool vtm_png_sniff(const uint8_t *bytes, size_t size) {
  return size >= SIGNATURE && memcmp(bytes, "\x89PNG\r\n\x1a\n", SIGNATURE) == 0;
}

const vtm_image_reader vtm_png_reader = {"PNG", ".png .apng ", vtm_png_sniff, decode_png, false};
