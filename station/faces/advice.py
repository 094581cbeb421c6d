"""What to say to the applicant before a live camera: the one thing that helps most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from station.faces.geometry import gaze, mouth_gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from station.faces.landmarks import Face, Pose
    from station.faces.sight import Light, Room, Sight
    from station.rules.acquisition import VuePortrait

GOOD = "hold"
_ROOM = 4.0  # mm of room that a slack of 1 gives up


def faults(sight: Sight, limits: VuePortrait, slack: float = 0.0) -> tuple[str, ...]:
    """Words of `station.device.Guidance` for all that is wrong, what helps most first.

    `slack` widens every limit by that share. Who is there comes before how far away, that before
    how the head is held, for it moves the face in the frame; eyes and mouth come after: nobody
    opens the eyes while walking nearer.
    """
    if sight.level < limits.sombre:
        return ("more-light",)
    if sight.face is None or sight.room is None or sight.light is None:
        return ("face",)
    if sight.count > 1:
        return ("alone",)
    more = 1 + slack
    return (
        *_distance(sight, sight.face, limits, more),
        *_held(sight.face.pose, limits, more),
        *_place(sight, sight.room, limits, slack),
        *_shown(sight.face, limits, more),
        *_lit(sight.light, limits, more),
    )


def _distance(sight: Sight, face: Face, limits: VuePortrait, more: float) -> Iterator[str]:
    if sight.height > limits.hauteur * more:
        yield "farther"
    if face.ied < limits.ecart_yeux / more:
        yield "nearer"


def _place(sight: Sight, room: Room, limits: VuePortrait, slack: float) -> Iterator[str]:
    """Left and right are those of the applicant, who faces the camera."""
    least = limits.bord_mm - slack * _ROOM
    sides = {
        "move-left": room.left,
        "move-right": room.right,
        "lower": room.above,
        "higher": room.below,
    }
    missing = {word: mm for word, mm in sides.items() if mm < least}
    yield from sorted(missing, key=lambda word: missing[word])
    if not missing and abs(sight.aside) > limits.decentrage * (1 + slack):
        yield "move-right" if sight.aside > 0 else "move-left"


def _held(pose: Pose | None, limits: VuePortrait, more: float) -> Iterator[str]:
    if pose is None:
        return
    if abs(pose.roll) > limits.roulis * more:
        yield "upright"
    if pose.yaw is not None and abs(pose.yaw) > limits.lacet * more:
        yield "straight"
    if pose.pitch is not None and abs(pose.pitch) > limits.tangage * more:
        yield "chin-down" if pose.pitch > 0 else "chin-up"


def _shown(face: Face, limits: VuePortrait, more: float) -> Iterator[str]:
    openings = [eye.opening for eye in (face.left, face.right) if eye.opening is not None]
    if openings and min(openings) < limits.yeux / more * face.t:
        yield "open-eyes"
    elif (gaze(face) or 0.0) > limits.regard * more:
        yield "look"
    if (mouth_gap(face) or 0.0) > limits.bouche * more:
        yield "close-mouth"


def _lit(light: Light, limits: VuePortrait, more: float) -> Iterator[str]:
    if light.white < limits.blanc / more:
        yield "more-light"
    if light.burnt > limits.brule * more:
        yield "less-light"
    if light.uneven > limits.inegal * more:
        yield "even-light"
    if light.sharp < limits.nettete / more:
        yield "sharper"
