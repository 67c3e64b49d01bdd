/* The manual page. Its language: a line that starts with a dot is a request; backslash escapes. */
#include "cli/man.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vtonmetrics/vtonmetrics.h"

/* Plain text: nothing in it may be read as a request, and a hyphen stays one when copied. */
static void print_escaped(FILE *out, const char *text, size_t length) {
  for (size_t i = 0; i < length; i++) {
    const bool line_start = i == 0 || text[i - 1] == '\n';
    if (line_start && (text[i] == '.' || text[i] == '\'')) (void)fputs("\\&", out);
    if (text[i] == '\\')
      (void)fputs("\\e", out);
    else if (text[i] == '-')
      (void)fputs("\\-", out);
    else
      (void)fputc(text[i], out);
  }
}

static void print_whole(FILE *out, const char *text) { print_escaped(out, text, strlen(text)); }

/* Paragraphs, and lines kept as they are when they start with two spaces. */
static void print_text(FILE *out, const char *text) {
  while (*text != '\0') {
    const char *end = strstr(text, "\n\n");
    const size_t length = end != NULL ? (size_t)(end - text) : strlen(text);
    const bool kept = strncmp(text, "  ", 2) == 0;
    (void)fputs(kept ? ".PP\n.nf\n" : ".PP\n", out);
    print_escaped(out, text, length);
    (void)fputs(kept ? "\n.fi\n" : "\n", out);
    text += length + (end != NULL ? 2 : 0);
  }
}

static void print_heading(FILE *out, const char *heading) {
  (void)fputs(".SH ", out);
  for (const char *c = heading; *c != '\0'; c++) (void)fputc(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c, out);
  (void)fputc('\n', out);
}

static void print_option(FILE *out, const vtm_option *option) {
  if (option->help == NULL) return;
  const char letter = cli_option_letter(option->name);
  (void)fputs(".TP\n", out);
  if (letter != '\0') (void)fprintf(out, "\\fB\\-%c\\fR, ", letter);
  (void)fputs("\\fB\\-\\-", out);
  print_whole(out, option->name);
  (void)fputs("\\fR", out);
  if (option->argument != NULL) {
    (void)fputs(" \\fI", out);
    print_whole(out, option->argument);
    (void)fputs("\\fR", out);
  }
  (void)fputc('\n', out);
  print_whole(out, option->help);
  (void)fputc('\n', out);
  if (option->choices != NULL) {
    (void)fputs(option->type == VTM_OPTION_CHOICE ? "Possible: " : "Known: ", out);
    for (const char *c = option->choices; *c != '\0'; c++)
      if (*c == '|')
        (void)fputs(", ", out);
      else
        print_escaped(out, c, 1);
    (void)fputs(".\n", out);
  }
  if (option->default_value != NULL && option->type != VTM_OPTION_FLAG) {
    (void)fputs("Default: ", out);
    print_whole(out, option->default_value);
    (void)fputs(".\n", out);
  }
}

static void print_group(FILE *out, const cli_option_group *group) {
  (void)fputs(".SS ", out);
  print_whole(out, group->heading);
  (void)fputc('\n', out);
  for (size_t i = 0; i < group->count; i++) print_option(out, &group->options[i]);
}

static void print_name(FILE *out, const char *full_name, char separator) {
  (void)fputs("vtonmetrics", out);
  for (const char *c = full_name; *c != '\0'; c++) {
    if (c == full_name) (void)fputs(separator == ' ' ? " " : "\\-", out);
    (void)fputc(*c, out);
  }
}

static void print_synopsis(FILE *out, const cli_tool *tool, const char *full_name) {
  (void)fputs(".PP\n\\fB", out);
  print_name(out, full_name, ' ');
  (void)fputs("\\fR [\\fIoptions\\fR] ", out);
  if (tool->operands != NULL) print_whole(out, tool->operands);
  (void)fputc('\n', out);
}

