/* vtonmetrics grid: the figure of papers, a row a person, a column a folder. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/tool.h"
#include "vtonmetrics/vtonmetrics.h"

enum { STANDARD_ROWS = 5, MOST_ROWS = 1000 };

/* A person who may become a row. */
typedef struct candidate {
  size_t person;
  double value;
} candidate;

typedef struct grid {
  vtm_tool_session *session;
  vtm_figure *figure;
  const char *reference;
  const char *const *folders; /* the other columns */
  const char **headings;
  char *heading_text;
  size_t folder_count;
  candidate *rows;
  size_t row_count;
  char **notes; /* below the names; NULL: none */
} grid;

static const char *value_of(const grid *work, const char *option) {
  return vtm_command_line_value(&work->session->line, option);
}

/* ---- columns ---- */

static vtm_status read_headings(grid *work, vtm_error *error) {
  const char *list = value_of(work, "names");
  if (list == NULL) return VTM_OK;
  work->heading_text = strdup(list);
  work->headings = calloc(work->folder_count, sizeof(*work->headings));
  if (work->heading_text == NULL || work->headings == NULL)
    return vtm_tool_fail(error, VTM_ERROR_MEMORY, "out of memory");
  size_t count = 0;
  char *rest = work->heading_text;
  for (const char *name; (name = strsep(&rest, ",")) != NULL; count++)
    if (count < work->folder_count) work->headings[count] = name;
  if (count != work->folder_count)
    return vtm_tool_fail(error, VTM_ERROR_USAGE, "--names %s: %zu names for the %zu folders after the photographs",
                         list, count, work->folder_count);
  return VTM_OK;
}

static const char *last_part(const char *path, size_t *length) {
  size_t end = strlen(path);
  while (end > 1 && path[end - 1] == '/') end--;
  size_t start = end;
  while (start > 0 && path[start - 1] != '/') start--;
  *length = end - start;
  return path + start;
}

static bool is_called(const char *path, const char *name) {
  size_t length = 0;
  const char *part = last_part(path, &length);
  return strlen(name) == length && strncasecmp(part, name, length) == 0;
}

static const char *find_garments(const grid *work) {
  static const char *const usual[] = {"cloth", "cloths", "clothes", "garment", "garments"};
  if (value_of(work, "garments") != NULL) return value_of(work, "garments");
  for (size_t i = 0; i < work->folder_count; i++)
    for (size_t k = 0; k < sizeof(usual) / sizeof(*usual); k++)
      if (is_called(work->folders[i], usual[k])) return work->folders[i];
  return NULL;
}

static vtm_status open_figure(grid *work, vtm_error *error) {
  const vtm_figure_request request = {.reference = work->reference,
                                      .folders = work->folders,
                                      .headings = work->headings,
                                      .count = work->folder_count,
                                      .garments = find_garments(work),
                                      .match = value_of(work, "match"),
                                      .cell = (int)vtm_command_line_integer(&work->session->line, "cell", 0)};
  return vtm_figure_open(&request, &work->figure, error);
}

/* ---- rows by name ---- */

static bool find_person(const grid *work, const char *name, size_t length, size_t *person) {
  for (size_t i = 0; i < vtm_figure_people(work->figure); i++) {
    const char *file = vtm_figure_person(work->figure, i);
    const size_t stem = vtm_stem_length(file);
    const bool same = strncmp(file, name, length) == 0 && (length == stem || length == strlen(file));
    if (same) *person = i;
    if (same) return true;
  }
  return false;
}

static vtm_status add_named(grid *work, const char *names, vtm_error *error) {
  for (const char *name = names; *name != '\0';) {
    const size_t length = strcspn(name, ",");
    size_t person = 0;
    if (!find_person(work, name, length, &person))
      return vtm_tool_fail(error, VTM_ERROR_NOT_FOUND, "%s: has no photograph called %.*s; the first is %s",
                           work->reference, (int)length, name, vtm_figure_person(work->figure, 0));
    if (work->row_count == MOST_ROWS)
      return vtm_tool_fail(error, VTM_ERROR_LIMIT, "--rows: at most %d rows can be drawn", MOST_ROWS);
    work->rows[work->row_count++] = (candidate){.person = person};
    name += length + (name[length] == ',');
  }
  return VTM_OK;
}

