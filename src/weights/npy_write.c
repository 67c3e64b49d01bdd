#include "weights/npy_write.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

enum { ALIGNMENT = 64, PREFIX = 10 };

static const char *const codes[] = {
    [VTM_FLOAT32] = "<f4", [VTM_FLOAT64] = "<f8", [VTM_FLOAT16] = "<f2", [VTM_BFLOAT16] = NULL, [VTM_INT64] = "<i8",
    [VTM_INT32] = "<i4",   [VTM_INT16] = "<i2",   [VTM_INT8] = "|i1",    [VTM_UINT8] = "|u1",   [VTM_BOOL] = "|b1",
};

/* Magic, version 1.0, little-endian length, dictionary, spaces, newline; the whole a multiple of 64. */
static vtm_status format_header(const char *code, int rank, const int64_t *shape, size_t padded_size, vtm_text *header,
                                vtm_error *error) {
  vtm_text_append_bytes(header, "\x93NUMPY\x01\x00\x00", PREFIX);
  vtm_text_format(header, "{'descr': '%s', 'fortran_order': False, 'shape': (", code);
  for (int i = 0; i < rank; i++) vtm_text_format(header, "%s%" PRId64, i > 0 ? ", " : "", shape[i]);
  vtm_text_append(header, rank == 1 ? ",), }" : "), }");
  const size_t least = header->length + 1;
  const size_t size = padded_size >= least ? padded_size : (least + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  while (!header->failed && header->length + 1 < size) vtm_text_append(header, " ");
  vtm_text_append(header, "\n");
  if (header->failed) return vtm_fail(error, VTM_ERROR_MEMORY, "out of memory: %zu bytes were needed", size);
  header->bytes[PREFIX - 2] = (char)((size - PREFIX) & 0xff);
  header->bytes[PREFIX - 1] = (char)((size - PREFIX) >> 8 & 0xff);
  return VTM_OK;
}

vtm_status vtm_npy_format_header(vtm_dtype dtype, size_t text_width, int rank, const int64_t *shape, size_t padded_size,
                                 vtm_text *header, vtm_error *error) {
  char text[32];
  (void)snprintf(text, sizeof(text), "<U%zu", text_width);
  const char *code = dtype == VTM_TEXT ? text : codes[dtype];
  if (code == NULL)
    return vtm_fail(error, VTM_ERROR_UNSUPPORTED, "NumPy has no %s: convert the array to float32 first",
                    vtm_dtype_name(dtype));
  return format_header(code, rank, shape, padded_size, header, error);
}

vtm_status vtm_npy_format_bytes_header(size_t width, int rank, const int64_t *shape, vtm_text *header,
                                       vtm_error *error) {
  char text[32];
  (void)snprintf(text, sizeof(text), "|S%zu", width);
  return format_header(text, rank, shape, 0, header, error);
}
