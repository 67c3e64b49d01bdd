/* Bilinear interpolation between the two nearest samples of each axis, without antialiasing: first along
 * the row, then between two rows. */
#include "image/resize.h"

typedef struct neighbours {
  int low, high; /* columns times three, or rows */
  float t;
} neighbours;

static void locate(int in, int out, const vtm_linear_form *form, int step, neighbours *table) {
  const float scale = (float)in / (float)out;
  for (int i = 0; i < out; i++) {
    const float position = form->position(i, scale);
    const int low = position < (float)(in - 1) ? (int)position : in - 1;
    table[i] = (neighbours){low * step, (low < in - 1 ? low + 1 : low) * step, position - (float)low};
  }
}

static inline float between(float a, float b, float t, bool lerp) {
  return lerp ? a + (b - a) * t : a * (1.0f - t) + b * t;
}

static void resize_row(const uint8_t *row, int width, const neighbours *columns, bool lerp, float *out) {
  for (int x = 0; x < width; x++, out += 3) {
    const uint8_t *a = row + columns[x].low, *b = row + columns[x].high;
    for (int c = 0; c < 3; c++) out[c] = between(a[c], b[c], columns[x].t, lerp);
  }
}

/* The last two rows made, so that enlarging makes each once. */
typedef struct row_cache {
  int index[2];
  float *row[2];
} row_cache;

vtm_status vtm_resize_linear(vtm_resizer *resizer, const vtm_image *source, int width, int height,
                             const vtm_linear_form *form, float *destination, vtm_error *error) {
  const size_t samples = (size_t)width * 3;
  if (!vtm_scratch_reserve(&resizer->table, ((size_t)width + (size_t)height) * sizeof(neighbours), error) ||
      !vtm_scratch_reserve(&resizer->first_pass, 2 * samples * sizeof(float), error))
    return error != NULL ? error->status : VTM_ERROR_MEMORY;
  neighbours *columns = resizer->table.memory, *rows = columns + width;
  locate(source->width, width, form, 3, columns);
  locate(source->height, height, form, 1, rows);
  float *scratch = resizer->first_pass.memory;
  row_cache cache = {{-1, -1}, {scratch, scratch + samples}};
  for (int y = 0; y < height; y++, destination += samples) {
    const int wanted[2] = {rows[y].low, rows[y].high};
    const float *row[2];
    for (int i = 0; i < 2; i++) {
      const int slot = wanted[i] & 1; /* neighbours differ in their last bit */
      if (cache.index[slot] != wanted[i])
        resize_row(source->pixels + (size_t)wanted[i] * (size_t)source->width * 3, width, columns, form->lerp,
                   cache.row[slot]);
      cache.index[slot] = wanted[i];
      row[i] = cache.row[slot];
    }
    for (size_t i = 0; i < samples; i++) destination[i] = between(row[0][i], row[1][i], rows[y].t, form->lerp);
  }
  return VTM_OK;
}
