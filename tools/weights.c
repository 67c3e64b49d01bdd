/* vtonmetrics weights: the networks' files: where they are, whether they are whole, what is in them. */
#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/json_text.h"
#include "cli/outputs.h"
#include "cli/tool.h"
#include "vtonmetrics/tools/text.h"
#include "vtonmetrics/weights.h"

enum { LONGEST_NAME = 512 };

/* ---- shared ---- */

static int report_failure(cli_session *session, const vtm_error *error) { return cli_report_error(session, error); }

static int print_and_free(cli_session *session, char *text) {
  vtm_error error = {.status = VTM_ERROR_MEMORY, .message = "out of memory"};
  const vtm_status status = text != NULL ? cli_write_output(session, NULL, text, &error) : VTM_ERROR_MEMORY;
  free(text);
  return status == VTM_OK ? CLI_EXIT_DONE : report_failure(session, &error);
}

static int emit_json(cli_session *session, cJSON *root) { return print_and_free(session, cli_json_text(root)); }

static const vtm_weights_record *find_record(cli_session *session, const char *name) {
  enum { MOST_NAMES = 64 };
  const vtm_weights_record *record = vtm_weights_catalogue_find(name);
  if (record != NULL) return record;
  const char *names[MOST_NAMES];
  size_t count = 0;
  for (; count < vtm_weights_catalogue_size() && count < MOST_NAMES; count++)
    names[count] = vtm_weights_catalogue_at(count)->name;
  const char *nearest = vtm_nearest_name(name, names, count);
  vtm_error error = {0};
  if (nearest != NULL)
    (void)cli_fail(&error, VTM_ERROR_USAGE, "unknown weights '%s'; did you mean %s?", name, nearest);
  else
    (void)cli_fail(&error, VTM_ERROR_USAGE, "unknown weights '%s'; 'vtonmetrics weights list' shows all", name);
  (void)report_failure(session, &error);
  return NULL;
}

/* ---- list ---- */

static int list_as_json(cli_session *session) {
  cJSON *root = cJSON_CreateObject();
  (void)cJSON_AddStringToObject(root, "schema", "vtonmetrics/weights-list/1");
  cJSON *entries = cJSON_AddArrayToObject(root, "weights");
  for (size_t i = 0; i < vtm_weights_catalogue_size(); i++) {
    const vtm_weights_record *record = vtm_weights_catalogue_at(i);
    char *path = NULL;
    (void)vtm_weights_locate(record->name, &path, NULL);
    cJSON *entry = cJSON_CreateObject();
    (void)cJSON_AddStringToObject(entry, "name", record->name);
    (void)cJSON_AddStringToObject(entry, "network", record->network);
    (void)cJSON_AddStringToObject(entry, "file", record->file_name);
    (void)cJSON_AddItemToObject(entry, "url",
                                record->url != NULL ? cJSON_CreateString(record->url) : cJSON_CreateNull());
    (void)cJSON_AddStringToObject(entry, "sha256", record->sha256_prefix);
    (void)cJSON_AddNumberToObject(entry, "bytes", (double)record->bytes);
    (void)cJSON_AddStringToObject(entry, "licence", record->licence);
    (void)cJSON_AddStringToObject(entry, "description", record->description);
    (void)cJSON_AddItemToObject(entry, "path", path != NULL ? cJSON_CreateString(path) : cJSON_CreateNull());
    (void)cJSON_AddItemToArray(entries, entry);
    vtm_free(path);
  }
  return emit_json(session, root);
}

static int run_weights_list(cli_session *session) {
  if (cli_command_line_flag(&session->line, "json")) return list_as_json(session);
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  if (out == NULL) return print_and_free(session, NULL);
  for (size_t i = 0; i < vtm_weights_catalogue_size(); i++) {
    const vtm_weights_record *record = vtm_weights_catalogue_at(i);
    char *path = NULL;
    (void)vtm_weights_locate(record->name, &path, NULL);
    (void)fprintf(out, "%-22s %6.1f MB  %s\n", record->name, (double)record->bytes / 1e6, record->description);
    if (path != NULL)
      (void)fprintf(out, "  found: %s\n", path);
    else
      (void)fprintf(out, "  not found: %s; get it with 'vtonmetrics weights fetch %s'\n", record->file_name,
                    record->name);
    vtm_free(path);
  }
  return fclose(out) == 0 ? print_and_free(session, text) : print_and_free(session, NULL);
}

