/* vtonmetrics pairs-check: which person is paired with which garment, and what is missing. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/json_text.h"
#include "cli/tool.h"
#include "pairs-check/pairs_check_report.h"
#include "vtonmetrics/tools/pairs.h"
#include "vtonmetrics/tools/text.h"
#include "vtonmetrics/vtonmetrics.h"

enum { FINDINGS_SHOWN = 10, LONGEST_LIST = 4096 };

typedef struct check {
  cli_session *session;
  vtm_folder *results;
  size_t result_count;
  vtm_pair_order order;
  const vtm_pair_dialect *dialect;
  bool json;
  FILE *out;   /* text */
  cJSON *list; /* one object for each list checked */
  size_t findings, missing;
  bool several; /* lists: each gets a heading */
} check;

/* ---- the command line ---- */

static vtm_status read_options(check *run, vtm_error *error) {
  const cli_command_line *line = &run->session->line;
  const char *order = cli_command_line_value(line, "order");
  const char *dialect = cli_command_line_value(line, "to");
  const char *how = cli_command_line_value(line, "match");
  const char *target = cli_command_line_value(line, "write");
  for (int i = 0; order != NULL && i <= VTM_ORDER_PERSON_GARMENT; i++)
    if (strcmp(order, vtm_pair_order_name((vtm_pair_order)i)) == 0) run->order = (vtm_pair_order)i;
  if (dialect != NULL) run->dialect = vtm_pair_dialect_find(dialect);
  if (dialect != NULL && target == NULL)
    return cli_fail(error, VTM_ERROR_USAGE, "--to %s: says how to write a list, so --write FILE is needed too",
                    dialect);
  run->json = cli_command_line_flag(line, "json");
  vtm_status status = vtm_match_check_how(how, error);
  if (status == VTM_OK && target != NULL) status = cli_check_output(target, error);
  return status;
}

static vtm_status open_results(check *run, vtm_error *error) {
  const cli_command_line *line = &run->session->line;
  run->results = calloc(line->given_count + 1, sizeof(*run->results));
  if (run->results == NULL) return cli_fail(error, VTM_ERROR_MEMORY, "out of memory");
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < line->given_count && status == VTM_OK; i++) {
    if (strcmp(line->given[i].option->name, "results") != 0) continue;
    status = vtm_folder_open(line->given[i].value, &run->results[run->result_count], error);
    if (status == VTM_OK) run->result_count++;
  }
  return status;
}

