/* Writes the transforms of Cook-Toom (Winograd) convolution as a C header, at build time.
 *
 * F(m, r): m outputs of a correlation with r taps from n = m + r - 1 inputs by n products instead of m r,
 *   y = A' [(G g) * (B' d)]           (Lavin and Gray 2015, arXiv 1509.09308; Cook 1966, Toom 1963)
 * A polynomial product is determined by its values at n points: with the points p_0 .. p_{n-2} and infinity,
 *   A'[i][j] = p_j^i                   last column: 1 in the last row
 *   G[j][k]  = p_j^k / prod_{l != j} (p_j - p_l)         last row: 1 in the last column
 *   B'[j]    = coefficients of prod_{l != j} (x - p_l)   last row: of prod_l (x - p_l)
 * Each row of G is scaled against its row of B' by a power of two, so that both have entries of like size:
 * that keeps the rounding of the products down. The points are small fractions of a power of two: every number
 * below is exact in long double. */
#include <math.h>
#include <stdio.h>

enum { MOST = 16 };

static const long double points[] = {0, 1, -1, 0.5L, -0.5L, 2, -2, 0.25L, -0.25L, 4, -4, 0.75L, -0.75L};

typedef struct transforms {
  int m, r, n;
  long double a[MOST][MOST], g[MOST][MOST], b[MOST][MOST];
} transforms;

/* c(x) (x - root), coefficients from the lowest */
static void times_root(long double *c, int degree, long double root) {
  for (int i = degree + 1; i > 0; i--) c[i] = c[i - 1] - root * c[i];
  c[0] *= -root;
}

static void polynomial_without(const transforms *t, int left_out, long double *c) {
  for (int i = 0; i < MOST; i++) c[i] = 0;
  c[0] = 1;
  int degree = 0;
  for (int l = 0; l < t->n - 1; l++)
    if (l != left_out) times_root(c, degree++, points[l]);
}

static long double largest(const long double *row, int count) {
  long double most = 0;
  for (int i = 0; i < count; i++) most = fmaxl(most, fabsl(row[i]));
  return most;
}

static void fill(transforms *t) {
  const int last = t->n - 1;
  for (int j = 0; j < last; j++) {
    long double denominator = 1;
    for (int l = 0; l < last; l++)
      if (l != j) denominator *= points[j] - points[l];
    for (int i = 0; i < t->m; i++) t->a[i][j] = powl(points[j], i);
    for (int k = 0; k < t->r; k++) t->g[j][k] = powl(points[j], k) / denominator;
    polynomial_without(t, j, t->b[j]);
  }
  for (int i = 0; i < t->m; i++) t->a[i][last] = i == t->m - 1;
  for (int k = 0; k < t->r; k++) t->g[last][k] = k == t->r - 1;
  polynomial_without(t, -1, t->b[last]);
  for (int j = 0; j < t->n; j++) {
    const int shift = (int)lroundl((log2l(largest(t->b[j], t->n)) - log2l(largest(t->g[j], t->r))) / 2);
    for (int k = 0; k < t->r; k++) t->g[j][k] = ldexpl(t->g[j][k], shift);
    for (int k = 0; k < t->n; k++) t->b[j][k] = ldexpl(t->b[j][k], -shift);
  }
}

/* sum_j A'[i][j] G[j][k] B'[j][l] is 1 where l = i + k and 0 elsewhere: the identity that makes it a convolution */
static int is_convolution(const transforms *t) {
  for (int i = 0; i < t->m; i++)
    for (int k = 0; k < t->r; k++)
      for (int l = 0; l < t->n; l++) {
        long double sum = 0;
        for (int j = 0; j < t->n; j++) sum += t->a[i][j] * t->g[j][k] * t->b[j][l];
        if (fabsl(sum - (l == i + k)) > 1e-12L) return 0;
      }
  return 1;
}

static void print(const char *type, const char *name, const transforms *t, const long double matrix[MOST][MOST],
                  int rows, int columns) {
  printf("static const %s cook_toom_%s_%d_%d[%d][%d] = {\n", type, name, t->m, t->r, rows, columns);
  for (int i = 0; i < rows; i++) {
    printf("    {");
    for (int j = 0; j < columns; j++) printf("%s%a", j ? ", " : "", (double)matrix[i][j]);
    printf("},\n");
  }
  printf("};\n");
}

int main(void) {
  static const int forms[][2] = {{1, 1}, {2, 3}, {4, 3}, {6, 3}, {4, 5}, {6, 7}};
  printf("/* Made by cook_toom_generate.c. */\n");
  for (unsigned f = 0; f < sizeof(forms) / sizeof(*forms); f++) {
    transforms t = {.m = forms[f][0], .r = forms[f][1], .n = forms[f][0] + forms[f][1] - 1};
    fill(&t);
    if (!is_convolution(&t)) return 1;
    print("float", "a", &t, t.a, t.m, t.n);
    print("double", "g", &t, t.g, t.n, t.r);
    print("float", "b", &t, t.b, t.n, t.n);
  }
  return 0;
}
