/* Walks a dataset by its layout: which files there are, what each is, and what lies there that does not
 * belong. At most three levels are listed (dataset, set, folder), so a link cannot lead in circles. */
#include "lint/scan.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "image/reader.h"
#include "lint/file_index.h"
#include "lint/findings.h"
#include "lint/lint_run.h"
#include "lint/listing.h"
#include "lint/program_needs.h"
#include "lint/recognise.h"
#include "lint/rules/structure_rules.h"
#include "lint/stray_lists.h"
#include "lint/whole.h"
#include "vtonmetrics/tools/dataset.h"
#include "vtonmetrics/tools/text.h"

static const vtm_layout_part pairs_part = {
    .folder = "", .kind = VTM_LINT_PAIRS, .pattern = "{id}.txt", .of = VTM_LINT_KINDS};
static const vtm_layout_part captions_part = {
    .folder = "", .kind = VTM_LINT_CAPTIONS, .pattern = "{id}.json", .of = VTM_LINT_KINDS};
static const vtm_layout_part result_part = {
    .folder = "", .kind = VTM_LINT_RESULT, .pattern = "{id}.*", .of = VTM_LINT_PERSON};

static bool is_itself(const char *set) { return strcmp(set, ".") == 0; }

/* "test/image"; the path of the dataset's own folder is "". A new string. */
static char *join_shown_path(const char *folder, const char *name, vtm_error *error) {
  return *folder == '\0' ? vtm_copy_text(name, error) : vtm_path_join(folder, name, error);
}

static vtm_status report_at(vtm_lint_run *run, vtm_lint_structure structure, const char *folder, const char *name,
                            const char *message, vtm_error *error) {
  char *path = join_shown_path(folder, name, error);
  if (path == NULL) return VTM_ERROR_MEMORY;
  vtm_lint_report_path(run, vtm_lint_structure_rule(structure), path, 0, "%s", message);
  free(path);
  return VTM_OK;
}

static vtm_status add_folder(vtm_lint_run *run, const char *path, const vtm_layout_part *part, int set,
                             vtm_error *error) {
  vtm_lint_engine *engine = run->engine;
  if (!vtm_grow(&run->folders, &engine->folder_capacity, run->folder_count + 1, sizeof(*run->folders), error))
    return VTM_ERROR_MEMORY;
  const char *kept = vtm_lint_arena_copy(&engine->texts, path, error);
  if (kept == NULL) return VTM_ERROR_MEMORY;
  run->folders[run->folder_count++] = (vtm_lint_folder){kept, part, set, run->file_count, 0};
  return VTM_OK;
}

/* To the folder added last. */
static vtm_status add_file(vtm_lint_run *run, const vtm_lint_entry *entry, const vtm_layout_name *parsed,
                           vtm_error *error) {
  vtm_lint_engine *engine = run->engine;
  if (run->file_count >= INT32_MAX)
    return vtm_fail(error, VTM_ERROR_LIMIT, "%s: more files than can be checked", run->root);
  if (!vtm_grow(&run->files, &engine->file_capacity, run->file_count + 1, sizeof(*run->files), error))
    return VTM_ERROR_MEMORY;
  const char *name = vtm_lint_arena_copy(&engine->texts, entry->name, error);
  if (name == NULL) return VTM_ERROR_MEMORY;
  vtm_lint_folder *folder = &run->folders[run->folder_count - 1];
  run->files[run->file_count++] = (vtm_lint_file){
      .name = name,
      .part = folder->part,
      .id = name + (parsed->id - entry->name),
      .id_length = parsed->id_length,
      .bytes = entry->bytes,
      .folder = (int)run->folder_count - 1,
      .owner = VTM_LINT_NONE,
      .regular = true,
  };
  folder->count++;
  return VTM_OK;
}

static int by_id_then_name(const void *left, const void *right) {
  const vtm_lint_file *a = left;
  const vtm_lint_file *b = right;
  const size_t shorter = a->id_length < b->id_length ? a->id_length : b->id_length;
  const int order = memcmp(a->id, b->id, shorter);
  if (order != 0) return order;
  if (a->id_length != b->id_length) return a->id_length < b->id_length ? -1 : 1;
  return strcmp(a->name, b->name);
}

