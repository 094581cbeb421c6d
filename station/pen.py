"""What a pad hands over: the strokes of a pen, in hundredths of a millimetre and milliseconds.

Bounded as it comes in: a signature is minutes of nothing and megabytes of no page.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from station.errors import InvalidField

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

PER_MM: Final = 100  # units of x and y
MAX_FORCE: Final = 65535
_MAX_PLACE = 32767  # 327 mm from the origin
_MAX_TIME = 65535  # ms: a signature of a minute
_MAX_STROKES, _MAX_POINTS = 500, 20_000


@dataclass(frozen=True, slots=True)
class PenPoint:
    """Where the pen was: x to the right and y up, 0.01 mm; t in ms, 0 where the pen first touched.

    `force` goes from 0 to 65535, the most that the pad can tell; None when it tells none.
    """

    x: int
    y: int
    t: int
    force: int | None = None


Stroke = tuple[PenPoint, ...]  # from touch to lift, at least one point


@dataclass(frozen=True, slots=True)
class Trace:
    """The strokes in the order of writing, and when the first began."""

    strokes: tuple[Stroke, ...] = field(repr=False)
    taken_at: datetime | None = None

    def __post_init__(self) -> None:
        points = tuple(self.points())
        if len(self.strokes) > _MAX_STROKES or len(points) > _MAX_POINTS or not all(self.strokes):
            raise InvalidField("signature (strokes)")
        if not all(map(_holds, points)):
            raise InvalidField("signature (point)")
        if any(later.t < earlier.t for earlier, later in pairwise(points)):
            raise InvalidField("signature (time)")
        if len({point.force is None for point in points}) > 1:
            raise InvalidField("signature (force)")

    @classmethod
    def of_pad(
        cls,
        strokes: Iterable[Iterable[tuple[float, float, float, float | None]]],
        units_per_mm: float,
        taken_at: datetime | None = None,
    ) -> Trace:
        """The strokes of a pad whose y goes down: (x, y, ms, pressure 0 to 1 or None) a point.

        The first touch becomes the origin of place and time. Raises `InvalidField` for what is no
        number, too large, or goes back in time.
        """
        try:
            read = tuple(
                tuple(_read(point, units_per_mm) for point in stroke) for stroke in strokes
            )
        except (TypeError, ValueError, OverflowError, ZeroDivisionError):
            raise InvalidField("signature (number)") from None
        first = next((stroke[0] for stroke in read if stroke), PenPoint(0, 0, 0))
        moved = tuple(tuple(_moved(point, first) for point in stroke) for stroke in read)
        return cls(moved, taken_at)

    def points(self) -> Iterator[PenPoint]:
        """Every point, stroke after stroke."""
        return (point for stroke in self.strokes for point in stroke)


def _holds(point: PenPoint) -> bool:
    here = all(-_MAX_PLACE <= value <= _MAX_PLACE for value in (point.x, point.y))
    force = 0 if point.force is None else point.force
    return here and 0 <= point.t <= _MAX_TIME and 0 <= force <= MAX_FORCE


def _read(point: tuple[float, float, float, float | None], units_per_mm: float) -> PenPoint:
    x, y, t, pressure = point
    force = None if pressure is None else round(pressure * MAX_FORCE)
    return PenPoint(
        round(x / units_per_mm * PER_MM), round(-y / units_per_mm * PER_MM), round(t), force
    )


def _moved(point: PenPoint, first: PenPoint) -> PenPoint:
    return replace(point, x=point.x - first.x, y=point.y - first.y, t=point.t - first.t)
