/* vtonmetrics store: the store of computed values: size, verification, pruning. */
#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/json_text.h"
#include "cli/tool.h"
#include "vtonmetrics/store.h"
#include "vtonmetrics/weights.h"

/* ---- shared ---- */

static int print_and_free(cli_session *session, char *text) {
  vtm_error error = {.status = VTM_ERROR_MEMORY, .message = "out of memory"};
  const vtm_status status = text != NULL ? cli_write_output(session, NULL, text, &error) : VTM_ERROR_MEMORY;
  free(text);
  return status == VTM_OK ? CLI_EXIT_DONE : cli_report_error(session, &error);
}

/* The file that the command is about: --store, or where metrics keep theirs. */
static vtm_status find_store(const cli_session *session, char **path, vtm_error *error) {
  const vtm_status status = vtm_store_locate(cli_command_line_value(&session->line, "store"), path, error);
  if (status != VTM_OK || *path != NULL) return status;
  return cli_fail(error, VTM_ERROR_NOT_FOUND,
                  "there is no store: VTONMETRICS_STORE turns it off, or neither XDG_CACHE_HOME nor HOME is set; "
                  "name one with --store FILE");
}

/* A size for people: "1.2 MB". */
static void print_size(uint64_t bytes, char text[32]) {
  static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB"};
  double size = (double)bytes;
  size_t unit = 0;
  for (; size >= 1000 && unit + 1 < sizeof(units) / sizeof(*units); unit++) size /= 1000;
  (void)snprintf(text, 32, unit == 0 ? "%.0f %s" : "%.1f %s", size, units[unit]);
}

static void print_day(int64_t seconds, char text[16]) {
  const time_t time = (time_t)seconds;
  struct tm day;
  (void)snprintf(text, 16, "never");
  if (seconds > 0 && gmtime_r(&time, &day) != NULL) (void)strftime(text, 16, "%Y-%m-%d", &day);
}

/* ---- info ---- */

static char *info_as_json(const vtm_store_info *info) {
  char day[16];
  print_day(info->oldest_use, day);
  cJSON *root = cJSON_CreateObject();
  (void)cJSON_AddStringToObject(root, "schema", "vtonmetrics/store-info/1");
  (void)cJSON_AddStringToObject(root, "path", info->path);
  (void)cJSON_AddNumberToObject(root, "bytes", (double)info->bytes);
  (void)cJSON_AddNumberToObject(root, "free_bytes", (double)info->free_bytes);
  (void)cJSON_AddNumberToObject(root, "limit", (double)info->limit);
  (void)cJSON_AddNumberToObject(root, "rows", (double)info->rows);
  (void)cJSON_AddNumberToObject(root, "files", (double)info->files);
  (void)cJSON_AddItemToObject(root, "oldest_use", info->oldest_use > 0 ? cJSON_CreateString(day) : cJSON_CreateNull());
  cJSON *kinds = cJSON_AddArrayToObject(root, "kinds");
  for (size_t i = 0; i < info->kind_count; i++) {
    cJSON *kind = cJSON_CreateObject();
    (void)cJSON_AddStringToObject(kind, "fingerprint", info->kinds[i].fingerprint);
    (void)cJSON_AddNumberToObject(kind, "rows", (double)info->kinds[i].rows);
    (void)cJSON_AddNumberToObject(kind, "bytes", (double)info->kinds[i].bytes);
    (void)cJSON_AddItemToArray(kinds, kind);
  }
  return cli_json_text(root);
}

static char *info_as_text(const vtm_store_info *info) {
  char *text = NULL;
  size_t size = 0;
  char bytes[32];
  char limit[32];
  char day[16];
  FILE *out = open_memstream(&text, &size);
  if (out == NULL) return NULL;
  print_size(info->bytes - info->free_bytes, bytes);
  print_size(info->limit, limit);
  print_day(info->oldest_use, day);
  (void)fprintf(out, "%s\n  size      %s of %s\n  rows      %" PRIu64 "\n  files     %" PRIu64 " whose hash is known\n",
                info->path, bytes, limit, info->rows, info->files);
  (void)fprintf(out, "  last use  of the least recently used row: %s\n", day);
  for (size_t i = 0; i < info->kind_count; i++) {
    print_size(info->kinds[i].bytes, bytes);
    (void)fprintf(out, "\n  %" PRIu64 " rows, %s\n    %s\n", info->kinds[i].rows, bytes, info->kinds[i].fingerprint);
  }
  if (fclose(out) == 0) return text;
  free(text);
  return NULL;
}

static int run_store_info(cli_session *session) {
  vtm_error error = {0};
  char *path = NULL;
  vtm_store_info *found = NULL;
  vtm_status status = find_store(session, &path, &error);
  if (status == VTM_OK) status = vtm_store_describe(path, &found, &error);
  const bool json = cli_command_line_flag(&session->line, "json");
  const int result = status == VTM_OK ? print_and_free(session, json ? info_as_json(found) : info_as_text(found))
                                      : cli_report_error(session, &error);
  vtm_store_info_destroy(found);
  vtm_free(path);
  return result;
}

/* ---- verify, prune, clear ---- */

static int report_rows(cli_session *session, const char *path, uint64_t rows, const char *what) {
  char *text = NULL;
  const int length = asprintf(&text, "%s: %" PRIu64 " row%s %s\n", path, rows, rows == 1 ? "" : "s", what);
  return print_and_free(session, length >= 0 ? text : NULL);
}

