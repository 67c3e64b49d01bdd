/* TIFF with libtiff, in the kinds that Pillow reads as pictures of 8 bits and gray of 16. Its first page counts, and is
 * turned as its orientation says: Pillow does so with this format, and with no other. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "image/exif.h"
#include "image/probe.h"

#ifdef VTM_HAVE_TIFF
#include <tiffio.h>
#include <zlib.h>

enum { BLOCK_LIMIT = 1 << 28 };
static const uint64_t stored_limit = UINT64_C(1) << 31; /* twice the largest file */

/* What libtiff reads from, and what it said. */
typedef struct tiff_input {
  const vtm_image_source *source;
  uint64_t position;
  bool decoding, beyond_end;
  char trouble[160]; /* the first error, or the first warning while pixels are decoded; empty: none */
} tiff_input;

/* How a stored sample becomes a byte, and how bytes become colours. */
typedef enum narrowing { INDEX, SCALE, HIGH_BYTE, CLIP } narrowing;
typedef enum coloring { GRAY, GRAY_INVERTED, PALETTE, RGB, RGB_PREMULTIPLIED, CMYK } coloring;

typedef struct tiff_layout {
  uint16_t photometric, bits;
  uint16_t colors, most; /* samples of a pixel: those of its colour; at most, with alpha and others */
  narrowing narrow;
  coloring color;
} tiff_layout;

static const tiff_layout layouts[] = {
    {PHOTOMETRIC_MINISWHITE, 1, 1, 1, SCALE, GRAY_INVERTED},
    {PHOTOMETRIC_MINISWHITE, 2, 1, 1, SCALE, GRAY_INVERTED},
    {PHOTOMETRIC_MINISWHITE, 4, 1, 1, SCALE, GRAY_INVERTED},
    {PHOTOMETRIC_MINISWHITE, 8, 1, 1, SCALE, GRAY_INVERTED},
    {PHOTOMETRIC_MINISBLACK, 1, 1, 1, SCALE, GRAY},
    {PHOTOMETRIC_MINISBLACK, 2, 1, 1, SCALE, GRAY},
    {PHOTOMETRIC_MINISBLACK, 4, 1, 1, SCALE, GRAY},
    {PHOTOMETRIC_MINISBLACK, 8, 1, 2, SCALE, GRAY},
    {PHOTOMETRIC_MINISBLACK, 16, 1, 1, CLIP, GRAY},
    {PHOTOMETRIC_PALETTE, 1, 1, 1, INDEX, PALETTE},
    {PHOTOMETRIC_PALETTE, 2, 1, 1, INDEX, PALETTE},
    {PHOTOMETRIC_PALETTE, 4, 1, 1, INDEX, PALETTE},
    {PHOTOMETRIC_PALETTE, 8, 1, 2, INDEX, PALETTE},
    {PHOTOMETRIC_RGB, 8, 3, 6, SCALE, RGB},
    {PHOTOMETRIC_RGB, 16, 3, 4, HIGH_BYTE, RGB},
    {PHOTOMETRIC_SEPARATED, 8, 4, 6, SCALE, CMYK},
    {PHOTOMETRIC_SEPARATED, 16, 4, 4, HIGH_BYTE, CMYK},
};

static const uint16_t compressions[] = {COMPRESSION_NONE,          COMPRESSION_LZW,     COMPRESSION_JPEG,
                                        COMPRESSION_ADOBE_DEFLATE, COMPRESSION_DEFLATE, COMPRESSION_PACKBITS};

typedef struct tiff_picture {
  tiff_input *input;
  TIFF *tiff;
  vtm_error *error;
  const tiff_layout *layout;
  uint32_t width, height;             /* as stored, before it is turned */
  uint32_t block_width, block_height; /* of a strip or tile */
  uint16_t compression, samples, alpha,
      orientation; /* alpha: EXTRASAMPLE_... of the first sample behind the colours, 0: none */
  bool tiled, planes, another;
  const uint16_t *palette[3];
  uint8_t *block, *bytes; /* one strip or tile; height x width x kept bytes */
  size_t block_size;
  int kept;        /* the colours and alpha */
  uint64_t stored; /* compressed bytes of the strips or tiles read so far */
} tiff_picture;

