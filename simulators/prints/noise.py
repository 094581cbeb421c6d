"""The two kinds of noise that skin and glass are made of."""

from __future__ import annotations

import cv2
import numpy as np

from simulators.floats import Floats, floats


def smooth(
    rng: np.random.Generator, shape: tuple[int, ...], scale: int, amplitude: float
) -> Floats:
    """Noise of about `scale` pixels that reaches exactly `amplitude` or its opposite."""
    height, width = shape
    coarse = rng.standard_normal((height // scale + 4, width // scale + 4)).astype(np.float32)
    blurred = cv2.GaussianBlur(coarse, (0, 0), 1)
    noise = floats(cv2.resize(blurred, (width, height), interpolation=cv2.INTER_CUBIC))
    return noise * (amplitude / float(np.abs(noise).max()))


def grain(rng: np.random.Generator, shape: tuple[int, ...], sigma: float) -> Floats:
    """Noise of standard deviation 1, blurred by `sigma` pixels."""
    noise = floats(cv2.GaussianBlur(rng.standard_normal(shape).astype(np.float32), (0, 0), sigma))
    return noise / float(noise.std())


def logistic(x: Floats) -> Floats:
    """From 0 to 1, without overflow far below."""
    return 1 / (1 + np.exp(np.minimum(-x, 60)))
