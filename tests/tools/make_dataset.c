/* make_dataset LAYOUT FOLDER COUNT [old] [extras] [full] [WIDTHxHEIGHT]
 *
 * Writes a dataset of a layout that dataset-lint knows (course, viton-hd, dresscode, viton), whole and without
 * fault, of COUNT people (DressCode: in each of its three categories; VITON-HD and VITON: COUNT in test and a
 * tenth of it in train), in the older spellings with `old`, with `extras` also what single programs make for themselves
 * (VITON-HD: PromptDresser, CatVTON, CatV2TON, StableVITON, DCI-VTON; DressCode: CatVTON, CatV2TON, IDM-VTON,
 * DCI-VTON), with `full` as many people for training as the real DressCode has, per 1,800 of each category for testing.
 * Pictures are tiny and all different. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "helpers/draw_picture.h"

typedef struct known_layout known_layout;
typedef struct people {
  const char *root, *name;
  size_t count, first; /* people; the first one's number */
  const known_layout *layout;
} people;
struct known_layout {
  const char *name;
  void (*person)(const people *set, size_t number);
};

static int width = 48, height = 64;
static bool old_spelling, extras, full;

static void check(bool good, const char *path) {
  if (good) return;
  (void)fprintf(stderr, "make_dataset: %s: %s\n", path, strerror(errno));
  exit(1);
}

static void make_folder(const char *path) { check(mkdir(path, 0777) == 0 || errno == EEXIST, path); }

static char *file_of(const people *set, const char *folder, const char *format, size_t number) {
  static char path[4096];
  char name[256];
  char pattern[64];
  (void)snprintf(pattern, sizeof(pattern), "%s", format);
  (void)snprintf(name, sizeof(name), "%05zu", number);
  char *mark = strchr(pattern, '@');
  *mark = '\0';
  (void)snprintf(path, sizeof(path), "%s/%s/%s", set->root, set->name, folder);
  make_folder(path);
  (void)snprintf(path, sizeof(path), "%s/%s/%s/%s%s%s", set->root, set->name, folder, pattern, name, mark + 1);
  return path;
}

static void picture(const char *path, uint32_t seed) { check(draw_picture(path, width, height, seed), path); }
static void mask(const char *path, uint32_t seed) { check(draw_mask(path, width, height, seed), path); }
static void parse(const char *path, uint32_t seed, int labels) {
  check(draw_labels(path, width, height, seed, labels), path);
}

/* Nobody stands as another does: `n` is in the last digits. */
static void pose(const char *path, int points, size_t n) {
  FILE *file = fopen(path, "wb");
  check(file != NULL, path);
  (void)fprintf(file, "{\"version\": 1.3, \"people\": [{\"person_id\": [-1], \"pose_keypoints_2d\": [");
  for (int i = 0; i < points; i++)
    (void)fprintf(file, "%s%.3f, %.3f, %.3f", i > 0 ? ", " : "", (double)(i % 5 + 1) * width / 7.0,
                  (double)(i + 1) * height / (points + 2) + (double)(n >> (i % 17) & 1) / 8, 0.5 + i * 0.01);
  (void)fprintf(file, "]}]}\n");
  check(fclose(file) == 0, path);
}

static void keypoints(const char *path, size_t n) {
  FILE *file = fopen(path, "wb");
  check(file != NULL, path);
  (void)fprintf(file, "{\"keypoints\": [");
  for (int i = 0; i < 18; i++)
    (void)fprintf(file, "%s[%.1f, %.3f, 1.0, %d]", i > 0 ? ", " : "", (double)(i % 5 + 1) * width / 7.0,
                  (double)(i + 1) * height / 20.0 + (double)(n >> i & 1) / 8, i);
  (void)fprintf(file, "]}\n");
  check(fclose(file) == 0, path);
}

static void course_person(const people *set, size_t n) {
  const uint32_t seed = (uint32_t)n * 16;
  picture(file_of(set, "image", "@_00.jpg", n), seed);
  picture(file_of(set, "cloth", "@_00.jpg", n), seed + 1);
  mask(file_of(set, "cloth-mask", "@_00.jpg", n), seed + 2);
  mask(file_of(set, "agnostic-mask", "@_00_mask.png", n), seed + 3);
  picture(file_of(set, "image-densepose", "@_00.jpg", n), seed + 4);
  parse(file_of(set, old_spelling ? "image-parse" : "image-parse-v3", "@_00.png", n), seed + 5, 20);
  picture(file_of(set, old_spelling ? "openpose-img" : "openpose_img", "@_00_rendered.png", n), seed + 6);
  pose(file_of(set, old_spelling ? "openpose-json" : "openpose_json", "@_00_keypoints.json", n), 25, n);
}

