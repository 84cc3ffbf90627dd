"""Compares two defects.jsonl of `mpcgline inspect` over the same images, region by region.

Usage: compare_defects.py EXPECTED ACTUAL

Regions of one image are paired by distance, the nearest first. The last line says how many there are, how many found a
partner within 1 px of their centroid, and the largest such distance; exit code 0 where every region has one.
"""
import collections
import json
import math
import sys

LIMIT = 1.0  # px


def regions(path):
    by_image = collections.defaultdict(list)
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            region = json.loads(line)
            by_image[region["image"]].append(region["centroid"])
    return by_image


def pair(expected, actual):
    """Distances of the pairs, nearest first; nobody is in two."""
    distances = sorted((math.dist(e, a), i, j) for i, e in enumerate(expected) for j, a in enumerate(actual))
    left, right, pairs = set(range(len(expected))), set(range(len(actual))), []
    for distance, i, j in distances:
        if distance <= LIMIT and i in left and j in right:
            left.remove(i)
            right.remove(j)
            pairs.append(distance)
    return pairs


def main():
    expected, actual = regions(sys.argv[1]), regions(sys.argv[2])
    pairs = []
    for image in sorted(expected.keys() | actual.keys()):
        found = pair(expected[image], actual[image])
        pairs += found
        if not len(found) == len(expected[image]) == len(actual[image]):
            print(f"{image}: {len(expected[image])} regions expected, {len(actual[image])} found, {len(found)} of them in pairs")
    counts = [sum(map(len, side.values())) for side in (expected, actual)]
    furthest = max(pairs, default=0)
    holds = counts[0] > 0 and counts[0] == counts[1] == len(pairs)
    print(
        f"regions {counts[0]} expected, {counts[1]} found, {len(pairs)} in pairs, furthest {furthest:.3f} px (at most {LIMIT:g}): "
        + ("holds" if holds else "does not hold"))
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
