/* The programs in use and what their loaders open, as read in their repositories. */
#include "lint/programs.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "lint/lint_run.h"
#include "vtonmetrics/tools/text.h"

/* name, title, layout, sets, folders with modes, lists, other files, size, folders of which every file, one space,
 * source */
#define EACH_PROGRAM(PROGRAM)                                                                                         \
  PROGRAM("viton-hd", "VITON-HD", "viton-hd", "test",                                                                 \
          "image:RGB|cloth|cloth-mask:L|openpose-img:RGB|openpose-json|image-parse", "test_pairs.txt", NULL,          \
          "768x1024", NULL, false, "shadow2496/VITON-HD: datasets.py, test.py")                                       \
  PROGRAM("hr-viton", "HR-VITON", "viton-hd", "test|train",                                                           \
          "image:RGB|cloth|cloth-mask:L|image-parse-v3|image-parse-agnostic-v3.2|openpose_img:RGB|openpose_json|"     \
          "image-densepose:RGB",                                                                                      \
          "test_pairs.txt", NULL, "768x1024", NULL, false, "sangyun884/HR-VITON: cp_dataset_test.py, cp_dataset.py")  \
  PROGRAM("ladi-vton", "LaDI-VTON", "viton-hd", "test|train", "image:RGB|cloth:RGB|image-parse-v3|openpose_json",     \
          "test_pairs.txt", NULL, "768x1024", NULL, false,                                                            \
          "miccunifi/ladi-vton: src/dataset/vitonhd.py, src/inference.py")                                            \
  PROGRAM("idm-vton", "IDM-VTON", "viton-hd", "test|train", "image:RGB|cloth:RGB|agnostic-mask|image-densepose:RGB",  \
          "test_pairs.txt", "test/vitonhd_test_tagged.json", "768x1024", NULL, false, "yisol/IDM-VTON: inference.py") \
  PROGRAM("catvton", "CatVTON", "viton-hd", "test", "image:RGB|cloth:RGB|agnostic-mask", "test_pairs_unpaired.txt",   \
          NULL, NULL, NULL, true, "Zheng-Chong/CatVTON: inference.py")                                                \
  PROGRAM("catv2ton", "CatV2TON", "viton-hd", "test", "image:RGB|cloth:RGB|agnostic-mask-new|densepose_gray",         \
          "test_pairs_unpaired.txt", NULL, NULL, NULL, true, "Zheng-Chong/CatV2TON: eval_image_try_on.py")            \
  PROGRAM("stableviton", "StableVITON", "viton-hd", "test|train",                                                     \
          "image|cloth|cloth-mask|agnostic-v3.2:RGB|agnostic-mask|image-densepose", "test_pairs.txt", NULL, NULL,     \
          NULL, false, "rlawjdghek/StableVITON: dataset.py")                                                          \
  PROGRAM("promptdresser", "PromptDresser", "viton-hd", "test_fine|test_coarse|test",                                 \
          "image|cloth|agnostic-mask|image-densepose", "test_pairs.txt|test_unpairs.txt", "test_gpt4o.json", NULL,    \
          NULL, false,                                                                                                \
          "rlawjdghek/PromptDresser: promptdresser/data/data_utils.py, promptdresser/utils.py, inference.py")         \
  PROGRAM("dci-vton", "DCI-VTON", "viton-hd", "test",                                                                 \
          "image:RGB|cloth|cloth-mask:L|image-parse-v3|image-parse-agnostic-v3.2|openpose_img:RGB|openpose_json|"     \
          "image-densepose:RGB|cloth-warp|cloth-warp-mask|unpaired-cloth-warp|unpaired-cloth-warp-mask",              \
          "test_pairs.txt", NULL, "768x1024", NULL, false,                                                            \
          "bcmi/DCI-VTON-Virtual-Try-On: ldm/data/cp_dataset.py, warp/test/data/cp_dataset.py")                       \
  PROGRAM("tryoffdiff", "TryOffDiff", "viton-hd", "test|train", "image:RGB|cloth:RGB", NULL, NULL, NULL,              \
          "image|cloth", false, "rizavelioglu/tryoffdiff: tryoffdiff/dataset.py")                                     \
  PROGRAM("any2anytryon", "Any2AnyTryon", "viton-hd", "test", "image|cloth", "test_pairs.txt", NULL, NULL, "image",   \
          false, "logn-2024/Any2anyTryon: test_vitonhd.py")                                                           \
  PROGRAM("dresscode", "DressCode's loader", "dresscode", NULL,                                                       \
          "images:RGB|skeletons:RGB|label_maps|keypoints|dense:L", "test_pairs_paired.txt|test_pairs_unpaired.txt",   \
          NULL, NULL, NULL, false, "aimagelab/dress-code: data/dataset.py")                                           \
  PROGRAM("ladi-vton", "LaDI-VTON", "dresscode", NULL, "images:RGB|label_maps|keypoints|masks",                       \
          "test_pairs_paired.txt|test_pairs_unpaired.txt", NULL, NULL, NULL, false,                                   \
          "miccunifi/ladi-vton: src/dataset/dresscode.py, src/inference.py")                                          \
  PROGRAM("idm-vton", "IDM-VTON", "dresscode", NULL, "images:RGB|skeletons|label_maps|keypoints|image-densepose:RGB", \
          "test_pairs_paired.txt|test_pairs_unpaired.txt",                                                            \
          "dresses/dc_caption.txt|lower_body/dc_caption.txt|upper_body/dc_caption.txt", NULL, NULL, false,            \
          "yisol/IDM-VTON: inference_dc.py")                                                                          \
  PROGRAM("catvton", "CatVTON", "dresscode", NULL, "images:RGB|agnostic_masks",                                       \
          "test_pairs_paired.txt|test_pairs_unpaired.txt", NULL, NULL, NULL, true,                                    \
          "Zheng-Chong/CatVTON: inference.py")                                                                        \
  PROGRAM("catv2ton", "CatV2TON", "dresscode", NULL, "images:RGB|agnostic_masks|densepose_gray",                      \
          "test_pairs_paired.txt|test_pairs_unpaired.txt", NULL, NULL, NULL, true,                                    \
          "Zheng-Chong/CatV2TON: eval_image_try_on.py")                                                               \
  PROGRAM("dci-vton", "DCI-VTON", "dresscode", NULL,                                                                  \
          "images:RGB|masks|skeletons:RGB|label_maps|keypoints|warped_cloth|warped_mask",                             \
          "test_pairs_paired.txt|test_pairs_unpaired.txt", NULL, NULL, NULL, false,                                   \
          "bcmi/DCI-VTON-Virtual-Try-On: ldm/data/dc_dataset.py")

