"""Landmarks by the agent: both eyes, chin and crown, perhaps the mouth, clicked on the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from station.errors import LandmarksInvalid
from station.faces.landmarks import Eye, Face, Pose
from station.quality.report import Algorithm

if TYPE_CHECKING:
    from station.faces.landmarks import Pixels, Points

Coordinate = Annotated[float, Field(ge=0, le=20_000)]
Click = tuple[Coordinate, Coordinate]


class _Clicked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    left_eye: Click
    right_eye: Click
    chin: Click
    crown: Click
    mouth: Click | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Clicks:
    """One face where the agent has put its points; yaw, pitch, lids and lips stay unknown."""

    face: Face
    algorithm: ClassVar = Algorithm("agent's points", "1")

    @classmethod
    def of(cls, said: str) -> Clicks:
        """From JSON: `left_eye`, `right_eye`, `chin`, `crown`, perhaps `mouth`, each [x, y] px.

        Raises `LandmarksInvalid`.
        """
        try:
            points = _Clicked.model_validate_json(said)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(map(str, first["loc"])) or "JSON"
            raise LandmarksInvalid(f"{where}: {first['msg']}") from error
        return cls(_clicked(points))

    def find(self, pixels: Pixels) -> tuple[Face, ...]:
        """The one face; raises `LandmarksInvalid` when it is not in the picture."""
        rows, columns = pixels.shape[:2]
        points = np.vstack([self.face.left.centre, self.face.right.centre, self.face.chin])
        if (points > (columns, rows)).any():
            raise LandmarksInvalid(f"a point is outside of {columns} x {rows} pixels")
        return (self.face,)

    def turned(self, pixels: Pixels) -> int:  # noqa: ARG002 - the protocol has it
        """The agent's points are upright."""
        return 0

    def person(self, pixels: Pixels) -> None:
        """The agent does not paint the ground."""


def _clicked(said: _Clicked) -> Face:
    left, right, chin, crown = (
        np.array(point, np.float64)
        for point in (said.left_eye, said.right_eye, said.chin, said.crown)
    )
    across = right - left
    down = chin - (left + right) / 2
    if not across[0] > 0 or not down[1] > 0.3 * float(np.hypot(*across)) or crown[1] >= left[1]:
        raise LandmarksInvalid("eyes from left to right, the chin below them, the crown above")
    roll = float(np.degrees(np.arctan2(across[1], across[0])))
    mouth = None if said.mouth is None else _mouth(np.array(said.mouth), across)
    outline = oval(left, right, chin)
    pose = Pose(None, None, roll)
    return Face(
        left=Eye(left), right=Eye(right), chin=chin, outline=outline, crown=crown,
        mouth=mouth, pose=pose,
    )  # fmt: skip


def _mouth(centre: Points, across: Points) -> Points:
    return np.stack([centre - 0.4 * across, centre + 0.4 * across])


def oval(left: Points, right: Points, chin: Points) -> Points:
    """The region of a face from brows to jaw where only three points are known, (24, 2)."""
    middle = (left + right) / 2
    across, down = right - left, chin - middle
    around = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    centre = middle + 0.40 * down
    return np.asarray(
        centre + np.outer(np.cos(around), 0.95 * across) + np.outer(np.sin(around), 0.60 * down),
        np.float64,
    )
