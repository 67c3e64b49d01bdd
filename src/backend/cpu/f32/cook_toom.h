/* Fast convolution in tiles (Cook-Toom, of which Winograd's is the best known): which kernels have a form, how
 * their weights are transformed and packed, and what scratch memory a map needs. The transforms of maps are in
 * cook_toom_template.h, their matrices made by cook_toom_generate.c.
 *
 * A form's error is that of one layer of 192 channels against double precision, rms over the standard deviation of the
 * true values; direct convolution's is 2e-7. */
#ifndef VTM_BACKEND_CPU_COOK_TOOM_H
#define VTM_BACKEND_CPU_COOK_TOOM_H

#include "backend/backend.h"

enum { VTM_CPU_BLOCK = 16 }; /* channels of a plane: see f32_layout.h */

/* For people, and part of every fingerprint: the forms below, each F(m, r) once. */
#define VTM_COOK_TOOM_NAMES "direct; Cook-Toom F(2,3), F(4,3), F(6,3), F(4,5), F(6,7) where faster"

/* All forms, each of which some class of processors chooses for some layer: F(MH, RH) along the height, F(MW, RW) along
 * the width, the name, the error. */
#define VTM_COOK_TOOM_EACH(X)              \
  X(2, 3, 2, 3, "F(2,3) x F(2,3)", 3.7e-7) \
  X(4, 3, 4, 3, "F(4,3) x F(4,3)", 2.3e-6) \
  X(6, 3, 6, 3, "F(6,3) x F(6,3)", 4.3e-6) \
  X(4, 5, 4, 5, "F(4,5) x F(4,5)", 4.0e-6) \
  X(1, 1, 4, 3, "F(4,3)", 6.6e-7)          \
  X(4, 3, 1, 1, "F(4,3)", 6.6e-7)          \
  X(1, 1, 6, 7, "F(6,7)", 9.3e-6)          \
  X(6, 7, 1, 1, "F(6,7)", 9.3e-6)

/* The forms, in the order of the table of records and of each instruction set's transforms. */
#define VTM_COOK_TOOM_ENUM(MH, RH, MW, RW, NAME, ERROR) VTM_COOK_TOOM_##MH##_##RH##_##MW##_##RW,
typedef enum vtm_cook_toom_form { VTM_COOK_TOOM_EACH(VTM_COOK_TOOM_ENUM) VTM_COOK_TOOM_FORMS } vtm_cook_toom_form;

/* A tile of out_height x out_width outputs is made from in_height x in_width inputs. */
typedef struct vtm_cook_toom {
  vtm_cook_toom_form form;
  const char *name;
  double error;
  int kernel_height, kernel_width;
  int out_height, out_width, in_height, in_width;
  const double *g_height, *g_width; /* in x kernel, row by row */
  int input_terms, output_terms;    /* of one tile's sums in B' d B and in A' M A */
} vtm_cook_toom;

extern const vtm_cook_toom vtm_cook_toom_forms[VTM_COOK_TOOM_FORMS];

/* Whether the form computes convolutions of this shape. */
bool vtm_cook_toom_fits(const vtm_cook_toom *form, const vtm_convolution *shape);

/* G w G', in double: in_height x in_width x out_channels x in_channels floats; free(). */
float *vtm_cook_toom_weights(const vtm_cook_toom *form, const vtm_convolution *shape, const float *weights,
                             vtm_error *error);

static inline int vtm_cook_toom_tiles(const vtm_cook_toom *form, int height, int width) {
  return ((height + form->out_height - 1) / form->out_height) * ((width + form->out_width - 1) / form->out_width);
}

/* Tiles that are transformed together: at most as many as keep their values, all channels, in a second-level cache of 1
 * MiB; and, of so many tiles in all, blocks of nearly equal size. */
int vtm_cook_toom_most(const vtm_cook_toom *form, int in_planes, int out_planes);
int vtm_cook_toom_block(const vtm_cook_toom *form, int in_planes, int out_planes, int tiles);

/* Floats from the values of one position of a block of tiles to those of the next: a line of the cache more than they
 * need, so that the positions of a tile do not all compete for the same few lines. */
static inline size_t vtm_cook_toom_step(int planes, int block) {
  return ((size_t)planes * (size_t)block + 1) * VTM_CPU_BLOCK;
}

#endif
