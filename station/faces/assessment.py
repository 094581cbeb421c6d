"""A portrait measured and judged. What a live frame shows is the matter of `sight`.

A picture in which no face is found is refused; one of which nobody can say whether there is a face
is not assessed. Neither is ever a pass.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from station.capture import PortraitSource
from station.errors import NotAnImage
from station.faces import gauges, geometry
from station.faces.detail import blockiness
from station.faces.gauges import View
from station.faces.ground import ground
from station.faces.landmarks import scaled
from station.faces.portrait import Portrait
from station.faces.providers import provider
from station.quality.policy import relaxed, rules
from station.quality.report import Algorithm, Measure, judge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from station.capture import Sample
    from station.faces.gauges import Gauge
    from station.faces.ground import Ground
    from station.faces.landmarks import Face, LandmarkProvider, Pixels
    from station.quality.report import QualityReport, Rule

NAME, VERSION = "dr-station face", "2.0"
_SIDES = (64, 12_000)  # pixels
_WORK = 1200  # rows or columns at which a picture is measured
_OTHER = 0.04  # of the largest face in area: a smaller one is a picture on the wall, or an error
_LYING = 45.0  # degrees of roll from which on a picture lies on its side
_SCAN = PortraitSource.PHOTO_PAPIER_SCAN


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """How a portrait is to be judged; without a provider the installed models tell.

    Without a source, a picture of the shape of a print is one.
    """

    landmarks: LandmarkProvider | None = None
    source: PortraitSource | None = None
    exemption: str | None = None  # a table of the policy: `handicap`, `nourrisson`


@dataclass(frozen=True, eq=False, slots=True)
class Assessment:
    """What was found; `face` is the largest one, in px of the sample, None when there is none."""

    report: QualityReport
    source: PortraitSource
    landmarks: Algorithm
    faces: int | None  # None: nobody could tell
    face: Face | None


def assess_face(sample: Sample) -> QualityReport:
    """The report of `assess` with nothing special asked for."""
    return assess(sample, Request()).report


def assess(sample: Sample, request: Request) -> Assessment:
    """Measure a portrait and judge it by the policy in force.

    Raises `NotAnImage` unless it is colour, 64 to 12 000 pixels a side, `ModelInvalid` when a
    model file is not the pinned one, `ConfigError` for an exemption the policy does not know.
    """
    pixels = _checked(sample.pixels)
    told = request.landmarks or provider()
    source = request.source or _source(sample)
    work, zoom = _reduced(pixels)
    found = told.find(work)
    measured = _Reading(Algorithm(NAME, _version(told)))
    behind = ground(work, told.person(work))
    measures = [
        *_picture(measured, pixels, source),
        *_faces(measured, found, told, work),
        *_ground(measured, behind),
    ]
    face = found[0] if found else None
    mm = geometry.scale_of(pixels.shape, sample.dpi if source is _SCAN else None) * zoom
    wanted = _wanted(source, face)
    if face is None:
        measures += [measured(gauge.name, None, gauge.unit) for gauge in wanted]
    else:
        view = View(Portrait.of(work, face), behind, mm, zoom)
        measures += [measured.gauge(gauge, view) for gauge in wanted]
    policy, name = rules("face")
    table = _table(policy, request.exemption, known=face is not None)
    return Assessment(
        judge(tuple(measures), table, name),
        source,
        told.algorithm,
        None if found is None else len(found),
        None if face is None else scaled(face, zoom),
    )


def _table(policy: Mapping[str, Rule], exemption: str | None, *, known: bool) -> Mapping[str, Rule]:
    """The rules as they hold for this picture: there is nothing to ask about a face not found."""
    table = relaxed(policy, exemption) if exemption else policy
    return table if known else {n: replace(rule, question=False) for n, rule in table.items()}


@dataclass(frozen=True, slots=True)
class _Reading:
    """Measures of one picture, all by the same algorithm."""

    by: Algorithm

    def __call__(self, name: str, value: float | None, unit: str) -> Measure:
        return Measure(f"face.{name}", value, unit, self.by)

    def gauge(self, gauge: Gauge, view: View) -> Measure:
        """What a gauge reads, with the place it reads it."""
        small = gauge.where(view.portrait)
        return replace(
            self(gauge.name, gauge.read(view), gauge.unit), region=small.times(view.zoom)
        )


def _wanted(source: PortraitSource, face: Face | None) -> tuple[Gauge, ...]:
    clicked = face is not None and face.crown is not None
    height = gauges.HEIGHT if clicked else gauges.HEIGHT_ESTIMATED
    placed = (height, *gauges.ON_A_PRINT) if source is _SCAN else gauges.BEFORE_A_CAMERA
    return (*placed, *gauges.HELD, *gauges.LIT, *gauges.DETAILED)


def _picture(reading: _Reading, pixels: Pixels, source: PortraitSource) -> list[Measure]:
    found = [reading("blockiness", blockiness(pixels), "ratio")]
    if source is _SCAN:
        found.append(reading("aspect", pixels.shape[1] / pixels.shape[0], "ratio"))
    return found


def _count(reading: _Reading, found: tuple[Face, ...] | None) -> list[Measure]:
    if found is None:
        return [reading("found", None, "count"), reading("others", None, "count")]
    others = sum(face.area >= _OTHER * found[0].area for face in found[1:])
    return [reading("found", min(len(found), 1), "count"), reading("others", others, "count")]


def _faces(
    reading: _Reading, found: tuple[Face, ...] | None, told: LandmarkProvider, work: Pixels
) -> list[Measure]:
    turned = None if found is None else float(_turned(found, told, work))
    return [*_count(reading, found), reading("turned", turned, "°")]


def _turned(found: tuple[Face, ...], told: LandmarkProvider, work: Pixels) -> int:
    """Degrees that make the picture stand upright; a second look only when there is a doubt."""
    if found and (found[0].pose is None or abs(found[0].pose.roll) < _LYING):
        return 0
    return told.turned(work)


def _ground(reading: _Reading, behind: Ground) -> list[Measure]:
    return [
        reading("ground_lightness", behind.lightness, "L*"),
        reading("ground_white", behind.white, "L*"),
        reading("ground_colour", behind.chroma, "C*"),
        reading("ground_spread", behind.spread, "L*"),
        reading("ground_shadow", behind.shadow, "ratio"),
    ]


def _source(sample: Sample) -> PortraitSource:
    """A camera may write any resolution into its files, so only the shape counts."""
    return _SCAN if geometry.is_print(sample.pixels.shape) else PortraitSource.CAMERA_DR


def _version(told: LandmarkProvider) -> str:
    """Ours, and that of whoever told the landmarks."""
    return f"{VERSION} on {told.algorithm.name} {told.algorithm.version}"


def _checked(pixels: Pixels) -> Pixels:
    if pixels.ndim != 3 or not all(_SIDES[0] <= s <= _SIDES[1] for s in pixels.shape[:2]):
        sides = f"{_SIDES[0]} to {_SIDES[1]}"
        raise NotAnImage(f"a portrait is a colour image of {sides} pixels a side")
    return pixels


def _reduced(pixels: Pixels) -> tuple[Pixels, float]:
    """A picture to work on, and how many pixels of the original one of it is."""
    zoom = max(1.0, max(pixels.shape[:2]) / _WORK)
    if zoom == 1.0:
        return pixels, zoom
    size = (round(pixels.shape[1] / zoom), round(pixels.shape[0] / zoom))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8), zoom
