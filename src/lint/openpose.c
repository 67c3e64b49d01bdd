#include "lint/openpose.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "lint/python_json.h"

/* One person with face and hands is 10 KB of JSON. */
static const vtm_json_limits limits = {.bytes = 4 << 20, .values = 200000, .depth = 16};

enum { BODY_18 = 18, BODY_25 = 25, OPENPOSE_STRIDE = 3, DRESSCODE_STRIDE = 4 };

bool vtm_pose_is_outside(const vtm_pose_box *box, int width, int height) {
  return box->left < -1 || box->top < -1 || box->right > (float)width + 1 || box->bottom > (float)height + 1;
}

static void widen_box(vtm_pose *pose, float x, float y) {
  vtm_pose_box *box = &pose->box;
  if (pose->found == 1) *box = (vtm_pose_box){x, y, x, y};
  if (x < box->left) box->left = x;
  if (y < box->top) box->top = y;
  if (x > box->right) box->right = x;
  if (y > box->bottom) box->bottom = y;
}

static float to_float(double value) {
  const double most = 1e30;
  return (float)(value > most ? most : value < -most ? -most : value);
}

static void take_point(vtm_pose *pose, double x, double y, double confidence) {
  pose->points++;
  if (!isfinite(x) || !isfinite(y) || !isfinite(confidence)) {
    pose->not_finite++;
    x = y = confidence = 0;
  }
  if (pose->people == 1) {
    const bool found = confidence > 0 && !(x == 0 && y == 0);
    if (found && pose->first_points < 32) pose->first_found |= UINT32_C(1) << pose->first_points;
    pose->first_points++;
  }
  if (!(confidence >= 0 && confidence <= 1)) {
    if (pose->wrong_confidences++ == 0) pose->wrong_confidence = confidence;
  }
  if (confidence <= 0) return;
  pose->found++;
  if (x > 1 || y > 1) pose->fractions = false;
  widen_box(pose, to_float(x), to_float(y));
}

/* {"pose_keypoints_2d": [x, y, confidence, ...]} */
static void read_person(vtm_pose *pose, const cJSON *person, float *first_height) {
  const cJSON *list = cJSON_GetObjectItemCaseSensitive(person, "pose_keypoints_2d");
  if (pose->people > 1 && !cJSON_IsArray(list)) return; /* programs take the first person */
  if (!cJSON_IsArray(list)) {
    pose->without_points++;
    return;
  }
  double point[OPENPOSE_STRIDE] = {0};
  size_t count = 0;
  const cJSON *number = NULL;
  float top = 0, bottom = 0;
  cJSON_ArrayForEach(number, list) {
    /* [[x, y, c], ...] is the same numbers: programs reshape the list */
    const cJSON *inner = cJSON_IsArray(number) ? number->child : number;
    for (; inner != NULL; inner = cJSON_IsArray(number) ? inner->next : NULL) {
      if (!cJSON_IsNumber(inner)) pose->not_numbers++;
      point[count++ % OPENPOSE_STRIDE] = cJSON_IsNumber(inner) ? inner->valuedouble : 0;
      if (count % OPENPOSE_STRIDE != 0) continue;
      take_point(pose, point[0], point[1], point[2]);
      if (!(point[2] > 0) || !isfinite(point[1])) continue;
      const float y = to_float(point[1]);
      if (bottom == 0 || y < top) top = y;
      if (y > bottom) bottom = y;
    }
  }
  if (pose->people == 1) *first_height = bottom - top;
  if (bottom - top > 1.5F * *first_height && pose->people > 1) pose->first_is_smaller = true;
  if (count == (size_t)BODY_18 * OPENPOSE_STRIDE || count == (size_t)BODY_25 * OPENPOSE_STRIDE) return;
  if (pose->wrong_counts++ == 0) pose->wrong_count = count;
}

/* {"keypoints": [[x, y, confidence, index], ...]}: one person; -1 for what was not found. */
static void read_dresscode(vtm_pose *pose, const cJSON *points) {
  size_t count = 0;
  pose->people = 1;
  pose->dresscode = true;
  const cJSON *point = NULL;
  cJSON_ArrayForEach(point, points) {
    double values[DRESSCODE_STRIDE] = {0};
    size_t length = 0;
    const cJSON *number = NULL;
    cJSON_ArrayForEach(number, point) {
      if (!cJSON_IsNumber(number)) pose->not_numbers++;
      if (length < DRESSCODE_STRIDE && cJSON_IsNumber(number)) values[length] = number->valuedouble;
      length++;
    }
    if (length != DRESSCODE_STRIDE) pose->not_numbers++;
    const bool missing = values[0] < 0 && values[1] < 0;
    take_point(pose, values[0], values[1], missing ? 0 : values[2]);
    count++;
  }
  if (count == BODY_18 || count == BODY_25) return;
  pose->wrong_counts++;
  pose->wrong_count = count;
}

static vtm_status read_root(vtm_pose *pose, const cJSON *root, vtm_error *error) {
  const cJSON *points = cJSON_GetObjectItemCaseSensitive(root, "keypoints");
  if (cJSON_IsArray(points)) {
    read_dresscode(pose, points);
    return VTM_OK;
  }
  const cJSON *people = cJSON_GetObjectItemCaseSensitive(root, "people");
  if (!cJSON_IsArray(people))
    return vtm_fail(error, VTM_ERROR_FORMAT, "JSON without a list \"people\": not OpenPose's output");
  const cJSON *person = NULL;
  float first_height = 0;
  cJSON_ArrayForEach(person, people) {
    pose->people++;
    read_person(pose, person, &first_height);
  }
  return VTM_OK;
}

vtm_status vtm_pose_read(const uint8_t *bytes, size_t size, vtm_pose *pose, vtm_error *error) {
  *pose = (vtm_pose){.fractions = true};
  cJSON *root = NULL;
  vtm_status status = vtm_python_json_parse(bytes, size, &limits, &root, error);
  if (status != VTM_OK) return status;
  status = read_root(pose, root, error);
  cJSON_Delete(root);
  pose->fractions = pose->fractions && pose->found > 0;
  pose->byte_order_mark = size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0;
  return status;
}
