/* JPEG with libjpeg-turbo's defaults (slow integer IDCT, fancy upsampling), which are Pillow's. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* after stdio.h, which they need */
#include <jerror.h>
#include <jpeglib.h>

#include "base/error.h"
#include "base/memory.h"
#include "image/probe.h"

/* A progressive file may hold any number of scans. Each costs a pass over the whole image, even if it has a few bytes
 * only. Real files have about ten: beyond USUAL_SCANS all passes together may touch max_scanned_pixels, which takes
 * about a second. */
enum { USUAL_SCANS = 32, ROWS_AT_ONCE = 16 };
static const uint64_t max_scanned_pixels = UINT64_C(1) << 32;

typedef struct jpeg_decoder {
  struct jpeg_decompress_struct jpeg; /* first: the callbacks cast back */
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  jmp_buf failed;
  const vtm_image_source *source;
  vtm_error *error;
  vtm_status status;
  uint8_t *cmyk; /* one row */
} jpeg_decoder;

_Noreturn static void give_up(jpeg_decoder *decoder, vtm_status status) {
  decoder->status = status;
  longjmp(decoder->failed, 1);
}

static size_t byte_position(const jpeg_decoder *decoder) {
  const struct jpeg_source_mgr *input = decoder->jpeg.src;
  return input == NULL ? 0 : decoder->source->size - input->bytes_in_buffer;
}

static vtm_status fail_too_big(const jpeg_decoder *decoder) {
  char width[VTM_GROUPED_TEXT], height[VTM_GROUPED_TEXT], most[VTM_GROUPED_TEXT];
  return vtm_fail(decoder->error, VTM_ERROR_LIMIT,
                  "%s: its header says %s x %s pixels, more than the %s a side that JPEG decoders read",
                  decoder->source->name, vtm_group_digits(decoder->jpeg.image_width, width),
                  vtm_group_digits(decoder->jpeg.image_height, height), vtm_group_digits(JPEG_MAX_DIMENSION, most));
}

_Noreturn static void fail_damaged_jpeg(jpeg_decoder *decoder, const char *text) {
  char what[JMSG_LENGTH_MAX + 100];
  (void)snprintf(what, sizeof(what), "%s: from there on other programs show a guess, copy the file again", text);
  give_up(decoder, vtm_image_fail_damaged(decoder->source, "JPEG", byte_position(decoder), what, decoder->error));
}

_Noreturn static void fail_with_message(j_common_ptr common) {
  jpeg_decoder *decoder = (jpeg_decoder *)common;
  const vtm_image_source *source = decoder->source;
  char text[JMSG_LENGTH_MAX];
  common->err->format_message(common, text);
  switch (common->err->msg_code) {
    case JWRN_JPEG_EOF:
    case JERR_INPUT_EMPTY:
    case JERR_INPUT_EOF: give_up(decoder, vtm_image_fail_truncated(source, "JPEG", decoder->error));
    case JERR_OUT_OF_MEMORY:
      give_up(decoder, vtm_fail(decoder->error, VTM_ERROR_MEMORY, "%s: no memory to decode it", source->name));
    case JERR_IMAGE_TOO_BIG: give_up(decoder, fail_too_big(decoder));
    case JERR_BAD_PRECISION:
    case JERR_ARITH_NOTIMPL:
    case JERR_SOF_UNSUPPORTED:
      give_up(decoder, vtm_fail(decoder->error, VTM_ERROR_UNSUPPORTED, "%s: a kind of JPEG that is not read: %s",
                                source->name, text));
    default: fail_damaged_jpeg(decoder, text);
  }
}

/* libjpeg goes on after any warning (its list is in jerror.h). Four of them are harmless: they concern headers or bytes
 * outside the coded data, and every decoder shows the same pixels. All others mean that bits of the picture are lost,
 * or that a scan refines coefficients whose higher bits no scan sent. From there on the pixels are a guess, and a guess
 * must not be scored. golden.corpus has each of them. */