#define RECORD(name, title, layout, sets, folders, lists, files, size, every, space, source) \
  {name, title, layout, sets, folders, lists, files, size, every, space, source},
static const vtm_program programs[] = {EACH_PROGRAM(RECORD)};
enum { PROGRAMS = sizeof(programs) / sizeof(*programs) };

size_t vtm_program_count(void) { return PROGRAMS; }

const vtm_program *vtm_program_at(size_t index) { return index < PROGRAMS ? &programs[index] : NULL; }

/* The word of the folder in the program's list, which goes on with its mode; NULL: it does not read it. */
static const char *find_folder(const vtm_program *program, const char *folder, size_t *length) {
  const char *word;
  for (const char *rest = program->folders; vtm_next_word(&rest, &word, length);) {
    size_t name = 0;
    while (name < *length && word[name] != ':') name++;
    if (strlen(folder) == name && memcmp(word, folder, name) == 0) return word;
  }
  return NULL;
}

bool vtm_program_reads(const vtm_program *program, const char *folder) {
  size_t length;
  return find_folder(program, folder, &length) != NULL;
}

const char *vtm_program_mode(const vtm_program *program, const char *folder) {
  static const char *const modes[] = {"RGB", "L"};
  size_t length;
  const char *word = find_folder(program, folder, &length);
  if (word == NULL || length == strlen(folder)) return NULL;
  for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
    if (strncmp(word + strlen(folder) + 1, modes[i], strlen(modes[i])) == 0) return modes[i];
  return NULL;
}

static bool is_chosen(const char *chosen, const char *name) {
  const size_t length = strlen(name);
  for (const char *word = chosen; *word != '\0';) {
    const size_t its = strcspn(word, ",");
    if (its == length && memcmp(word, name, length) == 0) return true;
    word += its + (word[its] == ',');
  }
  return false;
}

bool vtm_program_counts(const vtm_lint_run *run, const vtm_program *program) {
  const char *chosen = run->engine->options->programs;
  if (run->layout == NULL || strcmp(program->layout, run->layout->name) != 0) return false;
  return chosen == NULL || is_chosen(chosen, program->name);
}

const char *vtm_programs_mode(const vtm_lint_run *run, const char *folder) {
  for (size_t i = 0; i < PROGRAMS; i++) {
    const char *mode = vtm_program_counts(run, &programs[i]) ? vtm_program_mode(&programs[i], folder) : NULL;
    if (mode != NULL) return mode;
  }
  return NULL;
}

size_t vtm_programs_append(const vtm_lint_run *run, vtm_program_test is_hit, const void *user, vtm_text *text) {
  const vtm_program *hit[PROGRAMS];
  size_t count = 0;
  for (size_t i = 0; i < PROGRAMS; i++)
    if (vtm_program_counts(run, &programs[i]) && is_hit(&programs[i], user)) hit[count++] = &programs[i];
  for (size_t i = 0; i < count; i++)
    vtm_text_format(text, "%s%s", i == 0 ? "" : i + 1 == count ? " and " : ", ", hit[i]->title);
  return count;
}

/* A folder, or a list. */
static bool opens(const vtm_program *program, const void *user) {
  const char *name = user;
  return vtm_program_reads(program, name) || vtm_is_word_of(program->lists, name) ||
         vtm_is_word_of(program->files, name);
}

