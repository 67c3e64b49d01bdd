/* Reads pair lists of every dialect. The content is kept, its lines cut into names in place. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "dataset/names.h"
#include "vtonmetrics/tools/pairs.h"

enum { LARGEST_LIST = 64 << 20, MOST_LINES = 2000000, MOST_FAULTS = 10000, MOST_COLUMNS = 4 };

typedef struct list_reader {
  vtm_pair_list *list;
  size_t line_capacity, fault_capacity;
  size_t line; /* number of the current one */
  vtm_error *error;
} list_reader;

static bool is_blank(char byte) { return byte == ' ' || byte == '\t'; }

/* What stands between the names of a line. A line with tabs or commas may have spaces inside its names. */
typedef enum separator { BLANKS, TABS, COMMAS } separator;

static bool separates(separator between, char byte) {
  switch (between) {
    case TABS: return byte == '\t';
    case COMMAS: return byte == ',';
    case BLANKS: break;
  }
  return is_blank(byte);
}

/* A comma may also be part of a name: it separates where nothing else does, beside a blank, and behind a whole name. */
static separator find_separator(const char *text) {
  if (strchr(text, '\t') != NULL) return TABS;
  const char *comma = strchr(text, ',');
  if (comma == NULL) return BLANKS;
  if (strchr(text, ' ') == NULL) return COMMAS;
  if (is_blank(comma[1]) || (comma > text && (is_blank(comma[-1]) || comma[-1] == '"' || comma[-1] == '\'')))
    return COMMAS;
  const size_t before = (size_t)(comma - text);
  return vtm_slice_stem_length(text, before) < before ? COMMAS : BLANKS;
}

/* Behind the quotation mark that ends the name which starts with one at `place`; NULL: none does. */
static char *end_of_quoted(separator between, char *place) {
  if (*place != '"' && *place != '\'') return NULL;
  char *end = strchr(place + 1, *place);
  if (end == NULL || end == place + 1) return NULL;
  return end[1] == '\0' || is_blank(end[1]) || separates(between, end[1]) ? end + 1 : NULL;
}

static size_t split_columns(vtm_pair_list *list, char *text, separator between, char *columns[MOST_COLUMNS]) {
  size_t count = 0;
  char *place = text;
  while (count < MOST_COLUMNS) {
    while (is_blank(*place)) place++;
    if (*place == '\0') break;
    char *quoted = end_of_quoted(between, place);
    columns[count++] = quoted != NULL ? place + 1 : place;
    if (quoted != NULL) place = quoted;
    char *end = quoted != NULL ? quoted - 1 : NULL;
    while (*place != '\0' && !separates(between, *place)) place++;
    if (end == NULL) end = place;
    if (*place != '\0') place++;
    while (quoted == NULL && end > columns[count - 1] && is_blank(end[-1])) end--;
    *end = '\0';
    list->quotes = list->quotes || quoted != NULL;
  }
  return count;
}

/* image/00006_00.jpg, ./00006_00.jpg and C:\data\00006_00.jpg name the file 00006_00.jpg. */
static char *without_folders(vtm_pair_list *list, char *name) {
  char *last = name;
  for (char *place = name; *place != '\0'; place++)
    if ((*place == '/' || *place == '\\') && place[1] != '\0') last = place + 1;
  const bool letter = (*last >= 'a' && *last <= 'z') || (*last >= 'A' && *last <= 'Z');
  if (letter && last[1] == ':' && last[2] != '\0') last += 2;
  list->folders = list->folders || last != name;
  return last;
}

static vtm_status add_fault(list_reader *reader, const char *why, const char *name) {
  vtm_pair_list *list = reader->list;
  if (list->fault_count == MOST_FAULTS)
    return vtm_fail(reader->error, VTM_ERROR_FORMAT,
                    "%s: more than %d lines are not two names, the first is line %zu: is this a pair list?", list->path,
                    MOST_FAULTS, list->faults[0].line);
  if (!vtm_grow(&list->faults, &reader->fault_capacity, list->fault_count + 1, sizeof(*list->faults), reader->error))
    return VTM_ERROR_MEMORY;
  list->faults[list->fault_count++] = (vtm_pair_fault){reader->line, why, name};
  return VTM_OK;
}

static vtm_status add_pair(list_reader *reader, char *const columns[MOST_COLUMNS], size_t count) {
  vtm_pair_list *list = reader->list;
  if (!vtm_grow(&list->lines, &reader->line_capacity, list->count + 1, sizeof(*list->lines), reader->error))
    return VTM_ERROR_MEMORY;
  list->lines[list->count++] = (vtm_pair_line){reader->line, without_folders(list, columns[0]),
                                               without_folders(list, columns[1]), count > 2 ? columns[2] : NULL};
  if (count > 2) list->with_type++;
  return VTM_OK;
}

static void cut_comment(char *text) {
  if (*text == '#') *text = '\0';
  for (char *mark = strchr(text, '#'); mark != NULL; mark = strchr(mark + 1, '#'))
    if (is_blank(mark[-1])) {
      *mark = '\0';
      return;
    }
}

