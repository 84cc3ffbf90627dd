#!/usr/bin/env python3
"""Writes reference.json: rank figures and merged regions of random small images, straight from their definitions.

Run with Debian's python3-numpy and python3-scipy:  /usr/bin/python3 reference.py > reference.json

Every pixel has the score of its 4 x 4 px cell; pixels of cells without a score (null) do not count.
"""
import json

import numpy as np
from scipy.ndimage import label
from scipy.spatial.distance import cdist

CELL = 4
EIGHT_CONNECTED = np.ones((3, 3))


def auroc(scores, positive):
    """Share of pairs in which the positive is above the negative, ties counting half: every pair is looked at."""
    a, b = scores[positive][:, None], scores[~positive][None, :]
    return float(((a > b).sum() + 0.5 * (a == b).sum()) / (a.size * b.size))


def average_precision(scores, positive):
    total, last = 0.0, 0.0
    for threshold in np.unique(scores)[::-1]:
        above = scores >= threshold
        hits = (above & positive).sum()
        total += (hits / positive.sum() - last) * (hits / above.sum())
        last = hits / positive.sum()
    return float(total)


def aupro(maps, masks, limit):
    counts = [np.isfinite(m) for m in maps]
    regions = []
    for scores, mask, count in zip(maps, masks, counts):
        labels, n = label(mask, EIGHT_CONNECTED)
        regions += [scores[(labels == i) & count] for i in range(1, n + 1) if ((labels == i) & count).any()]
    sound = np.concatenate([m[c & ~k] for m, k, c in zip(maps, masks, counts)])
    rates, overlaps = [0.0], [0.0]
    for threshold in np.unique(np.concatenate([m[c] for m, c in zip(maps, counts)]))[::-1]:
        rates.append((sound >= threshold).mean())
        overlaps.append(np.mean([(r >= threshold).mean() for r in regions]))
    rates, overlaps = np.array(rates), np.array(overlaps)
    inside = rates <= limit
    # Of points straight above each other at the limit, all lie inside, and the last is the highest.
    x, y = list(rates[inside]), list(overlaps[inside])
    if x[-1] < limit:
        after = int(inside.sum())
        share = (limit - x[-1]) / (rates[after] - x[-1])
        y.append(y[-1] + share * (overlaps[after] - y[-1]))
        x.append(limit)
    return float(np.trapz(y, x) / limit)


def merged_areas(mask):
    """Areas of the regions when marked pixels nearer than 3 px are joined: every pair of pixels is looked at."""
    points = np.argwhere(mask)
    near = cdist(points, points) < 3
    group = np.arange(len(points))
    while True:
        lowest = np.where(near, group[None, :], len(points)).min(axis=1)
        if (lowest == group).all():
            return sorted(int(n) for n in np.unique(group, return_counts=True)[1])
        group = lowest


def blobs(rng, height, width):
    mask = np.zeros((height, width), bool)
    for _ in range(rng.integers(1, 7)):
        y, x = rng.integers(0, height), rng.integers(0, width)
        mask[y:y + rng.integers(1, 7), x:x + rng.integers(1, 9)] = True
    return mask & (rng.random(mask.shape) < 0.9)


def case(seed, step, hidden):
    rng = np.random.default_rng(seed)
    images, maps, masks = [], [], []
    for i in range(4):
        height, width = int(rng.integers(30, 50)), int(rng.integers(30, 50))
        rows, columns = -(-height // CELL), -(-width // CELL)
        mask = blobs(rng, height, width) if i else np.zeros((height, width), bool)
        padded = np.zeros((rows * CELL, columns * CELL))
        padded[:height, :width] = mask
        share = padded.reshape(rows, CELL, columns, CELL).mean(axis=(1, 3))
        cells = rng.standard_normal((rows, columns)) + 3 * share
        cells = (np.round(cells / step) * step if step else cells).astype(np.float32)
        cells[rng.random(cells.shape) < hidden] = -np.inf
        scores = np.kron(cells, np.ones((CELL, CELL)))[:height, :width]
        images.append({
            "width": width,
            "height": height,
            "scores": [None if np.isinf(s) else float(s) for s in cells.ravel()],
            "mask": "".join("1" if m else "0" for m in mask.ravel()),
            "mergedAreas": merged_areas(mask) if mask.any() else [],
        })
        maps.append(scores)
        masks.append(mask)
    every = np.concatenate([m.ravel() for m in maps])
    marked = np.concatenate([m.ravel() for m in masks])[np.isfinite(every)]
    every = every[np.isfinite(every)]
    return {
        "images": images,
        "auroc": auroc(every, marked),
        "averagePrecision": average_precision(every, marked),
        "aupro30": aupro(maps, masks, 0.3),
        "aupro05": aupro(maps, masks, 0.05),
        "auproWhole": aupro(maps, masks, 1.0),
    }


# Steps make ties: none, some, and almost nothing but ties.
print(json.dumps([case(1, 0, 0), case(2, 0.25, 0.1), case(3, 0.5, 0), case(4, 2, 0.2), case(5, 8, 0), case(6, 0, 0.4)]))