static bool needs_mode(const vtm_program *program, const void *user) { return vtm_program_mode(program, user) != NULL; }

bool vtm_programs_open(const vtm_lint_run *run, const char *name) {
  for (size_t i = 0; i < PROGRAMS; i++)
    if (vtm_program_counts(run, &programs[i]) && opens(&programs[i], name)) return true;
  return false;
}

/* Where it is every program, and more than so many, they are not named one by one. */
enum { MOST_NAMED = 3 };

void vtm_programs_append_effect(const vtm_lint_run *run, vtm_lint_effect effect, const char *folder, vtm_text *text) {
  if (effect == VTM_EFFECT_NONE) return;
  vtm_text names = {0};
  const bool stops = effect != VTM_EFFECT_MISREADS;
  const size_t count = vtm_programs_append(run, effect == VTM_EFFECT_NEEDS_MODE ? needs_mode : opens, folder, &names);
  size_t all = 0;
  for (size_t i = 0; i < PROGRAMS; i++) all += vtm_program_counts(run, &programs[i]);
  const bool every = count == all && count > MOST_NAMED;
  const char *verb = stops ? "stop" : "read it wrongly";
  const char *singular = stops ? "stops" : "reads it wrongly";
  if (count > 0 && !names.failed)
    vtm_text_format(text, "; %s %s%s", every ? "every known program" : names.bytes,
                    every || count == 1 ? singular : verb, stops ? " here" : "");
  vtm_text_free(&names);
}

#define NAME(name, ...) "|" name
const char *vtm_lint_programs(void) {
  static const char names[] = EACH_PROGRAM(NAME);
  return names + 1;
}

size_t vtm_lint_program_count(void) { return PROGRAMS; }

vtm_lint_program_info vtm_lint_program_at(size_t index) {
  if (index >= PROGRAMS) return (vtm_lint_program_info){0};
  const vtm_program *program = &programs[index];
  return (vtm_lint_program_info){program->name,  program->title, program->layout, program->sets,  program->folders,
                                 program->lists, program->files, program->size,   program->source};
}

static bool reads_kind(const vtm_program *program, unsigned kinds) {
  const vtm_layout *layout = vtm_layout_find(program->layout);
  if ((kinds & VTM_LINT_KIND(VTM_LINT_PAIRS)) != 0 && program->lists != NULL) return true;
  for (size_t i = 0; i < layout->part_count; i++) {
    const char *rest = layout->parts[i].folder;
    const char *word;
    size_t length;
    while ((kinds & VTM_LINT_KIND(layout->parts[i].kind)) != 0 && vtm_next_word(&rest, &word, &length)) {
      char name[256];
      (void)snprintf(name, sizeof(name), "%.*s", (int)length, word);
      if (vtm_program_reads(program, name)) return true;
    }
  }
  return false;
}

char *vtm_lint_rule_programs(const vtm_lint_rule_info *info, bool *stops) {
  const vtm_lint_rule *rule = (const vtm_lint_rule *)info; /* its first member */
  vtm_text text = {0};
  *stops = rule->effect != VTM_EFFECT_MISREADS;
  vtm_text_append(&text, "");
  size_t count = 0;
  if (rule->kinds == 0 && rule->effect != VTM_EFFECT_NONE)
    vtm_text_append(&text, "all that read the folder or the list");
  for (size_t i = 0; i < PROGRAMS && rule->effect != VTM_EFFECT_NONE; i++) {
    bool named = false;
    if (!reads_kind(&programs[i], rule->kinds)) continue;
    for (size_t k = 0; k < i && !named; k++)
      named = strcmp(programs[k].title, programs[i].title) == 0 && reads_kind(&programs[k], rule->kinds);
    if (!named) vtm_text_format(&text, "%s%s", count++ > 0 ? ", " : "", programs[i].title);
  }
  return vtm_text_take(&text, NULL);
}

vtm_status vtm_programs_check(const char *chosen, vtm_error *error) {
  for (const char *word = chosen; *word != '\0';) {
    const size_t length = strcspn(word, ",");
    const char *names[PROGRAMS];
    char name[128];
    bool known = false;
    (void)snprintf(name, sizeof(name), "%.*s", (int)length, word);
    for (size_t i = 0; i < PROGRAMS; i++) {
      names[i] = programs[i].name;
      known = known || strcmp(programs[i].name, name) == 0;
    }
    const char *nearest = known ? NULL : vtm_nearest_name(name, names, PROGRAMS);
    if (nearest != NULL)
      return vtm_fail(error, VTM_ERROR_USAGE, "--for: unknown program '%s'; did you mean %s?", name, nearest);
    if (!known)
      return vtm_fail(error, VTM_ERROR_USAGE, "--for: unknown program '%s'; --list-programs shows them", name);
    word += length + (word[length] == ',');
  }
  return VTM_OK;
}
