/* vtonmetrics grid: the figure of papers, a row a person, a column a folder. */
#include <stdlib.h>
#include <string.h>

#include "cli/outputs.h"
#include "grid/grid_rows.h"

typedef struct grid {
  cli_session *session;
  vtm_figure *figure;
  grid_columns columns;
  const char **headings;
  char *heading_text;
} grid;

static const char *value_of(const grid *work, const char *option) {
  return cli_command_line_value(&work->session->line, option);
}

/* ---- columns ---- */

static vtm_status read_headings(grid *work, vtm_error *error) {
  const char *list = value_of(work, "names");
  if (list == NULL) return VTM_OK;
  work->heading_text = strdup(list);
  work->headings = calloc(work->columns.folder_count, sizeof(*work->headings));
  if (work->heading_text == NULL || work->headings == NULL) return cli_fail(error, VTM_ERROR_MEMORY, "out of memory");
  size_t count = 0;
  char *rest = work->heading_text;
  for (const char *name; (name = strsep(&rest, ",")) != NULL; count++)
    if (count < work->columns.folder_count) work->headings[count] = name;
  if (count != work->columns.folder_count)
    return cli_fail(error, VTM_ERROR_USAGE, "--names %s: %zu names for the %zu folders after the photographs", list,
                    count, work->columns.folder_count);
  work->columns.headings = work->headings;
  return VTM_OK;
}

static const char *find_garments(const grid *work) {
  static const char *const usual[] = {"cloth", "cloths", "clothes", "garment", "garments"};
  if (value_of(work, "garments") != NULL) return value_of(work, "garments");
  for (size_t i = 0; i < work->columns.folder_count; i++)
    for (size_t k = 0; k < sizeof(usual) / sizeof(*usual); k++)
      if (grid_folder_is_named(work->columns.folders[i], usual[k])) return work->columns.folders[i];
  return NULL;
}

static vtm_status open_figure(grid *work, vtm_error *error) {
  const vtm_figure_request request = {.reference = work->columns.reference,
                                      .folders = work->columns.folders,
                                      .headings = work->headings,
                                      .count = work->columns.folder_count,
                                      .garments = find_garments(work),
                                      .match = value_of(work, "match"),
                                      .cell = (int)cli_command_line_integer(&work->session->line, "cell", 0)};
  return vtm_figure_open(&request, &work->figure, error);
}

static vtm_status write_figure(const grid *work, const char *path, vtm_error *error) {
  grid_rows rows;
  vtm_status status = grid_rows_choose(work->session, work->figure, &work->columns, &rows, error);
  if (status == VTM_OK)
    status = vtm_figure_write(work->figure, rows.people, (const char *const *)rows.notes, rows.count, path, error);
  grid_rows_free(&rows);
  return status;
}

static int run_grid(cli_session *session) {
  const cli_command_line *line = &session->line;
  grid work = {
      .session = session,
      .columns = {
          .reference = line->operands[0], .folders = line->operands + 1, .folder_count = line->operand_count - 1}};
  vtm_error error = {0};
  const char *path = cli_command_line_value(line, "output");
  if (path == NULL) path = "grid.png";
  vtm_status status = cli_check_outputs(&(cli_output){"output", path}, 1, line->operands, line->operand_count, &error);
  if (status == VTM_OK) status = read_headings(&work, &error);
  if (status == VTM_OK) status = open_figure(&work, &error);
  if (status == VTM_OK) status = write_figure(&work, path, &error);
  if (status == VTM_OK) cli_terminal_wrote(&session->terminal, path);
  vtm_figure_destroy(work.figure);
  free(work.headings);
  free(work.heading_text);
  return status == VTM_OK ? CLI_EXIT_DONE : cli_report_error(session, &error);
}

