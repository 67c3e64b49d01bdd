#include "weights/npy.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "weights/readers.h"
#include "weights/tensors.h"

enum { MAGIC = 6, PREFIX_1 = 10, PREFIX_2 = 12, HEADER_LIMIT = 1 << 16 };

typedef struct descr_record {
  const char *code; /* kind and size, without the byte order */
  vtm_dtype dtype;
} descr_record;

static const descr_record descrs[] = {
    {"f4", VTM_FLOAT32}, {"f8", VTM_FLOAT64}, {"f2", VTM_FLOAT16}, {"i8", VTM_INT64}, {"i4", VTM_INT32},
    {"i2", VTM_INT16},   {"i1", VTM_INT8},    {"u1", VTM_UINT8},   {"b1", VTM_BOOL},
};
enum { DESCRS = sizeof(descrs) / sizeof(*descrs) };

/* ---- the header: a Python dictionary of three known keys ---- */

typedef struct parser {
  const char *at, *end;
} parser;

static void skip_spaces(parser *p) {
  while (p->at < p->end && (*p->at == ' ' || *p->at == '\n' || *p->at == '\t')) p->at++;
}

static bool accept_token(parser *p, const char *token) {
  skip_spaces(p);
  const size_t length = strlen(token);
  if ((size_t)(p->end - p->at) < length || memcmp(p->at, token, length) != 0) return false;
  p->at += length;
  return true;
}

static bool accept_quoted(parser *p, char *text, size_t size) {
  skip_spaces(p);
  if (p->at == p->end || (*p->at != '\'' && *p->at != '"')) return false;
  const char quote = *p->at;
  const char *start = p->at + 1;
  const char *stop = memchr(start, quote, (size_t)(p->end - start));
  if (stop == NULL || (size_t)(stop - start) >= size) return false;
  memcpy(text, start, (size_t)(stop - start));
  text[stop - start] = '\0';
  p->at = stop + 1;
  return true;
}

static bool accept_number(parser *p, int64_t *number) {
  skip_spaces(p);
  const char *start = p->at;
  int64_t value = 0;
  for (; p->at < p->end && *p->at >= '0' && *p->at <= '9'; p->at++)
    if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, *p->at - '0', &value)) return false;
  if (p->at == start) return false;
  if (p->at < p->end && *p->at == 'L') p->at++; /* Python 2 wrote long integers so */
  *number = value;
  return true;
}

static bool accept_shape(parser *p, vtm_npy_header *header) {
  if (!accept_token(p, "(")) return false;
  while (!accept_token(p, ")")) {
    if (header->rank == VTM_MAX_RANK || !accept_number(p, &header->shape[header->rank])) return false;
    header->rank++;
    if (!accept_token(p, ",")) return accept_token(p, ")");
  }
  return true;
}

static vtm_status fail_malformed_npy(const char *where, const char *why, vtm_error *error) {
  return vtm_fail(error, VTM_ERROR_FORMAT, "%s: %s", where, why);
}

static vtm_status read_descr(const char *where, const char *descr, vtm_npy_header *header, vtm_error *error) {
  const char *code = descr + (strchr("<>|=", descr[0]) != NULL && descr[0] != '\0');
  const bool big = descr[0] == '>';
  if (code[0] == 'O')
    return vtm_fail(error, VTM_ERROR_UNSUPPORTED, "%s: holds Python objects (pickle): refused", where);
  for (size_t i = 0; i < DESCRS; i++) {
    if (strcmp(descrs[i].code, code) != 0) continue;
    header->dtype = descrs[i].dtype;
    header->item_size = vtm_dtype_size(header->dtype);
    header->swap_unit = big && header->item_size > 1 ? header->item_size : 0;
    return VTM_OK;
  }
  enum { WIDTH_LIMIT = 1 << 16 };
  parser width = {code + 1, code + strlen(code)};
  int64_t characters = 0;
  if ((code[0] == 'U' || code[0] == 'S') && accept_number(&width, &characters) && width.at == width.end &&
      characters <= WIDTH_LIMIT) {
    header->dtype = VTM_TEXT;
    header->unicode = code[0] == 'U';
    header->item_size = (size_t)characters * (header->unicode ? 4 : 1);
    header->swap_unit = big && header->unicode ? 4 : 0;
    return VTM_OK;
  }
  return vtm_fail(error, VTM_ERROR_UNSUPPORTED, "%s: has dtype '%s', which is not supported", where, descr);
}

