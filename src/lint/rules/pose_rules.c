/* Keypoints of people in JSON: OpenPose's, and DressCode's shorter form. */
#include <string.h>

#include "lint/file_index.h"
#include "lint/findings.h"
#include "lint/rules/rule_tables.h"

typedef struct pose_outcome {
  vtm_pose pose;
  vtm_status status;
  vtm_error error;
} pose_outcome;

static bool read_pose(vtm_lint_reader *reader, void *outcome) {
  pose_outcome *out = outcome;
  size_t size = 0;
  const uint8_t *bytes = vtm_lint_reader_bytes(reader, &size);
  if (bytes == NULL || size == 0) return false; /* rules about files say so */
  out->status = vtm_pose_read(bytes, size, &out->pose, &out->error);
  return true;
}

static const pose_outcome *outcome_of(vtm_lint_reader *reader) {
  return vtm_lint_reader_once(reader, read_pose, sizeof(pose_outcome));
}

/* NULL when it could not be understood. */
static const vtm_pose *pose_of(vtm_lint_reader *reader) {
  const pose_outcome *outcome = outcome_of(reader);
  return outcome != NULL && outcome->status == VTM_OK ? &outcome->pose : NULL;
}

static void look_whether_valid(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  const pose_outcome *outcome = outcome_of(reader);
  if (outcome != NULL && outcome->status != VTM_OK)
    vtm_lint_report(reader->run, rule, reader->file, "%s", outcome->error.message);
}

static void look_for_people(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  const vtm_pose *pose = pose_of(reader);
  if (pose != NULL && pose->people == 0)
    vtm_lint_report(reader->run, rule, reader->file, "\"people\" is empty: the detector found nobody");
}

static void look_at_counts(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  const vtm_pose *pose = pose_of(reader);
  if (pose == NULL) return;
  if (pose->without_points > 0)
    vtm_lint_report(reader->run, rule, reader->file, "a person has no list \"pose_keypoints_2d\"");
  if (pose->wrong_counts > 0 && pose->dresscode)
    vtm_lint_report(reader->run, rule, reader->file, "\"keypoints\" has %zu points, 18 are expected",
                    pose->wrong_count);
  else if (pose->wrong_counts > 0)
    vtm_lint_report(reader->run, rule, reader->file,
                    "\"pose_keypoints_2d\" has %zu numbers; 18 points are 54 of them, 25 are 75", pose->wrong_count);
  if (pose->not_numbers > 0)
    vtm_lint_report(reader->run, rule, reader->file,
                    "%zu places in a list of keypoints hold something else than is expected", pose->not_numbers);
}

static bool is_read(const vtm_lint_reader *reader) {
  const char *path = reader->run->folders[reader->file->folder].path;
  const char *slash = strrchr(path, '/');
  return vtm_programs_open(reader->run, slash != NULL ? slash + 1 : path);
}

/* Programs open OpenPose's form in one folder and DressCode's in another, each with its own number of points. */
static void look_at_form(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  const vtm_pose *pose = pose_of(reader);
  const bool dresscode = reader->file->part->kind == VTM_LINT_KEYPOINTS;
  if (pose == NULL || !is_read(reader)) return;
  if (pose->byte_order_mark)
    vtm_lint_report(reader->run, rule, reader->file,
                    "begins with a byte-order mark, at which Python's json.load stops");
  if (pose->dresscode != dresscode)
    vtm_lint_report(reader->run, rule, reader->file, "is in the form of %s, where %s is expected",
                    pose->dresscode ? "DressCode, {\"keypoints\": ...}" : "OpenPose, {\"people\": ...}",
                    dresscode ? "DressCode's" : "OpenPose's");
  else if (pose->first_points == (dresscode ? 25 : 18))
    vtm_lint_report(reader->run, rule, reader->file, "has %zu points, where programs index %s", pose->first_points,
                    dresscode ? "18" : "25 (BODY_25): its knees are taken for hips");
}

static void look_at_first(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  const vtm_pose *pose = pose_of(reader);
  if (pose != NULL && pose->people > 1 && pose->first_is_smaller && is_read(reader))
    vtm_lint_report(reader->run, rule, reader->file, "the first of %zu people is much smaller than another",
                    pose->people);
}

