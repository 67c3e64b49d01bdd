/* BMP with stb_image. The file is first rewritten with a simple header: stb_image refuses some headers that Pillow
 * reads, misplaces the palette of the oldest kind, reads palette entries beyond the palette, and takes missing rows for
 * zeros.
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "image/stb.h"

enum { FILE_HEADER = 14, CORE_HEADER = 12, INFO_HEADER = 40, MASKS = 12, MAX_PALETTE = 256 };
enum { RAW = 0, RLE8 = 1, RLE4 = 2, BITFIELDS = 3 };

typedef struct bmp_facts {
  size_t header;
  uint32_t width, height, bits, compression, colors;
  uint32_t masks[4]; /* red, green, blue, alpha */
  bool top_down;
  size_t palette_at, palette_entry, palette_count;
  size_t pixels_at, row, stride;
} bmp_facts;

typedef struct mask_layout {
  uint32_t bits, red, green, blue, alpha;
} mask_layout;

/* The masks that Pillow reads. */
static const mask_layout known_masks[] = {
    {32, 0xff0000, 0xff00, 0xff, 0},
    {32, 0xff000000, 0xff0000, 0xff00, 0},
    {32, 0xff000000, 0xff00, 0xff, 0},
    {32, 0xff000000, 0xff0000, 0xff00, 0xff},
    {32, 0xff, 0xff00, 0xff0000, 0xff000000},
    {32, 0xff0000, 0xff00, 0xff, 0xff000000},
    {32, 0xff000000, 0xff00, 0xff, 0xff0000},
    {24, 0xff0000, 0xff00, 0xff, 0},
    {16, 0xf800, 0x7e0, 0x1f, 0},
    {16, 0x7c00, 0x3e0, 0x1f, 0},
};

static bool masks_are_known(const bmp_facts *facts) {
  for (size_t i = 0; i < sizeof(known_masks) / sizeof(*known_masks); i++) {
    const mask_layout *known = &known_masks[i];
    if (known->bits == facts->bits && known->red == facts->masks[0] && known->green == facts->masks[1] &&
        known->blue == facts->masks[2] && (known->bits < 32 || known->alpha == facts->masks[3]))
      return true;
  }
  return false;
}

static vtm_status fail_unsupported(const vtm_image_source *source, const char *what, vtm_error *error) {
  return vtm_fail(error, VTM_ERROR_UNSUPPORTED, "%s: a BMP %s, which is not read: save it as PNG", source->name, what);
}

static vtm_status read_info_header(const vtm_image_source *source, bmp_facts *facts, vtm_error *error) {
  const uint8_t *header = source->bytes + FILE_HEADER;
  facts->width = vtm_read_u32le(header + 4);
  facts->height = vtm_read_u32le(header + 8);
  facts->top_down = header[11] == 0xff; /* a small negative number */
  if (facts->top_down) facts->height = 0u - facts->height;
  facts->bits = vtm_read_u16le(header + 14);
  facts->compression = vtm_read_u32le(header + 16);
  facts->colors = vtm_read_u32le(header + 32);
  facts->palette_entry = 4;
  if (facts->compression != BITFIELDS) return VTM_OK;
  const bool inside = facts->header >= 52;
  if (!inside) {
    facts->palette_at += MASKS;
    if (source->size < facts->palette_at) return vtm_image_fail_truncated(source, "BMP", error);
  }
  /* Inside or behind the header, the masks are at the same place. */
  for (int i = 0; i < (facts->header >= 56 ? 4 : 3); i++)
    facts->masks[i] = vtm_read_u32le(header + INFO_HEADER + 4 * i);
  if (facts->bits == 32 && (facts->masks[0] | facts->masks[1] | facts->masks[2] | facts->masks[3]) == 0) {
    facts->compression = RAW;
  } else if (!masks_are_known(facts)) {
    return fail_unsupported(source, "with unusual colour masks", error);
  } else if (facts->bits == 24) {
    facts->compression = RAW;
  }
  return VTM_OK;
}

