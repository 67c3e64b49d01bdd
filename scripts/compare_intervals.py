#!/usr/bin/env python3
"""Intervals of 95 % that were tried for means and for FID: how often they hold the truth, and how long they are.

Prints the table "What else was tried" of docs/statistics.md. The adopted interval is tried by the program's own code in
tests/simulation/test_coverage.c; here it stands beside the others, written once more.
Needs numpy, scipy. Run: scripts/compare_intervals.py [DRAWS, 2000]; some minutes.
"""
import sys

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats import t

RESAMPLES = 1000
rng = np.random.default_rng(1)
normal = rng.standard_normal


def failures(shape):
    return np.where(rng.random(shape) < 0.03, 0.7 + 0.1 * normal(shape), 0.2 + 0.05 * normal(shape))


def difference(shape):
    """Of two values with long tails, of the same people."""
    z = normal(shape)
    return np.exp(0.8 * (0.8 * z + 0.6 * normal(shape))) - 0.9 * np.exp(0.8 * (0.8 * z + 0.6 * normal(shape)))


LAWS = {"normal": (normal, 0), "log-normal 0.4": (lambda s: np.exp(0.4 * normal(s)), np.exp(0.08)),
        "exponential": (lambda s: rng.exponential(1, s), 1), "log-normal 1": (lambda s: np.exp(normal(s)), np.exp(0.5)),
        "t, 3 degrees": (lambda s: rng.standard_t(3, s), 0),
        "difference": (difference, 0.1 * np.exp(0.32)), "3 % failures": (failures, 0.215)}


def hall(z, k):
    c = np.cbrt(1 + k * (z - k / 6))
    return 3 * (z - k / 6) / (c * c + c + 1)


def ends(estimate, error, below, above):
    return estimate - below * error, estimate + above * error


def adopted(estimate, error, k, z):
    k = np.clip(k, -0.7 / z, 0.7 / z)
    return ends(estimate, error, np.maximum(z, hall(z, k)), np.maximum(z, hall(z, -k)))


def quantile(rows, share):
    place = share * (rows.shape[1] - 1)
    below = np.minimum(place.astype(int), rows.shape[1] - 2)
    at = np.arange(len(rows))
    return rows[at, below] + (place - below) * (rows[at, below + 1] - rows[at, below])


def intervals_of_means(x):
    draws, n = x.shape
    mean = x.mean(1)
    c = x - mean[:, None]
    squares = (c * c).sum(1)
    error = np.sqrt(squares / (n - 1) / n)
    k = (c ** 3).sum(1) / squares ** 1.5
    z = t.ppf(0.975, n - 1)
    weights = rng.multinomial(n, np.full(n, 1 / n), RESAMPLES).astype(float)
    star = c @ weights.T / n
    variance = np.maximum((c * c) @ weights.T / n - star ** 2, 1e-12 * squares[:, None]) / (n - 1)
    student = np.sort(star / np.sqrt(variance), 1)
    bias = ndtri(np.clip((star < 0).mean(1), 1e-4, 1 - 1e-4))
    star = np.sort(star, 1)
    bca = []
    for side in (-1, 1):
        w = bias + side * z * np.sqrt(n / (n - 1))
        bca.append(mean + quantile(star, ndtr(bias + w / (1 - k / 6 * w))))
    last = np.full(draws, 0.975)
    return {"Student's t": ends(mean, error, z, z), "BCa bootstrap": tuple(bca),
            "bootstrap-t": ends(mean, error, quantile(student, last), -quantile(student, 1 - last)),
            "Hall's t": ends(mean, error, hall(z, k), hall(z, -k)), "adopted": adopted(mean, error, k, z)}


def influences(x, y):
    """FID and what each pair adds to it (see scripts/golden/influence.py)."""
    n = len(x)
    d = x.mean(0) - y.mean(0)
    a, b = x - x.mean(0), y - y.mean(0)
    c = n / (n - 1)
    f, h = np.linalg.qr(a, "r"), np.linalg.qr(b, "r")
    u, s, vt = np.linalg.svd(f @ h.T)
    p, q = h.T @ vt.T / np.sqrt(s), f.T @ u / np.sqrt(s)
    both = (2 * (a - b) @ d + c * (a * a).sum(1) - c * ((a @ p) ** 2).sum(1)
            + c * (b * b).sum(1) - c * ((b @ q) ** 2).sum(1))
    return d @ d + ((a * a).sum() + (b * b).sum() - 2 * s.sum()) / (n - 1), (both - both.mean()) / n


def features(law, n, d):
    spread = 1 / np.sqrt(1 + np.arange(d))
    person = normal((n, d))
    result = np.sqrt(0.5) * (person + normal((n, d)))
    tail = {"normal": lambda z: z, "rectified": lambda z: np.maximum(z, 0), "log-normal 1": np.exp,
            "t, 3 degrees": lambda z: z / np.sqrt(rng.chisquare(3, z.shape) / 3)}[law]
    return spread * tail(person), spread * (0.1 + tail(result))


def intervals_of_fid(law, n, draws):
    found = [influences(*features(law, n, 16)) for _ in range(draws)]
    value, parts = np.array([f[0] for f in found]), np.array([f[1] for f in found])
    error = np.sqrt((parts ** 2).sum(1))
    k = (parts ** 3).sum(1) / error ** 3
    z = t.ppf(0.975, n - 1)
    return value.mean(), {"Student's t": ends(value, error, z, z),
                          "on the logarithm": (value * np.exp(-z * error / value), value * np.exp(z * error / value)),
                          "Hall's t": ends(value, error, hall(z, k), hall(z, -k)),
                          "adopted": adopted(value, error, k, z)}


def row(what, n, truth, found):
    student = found["Student's t"]
    cells = ["%.1f, %.2f" % (100 * np.mean((low <= truth) & (truth <= high)),
                             np.mean(high - low) / np.mean(student[1] - student[0])) for low, high in found.values()]
    print("| %s | %d | %s |" % (what, n, " | ".join(cells)), flush=True)


def head(what, names):
    print("\n| %s | people | %s |\n|---|---:|%s" % (what, " | ".join(names), "---:|" * len(names)))


def main():
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    head("mean of", ["Student's t", "BCa bootstrap", "bootstrap-t", "Hall's t", "adopted"])
    for what, (draw, truth) in LAWS.items():
        for n in (10, 30, 110):
            row(what, n, truth, intervals_of_means(draw((draws, n))))
    head("FID of features", ["Student's t", "on the logarithm", "Hall's t", "adopted"])
    for what in ("normal", "rectified", "log-normal 1", "t, 3 degrees"):
        for n in (30, 110):
            row(what, n, *intervals_of_fid(what, n, draws // 4))


main()