static const vtm_option row_options[] = {
    {.name = "rows",
     .type = VTM_OPTION_TEXT,
     .argument = "N|NAMES",
     .default_value = "5",
     .help = "How many people, or which: names of photographs with commas, with or without extension."},
    {.name = "order",
     .type = VTM_OPTION_CHOICE,
     .argument = "WHICH",
     .default_value = "name",
     .choices = "name|random|worst|best|median",
     .help =
         "Which people: the first by name, some at random, or the worst, best or middle results of one model. People "
         "whom all columns have are preferred for name and random."},
    {.name = "by",
     .type = VTM_OPTION_TEXT,
     .argument = "MODEL",
     .help = "Whose results worst, best and median are about: a column's name or folder. Else the last column."},
    {.name = "metric",
     .type = VTM_OPTION_TEXT,
     .argument = "NAME",
     .default_value = "lpips",
     .help = "By which metric; it must have a value for each pair."},
    {.name = "seed",
     .type = VTM_OPTION_INTEGER,
     .argument = "N",
     .default_value = "1",
     .minimum = 0,
     .maximum = 2147483647,
     .help = "For random: the same seed chooses the same people."},
};

static const vtm_option column_options[] = {
    {.name = "names",
     .type = VTM_OPTION_TEXT,
     .argument = "LIST",
     .help = "Headings of the folders after the photographs, with commas. Else the folders' names."},
    {.name = "garments",
     .type = VTM_OPTION_FILE,
     .argument = "FOLDER",
     .help = "Which of the folders holds garments. Else one that is called cloth, clothes or garments."},
    {.name = "match",
     .type = VTM_OPTION_TEXT,
     .argument = "HOW",
     .default_value = "auto",
     .help = "How names of results are read, as in vtonmetrics fid: a scheme, regex:PATTERN or pairs:FILE."},
};

static const vtm_option picture_options[] = {
    {.name = "output",
     .type = VTM_OPTION_FILE,
     .argument = "FILE",
     .default_value = "grid.png",
     .help = "The picture; its extension decides the format: .png, .svg or .pdf."},
    {.name = "cell",
     .type = VTM_OPTION_INTEGER,
     .argument = "PIXELS",
     .default_value = "256",
     .minimum = 16,
     .maximum = 4096,
     .help = "Height of each picture; its width follows from the photographs."},
};

static const cli_section sections[] = {
    {.heading = "Input",
     .text = "The first folder holds the photographs: a row for each chosen person. Every other folder is a column: "
             "garments or results of a model. Who belongs to whom goes by names, as in fid and lpips. Beside a person "
             "stands the garment that the results' names carry, else the person's own. A picture that is not there, or "
             "that cannot be read, is shown as such."},
};

static const cli_example examples[] = {
    {"vtonmetrics grid image/ cloth/ GAN/ LADI/ PROMPT/", "the first five people, into grid.png"},
    {"vtonmetrics grid image/ cloth/ GAN/ LADI/ --rows 00003_00,00008_00 -o figure.pdf", "two people, for a paper"},
    {"vtonmetrics grid image/ cloth/ GAN/ LADI/ --rows 8 --order random --seed 7", "eight at random, always the same"},
    {"vtonmetrics grid image/ cloth/ GAN/ LADI/ --order worst --by LADI", "where LADI fails, with its LPIPS"},
};

int main(int argc, char **argv) {
  const cli_option_group groups[] = {
      {"Rows", row_options, sizeof(row_options) / sizeof(*row_options)},
      {"Columns", column_options, sizeof(column_options) / sizeof(*column_options)},
      {"Picture", picture_options, sizeof(picture_options) / sizeof(*picture_options)},
      cli_compute_options,
  };
  const cli_tool tool = {.name = "grid",
                         .summary = "photographs, garments and results side by side, as in the figures of papers",
                         .operands = "PHOTOGRAPHS FOLDER...",
                         .least_operands = 2,
                         .most_operands = 64,
                         .groups = groups,
                         .group_count = sizeof(groups) / sizeof(*groups),
                         .sections = sections,
                         .section_count = sizeof(sections) / sizeof(*sections),
                         .examples = examples,
                         .example_count = sizeof(examples) / sizeof(*examples),
                         .run = run_grid};
  return cli_main(&tool, argc, argv);
}