static void check_jpeg_warning(j_common_ptr common, int level) {
  if (level >= 0) return;
  switch (common->err->msg_code) {
    case JWRN_ADOBE_XFORM:
    case JWRN_JFIF_MAJOR:
    case JWRN_NOT_SEQUENTIAL: /* a scan of a sequential file holds all coefficients, whatever its header says */
    case JWRN_EXTRANEOUS_DATA: return; /* fill bytes of some cameras */
    default: fail_with_message(common);
  }
}

static void discard_message(j_common_ptr common) { (void)common; }

static void count_scans(j_common_ptr common) {
  jpeg_decoder *decoder = (jpeg_decoder *)common;
  const struct jpeg_decompress_struct *jpeg = &decoder->jpeg;
  const uint64_t pixels = (uint64_t)jpeg->image_width * jpeg->image_height;
  const uint64_t scans = (uint64_t)jpeg->input_scan_number;
  if (scans <= USUAL_SCANS || scans * pixels <= max_scanned_pixels) return;
  char seen[VTM_GROUPED_TEXT], size[VTM_GROUPED_TEXT];
  give_up(decoder, vtm_fail(decoder->error, VTM_ERROR_LIMIT,
                            "%s: a JPEG of %s or more scans of %s pixels each, made to waste time: save it again",
                            decoder->source->name, vtm_group_digits(scans, seen), vtm_group_digits(pixels, size)));
}

/* Pillow takes every CMYK JPEG for one of Adobe's, whose values are inverted. */
static void cmyk_row_to_rgb(const uint8_t *cmyk, uint8_t *rgb, int width) {
  for (int x = 0; x < width; x++) vtm_cmyk_to_rgb(cmyk + 4 * (size_t)x, rgb + 3 * (size_t)x);
}

/* Bits that no scan of a progressive file sends are zeros to libjpeg, or guessed from neighbours, without a warning.
 * Such is a file that was cut between two scans and given an end marker. */
static void expect_all_bits(jpeg_decoder *decoder) {
  const struct jpeg_decompress_struct *jpeg = &decoder->jpeg;
  for (int c = 0; jpeg->coef_bits != NULL && c < jpeg->num_components; c++)
    for (int k = 0; k < DCTSIZE2; k++)
      if (jpeg->coef_bits[c][k] != 0) fail_damaged_jpeg(decoder, "scans of a progressive file are missing");
}

static void read_rows(jpeg_decoder *decoder, vtm_image *image) {
  struct jpeg_decompress_struct *jpeg = &decoder->jpeg;
  const size_t stride = (size_t)image->width * 3;
  while (jpeg->output_scanline < jpeg->output_height) {
    uint8_t *next = image->pixels + stride * jpeg->output_scanline;
    if (decoder->cmyk != NULL) {
      if (jpeg_read_scanlines(jpeg, &decoder->cmyk, 1) == 1) cmyk_row_to_rgb(decoder->cmyk, next, image->width);
      continue;
    }
    JSAMPROW rows[ROWS_AT_ONCE];
    const JDIMENSION left = jpeg->output_height - jpeg->output_scanline;
    const JDIMENSION count = left < ROWS_AT_ONCE ? left : ROWS_AT_ONCE;
    for (JDIMENSION i = 0; i < count; i++) rows[i] = next + stride * i;
    (void)jpeg_read_scanlines(jpeg, rows, count);
  }
}

/* The largest reduction (1/2, 1/4, 1/8) that leaves no side below `smallest_side`: it saves most of the inverse DCT. */
static void choose_reduction(struct jpeg_decompress_struct *jpeg, int smallest_side) {
  const unsigned side = jpeg->image_width < jpeg->image_height ? jpeg->image_width : jpeg->image_height;
  jpeg->scale_num = 1;
  jpeg->scale_denom = 1;
  while (smallest_side > 0 && jpeg->scale_denom < 8 && side / (jpeg->scale_denom * 2) >= (unsigned)smallest_side)
    jpeg->scale_denom *= 2;
}

