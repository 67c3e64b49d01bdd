/* Headers of images: the parts that probe.c shares with the readers of the formats and with image.c. */
#ifndef VTM_IMAGE_PROBE_H
#define VTM_IMAGE_PROBE_H

#include "image/reader.h"

vtm_status vtm_jpeg_probe(const vtm_image_source *source, vtm_image_header *header, vtm_error *error);
vtm_status vtm_tiff_probe(const vtm_image_source *source, vtm_image_header *header, vtm_error *error);
vtm_status vtm_pnm_probe(const vtm_image_source *source, vtm_image_header *header, vtm_error *error);

uint64_t vtm_image_max_bytes(const vtm_image_limits *limits);
/* Whether the extension of `name` is that of another format. */
bool vtm_image_extension_belongs_to_another(const vtm_image_reader *reader, const char *name);
/* The same, for the format of a vtm_image. */
bool vtm_image_extension_misleads(const char *format, const char *name);
vtm_status vtm_image_fail_unknown_kind(const vtm_image_source *source, vtm_error *error);

#endif