static vtm_status read_bmp_headers(const vtm_image_source *source, bmp_facts *facts, vtm_error *error) {
  const uint8_t *bytes = source->bytes;
  facts->header = vtm_read_u32le(bytes + FILE_HEADER);
  if (source->size < FILE_HEADER + facts->header) return vtm_image_fail_truncated(source, "BMP", error);
  facts->palette_at = FILE_HEADER + facts->header;
  if (facts->header == CORE_HEADER) {
    facts->width = vtm_read_u16le(bytes + 18);
    facts->height = vtm_read_u16le(bytes + 20);
    facts->bits = vtm_read_u16le(bytes + 24);
    facts->palette_entry = 3;
  } else {
    const vtm_status status = read_info_header(source, facts, error);
    if (status != VTM_OK) return status;
  }
  switch (facts->bits) {
    case 1:
    case 4:
    case 8:
    case 16:
    case 24:
    case 32: break;
    default: return fail_unsupported(source, "of unusual depth", error);
  }
  if (facts->compression == RLE8 || facts->compression == RLE4)
    return fail_unsupported(source, "with run-length compression", error);
  if (facts->compression != RAW && facts->compression != BITFIELDS)
    return fail_unsupported(source, "with an unusual compression", error);
  return VTM_OK;
}

/* Finds palette and pixels, and checks that they are complete. */
static vtm_status locate_bmp_parts(const vtm_image_source *source, bmp_facts *facts, vtm_error *error) {
  size_t colors = 0;
  if (facts->bits <= 8) {
    colors = facts->colors ? facts->colors : (size_t)1 << facts->bits;
    if (colors > MAX_PALETTE) return vtm_image_fail_damaged(source, "BMP", 46, "absurd number of colours", error);
  }
  const size_t palette_end = facts->palette_at + colors * facts->palette_entry;
  facts->palette_count = colors < MAX_PALETTE ? colors : MAX_PALETTE;
  facts->pixels_at = vtm_read_u32le(source->bytes + 10);
  /* Some writers leave the palette out of the offset. */
  if (facts->pixels_at == 0 || (facts->bits <= 8 && facts->pixels_at == FILE_HEADER + facts->header))
    facts->pixels_at = palette_end;
  facts->row = ((size_t)facts->width * facts->bits + 7) / 8;
  facts->stride = (facts->row + 3) / 4 * 4;
  /* The padding of the last row may be missing. */
  const size_t needed = facts->stride * (facts->height - 1) + facts->row;
  if (palette_end > source->size || facts->pixels_at > source->size || source->size - facts->pixels_at < needed)
    return vtm_image_fail_truncated(source, "BMP", error);
  return VTM_OK;
}

static void put_u32le(uint8_t *at, size_t value) {
  for (int i = 0; i < 4; i++) at[i] = (uint8_t)(value >> 8 * i);
}

/* Pillow takes a palette whose entries equal their indices for gray: an index without an entry is then a shade too. */
static void continue_gray_ramp(const bmp_facts *facts, uint8_t *palette) {
  const size_t count = facts->palette_count, last = ((size_t)1 << facts->bits) - 1;
  if (!(facts->bits == 8 && count > 2) && !(facts->bits == 1 && count == 1)) return;
  for (size_t i = 0; i < count; i++)
    for (int c = 0; c < 3; c++)
      if (palette[4 * i + (size_t)c] != i) return;
  for (size_t i = count; i <= last; i++) memset(palette + 4 * i, (int)(i * 255 / last), 3);
}