/* ---- path, verify, fetch ---- */

static int print_line(cli_session *session, const char *line) {
  char *text = NULL;
  return print_and_free(session, asprintf(&text, "%s\n", line) >= 0 ? text : NULL);
}

static int run_weights_path(cli_session *session) {
  const vtm_weights_record *record = find_record(session, session->line.operands[0]);
  if (record == NULL) return CLI_EXIT_USAGE;
  vtm_error error = {0};
  char *found = NULL;
  if (vtm_weights_locate(record->name, &found, &error) != VTM_OK) return report_failure(session, &error);
  const int result = print_line(session, found);
  vtm_free(found);
  return result;
}

/* Exit status 1: the file is there and is not what it should be. */
static int run_weights_verify(cli_session *session) {
  const vtm_weights_record *record = find_record(session, session->line.operands[0]);
  if (record == NULL) return CLI_EXIT_USAGE;
  const char *file = session->line.operand_count > 1 ? session->line.operands[1] : NULL;
  vtm_error error = {0};
  char *found = NULL;
  if (file == NULL && vtm_weights_locate(record->name, &found, &error) != VTM_OK)
    return report_failure(session, &error);
  const vtm_status status = vtm_weights_verify(record->name, file != NULL ? file : found, &error);
  int result;
  if (status == VTM_OK) {
    char *text = NULL;
    const int length = asprintf(&text, "%s: is the published %s\n", file != NULL ? file : found, record->name);
    result = print_and_free(session, length >= 0 ? text : NULL);
  } else {
    result = report_failure(session, &error);
    if (status == VTM_ERROR_FORMAT) result = CLI_EXIT_NO;
  }
  vtm_free(found);
  return result;
}

static int run_weights_fetch(cli_session *session) {
  const vtm_weights_record *record = find_record(session, session->line.operands[0]);
  if (record == NULL) return CLI_EXIT_USAGE;
  vtm_error error = {0};
  char *file = NULL;
  vtm_status status = cli_create_context(session, &error);
  if (status == VTM_OK)
    status = vtm_weights_fetch(session->context, record->name, cli_command_line_value(&session->line, "from"), &file,
                               &error);
  if (status != VTM_OK) return report_failure(session, &error);
  const int result = print_line(session, file);
  vtm_free(file);
  return result;
}

/* ---- convert ---- */

typedef struct writer {
  const char *ending;
  vtm_status (*write)(const char *path, const vtm_tensor *tensors, size_t count, vtm_error *error);
} writer;

static const writer writers[] = {{".safetensors", vtm_safetensors_write}, {".npz", vtm_npz_write}};
enum { WRITERS = sizeof(writers) / sizeof(*writers) };

static const writer *choose_writer(const char *target) {
  const size_t length = strlen(target);
  for (size_t i = 0; i < WRITERS; i++) {
    const size_t ending = strlen(writers[i].ending);
    if (length > ending && strcmp(target + length - ending, writers[i].ending) == 0) return &writers[i];
  }
  return NULL;
}

static int run_weights_convert(cli_session *session) {
  const char *source = session->line.operands[0];
  const char *target = session->line.operands[1];
  const writer *chosen = choose_writer(target);
  vtm_error error = {0};
  if (chosen == NULL) {
    (void)cli_fail(&error, VTM_ERROR_USAGE, "%s: the target's name must end in .safetensors or .npz", target);
    return report_failure(session, &error);
  }
  if (cli_check_outputs(&(cli_output){NULL, target}, 1, &source, 1, &error) != VTM_OK)
    return report_failure(session, &error);
  vtm_weights *weights = NULL;
  if (vtm_weights_open(source, &weights, &error) != VTM_OK) return report_failure(session, &error);
  const size_t count = vtm_weights_count(weights);
  const char *passed_over = vtm_weights_passed_over(weights, 0);
  const vtm_status status = passed_over != NULL ? cli_fail(&error, VTM_ERROR_UNSUPPORTED, "%s: %s", source, passed_over)
                            : count > 0
                                ? chosen->write(target, vtm_weights_at(weights, 0), count, &error)
                                : cli_fail(&error, VTM_ERROR_DATA, "%s: holds no tensors, nothing to convert", source);
  vtm_weights_destroy(weights);
  return status == VTM_OK ? CLI_EXIT_DONE : report_failure(session, &error);
}

