/* Each format stores its EXIF and XMP blocks in its own way; the content of the blocks is the same for all. */
#include "image/exif.h"

#include <string.h>

enum { IFD_ENTRY = 12, TAG_ORIENTATION = 0x0112, TYPE_SHORT = 3 };

typedef struct metadata {
  const uint8_t *exif, *xmp; /* NULL: none */
  size_t exif_size, xmp_size;
} metadata;

/* ---- what is in the blocks ---- */

/* The first directory of the TIFF structure: how many entries, then each with tag, type, count, value. */
bool vtm_tiff_find(const uint8_t *tiff, size_t size, unsigned tag, vtm_tiff_entry *entry) {
  if (size < 8) return false;
  const bool little = tiff[0] == 'I' && tiff[1] == 'I';
  if (!little && !(tiff[0] == 'M' && tiff[1] == 'M')) return false;
  unsigned (*const u16)(const uint8_t *) = little ? vtm_read_u16le : vtm_read_u16be;
  uint32_t (*const u32)(const uint8_t *) = little ? vtm_read_u32le : vtm_read_u32be;
  const size_t directory = u32(tiff + 4);
  if (u16(tiff + 2) != 42 || directory > size - 2) return false;
  const size_t entries = u16(tiff + directory);
  for (size_t i = 0; i < entries; i++) {
    const size_t at = directory + 2 + i * IFD_ENTRY;
    if (at + IFD_ENTRY > size) return false;
    if (u16(tiff + at) != tag) continue;
    *entry = (vtm_tiff_entry){u16(tiff + at + 2), u32(tiff + at + 4), u16(tiff + at + 8)};
    return true;
  }
  return false;
}

/* 0: no orientation. */
static unsigned exif_orientation(const uint8_t *tiff, size_t size) {
  static const char prefix[] = "Exif\0"; /* with the NUL of the literal: six bytes */
  if (size > sizeof(prefix) && memcmp(tiff, prefix, sizeof(prefix)) == 0) {
    tiff += sizeof(prefix);
    size -= sizeof(prefix);
  }
  vtm_tiff_entry entry = {0};
  return vtm_tiff_find(tiff, size, TAG_ORIENTATION, &entry) && entry.type == TYPE_SHORT ? entry.first : 0;
}

/* tiff:Orientation="6", or the same as an element. */
unsigned vtm_xmp_orientation(const uint8_t *xmp, size_t size) {
  static const char name[] = "tiff:Orientation";
  const uint8_t *found = memmem(xmp, size, name, sizeof(name) - 1);
  if (found == NULL) return 0;
  const uint8_t *value = found + sizeof(name) - 1;
  size_t left = size - (size_t)(value - xmp);
  const size_t skipped = left > 2 && value[0] == '=' ? 2 : 1;
  if (left <= skipped || value[skipped] < '0' || value[skipped] > '9') return 0;
  return (unsigned)(value[skipped] - '0');
}

/* ---- where the blocks are: malformed files have none ---- */

static metadata find_in_jpeg(const uint8_t *bytes, size_t size) {
  enum { START_OF_SCAN = 0xda, END = 0xd9, APP1 = 0xe1 };
  static const char exif[] = "Exif\0";
  static const char xmp[] = "http://ns.adobe.com/xap/1.0/";
  metadata found = {0};
  for (size_t at = 2; size - at >= 4;) {
    const uint8_t marker = bytes[at] == 0xff ? bytes[at + 1] : 0;
    if (marker == START_OF_SCAN || marker == END) break;
    if (marker == 0 || marker == 0xff || marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at++;
      continue;
    }
    const size_t length = vtm_read_u16be(bytes + at + 2);
    if (length < 2 || length > size - at - 2) break;
    const uint8_t *data = bytes + at + 4;
    const size_t held = length - 2;
    if (marker == APP1 && found.exif == NULL && held > sizeof(exif) && memcmp(data, exif, sizeof(exif)) == 0) {
      found.exif = data;
      found.exif_size = held;
    } else if (marker == APP1 && held > sizeof(xmp) && memcmp(data, xmp, sizeof(xmp)) == 0) {
      found.xmp = data;
      found.xmp_size = held;
    }
    at += 2 + length;
  }
  return found;
}

static metadata find_in_png(const uint8_t *bytes, size_t size) {
  enum { SIGNATURE = 8, FRAME = 12 };
  static const char xmp[] = "XML:com.adobe.xmp";
  metadata found = {0};
  for (size_t at = SIGNATURE; size - at >= FRAME;) {
    const size_t length = vtm_read_u32be(bytes + at);
    if (length > size - at - FRAME) break;
    const uint8_t *data = bytes + at + 8;
    if (memcmp(bytes + at + 4, "eXIf", 4) == 0) {
      found.exif = data;
      found.exif_size = length;
    } else if (memcmp(bytes + at + 4, "iTXt", 4) == 0 && length > sizeof(xmp) && memcmp(data, xmp, sizeof(xmp)) == 0) {
      found.xmp = data;
      found.xmp_size = length;
    }
    at += FRAME + length;
  }
  return found;
}

static metadata find_in_webp(const uint8_t *bytes, size_t size) {
  enum { RIFF_HEADER = 12, FRAME = 8 };
  metadata found = {0};
  for (size_t at = RIFF_HEADER; at < size && size - at >= FRAME;) {
    const size_t length = vtm_read_u32le(bytes + at + 4);
    if (length > size - at - FRAME) break;
    if (memcmp(bytes + at, "EXIF", 4) == 0) {
      found.exif = bytes + at + FRAME;
      found.exif_size = length;
    } else if (memcmp(bytes + at, "XMP ", 4) == 0) {
      found.xmp = bytes + at + FRAME;
      found.xmp_size = length;
    }
    at += FRAME + length + length % 2;
  }
  return found;
}

bool vtm_image_asks_rotation(const vtm_image_reader *reader, const uint8_t *bytes, size_t size) {
  metadata found = {0};
  if (reader == &vtm_jpeg_reader) found = find_in_jpeg(bytes, size);
  if (reader == &vtm_png_reader) found = find_in_png(bytes, size);
  if (reader == &vtm_webp_reader) found = find_in_webp(bytes, size);
  /* As Pillow does: XMP counts where EXIF does not say. */
  unsigned orientation = found.exif != NULL ? exif_orientation(found.exif, found.exif_size) : 0;
  if (orientation == 0 && found.xmp != NULL) orientation = vtm_xmp_orientation(found.xmp, found.xmp_size);
  return orientation >= 2 && orientation <= 8;
}

bool vtm_image_metadata_follows(const uint8_t *bytes, size_t size) {
  enum { FLAGS = 20, EXIF = 0x08, XMP = 0x04 };
  if (size <= FLAGS || !vtm_webp_reader.sniff(bytes, size) || memcmp(bytes + 12, "VP8X", 4) != 0) return false;
  return (bytes[FLAGS] & (EXIF | XMP)) != 0;
}
