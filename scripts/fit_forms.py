#!/usr/bin/env python3
"""Fits the rates of src/backend/cpu/f32/cost_model.c to measured times.

  vtonmetrics bench --forms --json --net inception --cpu-mask amx >inception.json
  vtonmetrics bench --forms --json --net alexnet --cpu-mask amx >alexnet.json
  fit_forms.py inception.json alexnet.json

Prints the rates of that class of processor, how far the model then is from the clock, and what the forms that it
chooses would cost against the fastest of each layer. Rates minimise the sum of squares of (modelled - measured) /
measured and are not negative. Needs numpy.
"""
import json
import sys

import numpy as np

WORKS = ("products", "tiles", "transforms", "weights")


def fit(work, times):
    """Least squares without negative rates: whichever rate comes out negative is left out."""
    scaled = work / times[:, None]
    used = list(range(work.shape[1]))
    while True:
        rates = np.zeros(work.shape[1])
        rates[used] = np.linalg.lstsq(scaled[:, used], np.ones(len(times)), rcond=None)[0]
        if (rates >= 0).all():
            return rates
        used.remove(int(rates.argmin()))


def main():
    work, times, layers = [], [], []
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            bench = json.load(file)
        for layer in bench["layers"]:
            for form in layer.get("forms", []):
                work.append([form["work"][name] for name in WORKS])
                times.append(form["seconds"] * bench["peak"])
                layers.append((path, layer["layer"], layer["share"]))
    work, times = np.array(work), np.array(times)
    rates = fit(work, times)
    modelled = work @ rates
    print("rates " + ", ".join(f"{name} {rate:.4g}" for name, rate in zip(WORKS, rates)))
    print(f"rms of modelled / measured - 1: {np.sqrt(np.mean((modelled / times - 1) ** 2)):.3f}")
    best = chosen = 0
    for layer in dict.fromkeys(layers):
        rows = [i for i, other in enumerate(layers) if other == layer]
        best += min(times[i] for i in rows)
        chosen += times[min(rows, key=lambda i: modelled[i])]
    print(f"forms chosen by the model take {chosen / best:.4f} times what the fastest would")


if __name__ == "__main__":
    main()
