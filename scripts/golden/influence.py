#!/usr/bin/env python3
"""Writes tests/golden/influence_values.h: how sure Frechet distances of the features of tests/golden/features.h are.

The infinitesimal jackknife as it stands in papers, with all matrices of n x n written out, and nothing shared with the
C code but the rows; for n unlike m the same derivative of the same distance.
Needs numpy. Run: scripts/golden/influence.py > tests/golden/influence_values.h
"""
import numpy as np

MASK = (1 << 64) - 1


def rows(seed, n, d):
    """What golden_row of tests/golden/features.h gives, as float32."""
    with np.errstate(over="ignore"):
        counter = np.arange(1, n * d + 1, dtype=np.uint64)
        z = np.uint64(seed * 0xD1342543DE82EF95 & MASK) + counter * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    u = ((z >> np.uint64(11)).astype(np.float64) * 2.0 ** -53).reshape(n, d)
    x, before = np.empty((n, d)), np.zeros(n)
    for k in range(d):
        before = x[:, k] = u[:, k] * (1.0 / (1 + (k + seed) % 37)) + 0.5 * before
    return x.astype(np.float32).astype(np.float64)


def matched(x, y):
    """Influences of the x_i and of the y_i, n of each."""
    n = len(x)
    d = x.mean(0) - y.mean(0)
    a, b = x - x.mean(0), y - y.mean(0)
    c = n / (n - 1)
    tx, ty = (a * a).sum() / (n - 1), (b * b).sum() / (n - 1)
    k = a @ b.T
    u, s, vt = np.linalg.svd(k)
    keep = s > 1e-10 * s[0]
    gk = (u[:, keep] @ vt[keep]) * k
    r, q = gk.sum(1), gk.sum(0)
    of_x = 2 * a @ d + c * ((a * a).sum(1) - tx / c) - c * (r - r.mean())
    of_y = -2 * b @ d + c * ((b * b).sum(1) - ty / c) - c * (q - q.mean())
    value = d @ d + tx + ty - 2 * s.sum() / (n - 1)
    return value, of_x, of_y


def unmatched(x, y):
    n, m = len(x), len(y)
    d = x.mean(0) - y.mean(0)
    a, b = x - x.mean(0), y - y.mean(0)
    k = a @ b.T / np.sqrt((n - 1) * (m - 1))
    u, s, vt = np.linalg.svd(k, full_matrices=False)
    keep = s > 1e-10 * s[0]
    gk = (u[:, keep] @ vt[keep]) * k
    r, q = gk.sum(1), gk.sum(0)
    sx, sy = (a * a).sum(1), (b * b).sum(1)
    of_x = 2 * a @ d + n / (n - 1) * (sx - sx.mean()) - n * (r - r.mean())
    of_y = -2 * b @ d + m / (m - 1) * (sy - sy.mean()) - m * (q - q.mean())
    value = d @ d + sx.sum() / (n - 1) + sy.sum() / (m - 1) - 2 * s.sum()
    return value, of_x, of_y


def kernel_distance(x, y):
    """KID and the influences of matched rows, from the three means of kernels."""
    n, d = x.shape
    a, b, c = ((p @ q.T / d + 1) ** 3 for p, q in ((x, x), (y, y), (x, y)))
    own = [(k.sum(1) - k.diagonal()) / (n - 1) for k in (a, b)]
    value = own[0].mean() + own[1].mean() - 2 * c.mean()
    of_x = 2 * (own[0] - own[0].mean()) - 2 * (c.mean(1) - c.mean())
    of_y = 2 * (own[1] - own[1].mean()) - 2 * (c.mean(0) - c.mean())
    return value, np.sqrt(((of_x + of_y) ** 2).sum()) / n


CASES = [(1, 30, 2, 30, 64), (3, 110, 4, 110, 48), (5, 200, 6, 200, 16), (7, 60, 8, 25, 40), (9, 25, 10, 300, 32),
         (11, 12, 12, 12, 200)]
print("/* Made by scripts/golden/influence.py: do not edit. */")
print("static const golden_influence golden_influences[] = {")
for seed_a, n, seed_b, m, d in CASES:
    x, y = rows(seed_a, n, d), rows(seed_b, m, d)
    value, of_x, of_y = unmatched(x, y)
    if n == m:
        again = matched(x, y)
        assert np.allclose(again[0], value) and np.allclose(again[1], of_x) and np.allclose(again[2], of_y)
        value, of_x, of_y = again
    together = np.sqrt(((of_x + of_y) ** 2).sum()) / n if n == m else 0.0
    apart = np.sqrt((of_x ** 2).sum() / n ** 2 + (of_y ** 2).sum() / m ** 2)
    print("    {%d, %d, %d, %d, %d, %r, %r, %r, {%r, %r}, {%r, %r}}," % (
        seed_a, n, seed_b, m, d, *map(float, (value, together, apart, of_x[0] / n, of_x[-1] / n, of_y[0] / m,
                                              of_y[-1] / m))))
print("};\n")
print("/* Two models on the photographs of the first seed: standard error of the difference. */")
print("static const golden_difference golden_differences[] = {")
for seed, seed_a, seed_b, n, d in [(1, 2, 3, 30, 64), (4, 5, 6, 150, 32)]:
    x = rows(seed, n, d)
    va, xa, ya = matched(x, rows(seed_a, n, d))
    vb, xb, yb = matched(x, rows(seed_b, n, d))
    paired = np.sqrt(((xa + ya - xb - yb) ** 2).sum()) / n
    apart = np.sqrt(((xa - xb) ** 2).sum() + (ya ** 2).sum() + (yb ** 2).sum()) / n
    print("    {%d, %d, %d, %d, %d, %r, %r, %r}," % (seed, seed_a, seed_b, n, d, *map(float, (va - vb, paired, apart))))
print("};")
print("\n/* Features of float64 far from zero; what the rounding at that offset leaves of them is taken exactly. */")
print("static const golden_offset golden_offsets[] = {")
for offset, seed, seed_a, n, d in [(0, 1, 2, 30, 16), (1e2, 3, 4, 40, 24), (1e9, 1, 2, 30, 64), (-1e9, 5, 6, 80, 16)]:
    x, a = rows(seed, n, d) + offset, rows(seed_a, n, d) + offset
    value, of_x, of_a = matched(x - offset, a - offset)
    kid = map(repr, map(float, kernel_distance(x, a))) if abs(offset) < 1e3 else ("NAN", "NAN")
    print("    {%r, %d, %d, %d, %d, %r, %r, %s, %s}," % (
        float(offset), seed, seed_a, n, d, float(value), float(np.sqrt(((of_x + of_a) ** 2).sum()) / n), *kid))
print("};")
