#!/usr/bin/env python3
"""Writes reference.json: SSIM, variance weights and the four losses of two small images, by numpy and scipy alone.

A third, larger pair is made of sines alone, so that its reader makes it again instead of reading it.

Run with Debian's python3-numpy and python3-scipy:  /usr/bin/python3 reference.py > reference.json
"""
import json

import numpy as np
from scipy.ndimage import convolve1d

C1, C2, FLOOR = 1e-4, 9e-4, 0.002
HEIGHT, WIDTH = 32, 28

BLOCKS_HEIGHT, BLOCKS_WIDTH = 128, 192

rng = np.random.default_rng(7)
rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
source = np.clip(0.5 + 0.3 * np.sin(rows / 3) * np.cos(columns / 5) + 0.05 * rng.standard_normal((HEIGHT, WIDTH)), 0, 1)
reconstruction = np.clip(source * 0.9 + 0.04 + 0.03 * rng.standard_normal((HEIGHT, WIDTH)), 0, 1)
source, reconstruction = source.round(5), reconstruction.round(5)

offsets = np.arange(-5, 6)
gaussian = np.exp(-offsets**2 / (2 * 1.5**2))
gaussian /= gaussian.sum()
uniform = np.full(11, 1 / 11)


def mean(image, window):
    # scipy's "mirror" is the reflection that does not repeat the border.
    return convolve1d(convolve1d(image, window, axis=0, mode="mirror"), window, axis=1, mode="mirror")


def figures(source, reconstruction):
    mx, my = mean(source, gaussian), mean(reconstruction, gaussian)
    vx = mean(source**2, gaussian) - mx**2
    vy = mean(reconstruction**2, gaussian) - my**2
    cov = mean(source * reconstruction, gaussian) - mx * my
    ssim = (2 * mx * my + C1) * (2 * cov + C2) / ((mx**2 + my**2 + C1) * (vx + vy + C2))
    variance = mean(source**2, uniform) - mean(source, uniform) ** 2
    weights = (variance + FLOOR) / (variance + FLOOR).sum()
    squared = (source - reconstruction) ** 2
    return ssim, weights, {
        "WeightedSsim": float(((1 - ssim) * weights).sum()),
        "Ssim": float((1 - ssim).mean()),
        "WeightedMse": float((squared * weights).sum()),
        "Mse": float(squared.mean()),
    }


ssim, weights, losses = figures(source, reconstruction)
rows, columns = np.mgrid[0:BLOCKS_HEIGHT, 0:BLOCKS_WIDTH]
blocks = 0.5 + 0.3 * np.sin(rows / 3) * np.cos(columns / 5) + 0.1 * np.sin(rows * columns / 50)
_, _, blocks_losses = figures(blocks, 0.9 * blocks + 0.04 + 0.03 * np.sin(1.7 * rows + 0.9 * columns))

print(json.dumps({
    "height": HEIGHT,
    "width": WIDTH,
    "source": source.ravel().tolist(),
    "reconstruction": reconstruction.ravel().tolist(),
    "ssim": ssim.ravel().round(8).tolist(),
    "weights": weights.ravel().round(10).tolist(),
    **losses,
    "blocks": {"height": BLOCKS_HEIGHT, "width": BLOCKS_WIDTH, **blocks_losses},
}))
