/* Which form a convolution is computed in: direct, or in the tiles of a Cook-Toom form. */
#ifndef VTM_BACKEND_CPU_COST_MODEL_H
#define VTM_BACKEND_CPU_COST_MODEL_H

#include "backend/backend.h"
#include "backend/cpu/f32/cook_toom.h"

typedef enum vtm_cpu_class_number {
  VTM_CPU_CLASS_AVX512,
  VTM_CPU_CLASS_AVX2,
  VTM_CPU_CLASS_NEON,
  VTM_CPU_CLASS_PORTABLE,
  VTM_CPU_CLASSES
} vtm_cpu_class_number;

/* What decides the cost of a form on processors of one kind. */
typedef struct vtm_cpu_class {
  int lanes, vectors, pixels;   /* of backend_template.h */
  double rates[VTM_WORK_KINDS]; /* products at the peak that take as long as one unit of each kind of work */
} vtm_cpu_class;

extern const vtm_cpu_class vtm_cpu_classes[VTM_CPU_CLASSES];

/* How far a layer's rms error may be from double precision. With `exact` only direct convolution is left. */
#define VTM_LAYER_ERROR_BUDGET 1e-5

/* All forms that fit, direct convolution first; returns their number. */
int vtm_choose_candidates(const vtm_cpu_class *cpu, const vtm_convolution *shape,
                          vtm_candidate list[VTM_MOST_CANDIDATES]);

/* The form of least cost within the budget, or shape->candidate; NULL: direct. */
const vtm_cook_toom *vtm_choose_form(const vtm_cpu_class *cpu, const vtm_convolution *shape);

#endif
