"""What stands before a face. The networks invent landmarks behind it, so pixels are looked at.

Light is compared with that of the cheeks, so that the skin does not count. Figures of real lenses,
hair and cloth vary more than any limit: most of these are questions to the agent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from station.faces.light import cheek_light

if TYPE_CHECKING:
    import numpy.typing as npt

    from station.faces.landmarks import Eye, Pixels
    from station.faces.portrait import Portrait, Zone

    Floats = npt.NDArray[np.float32]

_EYES = (251, 364)  # x of the aligned face
_FLARE = 0.004
_RIM = 5.0  # percent: a straighter edge below the eyes is the rim of glasses
_PUPIL = 0.45  # of the iris, in radius
_RED, _REDDER = 90, 1.9  # level of red from which on it counts, and how much above green


def lens_zones(portrait: Portrait) -> tuple[Zone, Zone]:
    """What a lens covers of each side."""
    left, right = (portrait.zone(x - 56, 226, x + 56, 340) for x in _EYES)
    return left, right


def mouth_zone(portrait: Portrait) -> Zone:
    """Both lips and what is around them."""
    return portrait.zone(240, 368, 376, 446)


def lenses(portrait: Portrait) -> float:
    """Light around the lighter eye over that of the cheeks: a dark lens takes it."""
    zones = [portrait.zone(x - 40, 262, x + 40, 306).light for x in _EYES]
    lighter = max(float(np.percentile(zone, 60)) for zone in zones)
    return (lighter + _FLARE) / cheek_light(portrait)


def covered(portrait: Portrait) -> float:
    """Light between brow and lid over that of the cheeks: hair, a frame or a lens takes it."""
    return min(_light(portrait, x, 246, 256) for x in _EYES) / cheek_light(portrait)


def hair(portrait: Portrait) -> float:
    """Edges that run down over those that run across, where the brows are: strands hang down."""
    return max(_runs_down(portrait.zone(x - 44, 205, x + 44, 262)) for x in _EYES)


def reflection(portrait: Portrait) -> float:
    """Light above and below the eyes over that of the cheeks, the lightest place; 1 without rim."""
    if rim(portrait) < _RIM:
        return 1.0
    places = ((246, 256), (298, 310))
    lightest = max(_light(portrait, x, *rows) for x in _EYES for rows in places)
    return lightest / cheek_light(portrait)


def rim(portrait: Portrait) -> float:
    """Straightest edge below the eyes, percent of the light there: the rim of glasses."""
    return min(_edge(portrait.zone(x - 26, 290, x + 26, 372)) for x in _EYES)


def mouth_seen(portrait: Portrait) -> float:
    """Stops between the lips and the skin around them; nothing where the mouth is hidden."""
    rows = np.log2(np.median(portrait.zone(278, 380, 338, 425).light, 1) + _FLARE)
    return float(rows.max() - rows.min()) if rows.size else 0.0


def lower_colour(portrait: Portrait) -> float:
    """Colour (CIE a*, b*) from below the eyes to beside the mouth and the chin."""
    above = ((231, 310, 271, 330), (344, 310, 384, 330), (290, 285, 326, 310))
    below = ((235, 380, 255, 430), (361, 380, 381, 430), (285, 430, 331, 455))
    one, other = (
        np.median(np.concatenate([portrait.zone(*box).lab for box in boxes]), 0)
        for boxes in (above, below)
    )
    return float(np.hypot(*(one - other)[1:]))


def red_eyes(portrait: Portrait) -> float | None:
    """Share of the redder pupil that a flash has made red; None without the iris."""
    shares = [_red(portrait.pixels, eye) for eye in (portrait.face.left, portrait.face.right)]
    known = [share for share in shares if share is not None]
    return max(known) if known else None


def _red(pixels: Pixels, eye: Eye) -> float | None:
    if eye.iris is None:
        return None
    centre = eye.iris[0]
    radius = _PUPIL * float(np.hypot(*(eye.iris[1:] - centre).T).mean())
    left, top = np.maximum(np.floor(centre - radius), 0).astype(int)
    right, bottom = np.ceil(centre + radius + 1).astype(int)
    part = pixels[top:bottom, left:right].astype(np.float32)
    if not part.size:
        return None
    y, x = np.ogrid[top : top + part.shape[0], left : left + part.shape[1]]
    inside = (x - centre[0]) ** 2 + (y - centre[1]) ** 2 <= max(radius, 1.0) ** 2
    green, red = part[inside, 1], part[inside, 2]
    return float(((red > _RED) & (red > _REDDER * green)).mean()) if red.size else None


def _light(portrait: Portrait, x: int, top: int, bottom: int) -> float:
    return float(np.median(portrait.zone(x - 22, top, x + 22, bottom).light)) + _FLARE


def _edge(zone: Zone) -> float:
    grey = _smooth(zone)
    steps = np.abs(cv2.Sobel(grey, cv2.CV_32F, 0, 1, ksize=3)) / 8
    return float(np.median(steps, 1).max() / max(float(grey.mean()), 20.0) * 100)


def _runs_down(zone: Zone) -> float:
    grey = _smooth(zone)
    down, across = (
        float(np.abs(cv2.Sobel(grey, cv2.CV_32F, dx, 1 - dx, ksize=3)).mean()) for dx in (1, 0)
    )
    return down / (across + 1.0)


def _smooth(zone: Zone) -> Floats:
    grey = np.asarray(cv2.cvtColor(zone.pixels, cv2.COLOR_BGR2GRAY), np.float32)
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), 1.1), np.float32)