/* ---- inspect ---- */

static int inspect_as_json(cli_session *session, vtm_weights *weights) {
  cJSON *root = cJSON_CreateObject();
  (void)cJSON_AddStringToObject(root, "schema", "vtonmetrics/weights-file/1");
  (void)cJSON_AddStringToObject(root, "path", vtm_weights_path(weights));
  (void)cJSON_AddStringToObject(root, "format", vtm_weights_format(weights));
  (void)cJSON_AddStringToObject(root, "sha256", vtm_weights_sha256(weights));
  cJSON *tensors = cJSON_AddArrayToObject(root, "tensors");
  for (size_t i = 0; i < vtm_weights_count(weights); i++) {
    const vtm_tensor *tensor = vtm_weights_at(weights, i);
    cJSON *entry = cJSON_CreateObject();
    (void)cJSON_AddStringToObject(entry, "name", tensor->name);
    (void)cJSON_AddStringToObject(entry, "dtype", vtm_dtype_name(tensor->dtype));
    cJSON *shape = cJSON_AddArrayToObject(entry, "shape");
    for (int side = 0; side < tensor->rank; side++)
      (void)cJSON_AddItemToArray(shape, cJSON_CreateNumber((double)tensor->shape[side]));
    (void)cJSON_AddItemToArray(tensors, entry);
  }
  return emit_json(session, root);
}

static void print_tensor(FILE *out, const vtm_tensor *tensor, int width) {
  char name[LONGEST_NAME];
  (void)vtm_printable(tensor->name, name, sizeof(name));
  (void)fprintf(out, "  %-*s  %-8s  [", width, name, vtm_dtype_name(tensor->dtype));
  for (int side = 0; side < tensor->rank; side++)
    (void)fprintf(out, "%s%" PRId64, side > 0 ? ", " : "", tensor->shape[side]);
  (void)fprintf(out, "]\n");
}

static int inspect_as_text(cli_session *session, vtm_weights *weights) {
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  if (out == NULL) return print_and_free(session, NULL);
  size_t width = 0;
  uint64_t bytes = 0;
  for (size_t i = 0; i < vtm_weights_count(weights); i++) {
    const vtm_tensor *tensor = vtm_weights_at(weights, i);
    const size_t length = vtm_printable(tensor->name, NULL, 0);
    if (length > width && length < LONGEST_NAME) width = length;
    bytes += (uint64_t)tensor->count * vtm_dtype_size(tensor->dtype);
  }
  (void)fprintf(out, "%s\n  format   %s\n  SHA-256  %s\n  tensors  %zu, %" PRIu64 " bytes\n\n",
                vtm_weights_path(weights), vtm_weights_format(weights), vtm_weights_sha256(weights),
                vtm_weights_count(weights), bytes);
  for (size_t i = 0; i < vtm_weights_count(weights); i++) print_tensor(out, vtm_weights_at(weights, i), (int)width);
  const char *passed_over = NULL;
  for (size_t i = 0; (passed_over = vtm_weights_passed_over(weights, i)) != NULL; i++) {
    char line[LONGEST_NAME];
    (void)vtm_printable(passed_over, line, sizeof(line));
    (void)fprintf(out, "  passed over: %s\n", line);
  }
  return fclose(out) == 0 ? print_and_free(session, text) : print_and_free(session, NULL);
}

static int run_weights_inspect(cli_session *session) {
  vtm_error error = {0};
  vtm_weights *weights = NULL;
  if (vtm_weights_open(session->line.operands[0], &weights, &error) != VTM_OK) return report_failure(session, &error);
  int result;
  if (vtm_weights_sha256(weights) == NULL)
    result = print_and_free(session, NULL);
  else
    result = cli_command_line_flag(&session->line, "json") ? inspect_as_json(session, weights)
                                                           : inspect_as_text(session, weights);
  vtm_weights_destroy(weights);
  return result;
}

/* ---- the commands as records ---- */