static void sort_last_folder(vtm_lint_run *run) {
  const vtm_lint_folder *folder = &run->folders[run->folder_count - 1];
  if (folder->count > 0) qsort(run->files + folder->first, folder->count, sizeof(*run->files), by_id_then_name);
}

/* The part of the layout, among those of this folder, that the name is made by; an exact one is preferred. */
static const vtm_layout_part *part_of_name(const vtm_layout *layout, const char *spelled, const char *name,
                                           vtm_layout_name *parsed) {
  const vtm_layout_part *loose = NULL;
  vtm_layout_name other;
  for (size_t i = 0; i < layout->part_count; i++) {
    const vtm_layout_part *part = &layout->parts[i];
    if (!vtm_is_word_of(part->folder, spelled) || !vtm_layout_parse_name(part, name, &other)) continue;
    if (!other.exact && loose != NULL) continue;
    *parsed = other;
    if (other.exact) return part;
    loose = part;
  }
  return loose;
}

/* "ID_mask.png", of {id}.* "ID.jpg, ID.png and the like". */
static void append_pattern(vtm_text *text, const vtm_layout_part *part) {
  const char *hole = strstr(part->pattern, "{id}");
  const char *after = hole + strlen("{id}");
  vtm_text_format(text, "%.*sID%s", (int)(hole - part->pattern), part->pattern,
                  strcmp(after, ".*") == 0 ? ".jpg, ID.png and the like" : after);
}

static vtm_status report_special_file(vtm_lint_run *run, const char *path, const char *name, vtm_error *error) {
  char message[512];
  char target[256];
  char *shown = join_shown_path(path, name, error);
  char *disk = shown != NULL && run->root != NULL ? vtm_path_join(run->root, shown, error) : NULL;
  ssize_t length = disk != NULL ? readlink(disk, target, sizeof(target) - 1) : -1;
  if (length < 0 && shown != NULL) length = readlink(shown, target, sizeof(target) - 1); /* of results */
  free(disk);
  free(shown);
  if (length < 0)
    return report_at(run, VTM_STRUCTURE_SPECIAL_FILE, path, name,
                     "neither a file nor a folder, but a FIFO, a device or a socket; it was not opened", error);
  target[length] = '\0';
  (void)snprintf(message, sizeof(message), "a link to %s, which is not there", target);
  return report_at(run, VTM_STRUCTURE_SPECIAL_FILE, path, name, message, error);
}

static vtm_status report_unknown_name(vtm_lint_run *run, const char *path, const char *name, const char *spelled,
                                      vtm_error *error) {
  vtm_text text = {0};
  vtm_text_append(&text, "names here are ");
  size_t count = 0;
  for (size_t i = 0; i < run->layout->part_count; i++) {
    if (!vtm_is_word_of(run->layout->parts[i].folder, spelled)) continue;
    if (count++ > 0) vtm_text_append(&text, " and ");
    append_pattern(&text, &run->layout->parts[i]);
  }
  char *message = vtm_text_take(&text, error);
  if (message == NULL) return VTM_ERROR_MEMORY;
  const vtm_status status = report_at(run, VTM_STRUCTURE_FILE_UNKNOWN, path, name, message, error);
  free(message);
  return status;
}

static vtm_status report_unexpected_entry(vtm_lint_run *run, const char *path, const vtm_lint_entry *entry,
                                          const char *spelled, vtm_error *error) {
  switch (entry->kind) {
    case VTM_ENTRY_LOOP:
      return report_at(run, VTM_STRUCTURE_LINK_LOOP, path, entry->name, "a symbolic link that leads in a circle",
                       error);
    case VTM_ENTRY_SPECIAL: return report_special_file(run, path, entry->name, error);
    case VTM_ENTRY_FOLDER:
      return report_at(run, VTM_STRUCTURE_FOLDER_UNKNOWN, path, entry->name, "a folder among the files", error);
    case VTM_ENTRY_FILE: break;
  }
  return report_unknown_name(run, path, entry->name, spelled, error);
}

