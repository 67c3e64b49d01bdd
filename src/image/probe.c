/* What an image's header says, without decoding: for looking at many files quickly. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/caller_struct.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "image/exif.h"
#include "image/png.h"
#include "image/probe.h"

#ifdef VTM_HAVE_WEBP
#include <webp/decode.h>
#endif

/* Read of each file at first; a header that does not fit is read again with the whole file. */
enum { FIRST_BYTES = 16384 };

static vtm_status set_size(const vtm_image_source *source, uint64_t width, uint64_t height, vtm_image_header *header,
                           vtm_error *error) {
  vtm_image size = {0};
  const vtm_status status = vtm_image_set_size(source, width, height, &size, error);
  header->width = size.width;
  header->height = size.height;
  return status;
}

/* The chunks before the first IDAT. */
static void note_png_chunks(const vtm_image_source *source, vtm_image_header *header) {
  for (size_t at = VTM_PNG_SIGNATURE; source->size - at >= VTM_PNG_CHUNK_FRAME;) {
    const size_t length = vtm_read_u32be(source->bytes + at);
    const uint32_t type = vtm_read_u32be(source->bytes + at + 4);
    if (length > source->size - at - VTM_PNG_CHUNK_FRAME || type == VTM_PNG_CHUNK('I', 'D', 'A', 'T')) return;
    if (type == VTM_PNG_CHUNK('t', 'R', 'N', 'S')) header->alpha = true;
    if (type == VTM_PNG_CHUNK('a', 'c', 'T', 'L')) header->notes |= VTM_IMAGE_FIRST_FRAME;
    at += VTM_PNG_CHUNK_FRAME + length;
  }
}

static vtm_status probe_png(const vtm_image_source *source, vtm_image_header *header, vtm_error *error) {
  enum { HEADER_END = VTM_PNG_SIGNATURE + VTM_PNG_CHUNK_FRAME + 13 };
  static const int channels[] = {1, 0, 3, 3, 2, 0, 4};
  if (source->size < HEADER_END) return vtm_image_fail_truncated(source, "PNG", error);
  const uint8_t *data = source->bytes + 16;
  if (memcmp(data - 4, "IHDR", 4) != 0 || data[9] > 6 || channels[data[9]] == 0)
    return vtm_image_fail_damaged(source, "PNG", 8, "IHDR must be the first chunk", error);
  header->channels = channels[data[9]];
  header->depth = data[8];
  header->palette = data[9] == 3;
  header->alpha = data[9] >= 4;
  note_png_chunks(source, header);
  return set_size(source, vtm_read_u32be(data), vtm_read_u32be(data + 4), header, error);
}

static vtm_status probe_gif(const vtm_image_source *source, vtm_image_header *header, vtm_error *error) {
  if (source->size < 13) return vtm_image_fail_truncated(source, "GIF", error);
  header->channels = 3;
  header->depth = 8;
  header->palette = true;
  return set_size(source, vtm_read_u16le(source->bytes + 6), vtm_read_u16le(source->bytes + 8), header, error);
}

static vtm_status probe_bmp(const vtm_image_source *source, vtm_image_header *header, vtm_error *error) {
  enum { CORE = 12, INFO_END = 14 + 40 };
  const uint8_t *bytes = source->bytes;
  if (source->size < INFO_END) return vtm_image_fail_truncated(source, "BMP", error);
  header->channels = 3;
  header->depth = 8;
  if (vtm_read_u32le(bytes + 14) == CORE) {
    header->palette = vtm_read_u16le(bytes + 24) <= 8;
    return set_size(source, vtm_read_u16le(bytes + 18), vtm_read_u16le(bytes + 20), header, error);
  }
  const uint32_t rows = vtm_read_u32le(bytes + 22);
  header->palette = vtm_read_u16le(bytes + 28) <= 8;
  /* a negative height: rows from top to bottom */
  return set_size(source, vtm_read_u32le(bytes + 18), rows > INT32_MAX ? 0u - rows : rows, header, error);
}

