/* Formats that are not read. Their pictures are refused by name: left out of a folder, they would change a score
 * without a word. */
#include <string.h>

#include "base/error.h"
#include "image/reader.h"

static vtm_status fail_refused(const vtm_image_source *source, const char *what, const char *command,
                               vtm_error *error) {
  return vtm_fail(error, VTM_ERROR_UNSUPPORTED,
                  "%s: is %s, which is not read: save it as PNG, for example with '%s', and move this file away",
                  source->name, what, command);
}

#define REFUSE(name, what, command)                                                            \
  static vtm_status name(const vtm_image_source *source, vtm_image *image, vtm_error *error) { \
    (void)image;                                                                               \
    return fail_refused(source, what, command, error);                                         \
  }
REFUSE(refuse_avif, "an AVIF image", "avifdec NAME.avif NAME.png")
REFUSE(refuse_heic, "a HEIC image", "heif-convert NAME.heic NAME.png")
REFUSE(refuse_jxl, "a JPEG XL image", "djxl NAME.jxl NAME.png")
REFUSE(refuse_jp2, "a JPEG 2000 image", "opj_decompress -i NAME.jp2 -o NAME.png")
#undef REFUSE

static bool begins_with(const uint8_t *bytes, size_t size, const char *magic, size_t length) {
  return size >= length && memcmp(bytes, magic, length) == 0;
}
#define BEGINS(magic) begins_with(bytes, size, magic, sizeof(magic) - 1)

/* Whether a file of ISO's media container is of one of these brands (four letters each). The first brand of an AVIF or
 * HEIC file may be the common "mif1", with its own among those that follow. */
static bool has_brand(const uint8_t *bytes, size_t size, const char *brands) {
  enum { MAJOR = 8, COMPATIBLE = 16 };
  if (size < MAJOR + 4 || memcmp(bytes + 4, "ftyp", 4) != 0) return false;
  size_t end = vtm_read_u32be(bytes);
  if (end > size) end = size;
  for (size_t at = MAJOR; at == MAJOR || at + 4 <= end; at = at == MAJOR ? COMPATIBLE : at + 4)
    for (const char *brand = brands; *brand != '\0'; brand += 4)
      if (memcmp(bytes + at, brand, 4) == 0) return true;
  return false;
}

static bool is_avif(const uint8_t *bytes, size_t size) { return has_brand(bytes, size, "avifavis"); }

static bool is_heic(const uint8_t *bytes, size_t size) {
  return has_brand(bytes, size, "heicheixhevchevxheimheismif1msf1");
}

static bool is_jxl(const uint8_t *bytes, size_t size) {
  return BEGINS("\xff\x0a") || BEGINS("\0\0\0\x0cJXL \r\n\x87\n");
}

static bool is_jp2(const uint8_t *bytes, size_t size) {
  return BEGINS("\0\0\0\x0cjP  \r\n\x87\n") || BEGINS("\xff\x4f\xff\x51");
}

const vtm_image_reader vtm_avif_refusal = {"AVIF", ".avif .avifs ", is_avif, refuse_avif, true};
const vtm_image_reader vtm_heic_refusal = {"HEIC", ".heic .heif .hif ", is_heic, refuse_heic, true};
const vtm_image_reader vtm_jxl_refusal = {"JPEG XL", ".jxl ", is_jxl, refuse_jxl, true};
const vtm_image_reader vtm_jp2_refusal = {"JPEG 2000", ".jp2 .j2k .jpf .jpx .j2c .jpc ", is_jp2, refuse_jp2, true};