static const vtm_option json_options[] = {
    {.name = "json", .type = VTM_OPTION_FLAG, .help = "Print one JSON object instead of text."},
};
static const cli_option_group json_group = {"Output", json_options, 1};

static const vtm_option fetch_options[] = {
    {.name = "from",
     .type = VTM_OPTION_TEXT,
     .argument = "URL",
     .help = "A mirror: the address of the file or of the folder that holds it; http://, https:// or file:///folder."},
};
static const cli_option_group fetch_group = {"Download", fetch_options, 1};

#define EXAMPLES(...)                             \
  .examples = (const cli_example[]){__VA_ARGS__}, \
  .example_count = sizeof((const cli_example[]){__VA_ARGS__}) / sizeof(cli_example)

static const cli_tool commands[] = {
    {.name = "list",
     .summary = "show the known weights and where they are on this machine",
     .groups = &json_group,
     .group_count = 1,
     .run = run_weights_list,
     EXAMPLES({"vtonmetrics weights list", "every known file, found or not"})},
    {.name = "path",
     .summary = "print the path of a file, found the way fid and lpips find it",
     .operands = "NAME",
     .least_operands = 1,
     .most_operands = 1,
     .run = run_weights_path,
     EXAMPLES({"vtonmetrics weights path lpips-alex", "one line; exit status 3 when the file is not there"})},
    {.name = "verify",
     .summary = "check a file against the published hash; exit status 1 when it differs",
     .operands = "NAME [FILE]",
     .least_operands = 1,
     .most_operands = 2,
     .run = run_weights_verify,
     EXAMPLES({"vtonmetrics weights verify inception-fid", "the file that fid would use"},
              {"vtonmetrics weights verify inception-fid copy.pth", "a file of your own"})},
    {.name = "fetch",
     .summary = "download a file into your data folder, print its path",
     .operands = "NAME",
     .least_operands = 1,
     .most_operands = 1,
     .description = "An interrupted download goes on where it stopped. The file gets its name only when its hash is "
                    "right. VTONMETRICS_OFFLINE=1 in the environment forbids the network.",
     .groups = &fetch_group,
     .group_count = 1,
     .run = run_weights_fetch,
     EXAMPLES({"vtonmetrics weights fetch inception-torchvision", "109 MB from PyTorch's server"},
              {"vtonmetrics weights fetch inception-fid --from file:///media/usb/", "from a folder, without network"})},
    {.name = "convert",
     .summary = "write a file's tensors as .safetensors or .npz",
     .operands = "FILE TARGET",
     .least_operands = 2,
     .most_operands = 2,
     .run = run_weights_convert,
     EXAMPLES({"vtonmetrics weights convert model.pth model.safetensors", "loads faster, and holds no program"})},
    {.name = "inspect",
     .summary = "print names, types, shapes and hash of any supported file",
     .operands = "FILE",
     .least_operands = 1,
     .most_operands = 1,
     .description = "Reads safetensors, PyTorch .pth (zip and legacy pickle), NumPy .npz and .npy.",
     .groups = &json_group,
     .group_count = 1,
     .run = run_weights_inspect,
     EXAMPLES({"vtonmetrics weights inspect model.pth", "what is in it, without running it"})},
};

static const cli_section sections[] = {
    {.heading = "Where files are looked for",
     .text = "1. the file named with --weights (fid, lpips)\n\n2. the folder $VTONMETRICS_WEIGHTS\n\n3. "
             "$XDG_DATA_HOME/vtonmetrics/weights, or ~/.local/share/vtonmetrics/weights\n\n4. the files that came with "
             "vtonmetrics\n\n5. PyTorch's cache: $TORCH_HOME or ~/.cache/torch, hub/checkpoints. Who has run the "
             "Python program before needs no download.\n\nA .safetensors file of the same stem serves as well."},
};

static const cli_tool weights = {.name = "weights",
                                 .summary = "find, fetch, verify, convert and inspect the networks' files",
                                 .commands = commands,
                                 .command_count = sizeof(commands) / sizeof(*commands),
                                 .sections = sections,
                                 .section_count = sizeof(sections) / sizeof(*sections)};

int main(int argc, char **argv) { return cli_main(&weights, argc, argv); }
