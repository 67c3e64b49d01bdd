/* Which layout a dataset has, from its folders and from how its photographs are named. */
#include "lint/recognise.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "lint/lint_run.h"

/* How well a layout fits one set's folder. */
typedef struct layout_fit {
  const vtm_layout *layout;
  int score;
  size_t found, folders; /* of the layout's folders */
  char *reason;
} layout_fit;

/* The score of a layout is 10 for each of its folders that exists, less 1 for each that does not, plus 8 when the names
 * of the photographs follow its pattern and 3 for each of its pair lists. So a folder more decides, then names, then
 * lists; and names that follow another pattern rule a layout out, for VITON and VITON-HD share most folders. */
enum { FOLDER_POINTS = 10, NAME_POINTS = 8, LIST_POINTS = 3, WRONG_NAMES = -1000, NAMES_CHECKED = 64 };

static bool does_not_count(const vtm_layout *layout, size_t part) {
  if (layout->parts[part].extra) return true;
  for (size_t i = 0; i < part; i++)
    if (strcmp(layout->parts[i].folder, layout->parts[part].folder) == 0) return true;
  return false;
}

/* Points for names that follow the part's pattern, unless any name does; a large penalty when they do not: then it
 * is another layout, however many folders agree. */
static vtm_status judge_names(const char *path, const vtm_layout_part *part, int *score, vtm_error *error) {
  vtm_lint_listing listing;
  if (strncmp(part->pattern, "{id}.", strlen("{id}.")) == 0) return VTM_OK;
  const vtm_status status = vtm_lint_list(path, path, &listing, error);
  if (status != VTM_OK) return status == VTM_ERROR_MEMORY ? status : VTM_OK;
  size_t checked = 0;
  size_t fitting = 0;
  vtm_layout_name parsed;
  for (size_t i = 0; i < listing.count && checked < NAMES_CHECKED; i++) {
    if (listing.entries[i].kind != VTM_ENTRY_FILE) continue;
    checked++;
    fitting += vtm_layout_parse_name(part, listing.entries[i].name, &parsed);
  }
  vtm_lint_listing_close(&listing);
  /* a third suffices, because half of the files in DressCode's images/ are garments */
  if (checked > 0) *score += fitting * 3 >= checked ? NAME_POINTS : WRONG_NAMES;
  return VTM_OK;
}

static vtm_status judge_set(const char *path, const vtm_lint_listing *listing, const char *shown, layout_fit *fit,
                            vtm_error *error) {
  const vtm_layout *layout = fit->layout;
  vtm_text names = {0};
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < layout->part_count && status == VTM_OK; i++) {
    if (does_not_count(layout, i)) continue;
    fit->folders++;
    const vtm_lint_entry *entry = vtm_lint_listing_spelled(listing, layout->parts[i].folder);
    if (entry == NULL) continue;
    vtm_text_format(&names, "%s%s", fit->found++ > 0 ? ", " : "", entry->name);
    if (layout->parts[i].kind != VTM_LINT_PERSON) continue;
    char *folder = vtm_path_join(path, entry->name, error);
    status = folder != NULL ? judge_names(folder, &layout->parts[i], &fit->score, error) : VTM_ERROR_MEMORY;
    free(folder);
  }
  for (size_t i = 0; i < listing->count; i++) {
    const char *name = listing->entries[i].name;
    if (vtm_is_word_of(layout->pair_lists, name) || vtm_is_word_of(layout->captions, name)) fit->score += LIST_POINTS;
  }
  fit->score += (int)fit->found * FOLDER_POINTS - (int)(fit->folders - fit->found);
  vtm_text reason = {0};
  vtm_text_format(&reason, "%s has %s (%zu of its %zu folders)", shown,
                  names.bytes != NULL ? names.bytes : "none of its folders", fit->found, fit->folders);
  reason.failed = reason.failed || names.failed;
  vtm_text_free(&names);
  fit->reason = vtm_text_take(&reason, error);
  if (status == VTM_OK && fit->reason == NULL) status = VTM_ERROR_MEMORY;
  return status;
}

