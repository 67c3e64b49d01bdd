#include "cli/help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NARROWEST = 40, WIDEST = 100, OPTION_COLUMN = 26, INDENT = 2 };

static const char exit_status_text[] =
    "  0  done\n"
    "  1  done, and the answer is no: something was found, or a limit such as\n"
    "     --fail-above was crossed\n"
    "  2  the command line is wrong\n"
    "  3  it could not be done: unreadable file, missing weights, full disk\n"
    "Ctrl-C, SIGTERM and SIGHUP end it as they end any program (130, 143 and 129 in a\n"
    "shell), once it has cleaned up.";

static size_t word_length(const char *text) { return strcspn(text, " \n"); }

/* Characters, for the purpose of columns: UTF-8 continuation bytes take none. */
static int columns_of(const char *text, size_t length) {
  int columns = 0;
  for (size_t i = 0; i < length; i++) columns += ((unsigned char)text[i] & 0xc0) != 0x80;
  return columns;
}

/* Prints one paragraph, up to its end or an empty line, from column `column` on; returns what follows. */
static const char *wrap_paragraph(FILE *out, const char *text, int indent, int column, int width) {
  bool first = true;
  while (*text != '\0' && strncmp(text, "\n\n", 2) != 0) {
    while (*text == ' ' || (*text == '\n' && text[1] != '\n')) text++;
    const size_t length = word_length(text);
    if (length == 0) break;
    const int word = columns_of(text, length);
    if (!first && column + 1 + word > width) {
      (void)fprintf(out, "\n%*s", indent, "");
      column = indent;
      first = true;
    }
    (void)fprintf(out, "%s%.*s", first ? "" : " ", (int)length, text);
    column += word + (first ? 0 : 1);
    first = false;
    text += length;
  }
  (void)fputc('\n', out);
  return text;
}

/* Lines that start with two spaces are kept, all else is wrapped. */
static void print_text(FILE *out, const char *text, int indent, int width) {
  while (*text != '\0') {
    if (strncmp(text, "  ", 2) == 0) {
      const size_t length = strcspn(text, "\n");
      (void)fprintf(out, "%*s%.*s\n", indent > INDENT ? indent - INDENT : 0, "", (int)length, text);
      text += length;
      if (*text == '\n') text++;
      if (*text == '\n') (void)fputc(*text++, out);
      continue;
    }
    (void)fprintf(out, "%*s", indent, "");
    text = wrap_paragraph(out, text, indent, indent, width);
    if (strncmp(text, "\n\n", 2) == 0) {
      text += 2;
      (void)fputc('\n', out);
    }
  }
}

/* "  -o, --output FILE" without the indent */
static void name_option(const vtm_option *option, char *text, size_t size) {
  const char letter = cli_option_letter(option->name);
  char letters[8] = "";
  if (letter != '\0') (void)snprintf(letters, sizeof(letters), "-%c, ", letter);
  (void)snprintf(text, size, "%s--%s%s%s", letters, option->name, option->argument != NULL ? " " : "",
                 option->argument != NULL ? option->argument : "");
}

/* The help, then the choices: "... Possible: a, b, c. Default: a."; "Known:" where other values are possible too. */
static void describe_option(const vtm_option *option, char *text, size_t size) {
  size_t used = (size_t)snprintf(text, size, "%s", option->help);
  if (option->choices != NULL && used < size) {
    used += (size_t)snprintf(text + used, size - used, option->type == VTM_OPTION_CHOICE ? " Possible: " : " Known: ");
    for (const char *c = option->choices; *c != '\0' && used < size; c++)
      used += (size_t)snprintf(text + used, size - used, *c == '|' ? ", " : "%c", *c);
    if (used < size) used += (size_t)snprintf(text + used, size - used, ".");
  }
  if (option->default_value != NULL && option->type != VTM_OPTION_FLAG && used < size)
    (void)snprintf(text + used, size - used, " Default: %s.", option->default_value);
}

static void print_group(FILE *out, const cli_option_group *group, int width) {
  (void)fprintf(out, "\n%s:\n", group->heading);
  for (size_t i = 0; i < group->count; i++) {
    const vtm_option *option = &group->options[i];
    if (option->help == NULL) continue;
    char name[128];
    char help[2048];
    name_option(option, name, sizeof(name));
    describe_option(option, help, sizeof(help));
    const int used = fprintf(out, "%*s%s", INDENT, "", name);
    if (used + 2 > OPTION_COLUMN)
      (void)fprintf(out, "\n%*s", OPTION_COLUMN, "");
    else
      (void)fprintf(out, "%*s", OPTION_COLUMN - used, "");
    (void)wrap_paragraph(out, help, OPTION_COLUMN, OPTION_COLUMN, width);
  }
}

static const char *program_name(const char *full_name) { return *full_name != '\0' ? "vtonmetrics " : "vtonmetrics"; }

static void print_usage(FILE *out, const cli_tool *tool, const char *full_name) {
  if (tool->command_count > 0)
    (void)fprintf(out, "usage: %s%s COMMAND ...\n", program_name(full_name), full_name);
  else
    (void)fprintf(out, "usage: %s%s [options]%s%s\n", program_name(full_name), full_name, tool->operands ? " " : "",
                  tool->operands ? tool->operands : "");
}

static void print_commands(FILE *out, const cli_tool *tool, const char *full_name) {
  if (tool->command_count == 0) return;
  (void)fprintf(out, "\nCommands (each has a --help of its own):\n");
  for (size_t i = 0; i < tool->command_count; i++) {
    const cli_tool *command = &tool->commands[i];
    (void)fprintf(out, "  %s %s%s%s\n      %s\n", full_name, command->name, command->operands ? " " : "",
                  command->operands ? command->operands : "", command->summary);
  }
}

static void print_help(FILE *out, const cli_tool *tool, const char *full_name, const cli_option_group *general,
                       int width) {
  (void)fprintf(out, "%s%s: %s\n\n", program_name(full_name), full_name, tool->summary);
  print_usage(out, tool, full_name);
  if (tool->description != NULL) {
    (void)fputc('\n', out);
    print_text(out, tool->description, 0, width);
  }
  if (tool->example_count > 0) (void)fprintf(out, "\nExamples:\n");
  for (size_t i = 0; i < tool->example_count; i++)
    (void)fprintf(out, "  %s\n      %s\n", tool->examples[i].command, tool->examples[i].explanation);
  print_commands(out, tool, full_name);
  for (size_t i = 0; i < tool->group_count; i++) print_group(out, &tool->groups[i], width);
  for (size_t i = 0; i < tool->section_count; i++) {
    if (tool->sections[i].manual_only) continue;
    (void)fprintf(out, "\n%s:\n", tool->sections[i].heading);
    print_text(out, tool->sections[i].text, INDENT, width);
  }
  print_group(out, general, width);
  (void)fprintf(out, "\nExit status:\n%s\n", exit_status_text);
}

char *cli_help_text(const cli_tool *tool, const char *full_name, const cli_option_group *general, int width) {
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  if (out == NULL) return NULL;
  print_help(out, tool, full_name, general, width < NARROWEST ? NARROWEST : width > WIDEST ? WIDEST : width);
  if (fclose(out) == 0) return text;
  free(text);
  return NULL;
}