static vtm_status report_extension(vtm_lint_run *run, const char *path, const vtm_lint_entry *entry,
                                   const vtm_layout_part *part, const vtm_layout_name *parsed, vtm_error *error) {
  char message[512];
  const char *hole = strstr(part->pattern, "{id}");
  (void)snprintf(message, sizeof(message), "programs look for %.*s%.*s%s", (int)(hole - part->pattern), part->pattern,
                 (int)parsed->id_length, parsed->id, hole + strlen("{id}"));
  return report_at(run, VTM_STRUCTURE_SIDECAR_EXTENSION, path, entry->name, message, error);
}

/* Reports everything in the folder that is not a file of one of its parts. Called once per folder. */
static vtm_status report_unexpected_files(vtm_lint_run *run, const char *path, const char *spelled,
                                          const vtm_lint_listing *listing, vtm_error *error) {
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < listing->count && status == VTM_OK; i++) {
    const vtm_lint_entry *entry = &listing->entries[i];
    vtm_layout_name parsed;
    const vtm_layout_part *part =
        entry->kind == VTM_ENTRY_FILE ? part_of_name(run->layout, spelled, entry->name, &parsed) : NULL;
    if (part == NULL)
      status = report_unexpected_entry(run, path, entry, spelled, error);
    else if (!parsed.exact)
      status = report_extension(run, path, entry, part, &parsed, error);
  }
  return status;
}

static vtm_status scan_part(vtm_lint_run *run, const char *path, const char *spelled, const vtm_layout_part *part,
                            const vtm_lint_listing *listing, int set, vtm_error *error) {
  vtm_status status = add_folder(run, path, part, set, error);
  for (size_t i = 0; i < listing->count && status == VTM_OK; i++) {
    const vtm_lint_entry *entry = &listing->entries[i];
    vtm_layout_name parsed;
    if (entry->kind == VTM_ENTRY_FILE && part_of_name(run->layout, spelled, entry->name, &parsed) == part)
      status = add_file(run, entry, &parsed, error);
  }
  if (status != VTM_OK) return status;
  sort_last_folder(run);
  if (run->folders[run->folder_count - 1].count > 0) return VTM_OK;
  vtm_text text = {0};
  append_pattern(&text, part);
  if (!text.failed)
    vtm_lint_report_path(run, vtm_lint_structure_rule(VTM_STRUCTURE_FOLDER_EMPTY), path, 0,
                         "holds no file named %s, where ID is what the names of a person's files share", text.bytes);
  vtm_text_free(&text);
  return VTM_OK;
}

static bool reads_every_file(const vtm_program *program, const void *user) {
  return vtm_is_word_of(program->every_file, user);
}

static void report_hidden_files(vtm_lint_run *run, const char *path, const char *name,
                                const vtm_lint_listing *listing) {
  vtm_text text = {0};
  const size_t programs = listing->hidden_count > 0 ? vtm_programs_append(run, reads_every_file, name, &text) : 0;
  if (programs > 0 && !text.failed)
    vtm_lint_report_path(run, vtm_lint_structure_rule(VTM_STRUCTURE_FILE_HIDDEN), path, 0,
                         "holds %zu hidden file%s, such as %s; %s read%s every file of it", listing->hidden_count,
                         listing->hidden_count == 1 ? "" : "s", listing->hidden, text.bytes, programs == 1 ? "s" : "");
  vtm_text_free(&text);
}

/* A message without the path that a finding has before it. */
static const char *behind_path(const char *message, const char *path) {
  const size_t length = strlen(path);
  return strncmp(message, path, length) == 0 && strncmp(message + length, ": ", 2) == 0 ? message + length + 2
                                                                                        : message;
}

