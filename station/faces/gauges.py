"""Every measure that needs a face: its name, its unit, what reads it, and where to look at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from station.faces import detail, geometry, light, worn
from station.faces.portrait import region_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from station.faces.ground import Ground
    from station.faces.landmarks import Eye
    from station.faces.portrait import Portrait
    from station.quality.report import Region

    Read = Callable[["View"], float | None]
    Where = Callable[[Portrait], Region]


@dataclass(frozen=True, eq=False, slots=True)
class View:
    """A portrait with what is around it.

    `mm` is millimetres of the print for a pixel of `portrait`, `zoom` the pixels of the picture as
    it was given for one of them.
    """

    portrait: Portrait
    ground: Ground
    mm: float
    zoom: float


@dataclass(frozen=True, slots=True)
class Gauge:
    """One measure."""

    name: str
    unit: str
    read: Read
    where: Where


def _face(portrait: Portrait) -> Region:
    return region_of(portrait.face, geometry.crown(portrait.face), portrait.pixels.shape)


def _eyes(portrait: Portrait) -> Region:
    return portrait.zone(190, 226, 426, 340).region


def _left_eye(portrait: Portrait) -> Region:
    return worn.lens_zones(portrait)[0].region


def _right_eye(portrait: Portrait) -> Region:
    return worn.lens_zones(portrait)[1].region


def _mouth(portrait: Portrait) -> Region:
    return worn.mouth_zone(portrait).region


def _lower(portrait: Portrait) -> Region:
    return portrait.zone(215, 320, 401, 490).region


def _head(portrait: Portrait) -> Region:
    """Above the brows."""
    return portrait.zone(130, 20, 486, 245).region


def _opening(eye: Eye, t: float) -> float | None:
    return None if eye.opening is None else eye.opening / max(t, 1e-9)


def _yaw(view: View) -> float | None:
    return None if view.portrait.face.pose is None else view.portrait.face.pose.yaw


def _pitch(view: View) -> float | None:
    return None if view.portrait.face.pose is None else view.portrait.face.pose.pitch


def _roll(view: View) -> float | None:
    return None if view.portrait.face.pose is None else view.portrait.face.pose.roll


def _middle(view: View, axis: int) -> float:
    """The point between the eyes as a share of the width (0) or of the height (1)."""
    return float(view.portrait.face.middle[axis]) / float(view.portrait.pixels.shape[1 - axis])


def _height(view: View, *, clicked: bool) -> float | None:
    face = view.portrait.face
    known = face.crown is not None
    return geometry.height(face) * view.mm if known is clicked else None


ON_A_PRINT = (
    Gauge("width", "ratio", lambda v: geometry.width(v.portrait.face) / v.portrait.pixels.shape[1],
          _face),
    Gauge("eye_line", "ratio", lambda v: _middle(v, 1), _eyes),
    Gauge("centring", "ratio", lambda v: _middle(v, 0), _face),
)  # fmt: skip
HEIGHT = Gauge("height", "mm", lambda v: _height(v, clicked=True), _face)
HEIGHT_ESTIMATED = Gauge("height_estimated", "mm", lambda v: _height(v, clicked=False), _face)
BEFORE_A_CAMERA = (
    Gauge("margin", "mm", lambda v: geometry.margin(v.portrait.face, v.portrait.pixels.shape),
          _face),
)  # fmt: skip
HELD = (
    Gauge("sure", "ratio", lambda v: v.portrait.face.sure, _face),
    Gauge("eye_distance", "px", lambda v: v.portrait.face.ied * v.zoom, _eyes),
    Gauge("yaw", "°", _yaw, _face),
    Gauge("pitch", "°", _pitch, _face),
    Gauge("roll", "°", _roll, _face),
    Gauge("eye_left", "ratio", lambda v: _opening(v.portrait.face.left, v.portrait.face.t),
          _left_eye),
    Gauge("eye_right", "ratio", lambda v: _opening(v.portrait.face.right, v.portrait.face.t),
          _right_eye),
    Gauge("gaze", "ratio", lambda v: geometry.gaze(v.portrait.face), _eyes),
    Gauge("mouth", "ratio", lambda v: geometry.mouth_gap(v.portrait.face), _mouth),
)  # fmt: skip
LIT = (
    Gauge("sharpness", "1/px", lambda v: detail.sharpness(v.portrait), _face),
    Gauge("overexposed", "ratio", lambda v: light.burnt(v.portrait), _face),
    Gauge("underexposed", "ratio", lambda v: max(light.lightest(v.portrait), v.ground.light),
          _face),
    Gauge("uneven", "stops", lambda v: light.uneven(v.portrait), _face),
    Gauge("shadow", "stops", lambda v: light.shadow(v.portrait), _face),
)  # fmt: skip
DETAILED = (
    Gauge("expression", "ratio", lambda v: geometry.mouth_width(v.portrait.face), _mouth),
    Gauge("cast", "C*", lambda v: light.cast(v.portrait, v.ground.colour), _face),
    Gauge("chroma", "C*", lambda v: light.chroma(v.portrait), _face),
    Gauge("grey_levels", "levels", lambda v: light.levels(v.portrait), _face),
    Gauge("grain", "grey", lambda v: detail.grain(v.portrait), _face),
    Gauge("flat", "ratio", lambda v: detail.flat(v.portrait.pixels, v.portrait.face), _face),
    Gauge("red_eyes", "ratio", lambda v: worn.red_eyes(v.portrait), _eyes),
    Gauge("lenses", "ratio", lambda v: worn.lenses(v.portrait), _eyes),
    Gauge("eyes_covered", "ratio", lambda v: worn.covered(v.portrait), _eyes),
    Gauge("hair", "ratio", lambda v: worn.hair(v.portrait), _eyes),
    Gauge("glasses", "%", lambda v: worn.rim(v.portrait), _eyes),
    Gauge("reflection", "ratio", lambda v: worn.reflection(v.portrait), _eyes),
    Gauge("mouth_seen", "stops", lambda v: worn.mouth_seen(v.portrait), _mouth),
    Gauge("lower_face", "C*", lambda v: worn.lower_colour(v.portrait), _lower),
    Gauge("headgear", "", lambda _: None, _head),  # no measure is sure enough: always asked
)
