/* The layouts of the datasets in use. To add one, write its parts and a record. */
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "image/reader.h"
#include "lint/layouts.h"
#include "vtonmetrics/tools/lint.h"

const char *const vtm_lint_kind_names[VTM_LINT_KINDS] = {
    [VTM_LINT_PERSON] = "person",       [VTM_LINT_GARMENT] = "garment", [VTM_LINT_MASK] = "mask",
    [VTM_LINT_PARSE] = "parse",         [VTM_LINT_PICTURE] = "picture", [VTM_LINT_POSE] = "pose",
    [VTM_LINT_KEYPOINTS] = "keypoints", [VTM_LINT_ARRAY] = "array",     [VTM_LINT_CAPTIONS] = "captions",
    [VTM_LINT_PAIRS] = "pairs",         [VTM_LINT_RESULT] = "result",
};

#define NOTHING VTM_LINT_KINDS
#define PERSON VTM_LINT_PERSON
#define GARMENT VTM_LINT_GARMENT

/* folder, kind, pattern, of, required, same size, labels, extra */
static const vtm_layout_part course_parts[] = {
    {"image", VTM_LINT_PERSON, "{id}.*", NOTHING, true, false, 0, false},
    {"cloth", VTM_LINT_GARMENT, "{id}.*", NOTHING, true, false, 0, false},
    {"agnostic-mask", VTM_LINT_MASK, "{id}_mask.png", PERSON, false, true, 0, false},
    {"cloth-mask", VTM_LINT_MASK, "{id}.jpg", GARMENT, false, true, 0, false},
    {"image-densepose", VTM_LINT_PICTURE, "{id}.jpg", PERSON, false, true, 0, false},
    {"image-parse-v3", VTM_LINT_PARSE, "{id}.png", PERSON, false, true, 20, false},
    {"openpose_img", VTM_LINT_PICTURE, "{id}_rendered.png", PERSON, false, true, 0, false},
    {"openpose_json", VTM_LINT_POSE, "{id}_keypoints.json", PERSON, false, false, 0, false},
};

static const vtm_layout_part viton_hd_parts[] = {
    {"image", VTM_LINT_PERSON, "{id}.jpg", NOTHING, true, false, 0, false},
    {"cloth", VTM_LINT_GARMENT, "{id}.jpg", NOTHING, true, false, 0, false},
    {"cloth-mask", VTM_LINT_MASK, "{id}.jpg", GARMENT, false, true, 0, false},
    {"image-parse-v3|image-parse", VTM_LINT_PARSE, "{id}.png", PERSON, false, true, 20, false},
    {"image-parse-agnostic-v3.2", VTM_LINT_PARSE, "{id}.png", PERSON, false, true, 20, false},
    {"agnostic-v3.2", VTM_LINT_PICTURE, "{id}.jpg", PERSON, false, true, 0, false},
    {"agnostic-mask", VTM_LINT_MASK, "{id}_mask.png", PERSON, false, true, 0, false},
    {"openpose_img|openpose-img", VTM_LINT_PICTURE, "{id}_rendered.png", PERSON, false, true, 0, false},
    {"openpose_json|openpose-json", VTM_LINT_POSE, "{id}_keypoints.json", PERSON, false, false, 0, false},
    {"image-densepose", VTM_LINT_PICTURE, "{id}.jpg", PERSON, false, true, 0, false},
    {"dwpose", VTM_LINT_PICTURE, "{id}.png", PERSON, false, true, 0, true},
    {"agnostic-mask-new", VTM_LINT_MASK, "{id}.png", PERSON, false, true, 0, true},
    {"densepose_gray", VTM_LINT_PICTURE, "{id}.png", PERSON, false, true, 0, true},
    {"gt_cloth_warped_mask", VTM_LINT_MASK, "{id}.jpg", PERSON, false, true, 0, true},
    {"cloth-warp", VTM_LINT_PICTURE, "{id}.jpg", PERSON, false, true, 0, true},
    {"cloth-warp-mask", VTM_LINT_MASK, "{id}.jpg", PERSON, false, true, 0, true},
    {"unpaired-cloth-warp", VTM_LINT_PICTURE, "{id}.jpg", PERSON, false, true, 0, true},
    {"unpaired-cloth-warp-mask", VTM_LINT_MASK, "{id}.jpg", PERSON, false, true, 0, true},
};

static const vtm_layout_part dresscode_parts[] = {
    {"images", VTM_LINT_PERSON, "{id}_0.jpg", NOTHING, true, false, 0, false},
    {"images", VTM_LINT_GARMENT, "{id}_1.jpg", NOTHING, true, false, 0, false},
    {"keypoints", VTM_LINT_KEYPOINTS, "{id}_2.json", PERSON, false, false, 0, false},
    {"label_maps", VTM_LINT_PARSE, "{id}_4.png", PERSON, false, false, 18, false}, /* programs scale it */
    {"skeletons", VTM_LINT_PICTURE, "{id}_5.jpg", PERSON, false, true, 0, false},
    {"dense", VTM_LINT_PICTURE, "{id}_5.png", PERSON, false, true, 0, false},
    {"dense", VTM_LINT_ARRAY, "{id}_5_uv.npz", PERSON, false, false, 0, false},
    {"masks", VTM_LINT_MASK, "{id}_1.png", GARMENT, false, true, 0, false},
    {"agnostic_masks", VTM_LINT_MASK, "{id}_0.png", PERSON, false, true, 0, true},
    {"image-densepose", VTM_LINT_PICTURE, "{id}_0.jpg", PERSON, false, true, 0, true},
    {"densepose_gray", VTM_LINT_PICTURE, "{id}_0.png", PERSON, false, true, 0, true},
    {"warped_cloth", VTM_LINT_PICTURE, "{id}_0.jpg", PERSON, false, true, 0, true},
    {"warped_mask", VTM_LINT_MASK, "{id}_0.png", PERSON, false, true, 0, true},
};

