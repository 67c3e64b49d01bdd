/* Keypoints of people: OpenPose's JSON, and DressCode's shorter form of it. */
#ifndef VTM_LINT_OPENPOSE_H
#define VTM_LINT_OPENPOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vtonmetrics/status.h"

/* Where the points that were found lie. */
typedef struct vtm_pose_box {
  float left, top, right, bottom; /* in pixels; all 0: no point was found */
} vtm_pose_box;

/* Counts over all people of one file; the first case of each fault is kept for the message. */
typedef struct vtm_pose {
  size_t people;
  size_t points;            /* all points, found or not */
  size_t found;             /* with a confidence above 0 */
  size_t without_points;    /* people without pose_keypoints_2d */
  size_t not_numbers;       /* things that are no numbers where numbers belong */
  size_t not_finite;        /* points with NaN or Infinity, which count as not found */
  size_t wrong_counts;      /* people whose list is no whole number of points, or neither 18 nor 25 of them */
  size_t wrong_count;       /* the first such list's length */
  size_t wrong_confidences; /* below 0 or above 1 */
  double wrong_confidence;
  size_t first_points;   /* of the first person, whom programs take */
  uint32_t first_found;  /* bit i: point i of the first person was found */
  bool first_is_smaller; /* another person is more than half as large again: the first may be a bystander */
  bool byte_order_mark;
  bool fractions; /* every coordinate is within 0..1: relative to the image instead of pixels */
  bool dresscode; /* one person, in pixels of a 384x512 picture whatever the size of the photograph */
  vtm_pose_box box;
} vtm_pose;

enum { VTM_DRESSCODE_POSE_WIDTH = 384, VTM_DRESSCODE_POSE_HEIGHT = 512 };

/* An error: no JSON, or JSON that is not of keypoints; its message has no path. */
vtm_status vtm_pose_read(const uint8_t *bytes, size_t size, vtm_pose *pose, vtm_error *error);
/* Does a point lie outside a picture of this size? A joint on the border may come out a pixel beyond it. */
bool vtm_pose_is_outside(const vtm_pose_box *box, int width, int height);

#endif
