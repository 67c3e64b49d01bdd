/* Masks: white where the garment or the region to paint is, black elsewhere, and nothing between. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "lint/file_index.h"
#include "lint/findings.h"
#include "lint/rules/rule_tables.h"

static bool measure_mask(vtm_lint_reader *reader, void *outcome) {
  const vtm_image *mask = vtm_lint_reader_pixels(reader);
  if (mask == NULL) return false;
  vtm_mask_measure(mask, outcome);
  return true;
}

static const vtm_mask_facts *facts_of(vtm_lint_reader *reader) {
  return vtm_lint_reader_once(reader, measure_mask, sizeof(vtm_mask_facts));
}

static double percent_of(uint64_t part, uint64_t whole) { return 100.0 * (double)part / (double)whole; }

/* Black and white as numbers 0 and 1 of a palette: Pillow hands over the numbers. */
static bool look_at_indices(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  const vtm_image_header *header = vtm_lint_reader_header(reader, NULL);
  const vtm_labels *labels = header != NULL && header->palette ? vtm_lint_reader_labels(reader) : NULL;
  if (labels == NULL || labels->kind != VTM_LABELS_PALETTE) return false;
  int largest = 0;
  const size_t pixels = (size_t)labels->width * (size_t)labels->height;
  for (size_t i = 0; i < pixels; i++)
    if (labels->values[i] > largest) largest = labels->values[i];
  if (largest == 255) return false;
  vtm_lint_report(reader->run, rule, reader->file,
                  "has a palette: programs that open it as it is get its numbers 0 to %d instead of 0 and 255",
                  largest);
  return true;
}

static void look_whether_binary(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  const vtm_mask_facts *facts = facts_of(reader);
  if (look_at_indices(reader, rule)) return;
  if (facts == NULL || vtm_mask_classify(facts) != VTM_MASK_NOT_BINARY) return;
  if (facts->largest == 1)
    vtm_lint_report(reader->run, rule, reader->file, "holds 0 and 1 instead of 0 and 255: white is as good as black");
  else if (facts->largest <= VTM_MASK_SOFT)
    vtm_lint_report(reader->run, rule, reader->file, "its brightest value is %d, where white is 255", facts->largest);
  else
    vtm_lint_report(reader->run, rule, reader->file,
                    "%.1f %% of its pixels are neither black nor white: no mask, or a blurred one",
                    percent_of(facts->soft + facts->gray, facts->pixels));
}

/* Where the layout itself has JPEG, whose edges are soft at any quality, loaders compare with 128. */
static bool is_lossy(const vtm_layout_part *part) {
  const char *extension = strrchr(part->pattern, '.');
  return extension != NULL && strcmp(extension, ".jpg") == 0;
}

static void look_at_edges(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  const vtm_mask_facts *facts = facts_of(reader);
  if (facts == NULL || is_lossy(reader->file->part) || vtm_mask_classify(facts) != VTM_MASK_SOFT_EDGES) return;
  vtm_lint_report(reader->run, rule, reader->file,
                  "%" PRIu64 " pixels along its edges (%.2f %%) are gray, neither 0 nor 255", facts->soft + facts->gray,
                  percent_of(facts->soft + facts->gray, facts->pixels));
}

static void look_for_colour(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  const vtm_mask_facts *facts = facts_of(reader);
  if (facts != NULL && facts->coloured > 0)
    vtm_lint_report(reader->run, rule, reader->file, "%.1f %% of its pixels have a colour",
                    percent_of(facts->coloured, facts->pixels));
}

/* A mask cut out as transparency looks right in a viewer; loaders see its colours. */
static const char *of_transparency(vtm_lint_reader *reader) {
  const vtm_image_header *header = vtm_lint_reader_header(reader, NULL);
  return header != NULL && header->alpha
             ? "; its shape is in the transparency, which loaders leave out: `mogrify -alpha "
               "extract FILE` makes a mask of it"
             : "";
}

static void look_whether_empty(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  const vtm_mask_facts *facts = facts_of(reader);
  if (facts != NULL && vtm_mask_is_empty(facts))
    vtm_lint_report(reader->run, rule, reader->file, "every pixel is black: nothing is marked%s",
                    of_transparency(reader));
}

static void look_whether_full(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  const vtm_mask_facts *facts = facts_of(reader);
  if (facts != NULL && vtm_mask_is_full(facts))
    vtm_lint_report(reader->run, rule, reader->file, "every pixel is white: all is marked%s", of_transparency(reader));
}

static void keep_profile(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  (void)rule;
  const vtm_mask_facts *facts = facts_of(reader);
  vtm_lint_memo *memo = facts != NULL ? vtm_lint_reader_memo(reader) : NULL;
  if (memo == NULL) return;
  memo->mask.taken = true;
  memo->mask.profile = facts->profile;
}

static void report_inverted(vtm_lint_run *run, const vtm_lint_rule *rule, const vtm_lint_folder *folder,
                            const bool *inverted, size_t count, size_t judged, bool even) {
  for (size_t i = 0; i < folder->count; i++) {
    const vtm_lint_file *file = &run->files[folder->first + i];
    if (!inverted[i]) continue;
    if (!even) {
      vtm_lint_report(run, rule, file, "black and white are swapped, compared with the other %zu masks here",
                      judged - count);
      continue;
    }
    vtm_lint_report(run, rule, file,
                    "this and %zu more of the %zu masks here have black and white the other way round than the rest; "
                    "which of them are right cannot be determined",
                    count - 1, judged);
    return;
  }
}

