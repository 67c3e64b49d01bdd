#include "cli/options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vtonmetrics/tools/text.h"

typedef struct letter_of {
  char letter;
  const char *name;
} letter_of;

static const letter_of letters[] = {{'h', "help"}, {'q', "quiet"}, {'v', "verbose"}, {'o', "output"}, {'V', "version"}};
enum { LETTERS = sizeof(letters) / sizeof(*letters), MOST_OPTIONS = 128, LONGEST_OPTION = 64 };

typedef struct argument_list {
  const cli_option_group *groups;
  size_t group_count;
  int argc, next;
  const char *const *argv;
  cli_command_line *line;
  vtm_error *error;
} argument_list;

vtm_status cli_fail(vtm_error *error, vtm_status status, const char *format, ...) {
  if (error != NULL) {
    va_list arguments;
    va_start(arguments, format);
    error->status = status;
    (void)vsnprintf(error->message, sizeof(error->message), format, arguments);
    va_end(arguments);
  }
  return status;
}

char cli_option_letter(const char *name) {
  for (size_t i = 0; i < LETTERS; i++)
    if (strcmp(letters[i].name, name) == 0) return letters[i].letter;
  return '\0';
}

static const vtm_option *find_option(const argument_list *parser, const char *name, size_t length) {
  for (size_t g = 0; g < parser->group_count; g++)
    for (size_t i = 0; i < parser->groups[g].count; i++) {
      const vtm_option *option = &parser->groups[g].options[i];
      if (strlen(option->name) == length && memcmp(option->name, name, length) == 0) return option;
    }
  return NULL;
}

static vtm_status fail_unknown(const argument_list *parser, const char *name, size_t length) {
  const char *names[MOST_OPTIONS];
  size_t count = 0;
  for (size_t g = 0; g < parser->group_count; g++)
    for (size_t i = 0; i < parser->groups[g].count && count < MOST_OPTIONS; i++)
      if (parser->groups[g].options[i].help != NULL) names[count++] = parser->groups[g].options[i].name;
  char given[LONGEST_OPTION];
  (void)snprintf(given, sizeof(given), "%.*s", (int)length, name);
  const char *nearest = vtm_nearest_name(given, names, count);
  if (nearest != NULL)
    return cli_fail(parser->error, VTM_ERROR_USAGE, "unknown option --%s; did you mean --%s?", given, nearest);
  return cli_fail(parser->error, VTM_ERROR_USAGE, "unknown option --%s; --help lists the options", given);
}

static vtm_status check_integer(const vtm_option *option, const char *value, vtm_error *error) {
  char *end = NULL;
  errno = 0;
  const long number = strtol(value, &end, 10);
  if (end == value || *end != '\0')
    return cli_fail(error, VTM_ERROR_USAGE, "--%s %s: a whole number is needed", option->name, value);
  if (number < option->minimum)
    return cli_fail(error, VTM_ERROR_USAGE, "--%s %s: at least %ld is needed", option->name, value, option->minimum);
  if (errno == ERANGE || number > option->maximum)
    return cli_fail(error, VTM_ERROR_USAGE, "--%s %s: at most %ld is possible", option->name, value, option->maximum);
  return VTM_OK;
}

static vtm_status check_choice(const vtm_option *option, const char *value, vtm_error *error) {
  char copy[512];
  const char *names[32];
  size_t count = 0;
  (void)snprintf(copy, sizeof(copy), "%s", option->choices);
  char *rest = NULL;
  for (char *name = strtok_r(copy, "|", &rest); name != NULL && count < 32; name = strtok_r(NULL, "|", &rest)) {
    if (strcmp(name, value) == 0) return VTM_OK;
    names[count++] = name;
  }
  char list[1024] = "";
  for (size_t i = 0, used = 0; i < count && used < sizeof(list); i++)
    used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", i ? ", " : "", names[i]);
  const char *nearest = vtm_nearest_name(value, names, count);
  if (nearest != NULL)
    return cli_fail(error, VTM_ERROR_USAGE, "--%s %s: did you mean %s? Possible are %s", option->name, value, nearest,
                    list);
  return cli_fail(error, VTM_ERROR_USAGE, "--%s %s: not possible; possible are %s", option->name, value, list);
}

static vtm_status take_option(argument_list *parser, const vtm_option *option, const char *value) {
  vtm_status status = VTM_OK;
  if (option->type != VTM_OPTION_FLAG && *value == '\0')
    status = cli_fail(parser->error, VTM_ERROR_USAGE, "--%s: its value is empty; --%s %s is needed", option->name,
                      option->name, option->argument);
  else if (option->type == VTM_OPTION_INTEGER)
    status = check_integer(option, value, parser->error);
  else if (option->type == VTM_OPTION_CHOICE)
    status = check_choice(option, value, parser->error);
  if (status == VTM_OK) parser->line->given[parser->line->given_count++] = (cli_given_option){option, value};
  return status;
}

