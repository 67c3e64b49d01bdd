/* What follows the magic number and the system of a legacy .pth: the pickle and its storages. */
#include "fuzz/weights_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char head[] = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.\x80\x02}.";
  weights_input_try(head, sizeof(head) - 1, data, size);
  return 0;
}
