/* vtonmetrics NAME ... runs the executable vtonmetrics-NAME, found beside this one, in the libexec
 * folder, or on PATH, the way git does. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/tool.h"
#include "vtonmetrics/metric.h"
#include "vtonmetrics/tools/text.h"

#define PREFIX "vtonmetrics-"

enum { MOST_FOLDERS = 64, MOST_TOOLS = 128 };

typedef struct known_tool {
  const char *name, *summary;
} known_tool;

/* Tools that are no metrics; a metric is described by the library. */
static const known_tool known_tools[] = {
    {"bench", "The time of each layer of a network here, and its error"},
    {"compare", "Every metric of every model in one table, ranked, with intervals"},
    {"dataset-lint", "Is the data set complete and valid? Checked by rules"},
    {"devices", "Which GPUs are there, and why one cannot be used"},
    {"diff", "What changed between two runs: scores, results, computation"},
    {"grid", "Photographs, garments and results side by side, as in papers"},
    {"pairs-check", "Which person is paired with which garment, and what is missing"},
    {"score", "Any metric by its name; the metrics of this list are run by it"},
    {"store", "The store of computed values: its size, damage, pruning"},
    {"weights", "List, fetch, verify, convert and inspect the weights of networks"},
};

typedef struct places {
  char *folders[MOST_FOLDERS];
  size_t folder_count;
  char *tools[MOST_TOOLS]; /* names without the prefix, sorted, each once */
  size_t tool_count;
} places;

static void add_folder(places *search, const char *path, size_t length) {
  char *copy = length > 0 ? strndup(path, length) : strdup(".");
  if (copy != NULL && search->folder_count < MOST_FOLDERS)
    search->folders[search->folder_count++] = copy;
  else
    free(copy);
}

static void find_folders(places *search) {
  char self[PATH_MAX];
  const ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
  if (length > 0) {
    self[length] = '\0';
    char *slash = strrchr(self, '/');
    add_folder(search, self, (size_t)(slash - self));
  }
  add_folder(search, cli_libexec_folder(), strlen(cli_libexec_folder()));
  const char *path = getenv("PATH");
  while (path != NULL) {
    const size_t part = strcspn(path, ":");
    add_folder(search, path, part);
    path = path[part] == ':' ? path + part + 1 : NULL;
  }
}

static void add_tool(places *search, const char *name) {
  size_t at = 0;
  while (at < search->tool_count && strcmp(search->tools[at], name) < 0) at++;
  if (at < search->tool_count && strcmp(search->tools[at], name) == 0) return;
  char *copy = search->tool_count < MOST_TOOLS ? strdup(name) : NULL;
  if (copy == NULL) return;
  for (size_t i = search->tool_count; i > at; i--) search->tools[i] = search->tools[i - 1];
  search->tools[at] = copy;
  search->tool_count++;
}

static void find_tools(places *search) {
  for (size_t i = 0; i < search->folder_count; i++) {
    DIR *directory = opendir(search->folders[i]);
    if (directory == NULL) continue;
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;)
      if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) == 0 && entry->d_type != DT_DIR &&
          faccessat(dirfd(directory), entry->d_name, X_OK, 0) == 0)
        add_tool(search, entry->d_name + strlen(PREFIX));
    (void)closedir(directory);
  }
  /* Metrics without an executable of their own are run by vtonmetrics-score. */
  for (size_t m = 0; m < vtm_metric_count(); m++) add_tool(search, vtm_metric_at(m)->name);
}

static void free_search(places *search) {
  for (size_t i = 0; i < search->folder_count; i++) free(search->folders[i]);
  for (size_t i = 0; i < search->tool_count; i++) free(search->tools[i]);
}

static const char *summary_of(const char *name) {
  for (size_t i = 0; i < sizeof(known_tools) / sizeof(*known_tools); i++)
    if (strcmp(known_tools[i].name, name) == 0) return known_tools[i].summary;
  const vtm_metric_info *metric = vtm_metric_find(name);
  return metric != NULL ? metric->title : "";
}

/* Returns only when no folder has an executable of that name, or it could not be started. */
static void run_tool(const places *search, const char *name, char **arguments) {
  for (size_t i = 0; i < search->folder_count; i++) {
    char *path = NULL;
    if (asprintf(&path, "%s/" PREFIX "%s", search->folders[i], name) < 0) return;
    arguments[0] = path;
    (void)execv(path, arguments);
    if (errno != ENOENT && errno != ENOTDIR && errno != EACCES) {
      (void)fprintf(stderr, "vtonmetrics: cannot run %s: %s\n", path, strerror(errno));
      exit(CLI_EXIT_FAILED);
    }
    free(path);
  }
}

