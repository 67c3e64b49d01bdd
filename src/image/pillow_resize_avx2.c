/* The passes of pillow_resize.c with AVX2, to the same bit.
 *
 * AVX2 multiplies 16-bit numbers four times as fast as 32-bit ones, and adds the products of neighbours on
 * the way (vpmaddwd). A weight of 24 bits is therefore split, weight = high * 2^12 + low with low in
 * 0..4095, and the two sums are put together at the end: sum = (sum_high << 12) + sum_low, exactly. */
#include <immintrin.h>
#include <string.h>

#include "base/cpu.h"
#include "image/resize.h"

enum { GROUP = 4, PACKED = 32, ROWS = 4, LOAD = 16 }; /* PACKED: 16-bit weights of a group of taps */

/* Two taps a 128-bit half: r0 r1 g0 g1 b0 b1 0 0, each widened to 16 bits. */
static __m256i pair_up(const uint8_t *pixels) {
  const __m256i order = _mm256_setr_epi8(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1, /**/
                                         6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1);
  const __m128i loaded = _mm_loadu_si128((const __m128i *)(const void *)pixels);
  return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(loaded), order);
}

static __m256i load_weights(const int16_t *weights) {
  return _mm256_load_si256((const __m256i *)(const void *)weights);
}

static __m256i join_parts(__m256i high, __m256i low) {
  return _mm256_add_epi32(_mm256_slli_epi32(high, VTM_PACKED_LOW_BITS), low);
}

/* One destination pixel of one row: its sums for taps 0, 1 (lower half) and 2, 3 (upper half) of all groups. */
static inline __m256i sum_window(const uint8_t *in, const int16_t *weights, int groups) {
  __m256i high = _mm256_setzero_si256(), low = high;
  for (int g = 0; g < groups; g++, in += 3 * GROUP, weights += PACKED) {
    const __m256i pixels = pair_up(in);
    high = _mm256_add_epi32(high, _mm256_madd_epi16(pixels, load_weights(weights)));
    low = _mm256_add_epi32(low, _mm256_madd_epi16(pixels, load_weights(weights + PACKED / 2)));
  }
  return join_parts(high, low);
}

/* Adds the two halves of each sum, rounds and shifts; of two rows: the lower half of the result is row a, the upper row
 * b.
 */
static __m256i add_halves(__m256i a, __m256i b) {
  const __m256i half = _mm256_set1_epi32(1 << (VTM_PILLOW_BITS - 1));
  const __m256i sum = _mm256_add_epi32(_mm256_permute2x128_si256(a, b, 0x20), _mm256_permute2x128_si256(a, b, 0x31));
  return _mm256_srai_epi32(_mm256_add_epi32(sum, half), VTM_PILLOW_BITS);
}

static void put_pixel(uint8_t *out, int pixel) { memcpy(out, &pixel, sizeof(pixel)); }

static void four_rows(const vtm_axis *axis, const uint8_t *const rows[ROWS], uint8_t *out, size_t stride) {
  const vtm_window *windows = vtm_axis_windows(axis);
  const int16_t *weights = vtm_axis_packed(axis);
  for (int x = 0; x < axis->out; x++, weights += (size_t)axis->taps * 8, out += 3) {
    const size_t at = (size_t)windows[x].first * 3;
    const int groups = (windows[x].count + GROUP - 1) / GROUP;
    const __m256i s01 =
        add_halves(sum_window(rows[0] + at, weights, groups), sum_window(rows[1] + at, weights, groups));
    const __m256i s23 =
        add_halves(sum_window(rows[2] + at, weights, groups), sum_window(rows[3] + at, weights, groups));
    const __m256i words = _mm256_packs_epi32(s01, s23);
    const __m256i pixels = _mm256_packus_epi16(words, words);
    put_pixel(out, _mm256_extract_epi32(pixels, 0));
    put_pixel(out + stride, _mm256_extract_epi32(pixels, 4));
    put_pixel(out + 2 * stride, _mm256_extract_epi32(pixels, 1));
    put_pixel(out + 3 * stride, _mm256_extract_epi32(pixels, 5));
  }
}

static void one_row(const vtm_axis *axis, const uint8_t *row, uint8_t *out) {
  const vtm_window *windows = vtm_axis_windows(axis);
  const int16_t *weights = vtm_axis_packed(axis);
  for (int x = 0; x < axis->out; x++, weights += (size_t)axis->taps * 8, out += 3) {
    const int groups = (windows[x].count + GROUP - 1) / GROUP;
    const __m256i sum = sum_window(row + (size_t)windows[x].first * 3, weights, groups);
    const __m256i words = _mm256_packs_epi32(add_halves(sum, sum), _mm256_setzero_si256());
    put_pixel(out, _mm256_extract_epi32(_mm256_packus_epi16(words, words), 0));
  }
}

/* The same for rows after which no whole vector can be read: each group of taps is copied first. */
static void careful_row(const vtm_axis *axis, const uint8_t *row, uint8_t *out) {
  const vtm_window *windows = vtm_axis_windows(axis);
  const size_t bytes = (size_t)axis->in * 3;
  const int16_t *weights = vtm_axis_packed(axis);
  for (int x = 0; x < axis->out; x++, weights += (size_t)axis->taps * 8, out += 3) {
    const int groups = (windows[x].count + GROUP - 1) / GROUP;
    const size_t from = (size_t)windows[x].first * 3;
    __m256i sum = _mm256_setzero_si256();
    for (int g = 0; g < groups; g++) {
      const size_t at = from + (size_t)g * 3 * GROUP;
      uint8_t padded[LOAD] = {0};
      memcpy(padded, row + at, bytes - at < LOAD ? bytes - at : LOAD);
      sum = _mm256_add_epi32(sum, sum_window(padded, weights + g * PACKED, 1));
    }
    const __m256i words = _mm256_packs_epi32(add_halves(sum, sum), _mm256_setzero_si256());
    put_pixel(out, _mm256_extract_epi32(_mm256_packus_epi16(words, words), 0));
  }
}

