/* stb_image expands palettes, so it is given the same pixels declared as gray: a copy of the file that has
 * only the header, its colour type changed, and the compressed data. */
#include "image/labels.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "image/png.h"
#include "image/stb.h"

enum { HEADER_CHUNK = VTM_PNG_CHUNK_FRAME + 13, COLOR_TYPE_AT = VTM_PNG_SIGNATURE + 8 + 9 };

static bool is_kept(uint32_t type) {
  return type == VTM_PNG_CHUNK('I', 'D', 'A', 'T') || type == VTM_PNG_CHUNK('I', 'E', 'N', 'D');
}

/* The chunks were walked before: every length is inside the file and IEND is there. */
static size_t copy_as_gray(const vtm_image_source *source, uint8_t *copy) {
  const size_t start = VTM_PNG_SIGNATURE + HEADER_CHUNK;
  memcpy(copy, source->bytes, start);
  copy[COLOR_TYPE_AT] = VTM_PNG_GRAY;
  size_t used = start;
  for (size_t at = start; at < source->size;) {
    const size_t length = vtm_read_u32be(source->bytes + at) + (size_t)VTM_PNG_CHUNK_FRAME;
    const uint32_t type = vtm_read_u32be(source->bytes + at + 4);
    if (is_kept(type)) {
      memcpy(copy + used, source->bytes + at, length);
      used += length;
    }
    if (type == VTM_PNG_CHUNK('I', 'E', 'N', 'D')) break;
    at += length;
  }
  return used;
}

static vtm_status decode_values(const vtm_image_source *source, int depth, vtm_labels *labels, vtm_error *error) {
  uint8_t *copy = malloc(source->size);
  if (copy == NULL) return vtm_fail(error, VTM_ERROR_MEMORY, "%s: no memory to decode it", source->name);
  const vtm_stb_request request = {
      .format = "PNG", .bytes = copy, .size = copy_as_gray(source, copy), .channels = 1, .wide = false};
  const vtm_image size = {.width = labels->width, .height = labels->height};
  void *samples = NULL;
  const vtm_status status = vtm_stb_decode(source, &request, &size, &samples, error);
  free(copy);
  if (status != VTM_OK) return status;
  labels->values = samples;
  if (depth < 8) { /* stb_image spreads 1, 2 and 4 bits over 0..255 */
    const unsigned step = 255u / ((1u << depth) - 1);
    const size_t count = (size_t)labels->width * (size_t)labels->height;
    for (size_t i = 0; i < count; i++) labels->values[i] = (uint8_t)(labels->values[i] / step);
  }
  return VTM_OK;
}

static vtm_labels_kind kind_of(const vtm_png_facts *facts) {
  if (facts->color == VTM_PNG_PALETTE) return VTM_LABELS_PALETTE;
  if (facts->color != VTM_PNG_GRAY) return VTM_LABELS_COLOUR;
  return facts->depth == 16 ? VTM_LABELS_GRAY16 : VTM_LABELS_GRAY;
}

static bool depth_is_known(const vtm_png_facts *facts) {
  const int depth = facts->depth;
  return depth == 1 || depth == 2 || depth == 4 || depth == 8;
}

vtm_status vtm_labels_decode(const void *bytes, size_t size, const char *name, const vtm_image_limits *limits,
                             vtm_labels *labels, vtm_error *error) {
  *labels = (vtm_labels){.kind = VTM_LABELS_NOT_PNG};
  if (!vtm_png_sniff(bytes, size)) return VTM_OK;
  const vtm_image_source source = {bytes, size, name, vtm_image_max_pixels(limits), 0};
  vtm_png_facts facts = {0};
  vtm_image header = {0};
  vtm_status status = vtm_png_walk(&source, &facts, error);
  if (status == VTM_OK) status = vtm_image_set_size(&source, facts.width, facts.height, &header, error);
  if (status != VTM_OK) return status;
  *labels = (vtm_labels){.kind = kind_of(&facts), .width = header.width, .height = header.height};
  if (labels->kind != VTM_LABELS_PALETTE && labels->kind != VTM_LABELS_GRAY) return VTM_OK;
  if (!depth_is_known(&facts))
    status = vtm_image_fail_damaged(&source, "PNG", VTM_PNG_SIGNATURE, "a bit depth that no PNG has", error);
  else
    status = decode_values(&source, facts.depth, labels, error);
  if (status != VTM_OK) vtm_labels_free(labels);
  return status;
}

void vtm_labels_free(vtm_labels *labels) {
  free(labels->values);
  *labels = (vtm_labels){.kind = VTM_LABELS_NOT_PNG};
}