/* One folder of a set and all parts that share it. */
static vtm_status scan_folder(vtm_lint_run *run, const char *set_path, const char *name, int set, vtm_error *error) {
  char *path = join_shown_path(set_path, name, error);
  char *disk = path != NULL ? vtm_path_join(run->root, path, error) : NULL;
  vtm_lint_listing listing = {0};
  vtm_error failure = {0};
  vtm_status status = disk != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  if (status == VTM_OK && vtm_lint_list(disk, run->root, &listing, &failure) != VTM_OK) {
    vtm_lint_report_path(run, vtm_lint_structure_rule(VTM_STRUCTURE_UNREADABLE_FOLDER), path, 0, "%s",
                         behind_path(failure.message, disk));
  } else if (status == VTM_OK) {
    report_hidden_files(run, path, name, &listing);
    status = report_unexpected_files(run, path, name, &listing, error);
    for (size_t i = 0; i < run->layout->part_count && status == VTM_OK; i++)
      if (vtm_is_word_of(run->layout->parts[i].folder, name))
        status = scan_part(run, path, name, &run->layout->parts[i], &listing, set, error);
  }
  vtm_lint_listing_close(&listing);
  free(disk);
  free(path);
  return status;
}

static bool was_seen(const vtm_layout *layout, size_t part) {
  for (size_t i = 0; i < part; i++)
    if (strcmp(layout->parts[i].folder, layout->parts[part].folder) == 0) return true;
  return false;
}

/* Files that lie beside the folders: pair lists and captions. */
static vtm_status scan_lists(vtm_lint_run *run, const char *path, const vtm_lint_listing *listing, int set,
                             vtm_error *error) {
  for (size_t i = 0; i < listing->count; i++) {
    const vtm_lint_entry *entry = &listing->entries[i];
    const vtm_layout *layout = run->layout;
    const bool pairs = vtm_is_word_of(layout->pair_lists, entry->name);
    const bool captions = vtm_is_word_of(layout->captions, entry->name);
    if ((!pairs && !captions) || entry->kind != VTM_ENTRY_FILE) continue;
    const vtm_layout_part *part = pairs ? &pairs_part : &captions_part;
    vtm_layout_name parsed = {.id = entry->name, .id_length = strlen(entry->name)};
    vtm_status status = add_folder(run, path, part, set, error);
    if (status == VTM_OK) status = add_file(run, entry, &parsed, error);
    if (status != VTM_OK) return status;
  }
  return VTM_OK;
}

static vtm_status scan_set(vtm_lint_run *run, const char *path, const vtm_lint_listing *listing, int set,
                           vtm_error *error) {
  const vtm_layout *layout = run->layout;
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < layout->part_count && status == VTM_OK; i++) {
    if (was_seen(layout, i)) continue;
    const vtm_lint_entry *entry = vtm_lint_listing_spelled(listing, layout->parts[i].folder);
    if (entry != NULL && !layout->parts[i].required && !vtm_lint_is_read(run, entry->name)) continue;
    if (entry != NULL) {
      status = scan_folder(run, path, entry->name, set, error);
    } else if (layout->parts[i].required) {
      char name[256];
      (void)snprintf(name, sizeof(name), "%.*s", (int)strcspn(layout->parts[i].folder, "|"), layout->parts[i].folder);
      const bool is_file = vtm_lint_listing_find(listing, name) != NULL;
      status = report_at(run, VTM_STRUCTURE_FOLDER_MISSING, path, name,
                         is_file ? "a file, where every dataset of this layout has a folder"
                                 : "missing, though every dataset of this layout has it",
                         error);
    }
  }
  if (status == VTM_OK) status = scan_lists(run, path, listing, set, error);
  return status;
}

/* ---- folders that no part claims ---- */

/* A name is a slip of a folder that is not there, when two letters are wrong at most, or when it is the beginning of
 * it, as "agnostic" of "agnostic-v3.2". */
enum { LETTERS_OF_A_SLIP = 2, SHORTEST_SLIP = 4, LONGEST_FOLDER = 256 };

static bool is_slip_of(const char *name, const char *known) {
  if (strlen(name) < SHORTEST_SLIP) return false;
  return vtm_edit_distance(name, known) <= LETTERS_OF_A_SLIP || strncmp(name, known, strlen(name)) == 0;
}

