"""What the journal says of one package: the events of its life, newest first.

Only the end of the journal is read: a page never waits for years of lines.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from station.errors import StorageError
from station.outbox.mots import ETATS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_TAIL: Final = 4 * 1024 * 1024  # bytes of the journal that are looked at
_MAX: Final = 200  # events

_MOTS: Final[Mapping[str, str]] = {
    "dossier.scelle": "Dossier scellé",
    "complement.scelle": "Complément scellé",
    "envoi.accuse": "Accusé de réception du centre vérifié",
    "envoi.echec": "Envoi non abouti",
    "envoi.repris": "Renvoi demandé par l’agent",
    "envoi.purge": "Copie locale effacée",
    "decision": "Le centre dit",
    "decision.hors_cycle": "Décision du centre hors cycle, laissée de côté",
    "remise.controle": "Comparaison de l’empreinte à la remise",
    "remise.faite": "Titre remis",
}
"""The events an agent is told; what happened in the draft before the seal is not among them."""

_DETAILS: Final = ("issue", "code", "motif")  # of a line: codes and a typed reason
_ISSUES: Final[Mapping[str, str]] = {
    **{etat.value: mots for etat, mots in ETATS.items()},
    "concordant": "concordant",
    "non_concordant": "non concordant",
    "non_effectue": "non effectué",
}


@dataclass(frozen=True, slots=True)
class Evenement:
    """One thing that happened to a package, when, and the codes that go with it."""

    quand: datetime
    quoi: str
    detail: str = ""


def historique(journal: Path, *packages: str) -> tuple[Evenement, ...]:
    """The events of `packages`, newest first, as far back as the end of `journal` goes.

    Raises `StorageError`.
    """
    found = [_event(line) for line in _lines(journal) if line.get("dossier") in packages]
    told = [event for event in found if event is not None]
    return tuple(reversed(told[-_MAX:]))


def _lines(journal: Path) -> Iterator[dict[str, Any]]:
    try:
        with journal.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _TAIL))
            tail = file.read(_TAIL)
    except OSError as error:
        raise StorageError(f"journal: {error.strerror}") from error
    for raw in tail.splitlines():
        try:
            line = json.loads(raw)
        except ValueError:  # the first one, cut where the reading began
            continue
        if isinstance(line, dict):
            yield line


def _event(line: Mapping[str, Any]) -> Evenement | None:
    mots = _MOTS.get(str(line.get("what")))
    if mots is None:
        return None
    try:
        when = datetime.fromisoformat(str(line["ts"])).astimezone()
    except (KeyError, ValueError):
        return None
    said = line.get("detail")
    detail = said if isinstance(said, dict) else {}
    parts = (str(detail[name]) for name in _DETAILS if detail.get(name))
    return Evenement(when, mots, ", ".join(_ISSUES.get(part, part) for part in parts))
