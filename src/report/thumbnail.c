#include "report/thumbnail.h"

#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* after stdio.h, which it needs */
#include <jpeglib.h>

#include "base/error.h"
#include "base/file.h"
#include "draw/shrink.h"

typedef struct encoder {
  struct jpeg_compress_struct jpeg;
  struct jpeg_error_mgr errors;
  jmp_buf failed;
  unsigned char *bytes; /* libjpeg's, by malloc */
  unsigned long size;
} encoder;

_Noreturn static void give_up(j_common_ptr common) {
  encoder *in_use = common->client_data;
  longjmp(in_use->failed, 1);
}

static void compress_rows(encoder *in_use, const vtm_thumbnail *thumbnail, const uint8_t *samples, int quality) {
  struct jpeg_compress_struct *jpeg = &in_use->jpeg;
  jpeg_mem_dest(jpeg, &in_use->bytes, &in_use->size);
  jpeg->image_width = (JDIMENSION)thumbnail->width;
  jpeg->image_height = (JDIMENSION)thumbnail->height;
  jpeg->input_components = 3;
  jpeg->in_color_space = JCS_RGB;
  jpeg_set_defaults(jpeg);
  jpeg_set_quality(jpeg, quality, TRUE);
  jpeg->optimize_coding = TRUE;
  jpeg_start_compress(jpeg, TRUE);
  while (jpeg->next_scanline < jpeg->image_height) {
    JSAMPROW row = (JSAMPROW)(uintptr_t)(samples + (size_t)jpeg->next_scanline * (size_t)thumbnail->width * 3);
    (void)jpeg_write_scanlines(jpeg, &row, 1);
  }
  jpeg_finish_compress(jpeg);
}

/* libjpeg fails here only for lack of memory. */
static vtm_status encode_jpeg(vtm_thumbnail *thumbnail, const uint8_t *samples, int quality, vtm_error *error) {
  encoder in_use = {0};
  in_use.jpeg.err = jpeg_std_error(&in_use.errors);
  in_use.errors.error_exit = give_up;
  in_use.jpeg.client_data = &in_use;
  volatile bool done = false;
  if (setjmp(in_use.failed) == 0) {
    jpeg_create_compress(&in_use.jpeg);
    compress_rows(&in_use, thumbnail, samples, quality);
    done = true;
  }
  jpeg_destroy_compress(&in_use.jpeg);
  if (done) {
    thumbnail->jpeg.length = 0;
    vtm_text_append_bytes(&thumbnail->jpeg, in_use.bytes, in_use.size);
  }
  free(in_use.bytes);
  return done && !thumbnail->jpeg.failed ? VTM_OK : vtm_fail_memory(error, VTM_THUMBNAIL_BYTES);
}

vtm_status vtm_thumbnail_make(const char *path, vtm_thumbnail *thumbnail, vtm_error *error) {
  static const int qualities[] = {82, 70, 55, 40, 20, 5};
  vtm_image small;
  *thumbnail = (vtm_thumbnail){0};
  char *real = vtm_path_real(path, error);
  if (real == NULL) return VTM_ERROR_MEMORY;
  vtm_status status = vtm_shrink_read(real, VTM_THUMBNAIL_WIDTH, VTM_THUMBNAIL_HEIGHT, &small, error);
  free(real);
  if (status != VTM_OK) return status;
  thumbnail->width = small.width;
  thumbnail->height = small.height;
  for (size_t i = 0; i < sizeof(qualities) / sizeof(*qualities) && status == VTM_OK; i++) {
    status = encode_jpeg(thumbnail, small.pixels, qualities[i], error);
    if (thumbnail->jpeg.length <= VTM_THUMBNAIL_BYTES) break;
  }
  vtm_image_clear(&small);
  if (status != VTM_OK) vtm_text_free(&thumbnail->jpeg);
  return status;
}
