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

int vtm_interval_decimals(const vtm_interval *interval) {
  const double half = 0.5 * (interval->high - interval->low);
  if (!(half > 0)) return 0;
  const double decimals = 1 - floor(log10(half));
  return (int)fmin(fmax(decimals, 0), MOST_DECIMALS);
}

void vtm_interval_text(double value, const vtm_interval *interval, int decimals, char text[VTM_INTERVAL_TEXT]) {
  char low[VTM_NUMBER_TEXT];
  char high[VTM_NUMBER_TEXT];
  vtm_number_rounded(value, decimals, text);
  if (interval == NULL) return;
  vtm_number_rounded(interval->low, decimals, low);
  vtm_number_rounded(interval->high, decimals, high);
  const size_t length = strlen(text);
  (void)snprintf(text + length, VTM_INTERVAL_TEXT - length, " [%s, %s]", low, high);
}

vtm_interval vtm_interval_times(const vtm_interval *interval, double sign) {
  if (sign > 0) return *interval;
  return (vtm_interval){-interval->high, -interval->low, interval->standard_error};
}
