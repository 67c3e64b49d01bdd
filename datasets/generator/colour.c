#include <math.h>

#include "draw.h"

colour mix(colour a, colour b, double share_of_b) {
  const double t = share_of_b;
  return (colour){a.r + (b.r - a.r) * t, a.g + (b.g - a.g) * t, a.b + (b.b - a.b) * t};
}

static double limit(double v) { return v < 0 ? 0 : v > 1 ? 1 : v; }

/* Rotation of the chroma plane of YIQ, which keeps the lightness. */
colour turn_hue(colour c, double degrees) {
  const double y = 0.299 * c.r + 0.587 * c.g + 0.114 * c.b;
  const double i = 0.596 * c.r - 0.274 * c.g - 0.322 * c.b;
  const double q = 0.211 * c.r - 0.523 * c.g + 0.312 * c.b;
  const double angle = degrees * M_PI / 180;
  const double i2 = i * cos(angle) - q * sin(angle);
  const double q2 = i * sin(angle) + q * cos(angle);
  return (colour){limit(y + 0.956 * i2 + 0.621 * q2), limit(y - 0.272 * i2 - 0.647 * q2),
                  limit(y - 1.106 * i2 + 1.703 * q2)};
}

void set_colour(cairo_t *cr, colour c, double alpha) { cairo_set_source_rgba(cr, c.r, c.g, c.b, alpha); }
