/* The file and its header: can it be read, and is it what its name and its neighbours say? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "lint/findings.h"
#include "lint/lint_run.h"
#include "lint/rules/rule_tables.h"
#include "vtonmetrics/tools/text.h"

#define PERSON VTM_LINT_KIND(VTM_LINT_PERSON)
#define GARMENT VTM_LINT_KIND(VTM_LINT_GARMENT)
#define RESULT VTM_LINT_KIND(VTM_LINT_RESULT)

static void look_at_name(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  if (!vtm_is_utf8(reader->file->name)) vtm_lint_report(reader->run, rule, reader->file, "the name is not UTF-8");
}

static void look_for_controls(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  for (const char *c = reader->file->name; *c != '\0'; c++)
    if ((unsigned char)*c < 0x20 || *c == 0x7f) {
      vtm_lint_report(reader->run, rule, reader->file, "the name holds a line break or another control character");
      return;
    }
}

/* DressCode's loaders make "ID_5" of "ID_0" by replacing each "_0" of the name. */
static void look_for_ending(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  const vtm_lint_file *file = reader->file;
  const char *after = strstr(file->part->pattern, "{id}") + strlen("{id}");
  const size_t length = strcspn(after, ".");
  if (length == 0 || memmem(file->id, file->id_length, after, length) == NULL) return;
  vtm_lint_report(reader->run, rule, file, "has %.*s inside as well as at its end", (int)length, after);
}

static void look_at_length(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  if (reader->file->bytes == 0) vtm_lint_report(reader->run, rule, reader->file, "has 0 bytes");
}

static bool is_picture(const vtm_lint_file *file) { return (VTM_LINT_PICTURES & VTM_LINT_KIND(file->part->kind)) != 0; }

/* Why the header could not be read; VTM_OK when it could, or when the file has no content at all. */
static vtm_status header_status(vtm_lint_reader *reader, vtm_error *failure) {
  if (reader->file->bytes == 0 || !is_picture(reader->file)) return VTM_OK;
  return vtm_lint_reader_header(reader, failure) != NULL ? VTM_OK : failure->status;
}

static bool is_content_fault(vtm_status status) {
  return status == VTM_ERROR_FORMAT || status == VTM_ERROR_UNSUPPORTED || status == VTM_ERROR_LIMIT;
}

static void look_whether_readable(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  vtm_error failure = {0};
  const vtm_status status = header_status(reader, &failure);
  if (status != VTM_OK && !is_content_fault(status))
    vtm_lint_report(reader->run, rule, reader->file, "%s", failure.message);
}

static void look_whether_readable_text(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  size_t size;
  if (vtm_lint_reader_bytes(reader, &size) == NULL)
    vtm_lint_report(reader->run, rule, reader->file, "%s", vtm_lint_reader_failure(reader)->message);
}

static void look_whether_image(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  vtm_error failure = {0};
  if (is_content_fault(header_status(reader, &failure)))
    vtm_lint_report(reader->run, rule, reader->file, "%s", failure.message);
}

static void look_whether_whole(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  vtm_error failure = {0};
  if (reader->file->bytes == 0 || header_status(reader, &failure) != VTM_OK) return;
  if (vtm_lint_reader_small(reader) == NULL)
    vtm_lint_report(reader->run, rule, reader->file, "%s", vtm_lint_reader_failure(reader)->message);
}

static void look_at_extension(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  const vtm_image_header *header = vtm_lint_reader_header(reader, NULL);
  if (header != NULL && (header->notes & VTM_IMAGE_EXTENSION_MISMATCH) != 0)
    vtm_lint_report(reader->run, rule, reader->file, "holds %s data", header->format);
}

static void look_at_rotation(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  const vtm_image_header *header = vtm_lint_reader_header(reader, NULL);
  if (header != NULL && (header->notes & VTM_IMAGE_EXIF_ROTATION) != 0)
    vtm_lint_report(reader->run, rule, reader->file, "an EXIF tag asks for a rotation or mirroring");
}

static void look_at_depth(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  const vtm_image_header *header = vtm_lint_reader_header(reader, NULL);
  if (header != NULL && header->depth > 8)
    vtm_lint_report(reader->run, rule, reader->file, "has %d bits a sample", header->depth);
}

static void look_for_animation(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  const vtm_image_header *header = vtm_lint_reader_header(reader, NULL);
  if (header != NULL && (header->notes & VTM_IMAGE_FIRST_FRAME) != 0)
    vtm_lint_report(reader->run, rule, reader->file, "is an animation");
}