/* The folder that is probably meant by a name that no part has; one that is absent from the set is preferred. */
static bool find_meant_folder(const vtm_layout *layout, const vtm_lint_listing *listing, const char *name,
                              char known[LONGEST_FOLDER], bool *absent) {
  size_t best = SIZE_MAX;
  *absent = false;
  for (size_t i = 0; i < layout->part_count; i++) {
    const bool there = vtm_lint_listing_spelled(listing, layout->parts[i].folder) != NULL;
    const char *rest = layout->parts[i].folder;
    const char *word;
    size_t length;
    while (vtm_next_word(&rest, &word, &length)) {
      char candidate[LONGEST_FOLDER];
      (void)snprintf(candidate, sizeof(candidate), "%.*s", (int)length, word);
      const char *only = candidate;
      const bool slip = !there && is_slip_of(name, candidate);
      const size_t distance = vtm_edit_distance(name, candidate);
      if (*absent ? !slip || distance >= best : !slip && (vtm_nearest_name(name, &only, 1) == NULL || distance >= best))
        continue;
      *absent = slip;
      best = distance;
      memcpy(known, candidate, sizeof(candidate));
    }
  }
  return best != SIZE_MAX;
}

/* A set that is not there and is meant by a folder beside the others: Upper_Body. */
static bool find_meant_set(const vtm_lint_run *run, const char *name, char known[LONGEST_FOLDER]) {
  const char *word;
  size_t length;
  for (const char *rest = run->layout->sets; vtm_next_word(&rest, &word, &length);) {
    (void)snprintf(known, LONGEST_FOLDER, "%.*s", (int)length, word);
    bool there = false;
    for (size_t i = 0; i < run->set_count && !there; i++) there = strcmp(run->sets[i], known) == 0;
    if (!there && is_slip_of(name, known)) return true;
  }
  return false;
}

static bool is_claimed(const vtm_lint_run *run, const vtm_lint_listing *listing, const char *name) {
  for (size_t i = 0; i < run->layout->part_count; i++) {
    const vtm_lint_entry *entry = vtm_lint_listing_spelled(listing, run->layout->parts[i].folder);
    if (entry != NULL && strcmp(entry->name, name) == 0) return true;
  }
  return false;
}

/* Results are named after the people in them. */
static bool holds_results(const vtm_lint_run *run, const char *path) {
  vtm_lint_listing listing;
  const vtm_status status = vtm_lint_list(path, run->root, &listing, NULL);
  if (status == VTM_ERROR_MEMORY) atomic_store(&run->engine->out_of_memory, true);
  if (status != VTM_OK) return false;
  size_t images = 0;
  size_t known = 0;
  for (size_t i = 0; i < listing.count; i++) {
    const char *name = listing.entries[i].name;
    if (!vtm_image_has_extension(name)) continue;
    images++;
    size_t length = (size_t)(vtm_path_extension(name) - name);
    const char *garment = strstr(name, "__");
    if (garment != NULL && (size_t)(garment - name) < length) length = (size_t)(garment - name);
    for (int set = 0; set < (int)run->set_count; set++)
      if (vtm_lint_find_file(run, set, VTM_LINT_PERSON, name, length) != NULL) {
        known++;
        break;
      }
  }
  vtm_lint_listing_close(&listing);
  return images > 0 && known * 2 >= images;
}

static bool was_given(const vtm_lint_run *run, const char *path) {
  const vtm_lint_options *options = run->engine->options;
  struct stat here;
  struct stat given;
  if (stat(path, &here) != 0) return false;
  for (size_t i = 0; i < options->result_count; i++)
    if (stat(options->results[i], &given) == 0 && given.st_dev == here.st_dev && given.st_ino == here.st_ino)
      return true;
  return false;
}

/* "image (1)", "image.bak", "image_old", "image copy" beside image: what a second unpacking, or care, leaves behind. */
static bool is_copy_of(const char *name, const char *known) {
  static const char *const ends[] = {" (",   ".bak",  "_bak",  "-bak",  ".old", "_old",
                                     "-old", " copy", "_copy", "-copy", "~"};
  const size_t length = strlen(known);
  if (strncmp(name, known, length) != 0) return false;
  for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
    if (strncmp(name + length, ends[i], strlen(ends[i])) == 0) return true;
  return false;
}

/* A path as a shell takes it. */
static const char *quoted(const char *path, char buffer[1024]) {
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._/";
  if (strspn(path, plain) == strlen(path) || strchr(path, '\'') != NULL) return path;
  (void)snprintf(buffer, 1024, "'%s'", path);
  return buffer;
}