static vtm_status read_dictionary(const char *where, parser *p, vtm_npy_header *header, vtm_error *error) {
  bool descr = false;
  bool order = false;
  bool shape = false;
  char key[32];
  char text[32];
  if (!accept_token(p, "{")) return fail_malformed_npy(where, "malformed .npy header", error);
  while (!accept_token(p, "}")) {
    if (!accept_quoted(p, key, sizeof(key)) || !accept_token(p, ":"))
      return fail_malformed_npy(where, "malformed .npy header", error);
    if (strcmp(key, "descr") == 0 && !descr) {
      if (accept_token(p, "["))
        return vtm_fail(error, VTM_ERROR_UNSUPPORTED, "%s: is a structured array, which is not supported", where);
      if (!accept_quoted(p, text, sizeof(text)))
        return fail_malformed_npy(where, "malformed .npy header: descr", error);
      const vtm_status status = read_descr(where, text, header, error);
      if (status != VTM_OK) return status;
      descr = true;
    } else if (strcmp(key, "fortran_order") == 0 && !order) {
      header->fortran_order = accept_token(p, "True");
      if (!header->fortran_order && !accept_token(p, "False"))
        return fail_malformed_npy(where, "malformed .npy header: fortran_order", error);
      order = true;
    } else if (strcmp(key, "shape") == 0 && !shape && accept_shape(p, header)) {
      shape = true;
    } else {
      return fail_malformed_npy(
          where, "malformed .npy header: an unknown key, one given twice, or a shape of more than 8 sides", error);
    }
    if (!accept_token(p, ",") && !accept_token(p, "}"))
      return fail_malformed_npy(where, "malformed .npy header", error);
    if (p->at[-1] == '}') break;
  }
  return descr && order && shape ? VTM_OK : fail_malformed_npy(where, "malformed .npy header: a key is missing", error);
}

bool vtm_npy_recognised(const uint8_t *bytes, size_t size) {
  return size >= PREFIX_1 && memcmp(bytes, "\x93NUMPY", MAGIC) == 0;
}

vtm_status vtm_npy_parse(const char *where, const uint8_t *bytes, size_t size, vtm_npy_header *header,
                         vtm_error *error) {
  *header = (vtm_npy_header){0};
  if (!vtm_npy_recognised(bytes, size)) return fail_malformed_npy(where, "is not a NumPy array", error);
  const bool short_length = bytes[MAGIC] == 1;
  if (bytes[MAGIC] < 1 || bytes[MAGIC] > 3 || size < PREFIX_2)
    return fail_malformed_npy(where, "is of an unknown version of the .npy format, or truncated", error);
  const size_t prefix = short_length ? PREFIX_1 : PREFIX_2;
  uint64_t length = 0;
  for (size_t i = prefix; i-- > MAGIC + 2;) length = length << 8 | bytes[i];
  if (length > HEADER_LIMIT || length > size - prefix)
    return fail_malformed_npy(where, "says its header is longer than the file, or than 64 kB: truncated or damaged",
                              error);
  parser p = {(const char *)bytes + prefix, (const char *)bytes + prefix + length};
  const vtm_status status = read_dictionary(where, &p, header, error);
  if (status != VTM_OK) return status;
  header->data_offset = prefix + (size_t)length;
  if (!vtm_shape_count(header->shape, header->rank, header->item_size > 0 ? header->item_size : 1, &header->count))
    return fail_malformed_npy(where, "has an impossible shape", error);
  const uint64_t needed = (uint64_t)header->count * header->item_size;
  char shape[VTM_SHAPE_TEXT];
  if (needed != size - header->data_offset)
    return vtm_fail(error, VTM_ERROR_FORMAT,
                    "%s: shape %s needs %" PRIu64 " bytes, %zu are there: truncated or damaged", where,
                    vtm_shape_text(header->shape, header->rank, shape), needed, size - header->data_offset);
  return VTM_OK;
}

/* ---- elements ---- */

/* Fortran order to C order: the first index runs fastest in the source, the last in the target. */
static void reorder_fortran(const vtm_npy_header *header, const uint8_t *source, uint8_t *target) {
  int64_t index[VTM_MAX_RANK] = {0};
  size_t stride[VTM_MAX_RANK] = {0};
  size_t step = header->item_size;
  for (int i = 0; i < header->rank; i++) {
    stride[i] = step;
    step *= (size_t)header->shape[i];
  }
  for (size_t element = 0; element < header->count; element++, target += header->item_size) {
    size_t offset = 0;
    for (int i = 0; i < header->rank; i++) offset += (size_t)index[i] * stride[i];
    memcpy(target, source + offset, header->item_size);
    for (int i = header->rank - 1; i >= 0 && ++index[i] == header->shape[i]; i--) index[i] = 0;
  }
}

/* Big endian to little endian, in place. */
static void swap_bytes(uint8_t *bytes, size_t size, size_t unit) {
  for (size_t i = 0; i + unit <= size; i += unit)
    for (size_t k = 0; k < unit / 2; k++) {
      const uint8_t first = bytes[i + k];
      bytes[i + k] = bytes[i + unit - 1 - k];
      bytes[i + unit - 1 - k] = first;
    }
}

