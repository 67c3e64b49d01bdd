/* IEEE half precision: 11 bits, up to 65504, rounded to nearest and ties to even. A GPU's own conversions do the same.
 */
#ifndef VTM_BACKEND_CUDA_HALF_H
#define VTM_BACKEND_CUDA_HALF_H

#ifdef __CUDACC__
#include <cuda_fp16.h>
#define VTM_ELEMENT static __device__ __forceinline__
typedef __half vtm_half;

VTM_ELEMENT float vtm_half_value(vtm_half half) { return __half2float(half); }
VTM_ELEMENT vtm_half vtm_half_of(float value) { return __float2half_rn(value); }
#else
#include <stdint.h>
#include <string.h>
#define VTM_ELEMENT static inline
typedef uint16_t vtm_half;

VTM_ELEMENT float vtm_half_float_of_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof(value));
  return value;
}

VTM_ELEMENT uint32_t vtm_half_bits_of_float(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof(bits));
  return bits;
}

/* Exponents of float32 are biased by 127, of fp16 by 15; mantissas have 23 and 10 bits. */
VTM_ELEMENT float vtm_half_value(vtm_half half) {
  const uint32_t sign = (uint32_t)(half & 0x8000) << 16;
  const uint32_t exponent = half >> 10 & 31;
  uint32_t bits = (uint32_t)(half & 0x7fff) << 13;
  if (exponent == 31)
    bits += (255U - 31) << 23; /* infinity, NaN */
  else if (exponent > 0)
    bits += (127U - 15) << 23;
  else /* too small for a leading one: mantissa times 2^-24 */
    bits = vtm_half_bits_of_float((float)(half & 0x3ff) * 0x1p-24F);
  return vtm_half_float_of_bits(sign | bits);
}

VTM_ELEMENT vtm_half vtm_half_of(float value) {
  const uint32_t bits = vtm_half_bits_of_float(value);
  const uint32_t sign = bits >> 16 & 0x8000;
  const uint32_t size = bits & 0x7fffffff;
  const uint32_t largest = (127U + 16) << 23; /* 65536; what rounds up to it becomes infinity by itself */
  const uint32_t normal = (127U - 14) << 23;
  uint32_t half;
  if (size >= largest) {
    half = size > 255U << 23 ? 0x7e00 : 0x7c00;
  } else if (size >= normal) {
    const uint32_t odd = size >> 13 & 1;
    half = (size - ((127U - 15) << 23) + 0xfff + odd) >> 13;
  } else { /* the sum's last bit is worth 2^-24 */
    half = vtm_half_bits_of_float(vtm_half_float_of_bits(size) + 0.5F) - vtm_half_bits_of_float(0.5F);
  }
  return (vtm_half)(sign | half);
}
#endif

#endif