static const char *odd_mode(const vtm_image_header *header, vtm_lint_kind kind) {
  if (header->cmyk) return "CMYK, as for print, where RGB is expected";
  if (kind == VTM_LINT_MASK || kind == VTM_LINT_PARSE) return NULL; /* the rules about these look closer */
  if (header->alpha) return "colour or gray with transparency, which is not expected";
  if (kind == VTM_LINT_PICTURE) return NULL;
  if (header->palette) return "a palette of few colours, where RGB is expected";
  return header->channels <= 2 ? "gray, where RGB is expected" : NULL;
}

/* Programs take sidecars as they are, and stop at another number of channels. */
static const char *odd_channels(const vtm_lint_reader *reader, const vtm_image_header *header) {
  const unsigned kinds = VTM_LINT_KIND(VTM_LINT_PICTURE) | VTM_LINT_KIND(VTM_LINT_MASK);
  if ((kinds & VTM_LINT_KIND(reader->file->part->kind)) == 0) return NULL;
  const char *path = reader->run->folders[reader->file->folder].path;
  const char *slash = strrchr(path, '/');
  const char *mode = vtm_programs_mode(reader->run, slash != NULL ? slash + 1 : path);
  if (mode == NULL) return NULL;
  if (strcmp(mode, "RGB") == 0 && (header->palette || header->channels <= 2)) return "gray, where RGB is expected";
  if (strcmp(mode, "L") == 0 && !header->palette && header->channels >= 3)
    return "RGB, where one channel of gray is expected";
  return NULL;
}

static void look_at_mode(vtm_lint_reader *reader, const vtm_lint_rule *rule) {
  const vtm_image_header *header = vtm_lint_reader_header(reader, NULL);
  const char *mode = header != NULL ? odd_mode(header, reader->file->part->kind) : NULL;
  if (mode == NULL && header != NULL) mode = odd_channels(reader, header);
  if (mode != NULL) vtm_lint_report(reader->run, rule, reader->file, "is %s", mode);
}

static void compare_sizes(vtm_lint_run *run, const vtm_lint_rule *rule, const vtm_lint_file *file,
                          const vtm_lint_file *owner) {
  const vtm_lint_facts *mine = &file->facts;
  const vtm_lint_facts *its = &owner->facts;
  if (!file->part->same_size || mine->width == 0 || its->width == 0) return;
  if (mine->width != its->width || mine->height != its->height)
    vtm_lint_report_two(run, rule, file, owner, "is %dx%d, its image %dx%d", mine->width, mine->height, its->width,
                        its->height);
}

static int by_size(const void *left, const void *right) {
  const uint64_t a = *(const uint64_t *)left;
  const uint64_t b = *(const uint64_t *)right;
  return a < b ? -1 : a > b;
}

static uint64_t size_key(const vtm_lint_file *file) {
  return (uint64_t)file->facts.width << 32 | (uint64_t)file->facts.height;
}

/* The commonest size among `count` sorted ones. */
static uint64_t commonest_size(const uint64_t *sizes, size_t count, size_t *times) {
  uint64_t best = 0;
  *times = 0;
  for (size_t i = 0, run = 0; i < count; i++) {
    run = i > 0 && sizes[i] == sizes[i - 1] ? run + 1 : 1;
    if (run > *times) {
      *times = run;
      best = sizes[i];
    }
  }
  return best;
}

/* Sidecars are left to size-differs, which names the image as well. */
static void compare_folder_sizes(vtm_lint_run *run, const vtm_lint_rule *rule, const vtm_lint_folder *folder) {
  const unsigned kinds = PERSON | GARMENT | RESULT;
  if ((kinds & VTM_LINT_KIND(folder->part->kind)) == 0 || folder->count < 2) return;
  uint64_t *sizes = vtm_allocate(folder->count, sizeof(*sizes), NULL);
  size_t known = 0;
  for (size_t i = 0; sizes != NULL && i < folder->count; i++)
    if (run->files[folder->first + i].facts.width > 0) sizes[known++] = size_key(&run->files[folder->first + i]);
  size_t times = 0;
  if (known > 0) qsort(sizes, known, sizeof(*sizes), by_size);
  const uint64_t usual = commonest_size(sizes, known, &times);
  free(sizes);
  if (times == known) return;
  const int width = (int)(usual >> 32);
  const int height = (int)(usual & UINT32_MAX);
  if (times * 2 <= known) {
    vtm_lint_report_path(run, rule, folder->path, 0, "its %zu images have many sizes; the commonest, %dx%d, has %zu",
                         known, width, height, times);
    return;
  }
  for (size_t i = 0; i < folder->count; i++) {
    const vtm_lint_file *file = &run->files[folder->first + i];
    if (file->facts.width > 0 && size_key(file) != usual)
      vtm_lint_report(run, rule, file, "is %dx%d, where %zu of the %zu images here are %dx%d", file->facts.width,
                      file->facts.height, times, known, width, height);
  }
}