/* A mask marks what is in the middle: the border of one that is inverted is white. Cells of 8 x 8, 0 to 255. */
static bool has_white_border(const vtm_mask_profile *profile) {
  enum { LAST = VTM_MASK_GRID - 1, BRIGHT = 160 };
  unsigned border = 0, inside = 0, border_cells = 0, inside_cells = 0;
  for (int i = 0; i < VTM_MASK_GRID * VTM_MASK_GRID; i++) {
    const int x = i % VTM_MASK_GRID, y = i / VTM_MASK_GRID;
    const bool outside = x == 0 || y == 0 || x == LAST || y == LAST;
    *(outside ? &border : &inside) += profile->cells[i];
    *(outside ? &border_cells : &inside_cells) += 1;
  }
  return border > BRIGHT * border_cells && border * inside_cells > inside * border_cells;
}

/* All masks of a folder may be inverted together, which none shows against the others. */
static bool report_white_borders(vtm_lint_run *run, const vtm_lint_rule *rule, const vtm_lint_folder *folder,
                                 const vtm_mask_profile *const *profiles, size_t judged) {
  size_t white = 0;
  for (size_t i = 0; i < judged; i++) white += has_white_border(profiles[i]);
  if (white < VTM_MASK_FEWEST || white * 10 < judged * 9) return false;
  vtm_lint_report_path(run, rule, folder->path, 0,
                       "%zu of the %zu masks here are white at the border and dark in the middle: black and white are "
                       "swapped in all of them",
                       white, judged);
  return true;
}

static void compare_profiles(vtm_lint_run *run, const vtm_lint_rule *rule, const vtm_lint_folder *folder) {
  if (folder->part->kind != VTM_LINT_MASK || folder->count == 0) return;
  const vtm_mask_profile **profiles = vtm_allocate(folder->count, sizeof(const vtm_mask_profile *), NULL);
  size_t *files = vtm_allocate(folder->count, sizeof(*files), NULL);
  bool *found = vtm_allocate(folder->count, sizeof(*found), NULL), *inverted = NULL;
  size_t judged = 0;
  for (size_t i = 0; i < folder->count && profiles != NULL && files != NULL && found != NULL; i++) {
    const vtm_lint_memo *memo = run->files[folder->first + i].facts.memo;
    if (memo == NULL || !memo->mask.taken) continue;
    files[judged] = i;
    profiles[judged++] = &memo->mask.profile;
  }
  if (report_white_borders(run, rule, folder, profiles, judged)) judged = 0;
  bool even = false;
  const size_t count = judged > 0 ? vtm_mask_find_inverted(profiles, judged, found, &even) : 0;
  if (count > 0) inverted = vtm_allocate(folder->count, sizeof(*inverted), NULL);
  for (size_t i = 0; i < judged && inverted != NULL; i++) inverted[files[i]] = found[i];
  if (inverted != NULL) report_inverted(run, rule, folder, inverted, count, judged, even);
  free(profiles);
  free(files);
  free(found);
  free(inverted);
}

#define MASK VTM_LINT_KIND(VTM_LINT_MASK)

static const vtm_lint_rule rules[] = {
    {.effect = VTM_EFFECT_MISREADS,
     .info =
         {"mask-not-binary", VTM_LINT_ERROR, VTM_LINT_IMAGE, VTM_LINT_PIXELS,
          "A mask is not black and white: loaders that ask for 255, or for more than a half, see another mask.",
          "Make it again with 0 and 255, saved as PNG; multiply one of 0 and 1 by 255, and convert one with a palette "
          "to gray (Pillow: .convert('L'))."},
     .kinds = MASK,
     .inspect = look_whether_binary},
    {.info =
         {"mask-soft-edges", VTM_LINT_WARNING, VTM_LINT_FOLDER, VTM_LINT_PIXELS,
          "Masks have gray pixels along their edges, as JPEG and smooth scaling make them; loaders disagree on them.",
          "Save masks as PNG and scale them with nearest neighbour; or have the loader compare with 128."},
     .kinds = MASK,
     .inspect = look_at_edges},
    {.info = {"mask-colour", VTM_LINT_WARNING, VTM_LINT_IMAGE, VTM_LINT_PIXELS,
              "A mask has colours: probably a picture or a map of labels in the wrong folder.",
              "Look at it; put the right mask in its place."},
     .kinds = MASK,
     .inspect = look_for_colour},
    {.effect = VTM_EFFECT_MISREADS,
     .info = {"mask-empty", VTM_LINT_ERROR, VTM_LINT_IMAGE, VTM_LINT_PIXELS,
              "A mask is black all over: nothing would be painted, or the garment vanishes.",
              "Make it again; where the detector finds nothing, draw it by hand or take the image out."},
     .kinds = MASK,
     .inspect = look_whether_empty},
    {.effect = VTM_EFFECT_MISREADS,
     .info = {"mask-full", VTM_LINT_ERROR, VTM_LINT_IMAGE, VTM_LINT_PIXELS,
              "A mask is white all over: the whole person would be painted over.",
              "Make it again; where the detector fails, draw it by hand or take the image out."},
     .kinds = MASK,
     .inspect = look_whether_full},
    {.effect = VTM_EFFECT_MISREADS,
     .info = {"mask-inverted", VTM_LINT_ERROR, VTM_LINT_FOLDER, VTM_LINT_PIXELS,
              "A mask has black and white swapped, compared with the others of its folder: the background is painted.",
              "Swap them: `mogrify -negate FILE`."},
     .kinds = MASK,
     .inspect = keep_profile,
     .folder = compare_profiles},
};

const vtm_lint_table vtm_lint_mask_rules = {rules, sizeof(rules) / sizeof(*rules)};
