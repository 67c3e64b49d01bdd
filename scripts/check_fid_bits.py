#!/usr/bin/env python3
"""check_fid_bits.py VTONMETRICS [--runs N] [--sizes 600,1000,...] [--folders DIR]: FID of the same files again
and again, on a machine that does nothing else: each size has to print one value, equal to NumPy's to 1e-9.

Needs numpy. Features are normal, seeded, of 2048 values. With --folders, DIR holds two folders of pictures a and b, and
weights.safetensors (make_weights inception safetensors): they are scored through a store in DIR, from the pictures the first time
and from the store then, and NumPy gets the features that the program saved."""
import argparse, collections, os, subprocess, sys, tempfile, time
import numpy as np


def frechet(a, b):
    """tr (S1 S2)^(1/2) as the sum of the singular values of the product of the centred rows, so that no digits are lost for
    singular covariances; of more rows than features, of their R."""
    def factor(x):
        centred = (x - x.mean(0)) / np.sqrt(len(x) - 1)
        return np.linalg.qr(centred, mode='r') if len(x) > x.shape[1] else centred
    fa, fb = factor(a), factor(b)
    norm = np.linalg.svd(fa @ fb.T, compute_uv=False).sum()
    d = a.mean(0) - b.mean(0)
    return d @ d + (fa * fa).sum() + (fb * fb).sum() - 2 * norm


def repeat(name, command, runs, expected):
    values, start = collections.Counter(), time.time()
    for _ in range(runs):
        done = subprocess.run(command, capture_output=True, text=True)
        values[done.stdout.strip() if done.returncode == 0 else f'status {done.returncode}: {done.stderr[-200:]}'] += 1
    first = next(iter(values))
    try:
        off = abs(float(first) - expected) / expected
    except ValueError:
        off = float('inf')
    good = len(values) == 1 and off <= 1e-9
    print(f'{name:34} {runs} runs, {len(values)} value{"s" if len(values) > 1 else ""}: {first[:60]}, off by {off:.1e}, '
          f'{(time.time() - start) / runs:.2f} s each  {"ok" if good else "WRONG: " + str(dict(values))}', flush=True)
    return good


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('program')
    parser.add_argument('--runs', type=int, default=50)
    parser.add_argument('--sizes', default='600,1000,2032,5000,20000')
    parser.add_argument('--folders')
    options = parser.parse_args()
    fid = [options.program, 'fid', '--quiet']
    good = True
    with tempfile.TemporaryDirectory(dir=os.environ.get('TMPDIR', '/var/tmp')) as folder:
        for n in [int(n) for n in options.sizes.split(',') if n]:
            random, paths, sides = np.random.default_rng(n), [], []
            for side in 'ab':
                rows = (random.standard_normal((n, 2048)) + (0.1 if side == 'b' else 0)).astype(np.float32)
                paths.append(os.path.join(folder, side + '.npz'))
                np.savez(paths[-1], features=rows, names=np.array([f'p{i:05}' for i in range(n)]))
                sides.append(rows.astype(np.float64))
            expected = frechet(*sides)
            for extra in [], ['--interval']:
                good &= repeat(f'{n} x 2048 {" ".join(extra)}', fid + ['--value', *extra, *paths], options.runs, expected)
        if options.folders:
            a, b, weights = (os.path.join(options.folders, x) for x in ('a', 'b', 'weights.safetensors'))
            use = ['--protocol', 'pytorch-fid', '--weights', weights, '--store', os.path.join(options.folders, 'store.sqlite'), '--all-images']
            sides = []
            for side in a, b:
                saved = os.path.join(folder, 'saved.npz')
                subprocess.run(fid + use + ['--save-features', saved, side], check=True, stdout=subprocess.DEVNULL)
                sides.append(np.load(saved)['features'].astype(np.float64))
            expected = frechet(*sides)
            for extra in [], ['--interval']:
                good &= repeat(f'folders of {len(sides[0])} {" ".join(extra)}', fid + use + ['--value', *extra, a, b],
                               options.runs, expected)
    sys.exit(0 if good else 1)


main()
