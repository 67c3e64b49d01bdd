/* The metadata of a picture (EXIF, XMP) that ask for a rotation or mirroring. */
#ifndef VTM_IMAGE_EXIF_H
#define VTM_IMAGE_EXIF_H

#include "image/reader.h"

/* An entry of the first directory of a TIFF structure; EXIF is one too. */
typedef struct vtm_tiff_entry {
  unsigned type;
  uint64_t count;
  unsigned first; /* the value, if it is a SHORT that is stored in the entry itself */
} vtm_tiff_entry;
/* false: there is no such tag, or the structure is malformed. Classic TIFF only, with offsets of 32 bits. */
bool vtm_tiff_find(const uint8_t *tiff, size_t size, unsigned tag, vtm_tiff_entry *entry);

/* The orientation in an XMP block, 1 to 8; 0: none. */
unsigned vtm_xmp_orientation(const uint8_t *xmp, size_t size);

/* Whether the picture's EXIF or XMP asks for a rotation or mirroring. Malformed blocks do not. */
bool vtm_image_asks_rotation(const vtm_image_reader *reader, const uint8_t *bytes, size_t size);
/* Whether the header says that such blocks follow after the pixels. */
bool vtm_image_metadata_follows(const uint8_t *bytes, size_t size);

#endif
