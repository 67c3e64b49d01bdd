#include "weights/npz_writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "weights/npy_write.h"
#include "weights/tensors.h"
#include "weights/zip_write.h"

typedef struct npz_entry {
  char *name;   /* "mu.npy" */
  char *header; /* NULL: it is at the start of `rows` */
  const void *data;
  void *owned; /* memory of ours that `data` points to, or NULL */
  size_t header_size, size;
  FILE *rows; /* NULL: `data` has the array; libzip takes it over at the commit */
} npz_entry;

struct vtm_npz_writer {
  vtm_output output;
  char *path;
  npz_entry *entries;
  size_t count, capacity;
  /* the array whose rows are being written */
  FILE *rows;
  vtm_dtype dtype;
  size_t columns, row_count;
};

enum {
  ROWS_HEADER = 128
}; /* room for any shape: the header is written twice, at the start and when the rows are counted */

vtm_status vtm_npz_writer_open(const char *path, vtm_npz_writer **writer_out, vtm_error *error) {
  *writer_out = NULL;
  vtm_npz_writer *writer = vtm_allocate(1, sizeof(*writer), error);
  if (writer == NULL) return VTM_ERROR_MEMORY;
  writer->path = vtm_copy_text(path, error);
  const vtm_status status = writer->path == NULL ? VTM_ERROR_MEMORY : vtm_output_open(path, &writer->output, error);
  if (status != VTM_OK) {
    free(writer->path);
    free(writer);
    return status;
  }
  *writer_out = writer;
  return VTM_OK;
}

static void drop_last_entry(vtm_npz_writer *writer) {
  npz_entry *entry = &writer->entries[--writer->count];
  free(entry->name);
  free(entry->header);
  free(entry->owned);
  if (entry->rows != NULL) (void)fclose(entry->rows);
}

void vtm_npz_writer_discard(vtm_npz_writer *writer) {
  if (writer == NULL) return;
  while (writer->count > 0) drop_last_entry(writer);
  free(writer->entries);
  if (writer->path != NULL) vtm_output_discard(&writer->output);
  free(writer->path);
  free(writer);
}

static vtm_status new_entry(vtm_npz_writer *writer, const char *name, npz_entry **entry_out, vtm_error *error) {
  if (!vtm_grow(&writer->entries, &writer->capacity, writer->count + 1, sizeof(*writer->entries), error))
    return VTM_ERROR_MEMORY;
  vtm_text text = {0};
  vtm_text_format(&text, "%s.npy", name);
  npz_entry *entry = &writer->entries[writer->count];
  *entry = (npz_entry){.name = vtm_text_take(&text, error)};
  if (entry->name == NULL) return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < writer->count; i++) {
    if (strcmp(writer->entries[i].name, entry->name) != 0) continue;
    free(entry->name);
    return vtm_fail(error, VTM_ERROR_USAGE, "%s: two arrays named '%s'", writer->path, name);
  }
  writer->count++;
  *entry_out = entry;
  return VTM_OK;
}

static vtm_status fail_write(const vtm_npz_writer *writer, vtm_error *error) {
  return vtm_fail_errno(error, errno != 0 ? errno : EIO, writer->path, "write");
}

/* ---- rows ---- */

static vtm_status write_rows_header(vtm_npz_writer *writer, vtm_error *error) {
  const int64_t shape[] = {(int64_t)writer->row_count, (int64_t)writer->columns};
  vtm_text header = {0};
  vtm_status status = vtm_npy_format_header(writer->dtype, 0, 2, shape, ROWS_HEADER, &header, error);
  if (status == VTM_OK && fwrite(header.bytes, 1, header.length, writer->rows) != header.length)
    status = fail_write(writer, error);
  vtm_text_free(&header);
  return status;
}

static vtm_status end_rows(vtm_npz_writer *writer, vtm_error *error) {
  if (writer->rows == NULL) return VTM_OK;
  vtm_status status = fseeko(writer->rows, 0, SEEK_SET) == 0 ? VTM_OK : fail_write(writer, error);
  if (status == VTM_OK) status = write_rows_header(writer, error);
  /* libzip reads from where the stream stands; seeking flushes, too. */
  if (status == VTM_OK && fseeko(writer->rows, 0, SEEK_SET) != 0) status = fail_write(writer, error);
  writer->rows = NULL;
  return status;
}

/* In the folder of the target, where the rows have to fit anyway. */
static FILE *open_rows(const vtm_npz_writer *writer) {
  if (writer->output.temporary == NULL) return tmpfile(); /* the target is a device or a FIFO */
  const int fd = vtm_file_open_nameless(writer->path);
  FILE *rows = fd >= 0 ? fdopen(fd, "w+b") : NULL;
  if (rows == NULL && fd >= 0) (void)close(fd);
  return rows;
}

