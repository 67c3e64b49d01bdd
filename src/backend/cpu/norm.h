/* The norm by which LPIPS divides. */
#ifndef VTM_BACKEND_CPU_NORM_H
#define VTM_BACKEND_CPU_NORM_H

#include <float.h>
#include <math.h>

/* 1 / (|x| + 1e-10) of a vector whose square is given. One whose square no float can hold has no norm: as infinity it
 * would make the vector zero, and equal to others. */
static inline float inverse_norm(float square) { return square <= FLT_MAX ? 1 / (sqrtf(square) + 1e-10F) : NAN; }

#endif
