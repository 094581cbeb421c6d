"""Synthetic fingerprints, the same for the same seed: dark ridges on white, 500 ppi.

    orientation   where the ridges of a finger run, and how far apart
    growth        the ridges themselves: `master`
    platen        one placement of the finger on the glass: `impression`
    slap          four fingers on the glass at once: `slap`

No person's print is behind any of it. The orientation is that of Sherlock and Monro (1993),
bent as by Vizcaya and Gerhardt (1996); the growth by Gabor filters is that of SFinGe (Cappelli,
2003); the numbers are ours, tuned with NFIQ 2.
"""

from simulators.prints.growth import master
from simulators.prints.orientation import Pattern, pattern
from simulators.prints.platen import GRADES, Conditions, impression
from simulators.prints.slap import PlacedFinger, Slap, SlapConditions, slap

__all__ = [
    "GRADES",
    "Conditions",
    "Pattern",
    "PlacedFinger",
    "Slap",
    "SlapConditions",
    "impression",
    "master",
    "pattern",
    "slap",
]
