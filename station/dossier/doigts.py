"""Which two fingers a dossier holds (décret 55-1397 art. 4-3 I; process.md §7).

Both index fingers; then middle and ring finger of the same hand; then the other hand in the same
order. No thumb, no little finger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from station.capture import Finger

if TYPE_CHECKING:
    from collections.abc import Collection

DROITE: Final = (Finger.RIGHT_INDEX, Finger.RIGHT_MIDDLE, Finger.RIGHT_RING)
GAUCHE: Final = (Finger.LEFT_INDEX, Finger.LEFT_MIDDLE, Finger.LEFT_RING)


def doigts_a_prendre(passes: Collection[Finger]) -> tuple[Finger, ...]:
    """The fingers to take, at most two, when those of `passes` were passed over with a reason."""
    droite = [finger for finger in DROITE if finger not in passes]
    gauche = [finger for finger in GAUCHE if finger not in passes]
    if droite and gauche:
        return droite[0], gauche[0]
    return tuple((droite or gauche)[:2])