/* UTF-8 of one code point; 0 when it is none. */
static size_t encode_utf8(uint32_t code, char *target) {
  if (code < 0x80) {
    target[0] = (char)code;
    return 1;
  }
  if (code < 0x800) {
    target[0] = (char)(0xc0 | code >> 6);
    target[1] = (char)(0x80 | (code & 0x3f));
    return 2;
  }
  if (code >= 0xd800 && code < 0xe000) return 0;
  if (code < 0x10000) {
    target[0] = (char)(0xe0 | code >> 12);
    target[1] = (char)(0x80 | (code >> 6 & 0x3f));
    target[2] = (char)(0x80 | (code & 0x3f));
    return 3;
  }
  if (code > 0x10ffff) return 0;
  target[0] = (char)(0xf0 | code >> 18);
  target[1] = (char)(0x80 | (code >> 12 & 0x3f));
  target[2] = (char)(0x80 | (code >> 6 & 0x3f));
  target[3] = (char)(0x80 | (code & 0x3f));
  return 4;
}

/* One element, NUL-padded in the file, as a NUL-terminated string at `target`; the bytes it took, 0
 * when it is not text. */
static size_t decode_text(const vtm_npy_header *header, const uint8_t *element, char *target) {
  size_t length = 0;
  if (!header->unicode) {
    length = strnlen((const char *)element, header->item_size);
    memcpy(target, element, length);
    target[length] = '\0';
    return length + 1;
  }
  for (size_t i = 0; i + 4 <= header->item_size; i += 4) {
    const uint32_t code = (uint32_t)element[i] | (uint32_t)element[i + 1] << 8 | (uint32_t)element[i + 2] << 16 |
                          (uint32_t)element[i + 3] << 24;
    if (code == 0) break;
    const size_t bytes = encode_utf8(code, target + length);
    if (bytes == 0) return 0;
    length += bytes;
  }
  target[length] = '\0';
  return length + 1;
}

static vtm_status read_text(vtm_weights *weights, const char *where, const vtm_npy_header *header,
                            const uint8_t *source, vtm_tensor *tensor, vtm_error *error) {
  void *pointers = NULL;
  void *characters = NULL;
  vtm_status status = vtm_weights_own(weights, (uint64_t)header->count * sizeof(char *), &pointers, error);
  if (status == VTM_OK)
    status = vtm_weights_own(weights, (uint64_t)header->count * (header->item_size + 1), &characters, error);
  if (status != VTM_OK) return status;
  char **strings = pointers;
  char *next = characters;
  for (size_t i = 0; i < header->count; i++) {
    strings[i] = next;
    const size_t used = decode_text(header, source + i * header->item_size, next);
    if (used == 0) return fail_malformed_npy(where, "holds a text that is not valid Unicode", error);
    next += used;
  }
  tensor->data = strings;
  return VTM_OK;
}

vtm_status vtm_npy_add(vtm_weights *weights, const char *where, const char *name, const uint8_t *bytes, size_t size,
                       vtm_error *error) {
  vtm_npy_header header;
  vtm_status status = vtm_npy_parse(where, bytes, size, &header, error);
  if (status != VTM_OK) return status;
  vtm_tensor tensor = {.name = name, .dtype = header.dtype, .rank = header.rank};
  memcpy(tensor.shape, header.shape, sizeof(tensor.shape));
  const uint8_t *source = bytes + header.data_offset;
  const size_t payload = header.count * header.item_size;
  tensor.data = source;
  const bool reordered = header.fortran_order && header.rank > 1 && header.count > 0;
  if (reordered || header.swap_unit > 0 || (header.dtype != VTM_TEXT && (uintptr_t)source % header.item_size != 0)) {
    void *copy = NULL;
    status = vtm_weights_own(weights, payload, &copy, error);
    if (status != VTM_OK) return status;
    if (reordered)
      reorder_fortran(&header, source, copy);
    else if (payload > 0)
      memcpy(copy, source, payload);
    if (header.swap_unit > 0) swap_bytes(copy, payload, header.swap_unit);
    tensor.data = source = copy;
  }
  if (header.dtype == VTM_TEXT) status = read_text(weights, where, &header, source, &tensor, error);
  return status == VTM_OK ? vtm_weights_add(weights, &tensor, error) : status;
}

static bool recognises_npy(const vtm_weights *weights) {
  return vtm_npy_recognised(weights->file.bytes, weights->file.size);
}

static vtm_status read_npy(vtm_weights *weights, vtm_error *error) {
  return vtm_npy_add(weights, weights->path, "array", weights->file.bytes, weights->file.size, error);
}

const vtm_weights_reader vtm_reader_npy = {"npy", recognises_npy, read_npy};