static void horizontal_pass_avx2(const vtm_axis *axis, const vtm_plane *source, uint8_t *destination, size_t stride) {
  /* A row may be read up to LOAD bytes beyond its last pixel, which must lie within the picture. */
  const size_t bytes = (size_t)axis->in * 3;
  const size_t rows_behind = (LOAD + source->stride - 1) / source->stride;
  const int safe = source->height - (int)rows_behind;
  int y = 0;
  for (; y + ROWS <= safe; y += ROWS) {
    const uint8_t *row = source->pixels + (size_t)y * source->stride;
    const uint8_t *const rows[ROWS] = {row, row + source->stride, row + 2 * source->stride, row + 3 * source->stride};
    four_rows(axis, rows, destination + (size_t)y * stride, stride);
  }
  for (; y < source->height; y++) {
    const uint8_t *row = source->pixels + (size_t)y * source->stride;
    if (y < safe || source->stride - bytes >= LOAD)
      one_row(axis, row, destination + (size_t)y * stride);
    else
      careful_row(axis, row, destination + (size_t)y * stride);
  }
}

/* Two rows a step: their bytes interleaved, so that one multiplication takes a tap of each. */
typedef struct row_pair {
  const uint8_t *a, *b;
  __m256i high, low;
} row_pair;

static row_pair pair_of(const uint8_t *rows, size_t stride, const int32_t *weights, int k, int count) {
  enum { LOW_MASK = (1 << VTM_PACKED_LOW_BITS) - 1 };
  const bool both = k + 1 < count; /* else the second row has weight zero, and is not read */
  const int32_t first = weights[k], second = both ? weights[k + 1] : 0;
  const uint32_t high =
      (uint32_t)(first >> VTM_PACKED_LOW_BITS & 0xffff) | (uint32_t)(second >> VTM_PACKED_LOW_BITS & 0xffff) << 16;
  const uint32_t low = (uint32_t)(first & LOW_MASK) | (uint32_t)(second & LOW_MASK) << 16;
  const uint8_t *a = rows + (size_t)k * stride;
  return (row_pair){a, both ? a + stride : a, _mm256_set1_epi32((int)high), _mm256_set1_epi32((int)low)};
}

static __m128i weigh_16(const uint8_t *rows, size_t stride, const int32_t *weights, int count) {
  __m256i high0 = _mm256_setzero_si256(), low0 = high0, high1 = high0, low1 = high0;
  for (int k = 0; k < count; k += 2) {
    const row_pair pair = pair_of(rows, stride, weights, k, count);
    const __m128i a = _mm_loadu_si128((const __m128i *)(const void *)pair.a);
    const __m128i b = _mm_loadu_si128((const __m128i *)(const void *)pair.b);
    const __m256i left = _mm256_cvtepu8_epi16(_mm_unpacklo_epi8(a, b));
    const __m256i right = _mm256_cvtepu8_epi16(_mm_unpackhi_epi8(a, b));
    high0 = _mm256_add_epi32(high0, _mm256_madd_epi16(left, pair.high));
    low0 = _mm256_add_epi32(low0, _mm256_madd_epi16(left, pair.low));
    high1 = _mm256_add_epi32(high1, _mm256_madd_epi16(right, pair.high));
    low1 = _mm256_add_epi32(low1, _mm256_madd_epi16(right, pair.low));
  }
  const __m256i half = _mm256_set1_epi32(1 << (VTM_PILLOW_BITS - 1));
  const __m256i s0 = _mm256_srai_epi32(_mm256_add_epi32(join_parts(high0, low0), half), VTM_PILLOW_BITS);
  const __m256i s1 = _mm256_srai_epi32(_mm256_add_epi32(join_parts(high1, low1), half), VTM_PILLOW_BITS);
  const __m256i words = _mm256_permute4x64_epi64(_mm256_packs_epi32(s0, s1), 0xd8);
  return _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
}

/* The last, partial block, byte by byte. */
static void weigh_rest(const uint8_t *rows, size_t stride, const int32_t *weights, int count, size_t bytes,
                       uint8_t *out) {
  for (size_t i = 0; i < bytes; i++) {
    int32_t sum = 1 << (VTM_PILLOW_BITS - 1);
    for (int k = 0; k < count; k++) sum += rows[(size_t)k * stride + i] * weights[k];
    const int32_t value = sum >> VTM_PILLOW_BITS;
    out[i] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
  }
}

static void vertical_pass_avx2(const vtm_axis *axis, const vtm_plane *source, uint8_t *destination, size_t stride) {
  const vtm_window *windows = vtm_axis_windows(axis);
  const size_t bytes = (size_t)source->width * 3;
  for (int y = 0; y < axis->out; y++) {
    const int32_t *weights = vtm_axis_fixed(axis) + (size_t)y * (size_t)axis->taps;
    const uint8_t *rows = source->pixels + (size_t)windows[y].first * source->stride;
    uint8_t *out = destination + (size_t)y * stride;
    size_t at = 0;
    for (; at + LOAD <= bytes; at += LOAD)
      _mm_storeu_si128((__m128i *)(void *)(out + at), weigh_16(rows + at, source->stride, weights, windows[y].count));
    weigh_rest(rows + at, source->stride, weights, windows[y].count, bytes - at, out + at);
  }
}

const vtm_pillow_kernels vtm_pillow_kernels_avx2 = {VTM_CPU_AVX2, horizontal_pass_avx2, vertical_pass_avx2};
