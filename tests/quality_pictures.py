"""Pictures that are prints, that are not, and portraits good and bad: all drawn here."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.uint8]
SHAPE = (500, 400)


def finger(
    period: float = 9.0, *, dark: float = 40, light: float = 245, duty: float = -0.2
) -> Grey:
    """Arched ridges in an oval, `dark` on `light`; the higher `duty`, the wider the ridges.

    Forty of them end within the picture: the phase turns once around each place.
    """
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]].astype(np.float32)
    phase = 2 * np.pi * np.hypot(x - 200, y - 700) / period
    rng = np.random.default_rng(3)
    for n, place in enumerate(rng.uniform((60, 60), (440, 340), (40, 2))):
        phase += (-1) ** n * np.arctan2(y - place[0], x - place[1])
    wave = np.sin(phase) + duty
    ridge = 1 / (1 + np.exp(-8 * wave))
    inside = ((x - 200) / 180) ** 2 + ((y - 250) / 230) ** 2 < 1
    grey = np.where(inside, light + (dark - light) * ridge, 252)
    return _grained(np.asarray(cv2.GaussianBlur(grey, (0, 0), 0.6), np.float64), 3)


def grating() -> Grey:
    """Lines as far apart as ridges, and none of them ends: cloth, a blind."""
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]].astype(np.float32)
    return _grained(128 + 90 * np.sin(2 * np.pi * (0.94 * x + 0.34 * y) / 9), 4)


def rings() -> Grey:
    """The same around one point: a record."""
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]].astype(np.float32)
    return _grained(128 + 90 * np.sin(2 * np.pi * np.hypot(x - 200, y - 250) / 9), 4)


def knitting() -> Grey:
    """Rows of V, ten pixels apart."""
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]].astype(np.float32)
    return _grained(128 + 80 * np.sin(2 * np.pi * (y + 6 * np.abs(x / 10 % 2 - 1)) / 10), 4)


def noise() -> Grey:
    return np.random.default_rng(1).integers(0, 256, SHAPE, dtype=np.uint8)


def gradient() -> Grey:
    return np.tile(np.linspace(0, 255, SHAPE[1]).astype(np.uint8), (SHAPE[0], 1))


def text_page() -> Grey:
    page: Grey = np.full(SHAPE, 250, np.uint8)
    for line in range(9):
        where = (10, 50 + 50 * line)
        cv2.putText(page, "SPECIMEN 0123", where, cv2.FONT_HERSHEY_SIMPLEX, 1.4, (30,), 3)
    return page


def platen() -> Grey:
    return _grained(np.full(SHAPE, 250.0), 2)


def portrait(background: int = 210, skin: tuple[int, int, int] = (150, 178, 224)) -> Grey:
    """A head and shoulders of flat colours with hard-edged features: (800, 622, 3) B, G, R."""
    image: Grey = np.full((800, 622, 3), background, np.uint8)
    cv2.ellipse(image, (311, 860), (290, 200), 0, 0, 360, (90, 60, 40), -1)
    cv2.ellipse(image, (311, 400), (190, 270), 0, 0, 360, (36, 48, 70), -1)
    cv2.ellipse(image, (311, 430), (165, 240), 0, 0, 360, skin, -1)
    for x in (240, 382):
        cv2.ellipse(image, (x, 400), (34, 16), 0, 0, 360, (250, 250, 250), -1)
        cv2.circle(image, (x, 400), 14, (60, 50, 30), -1)
        cv2.circle(image, (x, 400), 6, (5, 5, 5), -1)
        cv2.line(image, (x - 40, 360), (x + 40, 360), (30, 40, 60), 8)
    cv2.line(image, (311, 420), (300, 490), tuple(int(c * 0.8) for c in skin), 5)
    cv2.ellipse(image, (311, 560), (60, 14), 0, 0, 360, (80, 80, 170), -1)
    return _grained(cv2.GaussianBlur(image, (0, 0), 0.7).astype(np.float64), 1.2)


def _grained(image: npt.NDArray[np.floating], sigma: float) -> Grey:
    grain = np.random.default_rng(7).normal(0, sigma, image.shape)
    return np.clip(image + grain, 0, 255).astype(np.uint8)
