#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "draw.h"

#define STB_IMAGE_WRITE_IMPLEMENTATION
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#include <stb/stb_image_write.h>
#pragma GCC diagnostic pop

static unsigned char to_byte(double v) { return (unsigned char)(v < 0 ? 0 : v > 255 ? 255 : lrint(v)); }

static unsigned char *new_rgb(int width, int height) {
  unsigned char *rgb = malloc((size_t)width * (size_t)height * 3);
  if (rgb == NULL) abort();
  return rgb;
}

pixels pixels_from_surface(cairo_surface_t *surface) {
  cairo_surface_flush(surface);
  pixels image = {cairo_image_surface_get_width(surface), cairo_image_surface_get_height(surface), NULL};
  image.rgb = new_rgb(image.width, image.height);
  const unsigned char *data = cairo_image_surface_get_data(surface);
  const int stride = cairo_image_surface_get_stride(surface);
  for (int y = 0; y < image.height; y++) {
    for (int x = 0; x < image.width; x++) {
      uint32_t argb;
      memcpy(&argb, data + (ptrdiff_t)y * stride + 4 * (ptrdiff_t)x, sizeof(argb));
      unsigned char *out = image.rgb + 3 * ((ptrdiff_t)y * image.width + x);
      out[0] = (unsigned char)(argb >> 16);
      out[1] = (unsigned char)(argb >> 8);
      out[2] = (unsigned char)argb;
    }
  }
  return image;
}

/* Grain of the sensor, the same in the three channels. */
void pixels_add_grain(pixels *image, random_state random, double strength) {
  const ptrdiff_t count = (ptrdiff_t)image->width * image->height;
  for (ptrdiff_t i = 0; i < count; i++) {
    const double grain = random_between(&random, -strength, strength) + random_between(&random, -strength, strength);
    for (int c = 0; c < 3; c++) image->rgb[3 * i + c] = to_byte(image->rgb[3 * i + c] + grain);
  }
}

void pixels_halve(pixels *image) {
  const int width = image->width / 2;
  const int height = image->height / 2;
  unsigned char *rgb = new_rgb(width, height);
  for (int y = 0; y < height; y++) {
    for (int x = 0; x < width; x++) {
      for (int c = 0; c < 3; c++) {
        const unsigned char *in = image->rgb + 3 * (2 * (ptrdiff_t)y * image->width + 2 * x) + c;
        const int sum = in[0] + in[3] + in[3 * image->width] + in[3 * image->width + 3];
        rgb[3 * (y * width + x) + c] = (unsigned char)((sum + 2) / 4);
      }
    }
  }
  free(image->rgb);
  *image = (pixels){width, height, rgb};
}

static int clamp(int v, int count) { return v < 0 ? 0 : v >= count ? count - 1 : v; }

/* One box pass along rows (step 3) or columns (step 3 * width). */
static void box_pass(const pixels *image, unsigned char *out, int radius, bool along_rows) {
  for (int y = 0; y < image->height; y++) {
    for (int x = 0; x < image->width; x++) {
      for (int c = 0; c < 3; c++) {
        int sum = 0;
        for (int k = -radius; k <= radius; k++) {
          const int px = along_rows ? clamp(x + k, image->width) : x;
          const int py = along_rows ? y : clamp(y + k, image->height);
          sum += image->rgb[3 * (py * image->width + px) + c];
        }
        out[3 * (y * image->width + x) + c] = (unsigned char)((sum + radius) / (2 * radius + 1));
      }
    }
  }
}

/* Two box blurs each way: close to a Gaussian. */
void pixels_blur(pixels *image, int radius) {
  for (int pass = 0; pass < 4; pass++) {
    unsigned char *out = new_rgb(image->width, image->height);
    box_pass(image, out, radius, pass % 2 == 0);
    free(image->rgb);
    image->rgb = out;
  }
}

bool pixels_write(const pixels *image, const char *path) {
  stbi_write_png_compression_level = 32;
  const size_t length = strlen(path);
  if (length > 4 && strcmp(path + length - 4, ".png") == 0) {
    return stbi_write_png(path, image->width, image->height, 3, image->rgb, 3 * image->width) != 0;
  }
  return stbi_write_jpg(path, image->width, image->height, 3, image->rgb, 85) != 0;
}

void pixels_free(pixels *image) {
  free(image->rgb);
  image->rgb = NULL;
}