/* BODY_25: neck, shoulders, hips; DressCode: the shoulders. */
static uint32_t needed_points(const vtm_lint_file *file) {
  static const int body[] = {1, 2, 5, 9, 12};
  static const int shoulders[] = {2, 5};
  const bool dresscode = file->part->kind == VTM_LINT_KEYPOINTS;
  const int *points = dresscode ? shoulders : body;
  const size_t count = dresscode ? sizeof(shoulders) / sizeof(*shoulders) : sizeof(body) / sizeof(*body);
  uint32_t needed = 0;
  for (size_t i = 0; i < count; i++) needed |= UINT32_C(1) << points[i];
  return needed;
}

static void keep_lacking(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  (void)rule;
  const vtm_pose *pose = pose_of(reader);
  if (pose == NULL || pose->found == 0 || !is_read(reader)) return;
  const uint32_t needed = needed_points(reader->file);
  vtm_lint_memo *memo = (pose->first_found & needed) != needed ? vtm_lint_reader_memo(reader) : NULL;
  if (memo != NULL) memo->pose.lacking = true;
}

/* Trousers are photographed without shoulders: what most of a folder lacks is its nature. */
static void compare_lacking(vtm_lint_run *run, const vtm_lint_rule *rule, const vtm_lint_folder *folder) {
  const bool dresscode = folder->part->kind == VTM_LINT_KEYPOINTS;
  size_t lacking = 0;
  if (!dresscode && folder->part->kind != VTM_LINT_POSE) return;
  for (size_t i = 0; i < folder->count; i++) {
    const vtm_lint_memo *memo = run->files[folder->first + i].facts.memo;
    lacking += memo != NULL && memo->pose.lacking;
  }
  if (lacking * 2 > folder->count) return;
  for (size_t i = 0; i < folder->count && lacking > 0; i++) {
    const vtm_lint_file *file = &run->files[folder->first + i];
    if (file->facts.memo != NULL && file->facts.memo->pose.lacking)
      vtm_lint_report(run, rule, file,
                      dresscode ? "a shoulder was not found" : "neck, a shoulder or a hip was not found");
  }
}

static void look_at_confidences(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  const vtm_pose *pose = pose_of(reader);
  if (pose != NULL && pose->wrong_confidences > 0)
    vtm_lint_report(reader->run, rule, reader->file, "%zu points have a confidence outside 0..1, the first %g",
                    pose->wrong_confidences, pose->wrong_confidence);
}

static void look_for_infinite(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  const vtm_pose *pose = pose_of(reader);
  if (pose != NULL && pose->not_finite > 0)
    vtm_lint_report(reader->run, rule, reader->file, "%zu of %zu points are NaN or infinite", pose->not_finite,
                    pose->points);
}

static void look_for_points(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  const vtm_pose *pose = pose_of(reader);
  if (pose != NULL && pose->people > 0 && pose->points > 0 && pose->found == 0)
    vtm_lint_report(reader->run, rule, reader->file, "every point has confidence 0: no person was found");
}

static void look_for_fractions(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  const vtm_pose *pose = pose_of(reader);
  if (pose != NULL && pose->fractions)
    vtm_lint_report(reader->run, rule, reader->file, "all coordinates are within 0..1");
}

static void keep_box(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  (void)rule;
  const vtm_pose *pose = pose_of(reader);
  vtm_lint_memo *memo = pose != NULL && pose->found > 0 ? vtm_lint_reader_memo(reader) : NULL;
  if (memo != NULL) memo->pose.box = pose->box;
}

static void compare_box(vtm_lint_run *run, const vtm_lint_rule *rule, const vtm_lint_file *file,
                        const vtm_lint_file *owner) {
  const vtm_lint_memo *memo = file->facts.memo;
  const bool dresscode = file->part->kind == VTM_LINT_KEYPOINTS;
  const int width = dresscode ? VTM_DRESSCODE_POSE_WIDTH : owner->facts.width;
  const int height = dresscode ? VTM_DRESSCODE_POSE_HEIGHT : owner->facts.height;
  if (memo == NULL || width == 0 || !vtm_pose_is_outside(&memo->pose.box, width, height)) return;
  const vtm_pose_box *box = &memo->pose.box;
  vtm_lint_report_two(run, rule, file, owner, "its points reach from (%.0f, %.0f) to (%.0f, %.0f), %s %dx%d",
                      (double)box->left, (double)box->top, (double)box->right, (double)box->bottom,
                      dresscode ? "where DressCode's lie within" : "the image is", width, height);
}

#define POSES (VTM_LINT_KIND(VTM_LINT_POSE) | VTM_LINT_KIND(VTM_LINT_KEYPOINTS))

