#!/usr/bin/env python3
"""Recall and precision of `mpcgline inspect` on simulated panels, computed from files alone.

Made from the words of the match rule, not from the program's code:

  A true region is found when the box of a detection overlaps one of its pixels or lies within 3 px of one. A detection
  is right when it finds a true region in this sense and its area is at most 4 times that region's area dilated by 3 px.
  Recall counts true regions, precision counts detections. Distances are between pixel centres.

The pixels of a true region are those of the mask (255) inside the region's box of panel-N.json.

Forty panels of another seed, a third of them clean, as `mpcgline demo --seed 5 --panels 40` shows them:

  mpcgline simulate --out panels --seed 5 --panels 40 --clean 13
  mpcgline inspect panels --edges contrast --corner-radius 26.88 --out found
  /usr/bin/python3 score.py panels found/defects.jsonl

It prints one JSON object: panels, clean, rendered, found, detections, right, falseRegions, recall, precision, f1,
cleanRejected. Needs Debian's python3-numpy, python3-scipy and python3-pil.
"""
import glob
import json
import os
import sys

import numpy as np
from PIL import Image
from scipy.ndimage import distance_transform_edt

# A panel of the largest size has 100 million pixels.
Image.MAX_IMAGE_PIXELS = None

REACH = 3
LARGEST_RATIO = 4


def true_regions(mask, truth):
    """Each region alone on a canvas of its own with room for its dilation: (left, top, distance to its pixels)."""
    margin = REACH + 1
    for region in truth["regions"]:
        x, y, width, height = region["box"]
        canvas = np.zeros((height + 2 * margin, width + 2 * margin), bool)
        canvas[margin:-margin, margin:-margin] = mask[y:y + height, x:x + width] == 255
        assert canvas.sum() >= region["area"], f"the mask lacks pixels of {region}"
        yield x - margin, y - margin, distance_transform_edt(~canvas)


def is_near(left, top, distance, box):
    """Whether a pixel of the box lies on the region or within reach of it."""
    x, y, width, height = box
    rows = slice(max(0, y - top), max(0, y + height - top))
    columns = slice(max(0, x - left), max(0, x + width - left))
    return bool((distance[rows, columns] <= REACH).any())


def score(folder, defects_path):
    detections = {}
    with open(defects_path, encoding="utf-8") as lines:
        for line in lines:
            defect = json.loads(line)
            detections.setdefault(os.path.basename(defect["image"]), []).append((defect["box"], defect["area"]))

    counts = dict.fromkeys(("panels", "clean", "rendered", "found", "detections", "right", "cleanRejected"), 0)
    for path in sorted(glob.glob(os.path.join(folder, "panel-*.json"))):
        with open(path, encoding="utf-8") as file:
            truth = json.load(file)
        mask = np.asarray(Image.open(os.path.join(folder, truth["mask"])))
        assert mask.shape == (truth["length"], truth["width"])
        found = detections.pop(truth["image"], [])
        right = set()
        for left, top, distance in true_regions(mask, truth):
            near = [i for i, (box, _) in enumerate(found) if is_near(left, top, distance, box)]
            limit = LARGEST_RATIO * int((distance <= REACH).sum())
            right.update(i for i in near if found[i][1] <= limit)
            counts["found"] += bool(near)
        counts["panels"] += 1
        counts["clean"] += not truth["regions"]
        counts["cleanRejected"] += bool(found) and not truth["regions"]
        counts["rendered"] += len(truth["regions"])
        counts["detections"] += len(found)
        counts["right"] += len(right)
    assert not detections, f"detections on images without a truth: {sorted(detections)}"
    return counts


def ratio(part, whole):
    return round(part / whole, 3) if whole else None


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    counts = score(sys.argv[1], sys.argv[2])
    recall, precision = ratio(counts["found"], counts["rendered"]), ratio(counts["right"], counts["detections"])
    counts["falseRegions"] = counts["detections"] - counts["right"]
    counts["recall"], counts["precision"] = recall, precision
    counts["f1"] = round(2 * recall * precision / (recall + precision), 3) if recall and precision else 0
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
