/* Keypoint files, JSON from strangers, and descriptions of people. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "lint/captions.h"
#include "lint/openpose.h"

static char text[1 << 16];

/* One person of `count` points, all at (x, y) with `confidence`. */
static const char *person(int points, double x, double y, double confidence) {
  size_t used = (size_t)snprintf(text, sizeof(text), "{\"version\":1.3,\"people\":[{\"pose_keypoints_2d\":[");
  for (int i = 0; i < points; i++)
    used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%g,%g,%g", i > 0 ? "," : "", x, y, confidence);
  (void)snprintf(text + used, sizeof(text) - used, "]}]}");
  return text;
}

static vtm_status read_pose(const char *json, vtm_pose *pose, vtm_error *error) {
  *error = (vtm_error){0};
  return vtm_pose_read((const uint8_t *)json, strlen(json), pose, error);
}

static void test_good_people(void **state) {
  (void)state;
  vtm_pose pose;
  vtm_error error;
  for (int points = 18; points <= 25; points += 7) {
    assert_int_equal(read_pose(person(points, 768, 1024, 0.9), &pose, &error), VTM_OK);
    assert_int_equal(pose.people, 1);
    assert_int_equal(pose.found, points);
    assert_false(vtm_pose_is_outside(&pose.box, 768, 1024));
    assert_true(vtm_pose_is_outside(&pose.box, 768, 1022));
    assert_int_equal(pose.wrong_counts + pose.wrong_confidences + pose.not_numbers, 0);
    assert_false(pose.fractions);
  }
}

static void test_each_fault_of_a_person(void **state) {
  (void)state;
  vtm_pose pose;
  vtm_error error;
  assert_int_equal(read_pose("{\"people\":[]}", &pose, &error), VTM_OK);
  assert_int_equal(pose.people, 0);
  assert_int_equal(read_pose("{\"people\":[{\"face_keypoints_2d\":[]}]}", &pose, &error), VTM_OK);
  assert_int_equal(pose.without_points, 1);
  assert_int_equal(read_pose(person(17, 1, 2, 1), &pose, &error), VTM_OK);
  assert_int_equal(pose.wrong_counts, 1);
  assert_int_equal(pose.wrong_count, 51);
  assert_int_equal(read_pose("{\"people\":[{\"pose_keypoints_2d\":[1,\"2\",3,4]}]}", &pose, &error), VTM_OK);
  assert_int_equal(pose.wrong_count, 4);
  assert_int_equal(pose.not_numbers, 1);
  assert_int_equal(read_pose(person(18, 900, 5, 0.5), &pose, &error), VTM_OK);
  assert_true(vtm_pose_is_outside(&pose.box, 768, 1024));
  assert_false(vtm_pose_is_outside(&pose.box, 900, 4));
  assert_int_equal(read_pose(person(18, 10, 5, 1.5), &pose, &error), VTM_OK);
  assert_int_equal(pose.wrong_confidences, 18);
  assert_int_equal(read_pose(person(18, 0, 0, 0), &pose, &error), VTM_OK);
  assert_int_equal(pose.found, 0);
  assert_false(vtm_pose_is_outside(&pose.box, 1, 1));
  assert_false(pose.fractions);
  assert_int_equal(read_pose(person(18, 0.4, 0.7, 0.8), &pose, &error), VTM_OK);
  assert_true(pose.fractions);
}

static void test_dresscode(void **state) {
  (void)state;
  vtm_pose pose;
  vtm_error error;
  size_t used = (size_t)snprintf(text, sizeof(text), "{\"keypoints\":[");
  for (int i = 0; i < 18; i++)
    used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s", i > 0 ? "," : "",
                             i == 3 ? "[-1,-1,0,-1]" : "[380.0,511.0,0.9,1.0]");
  (void)snprintf(text + used, sizeof(text) - used, "]}");
  assert_int_equal(read_pose(text, &pose, &error), VTM_OK);
  assert_int_equal(pose.points, 18);
  assert_int_equal(pose.found, 17);
  assert_true(pose.dresscode);
  assert_false(vtm_pose_is_outside(&pose.box, VTM_DRESSCODE_POSE_WIDTH, VTM_DRESSCODE_POSE_HEIGHT));
  assert_int_equal(pose.wrong_counts + pose.not_numbers + pose.wrong_confidences, 0);
  assert_int_equal(read_pose("{\"keypoints\":[[500,5,1,0],7]}", &pose, &error), VTM_OK);
  assert_true(vtm_pose_is_outside(&pose.box, VTM_DRESSCODE_POSE_WIDTH, VTM_DRESSCODE_POSE_HEIGHT));
  assert_int_equal(pose.wrong_count, 2);
  assert_int_equal(pose.not_numbers, 1);
}

static void expect_refusal(const char *json, const char *words) {
  vtm_pose pose;
  vtm_error error;
  assert_int_not_equal(read_pose(json, &pose, &error), VTM_OK);
  if (strstr(error.message, words) == NULL) fail_msg("%s", error.message);
}

