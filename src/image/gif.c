/* The first frame of a GIF with stb_image. The file is first rewritten so that, as in Pillow, transparent pixels keep
 * their palette colour and the screen holds the whole frame. Pixels that stb_image did not draw are then background
 * outside the frame, and missing data inside. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "image/stb.h"

enum { SCREEN = 13, FRAME = 10, EXTENSION = 0x21, IMAGE = 0x2c, CONTROL = 0xf9, TABLE = 0x80, TRANSPARENT = 1 };

typedef struct gif_facts {
  unsigned width, height;               /* of the screen, grown to hold the frame */
  unsigned left, top, frame_w, frame_h; /* of the frame */
  size_t palette_at, palette_count;
  bool transparency, animated;
  unsigned transparent;
} gif_facts;

static size_t table_count(uint8_t flags) { return flags & TABLE ? (size_t)2 << (flags & 7) : 0; }

/* Skips sub-blocks and the empty one that ends them; false when the file ends before. */
static bool skip_blocks(const vtm_image_source *source, size_t *at) {
  while (*at < source->size) {
    const size_t length = source->bytes[*at];
    if (length > source->size - *at - 1) return false;
    *at += 1 + length;
    if (length == 0) return true;
  }
  return false;
}

/* Skips one extension. Transparency is noted and, in the copy, switched off. */
static bool skip_extension(const vtm_image_source *source, uint8_t *copy, size_t *at, gif_facts *facts) {
  const uint8_t *bytes = source->bytes;
  if (source->size - *at < 3) return false;
  if (bytes[*at + 1] == CONTROL && bytes[*at + 2] >= 4 && source->size - *at >= 7) {
    if (bytes[*at + 3] & TRANSPARENT) {
      facts->transparency = true;
      facts->transparent = bytes[*at + 6];
    }
    copy[*at + 3] &= (uint8_t)~TRANSPARENT;
  }
  *at += 2;
  return skip_blocks(source, at);
}

/* Skips an image; `facts` may be NULL. */
static bool skip_image(const vtm_image_source *source, size_t *at, gif_facts *facts) {
  if (source->size - *at < FRAME) return false;
  const uint8_t *frame = source->bytes + *at;
  *at += FRAME;
  const size_t local = table_count(frame[9]);
  if (facts != NULL) {
    facts->left = vtm_read_u16le(frame + 1);
    facts->top = vtm_read_u16le(frame + 3);
    facts->frame_w = vtm_read_u16le(frame + 5);
    facts->frame_h = vtm_read_u16le(frame + 7);
    if (local > 0) {
      facts->palette_at = *at;
      facts->palette_count = local;
    }
  }
  if (local * 3 + 1 > source->size - *at) return false;
  *at += local * 3 + 1; /* and the code size */
  return skip_blocks(source, at);
}

static bool another_image_follows(const vtm_image_source *source, size_t at) {
  while (at < source->size && source->bytes[at] == EXTENSION) {
    at += 2;
    if (!skip_blocks(source, &at)) return false;
  }
  return at < source->size && source->bytes[at] == IMAGE;
}

static vtm_status survey_gif(const vtm_image_source *source, uint8_t *copy, gif_facts *facts, vtm_error *error) {
  const uint8_t *bytes = source->bytes;
  if (source->size < SCREEN) return vtm_image_fail_truncated(source, "GIF", error);
  size_t at = SCREEN;
  facts->palette_at = at;
  facts->palette_count = table_count(bytes[10]);
  at += facts->palette_count * 3;
  while (at < source->size && bytes[at] == EXTENSION)
    if (!skip_extension(source, copy, &at, facts)) return vtm_image_fail_truncated(source, "GIF", error);
  if (at >= source->size) return vtm_image_fail_truncated(source, "GIF", error);
  if (bytes[at] != IMAGE) return vtm_image_fail_damaged(source, "GIF", at, "an image was expected", error);
  if (!skip_image(source, &at, facts)) return vtm_image_fail_truncated(source, "GIF", error);
  if (facts->palette_count == 0)
    return vtm_fail(error, VTM_ERROR_UNSUPPORTED, "%s: a GIF without colour table, which is not read: save it as PNG",
                    source->name);
  if (facts->frame_w == 0 || facts->frame_h == 0)
    return vtm_image_fail_damaged(source, "GIF", at, "its first frame has no pixels", error);
  facts->animated = another_image_follows(source, at);
  facts->width = vtm_read_u16le(bytes + 6);
  facts->height = vtm_read_u16le(bytes + 8);
  if (facts->left + facts->frame_w > facts->width) facts->width = facts->left + facts->frame_w;
  if (facts->top + facts->frame_h > facts->height) facts->height = facts->top + facts->frame_h;
  return VTM_OK;
}

