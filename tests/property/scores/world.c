#include "property/scores/world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

const char *const folder_names[FOLDERS] = {"image", "A", "B", "C"};
/* The fourth is too small for the network at its own size: an error that must be the same every time. */
const int picture_sizes[PICTURE_SIZES][2] = {{48, 64}, {40, 56}, {64, 48}, {24, 32}, {64, 64}};

_Noreturn void give_up(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  (void)fprintf(stderr, "property.scores cannot go on: ");
  (void)vfprintf(stderr, format, arguments);
  (void)fprintf(stderr, "\n");
  va_end(arguments);
  _Exit(2);
}

int world_line(world *state, const char *format, ...) {
  char line[4096];
  va_list arguments;
  va_start(arguments, format);
  const int length = vsnprintf(line, sizeof(line), format, arguments);
  va_end(arguments);
  if (length < 0 || (size_t)length >= sizeof(line)) give_up("a line is too long: %.60s", line);
  vtm_text_format(&state->script, "%s\n", line);
  const int status = system(line); /* NOLINT(cert-env33-c): lines are our own, and a shell is what replays them */
  if (status == -1 || !WIFEXITED(status)) give_up("no shell for: %s", line);
  return WEXITSTATUS(status);
}

static void must(world *state, int status) {
  if (status != 0) give_up("the last line of this failed with status %d:\n%s", status, state->script.bytes);
}

void world_begin(world *state) {
  *state = (world){0};
  if (mkdir("history", 0777) != 0 || chdir("history") != 0) give_up("no folder for a history");
  must(state, world_line(state, "mkdir image A B C"));
}

void world_end(world *state) {
  vtm_text_free(&state->script);
  if (chdir("..") != 0 || system("rm -rf history") != 0) /* NOLINT(cert-env33-c): as above */
    give_up("the folder of a history cannot be removed");
}

/* ---- paths ---- */

const char *person_name(int person) {
  static char names[PEOPLE][16];
  (void)snprintf(names[person], sizeof(names[person]), "p%02d", person);
  return names[person];
}

/* Some names say PNG. Files that are renamed or copied may then have a misleading name, which is allowed. */
static void path_of(int folder, int person, char path[PATH_SIZE]) {
  (void)snprintf(path, PATH_SIZE, "%s/%s.%s", folder_names[folder], person_name(person),
                 (folder * 3 + person) % 4 == 1 ? "png" : "ppm");
}

static picture *at(world *state, int folder, int person) { return &state->folders[folder][person]; }

/* ---- pictures ---- */

/* Moves `from` to the place of `to`: a new file by that name, or the same file with other bytes. */
static void put(world *state, const char *from, const char *to, bool exists, uint8_t how) {
  if (!exists || how == WRITE_NEW)
    must(state, world_line(state, "mv %s %s", from, to));
  else if (how == WRITE_OVER)
    must(state, world_line(state, "cat %s > %s && rm %s", from, to, from));
  else
    must(state,
         world_line(state, "touch -r %s time && cat %s > %s && rm %s && touch -r time %s", to, from, to, from, to));
}

static void write_picture(world *state, int folder, int person, picture what, uint8_t how) {
  char path[PATH_SIZE];
  char drawn[PATH_SIZE];
  picture *place = at(state, folder, person);
  path_of(folder, person, path);
  (void)snprintf(drawn, sizeof(drawn), "drawn%s", path + strlen(path) - 4);
  must(state, world_line(state, "property_scores draw %s %d %d %d", drawn, picture_sizes[what.size][0],
                         picture_sizes[what.size][1], what.content));
  put(state, drawn, path, place->content != 0, how);
  *place = what;
}

/* `number` says which models have a result; contents are no model's and photograph's in common. */
static void add_person(world *state, const step *what) {
  vtm_text line = {0};
  if (at(state, 0, what->person)->content != 0) return;
  vtm_text_append(&line, "property_scores draw");
  for (int f = 0; f < FOLDERS; f++) {
    char path[PATH_SIZE];
    picture *place = at(state, f, what->person);
    const bool missing = f > 0 && what->number >> (4 * f) % 16 % 5 == 0;
    if (missing || place->content != 0) continue;
    *place = (picture){(uint16_t)(what->content + MOST_CONTENTS * f), what->size, false};
    path_of(f, what->person, path);
    vtm_text_format(&line, " %s %d %d %d", path, picture_sizes[what->size][0], picture_sizes[what->size][1],
                    place->content);
  }
  if (line.failed) give_up("out of memory");
  must(state, world_line(state, "%s", line.bytes));
  vtm_text_free(&line);
}

