/* A layout file, and the same bytes as an ignore file. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lint/filter_read.h"
#include "lint/layout_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  vtm_error error;
  vtm_layout_file *file = NULL;
  if (vtm_layout_file_parse("layout.json", (const char *)data, size, &file, &error) == VTM_OK) {
    const vtm_layout *layout = vtm_layout_file_layout(file);
    for (size_t i = 0; i < layout->part_count; i++) {
      vtm_layout_name parsed;
      (void)vtm_layout_parse_name(&layout->parts[i], "00001_00_mask.png", &parsed);
      (void)vtm_is_word_of(layout->parts[i].folder, "image");
    }
  }
  vtm_layout_file_close(file);
  char *text = calloc(size + 1, 1);
  if (text == NULL) return 0;
  if (size > 0) memcpy(text, data, size);
  vtm_lint_filter filter = {0};
  (void)vtm_lint_filter_parse(&filter, ".vtonlint", text, &error);
  (void)vtm_lint_filter_ignores(&filter, vtm_lint_table_at(0), "test/image/00001_00.jpg");
  vtm_lint_filter_close(&filter);
  free(text);
  return 0;
}