static vtm_status probe_webp(const vtm_image_source *source, vtm_image_header *header, vtm_error *error) {
#ifdef VTM_HAVE_WEBP
  WebPBitstreamFeatures features;
  const VP8StatusCode code = WebPGetFeatures(source->bytes, source->size, &features);
  if (code == VP8_STATUS_NOT_ENOUGH_DATA) return vtm_image_fail_truncated(source, "WebP", error);
  if (code != VP8_STATUS_OK) return vtm_fail(error, VTM_ERROR_FORMAT, "%s: damaged WebP", source->name);
  header->channels = features.has_alpha ? 4 : 3;
  header->depth = 8;
  header->alpha = features.has_alpha != 0;
  if (features.has_animation) header->notes |= VTM_IMAGE_FIRST_FRAME;
  return set_size(source, (uint64_t)features.width, (uint64_t)features.height, header, error);
#else
  (void)header;
  return vtm_fail(error, VTM_ERROR_UNSUPPORTED, "%s: a WebP image, which this build cannot read", source->name);
#endif
}

static vtm_status probe_tga(const vtm_image_source *source, vtm_image_header *header, vtm_error *error) {
  const uint8_t *bytes = source->bytes; /* 18 at least: the reader's `sniff` checked */
  header->channels = (bytes[2] & 3) == 3 ? 1 : 3;
  header->depth = 8;
  header->palette = (bytes[2] & 3) == 1;
  return set_size(source, vtm_read_u16le(bytes + 12), vtm_read_u16le(bytes + 14), header, error);
}

typedef struct probe {
  const vtm_image_reader *reader; /* without `read_header`: it refuses the picture */
  vtm_status (*read_header)(const vtm_image_source *source, vtm_image_header *header, vtm_error *error);
} probe;

/* In the order in which vtm_image_decode asks. */
static const probe probes[] = {
    {&vtm_jpeg_reader, vtm_jpeg_probe}, {&vtm_png_reader, probe_png},   {&vtm_gif_reader, probe_gif},
    {&vtm_bmp_reader, probe_bmp},       {&vtm_webp_reader, probe_webp}, {&vtm_pnm_reader, vtm_pnm_probe},
    {&vtm_tiff_reader, vtm_tiff_probe}, {&vtm_avif_refusal, NULL},      {&vtm_heic_refusal, NULL},
    {&vtm_jxl_refusal, NULL},           {&vtm_jp2_refusal, NULL},       {&vtm_tga_reader, probe_tga},
};

vtm_status vtm_image_probe_bytes(const void *bytes, size_t size, const char *name, const vtm_image_limits *limits,
                                 vtm_image_header *header, vtm_error *error) {
  vtm_image_limits known;
  *header = (vtm_image_header){0};
  const vtm_status copied = vtm_copy_caller_struct(&known, sizeof(known), limits, "vtm_image_limits", error);
  if (copied != VTM_OK) return copied;
  const vtm_image_source source = {
      .bytes = bytes, .size = size, .name = name, .max_pixels = vtm_image_max_pixels(&known)};
  for (size_t i = 0; i < sizeof(probes) / sizeof(*probes); i++) {
    if (!probes[i].reader->sniff(source.bytes, size)) continue;
    header->format = probes[i].reader->format;
    if (probes[i].read_header == NULL) return probes[i].reader->decode(&source, &(vtm_image){0}, error);
    const vtm_status status = probes[i].read_header(&source, header, error);
    if (status == VTM_OK && vtm_image_extension_belongs_to_another(probes[i].reader, name))
      header->notes |= VTM_IMAGE_EXTENSION_MISMATCH;
    if (status == VTM_OK && vtm_image_asks_rotation(probes[i].reader, bytes, size))
      header->notes |= VTM_IMAGE_EXIF_ROTATION;
    return status;
  }
  return vtm_image_fail_unknown_kind(&source, error);
}

vtm_status vtm_image_probe(const char *path, const vtm_image_limits *limits, vtm_image_header *header,
                           vtm_error *error) {
  uint8_t first[FIRST_BYTES];
  size_t size = 0;
  uint64_t whole = 0;
  vtm_image_limits known;
  *header = (vtm_image_header){0};
  vtm_status status = vtm_copy_caller_struct(&known, sizeof(known), limits, "vtm_image_limits", error);
  if (status == VTM_OK) status = vtm_file_read_start(path, first, sizeof(first), &size, &whole, error);
  if (status != VTM_OK) return status;
  vtm_error ignored = {0};
  const bool complete = whole <= size;
  status = vtm_image_probe_bytes(first, size, path, &known, header, complete ? error : &ignored);
  if (complete || (status == VTM_OK && !vtm_image_metadata_follows(first, size))) return status;
  uint8_t *bytes = NULL;
  status = vtm_file_read(path, vtm_image_max_bytes(&known), &bytes, &size, error);
  if (status == VTM_OK) status = vtm_image_probe_bytes(bytes, size, path, &known, header, error);
  free(bytes);
  return status;
}