/* A size that is written in a program's code. Datasets are published in several: only who names programs is told. */
static void compare_program_sizes(vtm_lint_run *run, const vtm_lint_rule *rule, const vtm_lint_folder *folder) {
  if (folder->part->kind != VTM_LINT_PERSON || run->engine->options->programs == NULL) return;
  for (size_t i = 0; i < vtm_program_count(); i++) {
    const vtm_program *program = vtm_program_at(i);
    const char *set = folder->set != VTM_LINT_NONE ? run->sets[folder->set] : "";
    size_t other = 0;
    const vtm_lint_file *first = NULL;
    if (program->size == NULL || !vtm_program_counts(run, program) || !vtm_is_word_of(program->sets, set)) continue;
    for (size_t k = 0; k < folder->count; k++) {
      const vtm_lint_file *file = &run->files[folder->first + k];
      char size[32];
      (void)snprintf(size, sizeof(size), "%dx%d", file->facts.width, file->facts.height);
      if (file->facts.width == 0 || strcmp(size, program->size) == 0) continue;
      if (other++ == 0) first = file;
    }
    if (other > 0)
      vtm_lint_report_path(run, rule, folder->path, 0,
                           "%zu of %zu photographs are not of %s, which %s expects: %s is %dx%d", other, folder->count,
                           program->size, program->title, first->name, first->facts.width, first->facts.height);
  }
}

#define TEXTS (VTM_LINT_KIND(VTM_LINT_POSE) | VTM_LINT_KIND(VTM_LINT_KEYPOINTS) | VTM_LINT_KIND(VTM_LINT_CAPTIONS))

