/* What rules get to see of a file: read once, decoded once, and only when asked for. */
#include "lint/file_reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "image/reader.h"
#include "lint/lint_run.h"

enum { SMALL_SIDE = 64 };
static const uint64_t largest_file = UINT64_C(1) << 30;

typedef enum content_state { NOT_TRIED, GOOD, FAILED } content_state;

/* What a rule worked out of the file. */
typedef struct outcome {
  vtm_lint_work work;
  void *value; /* NULL: it failed */
} outcome;
enum { MOST_OUTCOMES = 4 };

struct vtm_lint_content {
  char *path;
  uint8_t *bytes;
  size_t size;
  vtm_image pixels, small;
  vtm_labels labels;
  vtm_image_header header;
  content_state bytes_state, pixels_state, small_state, labels_state, header_state;
  vtm_error failure;        /* of bytes or pixels */
  vtm_error header_failure; /* of the header */
  outcome outcomes[MOST_OUTCOMES];
  int outcome_count;
};

char *vtm_lint_disk_path(const vtm_lint_run *run, const vtm_lint_file *file, vtm_error *error) {
  const vtm_lint_folder *folder = &run->folders[file->folder];
  const bool result = folder->part->kind == VTM_LINT_RESULT;
  char *base = result ? vtm_copy_text(folder->path, error) : vtm_path_join(run->root, folder->path, error);
  char *path = base != NULL ? vtm_path_join(base, file->name, error) : NULL;
  free(base);
  return path;
}

void vtm_lint_reader_open(vtm_lint_reader *reader) {
  reader->content = vtm_allocate(1, sizeof(*reader->content), NULL);
  if (reader->content != NULL) reader->content->path = vtm_lint_disk_path(reader->run, reader->file, NULL);
  if (reader->content != NULL && reader->content->path != NULL) return;
  atomic_store(&reader->run->engine->out_of_memory, true);
  vtm_lint_reader_close(reader);
}

void vtm_lint_reader_close(vtm_lint_reader *reader) {
  struct vtm_lint_content *content = reader->content;
  reader->content = NULL;
  if (content == NULL) return;
  free(content->path);
  free(content->bytes);
  vtm_image_clear(&content->pixels);
  vtm_image_clear(&content->small);
  vtm_labels_free(&content->labels);
  for (int i = 0; i < content->outcome_count; i++) free(content->outcomes[i].value);
  free(content);
}

/* Messages of the image layer start with the path, which findings show anyway. */
static void drop_path(const struct vtm_lint_content *content, vtm_error *error) {
  const size_t length = strlen(content->path);
  if (strncmp(error->message, content->path, length) != 0 || strncmp(error->message + length, ": ", 2) != 0) return;
  memmove(error->message, error->message + length + 2, strlen(error->message + length + 2) + 1);
}

static bool keep_state(struct vtm_lint_content *content, content_state *state, vtm_status status, vtm_error *error) {
  *state = status == VTM_OK ? GOOD : FAILED;
  if (status != VTM_OK) drop_path(content, error);
  return status == VTM_OK;
}

const uint8_t *vtm_lint_reader_bytes(vtm_lint_reader *reader, size_t *size) {
  struct vtm_lint_content *content = reader->content;
  if (content->bytes_state == NOT_TRIED)
    (void)keep_state(content, &content->bytes_state,
                     vtm_file_read(content->path, largest_file, &content->bytes, &content->size, &content->failure),
                     &content->failure);
  *size = content->size;
  return content->bytes_state == GOOD ? content->bytes : NULL;
}