/* ---- rows by number ---- */

static int by_value(const void *a, const void *b) {
  const candidate *x = a;
  const candidate *y = b;
  if (x->value < y->value || x->value > y->value) return x->value < y->value ? -1 : 1;
  return (x->person > y->person) - (x->person < y->person);
}

static int by_person(const void *a, const void *b) {
  const candidate *x = a;
  const candidate *y = b;
  return (x->person > y->person) - (x->person < y->person);
}

/* splitmix64 (Vigna): the same seed chooses the same people everywhere. */
static uint64_t next_random(uint64_t *state) {
  uint64_t z = (*state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/* People whom every column has, or all when there is none. */
static size_t list_people(const grid *work, candidate *all) {
  const size_t people = vtm_figure_people(work->figure);
  size_t count = 0;
  for (size_t i = 0; i < people; i++)
    if (vtm_figure_is_complete(work->figure, i)) all[count++] = (candidate){.person = i};
  if (count > 0) return count;
  for (size_t i = 0; i < people; i++) all[i] = (candidate){.person = i};
  return people;
}

static void shuffle(candidate *all, size_t count, uint64_t seed) {
  for (size_t i = count; i > 1; i--) {
    const size_t other = (size_t)(next_random(&seed) % i);
    const candidate kept = all[i - 1];
    all[i - 1] = all[other];
    all[other] = kept;
  }
}

static void take(grid *work, const candidate *all, size_t count, size_t wanted) {
  for (size_t i = 0; i < count && i < wanted; i++) work->rows[work->row_count++] = all[i];
}

/* ---- rows by a metric ---- */

/* The column that --by names, else the last one. */
static vtm_status find_model(const grid *work, const char **folder, vtm_error *error) {
  const char *name = value_of(work, "by");
  *folder = work->folders[work->folder_count - 1];
  if (name == NULL) return VTM_OK;
  for (size_t i = 0; i < work->folder_count; i++) {
    *folder = work->folders[i];
    const bool heading = work->headings != NULL && strcmp(work->headings[i], name) == 0;
    if (heading || strcmp(*folder, name) == 0 || is_called(*folder, name)) return VTM_OK;
  }
  return vtm_tool_fail(error, VTM_ERROR_USAGE, "--by %s: none of the columns is called so", name);
}

static vtm_status score(const grid *work, vtm_result **result, vtm_error *error) {
  const char *metric = value_of(work, "metric");
  const char *folder = NULL;
  vtm_settings *settings = NULL;
  vtm_status status = find_model(work, &folder, error);
  if (status == VTM_OK) status = vtm_settings_create(metric != NULL ? metric : "lpips", &settings, error);
  if (status == VTM_OK && value_of(work, "match") != NULL)
    status = vtm_settings_set(settings, "match", value_of(work, "match"), error);
  if (status == VTM_OK) status = vtm_tool_context(work->session, error);
  if (status == VTM_OK)
    status = vtm_score(work->session->context, settings, work->reference, &folder, 1, result, error);
  if (status == VTM_OK && (*result)->rows[0].image_count == 0)
    status = vtm_tool_fail(error, VTM_ERROR_USAGE, "--metric %s: has no value for single pairs; lpips has", metric);
  vtm_settings_destroy(settings);
  return status;
}

/* Values of whom has several results: the first. */
static size_t list_scores(const grid *work, const vtm_result *result, candidate *all) {
  const vtm_score_row *row = &result->rows[0];
  const double sign = result->lower_is_better ? 1 : -1;
  size_t count = 0;
  for (size_t i = 0; i < row->image_count && count < vtm_figure_people(work->figure); i++) {
    const char *file = row->images[i].reference;
    size_t person = 0;
    if (i > 0 && strcmp(file, row->images[i - 1].reference) == 0) continue;
    if (find_person(work, file, strlen(file), &person)) all[count++] = (candidate){person, sign * row->images[i].value};
  }
  qsort(all, count, sizeof(*all), by_value); /* best first */
  return count;
}

static vtm_status note_values(grid *work, const vtm_result *result, vtm_error *error) {
  work->notes = calloc(work->row_count + 1, sizeof(*work->notes));
  bool good = work->notes != NULL;
  for (size_t i = 0; i < work->row_count && good; i++)
    good = asprintf(&work->notes[i], "%s %.4f", result->rows[0].name,
                    result->lower_is_better ? work->rows[i].value : -work->rows[i].value) >= 0;
  return good ? VTM_OK : vtm_tool_fail(error, VTM_ERROR_MEMORY, "out of memory");
}

static vtm_status choose_scored(grid *work, candidate *all, const char *order, size_t wanted, vtm_error *error) {
  vtm_result *result = NULL;
  vtm_status status = score(work, &result, error);
  if (status == VTM_OK) {
    const size_t count = list_scores(work, result, all);
    size_t from = 0;
    if (strcmp(order, "median") == 0 && count > wanted) from = (count - wanted) / 2;
    if (strcmp(order, "worst") == 0)
      for (size_t i = 0; i < count / 2; i++) {
        const candidate kept = all[i];
        all[i] = all[count - 1 - i];
        all[count - 1 - i] = kept;
      }
    take(work, all + from, count - from, wanted);
    status = note_values(work, result, error);
  }
  vtm_result_destroy(result);
  return status;
}

/* ---- the whole ---- */

static vtm_status choose_number(grid *work, size_t wanted, vtm_error *error) {
  const char *order = value_of(work, "order");
  candidate *all = calloc(vtm_figure_people(work->figure), sizeof(*all));
  vtm_status status = VTM_OK;
  if (all == NULL) {
    status = vtm_tool_fail(error, VTM_ERROR_MEMORY, "out of memory");
  } else if (order != NULL && strcmp(order, "name") != 0 && strcmp(order, "random") != 0) {
    status = choose_scored(work, all, order, wanted, error);
  } else {
    const size_t count = list_people(work, all);
    if (order != NULL && strcmp(order, "random") == 0)
      shuffle(all, count, (uint64_t)vtm_command_line_integer(&work->session->line, "seed", 1));
    take(work, all, count, wanted);
    qsort(work->rows, work->row_count, sizeof(*work->rows), by_person);
  }
  free(all);
  return status;
}

/* A text of digits may be the name of a person, as in datasets that count them. */
static vtm_status choose_rows(grid *work, vtm_error *error) {
  const char *text = value_of(work, "rows");
  size_t person = 0;
  work->rows = calloc(MOST_ROWS, sizeof(*work->rows));
  if (work->rows == NULL) return vtm_tool_fail(error, VTM_ERROR_MEMORY, "out of memory");
  if (text == NULL) return choose_number(work, STANDARD_ROWS, error);
  char *end = NULL;
  const unsigned long wanted = strtoul(text, &end, 10);
  const bool number =
      text[0] >= '0' && text[0] <= '9' && *end == '\0' && !find_person(work, text, strlen(text), &person);
  if (!number && value_of(work, "order") != NULL)
    return vtm_tool_fail(error, VTM_ERROR_USAGE, "--rows %s names people, so --order has nothing to choose", text);
  if (!number) return add_named(work, text, error);
  if (wanted < 1 || wanted > MOST_ROWS)
    return vtm_tool_fail(error, VTM_ERROR_USAGE, "--rows %s: from 1 to %d rows can be drawn", text, MOST_ROWS);
  return choose_number(work, wanted, error);
}

static vtm_status write_figure(const grid *work, const char *path, vtm_error *error) {
  size_t *people = calloc(work->row_count + 1, sizeof(*people));
  if (people == NULL) return vtm_tool_fail(error, VTM_ERROR_MEMORY, "out of memory");
  for (size_t i = 0; i < work->row_count; i++) people[i] = work->rows[i].person;
  const vtm_status status =
      vtm_figure_write(work->figure, people, (const char *const *)work->notes, work->row_count, path, error);
  free(people);
  return status;
}

static void close_grid(grid *work) {
  for (size_t i = 0; i < work->row_count && work->notes != NULL; i++) free(work->notes[i]);
  free(work->notes);
  free(work->rows);
  free(work->headings);
  free(work->heading_text);
  vtm_figure_close(work->figure);
}

static int run(vtm_tool_session *session) {
  const vtm_command_line *line = &session->line;
  grid work = {.session = session,
               .reference = line->operands[0],
               .folders = line->operands + 1,
               .folder_count = line->operand_count - 1};
  vtm_error error = {0};
  const char *path = vtm_command_line_value(line, "output");
  if (path == NULL) path = "grid.png";
  vtm_status status = vtm_tool_check_output(path, &error);
  if (status == VTM_OK) status = read_headings(&work, &error);
  if (status == VTM_OK) status = open_figure(&work, &error);
  if (status == VTM_OK) status = choose_rows(&work, &error);
  if (status == VTM_OK) status = write_figure(&work, path, &error);
  close_grid(&work);
  return status == VTM_OK ? VTM_EXIT_DONE : vtm_tool_report_error(session, &error);
}

static const vtm_option row_options[] = {
    {.name = "rows",
     .type = VTM_OPTION_TEXT,
     .argument = "N|NAMES",
     .standard = "5",
     .help = "How many people, or which: names of photographs with commas, with or without extension."},
    {.name = "order",
     .type = VTM_OPTION_CHOICE,
     .argument = "WHICH",
     .standard = "name",
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
     .standard = "lpips",
     .help = "By which metric; it must have a value for each pair."},
    {.name = "seed",
     .type = VTM_OPTION_INTEGER,
     .argument = "N",
     .standard = "1",
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
     .standard = "auto",
     .help = "How names of results are read, as in vtonmetrics fid: a scheme, regex:PATTERN or pairs:FILE."},
};

static const vtm_option picture_options[] = {
    {.name = "output",
     .type = VTM_OPTION_FILE,
     .argument = "FILE",
     .standard = "grid.png",
     .help = "The picture; its ending decides: .png, .svg or .pdf."},
    {.name = "cell",
     .type = VTM_OPTION_INTEGER,
     .argument = "PIXELS",
     .standard = "256",
     .minimum = 16,
     .maximum = 4096,
     .help = "Height of each picture; its width follows from the photographs."},
};

static const vtm_tool_section sections[] = {
    {.heading = "Input",
     .text = "The first folder holds the photographs: a row for each chosen person. Every other folder is a column: "
             "garments or results of a model. Who belongs to whom goes by names, as in fid and lpips. Beside a person "
             "stands the garment that the results' names carry, else the person's own. A picture that is not there, or "
             "that cannot be read, is shown as such."},
    {.heading = "Exit status",
     .text =
         "0 done, 2 the command line is wrong, 3 it could not be done: no such folder or person, no names in common, "
         "a picture too large to draw."},
};

static const vtm_tool_example examples[] = {
    {"vtonmetrics grid image/ cloth/ GAN/ LADI/ PROMPT/", "the first five people, into grid.png"},
    {"vtonmetrics grid image/ cloth/ GAN/ LADI/ --rows 00003_00,00008_00 -o figure.pdf", "two people, for a paper"},
    {"vtonmetrics grid image/ cloth/ GAN/ LADI/ --rows 8 --order random --seed 7", "eight at random, always the same"},
    {"vtonmetrics grid image/ cloth/ GAN/ LADI/ --order worst --by LADI", "where LADI fails, with its LPIPS"},
};

int main(int argc, char **argv) {
  const vtm_option_group groups[] = {
      {"Rows", row_options, sizeof(row_options) / sizeof(*row_options)},
      {"Columns", column_options, sizeof(column_options) / sizeof(*column_options)},
      {"Picture", picture_options, sizeof(picture_options) / sizeof(*picture_options)},
      vtm_tool_compute_options,
  };
  const vtm_tool tool = {.name = "grid",
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
                         .run = run};
  return vtm_tool_main(&tool, argc, argv);
}