static bool is_folder(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool path_exists(const char *path) {
  struct stat status;
  return stat(path, &status) == 0;
}

/* ---- one list ---- */

static vtm_status write_list(check *run, const vtm_pairs_input *input, const vtm_pairs_report *report,
                             vtm_error *error) {
  const char *target = cli_command_line_value(&run->session->line, "write");
  if (target == NULL) return VTM_OK;
  char *text = NULL;
  size_t pairs = 0;
  vtm_status status = vtm_pairs_correct(input, report, run->dialect, &text, &pairs, error);
  if (status == VTM_OK) status = cli_write_output(run->session, target, text, error);
  vtm_free(text);
  char line[PAIRS_CHECK_PRINTED_NAME + 64];
  char name[PAIRS_CHECK_PRINTED_NAME];
  (void)snprintf(line, sizeof(line), "wrote %zu pairs to %s", pairs, pairs_check_printable(target, name));
  if (status == VTM_OK && strcmp(target, "-") != 0) cli_terminal_log(&run->session->terminal, VTM_LOG_INFO, line);
  return status;
}

static void report_check(check *run, const vtm_pairs_input *input, const vtm_pairs_report *report) {
  const bool all = cli_command_line_flag(&run->session->line, "verbose");
  if (run->json)
    (void)cJSON_AddItemToArray(run->list, pairs_check_json(input, report));
  else
    pairs_check_print(run->out, input, report, all ? SIZE_MAX : FINDINGS_SHOWN);
  run->findings += report->finding_count;
  run->missing += vtm_pairs_missing(report);
}

/* The dataset's other lists of the same people, those that can be read; `lists` has room for all. */
static size_t read_other_lists(const vtm_pair_sources *all, const vtm_pair_source *source, vtm_pair_list *lists) {
  size_t count = 0;
  for (size_t i = 0; i < all->count; i++) {
    const vtm_pair_source *other = &all->sources[i];
    if (source->list == NULL || other->list == NULL || strcmp(other->people, source->people) != 0 ||
        strcmp(other->list, source->list) == 0)
      continue;
    count += vtm_pair_list_read(other->list, &lists[count], NULL) == VTM_OK;
  }
  return count;
}

static vtm_status check_source(check *run, const vtm_pair_sources *all, const vtm_pair_source *source,
                               bool with_results, vtm_error *error) {
  vtm_folder people;
  vtm_folder garments;
  vtm_pair_list list = {0};
  vtm_pair_list *others = calloc(all->count + 1, sizeof(*others));
  vtm_pairs_report report = {0};
  if (others == NULL) return cli_fail(error, VTM_ERROR_MEMORY, "out of memory");
  vtm_status status = vtm_pair_source_open(source, &people, &garments, error);
  const size_t other_count = status == VTM_OK ? read_other_lists(all, source, others) : 0;
  if (status != VTM_OK) {
    free(others);
    return status;
  }
  if (source->list != NULL) status = vtm_pair_list_read(source->list, &list, error);
  const vtm_pairs_input input = {.people = &people,
                                 .garments = &garments,
                                 .list = source->list != NULL ? &list : NULL,
                                 .order = run->order,
                                 .usual = source->usual,
                                 .others = others,
                                 .other_count = other_count,
                                 .results = run->results,
                                 .result_count = with_results ? run->result_count : 0,
                                 .how = cli_command_line_value(&run->session->line, "match")};
  if (status == VTM_OK) status = vtm_pairs_check(&input, &report, error);
  if (status == VTM_OK) {
    if (run->several && !run->json && ftell(run->out) > 0) (void)fputs("\n--------\n\n", run->out);
    report_check(run, &input, &report);
    status = write_list(run, &input, &report, error);
  }
  vtm_pairs_report_clear(&report);
  vtm_pair_list_clear(&list);
  for (size_t i = 0; i < other_count; i++) vtm_pair_list_clear(&others[i]);
  free(others);
  vtm_folder_clear(&garments);
  vtm_folder_clear(&people);
  return status;
}

/* ---- a dataset ---- */

static bool is_for_training(const vtm_pair_source *source) {
  const char *slash = source->list != NULL ? strrchr(source->list, '/') : NULL;
  return slash != NULL && strncmp(slash + 1, "train", 5) == 0;
}

static vtm_status fail_with_several(const vtm_pair_sources *sources, const char *what, vtm_error *error) {
  char names[LONGEST_LIST] = "";
  for (size_t i = 0, used = 0; i < sources->count && used < sizeof(names); i++)
    used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s", i ? ", " : "", sources->sources[i].list);
  return cli_fail(error, VTM_ERROR_USAGE, "the dataset has several lists (%s); choose with --pairs which of them %s",
                  names, what);
}

static vtm_status check_dataset(check *run, const char *root, const char *list, vtm_error *error) {
  vtm_pair_sources sources;
  vtm_pair_sources all;
  vtm_status status = vtm_pair_sources_find(root, list, &sources, error);
  if (status != VTM_OK) return status;
  status = vtm_pair_sources_find(root, NULL, &all, error);
  if (status != VTM_OK) {
    vtm_pair_sources_clear(&sources);
    return status;
  }
  run->several = sources.count > 1;
  size_t tests = 0;
  for (size_t i = 0; i < sources.count; i++)
    if (!is_for_training(&sources.sources[i])) tests++;
  if (sources.count > 1 && cli_command_line_value(&run->session->line, "write") != NULL)
    status = fail_with_several(&sources, "is to be rewritten", error);
  else if (sources.count > 1 && tests != 1 && run->result_count > 0)
    status = fail_with_several(&sources, "the results are for", error);
  for (size_t i = 0; i < sources.count && status == VTM_OK; i++) {
    const bool with_results = sources.count == 1 || !is_for_training(&sources.sources[i]);
    status = check_source(run, &all, &sources.sources[i], with_results, error);
  }
  vtm_pair_sources_clear(&all);
  vtm_pair_sources_clear(&sources);
  return status;
}

/* --pairs names a file; a name inside the dataset will do. */
static vtm_status check_given_list(check *run, const char *root, const char *list, vtm_error *error) {
  if (path_exists(list)) return check_dataset(run, root, list, error);
  char *inside = NULL;
  if (asprintf(&inside, "%s/%s", root, list) < 0) return cli_fail(error, VTM_ERROR_MEMORY, "out of memory");
  const vtm_status status = check_dataset(run, root, path_exists(inside) ? inside : list, error);
  free(inside);
  return status;
}

/* ---- two folders ---- */

static vtm_status describe_matching(check *run, const vtm_folder *reference, const vtm_folder *generated,
                                    vtm_error *error) {
  const vtm_match_options options = {.struct_size = sizeof(options),
                                     .how = cli_command_line_value(&run->session->line, "match")};
  vtm_matching matching;
  vtm_status status = vtm_match(reference, generated, &options, &matching, error);
  if (status != VTM_OK) return status;
  char *text = NULL;
  if (run->json) {
    status = vtm_matching_json(reference, generated, &matching, &text, error);
    if (status == VTM_OK) (void)cJSON_AddItemToArray(run->list, cJSON_Parse(text));
  } else {
    const bool all = cli_command_line_flag(&run->session->line, "verbose");
    status = vtm_matching_text(reference, generated, &matching, all, &text, error);
    if (status == VTM_OK) (void)fputs(text, run->out);
  }
  vtm_free(text);
  vtm_matching_clear(&matching);
  return status;
}

static vtm_status check_two_folders(check *run, const char *reference, const char *generated, vtm_error *error) {
  vtm_folder folders[2] = {{0}, {0}};
  vtm_pairs_report report = {0};
  vtm_status status = vtm_folder_open(reference, &folders[0], error);
  if (status == VTM_OK) status = vtm_folder_open(generated, &folders[1], error);
  if (status == VTM_OK) status = describe_matching(run, &folders[0], &folders[1], error);
  const vtm_pairs_input input = {.people = &folders[0],
                                 .results = &folders[1],
                                 .result_count = 1,
                                 .how = cli_command_line_value(&run->session->line, "match")};
  if (status == VTM_OK) status = vtm_pairs_check(&input, &report, error);
  if (status == VTM_OK) report_check(run, &input, &report);
  vtm_pairs_report_clear(&report);
  vtm_folder_clear(&folders[0]);
  vtm_folder_clear(&folders[1]);
  return status;
}

/* ---- all together ---- */

static vtm_status check_operands(check *run, vtm_error *error) {
  const cli_command_line *line = &run->session->line;
  const char *first = line->operands[0];
  const char *second = line->operand_count > 1 ? line->operands[1] : NULL;
  const char *root = cli_command_line_value(line, "root");
  const char *list = cli_command_line_value(line, "pairs");
  if (second != NULL && (list != NULL || root != NULL || run->result_count > 0))
    return cli_fail(error, VTM_ERROR_USAGE,
                    "two folders are compared with each other; --pairs, --root and --results belong to a dataset");
  if (second != NULL && cli_command_line_value(line, "write") != NULL)
    return cli_fail(error, VTM_ERROR_USAGE, "--write needs a dataset with people and garments");
  if (second != NULL) return check_two_folders(run, first, second, error);
  if (root != NULL && list != NULL)
    return cli_fail(error, VTM_ERROR_USAGE, "give either LIST --root DATASET or DATASET --pairs LIST");
  if (root != NULL) return check_dataset(run, root, first, error);
  if (path_exists(first) && !is_folder(first))
    return cli_fail(error, VTM_ERROR_USAGE, "%s: is a file; for a pair list give its dataset with --root", first);
  return list != NULL ? check_given_list(run, first, list, error) : check_dataset(run, first, NULL, error);
}

static char *json_text(check *run, bool good) {
  cJSON *root = cJSON_CreateObject();
  (void)cJSON_AddStringToObject(root, "schema", "vtonmetrics/pairs-check/2");
  (void)cJSON_AddBoolToObject(root, "good", good);
  (void)cJSON_AddNumberToObject(root, "finding_count", (double)run->findings);
  (void)cJSON_AddNumberToObject(root, "missing_count", (double)run->missing);
  (void)cJSON_AddItemToObject(root, "checks", run->list);
  run->list = NULL;
  return cli_json_text(root);
}

static int check_pairs(cli_session *session) {
  check run = {.session = session, .list = cJSON_CreateArray()};
  vtm_error error = {0};
  char *text = NULL;
  size_t size = 0;
  run.out = open_memstream(&text, &size);
  vtm_status status = run.out != NULL && run.list != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  if (status != VTM_OK) (void)cli_fail(&error, status, "out of memory");
  if (status == VTM_OK) status = read_options(&run, &error);
  if (status == VTM_OK) status = open_results(&run, &error);
  if (status == VTM_OK) status = check_operands(&run, &error);
  const size_t allowed = (size_t)cli_command_line_integer(&session->line, "max-missing", 0);
  const bool good = run.findings == run.missing && run.missing <= allowed;
  if (run.out != NULL && fclose(run.out) != 0 && status == VTM_OK)
    status = cli_fail(&error, VTM_ERROR_MEMORY, "out of memory");
  char *json = status == VTM_OK && run.json ? json_text(&run, good) : NULL;
  if (status == VTM_OK && run.json && json == NULL) status = cli_fail(&error, VTM_ERROR_MEMORY, "out of memory");
  if (status == VTM_OK) status = cli_write_output(session, NULL, run.json ? json : text, &error);
  free(json);
  free(text);
  cJSON_Delete(run.list);
  for (size_t i = 0; i < run.result_count; i++) vtm_folder_clear(&run.results[i]);
  free(run.results);
  if (status != VTM_OK) return cli_report_error(session, &error);
  return good ? CLI_EXIT_DONE : CLI_EXIT_NO;
}

/* ---- the record ---- */

/* The choices of --order and of --to are the library's names: main fills them in. */
enum { ORDER = 3, INPUT_OPTIONS = 5 };
static const vtm_option input_options[INPUT_OPTIONS] = {
    {.name = "pairs", .type = VTM_OPTION_FILE, .argument = "FILE", .help = "The list, instead of the dataset's own."},
    {.name = "root", .type = VTM_OPTION_FILE, .argument = "DATASET", .help = "The dataset that a list belongs to."},
    {.name = "results",
     .type = VTM_OPTION_FILE,
     .argument = "DIR",
     .help =
         "A folder of results, one of each model; may be given several times. One without pictures that holds "
         "dresses, lower_body and upper_body, as programs for DressCode write, or a folder a person, as Magic-TryOn "
         "does, counts as one."},
    [ORDER] = {.name = "order",
               .type = VTM_OPTION_CHOICE,
               .argument = "ORDER",
               .default_value = "auto",
               .help = "Which column is the person."},
    {.name = "match",
     .type = VTM_OPTION_TEXT,
     .argument = "HOW",
     .default_value = "auto",
     .help = "How results are named: auto, a name from the table below, regex:PATTERN with a group named person, or "
             "pairs:FILE."},
};

enum { TO = 1, OUTPUT_OPTIONS = 4 };
static const vtm_option output_options[OUTPUT_OPTIONS] = {
    {.name = "write",
     .type = VTM_OPTION_FILE,
     .argument = "FILE",
     .help =
         "Write a corrected list: no missing names, no duplicate pairs, one order, names spelled as the files are."},
    [TO] = {.name = "to",
            .type = VTM_OPTION_CHOICE,
            .argument = "DIALECT",
            .help = "The dialect to write; default: that of the list."},
    {.name = "max-missing",
     .type = VTM_OPTION_INTEGER,
     .argument = "N",
     .default_value = "0",
     .minimum = 0,
     .maximum = LONG_MAX,
     .help = "Accept up to N missing names and results: exit status 0."},
    {.name = "json", .type = VTM_OPTION_FLAG, .help = "Print one JSON object instead of text."},
};

static const cli_example examples[] = {
    {"vtonmetrics pairs-check course_dataset/", "the dataset's list against its people and garments"},
    {"vtonmetrics pairs-check course_dataset/ --results GAN/ --results LADI/ --results PROMPT/",
     "and whether each model has a result for each pair"},
    {"vtonmetrics pairs-check image/ PROMPT/ --verbose", "two folders: how each file is matched, and why"},
    {"vtonmetrics pairs-check my_pairs.txt --root course_dataset/", "a list of your own"},
    {"vtonmetrics pairs-check course_dataset/ --write corrected.txt --to viton-hd",
     "a correct list, in VITON-HD's order"},
    {"vtonmetrics pairs-check course_dataset/ --max-missing 3 --json",
     "for scripts: exit status 1 when more than three names are missing or anything else is wrong"},
};

static const char columns_text[] =
    "The same name often exists as a person and as a garment, so the order of the columns is not always clear. It is "
    "derived from the lines in which one name exists only as a person or only as a garment. Where most names are in "
    "both folders, such a name may just as well be a missing file: the order is then the one by which fewer files are "
    "missing, if that is clear. Else it is the layout's. Where that says nothing either, it cannot be determined: give "
    "it with --order. No line overrules a given order or the layout's: what does not exist in it is missing.";

static void list_orders(char *choices, size_t size) {
  size_t used = 0;
  for (int i = 0; i <= VTM_ORDER_PERSON_GARMENT && used < size; i++)
    used += (size_t)snprintf(choices + used, size - used, "%s%s", i ? "|" : "", vtm_pair_order_name((vtm_pair_order)i));
}

/* The tables of the library as text: "  name   who   example" lines. */
static void describe_dialects(char *choices, char *text, size_t size) {
  size_t used = (size_t)snprintf(text, size,
                                 "All of them are read, with comments (#), Windows line ends, a byte-order mark, tabs, "
                                 "commas, quotation marks, blank lines, and names with or without extension and "
                                 "folders.\n\n");
  size_t chosen = 0;
  for (size_t i = 0; i < vtm_pair_dialect_count(); i++) {
    const vtm_pair_dialect *dialect = vtm_pair_dialect_at(i);
    chosen += (size_t)snprintf(choices + chosen, size - chosen, "%s%s", i ? "|" : "", dialect->name);
    char example[128];
    (void)vtm_printable(dialect->example, example, sizeof(example));
    if (used < size)
      used += (size_t)snprintf(text + used, size - used, "  %-10s %s\n             %s\n", dialect->name, example,
                               dialect->used_by);
  }
}

static void describe_schemes(char *text, size_t size) {
  size_t used = (size_t)snprintf(text, size,
                                 "P stands for the person's name, C for the garment's. --match takes the "
                                 "first word of a line.\n\n");
  for (size_t i = 0; i < vtm_scheme_count() && used < size; i++) {
    const vtm_scheme_info *scheme = vtm_scheme_at(i);
    used +=
        (size_t)snprintf(text + used, size - used, "  %-14s %s\n                 %s%s\n", scheme->name, scheme->pattern,
                         scheme->models, scheme->on_request ? "; only when it is named with --match" : "");
  }
}

int main(int argc, char **argv) {
  char orders[128];
  static char dialects[LONGEST_LIST];
  static char dialect_text[LONGEST_LIST];
  static char scheme_text[LONGEST_LIST];
  list_orders(orders, sizeof(orders));
  describe_dialects(dialects, dialect_text, sizeof(dialect_text));
  describe_schemes(scheme_text, sizeof(scheme_text));
  vtm_option input[INPUT_OPTIONS];
  memcpy(input, input_options, sizeof(input));
  input[ORDER].choices = orders;
  vtm_option output[OUTPUT_OPTIONS];
  memcpy(output, output_options, sizeof(output));
  output[TO].choices = dialects;
  const cli_option_group groups[] = {
      {"Input", input, INPUT_OPTIONS},
      {"Output", output, OUTPUT_OPTIONS},
  };
  const cli_section sections[] = {
      {.heading = "Which column is the person", .text = columns_text},
      {.heading = "Dialects of pair lists", .text = dialect_text},
      {.heading = "Names of results", .text = scheme_text},
  };
  const cli_tool tool = {.name = "pairs-check",
                         .summary = "which person is paired with which garment, and what is missing",
                         .operands = "DATASET | LIST --root DATASET | FOLDER FOLDER",
                         .least_operands = 1,
                         .most_operands = 2,
                         .description =
                             "Checks the list of pairs of a try-on dataset against its people and garments, "
                             "and folders of results against the list. Exit status 1 means findings.",
                         .groups = groups,
                         .group_count = 2,
                         .sections = sections,
                         .section_count = sizeof(sections) / sizeof(*sections),
                         .examples = examples,
                         .example_count = sizeof(examples) / sizeof(*examples),
                         .run = check_pairs};
  return cli_main(&tool, argc, argv);
}