/* Exit status 1: it is damaged. */
static int run_store_verify(cli_session *session) {
  vtm_error error = {0};
  char *path = NULL;
  uint64_t rows = 0;
  vtm_status status = find_store(session, &path, &error);
  if (status == VTM_OK) status = vtm_store_verify(path, &rows, &error);
  int result =
      status == VTM_OK ? report_rows(session, path, rows, "none is damaged") : cli_report_error(session, &error);
  if (status == VTM_ERROR_FORMAT) result = CLI_EXIT_NO;
  vtm_free(path);
  return result;
}

static int run_store_prune(cli_session *session) {
  const char *size = cli_command_line_value(&session->line, "max-size");
  vtm_error error = {0};
  char *path = NULL;
  uint64_t limit = 0;
  uint64_t dropped = 0;
  vtm_status status = size != NULL ? vtm_store_parse_size(size, &limit, &error) : vtm_store_limit(&limit, &error);
  if (status == VTM_OK) status = find_store(session, &path, &error);
  if (status == VTM_OK) status = vtm_store_prune(path, limit, &dropped, &error);
  const int result =
      status == VTM_OK ? report_rows(session, path, dropped, "dropped") : cli_report_error(session, &error);
  vtm_free(path);
  return result;
}

static int run_store_clear(cli_session *session) {
  vtm_error error = {0};
  char *path = NULL;
  uint64_t dropped = 0;
  vtm_status status = find_store(session, &path, &error);
  if (status == VTM_OK) status = vtm_store_drop_all(path, &dropped, &error);
  const int result =
      status == VTM_OK ? report_rows(session, path, dropped, "dropped") : cli_report_error(session, &error);
  vtm_free(path);
  return result;
}

/* ---- the tool ---- */

#define STORE_OPTION                                              \
  {                                                               \
    .name = "store", .type = VTM_OPTION_FILE, .argument = "FILE", \
    .help = "The store's file, if it is not the default one."     \
  }

static const vtm_option info_options[] = {
    STORE_OPTION,
    {.name = "json", .type = VTM_OPTION_FLAG, .help = "Print one JSON object instead of text."},
};
static const vtm_option prune_options[] = {
    STORE_OPTION,
    {.name = "max-size",
     .type = VTM_OPTION_TEXT,
     .argument = "SIZE",
     .help = "The largest size to leave: bytes, or a number with K, M or G. Default: $VTONMETRICS_STORE_SIZE, or 2G."},
};
static const vtm_option other_options[] = {STORE_OPTION};

static const cli_option_group info_group = {"Which store, and how", info_options, 2};
static const cli_option_group prune_group = {"Which store, and how large", prune_options, 2};
static const cli_option_group other_group = {"Which store", other_options, 1};

#define EXAMPLES(...)                             \
  .examples = (const cli_example[]){__VA_ARGS__}, \
  .example_count = sizeof((const cli_example[]){__VA_ARGS__}) / sizeof(cli_example)

static const cli_tool commands[] = {
    {.name = "info",
     .summary = "show where the store is, how large, and what it holds",
     .groups = &info_group,
     .group_count = 1,
     .run = run_store_info,
     EXAMPLES({"vtonmetrics store info", "rows by network, weights and all else that decides their digits"})},
    {.name = "verify",
     .summary = "read everything and check it; exit status 1 when it is damaged",
     .groups = &other_group,
     .group_count = 1,
     .run = run_store_verify,
     EXAMPLES({"vtonmetrics store verify", "the structure of the database and the checksum of each row"})},
    {.name = "prune",
     .summary = "drop the least recently used rows until a size is reached",
     .groups = &prune_group,
     .group_count = 1,
     .run = run_store_prune,
     EXAMPLES({"vtonmetrics store prune --max-size 500M", "metrics do the same by themselves above 2 GiB"})},
    {.name = "clear",
     .summary = "drop everything",
     .groups = &other_group,
     .group_count = 1,
     .run = run_store_clear,
     EXAMPLES({"vtonmetrics store clear", "the next run computes all of it again"})},
};

static const cli_section sections[] = {
    {.heading = "What is kept",
     .text =
         "The features of each image and the LPIPS of each pair, by the SHA-256 of the files' bytes and by all that "
         "decides the digits: decoder, resize, network, hash of the weights, precision, device, version of the code. A "
         "renamed or copied image is found again, a changed byte is not. Files whose size, times and place on the "
         "disk are as before are not even opened; --rehash of fid, lpips and compare distrusts that. Each row has a "
         "checksum. Results are the same to the bit with a store and without."},
    {.heading = "Where it is",
     .text = "1. the file named with --store\n\n2. the file $VTONMETRICS_STORE; empty or none: no store\n\n3. "
             "$XDG_CACHE_HOME/vtonmetrics/store.sqlite, or ~/.cache/vtonmetrics/store.sqlite"},
    {.heading = "What can happen to it",
     .text =
         "A damaged store is set aside as FILE.damaged-1 (2, 3, ...) with a warning, and a new one is created. One "
         "that "
         "is read-only, on a full disk, of a later version, or no store at all is left alone with a warning, and the "
         "run goes on without. A run that was killed goes on where it stopped.\n\nSeveral processes may use one store "
         "at once. On file systems of a network (NFS, SMB, sshfs) SQLite's WAL mode is not safe and is not used; "
         "there a store is as safe as the server's file locks. Name a local file with VTONMETRICS_STORE where you "
         "are not sure of them."},
};

static const cli_tool store = {.name = "store",
                               .summary = "manage the store of computed values",
                               .commands = commands,
                               .command_count = sizeof(commands) / sizeof(*commands),
                               .sections = sections,
                               .section_count = sizeof(sections) / sizeof(*sections)};

int main(int argc, char **argv) { return cli_main(&store, argc, argv); }