/* ---- libtiff reads from memory, and prints nothing ---- */

static tmsize_t read_bytes(thandle_t handle, void *target, tmsize_t wanted) {
  tiff_input *input = handle;
  const uint64_t size = input->source->size;
  const uint64_t left = input->position < size ? size - input->position : 0;
  const uint64_t count = (uint64_t)wanted < left ? (uint64_t)wanted : left;
  if (count < (uint64_t)wanted) input->beyond_end = true;
  if (count > 0) memcpy(target, input->source->bytes + input->position, (size_t)count);
  input->position += count;
  return (tmsize_t)count;
}

static tmsize_t write_nothing(thandle_t handle, void *bytes, tmsize_t size) {
  (void)handle, (void)bytes, (void)size;
  return -1;
}

static toff_t seek_bytes(thandle_t handle, toff_t offset, int whence) {
  tiff_input *input = handle;
  if (whence == SEEK_SET) input->position = offset;
  if (whence == SEEK_CUR) input->position += offset;
  if (whence == SEEK_END) input->position = input->source->size + offset;
  return input->position;
}

static int close_nothing(thandle_t handle) {
  (void)handle;
  return 0;
}

static toff_t size_of(thandle_t handle) { return ((tiff_input *)handle)->source->size; }

__attribute__((format(printf, 4, 0))) static int keep_error(TIFF *tiff, void *user, const char *module,
                                                            const char *format, va_list arguments) {
  (void)tiff, (void)module;
  tiff_input *input = user;
  if (input->trouble[0] == '\0') (void)vsnprintf(input->trouble, sizeof(input->trouble), format, arguments);
  return 1;
}

/* Warnings about the directory are ignored: there is one way only to read it. A warning while pixels are decoded means
 * that data are missing and libtiff guesses them. */
__attribute__((format(printf, 4, 0))) static int keep_warning(TIFF *tiff, void *user, const char *module,
                                                              const char *format, va_list arguments) {
  return ((tiff_input *)user)->decoding ? keep_error(tiff, user, module, format, arguments) : 1;
}

static vtm_status fail_damaged_tiff(const tiff_picture *picture) {
  const tiff_input *input = picture->input;
  if (input->beyond_end) return vtm_image_fail_truncated(input->source, "TIFF", picture->error);
  return vtm_fail(picture->error, VTM_ERROR_FORMAT, "%s: damaged TIFF: %s: copy the file again", input->source->name,
                  input->trouble[0] != '\0' ? input->trouble : "its parts contradict each other");
}

static vtm_status fail_unread(const tiff_picture *picture, const char *what) {
  return vtm_fail(picture->error, VTM_ERROR_UNSUPPORTED, "%s: a TIFF %s, which is not read: save it as PNG",
                  picture->input->source->name, what);
}

/* Reads the whole directory; no array in it is longer than the file. */
static vtm_status open_tiff(tiff_picture *picture) {
  tiff_input *input = picture->input;
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (options != NULL) {
    TIFFOpenOptionsSetErrorHandlerExtR(options, keep_error, input);
    TIFFOpenOptionsSetWarningHandlerExtR(options, keep_warning, input);
    TIFFOpenOptionsSetMaxSingleMemAlloc(options, BLOCK_LIMIT + (tmsize_t)input->source->size);
    picture->tiff = TIFFClientOpenExt(input->source->name, "rmc", input, read_bytes, write_nothing, seek_bytes,
                                      close_nothing, size_of, NULL, NULL, options);
    TIFFOpenOptionsFree(options);
  }
  return picture->tiff != NULL && !input->beyond_end ? VTM_OK : fail_damaged_tiff(picture);
}

/* Where the directory contradicts itself libtiff guesses, and other programs guess otherwise: it takes a picture
 * without its palette for gray, searches for missing strips, and ignores an orientation of another type. */
