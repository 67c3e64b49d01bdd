/* Parse maps: which part of the body or which garment each pixel shows, as a number. */
#include <string.h>

#include "lint/findings.h"
#include "lint/rules/rule_tables.h"

static void look_whether_labels(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  const vtm_labels *labels = vtm_lint_reader_labels(reader);
  const vtm_image_header *header = vtm_lint_reader_header(reader, NULL);
  if (labels == NULL || header == NULL) return;
  if (labels->kind == VTM_LABELS_COLOUR)
    vtm_lint_report(reader->run, rule, reader->file, "a PNG of colours: the numbers of the labels are not in it");
  if (labels->kind == VTM_LABELS_NOT_PNG)
    vtm_lint_report(reader->run, rule, reader->file, "is %s, which does not keep numbers exactly", header->format);
}

typedef struct label_counts {
  uint64_t of[256];
} label_counts;

static bool count_labels(vtm_lint_reader *reader, void *outcome) {
  const vtm_labels *labels = vtm_lint_reader_labels(reader);
  if (labels == NULL || labels->values == NULL) return false;
  label_counts *counts = outcome;
  const size_t pixels = (size_t)labels->width * (size_t)labels->height;
  for (size_t i = 0; i < pixels; i++) counts->of[labels->values[i]]++;
  return true;
}

static const label_counts *counts_of(vtm_lint_reader *reader) {
  return vtm_lint_reader_once(reader, count_labels, sizeof(label_counts));
}

static void look_at_range(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  const label_counts *counts = counts_of(reader);
  const int known = reader->file->part->labels;
  if (counts == NULL || known <= 0) return;
  uint64_t pixels = 0;
  int first = 0;
  for (int label = 255; label >= known; label--) {
    pixels += counts->of[label];
    if (counts->of[label] > 0) first = label;
  }
  if (pixels > 0)
    vtm_lint_report(reader->run, rule, reader->file, "label %d%s on %llu pixels, where 0 to %d are known", first,
                    pixels > counts->of[first] ? " and higher ones" : "", (unsigned long long)pixels, known - 1);
}

static void look_whether_empty(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  const label_counts *counts = counts_of(reader);
  if (counts == NULL) return;
  for (int label = 1; label < 256; label++)
    if (counts->of[label] > 0) return;
  vtm_lint_report(reader->run, rule, reader->file, "every pixel is background (label 0): no person was found");
}

#define PARSE VTM_LINT_KIND(VTM_LINT_PARSE)

static const vtm_lint_rule rules[] = {
    {.effect = VTM_EFFECT_STOPS,
     .info = {"parse-not-labels", VTM_LINT_ERROR, VTM_LINT_IMAGE, VTM_LINT_PIXELS,
              "A parse map holds colours instead of label numbers: loaders read nonsense, or crash on its shape.",
              "Save the labels as a palette PNG (mode P) or a gray one (mode L), never as RGB or JPEG."},
     .kinds = PARSE,
     .inspect = look_whether_labels},
    {.effect = VTM_EFFECT_MISREADS,
     .info =
         {"parse-label-range", VTM_LINT_ERROR, VTM_LINT_IMAGE, VTM_LINT_PIXELS,
          "A parse map has labels that its layout does not know: it comes from another parser, or was scaled smoothly.",
          "Make it again with the layout's parser; scale label maps with nearest neighbour only."},
     .kinds = PARSE,
     .inspect = look_at_range},
    {.info = {"parse-empty", VTM_LINT_ERROR, VTM_LINT_IMAGE, VTM_LINT_PIXELS,
              "A parse map is nothing but background: the parser found nobody.",
              "Look at the photograph; run the parser again, or take the image out."},
     .kinds = PARSE,
     .inspect = look_whether_empty},
};

const vtm_lint_table vtm_lint_parse_rules = {rules, sizeof(rules) / sizeof(*rules)};