static vtm_status prepare_output(jpeg_decoder *decoder, vtm_image *image) {
  struct jpeg_decompress_struct *jpeg = &decoder->jpeg;
  const vtm_status status =
      vtm_image_set_size(decoder->source, jpeg->image_width, jpeg->image_height, image, decoder->error);
  if (status != VTM_OK) return status;
  choose_reduction(jpeg, decoder->source->smallest_side);
  jpeg_calc_output_dimensions(jpeg);
  image->width = (int)jpeg->output_width;
  image->height = (int)jpeg->output_height;
  switch (jpeg->num_components) {
    case 1:
    case 3: jpeg->out_color_space = JCS_RGB; break;
    case 4:
      jpeg->out_color_space = JCS_CMYK;
      decoder->cmyk = vtm_allocate((size_t)image->width, 4, decoder->error);
      if (decoder->cmyk == NULL) return VTM_ERROR_MEMORY;
      break;
    default:
      return vtm_fail(decoder->error, VTM_ERROR_UNSUPPORTED, "%s: a JPEG of %d components: 1, 3 and 4 are read",
                      decoder->source->name, jpeg->num_components);
  }
  return vtm_image_allocate(decoder->source, image, decoder->error);
}

static void read_jpeg_header(jpeg_decoder *decoder) {
  struct jpeg_decompress_struct *jpeg = &decoder->jpeg;
  jpeg_create_decompress(jpeg);
  jpeg->progress = &decoder->progress;
  jpeg_mem_src(jpeg, decoder->source->bytes, decoder->source->size);
  (void)jpeg_read_header(jpeg, TRUE);
}

static void read_jpeg(jpeg_decoder *decoder, vtm_image *image) {
  struct jpeg_decompress_struct *jpeg = &decoder->jpeg;
  read_jpeg_header(decoder);
  decoder->status = prepare_output(decoder, image);
  if (decoder->status != VTM_OK) return;
  (void)jpeg_start_decompress(jpeg);
  expect_all_bits(decoder);
  read_rows(decoder, image);
  (void)jpeg_finish_decompress(jpeg); /* reads up to the end marker: a file cut just before it fails here */
}

/* The decoder is the caller's: locals of this function would be undefined after the jump. */
static void read_jpeg_guarded(jpeg_decoder *decoder, vtm_image *image) {
  if (setjmp(decoder->failed) == 0) read_jpeg(decoder, image);
}

static void set_callbacks(jpeg_decoder *decoder) {
  decoder->jpeg.err = jpeg_std_error(&decoder->errors);
  decoder->errors.error_exit = fail_with_message;
  decoder->errors.emit_message = check_jpeg_warning;
  decoder->errors.output_message = discard_message;
  decoder->progress.progress_monitor = count_scans;
}

static void fill_header(jpeg_decoder *decoder, vtm_image_header *header) {
  const struct jpeg_decompress_struct *jpeg = &decoder->jpeg;
  vtm_image size = {0};
  decoder->status = vtm_image_set_size(decoder->source, jpeg->image_width, jpeg->image_height, &size, decoder->error);
  header->width = size.width;
  header->height = size.height;
  header->channels = jpeg->num_components;
  header->depth = jpeg->data_precision;
  header->cmyk = jpeg->num_components == 4;
}

static void probe_guarded(jpeg_decoder *decoder, vtm_image_header *header) {
  if (setjmp(decoder->failed) != 0) return;
  read_jpeg_header(decoder);
  fill_header(decoder, header);
}

vtm_status vtm_jpeg_probe(const vtm_image_source *source, vtm_image_header *header, vtm_error *error) {
  jpeg_decoder decoder = {.source = source, .error = error, .status = VTM_OK};
  set_callbacks(&decoder);
  probe_guarded(&decoder, header);
  jpeg_destroy_decompress(&decoder.jpeg);
  return decoder.status;
}

static vtm_status decode_jpeg(const vtm_image_source *source, vtm_image *image, vtm_error *error) {
  jpeg_decoder decoder = {.source = source, .error = error, .status = VTM_OK};
  set_callbacks(&decoder);
  read_jpeg_guarded(&decoder, image);
  jpeg_destroy_decompress(&decoder.jpeg);
  free(decoder.cmyk);
  return decoder.status;
}

static bool sniff_jpeg(const uint8_t *bytes, size_t size) { return size >= 3 && memcmp(bytes, "\xff\xd8\xff", 3) == 0; }

const vtm_image_reader vtm_jpeg_reader = {"JPEG", ".jpg .jpeg .jpe .jfif ", sniff_jpeg, decode_jpeg, false};
