"""What lies on the glass of the reference scanner, and what it makes of it (drsp.md, Capture).

A place holds what the sensor sees when that is asked for: 1 to 10 for an ISO finger, 11 for the
left hand, 12 for the right one.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from station.capture import Hand

if TYPE_CHECKING:
    from collections.abc import Collection

    import numpy as np
    import numpy.typing as npt

    from simulators.prints import Slap
    from station.capture import Finger

PLACES: Final = {Hand.LEFT: 11, Hand.RIGHT: 12}
RESIDUE: Final = 0x8000  # in a mask of fingers: the glass has to be cleaned
_LEFT_FOUR, _RIGHT_FOUR, _FINGER = 1, 2, 4
MODES: Final = {_LEFT_FOUR: 0x03C0, _RIGHT_FOUR: 0x001E, _FINGER: 0x03FF}
"""The fingers that each mode can take."""
SIZES: Final = {_FINGER: (400, 500), _LEFT_FOUR: (1600, 1500), _RIGHT_FOUR: (1600, 1500)}
"""Width and height of their images."""
_CAPTURE = struct.Struct("<BxHHxxIxxxx")
_OK, _TOO_FEW, _TOO_MANY, _NONE = range(4)
_PLACE, _LIFT, _SPREAD, _OTHER_HAND = 1, 2, 11, 15
_REMEDIES = {_OK: 0, _TOO_FEW: _SPREAD, _TOO_MANY: _LIFT, _NONE: _PLACE}


@dataclass(frozen=True, eq=False, slots=True)
class Laid:
    """A picture of the sensor and how many fingers it takes that for, named as it can tell.

    `residue`: the glass still shows the hand before.
    """

    pixels: npt.NDArray[np.uint8] = field(repr=False)
    fingers: frozenset[Finger]
    residue: bool = False

    @property
    def lies(self) -> int:
        """The fingers as a mask, bit n-1 for ISO finger n, and `RESIDUE`."""
        return mask(self.fingers) | (RESIDUE if self.residue else 0)


@dataclass(frozen=True, slots=True)
class Order:
    """What CAPTURE_START asks for: the fingers that have to lie there, 0 when it makes no sense."""

    mode: int
    fingers: int
    milliseconds: int

    @property
    def place(self) -> int:
        """Where the sensor looks."""
        return self.fingers.bit_length() if self.mode == _FINGER else 10 + self.mode


def hand(slap: Slap, *, residue: bool = False) -> Laid:
    """A synthetic slap as a sensor sees it that counts right."""
    return Laid(slap.pixels, frozenset(placed.finger for placed in slap.truth), residue)


def mask(fingers: Collection[Finger]) -> int:
    """Fingers as the protocol writes them."""
    return sum(1 << (finger - 1) for finger in fingers)


def order(block: bytes) -> Order:
    """Read the 16 bytes of CAPTURE."""
    mode, expected, missing, milliseconds = _CAPTURE.unpack(block)
    sound = not expected & ~MODES.get(mode, 0) and not missing & ~expected
    if mode == _FINGER and (missing or expected.bit_count() > 1):
        sound = False
    return Order(mode, expected & ~missing if sound else 0, milliseconds)


def count(order: Order, lies: int) -> tuple[bytes, int]:
    """The value of COUNT for fingers that lie there, and the guide to say; 0 when all is well."""
    seen, expected = lies.bit_count(), order.fingers.bit_count()
    verdict = _OK if seen == expected else _TOO_FEW if seen < expected else _TOO_MANY
    verdict = verdict if seen else _NONE
    wrong_hand = bool(lies) and not lies & MODES[order.mode]
    return bytes([seen, expected, verdict, 0]), _OTHER_HAND if wrong_hand else _REMEDIES[verdict]