static vtm_status read_line(list_reader *reader, char *text) {
  vtm_pair_list *list = reader->list;
  while (is_blank(*text)) text++;
  if (*text == '\0') {
    if (list->blank++ == 0) list->first_blank = reader->line;
    return VTM_OK;
  }
  if (*text == '#' && list->comments++ == 0) list->first_comment = reader->line;
  cut_comment(text);
  if (*text == '\0') return VTM_OK;
  size_t end = strlen(text);
  while (is_blank(text[end - 1])) text[--end] = '\0';
  const separator between = find_separator(text);
  list->wide_gaps = list->wide_gaps || strstr(text, "  ") != NULL;
  list->tabs = list->tabs || between == TABS;
  list->commas = list->commas || between == COMMAS;
  char *columns[MOST_COLUMNS] = {NULL};
  const size_t count = split_columns(list, text, between, columns);
  const char *name = NULL;
  size_t empty = 0;
  for (size_t i = 0; i < count; i++)
    if (*columns[i] == '\0') {
      empty++;
    } else if (name == NULL) {
      name = columns[i];
    }
  if (empty > 0) return add_fault(reader, "nothing before a comma; two names are needed", name != NULL ? name : ",");
  if (count == 2 || count == 3) return add_pair(reader, columns, count);
  if (count == 1) return add_fault(reader, "one name only; two are needed, person and garment", columns[0]);
  return add_fault(reader,
                   "more than three columns; names with spaces need tabs or commas between them, or quotation marks",
                   columns[0]);
}

/* Cuts the content at its line ends (LF, CR LF or CR) and reads each line. */
static vtm_status read_lines(list_reader *reader, char *content, size_t size) {
  vtm_pair_list *list = reader->list;
  vtm_status status = VTM_OK;
  size_t start = 0;
  while (start < size && status == VTM_OK) {
    reader->line++;
    if (reader->line > MOST_LINES)
      return vtm_fail(reader->error, VTM_ERROR_LIMIT, "%s: more than %d lines: is this a pair list?", list->path,
                      MOST_LINES);
    size_t end = start;
    while (end < size && content[end] != '\n' && content[end] != '\r') {
      const unsigned char byte = (unsigned char)content[end];
      if ((byte < ' ' && byte != '\t') || byte == 0x7f)
        return vtm_fail(reader->error, VTM_ERROR_FORMAT,
                        "%s: line %zu: holds the byte 0x%02x: this is binary data, a pair list is text", list->path,
                        reader->line, byte);
      end++;
    }
    size_t next = end + 1;
    if (end < size && content[end] == '\r') {
      list->carriage_returns = true;
      if (next < size && content[next] == '\n') next++;
    }
    content[end] = '\0';
    status = read_line(reader, content + start);
    start = next;
  }
  list->line_count = reader->line;
  return status;
}

static vtm_status check_encoding(const char *path, const char *content, size_t size, vtm_error *error) {
  if (size < 2) return VTM_OK;
  if (memcmp(content, "\xff\xfe", 2) != 0 && memcmp(content, "\xfe\xff", 2) != 0) return VTM_OK;
  return vtm_fail(error, VTM_ERROR_FORMAT, "%s: is UTF-16 text; save it as UTF-8 (in Notepad: Save as, Encoding)",
                  path);
}

/* Takes `content`, whose `size` bytes are followed by one more that may be written. */
static vtm_status parse_lines(const char *path, char *content, size_t size, vtm_pair_list *list, vtm_error *error) {
  static const char mark[] = "\xef\xbb\xbf";
  list->content = content;
  list->path = vtm_copy_text(path, error);
  vtm_status status = list->path != NULL ? check_encoding(path, content, size, error) : VTM_ERROR_MEMORY;
  list->byte_order_mark = size >= 3 && memcmp(content, mark, 3) == 0;
  const size_t skipped = list->byte_order_mark ? 3 : 0;
  list_reader reader = {.list = list, .error = error};
  if (status == VTM_OK) status = read_lines(&reader, content + skipped, size - skipped);
  if (status != VTM_OK) vtm_pair_list_clear(list);
  return status;
}

vtm_status vtm_pair_list_parse(const char *path, const void *bytes, size_t size, vtm_pair_list *list,
                               vtm_error *error) {
  *list = (vtm_pair_list){0};
  if (size > LARGEST_LIST)
    return vtm_fail(error, VTM_ERROR_LIMIT, "%s: %zu bytes, a pair list has %d at most: is it another file?", path,
                    size, LARGEST_LIST);
  char *content = vtm_allocate(size + 1, 1, error);
  if (content == NULL) return VTM_ERROR_MEMORY;
  if (size > 0) memcpy(content, bytes, size);
  return parse_lines(path, content, size, list, error);
}

vtm_status vtm_pair_list_read(const char *path, vtm_pair_list *list, vtm_error *error) {
  uint8_t *bytes = NULL;
  size_t size = 0;
  *list = (vtm_pair_list){0};
  vtm_status status = vtm_file_read(path, LARGEST_LIST, &bytes, &size, error);
  if (status == VTM_ERROR_LIMIT)
    status = vtm_fail(error, status, "%s: larger than %d MiB, which no pair list is: is it another file?", path,
                      LARGEST_LIST >> 20);
  if (status != VTM_OK) return status;
  char *content = vtm_reallocate(bytes, size + 1, 1, error);
  if (content == NULL) {
    free(bytes);
    return VTM_ERROR_MEMORY;
  }
  return parse_lines(path, content, size, list, error);
}

void vtm_pair_list_clear(vtm_pair_list *list) {
  free(list->path);
  free(list->lines);
  free(list->faults);
  free(list->content);
  *list = (vtm_pair_list){0};
}
