#!/usr/bin/env python3
"""Writes tests/golden/inference_values.h: the interval of a mean, the effective number and the sign-flip p of made-up values.

The generator is written out once more (SplitMix64, xoshiro256**), so draws are the same; Student's quantiles come from
scipy, and Hall's transformation is inverted by halving, not by its formula.
Needs numpy, scipy. Run: scripts/golden/inference.py > tests/golden/inference_values.h
"""
import itertools

import numpy as np
from scipy.optimize import brentq
from scipy.stats import t

MASK = (1 << 64) - 1
PATTERNS = 10000


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


def interval(x, miss=0.05):
    """Student's or Hall's, of each end the farther one."""
    n, m = len(x), x.mean()
    error = x.std(ddof=1) / np.sqrt(n)
    z = t.ppf(1 - miss / 2, n - 1)
    k = np.clip(((x - m) ** 3).sum() / ((x - m) ** 2).sum() ** 1.5, -0.7 / z, 0.7 / z)

    def transformed(s):
        return s + k * s ** 2 / 3 + k ** 2 * s ** 3 / 27 + k / 6

    ends = [brentq(lambda s: transformed(s) - bound, -100, 100, xtol=1e-14, rtol=1e-14) for bound in (z, -z)]
    return m - max(ends[0], z) * error, m - min(ends[1], -z) * error


def effective(x):
    squares = (x - x.mean()) ** 2
    return squares.sum() ** 2 / (squares ** 2).sum()


def flips(x, seed):
    if len(x) <= 13:  # all patterns
        sums = [sum(s * v for s, v in zip(signs, x)) for signs in itertools.product((1, -1), repeat=len(x))]
        return np.mean(np.abs(sums) >= abs(x.sum()) - 1e-12 * abs(x).sum())
    random, count = Random(seed), 1
    for _ in range(PATTERNS - 1):
        total = 0.0
        for start in range(0, len(x), 64):
            bits = random.next()
            for v in x[start:start + 64]:
                total += -v if bits & 1 else v
                bits >>= 1
        count += abs(total) >= abs(x.sum()) - 1e-12 * abs(x).sum()
    return min(count / PATTERNS, 2 * np.exp(-x.sum() ** 2 / (2 * (x ** 2).sum())))  # Hoeffding's bound


random = Random(1)
print("/* Made by scripts/golden/inference.py: do not edit. */")
print("static const uint64_t golden_random[] = {%s}; /* seed 1 */\n" % ", ".join("0x%xU" % random.next() for _ in range(4)))
print("static const golden_inference golden_inferences[] = {")
for seed, n, power, offset in [(1, 10, 2, 0.2), (2, 31, 2, 0.3), (3, 110, 2, 0.3), (4, 64, 2, 0.55), (5, 129, 1, 0.5),
                               (6, 30, 12, 0.1), (7, 12, 40, 0.0), (8, 40, 0.1, 0.9)]:
    x = np.array([golden_uniform(seed, i) ** power - offset for i in range(n)])
    numbers = *interval(x), *interval(x, 0.05 / 45), x.std(ddof=1) / np.sqrt(n), effective(x), flips(x, seed)
    print("    {%d, %d, %r, %r,\n     %s}," % (seed, n, power, offset, ", ".join(repr(float(v)) for v in numbers)))
print("};")