static vtm_status expect_no_guess(const tiff_picture *picture, uint16_t photometric) {
  const vtm_image_source *source = picture->input->source;
  vtm_tiff_entry entry = {0};
  const uint32_t blocks = picture->tiled ? TIFFNumberOfTiles(picture->tiff) : TIFFNumberOfStrips(picture->tiff);
  const unsigned places = picture->tiled ? TIFFTAG_TILEOFFSETS : TIFFTAG_STRIPOFFSETS;
  if (vtm_tiff_find(source->bytes, source->size, places, &entry) && entry.count != blocks)
    return vtm_fail(picture->error, VTM_ERROR_FORMAT,
                    "%s: damaged TIFF: it has %llu strips or tiles, its size calls for %u", source->name,
                    (unsigned long long)entry.count, blocks);
  if (vtm_tiff_find(source->bytes, source->size, TIFFTAG_PHOTOMETRIC, &entry) && entry.first == PHOTOMETRIC_PALETTE &&
      photometric != PHOTOMETRIC_PALETTE)
    return vtm_fail(picture->error, VTM_ERROR_FORMAT, "%s: damaged TIFF: its palette is missing", source->name);
  if (vtm_tiff_find(source->bytes, source->size, TIFFTAG_ORIENTATION, &entry) && entry.type != TIFF_SHORT)
    return vtm_fail(picture->error, VTM_ERROR_FORMAT, "%s: damaged TIFF: its orientation is no number of 16 bits",
                    source->name);
  return VTM_OK;
}

/* ---- the directory ---- */

static bool is_known_compression(uint16_t compression) {
  for (size_t i = 0; i < sizeof(compressions) / sizeof(*compressions); i++)
    if (compressions[i] == compression) return true;
  return false;
}

static bool is_deflate(uint16_t compression) {
  return compression == COMPRESSION_DEFLATE || compression == COMPRESSION_ADOBE_DEFLATE;
}

