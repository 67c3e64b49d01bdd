/* Structural similarity of two pictures (Wang, Bovik, Sheikh, Simoncelli 2004, IEEE TIP 13(4)), and at five scales
 * (Wang, Simoncelli, Bovik 2003). With means, variances and covariance under a Gaussian window of 11 x 11, sigma 1.5,
 *
 *   l = (2 mx my + c1) / (mx^2 + my^2 + c1)      c1 = (0.01 L)^2
 *   c = (2 cov + c2) / (vx + vy + c2)            c2 = (0.03 L)^2
 *
 * SSIM is the mean of l c over windows and planes, L the range of levels. Tools differ in planes and borders:
 *
 *   torchmetrics        since 1.4.2: R, G, B; a window around each pixel, of which what is outside is mirrored
 *   torchmetrics-1.4.1  and before: R, G, B; windows that are inside
 *   skimage             as try-on scripts call it: Pillow's grey levels; windows that are inside
 *   pyiqa               Y of YIQ, rounded; windows that are inside; c not below 0
 *
 * MS-SSIM = prod_{s=1..4} C_s^w_s * S_5^w_5: C_s the mean of c (of windows that are inside), S_5 the mean of l c, at
 * scales that halve by means of 2 x 2 pixels; of odd sizes the last row is left out, by pyiqa a row of zeros is added
 * on either side. torchmetrics takes negative means for 0.
 *
 * All sums are in double, in an order that depends on nothing but the size. */
#ifndef VTM_FEATURES_STRUCTURAL_SIMILARITY_H
#define VTM_FEATURES_STRUCTURAL_SIMILARITY_H

#include "nn/runner.h"

extern const vtm_pixel_measure vtm_ssim_torchmetrics, vtm_ssim_torchmetrics_1_4_1, vtm_ssim_skimage, vtm_ssim_pyiqa;
extern const vtm_pixel_measure vtm_ms_ssim_torchmetrics, vtm_ms_ssim_pyiqa;

#endif