static void change(world *state, const step *what) {
  if (at(state, what->folder, what->person)->content == 0) return;
  write_picture(state, what->folder, what->person, (picture){what->content, what->size, false}, what->how);
}

static void move(world *state, const step *what, bool swap) {
  char from[PATH_SIZE];
  char to[PATH_SIZE];
  picture *source = at(state, what->folder, what->person);
  picture *target = at(state, swap ? what->to_folder : what->folder, what->to_person);
  path_of(what->folder, what->person, from);
  path_of(swap ? what->to_folder : what->folder, what->to_person, to);
  if (source == target || source->content == 0 || (target->content != 0) != swap) return;
  if (swap)
    must(state, world_line(state, "mv %s swapped && mv %s %s && mv swapped %s", from, to, from, to));
  else
    must(state, world_line(state, "mv %s %s", from, to));
  const picture kept = *target;
  *target = *source;
  *source = kept;
}

static void copy(world *state, const step *what) {
  char from[PATH_SIZE];
  char to[PATH_SIZE];
  picture *source = at(state, what->folder, what->person);
  picture *target = at(state, what->to_folder, what->to_person);
  if (source == target || source->content == 0) return;
  path_of(what->folder, what->person, from);
  path_of(what->to_folder, what->to_person, to);
  must(state, world_line(state, "cp %s copied", from));
  put(state, "copied", to, target->content != 0, what->how);
  *target = *source;
}

/* Cut in half. A second cut leaves less, still with a header. */
static void break_picture(world *state, const step *what) {
  char path[PATH_SIZE];
  picture *place = at(state, what->folder, what->person);
  if (place->content == 0 || place->broken) return;
  path_of(what->folder, what->person, path);
  must(state, world_line(state, "truncate -s $(($(stat -c %%s %s) / 2)) %s", path, path));
  place->broken = true;
}

static void mend(world *state, const step *what) {
  for (int f = 0; f < FOLDERS; f++)
    for (int p = 0; p < PEOPLE; p++) {
      picture whole = *at(state, f, p);
      if (!whole.broken) continue;
      whole.broken = false;
      write_picture(state, f, p, whole, what->how);
    }
}

static void remove_or_touch(world *state, const step *what) {
  char path[PATH_SIZE];
  picture *place = at(state, what->folder, what->person);
  if (place->content == 0) return;
  path_of(what->folder, what->person, path);
  must(state, world_line(state, "%s %s", what->kind == STEP_REMOVE ? "rm" : "touch", path));
  if (what->kind == STEP_REMOVE) *place = (picture){0};
}

/* ---- the store ---- */

/* None of these may fail: where there is no store, or none that can be read, there is nothing to do. */
static void change_store(world *state, const step *what) {
  const char *sql = "property_scores sql store.sqlite";
  switch (what->kind) {
    case STEP_FORGET:
      state->other_version = false;
      must(state, world_line(state, "rm -f store.sqlite*"));
      break;
    case STEP_PRUNE:
      (void)world_line(state, "vtonmetrics store prune --quiet --store store.sqlite --max-size %uK > prune.txt 2>&1",
                       what->number % 160);
      break;
    case STEP_DELETE_ROWS: /* now some rows, now nearly all; now those of files too */
      (void)world_line(state, "%s 'DELETE FROM rows WHERE abs(id * %u %% 1009) < %u%s'", sql, what->number % 1000003,
                       what->number % 7 * 168, what->number % 3 == 0 ? "; DELETE FROM files" : "");
      break;
    case STEP_FLIP:
      (void)world_line(state, "property_scores flip store.sqlite %u %u", what->number, 1 + what->number % 16);
      break;
    default: /* there and back */
      state->other_version = !state->other_version;
      (void)world_line(state, "%s 'PRAGMA user_version=%d'", sql, state->other_version ? 9 : 1);
  }
}

void world_step(world *state, const step *what) {
  switch (what->kind) {
    case STEP_ADD: add_person(state, what); break;
    case STEP_CHANGE: change(state, what); break;
    case STEP_RENAME: move(state, what, false); break;
    case STEP_SWAP: move(state, what, true); break;
    case STEP_COPY: copy(state, what); break;
    case STEP_BREAK: break_picture(state, what); break;
    case STEP_MEND: mend(state, what); break;
    case STEP_REMOVE:
    case STEP_TOUCH: remove_or_touch(state, what); break;
    case STEP_WAIT: must(state, world_line(state, "sleep 3.1")); break;
    default: change_store(state, what);
  }
}