static vtm_status find_layout(tiff_picture *picture) {
  uint16_t photometric = 0, bits = 0, format = 0, compression = 0;
  if (!TIFFGetField(picture->tiff, TIFFTAG_PHOTOMETRIC, &photometric)) photometric = PHOTOMETRIC_MINISWHITE;
  (void)TIFFGetFieldDefaulted(picture->tiff, TIFFTAG_BITSPERSAMPLE, &bits);
  (void)TIFFGetFieldDefaulted(picture->tiff, TIFFTAG_SAMPLEFORMAT, &format);
  (void)TIFFGetFieldDefaulted(picture->tiff, TIFFTAG_COMPRESSION, &compression);
  if (!is_known_compression(compression) || !TIFFIsCODECConfigured(compression))
    return fail_unread(picture, "with an unusual compression");
  const vtm_status status = expect_no_guess(picture, photometric);
  if (status != VTM_OK) return status;
  picture->compression = compression;
  /* libdeflate gives no bytes when less than the whole strip is wanted, and reports success */
  if (is_deflate(compression)) (void)TIFFSetField(picture->tiff, TIFFTAG_DEFLATE_SUBCODEC, DEFLATE_SUBCODEC_ZLIB);
  if (compression == COMPRESSION_JPEG && photometric == PHOTOMETRIC_YCBCR && !picture->planes) {
    (void)TIFFSetField(picture->tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    photometric = PHOTOMETRIC_RGB;
  }
  for (size_t i = 0; i < sizeof(layouts) / sizeof(*layouts) && format == SAMPLEFORMAT_UINT; i++)
    if (layouts[i].photometric == photometric && layouts[i].bits == bits) picture->layout = &layouts[i];
  return picture->layout != NULL ? VTM_OK : fail_unread(picture, "of unusual colours or depth");
}

static vtm_status find_alpha(tiff_picture *picture) {
  const uint16_t *kinds = NULL;
  uint16_t extra = 0;
  const int colors = picture->layout->colors;
  (void)TIFFGetFieldDefaulted(picture->tiff, TIFFTAG_SAMPLESPERPIXEL, &picture->samples);
  (void)TIFFGetFieldDefaulted(picture->tiff, TIFFTAG_EXTRASAMPLES, &extra, &kinds);
  if (picture->samples < colors || picture->samples > picture->layout->most || extra > picture->samples - colors)
    return fail_unread(picture, "of unusual colours or depth");
  picture->alpha = extra > 0 ? kinds[0] : EXTRASAMPLE_UNSPECIFIED;
  if (picture->alpha == EXTRASAMPLE_ASSOCALPHA && picture->layout->color != RGB)
    return fail_unread(picture, "whose colours are multiplied by its transparency");
  picture->kept = colors + (picture->alpha != EXTRASAMPLE_UNSPECIFIED ? 1 : 0);
  return VTM_OK;
}

/* The orientation of the TIFF tag, else that of XMP. 1: as stored, which also stands for values that Pillow ignores. */
static uint16_t find_orientation(TIFF *tiff) {
  uint16_t orientation = 0;
  uint32_t size = 0;
  const void *xmp = NULL;
  if (!TIFFGetField(tiff, TIFFTAG_ORIENTATION, &orientation) && TIFFGetField(tiff, TIFFTAG_XMLPACKET, &size, &xmp))
    orientation = (uint16_t)vtm_xmp_orientation(xmp, size);
  return orientation >= 1 && orientation <= 8 ? orientation : 1;
}

static bool is_turned(const tiff_picture *picture) { return picture->orientation >= 5; }

static vtm_status read_directory(tiff_picture *picture) {
  uint16_t planes = 0;
  vtm_status status = open_tiff(picture);
  if (status != VTM_OK) return status;
  (void)TIFFGetFieldDefaulted(picture->tiff, TIFFTAG_PLANARCONFIG, &planes);
  picture->planes = planes == PLANARCONFIG_SEPARATE;
  picture->orientation = find_orientation(picture->tiff);
  picture->another = !TIFFLastDirectory(picture->tiff);
  picture->tiled = TIFFIsTiled(picture->tiff) != 0;
  (void)TIFFGetField(picture->tiff, TIFFTAG_IMAGEWIDTH, &picture->width);
  (void)TIFFGetField(picture->tiff, TIFFTAG_IMAGELENGTH, &picture->height);
  status = find_layout(picture);
  if (status == VTM_OK) status = find_alpha(picture);
  if (status != VTM_OK || picture->layout->color != PALETTE) return status;
  uint16_t *red = NULL, *green = NULL, *blue = NULL;
  if (!TIFFGetField(picture->tiff, TIFFTAG_COLORMAP, &red, &green, &blue)) return fail_damaged_tiff(picture);
  picture->palette[0] = red;
  picture->palette[1] = green;
  picture->palette[2] = blue;
  return VTM_OK;
}

/* Checks the size of the picture and of its strips or tiles (the last ones may reach beyond it), and takes the memory.
 */
static vtm_status take_memory(tiff_picture *picture, vtm_image *image) {
  const vtm_image_source *source = picture->input->source;
  vtm_image block = {0};
  picture->block_width = picture->width;
  picture->block_height = picture->height;
  if (picture->tiled) {
    (void)TIFFGetField(picture->tiff, TIFFTAG_TILEWIDTH, &picture->block_width);
    (void)TIFFGetField(picture->tiff, TIFFTAG_TILELENGTH, &picture->block_height);
  } else {
    uint32_t rows = 0;
    (void)TIFFGetFieldDefaulted(picture->tiff, TIFFTAG_ROWSPERSTRIP, &rows);
    if (rows > 0 && rows < picture->height) picture->block_height = rows;
  }
  vtm_status status = vtm_image_set_size(source, is_turned(picture) ? picture->height : picture->width,
                                         is_turned(picture) ? picture->width : picture->height, image, picture->error);
  if (status == VTM_OK)
    status = vtm_image_set_size(source, picture->block_width, picture->block_height, &block, picture->error);
  if (status != VTM_OK) return status;
  const tmsize_t size = picture->tiled ? TIFFTileSize(picture->tiff) : TIFFStripSize(picture->tiff);
  const size_t in_block = picture->planes ? 1 : picture->samples;
  const size_t row = (picture->block_width * in_block * picture->layout->bits + 7) / 8;
  if (size <= 0 || (size_t)size / row < picture->block_height) return fail_damaged_tiff(picture);
  picture->block_size = (size_t)size;
  picture->block = vtm_allocate(picture->block_size, 1, picture->error);
  picture->bytes = vtm_allocate((size_t)picture->width * picture->height, (size_t)picture->kept, picture->error);
  if (picture->block == NULL || picture->bytes == NULL) return VTM_ERROR_MEMORY;
  return vtm_image_allocate(source, image, picture->error);
}

/* ---- the pixels ---- */

/* Sample `i` of a row, in the machine's order of bytes. */
static unsigned sample_at(const uint8_t *row, size_t i, unsigned bits) {
  if (bits == 8) return row[i];
  if (bits == 16) {
    uint16_t value;
    memcpy(&value, row + 2 * i, sizeof(value));
    return value;
  }
  const size_t at = i * bits;
  return (unsigned)row[at / 8] >> (8 - bits - at % 8) & ((1u << bits) - 1);
}

static uint8_t narrow_sample(const tiff_layout *layout, unsigned value, vtm_image *image) {
  switch (layout->narrow) {
    case INDEX: break;
    case SCALE: return (uint8_t)(value * 255 / ((1u << layout->bits) - 1));
    case HIGH_BYTE: return (uint8_t)(value >> 8);
    case CLIP:
      if (value > 255) image->notes |= VTM_IMAGE_GRAY16_CLIPPED;
      return (uint8_t)(value > 255 ? 255 : value);
  }
  return (uint8_t)value;
}

/* Copies the decoded block whose first pixel is (x0, y0) into the picture: sample `plane` of each pixel where planes
 * are stored apart, else all samples. */
static void place_block(tiff_picture *picture, uint32_t x0, uint32_t y0, int plane, vtm_image *image) {
  const size_t step = picture->planes ? 1 : picture->samples;
  const unsigned bits = picture->layout->bits;
  const size_t row_bytes = (picture->block_width * step * bits + 7) / 8;
  const int last = picture->planes ? plane + 1 : picture->kept;
  for (uint32_t y = y0; y < picture->height && y - y0 < picture->block_height; y++) {
    const uint8_t *row = picture->block + row_bytes * (y - y0);
    uint8_t *out = picture->bytes + ((size_t)y * picture->width + x0) * (size_t)picture->kept;
    for (size_t x = 0; x < picture->block_width && x0 + x < picture->width; x++, out += picture->kept)
      for (int s = plane; s < last; s++)
        out[s] = narrow_sample(picture->layout, sample_at(row, x * step + (size_t)(s - plane), bits), image);
  }
}

/* libtiff does not check the Adler-32 checksum after the compressed bytes. */
static bool is_inflated_whole(const uint8_t *bytes, uint64_t size, size_t most) {
  uint8_t ignored[16384];
  z_stream stream = {.next_in = (z_const Bytef *)(uintptr_t)bytes, .avail_in = (uInt)size};
  int code = size <= UINT32_MAX ? inflateInit(&stream) : Z_BUF_ERROR;
  while (code == Z_OK && stream.total_out <= most) {
    stream.next_out = ignored;
    stream.avail_out = sizeof(ignored);
    code = inflate(&stream, Z_NO_FLUSH);
  }
  (void)inflateEnd(&stream);
  return code == Z_STREAM_END && stream.total_out <= most;
}

/* Checks what libtiff does not: a strip shorter than its rows (libtiff reads the bytes that follow it), and many strips
 * that share the same bytes. */
static vtm_status check_stored(tiff_picture *picture, uint32_t block, size_t wanted) {
  const vtm_image_source *source = picture->input->source;
  const uint64_t offset = TIFFGetStrileOffset(picture->tiff, block);
  const uint64_t size = TIFFGetStrileByteCount(picture->tiff, block);
  if (offset > source->size || size > source->size - offset)
    return vtm_image_fail_truncated(source, "TIFF", picture->error);
  picture->stored += size;
  if (picture->stored > stored_limit)
    return vtm_fail(picture->error, VTM_ERROR_LIMIT,
                    "%s: a TIFF whose strips are the same bytes again and again, made to waste time: save it again",
                    source->name);
  if (picture->compression == COMPRESSION_NONE && size < wanted) return fail_damaged_tiff(picture);
  if (is_deflate(picture->compression) && !is_inflated_whole(source->bytes + offset, size, picture->block_size))
    return vtm_image_fail_damaged(source, "TIFF", (size_t)offset,
                                  "its compressed pixels are too many, too few, or their checksum (Adler-32) is wrong, "
                                  "copy the file again",
                                  picture->error);
  return VTM_OK;
}

static vtm_status read_block(tiff_picture *picture, uint32_t x, uint32_t y, int plane, vtm_image *image) {
  TIFF *tiff = picture->tiff;
  const uint16_t sample = (uint16_t)plane;
  const uint32_t block = picture->tiled ? TIFFComputeTile(tiff, x, y, 0, sample) : TIFFComputeStrip(tiff, y, sample);
  const uint32_t left = picture->height - y;
  size_t wanted = picture->block_size;
  if (!picture->tiled && left < picture->block_height) wanted = wanted / picture->block_height * left;
  const vtm_status status = check_stored(picture, block, wanted);
  if (status != VTM_OK) return status;
  const tmsize_t count = picture->tiled ? TIFFReadEncodedTile(tiff, block, picture->block, (tmsize_t)wanted)
                                        : TIFFReadEncodedStrip(tiff, block, picture->block, (tmsize_t)wanted);
  if (count < 0 || (size_t)count < wanted || picture->input->trouble[0] != '\0') return fail_damaged_tiff(picture);
  place_block(picture, x, y, plane, image);
  return VTM_OK;
}

static vtm_status read_blocks(tiff_picture *picture, vtm_image *image) {
  const int planes = picture->planes ? picture->kept : 1;
  picture->input->trouble[0] = '\0';
  picture->input->decoding = true;
  for (int plane = 0; plane < planes; plane++)
    for (uint32_t y = 0; y < picture->height; y += picture->block_height)
      for (uint32_t x = 0; x < picture->width; x += picture->block_width) {
        const vtm_status status = read_block(picture, x, y, plane, image);
        if (status != VTM_OK) return status;
      }
  return VTM_OK;
}

/* Pillow's conversion of premultiplied colours: 255 c / alpha, clipped. */
static uint8_t divide_by_alpha(uint8_t value, uint8_t alpha) {
  const unsigned result = alpha == 0 ? 0 : 255u * value / alpha;
  return (uint8_t)(result > 255 ? 255 : result);
}

static void color_pixel(const tiff_picture *picture, const uint8_t *bytes, uint8_t rgb[3]) {
  const coloring color = picture->alpha == EXTRASAMPLE_ASSOCALPHA ? RGB_PREMULTIPLIED : picture->layout->color;
  const uint8_t inverted[4] = {255 - bytes[0], picture->kept > 1 ? 255 - bytes[1] : 0,
                               picture->kept > 2 ? 255 - bytes[2] : 0, picture->kept > 3 ? 255 - bytes[3] : 0};
  for (int c = 0; c < 3; c++) switch (color) {
      case GRAY: rgb[c] = bytes[0]; break;
      case GRAY_INVERTED: rgb[c] = inverted[0]; break;
      case PALETTE: rgb[c] = (uint8_t)(picture->palette[c][bytes[0]] / 256); break;
      case RGB: rgb[c] = bytes[c]; break;
      case RGB_PREMULTIPLIED: rgb[c] = divide_by_alpha(bytes[c], bytes[3]); break;
      case CMYK: break;
    }
  if (color == CMYK) vtm_cmyk_to_rgb(inverted, rgb);
}

/* Where pixel (x, y) of the turned picture is among those stored. */
static size_t place_before_turn(const tiff_picture *picture, uint32_t x, uint32_t y) {
  const bool from_bottom =
      picture->orientation == 3 || picture->orientation == 4 || picture->orientation == 6 || picture->orientation == 7;
  const bool from_right =
      picture->orientation == 2 || picture->orientation == 3 || picture->orientation == 7 || picture->orientation == 8;
  uint32_t row = is_turned(picture) ? x : y;
  uint32_t column = is_turned(picture) ? y : x;
  if (from_bottom) row = picture->height - 1 - row;
  if (from_right) column = picture->width - 1 - column;
  return (size_t)row * picture->width + column;
}

static void color_pixels(const tiff_picture *picture, vtm_image *image) {
  const size_t kept = (size_t)picture->kept;
  uint8_t *rgb = image->pixels;
  unsigned opaque = 255;
  for (uint32_t y = 0; y < (uint32_t)image->height; y++)
    for (uint32_t x = 0; x < (uint32_t)image->width; x++, rgb += 3) {
      const uint8_t *bytes = picture->bytes + place_before_turn(picture, x, y) * kept;
      color_pixel(picture, bytes, rgb);
      if (picture->alpha != EXTRASAMPLE_UNSPECIFIED) opaque &= bytes[kept - 1];
    }
  if (opaque != 255) image->notes |= VTM_IMAGE_ALPHA_DROPPED;
}

static void close_picture(tiff_picture *picture) {
  if (picture->tiff != NULL) TIFFClose(picture->tiff);
  free(picture->block);
  free(picture->bytes);
}

static vtm_status decode_tiff(const vtm_image_source *source, vtm_image *image, vtm_error *error) {
  tiff_input input = {.source = source};
  tiff_picture picture = {.input = &input, .error = error};
  vtm_status status = read_directory(&picture);
  if (status == VTM_OK) status = take_memory(&picture, image);
  if (status == VTM_OK) status = read_blocks(&picture, image);
  if (status == VTM_OK) {
    if (picture.another) image->notes |= VTM_IMAGE_FIRST_FRAME;
    color_pixels(&picture, image);
  }
  close_picture(&picture);
  return status;
}

vtm_status vtm_tiff_probe(const vtm_image_source *source, vtm_image_header *header, vtm_error *error) {
  tiff_input input = {.source = source};
  tiff_picture picture = {.input = &input, .error = error};
  vtm_image size = {0};
  vtm_status status = read_directory(&picture);
  if (status == VTM_OK)
    status = vtm_image_set_size(source, is_turned(&picture) ? picture.height : picture.width,
                                is_turned(&picture) ? picture.width : picture.height, &size, error);
  if (status == VTM_OK) {
    header->width = size.width;
    header->height = size.height;
    header->alpha = picture.alpha != EXTRASAMPLE_UNSPECIFIED;
    header->palette = picture.layout->color == PALETTE;
    header->cmyk = picture.layout->color == CMYK;
    header->channels = header->palette ? 3 : picture.kept;
    header->depth = picture.layout->bits;
    if (picture.another) header->notes |= VTM_IMAGE_FIRST_FRAME;
  }
  close_picture(&picture);
  return status;
}
enum { REFUSED = false };
#else
static vtm_status decode_tiff(const vtm_image_source *source, vtm_image *image, vtm_error *error) {
  (void)image;
  return vtm_fail(
      error, VTM_ERROR_UNSUPPORTED,
      "%s: a TIFF image, which this build cannot read: install libtiff 4.5 or later and rebuild, or save it "
      "as PNG, for example with 'magick NAME.tif NAME.png'",
      source->name);
}

vtm_status vtm_tiff_probe(const vtm_image_source *source, vtm_image_header *header, vtm_error *error) {
  (void)header;
  return decode_tiff(source, NULL, error);
}
enum { REFUSED = true };
#endif

static bool sniff_tiff(const uint8_t *bytes, size_t size) {
  static const char *const magics[] = {"II*\0", "MM\0*", "II+\0", "MM\0+"};
  for (size_t i = 0; i < sizeof(magics) / sizeof(*magics); i++)
    if (size >= 8 && memcmp(bytes, magics[i], 4) == 0) return true;
  return false;
}

const vtm_image_reader vtm_tiff_reader = {"TIFF", ".tif .tiff ", sniff_tiff, decode_tiff, REFUSED};