vtm_status vtm_npz_writer_begin_rows(vtm_npz_writer *writer, const char *name, vtm_dtype dtype, size_t columns,
                                     vtm_error *error) {
  if (dtype != VTM_FLOAT32 && dtype != VTM_FLOAT64)
    return vtm_fail(error, VTM_ERROR_USAGE, "%s: rows of '%s' are %s; float32 and float64 can be written", writer->path,
                    name, vtm_dtype_name(dtype));
  npz_entry *entry = NULL;
  vtm_status status = end_rows(writer, error);
  if (status == VTM_OK) status = new_entry(writer, name, &entry, error);
  if (status != VTM_OK) return status;
  entry->rows = open_rows(writer);
  if (entry->rows == NULL) return fail_write(writer, error);
  writer->rows = entry->rows;
  writer->dtype = dtype;
  writer->columns = columns;
  writer->row_count = 0;
  return write_rows_header(writer, error);
}

vtm_status vtm_npz_writer_rows(vtm_npz_writer *writer, const void *rows, size_t count, vtm_error *error) {
  if (writer->rows == NULL) return vtm_fail(error, VTM_ERROR_USAGE, "%s: rows without an array", writer->path);
  const size_t size = writer->columns * vtm_dtype_size(writer->dtype);
  if (size > 0 && fwrite(rows, size, count, writer->rows) != count) return fail_write(writer, error);
  writer->row_count += count;
  return VTM_OK;
}

/* ---- whole tensors ---- */

/* Decodes one code point of UTF-8 and moves *at past it; false on malformed bytes. */
static bool decode_utf8(const unsigned char **at, uint32_t *code) {
  const unsigned char *p = *at;
  const int more = p[0] < 0x80             ? 0
                   : (p[0] & 0xe0) == 0xc0 ? 1
                   : (p[0] & 0xf0) == 0xe0 ? 2
                   : (p[0] & 0xf8) == 0xf0 ? 3
                                           : -1;
  if (more < 0) return false;
  *code = more == 0 ? p[0] : p[0] & (0x3fu >> more);
  for (int i = 1; i <= more; i++) {
    if ((p[i] & 0xc0) != 0x80) return false;
    *code = *code << 6 | (p[i] & 0x3f);
  }
  *at = p + more + 1;
  return *code <= 0x10ffff && (*code < 0xd800 || *code >= 0xe000);
}

static bool text_length(const char *text, size_t *characters) {
  const unsigned char *at = (const unsigned char *)text;
  uint32_t code;
  for (*characters = 0; *at != '\0'; ++*characters)
    if (!decode_utf8(&at, &code)) return false;
  return true;
}

/* File names may hold bytes that are no UTF-8: such an array is written as NumPy's bytes, '|S'. */
static vtm_status encode_text(const vtm_tensor *tensor, npz_entry *entry, size_t *width, bool *unicode,
                              vtm_error *error) {
  const char *const *strings = tensor->data;
  size_t characters = 1;
  size_t bytes = 1;
  *unicode = true;
  for (size_t i = 0; i < tensor->count; i++) {
    size_t length = 0;
    *unicode = text_length(strings[i], &length) && *unicode;
    if (length > characters) characters = length;
    if (strlen(strings[i]) > bytes) bytes = strlen(strings[i]);
  }
  *width = *unicode ? characters : bytes;
  const size_t element = *unicode ? *width * sizeof(uint32_t) : *width;
  entry->owned = vtm_allocate(tensor->count, element, error);
  if (entry->owned == NULL) return VTM_ERROR_MEMORY;
  entry->data = entry->owned;
  entry->size = tensor->count * element;
  for (size_t i = 0; i < tensor->count; i++) {
    char *target = (char *)entry->owned + i * element;
    if (!*unicode) {
      memcpy(target, strings[i], strlen(strings[i]));
      continue;
    }
    uint32_t code = 0;
    for (const unsigned char *at = (const unsigned char *)strings[i]; *at != '\0'; target += sizeof(code)) {
      (void)decode_utf8(&at, &code);
      memcpy(target, &code, sizeof(code));
    }
  }
  return VTM_OK;
}