/* The best fitting set of a layout; found 0 when it has none. */
static vtm_status judge_layout(const vtm_lint_run *run, const vtm_lint_listing *root, layout_fit *best,
                               vtm_error *error) {
  for (const char *rest = best->layout->sets, *word; *rest != '\0';) {
    size_t length;
    if (!vtm_next_word(&rest, &word, &length)) break;
    char name[256];
    if (length >= sizeof(name)) continue;
    (void)snprintf(name, sizeof(name), "%.*s", (int)length, word);
    const bool itself = strcmp(name, ".") == 0;
    const vtm_lint_entry *entry = itself ? NULL : vtm_lint_listing_find(root, name);
    if (!itself && (entry == NULL || entry->kind != VTM_ENTRY_FOLDER)) continue;
    char *path = itself ? vtm_path_join(run->root, "", error) : vtm_path_join(run->root, name, error);
    if (path == NULL) return VTM_ERROR_MEMORY;
    vtm_lint_listing listing;
    layout_fit candidate = {.layout = best->layout};
    vtm_status status = vtm_lint_list(path, run->root, &listing, error);
    if (status == VTM_OK) {
      char shown[300];
      (void)snprintf(shown, sizeof(shown), "%s%s", itself ? "it" : name, itself ? "" : "/");
      status = judge_set(path, &listing, shown, &candidate, error);
      vtm_lint_listing_close(&listing);
    } else if (status != VTM_ERROR_MEMORY) {
      status = VTM_OK; /* a set that cannot be listed says nothing; the scan reports it */
    }
    free(path);
    if (status != VTM_OK) {
      free(candidate.reason);
      return status;
    }
    if (candidate.found > 0 && (best->reason == NULL || candidate.score > best->score)) {
      free(best->reason);
      *best = candidate;
    } else {
      free(candidate.reason);
    }
  }
  return VTM_OK;
}

static bool is_better_fit(const layout_fit *a, const layout_fit *b) { return b->layout == NULL || a->score > b->score; }

/* The layout that fits the folder of `run` best; none: its layout is NULL. */
static vtm_status find_best_fit(const vtm_lint_run *run, const vtm_lint_listing *root, layout_fit *best,
                                vtm_error *error) {
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < vtm_layout_count() && status == VTM_OK; i++) {
    layout_fit candidate = {.layout = vtm_layout_at(i)};
    status = judge_layout(run, root, &candidate, error);
    if (status == VTM_OK && candidate.found > 0 && candidate.score > 0 && is_better_fit(&candidate, best)) {
      free(best->reason);
      *best = candidate;
    } else {
      free(candidate.reason);
    }
  }
  if (status != VTM_OK) free(best->reason);
  return status;
}

/* Whether the folder is a dataset itself: the one above it was given. */
static bool is_dataset(const vtm_lint_run *run, const char *path) {
  vtm_lint_run below = *run;
  vtm_lint_listing listing;
  layout_fit best = {0};
  below.root = path;
  if (vtm_lint_list(path, path, &listing, NULL) != VTM_OK) return false;
  const bool fits = find_best_fit(&below, &listing, &best, NULL) == VTM_OK && best.layout != NULL;
  if (fits) free(best.reason);
  vtm_lint_listing_close(&listing);
  return fits;
}

static vtm_status fail_unrecognised(const vtm_lint_run *run, const vtm_lint_listing *root, vtm_error *error) {
  enum { SHOWN = 6 };
  vtm_text text = {0};
  char *meant = NULL;
  size_t folders = 0;
  for (size_t i = 0; i < root->count; i++) {
    if (root->entries[i].kind != VTM_ENTRY_FOLDER) continue;
    if (folders++ >= SHOWN) continue;
    vtm_text_format(&text, "%s%s", folders > 1 ? ", " : "", root->entries[i].name);
    char *path = meant == NULL ? vtm_path_join(run->root, root->entries[i].name, error) : NULL;
    if (path != NULL && is_dataset(run, path))
      meant = path;
    else
      free(path);
  }
  if (folders > SHOWN) vtm_text_append(&text, ", ...");
  if (folders == 0) vtm_text_append(&text, "no folders at all");
  char *names = vtm_text_take(&text, error);
  vtm_status status = names != NULL ? VTM_ERROR_DATA : VTM_ERROR_MEMORY;
  if (names != NULL && meant != NULL)
    status =
        vtm_fail(error, status, "%s: is no dataset of a known layout itself, but a folder in it is: did you mean %s?",
                 run->root, meant);
  else if (names != NULL)
    status =
        vtm_fail(error, status,
                 "%s: none of the known layouts (%s): it has %s, and an `image` or `images` folder was looked for. "
                 "Give the dataset's own folder, or describe its layout in a file for --layout",
                 run->root, vtm_lint_layouts(), names);
  free(meant);
  free(names);
  return status;
}

vtm_status vtm_lint_recognise(vtm_lint_run *run, const vtm_lint_listing *root, vtm_error *error) {
  layout_fit best = {0};
  const vtm_status status = find_best_fit(run, root, &best, error);
  if (status != VTM_OK) return status;
  if (best.layout == NULL) return fail_unrecognised(run, root, error);
  run->layout = best.layout;
  run->engine->layout_reason = best.reason;
  return VTM_OK;
}
