"""What to say to the applicant about a live frame: the one thing that helps most."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from station.fingers.sight import Sight
    from station.rules.acquisition import Vue

GOOD = "hold"
_AWAY = {"left": "right", "right": "left", "top": "down"}  # from an edge that cuts a finger


def advise(sight: Sight, expected: int, limits: Vue) -> str:
    """One word of `station.device.Guidance` for `sight`, when `expected` fingers are wanted.

    `GOOD` when there is nothing to correct. Where the finger lies comes before how it lies: a
    finger in the wrong place is not worth moistening.
    """
    if sight.texture < limits.surface_presente:
        return "place"
    if is_no_finger(sight, limits):
        return "not-a-finger"
    return _place(sight, expected, limits) or _touch(sight, limits)


def is_no_finger(sight: Sight, limits: Vue) -> bool:
    """Light between few ridges is a dry finger, grey between few ridges a face or a page."""
    ridges = sight.area / max(sight.texture, 1.0)
    grey = sight.valley < limits.vallee_humide
    few = ridges < (limits.part_cretes_gris if grey else limits.part_cretes)
    return few or sight.contrast < limits.contraste_doigt


def _place(sight: Sight, expected: int, limits: Vue) -> str | None:
    """What is wrong with where the fingers lie."""
    if expected == 1:
        away = _towards_middle(sight, limits)
    else:
        away = next((_AWAY[edge] for edge in _AWAY if edge in sight.edges), None)
    if away is not None:
        return away
    if sight.texture < expected * limits.surface_doigt:
        return "flat"
    return "spread" if sight.patches < expected else None


def _towards_middle(sight: Sight, limits: Vue) -> str | None:
    right, down = sight.centre
    if max(abs(right), abs(down)) <= limits.decentrage_mm:
        return None
    if abs(right) > abs(down):
        return "left" if right > 0 else "right"
    return "up" if down > 0 else "down"


def _touch(sight: Sight, limits: Vue) -> str:
    """What is wrong with how the fingers touch the glass."""
    faults = (
        ("lighter", sight.black > limits.noir),
        ("wipe", sight.dark > limits.sombre_humide or sight.valley < limits.vallee_humide),
        ("press", sight.contrast < limits.contraste),
        ("moisten", sight.dark < limits.sombre_sec),
    )
    return next((word for word, wrong in faults if wrong), GOOD)
