/* Numbers whose bits have to agree: a failure prints both. Floats are widened, which keeps their value; 0 and -0
 * differ, and a NaN is equal to itself. */
#ifndef VTM_TESTS_BITS_H
#define VTM_TESTS_BITS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static inline void expect_same_bits_at(double a, double b, const char *a_text, const char *b_text, const char *file,
                                       int line) {
  if (memcmp(&a, &b, sizeof(a)) == 0) return;
  print_error("%s is %.17g (%a),\n%s is %.17g (%a)\n", a_text, a, a, b_text, b, b);
  _fail(file, line);
}

#define expect_same_bits(a, b) expect_same_bits_at((double)(a), (double)(b), #a, #b, __FILE__, __LINE__)

#endif
