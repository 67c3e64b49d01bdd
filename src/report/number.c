#include "report/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A program may have chosen a locale with a decimal comma; files for programs have a point. */
static void use_point(char *text) {
  for (; *text != '\0'; text++)
    if (strchr("+-0123456789einfa", *text) == NULL) *text = '.';
}

void vtm_number_exact(double value, char text[VTM_NUMBER_TEXT]) {
  for (int digits = 15; digits <= 17; digits++) {
    (void)snprintf(text, VTM_NUMBER_TEXT, "%.*g", digits, value);
    const double read_back = strtod(text, NULL);
    if (memcmp(&read_back, &value, sizeof(value)) == 0) break;
  }
  use_point(text);
}

void vtm_number_rounded(double value, int decimals, char text[VTM_NUMBER_TEXT]) {
  (void)snprintf(text, VTM_NUMBER_TEXT, "%.*f", decimals, value);
  use_point(text);
}

enum { MOST_DECIMALS = 7 }; /* a score has no more; an interval that needs them is rounding */

double vtm_interval_half(const vtm_interval *interval) { return 0.5 * (interval->high - interval->low); }

int vtm_interval_decimals(const vtm_interval *interval) {
  const double half = vtm_interval_half(interval);
  if (!(half > 0)) return 0;
  const double decimals = 1 - floor(log10(half));
  return (int)fmin(fmax(decimals, 0), MOST_DECIMALS);
}
