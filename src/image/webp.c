/* WebP with libwebp. Where libwebpdemux is installed its decoder of animations is used, as in Pillow: it also checks
 * the chunks around the pixels of a still picture. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "image/reader.h"
#include "image/stb.h"

#ifdef VTM_HAVE_WEBP
#include <webp/decode.h>

/* The header says how long the file is. */
static vtm_status fail_damaged_webp(const vtm_image_source *source, vtm_error *error) {
  enum { RIFF_FRAME = 8 };
  if (source->size < 12 || vtm_read_u32le(source->bytes + 4) > source->size - RIFF_FRAME)
    return vtm_image_fail_truncated(source, "WebP", error);
  return vtm_fail(error, VTM_ERROR_FORMAT, "%s: damaged WebP: copy the file again", source->name);
}

#ifdef VTM_HAVE_WEBPDEMUX
#include <webp/demux.h>

static vtm_status decode_first(const vtm_image_source *source, const WebPBitstreamFeatures *features, vtm_image *image,
                               vtm_error *error) {
  const WebPData data = {source->bytes, source->size};
  WebPAnimDecoder *decoder = WebPAnimDecoderNew(&data, NULL);
  uint8_t *canvas = NULL, *samples = NULL;
  int time = 0;
  WebPAnimInfo info = {0};
  const bool good = decoder != NULL && WebPAnimDecoderGetInfo(decoder, &info) &&
                    info.canvas_width == (uint32_t)image->width && info.canvas_height == (uint32_t)image->height &&
                    WebPAnimDecoderGetNext(decoder, &canvas, &time);
  if (good) {
    const size_t bytes = (size_t)image->width * (size_t)image->height * 4;
    samples = malloc(bytes);
    if (samples != NULL) memcpy(samples, canvas, bytes);
  }
  WebPAnimDecoderDelete(decoder);
  if (features->has_animation) image->notes |= VTM_IMAGE_FIRST_FRAME;
  if (samples != NULL) return vtm_stb_store(source, samples, 4, image, error);
  return good ? vtm_fail(error, VTM_ERROR_MEMORY, "%s: no memory to decode it", source->name)
              : fail_damaged_webp(source, error);
}
#else
static vtm_status decode_first(const vtm_image_source *source, const WebPBitstreamFeatures *features, vtm_image *image,
                               vtm_error *error) {
  if (features->has_animation)
    return vtm_fail(error, VTM_ERROR_UNSUPPORTED,
                    "%s: an animated WebP, which this build cannot read: install libwebpdemux and rebuild, or save the "
                    "first frame as PNG",
                    source->name);
  const int channels = features->has_alpha ? 4 : 3;
  const size_t stride = (size_t)image->width * (size_t)channels;
  const size_t bytes = stride * (size_t)image->height;
  uint8_t *samples = malloc(bytes);
  if (samples == NULL) return vtm_fail(error, VTM_ERROR_MEMORY, "%s: no memory to decode it", source->name);
  const uint8_t *decoded = features->has_alpha
                               ? WebPDecodeRGBAInto(source->bytes, source->size, samples, bytes, (int)stride)
                               : WebPDecodeRGBInto(source->bytes, source->size, samples, bytes, (int)stride);
  if (decoded != NULL) return vtm_stb_store(source, samples, channels, image, error);
  free(samples);
  return fail_damaged_webp(source, error);
}
#endif

static vtm_status decode_webp(const vtm_image_source *source, vtm_image *image, vtm_error *error) {
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(source->bytes, source->size, &features) != VP8_STATUS_OK) return fail_damaged_webp(source, error);
  const vtm_status status =
      vtm_image_set_size(source, (uint64_t)features.width, (uint64_t)features.height, image, error);
  return status == VTM_OK ? decode_first(source, &features, image, error) : status;
}
enum { REFUSED = false };
#else
enum { REFUSED = true };
static vtm_status decode_webp(const vtm_image_source *source, vtm_image *image, vtm_error *error) {
  (void)image;
  return vtm_fail(error, VTM_ERROR_UNSUPPORTED,
                  "%s: a WebP image, which this build cannot read: install libwebp and rebuild, or save it as PNG",
                  source->name);
}
#endif

static bool sniff_webp(const uint8_t *bytes, size_t size) {
  return size >= 12 && memcmp(bytes, "RIFF", 4) == 0 && memcmp(bytes + 8, "WEBP", 4) == 0;
}

const vtm_image_reader vtm_webp_reader = {"WebP", ".webp ", sniff_webp, decode_webp, REFUSED};
