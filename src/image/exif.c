#include "image/reader.h"

enum { IFD_ENTRY = 12, TAG_ORIENTATION = 0x0112, TYPE_SHORT = 3 };

/* The first directory of the TIFF structure: a count, then entries of tag, type, count, value. */
bool vtm_exif_asks_rotation(const uint8_t *tiff, size_t size) {
  if (size < 8) return false;
  const bool little = tiff[0] == 'I' && tiff[1] == 'I';
  if (!little && !(tiff[0] == 'M' && tiff[1] == 'M')) return false;
  unsigned (*const u16)(const uint8_t *) = little ? vtm_read_u16le : vtm_read_u16be;
  const size_t directory = little ? vtm_read_u32le(tiff + 4) : vtm_read_u32be(tiff + 4);
  if (u16(tiff + 2) != 42 || directory > size - 2) return false;
  const size_t entries = u16(tiff + directory);
  for (size_t i = 0; i < entries; i++) {
    const size_t at = directory + 2 + i * IFD_ENTRY;
    if (at + IFD_ENTRY > size) return false;
    if (u16(tiff + at) != TAG_ORIENTATION) continue;
    const unsigned orientation = u16(tiff + at + 8);
    return u16(tiff + at + 2) == TYPE_SHORT && orientation >= 2 && orientation <= 8;
  }
  return false;
}