static void print_commands(FILE *out, const cli_tool *tool, const char *full_name) {
  if (tool->command_count == 0) return;
  print_heading(out, "commands");
  for (size_t i = 0; i < tool->command_count; i++) {
    const cli_tool *command = &tool->commands[i];
    (void)fprintf(out, ".SS %s %s ", full_name, command->name);
    print_whole(out, command->operands != NULL ? command->operands : "");
    (void)fputs("\n.PP\n", out);
    print_whole(out, command->summary);
    (void)fputs(".\n", out);
    if (command->description != NULL) print_text(out, command->description);
    for (size_t g = 0; g < command->group_count; g++)
      for (size_t o = 0; o < command->groups[g].count; o++) print_option(out, &command->groups[g].options[o]);
  }
}

static void print_examples(FILE *out, const cli_tool *tool) {
  if (tool->example_count > 0) print_heading(out, "examples");
  for (size_t i = 0; i < tool->example_count; i++) {
    (void)fputs(".TP\n\\fB", out);
    print_whole(out, tool->examples[i].command);
    (void)fputs("\\fR\n", out);
    print_whole(out, tool->examples[i].explanation);
    (void)fputc('\n', out);
  }
}

static void print_exit_status(FILE *out) {
  static const char *const meanings[] = {
      "done",
      "done, and the answer is no: something was found, or a limit such as --fail-above was crossed",
      "the command line is wrong",
      "it could not be done: unreadable file, missing weights, full disk, closed pipe",
  };
  print_heading(out, "exit status");
  for (size_t i = 0; i < sizeof(meanings) / sizeof(*meanings); i++) {
    (void)fprintf(out, ".TP\n\\fB%zu\\fR\n", i);
    print_whole(out, meanings[i]);
    (void)fputc('\n', out);
  }
  (void)fputs(
      ".PP\nCtrl\\-C, SIGTERM and SIGHUP end the program as they end any other, once it has cleaned up: a shell "
      "reports 130, 143 and 129.\n",
      out);
}

static void print_page(FILE *out, const cli_tool *tool, const char *full_name, const cli_option_group *general) {
  (void)fputs(".TH \"", out);
  print_name(out, full_name, '-');
  (void)fprintf(out, "\" 1 \"\" \"vtonmetrics %s\" \"User Commands\"\n", vtm_version());
  print_heading(out, "name");
  print_name(out, full_name, '-');
  (void)fputs(" \\- ", out);
  print_whole(out, tool->summary);
  (void)fputc('\n', out);
  print_heading(out, "synopsis");
  print_synopsis(out, tool, full_name);
  print_heading(out, "description");
  print_text(out, tool->description != NULL ? tool->description : tool->summary);
  print_commands(out, tool, full_name);
  print_heading(out, "options");
  for (size_t i = 0; i < tool->group_count; i++) print_group(out, &tool->groups[i]);
  print_group(out, general);
  for (size_t i = 0; i < tool->section_count; i++) {
    print_heading(out, tool->sections[i].heading);
    print_text(out, tool->sections[i].text);
  }
  print_examples(out, tool);
  print_exit_status(out);
  print_heading(out, "environment");
  (void)fputs(".TP\n\\fBNO_COLOR\\fR\nNo colours when set and not empty.\n", out);
  (void)fputs(".TP\n\\fBVTONMETRICS_WEIGHTS\\fR\nA folder in which weights are looked for first.\n", out);
  (void)fputs(".TP\n\\fBVTONMETRICS_STORE\\fR\nThe file in which computed values are kept; empty or none: no file.\n",
              out);
  (void)fputs(".TP\n\\fBVTONMETRICS_STORE_SIZE\\fR\nWhat that file may grow to, 500M for example; 2G without it.\n",
              out);
  (void)fputs(".TP\n\\fBVTONMETRICS_OFFLINE\\fR\nSet to 1: nothing is downloaded.\n", out);
}

char *cli_man_page(const cli_tool *tool, const char *full_name, const cli_option_group *general) {
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  if (out == NULL) return NULL;
  print_page(out, tool, full_name, general);
  if (fclose(out) == 0) return text;
  free(text);
  return NULL;
}