/* A value that looks like an option is more often a forgotten value than a strange file name. */
static bool looks_like_option(const char *text) {
  return text[0] == '-' && text[1] != '\0' && strchr("0123456789.", text[1]) == NULL;
}

static vtm_status take_next(argument_list *parser, const vtm_option *option) {
  if (option->type == VTM_OPTION_FLAG) return take_option(parser, option, "true");
  const char *value = parser->next < parser->argc ? parser->argv[parser->next] : NULL;
  if (value == NULL)
    return cli_fail(parser->error, VTM_ERROR_USAGE, "--%s: its value is missing; --%s %s is needed", option->name,
                    option->name, option->argument);
  if (looks_like_option(value))
    return cli_fail(parser->error, VTM_ERROR_USAGE,
                    "--%s: its value is missing, %s follows; a value that starts with '-' is written --%s=%s",
                    option->name, value, option->name, value);
  parser->next++;
  return take_option(parser, option, value);
}

static vtm_status parse_long(argument_list *parser, const char *name) {
  const size_t length = strcspn(name, "=");
  const char *value = name[length] == '=' ? name + length + 1 : NULL;
  const vtm_option *option = find_option(parser, name, length);
  if (option == NULL && length > 3 && strncmp(name, "no-", 3) == 0 && value == NULL) {
    option = find_option(parser, name + 3, length - 3);
    if (option != NULL && option->type == VTM_OPTION_FLAG) return take_option(parser, option, "false");
    option = NULL;
  }
  if (option == NULL) return fail_unknown(parser, name, length);
  if (value == NULL) return take_next(parser, option);
  if (option->type == VTM_OPTION_FLAG)
    return cli_fail(parser->error, VTM_ERROR_USAGE, "--%s: takes no value, '%s' was given", option->name, value);
  return take_option(parser, option, value);
}

static vtm_status parse_letters(argument_list *parser, const char *given) {
  for (const char *letter = given + 1; *letter != '\0'; letter++) {
    const vtm_option *option = NULL;
    for (size_t i = 0; i < LETTERS; i++)
      if (letters[i].letter == *letter) option = find_option(parser, letters[i].name, strlen(letters[i].name));
    if (option == NULL && find_option(parser, given + 1, strlen(given + 1)) != NULL)
      return cli_fail(parser->error, VTM_ERROR_USAGE, "unknown option %s; did you mean -%s?", given, given);
    if (option == NULL)
      return cli_fail(parser->error, VTM_ERROR_USAGE,
                      "unknown option %s; --help lists the options (a name that starts with '-' is written after "
                      "--, or as ./%s)",
                      given, given);
    if (option->type != VTM_OPTION_FLAG && letter[1] != '\0') return take_option(parser, option, letter + 1);
    const vtm_status status = take_next(parser, option);
    if (status != VTM_OK) return status;
  }
  return VTM_OK;
}

vtm_status cli_command_line_parse(const cli_option_group *groups, size_t group_count, int argc, const char *const *argv,
                                  cli_command_line *line, vtm_error *error) {
  *line = (cli_command_line){0};
  size_t most = 1; /* a cluster of letters gives several options */
  for (int i = 0; i < argc; i++) most += strlen(argv[i]) + 1;
  line->given = calloc(most, sizeof(*line->given));
  line->operands = calloc((size_t)argc + 1, sizeof(*line->operands));
  if (line->given == NULL || line->operands == NULL) return cli_fail(error, VTM_ERROR_MEMORY, "out of memory");
  argument_list parser = {groups, group_count, argc, 0, argv, line, error};
  vtm_status status = VTM_OK;
  bool options = true;
  while (parser.next < argc && status == VTM_OK) {
    const char *argument = argv[parser.next++];
    if (options && strcmp(argument, "--") == 0)
      options = false;
    else if (options && strncmp(argument, "--", 2) == 0)
      status = parse_long(&parser, argument + 2);
    else if (options && argument[0] == '-' && argument[1] != '\0')
      status = parse_letters(&parser, argument);
    else
      line->operands[line->operand_count++] = argument;
  }
  return status;
}

void cli_command_line_free(cli_command_line *line) {
  free(line->given);
  free(line->operands);
  *line = (cli_command_line){0};
}

const char *cli_command_line_value(const cli_command_line *line, const char *name) {
  for (size_t i = line->given_count; i-- > 0;)
    if (strcmp(line->given[i].option->name, name) == 0) return line->given[i].value;
  return NULL;
}

bool cli_command_line_flag(const cli_command_line *line, const char *name) {
  const char *value = cli_command_line_value(line, name);
  return value != NULL && strcmp(value, "true") == 0;
}

long cli_command_line_integer(const cli_command_line *line, const char *name, long standard) {
  const char *value = cli_command_line_value(line, name);
  return value != NULL ? strtol(value, NULL, 10) : standard;
}
