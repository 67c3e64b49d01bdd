/* What a file is that is not an image, for messages. */
#ifndef VTM_IMAGE_KIND_H
#define VTM_IMAGE_KIND_H

#include <stddef.h>
#include <stdint.h>

/* "a PDF document", by the first bytes; NULL: not known. */
const char *vtm_image_guess_kind(const uint8_t *bytes, size_t size);

#endif
