#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/caller_struct.h"
#include "base/error.h"
#include "base/file.h"
#include "image/exif.h"
#include "image/kind.h"
#include "image/probe.h"

static const vtm_image_limits default_limits = {.max_pixels = 178956970, .max_bytes = UINT64_C(1) << 30};

uint64_t vtm_image_max_pixels(const vtm_image_limits *limits) {
  return limits != NULL && limits->max_pixels ? limits->max_pixels : default_limits.max_pixels;
}

uint64_t vtm_image_max_bytes(const vtm_image_limits *limits) {
  return limits != NULL && limits->max_bytes ? limits->max_bytes : default_limits.max_bytes;
}

/* In the order in which they are tried. TGA has no magic number, only a header that must make sense: it comes last. */
static const vtm_image_reader *const readers[] = {
    &vtm_jpeg_reader, &vtm_png_reader,   &vtm_gif_reader,   &vtm_bmp_reader,  &vtm_webp_reader, &vtm_pnm_reader,
    &vtm_tiff_reader, &vtm_avif_refusal, &vtm_heic_refusal, &vtm_jxl_refusal, &vtm_jp2_refusal, &vtm_tga_reader,
};
enum { READERS = sizeof(readers) / sizeof(*readers) };

/* Extensions of other pictures, such as drawings and camera files, which may lie beside the photographs: they are left
 * out with a warning, while a format of `readers` that is refused is an error. */
static const char passed_over[] =
    ".psd .xcf .svg .ico .icns .exr .hdr .qoi .pfm .pam .dds .pcx .sgi .xbm .xpm .eps .dng .cr2 .cr3 .nef .arw .orf "
    ".rw2 ";

const char *vtm_image_formats(void) {
  static _Thread_local char text[128];
  size_t used = 0;
  for (int i = 0; i < READERS; i++)
    if (!readers[i]->refused) used += (size_t)snprintf(text + used, sizeof(text) - used, "%s ", readers[i]->format);
  text[used - 1] = '\0'; /* the last space */
  return text;
}

const char *vtm_image_note_text(vtm_image_note note) {
  switch (note) {
    case VTM_IMAGE_EXTENSION_MISMATCH: return "the content is of another format than the file's extension says";
    case VTM_IMAGE_EXIF_ROTATION: return "an EXIF tag asks for a rotation, which is ignored, as the Python tools do";
    case VTM_IMAGE_GRAY16_CLIPPED:
      return "16-bit gray is clipped at 255, as Pillow does; it was probably meant to be scaled";
    case VTM_IMAGE_ALPHA_DROPPED: return "has transparent pixels; transparency is dropped, as Pillow does";
    case VTM_IMAGE_FIRST_FRAME: return "is an animation or has several pages, of which only the first is used";
  }
  return "unknown note";
}

/* `list`: extensions, each with its dot and a space after it. */
static bool is_among(const char *list, const char *extension) {
  const size_t length = strlen(extension);
  for (const char *known = list; *known != '\0'; known += strcspn(known, " ") + 1)
    if (strcspn(known, " ") == length && strncasecmp(known, extension, length) == 0) return true;
  return false;
}

static bool has_extension(const vtm_image_reader *reader, const char *extension) {
  return is_among(reader->extensions, extension);
}

static const vtm_image_reader *find_by_extension(const char *name) {
  const char *extension = vtm_path_extension(name);
  for (int i = 0; i < READERS && *extension != '\0'; i++)
    if (has_extension(readers[i], extension)) return readers[i];
  return NULL;
}

bool vtm_image_has_extension(const char *name) { return find_by_extension(name) != NULL; }

const char *vtm_image_unread_format(const char *name) {
  const vtm_image_reader *reader = find_by_extension(name);
  return reader != NULL && reader->refused ? reader->format : NULL;
}

const char *vtm_image_extensions(void) {
  static _Thread_local char text[256];
  size_t used = 0;
  for (int i = 0; i < READERS; i++)
    if (!readers[i]->refused) used += (size_t)snprintf(text + used, sizeof(text) - used, "%s", readers[i]->extensions);
  text[used - 1] = '\0'; /* the last space */
  return text;
}

/* The first bytes of PNM and TGA prove nothing: a text may begin so. */
bool vtm_image_looks_like_picture(const char *name, const void *bytes, size_t size) {
  const char *extension = vtm_path_extension(name);
  if (*extension != '\0' && is_among(passed_over, extension)) return true;
  for (int i = 0; i < READERS; i++)
    if (readers[i] != &vtm_pnm_reader && readers[i] != &vtm_tga_reader && readers[i]->sniff(bytes, size)) return true;
  return false;
}