static const vtm_layout_part viton_parts[] = {
    {"image|test_img|train_img", VTM_LINT_PERSON, "{id}_0.jpg", NOTHING, true, false, 0, false},
    {"cloth|test_clothes|test_color|train_color", VTM_LINT_GARMENT, "{id}_1.jpg", NOTHING, true, false, 0, false},
    {"cloth-mask|test_edge|train_edge", VTM_LINT_MASK, "{id}_1.jpg", GARMENT, false, true, 0, false},
    {"image-parse|test_label|train_label", VTM_LINT_PARSE, "{id}_0.png", PERSON, false, true, 20, false},
    {"pose|test_pose|train_pose", VTM_LINT_POSE, "{id}_0_keypoints.json", PERSON, false, false, 0, false},
};

/* The tail of a record: what programs stop without */
#define VITON_HD_NEEDS                                                                            \
  "test=test_pairs.txt|train=train_pairs.txt|test_fine=test_pairs.txt|test_fine=test_gpt4o.json", \
      "test=train|test_fine=test_coarse|test_coarse=test_fine", false
#define DRESSCODE_NEEDS                                                                                    \
  "*=test_pairs_paired.txt|*=test_pairs_unpaired.txt",                                                     \
      "dresses=lower_body|dresses=upper_body|lower_body=dresses|lower_body=upper_body|upper_body=dresses|" \
      "upper_body=lower_body",                                                                             \
      true

/* name, title, sets, parts, pair lists, captions, whether the garment comes first, needed lists, sisters, whole */
#define EACH_LAYOUT(LAYOUT)                                                                                            \
  LAYOUT("course", "course dataset", ".", course_parts, "test_pairs.txt", "test_gpt4o.json", true, NULL, NULL, false)  \
  LAYOUT("viton-hd", "VITON-HD", "test|train|test_fine|test_coarse|train_fine|train_coarse|.", viton_hd_parts,         \
         "test_pairs.txt|train_pairs.txt|test_pairs_unpaired.txt|test_unpairs.txt",                                    \
         "test_gpt4o.json|train_gpt4o.json", false, VITON_HD_NEEDS)                                                    \
  LAYOUT("dresscode", "DressCode", "dresses|lower_body|upper_body|.", dresscode_parts,                                 \
         "train_pairs.txt|test_pairs_paired.txt|test_pairs_unpaired.txt", NULL, false, DRESSCODE_NEEDS)                \
  LAYOUT("viton", "VITON", "test|train|VITON_test|VITON_train|.", viton_parts,                                         \
         "test_pairs.txt|test_pairs_same.txt|train_pairs.txt", NULL, false, NULL, "test=train|VITON_test=VITON_train", \
         false)

#define RECORD(name, title, sets, parts, lists, captions, first, ...) \
  {name, title, sets, parts, sizeof(parts) / sizeof(*(parts)), lists, captions, first, __VA_ARGS__},
static const vtm_layout layouts[] = {EACH_LAYOUT(RECORD)};
enum { LAYOUTS = sizeof(layouts) / sizeof(*layouts) };

size_t vtm_layout_count(void) { return LAYOUTS; }

const vtm_layout *vtm_layout_at(size_t index) { return index < LAYOUTS ? &layouts[index] : NULL; }

const vtm_layout *vtm_layout_find(const char *name) {
  for (size_t i = 0; i < LAYOUTS; i++)
    if (strcmp(layouts[i].name, name) == 0) return &layouts[i];
  return NULL;
}

bool vtm_next_word(const char **rest, const char **word, size_t *length) {
  if (*rest == NULL || **rest == '\0') return false;
  *word = *rest;
  *length = strcspn(*rest, "|");
  *rest += *length;
  if (**rest == '|') ++*rest;
  return true;
}

bool vtm_is_word_of(const char *words, const char *name) {
  const char *word;
  size_t length;
  while (vtm_next_word(&words, &word, &length))
    if (strlen(name) == length && memcmp(word, name, length) == 0) return true;
  return false;
}

bool vtm_layout_parse_name(const vtm_layout_part *part, const char *name, vtm_layout_name *parsed) {
  const char *pattern = part->pattern;
  const char *hole = strstr(pattern, "{id}");
  const char *after = hole + strlen("{id}");
  const char *pattern_extension = strrchr(after, '.');
  const char *extension = vtm_path_extension(name);
  const size_t before = (size_t)(hole - pattern);
  const size_t behind = (size_t)(pattern_extension - after);
  const size_t stem = (size_t)(extension - name);
  const bool any = strcmp(pattern_extension, ".*") == 0;
  parsed->exact = any ? vtm_image_has_extension(name) : strcmp(extension, pattern_extension) == 0;
  const bool other_case = strcasecmp(extension, pattern_extension) == 0;
  const bool other_format = !any && vtm_image_has_extension(pattern) && vtm_image_has_extension(name);
  if (!parsed->exact && !other_case && !other_format) return false;
  if (stem <= before + behind) return false;
  if (memcmp(name, pattern, before) != 0 || memcmp(extension - behind, after, behind) != 0) return false;
  parsed->id = name + before;
  parsed->id_length = stem - before - behind;
  return true;
}

#define NAME(name, ...) "|" name
const char *vtm_lint_layouts(void) {
  static const char names[] = EACH_LAYOUT(NAME);
  return names + 1;
}
