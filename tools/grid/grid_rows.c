#include "grid/grid_rows.h"
#include "vtonmetrics/tools/pairs.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { STANDARD_ROWS = 5, MOST_ROWS = 1000 };

/* A person who may become a row. */
typedef struct candidate {
  size_t person;
  double value;
  const char *file; /* of the result that has the value; NULL where there are no values */
  bool one_of_several;
} candidate;

typedef struct chooser {
  cli_session *session;
  vtm_figure *figure;
  const grid_columns *columns;
  candidate *rows;
  size_t row_count;
  char **notes;
} chooser;

static const char *value_of(const chooser *work, const char *option) {
  return cli_command_line_value(&work->session->line, option);
}

static const char *last_part(const char *path, size_t *length) {
  size_t end = strlen(path);
  while (end > 1 && path[end - 1] == '/') end--;
  size_t start = end;
  while (start > 0 && path[start - 1] != '/') start--;
  *length = end - start;
  return path + start;
}

bool grid_folder_is_named(const char *path, const char *name) {
  size_t length = 0;
  const char *part = last_part(path, &length);
  return strlen(name) == length && strncasecmp(part, name, length) == 0;
}

/* ---- rows by name ---- */

static bool find_person(const chooser *work, const char *name, size_t length, size_t *person) {
  for (size_t i = 0; i < vtm_figure_people(work->figure); i++) {
    const char *file = vtm_figure_person(work->figure, i);
    const size_t stem = vtm_stem_length(file);
    const bool same = strncmp(file, name, length) == 0 && (length == stem || length == strlen(file));
    if (same) *person = i;
    if (same) return true;
  }
  return false;
}

