#include "cli/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/man.h"
#include "vtonmetrics/tools/file.h"
#include "vtonmetrics/tools/text.h"
#include "vtonmetrics/vtonmetrics.h"

static const vtm_option general_options[] = {
    {.name = "quiet",
     .type = VTM_OPTION_FLAG,
     .help = "Print no progress, and no warnings but those of results that are broken or cannot be a model's work."},
    {.name = "verbose",
     .type = VTM_OPTION_FLAG,
     .help = "Say more: what is read, what is skipped and why; on a terminal also all that a score was computed with."},
    {.name = "color",
     .type = VTM_OPTION_CHOICE,
     .argument = "WHEN",
     .default_value = "auto",
     .choices = "auto|always|never",
     .help = "Colours; auto: on a terminal, unless the environment variable NO_COLOR is set."},
    {.name = "help", .type = VTM_OPTION_FLAG, .help = "Print this text."},
    {.name = "version", .type = VTM_OPTION_FLAG, .help = "Print the version and what it was built with."},
    {.name = "help-man", .type = VTM_OPTION_FLAG}, /* the manual page, for the build */
};
static const cli_option_group general = {"General options", general_options,
                                         sizeof(general_options) / sizeof(*general_options)};

#define PROCESSOR_OPTIONS                                                                                          \
  {.name = "threads",                                                                                              \
   .type = VTM_OPTION_INTEGER,                                                                                     \
   .argument = "N",                                                                                                \
   .minimum = 1,                                                                                                   \
   .maximum = 1024,                                                                                                \
   .help =                                                                                                         \
       "Processor threads; without it one for each processor that the affinity mask and the quota of the control " \
       "group (a container's limit, rounded up) leave. The digits do not depend on it."},                          \
  {                                                                                                                \
    .name = "cpu-mask", .type = VTM_OPTION_TEXT, .argument = "SETS",                                               \
    .help =                                                                                                        \
        "Instruction sets not to use, for tests: amx, avx512, avx2, neon, with commas between; what builds on a "  \
        "set goes with it."                                                                                        \
  }

static const vtm_option compute_options[] = {
    {.name = "device",
     .type = VTM_OPTION_TEXT,
     .argument = "NAME",
     .default_value = "auto",
     .help = "Where to compute: cpu; cuda, the first GPU that can be used; cuda:1, this one; cuda:0,1, several of one "
             "kind; auto: cuda where it can be used, else cpu, and --verbose says why. See vtonmetrics devices."},
    PROCESSOR_OPTIONS};
static const vtm_option processor_options[] = {PROCESSOR_OPTIONS};

const cli_option_group cli_compute_options = {"Computing", compute_options,
                                              sizeof(compute_options) / sizeof(*compute_options)};
const cli_option_group cli_processor_options = {"Computing", processor_options,
                                                sizeof(processor_options) / sizeof(*processor_options)};

enum { MOST_GROUPS = 16, MOST_COMMANDS = 32, LONGEST_PREFIX = 128, LONGEST_LIST = 512 };

/* A program started with a closed standard stream would give its number to the next file it opens. */
static void occupy_standard_streams(void) {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) (void)open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

vtm_status cli_write_output(cli_session *session, const char *path, const char *text, vtm_error *error) {
  cli_terminal_erase_bar(&session->terminal);
  (void)fflush(stderr);
  if (path != NULL && strcmp(path, "-") != 0) {
    const vtm_status status = vtm_file_write(path, text, strlen(text), error);
    if (status == VTM_OK) cli_terminal_wrote(&session->terminal, path);
    return status;
  }
  errno = 0;
  if (fputs(text, stdout) >= 0 && fflush(stdout) == 0) return VTM_OK;
  const int code = errno;
  if (code == EPIPE) return cli_fail(error, VTM_ERROR_IO, "%s", ""); /* `| head` had enough: no news */
  return cli_fail(error, VTM_ERROR_IO, "standard output: cannot write the result: %s", strerror(code));
}

vtm_report_options cli_report_options(const cli_session *session, const char *path) {
  const bool shown = path == NULL || strcmp(path, "-") == 0;
  return (vtm_report_options){.struct_size = sizeof(vtm_report_options),
                              .color = shown && cli_wants_color(STDOUT_FILENO, session->color),
                              .brief = shown && isatty(STDOUT_FILENO) && !session->terminal.verbose};
}