static void test_what_is_no_keypoint_file(void **state) {
  (void)state;
  expect_refusal("", "nothing in it");
  expect_refusal(" \n", "nothing in it");
  expect_refusal("{\"people\": [\n  {,\n", "a mistake near line 2, column");
  expect_refusal("{\"people\": []} x", "more text after its end, at line 1, column 16");
  expect_refusal("{\"people\": 7}", "without a list \"people\"");
  expect_refusal("[]", "without a list \"people\"");
  expect_refusal("{\"people", "no valid JSON");
}

static void test_hostile_json(void **state) {
  (void)state;
  enum { DEEP = 1000000, LONG = 100 << 20 };
  vtm_pose pose;
  vtm_error error = {0};
  uint8_t *deep = malloc(LONG);
  assert_non_null(deep);
  memset(deep, '[', DEEP);
  assert_int_equal(vtm_pose_read(deep, DEEP, &pose, &error), VTM_ERROR_LIMIT);
  assert_non_null(strstr(error.message, "nested more than 16 deep"));
  memset(deep, 'x', LONG);
  memcpy(deep, "{\"people\":\"", 11);
  assert_int_equal(vtm_pose_read(deep, LONG, &pose, &error), VTM_ERROR_LIMIT);
  assert_non_null(strstr(error.message, "104857600 bytes"));
  deep[0] = '[';
  for (int i = 1; i < 3000000; i += 2) memcpy(deep + i, "1,", 2);
  assert_int_equal(vtm_pose_read(deep, 3000000, &pose, &error), VTM_ERROR_LIMIT);
  assert_non_null(strstr(error.message, "more than 200000 values"));
  free(deep);
}

static void test_byte_order_mark(void **state) {
  (void)state;
  vtm_pose pose;
  vtm_error error;
  assert_int_equal(read_pose("\xef\xbb\xbf{\"people\":[]}", &pose, &error), VTM_OK);
}

static const vtm_caption *read_and_find(const char *json, vtm_captions *captions, const char *name) {
  vtm_error error = {0};
  assert_int_equal(vtm_captions_read((const uint8_t *)json, strlen(json), captions, &error), VTM_OK);
  return vtm_captions_find(captions, name, strlen(name));
}

static void test_captions_of_every_shape(void **state) {
  (void)state;
  static const char *const shapes[] = {
      "{\"00006_00\": {\"clothing\": {\"neckline\": \"round\"}}, \"00008_00\": 1}",
      "{\"00008_00.jpg\": \"a man\", \"test/image/00006_00.JPG\": \"a woman\"}",
      "{\"cloth\": {\"00006_00\": \"shirt\"}, \"person\": {\"00006_00\": \"short\"}}",
      "[{\"image\": \"00008_00.jpg\", \"text\": \"a\"}, {\"image\": \"00006_00.jpg\", \"text\": \"b\"}]",
  };
  for (size_t i = 0; i < 4; i++) {
    vtm_captions captions;
    const vtm_caption *found = read_and_find(shapes[i], &captions, "00006_00");
    assert_non_null(found);
    assert_string_equal(found->name, "00006_00");
    assert_null(found->empty);
    assert_null(vtm_captions_find(&captions, "00006", 5));
    assert_null(vtm_captions_find(&captions, "00006_000", 9));
    vtm_captions_free(&captions);
  }
}

static void test_empty_captions(void **state) {
  (void)state;
  static const struct {
    const char *json, *empty;
  } cases[] = {{"{\"a\": \"\"}", ""},
               {"{\"a\": null}", ""},
               {"{\"a\": {}}", ""},
               {"{\"a\": {\"x\": \"y\", \"z\": \"  \"}}", "z"},
               {"{\"a\": {\"x\": {\"y\": []}}}", "x.y"}};
  for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
    vtm_captions captions;
    const vtm_caption *found = read_and_find(cases[i].json, &captions, "a");
    assert_non_null(found);
    assert_non_null(found->empty);
    assert_string_equal(found->empty, cases[i].empty);
    vtm_captions_free(&captions);
  }
}

static void test_what_is_no_caption_file(void **state) {
  (void)state;
  vtm_captions captions;
  vtm_error error = {0};
  assert_int_equal(vtm_captions_read((const uint8_t *)"12", 2, &captions, &error), VTM_ERROR_FORMAT);
  assert_non_null(strstr(error.message, "neither an object nor a list"));
  assert_int_equal(vtm_captions_read((const uint8_t *)"{\"a\":", 5, &captions, &error), VTM_ERROR_FORMAT);
  assert_null(read_and_find("{}", &captions, "a"));
  vtm_captions_free(&captions);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_good_people),
      cmocka_unit_test(test_each_fault_of_a_person),
      cmocka_unit_test(test_dresscode),
      cmocka_unit_test(test_what_is_no_keypoint_file),
      cmocka_unit_test(test_hostile_json),
      cmocka_unit_test(test_byte_order_mark),
      cmocka_unit_test(test_captions_of_every_shape),
      cmocka_unit_test(test_empty_captions),
      cmocka_unit_test(test_what_is_no_caption_file),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