static uint8_t *rewrite_bmp(const vtm_image_source *source, const bmp_facts *facts, size_t *size) {
  const size_t masks = facts->compression == BITFIELDS ? MASKS : 0;
  const size_t palette = facts->bits <= 8 ? (size_t)MAX_PALETTE * 4 : 0;
  const size_t offset = FILE_HEADER + INFO_HEADER + masks + palette;
  const size_t pixels = facts->stride * facts->height;
  uint8_t *copy = calloc(offset + pixels, 1);
  if (copy == NULL) return NULL;
  *size = offset + pixels;
  memcpy(copy, "BM", 2);
  put_u32le(copy + 10, offset);
  put_u32le(copy + 14, INFO_HEADER);
  put_u32le(copy + 18, facts->width);
  put_u32le(copy + 22, facts->top_down ? 0 - (size_t)facts->height : facts->height);
  copy[26] = 1;
  copy[28] = (uint8_t)facts->bits;
  put_u32le(copy + 30, facts->compression);
  for (size_t i = 0; i < masks / 4; i++) put_u32le(copy + FILE_HEADER + INFO_HEADER + 4 * i, facts->masks[i]);
  for (size_t i = 0; palette > 0 && i < facts->palette_count; i++)
    memcpy(copy + FILE_HEADER + INFO_HEADER + 4 * i, source->bytes + facts->palette_at + i * facts->palette_entry, 3);
  if (palette > 0) continue_gray_ramp(facts, copy + FILE_HEADER + INFO_HEADER);
  const size_t there = source->size - facts->pixels_at;
  memcpy(copy + offset, source->bytes + facts->pixels_at, there < pixels ? there : pixels);
  return copy;
}

/* stb_image widens 5 and 6 bits by repeating them, Pillow by v * 255 / 31 rounded down. The repetition
 * keeps the original bits at the top, so the value can be recovered. */
static void requantise_5_and_6_bits(uint8_t *rgb, size_t pixels, const bmp_facts *facts) {
  const int green_bits = facts->compression == BITFIELDS && facts->masks[1] == 0x7e0 ? 6 : 5;
  const int bits[3] = {5, green_bits, 5};
  for (size_t i = 0; i < pixels * 3; i++) {
    const int n = bits[i % 3];
    rgb[i] = (uint8_t)((rgb[i] >> (8 - n)) * 255 / ((1 << n) - 1));
  }
}

static bool alpha_is_used(const vtm_image_source *source, const bmp_facts *facts) {
  if (facts->masks[3] == 0) return false;
  const uint8_t *pixels = source->bytes + facts->pixels_at;
  const size_t count = (size_t)facts->width * facts->height;
  for (size_t i = 0; i < count; i++)
    if ((vtm_read_u32le(pixels + 4 * i) & facts->masks[3]) != facts->masks[3]) return true;
  return false;
}

static vtm_status decode_bmp(const vtm_image_source *source, vtm_image *image, vtm_error *error) {
  bmp_facts facts = {0};
  vtm_status status = read_bmp_headers(source, &facts, error);
  if (status == VTM_OK) status = vtm_image_set_size(source, facts.width, facts.height, image, error);
  if (status == VTM_OK) status = locate_bmp_parts(source, &facts, error);
  if (status != VTM_OK) return status;
  vtm_stb_request request = {.format = "BMP", .channels = 3};
  uint8_t *copy = rewrite_bmp(source, &facts, &request.size);
  if (copy == NULL) return vtm_fail(error, VTM_ERROR_MEMORY, "%s: no memory to decode it", source->name);
  request.bytes = copy;
  void *samples = NULL;
  status = vtm_stb_decode(source, &request, image, &samples, error);
  free(copy);
  if (status != VTM_OK) return status;
  if (facts.bits == 16) requantise_5_and_6_bits(samples, (size_t)image->width * (size_t)image->height, &facts);
  if (alpha_is_used(source, &facts)) image->notes |= VTM_IMAGE_ALPHA_DROPPED;
  return vtm_stb_store(source, samples, 3, image, error);
}

static bool sniff_bmp(const uint8_t *bytes, size_t size) {
  if (size < FILE_HEADER + 4 || memcmp(bytes, "BM", 2) != 0) return false;
  switch (vtm_read_u32le(bytes + FILE_HEADER)) {
    case CORE_HEADER:
    case INFO_HEADER:
    case 52:
    case 56:
    case 64:
    case 108:
    case 124: return true;
    default: return false;
  }
}

const vtm_image_reader vtm_bmp_reader = {"BMP", ".bmp .dib ", sniff_bmp, decode_bmp, false};