static void report_unclaimed_folder(vtm_lint_run *run, const vtm_lint_listing *listing, const char *path,
                                    const char *disk, const char *name) {
  const vtm_lint_rule *rule = vtm_lint_structure_rule(VTM_STRUCTURE_FOLDER_UNKNOWN);
  char known[LONGEST_FOLDER];
  char meant[LONGEST_FOLDER];
  char buffer[1024];
  bool absent;
  const bool found = find_meant_folder(run->layout, listing, name, known, &absent);
  if (was_given(run, disk)) return;
  if (!absent && strchr(path, '/') == NULL && find_meant_set(run, name, meant))
    vtm_lint_report_path(run, rule, path, 0, "not a folder of this layout; was %s meant, which is not there?", meant);
  else if (absent)
    vtm_lint_report_path(run, rule, path, 0, "not a folder of this layout; was %s meant, which is not there?", known);
  else if (found && is_copy_of(name, known))
    vtm_lint_report_path(run, rule, path, 0, "a copy of %s?", known);
  else if (holds_results(run, disk))
    vtm_lint_note(run, "%s/ seems to hold results and was not checked; to check it: --results %s", path,
                  quoted(disk, buffer));
  else if (found)
    vtm_lint_report_path(run, rule, path, 0, "not a folder of this layout; was %s meant?", known);
  else
    vtm_lint_report_path(run, rule, path, 0, "not a folder of this layout");
}

static vtm_status report_unclaimed_entry(vtm_lint_run *run, const char *set_path, const vtm_lint_listing *listing,
                                         const vtm_lint_entry *entry, vtm_error *error) {
  if (entry->kind == VTM_ENTRY_SPECIAL || entry->kind == VTM_ENTRY_LOOP)
    return report_unexpected_entry(run, set_path, entry, "", error);
  char *path = join_shown_path(set_path, entry->name, error);
  char *disk = path != NULL ? vtm_path_join(run->root, path, error) : NULL;
  if (disk != NULL) report_unclaimed_folder(run, listing, path, disk, entry->name);
  const bool failed = disk == NULL;
  free(disk);
  free(path);
  return failed ? VTM_ERROR_MEMORY : VTM_OK;
}

static bool is_set(const vtm_lint_run *run, const char *name) {
  for (size_t i = 0; i < run->set_count; i++)
    if (strcmp(run->sets[i], name) == 0) return true;
  return false;
}

static vtm_status report_unclaimed_folders(vtm_lint_run *run, const char *path, const vtm_lint_listing *listing,
                                           bool set_here, vtm_error *error) {
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < listing->count && status == VTM_OK; i++) {
    const vtm_lint_entry *entry = &listing->entries[i];
    if (entry->kind == VTM_ENTRY_FILE) continue;
    if (*path == '\0' && is_set(run, entry->name)) continue;
    if (entry->kind == VTM_ENTRY_FOLDER && set_here && is_claimed(run, listing, entry->name)) continue;
    status = report_unclaimed_entry(run, path, listing, entry, error);
  }
  return status;
}

/* ---- the whole dataset ---- */

static vtm_status add_set(vtm_lint_run *run, const char *name, size_t length, vtm_error *error) {
  vtm_lint_engine *engine = run->engine;
  char text[256];
  (void)snprintf(text, sizeof(text), "%.*s", (int)length, name);
  const char **grown = vtm_reallocate(engine->sets, run->set_count + 1, sizeof(*grown), error);
  if (grown == NULL) return VTM_ERROR_MEMORY;
  engine->sets = grown;
  run->sets = grown;
  grown[run->set_count] = vtm_lint_arena_copy(&engine->texts, text, error);
  if (grown[run->set_count] == NULL) return VTM_ERROR_MEMORY;
  run->set_count++;
  return VTM_OK;
}

