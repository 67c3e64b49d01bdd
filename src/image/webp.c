/* WebP with libwebp; of an animation the first frame, with libwebpdemux. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "image/reader.h"
#include "image/stb.h"

#ifdef VTM_HAVE_WEBP
#include <webp/decode.h>
#ifdef VTM_HAVE_WEBPDEMUX
#include <webp/demux.h>
#endif

static vtm_status fail(const vtm_image_source *source, VP8StatusCode code, vtm_error *error) {
  switch (code) {
    case VP8_STATUS_NOT_ENOUGH_DATA:
    case VP8_STATUS_SUSPENDED: return vtm_image_fail_truncated(source, "WebP", error);
    case VP8_STATUS_OUT_OF_MEMORY: return vtm_fail(error, VTM_ERROR_MEMORY, "%s: no memory to decode it", source->name);
    default: return vtm_fail(error, VTM_ERROR_FORMAT, "%s: damaged WebP", source->name);
  }
}

static vtm_status decode_still(const vtm_image_source *source, bool alpha, vtm_image *image, vtm_error *error) {
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config))
    return vtm_fail(error, VTM_ERROR_UNSUPPORTED, "%s: the installed libwebp does not fit this build", source->name);
  const size_t pixels = (size_t)image->width * (size_t)image->height;
  const int channels = alpha ? 4 : 3;
  uint8_t *samples = malloc(pixels * (size_t)channels);
  if (samples == NULL) return vtm_fail(error, VTM_ERROR_MEMORY, "%s: no memory to decode it", source->name);
  config.output.colorspace = alpha ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = samples;
  config.output.u.RGBA.stride = image->width * channels;
  config.output.u.RGBA.size = pixels * (size_t)channels;
  const VP8StatusCode code = WebPDecode(source->bytes, source->size, &config);
  WebPFreeDecBuffer(&config.output);
  if (code != VP8_STATUS_OK) {
    free(samples);
    return fail(source, code, error);
  }
  return vtm_stb_store(source, samples, channels, image, error);
}

static vtm_status decode_animation(const vtm_image_source *source, vtm_image *image, vtm_error *error) {
  image->notes |= VTM_IMAGE_FIRST_FRAME;
#ifdef VTM_HAVE_WEBPDEMUX
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
  if (samples != NULL) return vtm_stb_store(source, samples, 4, image, error);
  if (good) return vtm_fail(error, VTM_ERROR_MEMORY, "%s: no memory to decode it", source->name);
  return vtm_fail(error, VTM_ERROR_FORMAT, "%s: truncated or damaged WebP animation", source->name);
#else
  return vtm_fail(error, VTM_ERROR_UNSUPPORTED,
                  "%s: an animated WebP, which this build cannot read: install libwebpdemux and rebuild, or save the "
                  "first frame as PNG",
                  source->name);
#endif
}

static vtm_status decode(const vtm_image_source *source, vtm_image *image, vtm_error *error) {
  WebPBitstreamFeatures features;
  const VP8StatusCode code = WebPGetFeatures(source->bytes, source->size, &features);
  if (code != VP8_STATUS_OK) return fail(source, code, error);
  const vtm_status status =
      vtm_image_set_size(source, (uint64_t)features.width, (uint64_t)features.height, image, error);
  if (status != VTM_OK) return status;
  return features.has_animation ? decode_animation(source, image, error)
                                : decode_still(source, features.has_alpha, image, error);
}
enum { REFUSED = false };
#else
enum { REFUSED = true };
static vtm_status decode(const vtm_image_source *source, vtm_image *image, vtm_error *error) {
  (void)image;
  return vtm_fail(error, VTM_ERROR_UNSUPPORTED,
                  "%s: a WebP image, which this build cannot read: install libwebp and rebuild, or save it as PNG",
                  source->name);
}
#endif

static bool sniff(const uint8_t *bytes, size_t size) {
  return size >= 12 && memcmp(bytes, "RIFF", 4) == 0 && memcmp(bytes + 8, "WEBP", 4) == 0;
}

const vtm_image_reader vtm_webp_reader = {"WebP", ".webp ", sniff, decode, REFUSED};