static void viton_hd_person(const people *set, size_t n) {
  const uint32_t seed = (uint32_t)n * 16;
  course_person(set, n);
  parse(file_of(set, "image-parse-agnostic-v3.2", "@_00.png", n), seed + 7, 20);
  picture(file_of(set, "agnostic-v3.2", "@_00.jpg", n), seed + 8);
}

/* What single programs need; `warped` without training, as their scripts make it. */
static void viton_hd_extras(const people *set, size_t n) {
  const uint32_t seed = (uint32_t)n * 16;
  if (strcmp(set->name, "train") == 0) {
    mask(file_of(set, "gt_cloth_warped_mask", "@_00.jpg", n), seed + 9);
    return;
  }
  mask(file_of(set, "agnostic-mask-new", "@_00.png", n), seed + 9);
  picture(file_of(set, "densepose_gray", "@_00.png", n), seed + 10);
  picture(file_of(set, "cloth-warp", "@_00.jpg", n), seed + 11);
  mask(file_of(set, "cloth-warp-mask", "@_00.jpg", n), seed + 12);
  picture(file_of(set, "unpaired-cloth-warp", "@_00.jpg", n), seed + 13);
  mask(file_of(set, "unpaired-cloth-warp-mask", "@_00.jpg", n), seed + 14);
}

/* PromptDresser's sets: the same people with other masks. */
static void promptdresser_person(const people *set, size_t n) {
  const uint32_t seed = (uint32_t)n * 16;
  picture(file_of(set, "image", "@_00.jpg", n), seed);
  picture(file_of(set, "cloth", "@_00.jpg", n), seed + 1);
  mask(file_of(set, "agnostic-mask", "@_00_mask.png", n), seed + 3);
  picture(file_of(set, "image-densepose", "@_00.jpg", n), seed + 4);
}

static void dresscode_extras(const people *set, size_t n) {
  const uint32_t seed = (uint32_t)n * 16;
  mask(file_of(set, "agnostic_masks", "@_0.png", n), seed + 6);
  picture(file_of(set, "image-densepose", "@_0.jpg", n), seed + 7);
  picture(file_of(set, "densepose_gray", "@_0.png", n), seed + 8);
  picture(file_of(set, "warped_cloth", "@_0.jpg", n), seed + 9);
  mask(file_of(set, "warped_mask", "@_0.png", n), seed + 10);
}

static void dresscode_person(const people *set, size_t n) {
  const uint32_t seed = (uint32_t)n * 16;
  picture(file_of(set, "images", "@_0.jpg", n), seed);
  picture(file_of(set, "images", "@_1.jpg", n), seed + 1);
  keypoints(file_of(set, "keypoints", "@_2.json", n), n);
  parse(file_of(set, "label_maps", "@_4.png", n), seed + 2, 18);
  picture(file_of(set, "skeletons", "@_5.jpg", n), seed + 3);
  const char *dense = file_of(set, "dense", "@_5.png", n);
  check(draw_patches_file(dense, width, height, 1, seed + 4), dense);
  check(write_npz(file_of(set, "dense", "@_5_uv.npz", n)), "npz");
  mask(file_of(set, "masks", "@_1.png", n), seed + 5);
}

static void viton_person(const people *set, size_t n) {
  const uint32_t seed = (uint32_t)n * 16;
  picture(file_of(set, old_spelling ? "test_img" : "image", "@_0.jpg", n), seed);
  picture(file_of(set, old_spelling ? "test_color" : "cloth", "@_1.jpg", n), seed + 1);
  mask(file_of(set, old_spelling ? "test_edge" : "cloth-mask", "@_1.jpg", n), seed + 2);
  parse(file_of(set, old_spelling ? "test_label" : "image-parse", "@_0.png", n), seed + 3, 20);
  pose(file_of(set, old_spelling ? "test_pose" : "pose", "@_0_keypoints.json", n), 18, n);
}