/* "." is a set only when there is no other, or when the folders of the layout lie there. */
static vtm_status find_sets(vtm_lint_run *run, const vtm_lint_listing *root, vtm_error *error) {
  const char *rest = run->layout->sets;
  const char *word;
  size_t length;
  while (vtm_next_word(&rest, &word, &length)) {
    bool there = false;
    if (length == 1 && *word == '.') {
      for (size_t i = 0; i < run->layout->part_count && !there; i++)
        there = vtm_lint_listing_spelled(root, run->layout->parts[i].folder) != NULL;
    } else {
      for (size_t i = 0; i < root->count && !there; i++)
        there = root->entries[i].kind == VTM_ENTRY_FOLDER && strlen(root->entries[i].name) == length &&
                memcmp(root->entries[i].name, word, length) == 0;
    }
    const vtm_status status = there ? add_set(run, word, length, error) : VTM_OK;
    if (status != VTM_OK) return status;
  }
  if (run->set_count > 0) return VTM_OK;
  return vtm_fail(error, VTM_ERROR_DATA, "%s: has none of the folders of the layout '%s': is it another one?",
                  run->root, run->layout->name);
}

/* Calls one of the steps below for a set with its folder's listing. */
typedef vtm_status (*set_step)(vtm_lint_run *run, const char *path, const vtm_lint_listing *listing, int set,
                               vtm_error *error);

static vtm_status report_unexpected_in_set(vtm_lint_run *run, const char *path, const vtm_lint_listing *listing,
                                           int set, vtm_error *error) {
  (void)set;
  const vtm_status status = vtm_lint_note_stray_lists(run, path, listing, error);
  return *path == '\0' || status != VTM_OK ? status : report_unclaimed_folders(run, path, listing, true, error);
}

static vtm_status for_each_set(vtm_lint_run *run, const vtm_lint_listing *root, set_step step, vtm_error *error) {
  for (size_t i = 0; i < run->set_count; i++) {
    vtm_status status;
    if (is_itself(run->sets[i])) {
      status = step(run, "", root, (int)i, error);
    } else {
      vtm_error failure = {0};
      vtm_lint_listing listing;
      char *disk = vtm_path_join(run->root, run->sets[i], error);
      if (disk == NULL) return VTM_ERROR_MEMORY;
      status = vtm_lint_list(disk, run->root, &listing, &failure);
      if (status == VTM_OK) {
        status = step(run, run->sets[i], &listing, (int)i, error);
        vtm_lint_listing_close(&listing);
      } else {
        if (step == scan_set)
          vtm_lint_report_path(run, vtm_lint_structure_rule(VTM_STRUCTURE_UNREADABLE_FOLDER), run->sets[i], 0, "%s",
                               behind_path(failure.message, disk));
        status = VTM_OK;
      }
      free(disk);
    }
    if (status != VTM_OK) return status;
  }
  return VTM_OK;
}

static bool root_is_set(const vtm_lint_run *run) {
  for (size_t i = 0; i < run->set_count; i++)
    if (is_itself(run->sets[i])) return true;
  return false;
}

vtm_status vtm_lint_scan(vtm_lint_run *run, vtm_error *error) {
  vtm_lint_listing root;
  vtm_status status = vtm_lint_list(run->root, run->root, &root, error);
  if (status != VTM_OK) return status;
  if (root.count == 0) {
    status = vtm_fail(error, VTM_ERROR_DATA, "%s: the folder is empty, a dataset was expected", run->root);
  } else if (run->layout == NULL) {
    status = vtm_lint_recognise(run, &root, error);
  }
  if (status == VTM_OK) status = vtm_lint_check_programs(run, error);
  if (status == VTM_OK) status = find_sets(run, &root, error);
  if (status == VTM_OK) status = for_each_set(run, &root, scan_set, error);
  if (status == VTM_OK && !root_is_set(run)) status = scan_lists(run, "", &root, VTM_LINT_NONE, error);
  if (status == VTM_OK) status = vtm_lint_build_index(run, error);
  if (status == VTM_OK) status = vtm_lint_check_whole(run, error);
  if (status == VTM_OK) status = vtm_lint_check_program_needs(run, error);
  if (status == VTM_OK) status = report_unclaimed_folders(run, "", &root, root_is_set(run), error);
  if (status == VTM_OK && !root_is_set(run)) status = vtm_lint_note_stray_lists(run, "", &root, error);
  if (status == VTM_OK) status = for_each_set(run, &root, report_unexpected_in_set, error);
  vtm_lint_listing_close(&root);
  return status;
}