static const vtm_lint_rule rules[] = {
    {.info = {"name-not-utf8", VTM_LINT_WARNING, VTM_LINT_FILE, VTM_LINT_NAMES,
              "A name is not UTF-8: Python and JSON cannot carry it as it is.",
              "Rename the file; `convmv -f latin1 -t utf8` does many at once."},
     .kinds = VTM_LINT_ALL_KINDS,
     .inspect = look_at_name},
    {.info = {"name-control", VTM_LINT_WARNING, VTM_LINT_FILE, VTM_LINT_NAMES,
              "A name holds a line break or another control character: pair lists cannot name the file.",
              "Rename the file."},
     .kinds = VTM_LINT_ALL_KINDS,
     .inspect = look_for_controls},
    {.effect = VTM_EFFECT_STOPS,
     .info =
         {"name-replaced", VTM_LINT_ERROR, VTM_LINT_FILE, VTM_LINT_NAMES,
          "A name has the ending of its folder twice: programs make the names of its other files by replacing every "
          "one, and find nothing.",
          "Rename the person's files, for example with - for _ inside the id."},
     .kinds = PERSON,
     .inspect = look_for_ending},
    {.effect = VTM_EFFECT_STOPS,
     .info = {"file-empty", VTM_LINT_ERROR, VTM_LINT_FILE, VTM_LINT_NAMES,
              "A file has no content at all: a copy or download that failed.", "Copy it again."},
     .kinds = VTM_LINT_ALL_KINDS,
     .inspect = look_at_length},
    {.effect = VTM_EFFECT_STOPS,
     .info = {"file-unreadable", VTM_LINT_ERROR, VTM_LINT_FILE, VTM_LINT_HEADER, "A file cannot be read.",
              "Grant yourself read permission (chmod u+r FILE); a read error of the disk means: copy it again."},
     .kinds = VTM_LINT_PICTURES,
     .inspect = look_whether_readable},
    {.effect = VTM_EFFECT_STOPS,
     .info = {"text-unreadable", VTM_LINT_ERROR, VTM_LINT_FILE, VTM_LINT_BYTES,
              "A JSON file cannot be read, or is far too long.",
              "Grant yourself read permission (chmod u+r FILE), or make the file again."},
     .kinds = TEXTS,
     .inspect = look_whether_readable_text},
    {.effect = VTM_EFFECT_STOPS,
     .info = {"image-unreadable", VTM_LINT_ERROR, VTM_LINT_IMAGE, VTM_LINT_HEADER,
              "A file is not an image of a known format, or its header is damaged.",
              "Copy it again, or save it as JPEG or PNG."},
     .kinds = VTM_LINT_PICTURES,
     .inspect = look_whether_image},
    {.effect = VTM_EFFECT_STOPS,
     .info = {"image-damaged", VTM_LINT_ERROR, VTM_LINT_IMAGE, VTM_LINT_SMALL,
              "An image is truncated or damaged: some programs stop at it, others fill in gray without a warning.",
              "Copy it again."},
     .kinds = VTM_LINT_PICTURES,
     .inspect = look_whether_whole},
    {.info =
         {"extension-mismatch", VTM_LINT_WARNING, VTM_LINT_IMAGE, VTM_LINT_HEADER,
          "The content is of another format than the name says, such as JPEG bytes in a .png: a lossy file passes for "
          "a lossless one.",
          "Save it again in the format that its name says, under which programs look for it; what was JPEG has lost "
          "its "
          "exact values: make such a mask, map or result again."},
     .kinds = VTM_LINT_PICTURES,
     .inspect = look_at_extension},
    {.effect = VTM_EFFECT_NEEDS_MODE,
     .info =
         {"color-mode", VTM_LINT_WARNING, VTM_LINT_IMAGE, VTM_LINT_HEADER,
          "An image is gray, CMYK, paletted or transparent where RGB is expected, or RGB where gray is: each loader "
          "converts it in its own way, or stops.",
          "Save it as RGB: `mogrify -colorspace sRGB -alpha off -type TrueColor FILE`; what is to be gray: `mogrify "
          "-colorspace Gray FILE`."},
     .kinds = VTM_LINT_PICTURES,
     .inspect = look_at_mode},
    {.effect = VTM_EFFECT_MISREADS,
     .info = {"exif-rotation", VTM_LINT_WARNING, VTM_LINT_IMAGE, VTM_LINT_HEADER,
              "An EXIF tag asks for a rotation: viewers apply it, training programs and metrics do not.",
              "Rotate the pixels and remove the tag: `mogrify -auto-orient FILE`."},
     .kinds = VTM_LINT_PICTURES,
     .inspect = look_at_rotation},
    {.info = {"sixteen-bit", VTM_LINT_WARNING, VTM_LINT_IMAGE, VTM_LINT_HEADER,
              "An image has more than 8 bits a sample: Pillow clips 16-bit gray at 255 instead of scaling it.",
              "Save it with 8 bits: `mogrify -depth 8 FILE`."},
     .kinds = VTM_LINT_PICTURES,
     .inspect = look_at_depth},
    {.info = {"animation", VTM_LINT_WARNING, VTM_LINT_IMAGE, VTM_LINT_HEADER,
              "An image is an animation, of which loaders take the first frame.",
              "Save the frame that is meant as PNG."},
     .kinds = VTM_LINT_PICTURES,
     .inspect = look_for_animation},
    {.effect = VTM_EFFECT_MISREADS,
     .info = {"size-differs", VTM_LINT_ERROR, VTM_LINT_PAIR, VTM_LINT_HEADER,
              "A sidecar differs in size from its image: masks and labels then do not cover what they mark.",
              "Make the sidecar again from the image, or scale it (masks and labels: nearest neighbour)."},
     .kinds = VTM_LINT_PICTURES & ~(PERSON | GARMENT | RESULT),
     .compare = compare_sizes},
    {.info = {"size-of-program", VTM_LINT_ERROR, VTM_LINT_FOLDER, VTM_LINT_HEADER,
              "Photographs are of another size than a program that was asked for with --for expects: it stops, or "
              "its keypoints and masks land elsewhere.",
              "Scale pictures, masks and keypoints to that size; some programs have options for another."},
     .kinds = PERSON,
     .folder = compare_program_sizes},
    {.info = {"sizes-vary", VTM_LINT_WARNING, VTM_LINT_FOLDER, VTM_LINT_HEADER,
              "The images of one folder have several sizes: they cannot be batched, or some are distorted.",
              "Scale or crop all to one size."},
     .kinds = PERSON | GARMENT | RESULT,
     .folder = compare_folder_sizes},
};

const vtm_lint_table vtm_lint_file_rules = {rules, sizeof(rules) / sizeof(*rules)};