int cli_report_error(cli_session *session, const vtm_error *error) {
  if (error->message[0] != '\0') cli_terminal_error(&session->terminal, error->message);
  return error->status == VTM_ERROR_USAGE ? CLI_EXIT_USAGE : CLI_EXIT_FAILED;
}

vtm_status cli_check_output(const char *path, vtm_error *error) {
  struct stat status;
  if (strcmp(path, "-") == 0) return VTM_OK;
  if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
    return cli_fail(error, VTM_ERROR_IO, "%s: is a folder, cannot write a file of that name", path);
  char *folder = strdup(path);
  if (folder == NULL) return cli_fail(error, VTM_ERROR_MEMORY, "out of memory");
  char *slash = strrchr(folder, '/');
  if (slash != NULL) slash[slash == folder ? 1 : 0] = '\0';
  const char *parent = slash != NULL ? folder : ".";
  vtm_status result = VTM_OK;
  if (stat(parent, &status) != 0)
    result = cli_fail(error, VTM_ERROR_NOT_FOUND, "%s: cannot be written: the folder %s does not exist", path, parent);
  else if (!S_ISDIR(status.st_mode))
    result = cli_fail(error, VTM_ERROR_IO, "%s: cannot be written: %s is not a folder", path, parent);
  else if (stat(path, &status) != 0 && access(parent, W_OK | X_OK) != 0)
    result = cli_fail(error, VTM_ERROR_IO, "%s: cannot be written: %s: %s", path, parent, strerror(errno));
  free(folder);
  return result;
}

static bool has_device(const cli_tool *tool) {
  for (size_t g = 0; g < tool->group_count; g++)
    for (size_t i = 0; i < tool->groups[g].count; i++)
      if (strcmp(tool->groups[g].options[i].name, "device") == 0) return true;
  return false;
}

vtm_status cli_create_context(cli_session *session, vtm_error *error) {
  const char *device = cli_command_line_value(&session->line, "device");
  const vtm_context_options options = {.struct_size = sizeof(options),
                                       .threads = (int)cli_command_line_integer(&session->line, "threads", 0),
                                       .device = has_device(session->tool) ? device : "cpu",
                                       .cpu_mask = cli_command_line_value(&session->line, "cpu-mask"),
                                       .log = cli_terminal_log,
                                       .progress = cli_terminal_progress,
                                       .ask = cli_terminal_ask,
                                       .user = &session->terminal};
  const vtm_status status = vtm_context_create(&options, &session->context, error);
  if (status == VTM_OK) cli_interrupt_cancels(session->context);
  return status;
}

static int print_text(cli_session *session, char *text) {
  vtm_error error = {.status = VTM_ERROR_MEMORY, .message = "out of memory"};
  const vtm_status status = text != NULL ? cli_write_output(session, NULL, text, &error) : VTM_ERROR_MEMORY;
  free(text);
  return status == VTM_OK ? CLI_EXIT_DONE : cli_report_error(session, &error);
}

static char *version_text(const cli_tool *tool) {
  char *text = NULL;
  const int length = asprintf(&text, "vtonmetrics%s%s %s\n%slinear algebra: %s\n", *tool->name != '\0' ? " " : "",
                              tool->name, vtm_version(), vtm_build_info(), vtm_linear_algebra());
  return length < 0 ? NULL : text;
}

static vtm_status check_operands(const cli_tool *tool, const cli_command_line *line, vtm_error *error) {
  const char *example = tool->example_count > 0 ? tool->examples[0].command : "see --help";
  if (line->operand_count < tool->least_operands && line->operand_count == 0)
    return cli_fail(error, VTM_ERROR_USAGE, "give %s, for example: %s", tool->operands, example);
  if (line->operand_count < tool->least_operands)
    return cli_fail(error, VTM_ERROR_USAGE, "'%s' alone is not enough: give %s, for example: %s", line->operands[0],
                    tool->operands, example);
  if (line->operand_count > tool->most_operands)
    return cli_fail(error, VTM_ERROR_USAGE, "'%s' is one argument too many; --help explains",
                    line->operands[tool->most_operands]);
  return VTM_OK;
}

/* "fetch, list, verify" */
static const char *list_commands(const cli_tool *tool, char list[LONGEST_LIST]) {
  size_t used = 0;
  list[0] = '\0';
  for (size_t i = 0; i < tool->command_count && used < LONGEST_LIST; i++)
    used += (size_t)snprintf(list + used, LONGEST_LIST - used, "%s%s", i ? ", " : "", tool->commands[i].name);
  return list;
}