static bool holds_pictures(const vtm_lint_listing *listing) {
  for (size_t i = 0; i < listing->count; i++)
    if (listing->entries[i].kind == VTM_ENTRY_FILE && vtm_image_has_extension(listing->entries[i].name)) return true;
  return false;
}

/* Programs for DressCode write a folder for each category: each is checked as one of results. */
static vtm_status scan_categories(vtm_lint_run *run, const char *path, const vtm_lint_listing *listing, size_t *scanned,
                                  vtm_error *error) {
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < listing->count && status == VTM_OK; i++) {
    const vtm_lint_entry *entry = &listing->entries[i];
    if (entry->kind != VTM_ENTRY_FOLDER || run->layout == NULL || !run->layout->whole || !is_set(run, entry->name))
      continue;
    char *category = vtm_path_join(path, entry->name, error);
    status = category != NULL ? vtm_lint_scan_results(run, category, error) : VTM_ERROR_MEMORY;
    ++*scanned;
    free(category);
  }
  return status;
}

/* Pictures of folders below, a folder a person: each under its folder's name. */
static vtm_status add_below(vtm_lint_run *run, const char *path, vtm_error *error) {
  vtm_folder folder;
  vtm_error failure = {0};
  vtm_status status = vtm_folder_open(path, &folder, &failure);
  if (status == VTM_ERROR_MEMORY) return vtm_fail(error, status, "%s", failure.message);
  if (status != VTM_OK) return VTM_OK; /* that it is empty is reported */
  for (size_t i = 0; i < folder.count && status == VTM_OK; i++) {
    struct stat there = {0};
    const char *name = folder.entries[i].name;
    char *disk = vtm_folder_file(&folder, i);
    if (disk == NULL) status = vtm_fail_memory(error, strlen(name));
    if (disk != NULL && stat(disk, &there) == 0) {
      const vtm_lint_entry entry = {.name = folder.entries[i].name, .bytes = (uint64_t)there.st_size};
      const char *slash = strrchr(name, '/');
      const vtm_layout_name parsed = {slash != NULL ? slash + 1 : name, strlen(folder.entries[i].stem), true};
      status = add_file(run, &entry, &parsed, error);
    }
    free(disk);
  }
  vtm_folder_clear(&folder);
  return status;
}

static vtm_status add_results(vtm_lint_run *run, const char *path, const vtm_lint_listing *listing, vtm_error *error) {
  vtm_status status = VTM_OK;
  if (!holds_pictures(listing)) status = add_below(run, path, error);
  for (size_t i = 0; i < listing->count && status == VTM_OK; i++) {
    const vtm_lint_entry *entry = &listing->entries[i];
    vtm_layout_name parsed;
    if (entry->kind == VTM_ENTRY_SPECIAL || entry->kind == VTM_ENTRY_LOOP)
      status = report_unexpected_entry(run, path, entry, "", error);
    else if (entry->kind == VTM_ENTRY_FILE && vtm_layout_parse_name(&result_part, entry->name, &parsed))
      status = add_file(run, entry, &parsed, error);
  }
  return status;
}

vtm_status vtm_lint_scan_results(vtm_lint_run *run, const char *path, vtm_error *error) {
  vtm_lint_listing listing;
  size_t categories = 0;
  vtm_status status = vtm_lint_list(path, path, &listing, error);
  if (status != VTM_OK) return status;
  if (!holds_pictures(&listing)) status = scan_categories(run, path, &listing, &categories, error);
  if (status != VTM_OK || categories > 0) {
    vtm_lint_listing_close(&listing);
    return status;
  }
  status = add_folder(run, path, &result_part, VTM_LINT_NONE, error);
  if (status == VTM_OK) status = add_results(run, path, &listing, error);
  vtm_lint_listing_close(&listing);
  if (status != VTM_OK) return status;
  sort_last_folder(run);
  if (run->folders[run->folder_count - 1].count > 0) return VTM_OK;
  vtm_lint_report_path(run, vtm_lint_structure_rule(VTM_STRUCTURE_FOLDER_EMPTY), path, 0, "holds no image");
  return VTM_OK;
}