static const vtm_lint_rule rules[] = {
    {.effect = VTM_EFFECT_STOPS,
     .info = {"pose-invalid", VTM_LINT_ERROR, VTM_LINT_FILE, VTM_LINT_BYTES,
              "A keypoint file is not JSON, or holds no keypoints: loaders crash on it.",
              "Run the pose detector on the image again."},
     .kinds = POSES,
     .inspect = look_whether_valid},
    {.effect = VTM_EFFECT_STOPS,
     .info = {"pose-nobody", VTM_LINT_ERROR, VTM_LINT_FILE, VTM_LINT_BYTES,
              "A keypoint file lists no people: loaders take people[0] and crash.",
              "Run the detector again with a lower threshold, or take the image out."},
     .kinds = POSES,
     .inspect = look_for_people},
    {.effect = VTM_EFFECT_STOPS,
     .info = {"pose-keypoint-count", VTM_LINT_ERROR, VTM_LINT_FILE, VTM_LINT_BYTES,
              "A list of keypoints is not of 18 (COCO) or 25 (BODY_25) points of three numbers each.",
              "Run the detector again with the model of the other files."},
     .kinds = POSES,
     .inspect = look_at_counts},
    {.effect = VTM_EFFECT_STOPS,
     .info =
         {"pose-form", VTM_LINT_ERROR, VTM_LINT_FILE, VTM_LINT_BYTES,
          "A keypoint file is of another form than programs read from its folder: they stop, or take knees for hips.",
          "Run the detector that the dataset was made with: OpenPose's BODY_25 for VITON-HD; save as plain UTF-8."},
     .kinds = POSES,
     .inspect = look_at_form},
    {.effect = VTM_EFFECT_MISREADS,
     .info = {"pose-first-person", VTM_LINT_WARNING, VTM_LINT_FILE, VTM_LINT_BYTES,
              "The first person of a keypoint file seems to be a bystander, and programs take the first.",
              "Put the person that is meant first, or remove the others."},
     .kinds = POSES,
     .inspect = look_at_first},
    {.effect = VTM_EFFECT_MISREADS,
     .info = {"pose-points-needed", VTM_LINT_WARNING, VTM_LINT_FOLDER, VTM_LINT_BYTES,
              "Points that programs draw the agnostic picture with were not found: they take (0, 0) in their place.",
              "Run the detector again with a lower threshold, or take the image out."},
     .kinds = POSES,
     .inspect = keep_lacking,
     .folder = compare_lacking},
    {.info = {"pose-confidence", VTM_LINT_WARNING, VTM_LINT_FILE, VTM_LINT_BYTES,
              "A keypoint's confidence is not within 0..1: the numbers are in another order, or of another tool.",
              "Write x, y, confidence for each point."},
     .kinds = POSES,
     .inspect = look_at_confidences},
    {.effect = VTM_EFFECT_MISREADS,
     .info = {"pose-not-finite", VTM_LINT_ERROR, VTM_LINT_FILE, VTM_LINT_BYTES,
              "Keypoints are NaN or infinite: Python reads them, and what is drawn with them stops, or goes astray.",
              "Run the detector again; a point that was not found is 0, 0, 0 (in DressCode -1, -1, 0, index)."},
     .kinds = POSES,
     .inspect = look_for_infinite},
    {.effect = VTM_EFFECT_STOPS,
     .info = {"pose-no-points", VTM_LINT_ERROR, VTM_LINT_FILE, VTM_LINT_BYTES,
              "A keypoint file has people, but no point was found: the pose is empty.",
              "Run the detector again with a lower threshold, or take the image out."},
     .kinds = POSES,
     .inspect = look_for_points},
    {.effect = VTM_EFFECT_MISREADS,
     .info = {"pose-fractions", VTM_LINT_ERROR, VTM_LINT_FILE, VTM_LINT_BYTES,
              "Coordinates are fractions of the image instead of pixels: every joint lands in the upper left corner.",
              "Run OpenPose with --keypoint_scale 0, or multiply by width and height."},
     .kinds = POSES,
     .inspect = look_for_fractions},
    {.effect = VTM_EFFECT_MISREADS,
     .info = {"pose-outside", VTM_LINT_WARNING, VTM_LINT_PAIR, VTM_LINT_BYTES,
              "Keypoints lie outside their image: the image was scaled or cropped after the detector ran.",
              "Run the detector on the image as it is now."},
     .kinds = POSES,
     .inspect = keep_box,
     .compare = compare_box},
};

const vtm_lint_table vtm_lint_pose_rules = {rules, sizeof(rules) / sizeof(*rules)};
