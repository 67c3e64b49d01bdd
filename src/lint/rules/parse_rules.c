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

/* The palette of a PNG: chunk PLTE, 3 bytes a colour; NULL: it has none. */
static const uint8_t *find_palette(const uint8_t *bytes, size_t size, size_t *entries) {
  enum { HEADER = 8, CHUNK = 12 };
  for (size_t at = HEADER; at + CHUNK <= size;) {
    const uint8_t *chunk = bytes + at;
    const size_t length = (size_t)chunk[0] << 24 | (size_t)chunk[1] << 16 | (size_t)chunk[2] << 8 | (size_t)chunk[3];
    if (length > size - at - CHUNK) return NULL;
    if (memcmp(chunk + 4, "PLTE", 4) == 0) {
      *entries = length / 3;
      return chunk + 8;
    }
    at += length + CHUNK;
  }
  return NULL;
}

static void keep_palette(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  (void)rule;
  const label_counts *counts = counts_of(reader);
  const vtm_labels *labels = vtm_lint_reader_labels(reader);
  size_t size = 0;
  size_t entries = 0;
  const uint8_t *bytes = vtm_lint_reader_bytes(reader, &size);
  if (counts == NULL || bytes == NULL || labels == NULL || labels->kind != VTM_LABELS_PALETTE) return;
  const uint8_t *palette = find_palette(bytes, size, &entries);
  vtm_lint_memo *memo = palette != NULL ? vtm_lint_reader_memo(reader) : NULL;
  if (memo == NULL) return;
  if (entries > VTM_LINT_COLOURS) entries = VTM_LINT_COLOURS;
  memo->parse.entries = (int)entries;
  memcpy(memo->parse.colours, palette, entries * 3);
  for (size_t i = 0; i < entries; i++)
    if (counts->of[i] > 0) memo->parse.used |= UINT32_C(1) << i;
}

/* Encoders leave out colours at the end: only those that both have count, and that the picture uses. */
static bool palettes_agree(const vtm_lint_memo *memo, const vtm_lint_memo *usual) {
  for (int i = 0; i < memo->parse.entries && i < usual->parse.entries; i++)
    if ((memo->parse.used >> i & 1) != 0 && memcmp(memo->parse.colours[i], usual->parse.colours[i], 3) != 0)
      return false;
  return true;
}

/* The palette that most have, by the vote of Boyer and Moore. */
static const vtm_lint_memo *usual_palette(const vtm_lint_run *run, const vtm_lint_folder *folder) {
  const vtm_lint_memo *usual = NULL;
  size_t votes = 0;
  for (size_t i = 0; i < folder->count; i++) {
    const vtm_lint_memo *memo = run->files[folder->first + i].facts.memo;
    if (memo == NULL || memo->parse.entries == 0) continue;
    if (votes == 0) usual = memo;
    if (palettes_agree(memo, usual))
      votes++;
    else
      votes--;
  }
  return usual;
}

static void compare_palettes(vtm_lint_run *run, const vtm_lint_rule *rule, const vtm_lint_folder *folder) {
  const vtm_lint_memo *usual = folder->part->kind == VTM_LINT_PARSE ? usual_palette(run, folder) : NULL;
  for (size_t i = 0; i < folder->count && usual != NULL; i++) {
    const vtm_lint_file *file = &run->files[folder->first + i];
    const vtm_lint_memo *memo = file->facts.memo;
    if (memo != NULL && memo->parse.entries > 0 && !palettes_agree(memo, usual))
      vtm_lint_report(run, rule, file, "its numbers stand for other colours than those of the other maps here");
  }
}

#define PARSE VTM_LINT_KIND(VTM_LINT_PARSE)

static const vtm_lint_rule rules[] = {
    {.effect = VTM_EFFECT_MISREADS,
     .info =
         {"parse-palette", VTM_LINT_ERROR, VTM_LINT_FOLDER, VTM_LINT_PIXELS,
          "A parse map has another palette than the others: a program that saves space has renumbered its labels.",
          "Copy it again, or make it again with the parser; never run pngquant, optipng or `mogrify` over parse maps."},
     .kinds = PARSE,
     .inspect = keep_palette,
     .folder = compare_palettes},
    {.effect = VTM_EFFECT_STOPS,
     .info = {"parse-not-labels", VTM_LINT_ERROR, VTM_LINT_IMAGE, VTM_LINT_PIXELS,
              "A parse map holds colours instead of label numbers: loaders read nonsense, or crash on its shape.",
              "Make it again as a palette PNG (mode P) or a gray one (mode L), never RGB or JPEG; where red, green and "
              "blue are "
              "the label itself, one of them is the map."},
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
