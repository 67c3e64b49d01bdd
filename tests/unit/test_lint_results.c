/* The rules about what files hold: each has a dataset broken so that it speaks, by its id and at the right place,
 * and says nothing of the same dataset when it is whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "helpers/draw_picture.h"
#include "helpers/make_png.h"
#include "helpers/scratch.h"
#include "lint/rules/rule_tables.h"
#include "vtonmetrics/context.h"

enum { PEOPLE = 10, WIDTH = 48, HEIGHT = 64, PIXELS = WIDTH * HEIGHT };

static vtm_context *context;

static char *place(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A path in the scratch folder; one of a few static buffers. */
static char *place(const char *format, ...) {
  static char paths[8][512];
  static int next;
  char name[256];
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(name, sizeof(name), format, arguments);
  va_end(arguments);
  char *path = paths[next++ % 8];
  (void)snprintf(path, sizeof(paths[0]), "%s/%s", scratch_folder, name);
  return path;
}

static void write_text(const char *path, const char *text) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_true(fputs(text, file) >= 0);
  assert_int_equal(fclose(file), 0);
}

/* An OpenPose file of one person: `points` points, all at (x, y). */
static void write_pose(const char *path, int points, double x, double y, double confidence) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  static int written; /* no two files are one */
  (void)fprintf(file, "{\"n\":%d,\"people\":[{\"pose_keypoints_2d\":[", written++);
  for (int i = 0; i < points; i++) (void)fprintf(file, "%s%g,%g,%g", i > 0 ? "," : "", x, y, confidence);
  (void)fprintf(file, "]}]}");
  assert_int_equal(fclose(file), 0);
}

static void write_captions(int people, const char *last) {
  FILE *file = fopen(place("data/test_gpt4o.json"), "wb");
  assert_non_null(file);
  (void)fprintf(file, "{");
  for (int n = 0; n < people; n++) (void)fprintf(file, "\"%05d_00\": {\"neckline\": \"round %d\"},", n, n);
  (void)fprintf(file, "%s}", last);
  assert_int_equal(fclose(file), 0);
}

static void make_person(int n) {
  const uint32_t seed = (uint32_t)n * 16;
  assert_true(draw_picture(place("data/image/%05d_00.jpg", n), WIDTH, HEIGHT, seed));
  assert_true(draw_picture(place("data/cloth/%05d_00.jpg", n), WIDTH, HEIGHT, seed + 1));
  assert_true(draw_mask(place("data/agnostic-mask/%05d_00_mask.png", n), WIDTH, HEIGHT, seed + 2));
  assert_true(draw_labels(place("data/image-parse-v3/%05d_00.png", n), WIDTH, HEIGHT, seed, 20));
  write_pose(place("data/openpose_json/%05d_00_keypoints.json", n), n % 2 == 0 ? 18 : 25, 3 + n, 40, 0.5);
  assert_true(draw_picture(place("MODEL/%05d_00.png", n), WIDTH, HEIGHT, seed + 5));
}

/* Whole and without fault; written anew for each case. */
static void make_all(void) {
  static const char *const folders[] = {
      "data", "data/image", "data/cloth", "data/agnostic-mask", "data/image-parse-v3", "data/openpose_json", "MODEL"};
  char command[600];
  (void)snprintf(command, sizeof(command), "rm -rf '%s'/*", scratch_folder);
  assert_int_equal(system(command), 0);
  for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
    assert_int_equal(mkdir(place("%s", folders[i]), 0777), 0);
  for (int n = 0; n < PEOPLE; n++) make_person(n);
  write_captions(PEOPLE, "\"other\": 1");
}

/* ---- how the whole is broken ---- */

static uint8_t samples[3 * PIXELS * 3];

/* A gray picture with `inside` in its middle and `outside` around. */
static void draw_box(const char *path, int inside, int outside) {
  for (int i = 0; i < PIXELS; i++) {
    const int x = i % WIDTH, y = i / WIDTH;
    samples[i] = (uint8_t)(x >= 8 && x < 32 && y >= 16 && y < 48 ? inside : outside);
  }
  assert_true(draw_write(path, WIDTH, HEIGHT, 1, samples));
}