vtm_status vtm_npz_writer_add(vtm_npz_writer *writer, const vtm_tensor *tensor, vtm_error *error) {
  npz_entry *entry = NULL;
  vtm_status status = vtm_tensor_check(writer->path, tensor, error);
  if (status == VTM_OK) status = end_rows(writer, error);
  if (status == VTM_OK) status = new_entry(writer, tensor->name, &entry, error);
  if (status != VTM_OK) return status;
  size_t width = 0;
  bool unicode = true;
  entry->data = tensor->data;
  entry->size = tensor->count * vtm_dtype_size(tensor->dtype);
  if (tensor->dtype == VTM_TEXT) status = encode_text(tensor, entry, &width, &unicode, error);
  vtm_text header = {0};
  if (status == VTM_OK)
    status = vtm_npy_format_header(tensor->dtype, unicode ? width : 0, tensor->rank, tensor->shape, 0, &header, error);
  if (status == VTM_OK && !unicode) {
    vtm_text_free(&header);
    status = vtm_npy_format_bytes_header(width, tensor->rank, tensor->shape, &header, error);
  }
  if (status == VTM_OK) {
    entry->header_size = header.length;
    entry->header = vtm_text_take(&header, error);
    if (entry->header == NULL) status = VTM_ERROR_MEMORY;
  }
  vtm_text_free(&header);
  if (status != VTM_OK) drop_last_entry(writer);
  return status;
}

/* ---- the container ---- */

static zip_source_t *entry_source(npz_entry *entry, zip_error_t *reason) {
  if (entry->rows != NULL) {
    zip_source_t *source = zip_source_filep_create(entry->rows, 0, -1, reason);
    if (source != NULL) entry->rows = NULL; /* closed by libzip */
    return source;
  }
  zip_buffer_fragment_t parts[] = {
      {(zip_uint8_t *)entry->header, entry->header_size},
      {(zip_uint8_t *)(uintptr_t)entry->data, entry->size},
  };
  return zip_source_buffer_fragment_create(parts, entry->size > 0 ? 2 : 1, 0, reason);
}

static bool add_entry(zip_t *archive, npz_entry *entry, zip_error_t *reason) {
  enum { DOS_1980_01_01 = 0x21 }; /* the same bytes whenever it is written */
  zip_source_t *source = entry_source(entry, reason);
  if (source == NULL) return false;
  const zip_int64_t index = zip_file_add(archive, entry->name, source, ZIP_FL_ENC_UTF_8);
  if (index < 0) zip_source_free(source);
  return index >= 0 && zip_set_file_compression(archive, (zip_uint64_t)index, ZIP_CM_STORE, 0) == 0 &&
         zip_file_set_dostime(archive, (zip_uint64_t)index, 0, DOS_1980_01_01, 0) == 0;
}

static vtm_status write_archive(vtm_npz_writer *writer, vtm_error *error) {
  vtm_zip_sink sink = {.stream = writer->output.stream};
  zip_t *archive = NULL;
  vtm_status status = vtm_zip_create(writer->path, &sink, &archive, error);
  if (status != VTM_OK) return status;
  zip_error_t reason;
  zip_error_init(&reason);
  bool good = true;
  for (size_t i = 0; i < writer->count && good; i++) good = add_entry(archive, &writer->entries[i], &reason);
  if (!good || zip_close(archive) != 0) {
    const int code = good ? zip_error_code_zip(zip_get_error(archive)) : zip_error_code_zip(&reason);
    status = sink.code != 0
                 ? vtm_fail_errno(error, sink.code, writer->path, "write")
                 : vtm_fail(error, code == ZIP_ER_MEMORY ? VTM_ERROR_MEMORY : VTM_ERROR_IO, "%s: cannot write: %s",
                            writer->path, good ? zip_strerror(archive) : zip_error_strerror(&reason));
    zip_discard(archive);
  }
  zip_error_fini(&reason);
  return status;
}

vtm_status vtm_npz_writer_commit(vtm_npz_writer *writer, vtm_error *error) {
  vtm_status status = end_rows(writer, error);
  if (status == VTM_OK && writer->count == 0)
    status = vtm_fail(error, VTM_ERROR_USAGE, "%s: no arrays to write", writer->path);
  if (status == VTM_OK) status = write_archive(writer, error);
  if (status == VTM_OK) status = vtm_output_commit(&writer->output, error);
  vtm_npz_writer_discard(writer);
  return status;
}

vtm_status vtm_npz_write(const char *path, const vtm_tensor *tensors, size_t count, vtm_error *error) {
  vtm_npz_writer *writer = NULL;
  vtm_status status = vtm_npz_writer_open(path, &writer, error);
  for (size_t i = 0; i < count && status == VTM_OK; i++) status = vtm_npz_writer_add(writer, &tensors[i], error);
  if (status == VTM_OK) return vtm_npz_writer_commit(writer, error);
  vtm_npz_writer_discard(writer);
  return status;
}