static void make_set(const people *set) {
  char path[4096];
  (void)snprintf(path, sizeof(path), "%s/%s", set->root, set->name);
  make_folder(path);
  for (size_t i = 0; i < set->count; i++) set->layout->person(set, set->first + i);
}

static void write_text(const char *root, const char *name, const char *text) {
  char path[4096];
  (void)snprintf(path, sizeof(path), "%s/%s", root, name);
  FILE *file = fopen(path, "wb");
  check(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0, path);
}

/* DressCode's list of its own folder: all categories with their numbers. */
static void common_list(const char *root, const char *name, const size_t first[3], const size_t counts[3],
                        size_t shift) {
  static const int numbers[] = {2, 1, 0}; /* of dresses, lower_body, upper_body */
  char path[4096];
  (void)snprintf(path, sizeof(path), "%s/%s", root, name);
  FILE *file = fopen(path, "wb");
  check(file != NULL, path);
  for (size_t k = 0; k < 3; k++)
    for (size_t i = 0; i < counts[k]; i++)
      (void)fprintf(file, "%05zu_0.jpg\t%05zu_1.jpg\t%d\n", first[k] + i, first[k] + (i + shift) % counts[k],
                    numbers[k]);
  check(fclose(file) == 0, path);
}

/* Everyone is person once and garment once; `shift` 0: in the own garment. */
static void pair_list(const char *root, const char *name, const char *person, const char *garment, bool garment_first,
                      size_t first, size_t count, size_t shift) {
  char path[4096];
  (void)snprintf(path, sizeof(path), "%s/%s", root, name);
  FILE *file = fopen(path, "wb");
  check(file != NULL, path);
  for (size_t i = 0; i < count; i++) {
    const size_t other = first + (i + shift) % count;
    if (garment_first)
      (void)fprintf(file, "%05zu%s %05zu%s\n", other, garment, first + i, person);
    else
      (void)fprintf(file, "%05zu%s %05zu%s\n", first + i, person, other, garment);
  }
  check(fclose(file) == 0, path);
}

/* As PromptDresser reads them. */
static void whole_captions(const char *root, size_t count) {
  char path[4096];
  (void)snprintf(path, sizeof(path), "%s/test_gpt4o.json", root);
  FILE *file = fopen(path, "wb");
  check(file != NULL, path);
  for (size_t i = 0; i < count; i++)
    (void)fprintf(
        file,
        "%s\n  \"%05zu_00\": {\"person\": {\"gender\": \"woman\", \"body shape\": \"slim\", "
        "\"hair length\": \"long\", \"pose\": \"standing\", \"hand pose\": \"down\", "
        "\"fit of upper cloth\": \"fit\", \"sleeve rolling style\": \"none\", \"tucking style\": \"%zu\"}, "
        "\"clothing\": {\"upper cloth category\": \"shirt %zu\", \"material\": \"cotton\", \"sleeve\": \"long\", "
        "\"neckline\": \"crew\", \"upper cloth length\": \"normal\"}}",
        i > 0 ? "," : "{", i, i, i);
  (void)fprintf(file, "\n}\n");
  check(fclose(file) == 0, path);
}

static void captions(const char *root, size_t count) {
  char path[4096];
  (void)snprintf(path, sizeof(path), "%s/test_gpt4o.json", root);
  FILE *file = fopen(path, "wb");
  check(file != NULL, path);
  (void)fprintf(file, "{");
  for (size_t i = 0; i < count; i++)
    (void)fprintf(file, "%s\n  \"%05zu_00.jpg\": {\"clothing\": \"a garment of pattern %zu\", \"pose\": \"standing\"}",
                  i > 0 ? "," : "", i, i);
  (void)fprintf(file, "\n}\n");
  check(fclose(file) == 0, path);
}