static void patch_screen(uint8_t *copy, const gif_facts *facts) {
  copy[6] = (uint8_t)facts->width;
  copy[7] = (uint8_t)(facts->width >> 8);
  copy[8] = (uint8_t)facts->height;
  copy[9] = (uint8_t)(facts->height >> 8);
  copy[11] = 0; /* index 0: stb_image paints no background */
}

/* Fills the pixels outside the frame as Pillow does: with the transparent index, or with index 0. */
static vtm_status fill_undrawn(const vtm_image_source *source, const gif_facts *facts, uint8_t *rgba, vtm_image *image,
                               vtm_error *error) {
  uint8_t fill[3] = {0, 0, 0};
  const size_t index = facts->transparency ? facts->transparent : 0;
  if (index < facts->palette_count) memcpy(fill, source->bytes + facts->palette_at + index * 3, 3);
  for (unsigned y = 0; y < facts->height; y++) {
    const bool row_inside = y >= facts->top && y < facts->top + facts->frame_h;
    for (unsigned x = 0; x < facts->width; x++, rgba += 4) {
      if (rgba[3] == 0) {
        if (row_inside && x >= facts->left && x < facts->left + facts->frame_w)
          return vtm_fail(error, VTM_ERROR_FORMAT, "%s: damaged GIF: pixels are missing from row %u on", source->name,
                          y);
        memcpy(rgba, fill, 3);
        rgba[3] = 255;
      }
      if (facts->transparency && memcmp(rgba, fill, 3) == 0) image->notes |= VTM_IMAGE_ALPHA_DROPPED;
    }
  }
  return VTM_OK;
}

static vtm_status decode_copy(const vtm_image_source *source, uint8_t *copy, vtm_image *image, vtm_error *error) {
  gif_facts facts = {0};
  vtm_status status = survey_gif(source, copy, &facts, error);
  if (status == VTM_OK) status = vtm_image_set_size(source, facts.width, facts.height, image, error);
  if (status != VTM_OK) return status;
  if (facts.width > UINT16_MAX || facts.height > UINT16_MAX)
    return vtm_image_fail_damaged(source, "GIF", SCREEN, "the frame lies beyond the largest screen", error);
  if (facts.animated) image->notes |= VTM_IMAGE_FIRST_FRAME;
  patch_screen(copy, &facts);
  const vtm_stb_request request = {"GIF", copy, source->size, 4, false};
  void *samples = NULL;
  status = vtm_stb_decode(source, &request, image, &samples, error);
  if (status == VTM_OK) status = fill_undrawn(source, &facts, samples, image, error);
  if (status != VTM_OK) {
    free(samples);
    return status;
  }
  return vtm_stb_store(source, samples, 4, image, error);
}

static vtm_status decode_gif(const vtm_image_source *source, vtm_image *image, vtm_error *error) {
  uint8_t *copy = malloc(source->size);
  if (copy == NULL) return vtm_fail(error, VTM_ERROR_MEMORY, "%s: no memory to decode it", source->name);
  memcpy(copy, source->bytes, source->size);
  const vtm_status status = decode_copy(source, copy, image, error);
  free(copy);
  return status;
}

static bool sniff_gif(const uint8_t *bytes, size_t size) {
  return size >= 6 && (memcmp(bytes, "GIF87a", 6) == 0 || memcmp(bytes, "GIF89a", 6) == 0);
}

const vtm_image_reader vtm_gif_reader = {"GIF", ".gif ", sniff_gif, decode_gif, false};