static int fail_unknown(places *search, const char *name) {
  find_tools(search);
  char safe[256];
  (void)vtm_printable(name, safe, sizeof(safe));
  const char *nearest = vtm_nearest_name(name, (const char *const *)search->tools, search->tool_count);
  for (size_t i = 0; i < search->tool_count && nearest == NULL; i++)
    if (strstr(search->tools[i], name) != NULL) nearest = search->tools[i];
  if (strcmp(name, "version") == 0) nearest = "--version";
  char better[256];
  (void)vtm_printable(nearest != NULL ? nearest : "", better, sizeof(better));
  if (nearest != NULL)
    (void)fprintf(stderr, "vtonmetrics: unknown tool '%s'; did you mean %s?\n", safe, better);
  else
    (void)fprintf(stderr, "vtonmetrics: unknown tool '%s'; vtonmetrics --help lists all tools\n", safe);
  return CLI_EXIT_USAGE;
}

/* The lines of --help, one a tool. */
static char *list_tools(places *search) {
  find_tools(search);
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  if (out == NULL) return NULL;
  for (size_t i = 0; i < search->tool_count; i++) {
    char name[256];
    (void)vtm_printable(search->tools[i], name, sizeof(name));
    (void)fprintf(out, "  %-13s %s\n", name, summary_of(search->tools[i]));
  }
  if (fclose(out) == 0) return text;
  free(text);
  return NULL;
}

static int run_without_name(cli_session *session) {
  const vtm_error error = {.status = VTM_ERROR_USAGE,
                           .message =
                               "name a tool, for example: vtonmetrics lpips image/ LADI/ (vtonmetrics --help "
                               "lists the tools)"};
  return cli_report_error(session, &error);
}

static int main_without_name(places *search, int argc, char **argv) {
  static const cli_example examples[] = {
      {"vtonmetrics lpips image/ LADI/", "compare each result in LADI/ with the photograph of the same name"},
      {"vtonmetrics fid image/ GAN/ LADI/", "one distance a model, between all results and all photographs"},
      {"vtonmetrics compare image/ GAN/ LADI/ PROMPT/", "every metric, every model, ranked"},
      {"vtonmetrics help fid", "explain one tool"},
  };
  char *tools = list_tools(search);
  const cli_section section = {.heading = "Tools", .text = tools != NULL ? tools : ""};
  const cli_tool tool = {
      .name = "",
      .summary = "scores of virtual try-on results, with the digits that people publish",
      .operands = "NAME ...",
      .description =
          "Scores the results of virtual try-on models against photographs. Each NAME below is a tool of "
          "its own; `vtonmetrics help NAME` explains it. Any executable vtonmetrics-NAME beside this one or "
          "on PATH is a tool too.",
      .sections = &section,
      .section_count = 1,
      .examples = examples,
      .example_count = sizeof(examples) / sizeof(*examples),
      .run = run_without_name};
  const int result = cli_main(&tool, argc, argv);
  free(tools);
  return result;
}

int main(int argc, char **argv) {
  places search = {0};
  find_folders(&search);
  int result = CLI_EXIT_DONE;
  if (argc > 2 && strcmp(argv[1], "help") == 0) {
    char help[] = "--help";
    char *arguments[] = {NULL, argv[2], help, NULL};
    run_tool(&search, argv[2], arguments + 1);
    arguments[1] = argv[2]; /* run_tool put a path in its place */
    if (vtm_metric_find(argv[2]) != NULL) run_tool(&search, "score", arguments);
    result = fail_unknown(&search, argv[2]);
  } else if (argc > 1 && strcmp(argv[1], "help") == 0) {
    char name[] = "vtonmetrics";
    char help[] = "--help";
    char *arguments[] = {name, help, NULL};
    result = main_without_name(&search, 2, arguments);
  } else if (argc > 1 && argv[1][0] != '-') {
    char *name = argv[1];
    run_tool(&search, name, argv + 1);
    argv[1] = name; /* run_tool put a path in its place */
    if (vtm_metric_find(name) != NULL) run_tool(&search, "score", argv);
    result = fail_unknown(&search, name);
  } else {
    result = main_without_name(&search, argc, argv);
  }
  free_search(&search);
  return result;
}
