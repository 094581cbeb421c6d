"""How a face is lit: exposure, evenness, colour. None of it is a number of the skin itself.

Under-exposure is read where it does not depend on the skin: the whites of the eyes, and the ground.
Unevenness is a ratio between two places of the same skin; a colour cast is what the whites of the
eyes and the ground have in common.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from station.faces.portrait import HALF

if TYPE_CHECKING:
    import numpy.typing as npt

    from station.faces.portrait import Portrait, Zone

    Floats = npt.NDArray[np.float32]

_BURNT = 0.965  # linear light: grey level 251, Y = 247 of ISO/IEC 29794-5
_FLARE = 0.004  # linear light that lens and sensor add everywhere
_MIDDLE_BAND = 2  # px at half size, beside the middle, that halves are compared without
_LEVELS = 256
_SKIN = np.array((5.0, 6.5), np.float32)  # CIE a* and b* that every skin has in white light
_PALER = 3.0  # a light shifts skin less than it shifts white, by about this much
_EYES = (251, 364)  # x of the aligned face
_PLACES = ((262, 352), (354, 352), (308, 300), (240, 345), (376, 345))  # smooth skin
_PLACE = 15  # px around each


def eye_zones(portrait: Portrait) -> tuple[Zone, Zone]:
    """Lids and whites of both eyes."""
    left, right = (portrait.zone(x - 40, 252, x + 40, 292) for x in _EYES)
    return left, right


def cheeks(portrait: Portrait) -> tuple[Zone, Zone]:
    """Between eye and mouth on either side (29794-5: from under each eye towards the nose)."""
    return portrait.zone(243, 337, 277, 371), portrait.zone(338, 337, 372, 371)


def cheek_light(portrait: Portrait) -> float:
    """Linear light of the skin that other places are compared with."""
    zones = np.concatenate([zone.light.ravel() for zone in cheeks(portrait)])
    return float(np.median(zones)) + _FLARE


def burnt(portrait: Portrait) -> float:
    """Share of the face without any drawing left (OverExposurePrevention, raw value)."""
    light = portrait.light[portrait.region]
    return float((light >= _BURNT).mean()) if light.size else 0.0


def lightest(portrait: Portrait) -> float:
    """Linear light of the whites of the eyes, whatever the skin."""
    zones = np.concatenate([zone.light.ravel() for zone in eye_zones(portrait)])
    return float(np.percentile(zones, 95))


def uneven(portrait: Portrait) -> float:
    """Stops between the lighter and the darker half of the face."""
    mirrored = portrait.region & portrait.region[:, ::-1]
    middle = HALF // 2
    left, right = (
        portrait.light[:, half][mirrored[:, half]]
        for half in (slice(None, middle - _MIDDLE_BAND), slice(middle + _MIDDLE_BAND, None))
    )
    return abs(_stops(left) - _stops(right)) if left.size else 0.0


def shadow(portrait: Portrait) -> float:
    """Stops between the lightest and the darkest of five places of smooth skin."""
    stops = [
        _stops(portrait.zone(x - _PLACE, y - _PLACE, x + _PLACE, y + _PLACE).light)
        for x, y in _PLACES
    ]
    return max(stops) - min(stops)


def chroma(portrait: Portrait) -> float:
    """Colour of the cheeks, CIE C*: near 0 in a black-and-white print."""
    return float(np.hypot(*skin_colour(portrait)))


def cast(portrait: Portrait, ground: tuple[float, float]) -> float:
    """What the ground (its a*, b*) has in common with the whites of the eyes or the skin, CIE C*.

    A tinted wall colours the ground alone, tired eyes the eyes alone; a light colours both. Skin
    counts by how far it is from any skin: whatever its tone, it is redder and yellower than grey.
    """
    longest = max(float(np.hypot(*ground)), 1e-6)
    white = _white(portrait)
    skin = _PALER * np.minimum(skin_colour(portrait) - _SKIN, 0)
    shared = float(white @ ground) / max(longest, float(np.hypot(*white)))
    return max(0.0, shared, float(skin @ ground) / longest)


def skin_colour(portrait: Portrait) -> Floats:
    """CIE a* and b* of the cheeks, medians."""
    colours = np.concatenate([zone.lab for zone in cheeks(portrait)])
    return np.asarray(np.median(colours[:, 1:], 0), np.float32)


def _white(portrait: Portrait) -> Floats:
    """CIE a* and b* of the whites of the eyes."""
    colours = np.concatenate([zone.lab for zone in eye_zones(portrait)])
    low, high = np.percentile(colours[:, 0], (88, 97))  # the glint is lighter than the white
    band = (colours[:, 0] >= low) & (colours[:, 0] <= high)
    return np.asarray(np.median(colours[band, 1:], 0), np.float32)


def levels(portrait: Portrait) -> float:
    """Grey levels between the darkest and the lightest of the face (19794-5 §7.4.2.1)."""
    grey = np.asarray(cv2.cvtColor(portrait.aligned[::2, ::2], cv2.COLOR_BGR2GRAY), np.uint8)
    used = np.bincount(grey[portrait.region], minlength=_LEVELS) >= 3
    found = np.flatnonzero(used)
    return float(found[-1] - found[0] + 1) if found.size else 0.0


def _stops(light: Floats) -> float:
    return float(np.log2(np.median(light) + _FLARE)) if light.size else float(np.log2(_FLARE))