bool vtm_image_extension_belongs_to_another(const vtm_image_reader *reader, const char *name) {
  const char *extension = vtm_path_extension(name);
  if (*extension == '\0' || has_extension(reader, extension)) return false;
  return vtm_image_has_extension(name);
}

bool vtm_image_extension_misleads(const char *format, const char *name) {
  for (int i = 0; i < READERS; i++)
    if (strcmp(readers[i]->format, format) == 0) return vtm_image_extension_belongs_to_another(readers[i], name);
  return false;
}

vtm_status vtm_image_fail_unknown_kind(const vtm_image_source *source, vtm_error *error) {
  if (source->size == 0) return vtm_fail(error, VTM_ERROR_FORMAT, "%s: is empty (0 bytes)", source->name);
  const char *kind = vtm_image_guess_kind(source->bytes, source->size);
  if (kind != NULL)
    return vtm_fail(error, VTM_ERROR_FORMAT, "%s: is %s, not an image of a format that is read (%s)", source->name,
                    kind, vtm_image_formats());
  return vtm_fail(error, VTM_ERROR_FORMAT, "%s: is not an image of a format that is read (%s)", source->name,
                  vtm_image_formats());
}

static vtm_status decode_source(const vtm_image_source *source, vtm_image *image, vtm_error *error) {
  *image = (vtm_image){0};
  for (int i = 0; i < READERS; i++) {
    if (!readers[i]->sniff(source->bytes, source->size)) continue;
    image->format = readers[i]->format;
    const vtm_status status = readers[i]->decode(source, image, error);
    if (status != VTM_OK) vtm_image_leave(image, &source->place);
    if (status == VTM_OK && vtm_image_extension_belongs_to_another(readers[i], source->name))
      image->notes |= VTM_IMAGE_EXTENSION_MISMATCH;
    if (status == VTM_OK && vtm_image_asks_rotation(readers[i], source->bytes, source->size))
      image->notes |= VTM_IMAGE_EXIF_ROTATION;
    return status;
  }
  return vtm_image_fail_unknown_kind(source, error);
}

vtm_status vtm_image_decode(const void *bytes, size_t size, const char *name, const vtm_image_limits *limits,
                            vtm_image *image, vtm_error *error) {
  vtm_image_limits known;
  *image = (vtm_image){0};
  const vtm_status status = vtm_copy_caller_struct(&known, sizeof(known), limits, "vtm_image_limits", error);
  if (status != VTM_OK) return status;
  if (size > vtm_image_max_bytes(&known))
    return vtm_fail(error, VTM_ERROR_LIMIT, "%s: %zu bytes, more than the limit of %llu", name, size,
                    (unsigned long long)vtm_image_max_bytes(&known));
  return vtm_image_decode_into(bytes, size, name, &known, &(vtm_image_place){0}, image, error);
}

vtm_status vtm_image_decode_into(const void *bytes, size_t size, const char *name, const vtm_image_limits *limits,
                                 const vtm_image_place *place, vtm_image *image, vtm_error *error) {
  const vtm_image_source source = {
      .bytes = bytes, .size = size, .name = name, .max_pixels = vtm_image_max_pixels(limits), .place = *place};
  return decode_source(&source, image, error);
}

vtm_status vtm_image_decode_small(const void *bytes, size_t size, const char *name, int smallest_side, vtm_image *image,
                                  vtm_error *error) {
  const vtm_image_source source = {.bytes = bytes,
                                   .size = size,
                                   .name = name,
                                   .max_pixels = vtm_image_max_pixels(NULL),
                                   .smallest_side = smallest_side};
  return decode_source(&source, image, error);
}

vtm_status vtm_image_read(const char *path, const vtm_image_limits *limits, vtm_image *image, vtm_error *error) {
  *image = (vtm_image){0};
  uint8_t *bytes = NULL;
  size_t size = 0;
  vtm_image_limits known;
  vtm_status status = vtm_copy_caller_struct(&known, sizeof(known), limits, "vtm_image_limits", error);
  if (status == VTM_OK) status = vtm_file_read(path, vtm_image_max_bytes(&known), &bytes, &size, error);
  if (status == VTM_OK) status = vtm_image_decode(bytes, size, path, &known, image, error);
  free(bytes);
  return status;
}

void vtm_image_leave(vtm_image *image, const vtm_image_place *place) {
  if (image->pixels == place->pixels) image->pixels = NULL;
  vtm_image_clear(image);
}

void vtm_image_clear(vtm_image *image) {
  if (image == NULL) return;
  free(image->pixels);
  *image = (vtm_image){0};
}