/* Parses and runs one tool, or one command of a tool, whose `argv` starts after its name. */
static int run_tool(cli_session *session, const char *full_name, int argc, const char *const *argv) {
  const cli_tool *tool = session->tool;
  cli_option_group groups[MOST_GROUPS];
  size_t count = 0;
  for (size_t i = 0; i < tool->group_count && count + 1 < MOST_GROUPS; i++) groups[count++] = tool->groups[i];
  groups[count++] = general;
  vtm_error error = {0};
  const vtm_status parsed = cli_command_line_parse(groups, count, argc, argv, &session->line, &error);
  const cli_command_line *line = &session->line;
  const char *color = cli_command_line_value(line, "color");
  session->color = color != NULL ? color : "auto";
  cli_terminal_open(&session->terminal, session->terminal.prefix, session->color, cli_command_line_flag(line, "quiet"),
                    cli_command_line_flag(line, "verbose"));
  if (parsed != VTM_OK) return cli_report_error(session, &error);
  if (cli_command_line_flag(line, "help"))
    return print_text(session, cli_help_text(tool, full_name, &general, cli_terminal_width(STDOUT_FILENO)));
  if (cli_command_line_flag(line, "help-man")) return print_text(session, cli_man_page(tool, full_name, &general));
  if (cli_command_line_flag(line, "version")) return print_text(session, version_text(tool));
  if (tool->run == NULL) {
    char list[LONGEST_LIST];
    (void)cli_fail(&error, VTM_ERROR_USAGE, "a command is needed: %s; --help explains them", list_commands(tool, list));
    return cli_report_error(session, &error);
  }
  if (check_operands(tool, line, &error) != VTM_OK) return cli_report_error(session, &error);
  return tool->run(session);
}

static int fail_unknown_command(cli_session *session, const char *given) {
  const cli_tool *tool = session->tool;
  const char *names[MOST_COMMANDS];
  char list[LONGEST_LIST];
  for (size_t i = 0; i < tool->command_count && i < MOST_COMMANDS; i++) names[i] = tool->commands[i].name;
  const char *nearest = vtm_nearest_name(given, names, tool->command_count);
  vtm_error error = {0};
  if (nearest != NULL)
    (void)cli_fail(&error, VTM_ERROR_USAGE, "unknown command '%s'; did you mean %s?", given, nearest);
  else
    (void)cli_fail(&error, VTM_ERROR_USAGE, "unknown command '%s'; there are %s", given, list_commands(tool, list));
  return cli_report_error(session, &error);
}

static const cli_tool *find_command(const cli_tool *tool, const char *name) {
  for (size_t i = 0; i < tool->command_count; i++)
    if (strcmp(tool->commands[i].name, name) == 0) return &tool->commands[i];
  return NULL;
}

static int dispatch_command(cli_session *session, int argc, const char *const *argv) {
  const cli_tool *tool = session->tool;
  char full_name[LONGEST_PREFIX];
  char prefix[LONGEST_PREFIX + 16];
  (void)snprintf(full_name, sizeof(full_name), "%s", tool->name);
  (void)snprintf(prefix, sizeof(prefix), "vtonmetrics%s%s", *tool->name != '\0' ? " " : "", tool->name);
  cli_terminal_open(&session->terminal, prefix, "auto", false, false);
  int skipped = argc > 0 ? 1 : 0;
  if (tool->command_count > 0 && argc > 1 && argv[1][0] != '-') {
    const cli_tool *command = find_command(tool, argv[1]);
    if (command == NULL) return fail_unknown_command(session, argv[1]);
    (void)snprintf(full_name, sizeof(full_name), "%s %s", tool->name, command->name);
    (void)snprintf(prefix, sizeof(prefix), "vtonmetrics %s %s", tool->name, command->name);
    session->tool = command;
    skipped = 2;
  }
  return run_tool(session, full_name, argc - skipped, argv + skipped);
}

const char *cli_libexec_folder(void) { return VTM_LIBEXEC_DIR; }

int cli_main(const cli_tool *tool, int argc, char **argv) {
  occupy_standard_streams();
  cli_interrupt_install();
  cli_session session = {.tool = tool, .color = "auto"};
  const int result = dispatch_command(&session, argc, (const char *const *)argv);
  cli_terminal_erase_bar(&session.terminal);
  cli_interrupt_cancels(NULL);
  vtm_context_destroy(session.context);
  cli_command_line_free(&session.line);
  return cli_interrupt_end(result);
}