static void break_mask_ones(void) { draw_box(place("data/agnostic-mask/00003_00_mask.png"), 1, 0); }
static void break_mask_blur(void) { draw_box(place("data/agnostic-mask/00003_00_mask.png"), 255, 100); }
static void break_mask_empty(void) { draw_box(place("data/agnostic-mask/00003_00_mask.png"), 0, 0); }
static void break_mask_full(void) { draw_box(place("data/agnostic-mask/00003_00_mask.png"), 255, 255); }
static void break_mask_inverted(void) { draw_box(place("data/agnostic-mask/00003_00_mask.png"), 0, 255); }

static void break_mask_half_inverted(void) {
  for (int n = 0; n < PEOPLE; n += 2) draw_box(place("data/agnostic-mask/%05d_00_mask.png", n), 0, 255);
}

static void draw_soft(int n) {
  draw_box(place("data/agnostic-mask/%05d_00_mask.png", n), 255, 0);
  for (int y = 16; y < 48; y++) samples[y * WIDTH + 7] = 20;
  assert_true(draw_write(place("data/agnostic-mask/%05d_00_mask.png", n), WIDTH, HEIGHT, 1, samples));
}

static void break_mask_soft(void) { draw_soft(3); }
static void break_mask_all_soft(void) {
  for (int n = 0; n < PEOPLE; n++) draw_soft(n);
}

static void break_mask_colour(void) {
  memset(samples, 0, sizeof(samples));
  for (int i = 0; i < PIXELS; i += 2) samples[i * 3] = 255;
  assert_true(draw_write(place("data/agnostic-mask/00003_00_mask.png"), WIDTH, HEIGHT, 3, samples));
}

static void break_parse_colour(void) {
  assert_true(draw_picture(place("data/image-parse-v3/00003_00.png"), WIDTH, HEIGHT, 7));
}

static void break_parse_jpeg(void) {
  assert_true(draw_labels(place("made.jpg"), WIDTH, HEIGHT, 0, 20));
  assert_int_equal(rename(place("made.jpg"), place("data/image-parse-v3/00003_00.png")), 0);
}

static void break_parse_range(void) { draw_box(place("data/image-parse-v3/00003_00.png"), 20, 19); }
static void break_parse_empty(void) { draw_box(place("data/image-parse-v3/00003_00.png"), 0, 0); }

