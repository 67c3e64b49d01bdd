#!/usr/bin/env python3
"""Writes tests/golden/resample_values.h: the BCa interval and the sign-flip p of made-up values.

The generator is written out once more (SplitMix64, xoshiro256**), so draws are the same; quantiles come from scipy.
Needs numpy, scipy. Run: scripts/golden/resample.py > tests/golden/resample_values.h
"""
import itertools

import numpy as np
from scipy.stats import norm, t

MASK = (1 << 64) - 1
RESAMPLES = 10000


def mix(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


class Random:
    def __init__(self, seed):
        self.s = [mix((seed + (i + 1) * 0x9E3779B97F4A7C15) & MASK) for i in range(4)]

    def next(self):
        s = self.s
        def rotate(x, k):
            return ((x << k) | (x >> (64 - k))) & MASK
        result = rotate(s[1] * 5 & MASK, 7) * 9 & MASK
        shifted = s[1] << 17 & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= shifted
        s[3] = rotate(s[3], 45)
        return result


def golden_uniform(seed, counter):
    return (mix((seed * 0xD1342543DE82EF95 + (counter + 1) * 0x9E3779B97F4A7C15) & MASK) >> 11) * 2.0 ** -53


def means(x, seed):
    random, n, out = Random(seed), len(x), []
    for _ in range(RESAMPLES):
        picks = []
        for i in range(0, n - 1, 2):
            bits = random.next()
            picks += [(bits & 0xFFFFFFFF) * n >> 32, (bits >> 32) * n >> 32]
        if n % 2:
            picks.append((random.next() >> 32) * n >> 32)
        out.append(x[picks].mean())
    return np.array(out)


def interval(x, seed):
    n, m = len(x), x.mean()
    star = means(x, seed)
    z0 = norm.ppf(((star < m - 1e-15).sum() + 0.5 * (abs(star - m) <= 1e-15).sum()) / RESAMPLES)
    a = ((x - m) ** 3).sum() / (6 * ((x - m) ** 2).sum() ** 1.5)
    z = t.ppf(0.975, n - 1) * np.sqrt(n / (n - 1))
    ends = [norm.cdf(z0 + (z0 + s * z) / (1 - a * (z0 + s * z))) for s in (-1, 1)]
    return np.quantile(star, ends)


def flips(x, seed):
    if len(x) <= 13:  # all patterns
        sums = [sum(s * v for s, v in zip(signs, x)) for signs in itertools.product((1, -1), repeat=len(x))]
        return np.mean(np.abs(sums) >= abs(x.sum()) - 1e-12 * abs(x).sum())
    random, count = Random(seed), 1
    for _ in range(RESAMPLES - 1):
        total = 0.0
        for start in range(0, len(x), 64):
            bits = random.next()
            for v in x[start:start + 64]:
                total += -v if bits & 1 else v
                bits >>= 1
        count += abs(total) >= abs(x.sum()) - 1e-12 * abs(x).sum()
    return min(count / RESAMPLES, 2 * np.exp(-x.sum() ** 2 / (2 * (x ** 2).sum())))  # Hoeffding's bound


random = Random(1)
print("/* Made by scripts/golden/resample.py: do not edit. */")
print("static const uint64_t golden_random[] = {%s}; /* seed 1 */\n" % ", ".join("0x%xU" % random.next() for _ in range(4)))
print("static const golden_resample golden_resamples[] = {")
for seed, n, offset in [(1, 10, 0.2), (2, 31, 0.3), (3, 110, 0.3), (4, 64, 0.55), (5, 129, 0.0)]:
    x = np.array([golden_uniform(seed, i) ** 2 - offset for i in range(n)])
    low, high = interval(x, seed)
    print("    {%d, %d, %r, %r, %r, %r, %r}," % (seed, n, offset, float(low), float(high),
                                                 float(x.std(ddof=1) / np.sqrt(n)), float(flips(x, seed))))
print("};")
