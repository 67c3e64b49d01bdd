#!/usr/bin/env python3
"""Writes tests/golden/frechet_values.h: Frechet distances of the features of tests/golden/features.h.

Small and medium cases with mpmath at 60 digits from the covariances, so rounding has no part in them;
large ones with the eigenvalues of S1^(1/2) S2 S1^(1/2), or the singular values of A B', in float64.
Needs numpy, mpmath. Run: scripts/golden/frechet.py > tests/golden/frechet_values.h
"""
import numpy as np
from mpmath import mp, mpf, matrix, eigsy, sqrt

mp.dps = 60
MASK = (1 << 64) - 1


def rows(seed, n, d):
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
    return x


def exact(a, b):
    """Everything in 60 digits, features taken as the exact numbers they are (multiples of 2^-1074)."""
    from fractions import Fraction
    SHIFT = 120
    def centred(x):
        # whole numbers: x * 2^SHIFT * n - sum; exact, and fast with Python's integers
        q = [[int(Fraction(float(v)) * 2 ** SHIFT) for v in r] for r in x]
        assert all(Fraction(float(v)) * 2 ** SHIFT == w for r, s in zip(x, q) for v, w in zip(r, s))
        n, total = len(q), [sum(c) for c in zip(*q)]
        return [[n * v - t for v, t in zip(r, total)] for r in q], total, n
    ca, ta, na = centred(a)
    cb, tb, nb = centred(b)
    unit_a, unit_b = mpf(2) ** SHIFT * na, mpf(2) ** SHIFT * nb
    mean = sum((mpf(s) / unit_a - mpf(t) / unit_b) ** 2 for s, t in zip(ta, tb))
    trace = (mpf(sum(v * v for r in ca for v in r)) / unit_a ** 2 / (na - 1)
             + mpf(sum(v * v for r in cb for v in r)) / unit_b ** 2 / (nb - 1))
    scale = unit_a * unit_b * sqrt(mpf(na - 1) * (nb - 1))
    d = len(ca[0])
    if min(na, nb) <= d:                      # singular values of A B'
        m = matrix(na, nb)
        for i in range(na):
            for j in range(nb):
                m[i, j] = mpf(sum(x * y for x, y in zip(ca[i], cb[j]))) / scale
        if na > nb:
            m = m.T
        e = eigsy(m * m.T, eigvals_only=True)
    else:                                     # eigenvalues of S1^(1/2) S2 S1^(1/2) by Cholesky's factor
        s1, s2 = matrix(d, d), matrix(d, d)
        for s, c, u, n in ((s1, ca, unit_a, na), (s2, cb, unit_b, nb)):
            columns = list(zip(*c))
            for i in range(d):
                for j in range(i + 1):
                    s[i, j] = s[j, i] = mpf(sum(x * y for x, y in zip(columns[i], columns[j]))) / u ** 2 / (n - 1)
        l = mp.cholesky(s1)
        e = eigsy(l.T * s2 * l, eigvals_only=True)
    return float(mean), float(trace - 2 * sum(sqrt(v) for v in e if v > mpf(10) ** -40))


def double(a, b):
    n, d = a.shape
    m = a.mean(0) - b.mean(0)
    if min(len(a), len(b)) <= d:
        p = ((a - a.mean(0)) @ (b - b.mean(0)).T) / np.sqrt((len(a) - 1.0) * (len(b) - 1.0))
        t = np.linalg.svd(p, compute_uv=False).sum()
    else:
        w, v = np.linalg.eigh(np.cov(a, rowvar=False))
        r = (v * np.sqrt(np.clip(w, 0, None))) @ v.T
        t = np.sqrt(np.clip(np.linalg.eigvalsh(r @ np.cov(b, rowvar=False) @ r), 0, None)).sum()
    return float(m @ m), float(a.var(0, ddof=1).sum() + b.var(0, ddof=1).sum() - 2 * t)


CASES = [(2, 2, 5), (2, 3, 5), (3, 50, 5), (9, 12, 1), (50, 7, 8), (40, 60, 40), (64, 30, 64), (30, 20, 64),
         (5000, 3000, 12), (700, 900, 48), (110, 110, 256)]
LARGE = [(110, 110, 2048), (2048, 2048, 512), (5000, 2500, 512), (5000, 5000, 2048)]


def main():
    print("/* Made by scripts/golden/frechet.py: do not edit. */")
    print("static const golden_frechet golden_distances[] = {")
    for i, (na, nb, d) in enumerate(CASES + LARGE):
        sa, sb = 2 * i + 1, 2 * i + 2
        a, b = rows(sa, na, d), rows(sb, nb, d)
        mean, covariance = (exact if i < len(CASES) else double)(a, b)
        print(f"    {{{sa}, {na}, {sb}, {nb}, {d}, {mean!r}, {covariance!r}}},", flush=True)
    print("};")


if __name__ == "__main__":
    main()