/* Palette maps whose colours are all black are as good as any: numbers count. */
static void use_palette(void) {
  static made_png png;
  const uint8_t colours[60] = {0};
  for (int i = 0; i < PIXELS; i++) samples[i] = (uint8_t)(i / WIDTH % 20);
  make_png(&png, WIDTH, HEIGHT, 8, 3, colours, sizeof(colours), 0, samples, WIDTH);
  FILE *file = fopen(place("data/image-parse-v3/00003_00.png"), "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(png.bytes, 1, png.size, file), png.size);
  assert_int_equal(fclose(file), 0);
}

/* Maps of one picture; the third is saved as by a program that sorts its colours. */
static void break_parse_palette(void) {
  static made_png png;
  for (int n = 0; n < PEOPLE; n++) {
    uint8_t colours[60];
    for (int i = 0; i < 20; i++) memset(colours + 3 * (n == 3 ? 19 - i : i), i * 12, 3);
    for (int i = 0; i < PIXELS; i++) {
      const int label = (i / WIDTH + n) % 20;
      samples[i] = (uint8_t)(n == 3 ? 19 - label : label);
    }
    make_png(&png, WIDTH, HEIGHT, 8, 3, colours, sizeof(colours), 0, samples, WIDTH);
    FILE *file = fopen(place("data/image-parse-v3/%05d_00.png", n), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(png.bytes, 1, png.size, file), png.size);
    assert_int_equal(fclose(file), 0);
  }
}

#define POSE_3 place("data/openpose_json/00003_00_keypoints.json")
static void break_pose_text(void) { write_text(POSE_3, "{\"people\": ["); }
static void break_pose_list(void) { write_text(POSE_3, "[1, 2]"); }
static void break_pose_nobody(void) { write_text(POSE_3, "{\"people\": []}"); }
static void break_pose_count(void) { write_pose(POSE_3, 17, 5, 5, 0.5); }
static void break_pose_confidence(void) { write_pose(POSE_3, 18, 5, 5, 3); }
static void break_pose_no_points(void) { write_pose(POSE_3, 18, 0, 0, 0); }
static void break_pose_fractions(void) { write_pose(POSE_3, 18, 0.5, 0.25, 0.9); }
static void break_pose_outside(void) { write_pose(POSE_3, 18, WIDTH + 30, 5, 0.9); }

/* As json.dump writes a point that came out of a division by 0. */
static void break_pose_infinite(void) {
  char text[512] = "{\"people\":[{\"pose_keypoints_2d\":[NaN,-Infinity,0.9";
  for (int i = 1; i < 18; i++) (void)strcat(text, ",5,5,0.9");
  write_text(POSE_3, strcat(text, "]}], \"NaN\": \"a \\\"NaN\"}"));
}

static void break_pose_deep(void) {
  enum { DEEP = 1000000 };
  char *text = malloc(DEEP + 1);
  assert_non_null(text);
  memset(text, '[', DEEP);
  text[DEEP] = '\0';
  write_text(POSE_3, text);
  free(text);
}

static void break_captions_text(void) { write_text(place("data/test_gpt4o.json"), "{\"00000_00\" \"x\"}"); }
static void break_captions_missing(void) { write_captions(PEOPLE - 2, "\"other\": 1"); }
static void break_captions_empty(void) { write_captions(PEOPLE - 1, "\"00009_00\": {\"neckline\": \"\"}"); }
static void break_captions_repeated(void) { write_captions(PEOPLE, "\"00003_00.jpg\": \"again\""); }

static void break_captions_fields(void) { write_captions(PEOPLE - 1, "\"00009_00\": {\"nekline\": \"round\"}"); }

static void copy_file(const char *from, const char *to) {
  char command[1200];
  (void)snprintf(command, sizeof(command), "cp '%s' '%s'", from, to);
  assert_int_equal(system(command), 0);
}

static void break_duplicate(void) { copy_file(place("data/image/00001_00.jpg"), place("data/image/00003_00.jpg")); }
static void break_duplicate_cloth(void) {
  copy_file(place("data/cloth/00001_00.jpg"), place("data/cloth/00003_00.jpg"));
}

static void break_in_both(void) { copy_file(place("data/image/00003_00.jpg"), place("data/cloth/00003_00.jpg")); }

/* Saved again with less quality. */
static void break_near(void) {
  draw_patches(samples, WIDTH, HEIGHT, 3, 16);
  const jpeg_drawing drawing = {.width = WIDTH, .height = HEIGHT, .channels = 3, .space = JCS_RGB, .quality = 60};
  assert_true(draw_write_jpeg(place("data/image/00003_00.jpg"), &drawing, samples));
}

/* test and train; the second's only picture is one of the first's. */
static void break_across(void) {
  char command[600];
  (void)snprintf(command, sizeof(command),
                 "cd '%s' && mkdir -p v/test/agnostic-v3.2 v/train && cp -r data/image data/cloth v/test/ && mkdir "
                 "v/train/image v/train/cloth && cp data/image/00001_00.jpg v/train/image/00077_00.jpg && cp "
                 "MODEL/00001_00.png v/train/cloth/00077_00.png && rm -rf data && mv v data",
                 scratch_folder);
  assert_int_equal(system(command), 0);
}

static void break_black(void) { draw_box(place("data/image/00003_00.jpg"), 0, 0); }
static void break_black_result(void) { draw_box(place("MODEL/00003_00.png"), 0, 0); }
static void break_one_colour(void) { draw_box(place("data/cloth/00003_00.jpg"), 90, 90); }

static void break_flat(void) {
  for (int i = 0; i < PIXELS; i++) samples[i] = (uint8_t)(100 + i % 8);
  assert_true(draw_write(place("MODEL/00003_00.png"), WIDTH, HEIGHT, 1, samples));
}

static void draw_strip(int n) {
  static uint8_t part[PIXELS * 3];
  for (int i = 0; i < 3; i++) {
    draw_patches(part, WIDTH, HEIGHT, 3, (uint32_t)(n * 50 + (i == 0 ? 900 : 901)));
    for (int y = 0; y < HEIGHT; y++) memcpy(samples + (y * 3 + i) * WIDTH * 3, part + y * WIDTH * 3, (size_t)WIDTH * 3);
  }
  assert_true(draw_write(place("MODEL/%05d_00.png", n), WIDTH * 3, HEIGHT, 3, samples));
}

static void break_strip(void) { draw_strip(3); }
static void break_all_strips(void) {
  for (int n = 0; n < PEOPLE; n++) draw_strip(n);
}

static void break_size(void) { assert_true(draw_picture(place("MODEL/00003_00.png"), WIDTH, WIDTH, 1234)); }
static void break_all_sizes(void) {
  for (int n = 0; n < PEOPLE; n++)
    assert_true(draw_picture(place("MODEL/%05d_00.png", n), WIDTH * 2, HEIGHT * 2, 1234 + (uint32_t)n));
}

static void break_is_input(void) { copy_file(place("data/image/00003_00.jpg"), place("MODEL/00003_00.png")); }
static void break_is_garment(void) { copy_file(place("data/cloth/00003_00.jpg"), place("MODEL/00003_00.png")); }
static void break_repeated(void) { copy_file(place("MODEL/00001_00.png"), place("MODEL/00003_00.png")); }
static void break_count(void) { assert_int_equal(remove(place("MODEL/00003_00.png")), 0); }
static void break_nobody(void) {
  assert_int_equal(rename(place("MODEL/00003_00.png"), place("MODEL/stranger.png")), 0);
}

typedef struct breakage {
  const char *rule;
  void (*make)(void);
  const char *path, *words; /* of the one finding */
} breakage;

static const breakage breakages[] = {
    {"mask-not-binary", break_mask_ones, "agnostic-mask/00003_00_mask.png", "0 and 1 instead of 0 and 255"},
    {"mask-not-binary", break_mask_blur, "agnostic-mask/00003_00_mask.png", "neither black nor white"},
    {"mask-soft-edges", break_mask_soft, "agnostic-mask/00003_00_mask.png", "32 pixels along its edges (1.04 %)"},
    {"mask-soft-edges", break_mask_all_soft, "agnostic-mask/00000_00_mask.png", "the same holds for all 10 files here"},
    {"mask-colour", break_mask_colour, "agnostic-mask/00003_00_mask.png", "50.0 % of its pixels have a colour"},
    {"mask-empty", break_mask_empty, "agnostic-mask/00003_00_mask.png", "every pixel is black"},
    {"mask-full", break_mask_full, "agnostic-mask/00003_00_mask.png", "every pixel is white"},
    {"mask-inverted", break_mask_inverted, "agnostic-mask/00003_00_mask.png", "compared with the other 9 masks"},
    {"mask-inverted", break_mask_half_inverted, "agnostic-mask/0000", "which of them are right cannot be determined"},
    {"parse-not-labels", break_parse_colour, "image-parse-v3/00003_00.png", "a PNG of colours"},
    {"parse-not-labels", break_parse_jpeg, "image-parse-v3/00003_00.png", "is JPEG"},
    {"parse-label-range", break_parse_range, "image-parse-v3/00003_00.png", "label 20 on 768 pixels"},
    {"parse-empty", break_parse_empty, "image-parse-v3/00003_00.png", "every pixel is background"},
    {"parse-palette", break_parse_palette, "00003_00.png", "other colours"},
    {"pose-invalid", break_pose_text, "openpose_json/00003_00_keypoints.json", "no valid JSON"},
    {"pose-invalid", break_pose_list, "openpose_json/00003_00_keypoints.json", "without a list \"people\""},
    {"pose-invalid", break_pose_deep, "openpose_json/00003_00_keypoints.json", "nested more than 16 deep"},
    {"pose-nobody", break_pose_nobody, "openpose_json/00003_00_keypoints.json", "\"people\" is empty"},
    {"pose-keypoint-count", break_pose_count, "openpose_json/00003_00_keypoints.json", "51 numbers"},
    {"pose-confidence", break_pose_confidence, "openpose_json/00003_00_keypoints.json", "18 points"},
    {"pose-no-points", break_pose_no_points, "openpose_json/00003_00_keypoints.json", "confidence 0"},
    {"pose-not-finite", break_pose_infinite, "openpose_json/00003_00_keypoints.json", "1 of 18 points are NaN"},
    {"pose-fractions", break_pose_fractions, "openpose_json/00003_00_keypoints.json", "within 0..1"},
    {"pose-outside", break_pose_outside, "openpose_json/00003_00_keypoints.json", "(78, 5), the image is 48x64"},
    {"captions-invalid", break_captions_text, "test_gpt4o.json", "no valid JSON"},
    {"captions-missing", break_captions_missing, "test_gpt4o.json", "2 of 10 people: 00008_00, 00009_00"},
    {"captions-empty", break_captions_empty, "test_gpt4o.json", "00009_00 (neckline)"},
    {"captions-fields", break_captions_fields, "test_gpt4o.json", "00009_00 (neckline)"},
    {"captions-repeated", break_captions_repeated, "test_gpt4o.json", "00003_00"},
    {"image-duplicate", break_duplicate, "image/00003_00.jpg", "is image/00001_00.jpg, pixel for pixel"},
    {"image-duplicate", break_duplicate_cloth, "cloth/00003_00.jpg", "is cloth/00001_00.jpg"},
    {"image-in-both", break_in_both, "cloth/00003_00.jpg", "is the photograph of the person, pixel for pixel"},
    {"image-across-sets", break_across, "train/image/00077_00.jpg", "is test/image/00001_00.jpg"},
    {"image-near-duplicate", break_near, "image/00003_00.jpg", "almost the same as image/00001_00.jpg"},
    {"image-black", break_black, "image/00003_00.jpg", "every pixel is black"},
    {"image-black", break_black_result, "MODEL/00003_00.png", "every pixel is black"},
    {"image-one-colour", break_one_colour, "cloth/00003_00.jpg", "red 90, green 90, blue 90"},
    {"image-flat", break_flat, "MODEL/00003_00.png", "hardly differ"},
    {"result-strip", break_strip, "MODEL/00003_00.png", "144x64, 3 pictures side by side"},
    {"result-strip", break_all_strips, "MODEL/00000_00.png",
     "3 pictures side by side; the same holds for all 10 files here"},
    {"result-size", break_size, "MODEL/00003_00.png", "is 48x48, the photograph 48x64, which is another shape"},
    {"result-size", break_all_sizes, "MODEL/00000_00.png",
     "is 96x128, the photograph 48x64; the same holds for all 10 files"},
    {"result-is-input", break_is_input, "MODEL/00003_00.png", "is the photograph itself"},
    {"result-is-input", break_is_garment, "MODEL/00003_00.png", "is the garment's picture itself"},
    {"result-repeated", break_repeated, "MODEL/00003_00.png", "MODEL/00001_00.png, pixel for pixel"},
    {"result-missing", break_count, "MODEL", "no result for 1 of 10 people: 00003_00"},
    {"result-of-nobody", break_nobody, "MODEL/stranger.png", "belongs to nobody"},
};
enum { BREAKAGES = sizeof(breakages) / sizeof(*breakages) };

/* ---- */

static vtm_lint_result *lint(const char *only, bool quick) {
  const char *const results[] = {place("MODEL")};
  const vtm_lint_options options = {
      .struct_size = sizeof(options), .only = only, .results = results, .result_count = 1, .quick = quick};
  vtm_lint_result *result = NULL;
  vtm_error error = {0};
  if (vtm_lint(context, place("data"), &options, &result, &error) != VTM_OK) fail_msg("%s", error.message);
  return result;
}

/* The tables of this file's rules. */
static const vtm_lint_table *const tables[] = {&vtm_lint_mask_rules,    &vtm_lint_parse_rules,
                                               &vtm_lint_pose_rules,    &vtm_lint_caption_rules,
                                               &vtm_lint_picture_rules, &vtm_lint_result_rules};
enum { TABLES = sizeof(tables) / sizeof(*tables) };

static bool is_ours(const char *id) {
  for (size_t t = 0; t < TABLES; t++)
    for (size_t i = 0; i < tables[t]->count; i++)
      if (strcmp(tables[t]->rules[i].info.id, id) == 0) return true;
  return false;
}

static void expect_silence(void) {
  vtm_lint_result *result = lint(NULL, false);
  for (size_t i = 0; i < result->finding_count; i++) {
    const vtm_lint_finding *finding = &result->findings[i];
    if (is_ours(finding->rule->id)) fail_msg("%s: %s: %s", finding->rule->id, finding->path, finding->message);
  }
  vtm_lint_result_destroy(result);
}

static void test_whole_dataset_is_clean(void **state) {
  (void)state;
  make_all();
  expect_silence();
  use_palette();
  expect_silence();
}

static void test_each_breakage_is_found(void **state) {
  (void)state;
  for (size_t i = 0; i < BREAKAGES; i++) {
    const breakage *broken = &breakages[i];
    make_all();
    broken->make();
    vtm_lint_result *result = lint(broken->rule, false);
    if (result->finding_count != 1) {
      for (size_t k = 0; k < result->finding_count; k++)
        print_error("%s: %s\n", result->findings[k].path, result->findings[k].message);
      fail_msg("%s, case %zu: %zu findings", broken->rule, i, result->finding_count);
    }
    const vtm_lint_finding *finding = &result->findings[0];
    assert_string_equal(finding->rule->id, broken->rule);
    if (strstr(finding->path, broken->path) == NULL || strstr(finding->message, broken->words) == NULL)
      fail_msg("%s, case %zu: %s: %s", broken->rule, i, finding->path, finding->message);
    vtm_lint_result_destroy(result);
  }
}

/* Two rules must not tell of one fault: what is found is found by the one rule that is meant. */
static void test_no_other_rule_speaks(void **state) {
  (void)state;
  for (size_t i = 0; i < BREAKAGES; i++) {
    const breakage *broken = &breakages[i];
    make_all();
    broken->make();
    vtm_lint_result *result = lint(NULL, false);
    for (size_t k = 0; k < result->finding_count; k++) {
      const vtm_lint_finding *finding = &result->findings[k];
      const char *id = finding->rule->id;
      if (!is_ours(id) || strcmp(id, broken->rule) == 0) continue;
      /* a result of nobody is also missing for someone, and sets that were cut down have other results */
      if (strcmp(broken->rule, "result-of-nobody") == 0 && strcmp(id, "result-missing") == 0) continue;
      fail_msg("%s, case %zu: %s: %s: %s", broken->rule, i, id, finding->path, finding->message);
    }
    vtm_lint_result_destroy(result);
  }
}

static void test_each_rule_has_a_breakage(void **state) {
  (void)state;
  for (size_t t = 0; t < TABLES; t++) {
    for (size_t i = 0; i < tables[t]->count; i++) {
      /* about what programs read, which no program does of this dataset: see lint_fixtures */
      static const char *const elsewhere[] = {"pose-form", "pose-first-person", "pose-points-needed", "captions-keys"};
      bool has = false;
      for (size_t k = 0; k < sizeof(elsewhere) / sizeof(*elsewhere); k++)
        has = has || strcmp(elsewhere[k], tables[t]->rules[i].info.id) == 0;
      for (size_t k = 0; k < BREAKAGES; k++) has = has || strcmp(breakages[k].rule, tables[t]->rules[i].info.id) == 0;
      if (!has) fail_msg("no breakage for %s", tables[t]->rules[i].info.id);
    }
  }
}

static void test_quick_decodes_nothing(void **state) {
  (void)state;
  make_all();
  break_mask_empty();
  break_black();
  vtm_lint_result *result = lint(NULL, true);
  for (size_t i = 0; i < result->finding_count; i++) assert_true(result->findings[i].rule->need <= VTM_LINT_HEADER);
  vtm_lint_result_destroy(result);
}

/* Models without photographs: counts are held against each other. */
static void test_results_alone(void **state) {
  (void)state;
  make_all();
  assert_int_equal(rename(place("data/image"), place("OTHER")), 0);
  break_count();
  draw_box(place("MODEL/00004_00.png"), 0, 0);
  const char *const results[] = {place("MODEL"), place("OTHER")};
  const vtm_lint_options options = {
      .struct_size = sizeof(options), .only = "result-missing,image-black", .results = results, .result_count = 2};
  vtm_lint_result *result = NULL;
  vtm_error error = {0};
  assert_int_equal(vtm_lint(context, NULL, &options, &result, &error), VTM_OK);
  assert_int_equal(result->finding_count, 1 + 1);
  vtm_lint_result_destroy(result);
}

static int setup(void **state) {
  vtm_error error;
  const vtm_context_options options = {.struct_size = sizeof(options), .threads = 2};
  return scratch_setup(state) != 0 || vtm_context_create(&options, &context, &error) != VTM_OK;
}

static int teardown(void **state) {
  vtm_context_destroy(context);
  return scratch_teardown(state);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_whole_dataset_is_clean), cmocka_unit_test(test_each_breakage_is_found),
      cmocka_unit_test(test_no_other_rule_speaks),   cmocka_unit_test(test_each_rule_has_a_breakage),
      cmocka_unit_test(test_quick_decodes_nothing),  cmocka_unit_test(test_results_alone),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
