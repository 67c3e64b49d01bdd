#include "image/kind.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

typedef struct file_kind {
  size_t offset, length;
  const char *magic, *name;
} file_kind;

#define MAGIC(offset, bytes, name) \
  { offset, sizeof(bytes) - 1, bytes, name }
static const file_kind kinds[] = {
    MAGIC(0, "%PDF-", "a PDF document"),
    MAGIC(4, "ftyp", "a video"),
    MAGIC(0, "8BPS", "a Photoshop document"),
    MAGIC(0, "PK\x03\x04", "a zip archive (or a file built on one: .npz, .pth, .docx)"),
    MAGIC(0, "\x1f\x8b", "a gzip archive"),
    MAGIC(0, "7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    MAGIC(0, "Rar!", "a RAR archive"),
    MAGIC(0, "\x93NUMPY", "a NumPy array"),
    MAGIC(0,
          "\x7f"
          "ELF",
          "an executable"),
    MAGIC(0, "\x1a\x45\xdf\xa3", "a Matroska or WebM video"),
    MAGIC(0, "SQLite format 3", "an SQLite database"),
    MAGIC(0, "version https://git-lfs", "a Git LFS pointer (run `git lfs pull` to get the image)"),
};
#undef MAGIC

static bool starts_with(const uint8_t *bytes, size_t size, const char *word) {
  const size_t length = strlen(word);
  return size >= length && strncasecmp((const char *)bytes, word, length) == 0;
}

static const char *guess_text(const uint8_t *bytes, size_t size) {
  if (size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
    bytes += 3;
    size -= 3;
  }
  while (size > 0 && isspace(*bytes)) {
    bytes++;
    size--;
  }
  if (starts_with(bytes, size, "<!doctype html") || starts_with(bytes, size, "<html"))
    return "an HTML page (a failed download?)";
  if (starts_with(bytes, size, "<svg")) return "an SVG drawing";
  if (starts_with(bytes, size, "<?xml")) return "an XML document";
  if (starts_with(bytes, size, "{\"") || starts_with(bytes, size, "[{")) return "JSON text";
  return "text";
}

const char *vtm_image_guess_kind(const uint8_t *bytes, size_t size) {
  enum { EXAMINED = 512 };
  for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
    const file_kind *kind = &kinds[i];
    if (size >= kind->offset + kind->length && memcmp(bytes + kind->offset, kind->magic, kind->length) == 0)
      return kind->name;
  }
  const size_t seen = size < EXAMINED ? size : EXAMINED;
  size_t zeros = 0, controls = 0, high = 0;
  for (size_t i = 0; i < seen; i++) {
    if (bytes[i] == 0) zeros++;
    if (bytes[i] >= 0x80) high++;
    if (bytes[i] < 32 && !isspace(bytes[i])) controls++;
  }
  if (zeros == seen) return "nothing but zero bytes (an unfinished copy or download?)";
  return controls == 0 && high <= seen / 3 ? guess_text(bytes, size) : NULL;
}
