/* TGA with stb_image. The file is first rewritten: stb_image knows no palette that starts above index 0 and
 * takes missing data for zeros. It also ignores the right-to-left flag: rows are mirrored afterwards. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "image/stb.h"

enum { HEADER = 18, MAX_PALETTE = 256, RIGHT_TO_LEFT = 0x10, RESERVED = 0xc0, RUN_LENGTH = 8 };
enum { INDEXED = 1, COLOR = 2, GRAY = 3 };

typedef struct tga_facts {
  int kind, depth; /* INDEXED, COLOR or GRAY; bits a pixel */
  bool run_length, has_palette;
  size_t palette_first, palette_count, palette_entry; /* entry: bytes */
  size_t palette_at, pixels_at;
} tga_facts;

typedef struct tga_kind {
  int kind, depth, channels; /* channels: to ask stb_image for */
} tga_kind;

/* The kinds that Pillow reads. */
static const tga_kind known_kinds[] = {{INDEXED, 8, 3}, {COLOR, 16, 3}, {COLOR, 24, 3},
                                       {COLOR, 32, 4},  {GRAY, 8, 1},   {GRAY, 16, 2}};

static const tga_kind *find_kind(int kind, int depth) {
  for (size_t i = 0; i < sizeof(known_kinds) / sizeof(*known_kinds); i++)
    if (known_kinds[i].kind == kind && known_kinds[i].depth == depth) return &known_kinds[i];
  return NULL;
}

static bool sniff_tga(const uint8_t *bytes, size_t size) {
  if (size < HEADER || bytes[1] > 1 || (bytes[2] & ~(RUN_LENGTH | 3)) != 0 || (bytes[17] & RESERVED) != 0) return false;
  if (find_kind(bytes[2] & 3, bytes[16]) == NULL) return false;
  const bool good_palette = bytes[7] == 16 || bytes[7] == 24 || bytes[7] == 32;
  return bytes[1] == 1 ? good_palette : true;
}

/* The packets, up to the last pixel: a byte n, then n - 127 times one pixel or n + 1 pixels, which all lie in one row.
 */
static vtm_status check_runs(const vtm_image_source *source, const vtm_image *image, const tga_facts *facts,
                             vtm_error *error) {
  const size_t pixel = (size_t)facts->depth / 8;
  const size_t width = (size_t)image->width;
  size_t at = facts->pixels_at;
  for (size_t done = 0; done < width * (size_t)image->height;) {
    if (at >= source->size) return vtm_image_fail_truncated(source, "TGA", error);
    const uint8_t head = source->bytes[at];
    const size_t run = (size_t)(head & 127) + 1;
    const size_t length = 1 + (head >= 128 ? 1 : run) * pixel;
    if (length > source->size - at) return vtm_image_fail_truncated(source, "TGA", error);
    if (run > width - done % width)
      return vtm_image_fail_damaged(source, "TGA", at, "a run of pixels goes beyond its row, save it as PNG", error);
    at += length;
    done += run;
  }
  return VTM_OK;
}

static vtm_status locate_tga_parts(const vtm_image_source *source, const vtm_image *image, tga_facts *facts,
                                   vtm_error *error) {
  const uint8_t *bytes = source->bytes;
  facts->kind = bytes[2] & 3;
  facts->depth = bytes[16];
  facts->run_length = (bytes[2] & RUN_LENGTH) != 0;
  facts->has_palette = bytes[1] == 1;
  facts->palette_first = vtm_read_u16le(bytes + 3);
  facts->palette_entry = bytes[7] / 8;
  facts->palette_at = (size_t)HEADER + bytes[0];
  facts->palette_count = facts->has_palette ? vtm_read_u16le(bytes + 5) : 0;
  facts->pixels_at = facts->palette_at + facts->palette_count * facts->palette_entry;
  if (facts->pixels_at > source->size) return vtm_image_fail_truncated(source, "TGA", error);
  if (facts->kind == INDEXED && (!facts->has_palette || facts->palette_first + facts->palette_count > MAX_PALETTE))
    return vtm_image_fail_damaged(source, "TGA", HEADER, "its palette is missing or too long", error);
  if (facts->run_length) return check_runs(source, image, facts, error);
  const size_t count = (size_t)image->width * (size_t)image->height;
  const bool complete = (source->size - facts->pixels_at) / ((size_t)facts->depth / 8) >= count;
  return complete ? VTM_OK : vtm_image_fail_truncated(source, "TGA", error);
}

/* A palette of 256 entries that starts at 0, black where the file has none; none at all for direct colour. */
static uint8_t *rewrite_tga(const vtm_image_source *source, const tga_facts *facts, size_t *size) {
  const bool indexed = facts->kind == INDEXED;
  const size_t palette = indexed ? MAX_PALETTE * facts->palette_entry : 0;
  const size_t rest = source->size - facts->pixels_at;
  uint8_t *copy = calloc(HEADER + palette + rest, 1);
  if (copy == NULL) return NULL;
  *size = HEADER + palette + rest;
  memcpy(copy + 12, source->bytes + 12, HEADER - 12);
  copy[1] = indexed;
  copy[2] = source->bytes[2];
  if (indexed) {
    copy[6] = MAX_PALETTE >> 8;
    copy[7] = source->bytes[7];
    memcpy(copy + HEADER + facts->palette_first * facts->palette_entry, source->bytes + facts->palette_at,
           facts->palette_count * facts->palette_entry);
  }
  memcpy(copy + HEADER + palette, source->bytes + facts->pixels_at, rest);
  return copy;
}

static void mirror_rows(vtm_image *image) {
  for (int y = 0; y < image->height; y++) {
    uint8_t *left = image->pixels + (size_t)y * (size_t)image->width * 3;
    uint8_t *right = left + ((size_t)image->width - 1) * 3;
    for (; left < right; left += 3, right -= 3) {
      uint8_t pixel[3];
      memcpy(pixel, left, 3);
      memcpy(left, right, 3);
      memcpy(right, pixel, 3);
    }
  }
}

static vtm_status decode_tga(const vtm_image_source *source, vtm_image *image, vtm_error *error) {
  tga_facts facts = {0};
  const uint8_t *bytes = source->bytes;
  vtm_status status = vtm_image_set_size(source, vtm_read_u16le(bytes + 12), vtm_read_u16le(bytes + 14), image, error);
  if (status == VTM_OK) status = locate_tga_parts(source, image, &facts, error);
  if (status != VTM_OK) return status;
  vtm_stb_request request = {.format = "TGA", .channels = find_kind(facts.kind, facts.depth)->channels};
  uint8_t *copy = rewrite_tga(source, &facts, &request.size);
  if (copy == NULL) return vtm_fail(error, VTM_ERROR_MEMORY, "%s: no memory to decode it", source->name);
  request.bytes = copy;
  void *samples = NULL;
  status = vtm_stb_decode(source, &request, image, &samples, error);
  free(copy);
  if (status == VTM_OK) status = vtm_stb_store(source, samples, request.channels, image, error);
  if (status == VTM_OK && (bytes[17] & RIGHT_TO_LEFT)) mirror_rows(image);
  return status;
}

const vtm_image_reader vtm_tga_reader = {"TGA", ".tga .icb .vda .vst ", sniff_tga, decode_tga, false};