static vtm_status add_named(chooser *work, const char *names, vtm_error *error) {
  for (const char *name = names; *name != '\0';) {
    const size_t length = strcspn(name, ",");
    size_t person = 0;
    if (!find_person(work, name, length, &person))
      return cli_fail(error, VTM_ERROR_NOT_FOUND, "%s: has no photograph called %.*s; the first is %s",
                      work->columns->reference, (int)length, name, vtm_figure_person(work->figure, 0));
    if (work->row_count == MOST_ROWS)
      return cli_fail(error, VTM_ERROR_LIMIT, "--rows: at most %d rows can be drawn", MOST_ROWS);
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
static size_t list_people(const chooser *work, candidate *all) {
  const size_t people = vtm_figure_people(work->figure);
  size_t count = 0;
  for (size_t i = 0; i < people; i++)
    if (vtm_figure_is_complete(work->figure, i)) all[count++] = (candidate){.person = i};
  if (count > 0) return count;
  for (size_t i = 0; i < people; i++) all[i] = (candidate){.person = i};
  return people;
}

static void shuffle_people(candidate *all, size_t count, uint64_t seed) {
  for (size_t i = count; i > 1; i--) {
    const size_t other = (size_t)(next_random(&seed) % i);
    const candidate kept = all[i - 1];
    all[i - 1] = all[other];
    all[other] = kept;
  }
}

static void take_rows(chooser *work, const candidate *all, size_t count, size_t wanted) {
  for (size_t i = 0; i < count && i < wanted; i++) work->rows[work->row_count++] = all[i];
}

/* ---- rows by a metric ---- */

/* The column that --by names, else the last one. */
static vtm_status find_model(const chooser *work, const char **folder, vtm_error *error) {
  const char *name = value_of(work, "by");
  *folder = work->columns->folders[work->columns->folder_count - 1];
  if (name == NULL) return VTM_OK;
  for (size_t i = 0; i < work->columns->folder_count; i++) {
    *folder = work->columns->folders[i];
    const bool heading = work->columns->headings != NULL && strcmp(work->columns->headings[i], name) == 0;
    if (heading || strcmp(*folder, name) == 0 || grid_folder_is_named(*folder, name)) return VTM_OK;
  }
  return cli_fail(error, VTM_ERROR_USAGE, "--by %s: none of the columns is called so", name);
}

static vtm_status score_column(const chooser *work, vtm_result **result, vtm_error *error) {
  const char *metric = value_of(work, "metric");
  const char *folder = NULL;
  vtm_settings *settings = NULL;
  vtm_status status = find_model(work, &folder, error);
  if (status == VTM_OK) status = vtm_settings_create(metric != NULL ? metric : "lpips", &settings, error);
  if (status == VTM_OK && value_of(work, "match") != NULL)
    status = vtm_settings_set(settings, "match", value_of(work, "match"), error);
  if (status == VTM_OK) status = cli_create_context(work->session, error);
  if (status == VTM_OK)
    status = vtm_score(work->session->context, settings, work->columns->reference, &folder, 1, result, error);
  if (status == VTM_OK && (*result)->rows[0].image_count == 0)
    status = cli_fail(error, VTM_ERROR_USAGE, "--metric %s: has no value for single pairs; lpips has", metric);
  vtm_settings_destroy(settings);
  return status;
}

static int by_person_and_value(const void *a, const void *b) {
  const candidate *x = a;
  const candidate *y = b;
  return x->person != y->person ? by_person(a, b) : by_value(a, b);
}

static candidate *list_results(const chooser *work, const vtm_result *result, size_t *count) {
  const vtm_score_row *row = &result->rows[0];
  const double sign = result->lower_is_better ? 1 : -1;
  candidate *all = calloc(row->image_count + 1, sizeof(*all));
  *count = 0;
  if (all == NULL) return NULL;
  for (size_t i = 0; i < row->image_count; i++) {
    const vtm_image_score *image = &row->images[i];
    size_t person = 0;
    if (find_person(work, image->reference, strlen(image->reference), &person))
      all[(*count)++] = (candidate){person, sign * image->value, image->generated, false};
  }
  qsort(all, *count, sizeof(*all), by_person_and_value);
  return all;
}

/* Of each person the result that is asked for: the best, the worst or the middle one of all that there are. */
static size_t keep_one_each(candidate *all, size_t count, const char *order) {
  size_t kept = 0;
  for (size_t first = 0; first < count;) {
    size_t next = first;
    while (next < count && all[next].person == all[first].person) next++;
    const size_t worst = next - 1;
    const size_t chosen = strcmp(order, "worst") == 0  ? worst
                          : strcmp(order, "best") == 0 ? first
                                                       : (first + worst) / 2;
    all[kept] = all[chosen];
    all[kept++].one_of_several = worst > first;
    first = next;
  }
  return kept;
}

/* The value that chose a row, and whose it is. */
static vtm_status note_values(chooser *work, const vtm_result *result, vtm_error *error) {
  work->notes = calloc(work->row_count + 1, sizeof(*work->notes));
  bool good = work->notes != NULL;
  for (size_t i = 0; i < work->row_count && good; i++) {
    const candidate *row = &work->rows[i];
    const double value = result->lower_is_better ? row->value : -row->value;
    const char *model = result->rows[0].name;
    const int written = row->one_of_several ? asprintf(&work->notes[i], "%s: %s %.4f", row->file, model, value)
                                            : asprintf(&work->notes[i], "%s %.4f", model, value);
    good = written >= 0;
  }
  return good ? VTM_OK : cli_fail(error, VTM_ERROR_MEMORY, "out of memory");
}

static void reverse_order(candidate *all, size_t count) {
  for (size_t i = 0; i < count / 2; i++) {
    const candidate kept = all[i];
    all[i] = all[count - 1 - i];
    all[count - 1 - i] = kept;
  }
}

static vtm_status choose_scored(chooser *work, const char *order, size_t wanted, vtm_error *error) {
  vtm_result *result = NULL;
  size_t count = 0;
  vtm_status status = score_column(work, &result, error);
  candidate *all = status == VTM_OK ? list_results(work, result, &count) : NULL;
  if (status == VTM_OK && all == NULL) status = cli_fail(error, VTM_ERROR_MEMORY, "out of memory");
  if (status == VTM_OK) {
    count = keep_one_each(all, count, order);
    qsort(all, count, sizeof(*all), by_value); /* best first */
    if (strcmp(order, "worst") == 0) reverse_order(all, count);
    const size_t from = strcmp(order, "median") == 0 && count > wanted ? (count - wanted) / 2 : 0;
    take_rows(work, all + from, count - from, wanted);
    for (size_t i = 0; i < work->row_count; i++)
      (void)vtm_figure_show(work->figure, result->rows[0].path, work->rows[i].person, work->rows[i].file);
    status = note_values(work, result, error);
  }
  free(all);
  vtm_result_destroy(result);
  return status;
}

/* ---- the whole ---- */

static vtm_status choose_number(chooser *work, size_t wanted, vtm_error *error) {
  const char *order = value_of(work, "order");
  candidate *all = calloc(vtm_figure_people(work->figure), sizeof(*all));
  vtm_status status = VTM_OK;
  if (all == NULL) {
    status = cli_fail(error, VTM_ERROR_MEMORY, "out of memory");
  } else if (order != NULL && strcmp(order, "name") != 0 && strcmp(order, "random") != 0) {
    status = choose_scored(work, order, wanted, error);
  } else {
    const size_t count = list_people(work, all);
    if (order != NULL && strcmp(order, "random") == 0)
      shuffle_people(all, count, (uint64_t)cli_command_line_integer(&work->session->line, "seed", 1));
    take_rows(work, all, count, wanted);
    qsort(work->rows, work->row_count, sizeof(*work->rows), by_person);
  }
  free(all);
  return status;
}

/* A text of digits may be the name of a person, as in datasets that count them. */
static vtm_status choose_rows(chooser *work, vtm_error *error) {
  const char *text = value_of(work, "rows");
  size_t person = 0;
  work->rows = calloc(MOST_ROWS, sizeof(*work->rows));
  if (work->rows == NULL) return cli_fail(error, VTM_ERROR_MEMORY, "out of memory");
  if (text == NULL) return choose_number(work, STANDARD_ROWS, error);
  char *end = NULL;
  const unsigned long wanted = strtoul(text, &end, 10);
  const bool number =
      text[0] >= '0' && text[0] <= '9' && *end == '\0' && !find_person(work, text, strlen(text), &person);
  if (!number && value_of(work, "order") != NULL)
    return cli_fail(error, VTM_ERROR_USAGE, "--rows %s names people, so --order has nothing to choose", text);
  if (!number) return add_named(work, text, error);
  if (wanted < 1 || wanted > MOST_ROWS)
    return cli_fail(error, VTM_ERROR_USAGE, "--rows %s: from 1 to %d rows can be drawn", text, MOST_ROWS);
  return choose_number(work, wanted, error);
}

vtm_status grid_rows_choose(cli_session *session, vtm_figure *figure, const grid_columns *columns, grid_rows *rows,
                            vtm_error *error) {
  chooser work = {.session = session, .figure = figure, .columns = columns};
  vtm_status status = choose_rows(&work, error);
  *rows = (grid_rows){.notes = work.notes, .count = work.row_count};
  rows->people = calloc(work.row_count + 1, sizeof(*rows->people));
  for (size_t i = 0; i < work.row_count && rows->people != NULL; i++) rows->people[i] = work.rows[i].person;
  if (rows->people == NULL) status = cli_fail(error, VTM_ERROR_MEMORY, "out of memory");
  free(work.rows);
  return status;
}

void grid_rows_free(grid_rows *rows) {
  for (size_t i = 0; i < rows->count && rows->notes != NULL; i++) free(rows->notes[i]);
  free(rows->notes);
  free(rows->people);
}
