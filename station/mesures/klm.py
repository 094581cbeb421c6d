"""The time of an agent from gestures: the keystroke-level model (Card, Moran and Newell, 1980).

T = K·touches + P·pointages + B·clics + H·mains + M·actes + attente, with the operators of the paper
(Communications of the ACM 23(7), 396-410): K for an average skilled typist, one M before each act.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from station.mesures.gestes import Gestes

K: Final = 0.20  # seconds a key, average skilled typist (55 words a minute)
P: Final = 1.10  # to point at something
B: Final = 0.10  # to press or release a button of the pointer; a click is two
H: Final = 0.40  # to move a hand between the keyboard and the pointer
M: Final = 1.35  # to think before an act


@dataclass(frozen=True, slots=True)
class Modele:
    """What a dossier cost: acts, the modelled seconds of the agent, the seconds of the machine."""

    actes: int
    agent: float
    machine: float

    @property
    def total(self) -> float:
        """Seconds of both."""
        return self.agent + self.machine


def modele(gestes: Iterable[Gestes]) -> Modele:
    """The model of all `gestes` together."""
    actes, agent, machine = 0, 0.0, 0.0
    for one in gestes:
        actes += one.actes
        agent += K * one.touches + P * one.pointages + 2 * B * one.clics + H * one.mains
        agent += M * one.actes
        machine += one.attente_ms / 1000
    return Modele(actes, agent, machine)
