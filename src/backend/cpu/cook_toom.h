/* Fast convolution in tiles (Cook-Toom, of which Winograd's is the best known): which kernels have a form, how
 * their weights are transformed and packed, and what scratch memory a map needs. The transforms of maps are in
 * cook_toom_kernels.h, their matrices made by cook_toom_generate.c.
 *
 * Errors of one layer, over the standard deviation of its values, against double precision: direct about 2e-7
 * rms; F(4,3) x F(4,3) 2e-6, F(4,5) x F(4,5) 4e-6, F(6,7) 9e-6. Through all of Inception v3 the FID stays
 * within 1e-5 of direct convolution's. */
#ifndef VTM_BACKEND_CPU_COOK_TOOM_H
#define VTM_BACKEND_CPU_COOK_TOOM_H

#include "backend/backend.h"

enum { VTM_CPU_BLOCK = 16 }; /* channels of a plane: see layout.h */

#define VTM_COOK_TOOM_NAMES "direct; Cook-Toom F(4,3), F(4,5), F(6,7) where faster"

/* The forms, in the order of the table of records and of each instruction set's transforms. */
typedef enum vtm_cook_toom_form {
  VTM_COOK_TOOM_3X3,
  VTM_COOK_TOOM_5X5,
  VTM_COOK_TOOM_1X7,
  VTM_COOK_TOOM_7X1,
  VTM_COOK_TOOM_FORMS
} vtm_cook_toom_form;

/* A tile of out_height x out_width outputs is made from in_height x in_width inputs. */
typedef struct vtm_cook_toom {
  vtm_cook_toom_form form;
  const char *name;
  int kernel_height, kernel_width;
  int out_height, out_width, in_height, in_width;
  const double *g_height, *g_width; /* in x kernel, row by row */
  int least_tiles;                  /* of a typical map, from which on the form is faster than direct convolution */
} vtm_cook_toom;

/* The form for a convolution; NULL: direct. */
const vtm_cook_toom *vtm_cook_toom_choose(const vtm_convolution *shape);

/* G w G', in double: in_height x in_width x out_channels x in_channels floats; free(). */
float *vtm_cook_toom_weights(const vtm_cook_toom *form, const vtm_convolution *shape, const float *weights,
                             vtm_error *error);

static inline int vtm_cook_toom_tiles(const vtm_cook_toom *form, int height, int width) {
  return ((height + form->out_height - 1) / form->out_height) * ((width + form->out_width - 1) / form->out_width);
}

/* Tiles that are transformed together: at most as many as keep their values, all channels, in the second-level cache;
 * and, of so many tiles in all, blocks of nearly equal size. */
int vtm_cook_toom_most(const vtm_cook_toom *form, int in_planes, int out_planes);
int vtm_cook_toom_block(const vtm_cook_toom *form, int in_planes, int out_planes, int tiles);

#endif