const vtm_image_header *vtm_lint_reader_header(vtm_lint_reader *reader, vtm_error *error) {
  struct vtm_lint_content *content = reader->content;
  if (content->header_state == NOT_TRIED) {
    vtm_error *failure = &content->header_failure;
    size_t size = 0;
    vtm_status status;
    if (reader->run->engine->needs[reader->file->part->kind] > VTM_LINT_HEADER) {
      const uint8_t *bytes = vtm_lint_reader_bytes(reader, &size);
      if (bytes == NULL) *failure = content->failure;
      status = bytes == NULL ? failure->status
                             : vtm_image_probe_bytes(bytes, size, content->path, NULL, &content->header, failure);
    } else {
      status = vtm_image_probe(content->path, NULL, &content->header, failure);
    }
    (void)keep_state(content, &content->header_state, status, failure);
  }
  if (content->header_state == GOOD) return &content->header;
  if (error != NULL) *error = content->header_failure;
  return NULL;
}

const vtm_image *vtm_lint_reader_pixels(vtm_lint_reader *reader) {
  struct vtm_lint_content *content = reader->content;
  if (content->pixels_state == NOT_TRIED) {
    size_t size = 0;
    const uint8_t *bytes = vtm_lint_reader_bytes(reader, &size);
    const vtm_status status =
        bytes == NULL ? content->failure.status
                      : vtm_image_decode(bytes, size, content->path, NULL, &content->pixels, &content->failure);
    (void)keep_state(content, &content->pixels_state, status, &content->failure);
  }
  return content->pixels_state == GOOD ? &content->pixels : NULL;
}

/* If another rule for this kind of file decodes all pixels anyway, use those. */
const vtm_image *vtm_lint_reader_small(vtm_lint_reader *reader) {
  struct vtm_lint_content *content = reader->content;
  if (reader->run->engine->needs[reader->file->part->kind] >= VTM_LINT_PIXELS) return vtm_lint_reader_pixels(reader);
  if (content->small_state == NOT_TRIED) {
    size_t size = 0;
    const uint8_t *bytes = vtm_lint_reader_bytes(reader, &size);
    const vtm_status status = bytes == NULL ? content->failure.status
                                            : vtm_image_decode_small(bytes, size, content->path, SMALL_SIDE,
                                                                     &content->small, &content->failure);
    (void)keep_state(content, &content->small_state, status, &content->failure);
  }
  return content->small_state == GOOD ? &content->small : NULL;
}

const vtm_labels *vtm_lint_reader_labels(vtm_lint_reader *reader) {
  struct vtm_lint_content *content = reader->content;
  if (content->labels_state == NOT_TRIED) {
    size_t size = 0;
    vtm_error failure = {0};
    const uint8_t *bytes = vtm_lint_reader_bytes(reader, &size);
    const vtm_status status =
        bytes == NULL ? VTM_ERROR_IO : vtm_labels_decode(bytes, size, content->path, NULL, &content->labels, &failure);
    content->labels_state = status == VTM_OK ? GOOD : FAILED;
  }
  return content->labels_state == GOOD ? &content->labels : NULL;
}

const vtm_error *vtm_lint_reader_failure(const vtm_lint_reader *reader) { return &reader->content->failure; }

vtm_lint_memo *vtm_lint_reader_memo(vtm_lint_reader *reader) {
  vtm_lint_facts *facts = &reader->file->facts;
  if (facts->memo == NULL) facts->memo = vtm_allocate(1, sizeof(*facts->memo), NULL);
  if (facts->memo == NULL) atomic_store(&reader->run->engine->out_of_memory, true);
  return facts->memo;
}

const void *vtm_lint_reader_once(vtm_lint_reader *reader, vtm_lint_work work, size_t size) {
  struct vtm_lint_content *content = reader->content;
  for (int i = 0; i < content->outcome_count; i++)
    if (content->outcomes[i].work == work) return content->outcomes[i].value;
  if (content->outcome_count == MOST_OUTCOMES) return NULL;
  void *value = vtm_allocate(1, size, NULL);
  if (value == NULL) {
    atomic_store(&reader->run->engine->out_of_memory, true);
    return NULL;
  }
  if (!work(reader, value)) {
    free(value);
    value = NULL;
  }
  content->outcomes[content->outcome_count++] = (outcome){work, value};
  return value;
}