static void make_dresscode(const char *root, size_t count, size_t train) {
  static const char *const categories[] = {"dresses", "lower_body", "upper_body"};
  static const size_t published[] = {27678, 7151, 13563}; /* for training, beside 1,800 each for testing */
  const known_layout layout = {"dresscode", dresscode_person};
  const known_layout programs = {"dresscode", dresscode_extras};
  size_t first[3], tests[3], train_first[3], trains[3];
  char path[4096];
  for (size_t i = 0, next = 0; i < 3; next += tests[i] + trains[i], i++) {
    first[i] = next;
    tests[i] = count;
    train_first[i] = next + count;
    trains[i] = full ? published[i] * count / 1800 : train;
    make_set(&(people){root, categories[i], tests[i] + trains[i], first[i], &layout});
    (void)snprintf(path, sizeof(path), "%s/%s", root, categories[i]);
    pair_list(path, "test_pairs_paired.txt", "_0.jpg", "_1.jpg", false, first[i], count, 0);
    pair_list(path, "test_pairs_unpaired.txt", "_0.jpg", "_1.jpg", false, first[i], count, 1);
    pair_list(path, "train_pairs.txt", "_0.jpg", "_1.jpg", false, train_first[i], trains[i], 0);
    if (!extras) continue;
    make_set(&(people){root, categories[i], count, first[i], &programs}); /* of those for testing */
    write_text(path, "dc_caption.txt", "00000_1.jpg a dress\n");
  }
  common_list(root, "test_pairs_paired.txt", first, tests, 0);
  common_list(root, "test_pairs_unpaired.txt", first, tests, 1);
  common_list(root, "train_pairs.txt", train_first, trains, 0);
}

static void make(const char *name, const char *root, size_t count) {
  const size_t train = count / 10 + 1;
  char path[4096];
  make_folder(root);
  if (strcmp(name, "course") == 0) {
    const known_layout layout = {name, course_person};
    make_set(&(people){root, ".", count, 0, &layout});
    pair_list(root, "test_pairs.txt", "_00.jpg", "_00.jpg", true, 0, count, 1);
    captions(root, count);
  } else if (strcmp(name, "viton-hd") == 0) {
    const known_layout layout = {name, viton_hd_person};
    make_set(&(people){root, "test", count, 0, &layout});
    make_set(&(people){root, "train", train, count, &layout});
    pair_list(root, "test_pairs.txt", "_00.jpg", "_00.jpg", false, 0, count, 1);
    pair_list(root, "train_pairs.txt", "_00.jpg", "_00.jpg", false, count, train, 0);
    if (extras) {
      const known_layout programs = {name, viton_hd_extras};
      const known_layout promptdresser = {name, promptdresser_person};
      make_set(&(people){root, "test", count, 0, &programs});
      make_set(&(people){root, "train", train, count, &programs});
      make_set(&(people){root, "test_fine", count, 0, &promptdresser});
      make_set(&(people){root, "test_coarse", count, 0, &promptdresser});
      pair_list(root, "test_pairs_unpaired.txt", "_00.jpg", "_00.jpg", false, 0, count, 1);
      pair_list(root, "test_unpairs.txt", "_00.jpg", "_00.jpg", false, 0, count, 1);
      whole_captions(root, count);
      (void)snprintf(path, sizeof(path), "%s/test", root);
      write_text(path, "vitonhd_test_tagged.json", "{\"data\": []}\n");
    }
  } else if (strcmp(name, "viton") == 0) {
    const known_layout layout = {name, viton_person};
    make_set(&(people){root, old_spelling ? "VITON_test" : "test", count, 0, &layout});
    pair_list(root, "test_pairs.txt", "_0.jpg", "_1.jpg", false, 0, count, 1);
    pair_list(root, "test_pairs_same.txt", "_0.jpg", "_1.jpg", false, 0, count, 0);
  } else if (strcmp(name, "dresscode") == 0) {
    make_dresscode(root, count, train);
  } else {
    (void)fprintf(stderr, "make_dataset: layouts are course, viton-hd, dresscode, viton\n");
    exit(2);
  }
}

int main(int argc, char **argv) {
  if (argc < 4) {
    (void)fprintf(stderr, "make_dataset LAYOUT FOLDER COUNT [old] [extras] [full] [WIDTHxHEIGHT]\n");
    return 2;
  }
  for (int i = 4; i < argc; i++) {
    if (strcmp(argv[i], "old") == 0) old_spelling = true;
    if (strcmp(argv[i], "extras") == 0) extras = true;
    if (strcmp(argv[i], "full") == 0) full = true;
    if (sscanf(argv[i], "%dx%d", &width, &height) == 2) continue;
  }
  make(argv[1], argv[2], strtoul(argv[3], NULL, 10));
  return 0;
}
