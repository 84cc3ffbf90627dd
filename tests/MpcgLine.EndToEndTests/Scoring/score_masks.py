#!/usr/bin/env python3
"""Region recall and precision of `mpcgline inspect` on images with masks, computed from files alone.

Made from the words of the rule in evaluation.json, not from the program's code:

  Marked pixels (128 and more) nearer than 3 px to each other are one true region; regions below 6 px are left out. A
  true region is found when the box of a detection overlaps one of its pixels or lies within 3 px of one. A detection is
  right when it finds a true region in this sense and its area is at most 4 times that region's area dilated by 3 px.

  mpcgline inspect DATA/test/good DATA/test/defect --model BUNDLE --out FOUND
  /usr/bin/python3 score_masks.py DATA FOUND/defects.jsonl

It prints one JSON object: trueRegions, found, detections, right. Needs Debian's python3-numpy, python3-scipy and
python3-pil.
"""
import glob
import json
import os
import sys

import numpy as np
from PIL import Image
from scipy.ndimage import distance_transform_edt
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

REACH = 3
LARGEST_RATIO = 4
MINIMUM_AREA = 6


def true_regions(mask):
    points = np.argwhere(mask >= 128)
    pairs = cKDTree(points).query_pairs(REACH - 1e-9, output_type="ndarray")
    links = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(points), len(points)))
    count, group = connected_components(links, directed=False)
    for i in range(count):
        region = points[group == i]
        if len(region) >= MINIMUM_AREA:
            yield region


def distances(region, shape):
    """Distance of every pixel to the region, on a canvas that reaches beyond the image for the dilation's sake."""
    margin = REACH + 1
    canvas = np.ones((shape[0] + 2 * margin, shape[1] + 2 * margin), bool)
    canvas[region[:, 0] + margin, region[:, 1] + margin] = False
    return distance_transform_edt(canvas), margin


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    folder, defects = sys.argv[1:]
    found = {}
    with open(defects, encoding="utf-8") as lines:
        for line in lines:
            defect = json.loads(line)
            found.setdefault(os.path.abspath(defect["image"]), []).append((defect["box"], defect["area"]))
    counts = {"trueRegions": 0, "found": 0, "detections": sum(map(len, found.values())), "right": 0}
    for path in glob.glob(os.path.join(folder, "test", "masks", "*.png")):
        mask = np.asarray(Image.open(path).convert("L"))
        boxes = found.get(os.path.abspath(os.path.join(folder, "test", "defect", os.path.basename(path))), [])
        right = set()
        for region in true_regions(mask):
            distance, margin = distances(region, mask.shape)
            near = [
                i for i, ((x, y, width, height), _) in enumerate(boxes)
                if (distance[y + margin:y + margin + height, x + margin:x + margin + width] <= REACH).any()
            ]
            limit = LARGEST_RATIO * int((distance <= REACH).sum())
            right.update(i for i in near if boxes[i][1] <= limit)
            counts["trueRegions"] += 1
            counts["found"] += bool(near)
        counts["right"] += len(right)
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
