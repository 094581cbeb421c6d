"""The pre-demandes of a laboratory and who comes when: the same people on every day."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from simulators.people import Person
from simulators.predemande.forms import Case, asked, form, masked, person_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_VALIDATED = 20  # days ago
_EXPIRED = 400
_FIRST, _SLOT = 8 * 60 + 30, 20  # minutes of the day, and of an appointment
_DAY = (Case.ADULTE, Case.MINEUR, Case.HEBERGE, Case.NOM_USAGE, Case.PERTE)


@dataclass(frozen=True, slots=True)
class Begun:
    """One pre-demande: `consumed_by` names the station that filed it."""

    numero: str
    case: Case
    person: Person
    validated: date
    fields: Mapping[str, str] = field(repr=False)
    consumed_by: str | None = None

    def claims(self) -> dict[str, Any]:
        """What is signed of it."""
        said: dict[str, Any] = {"numero": self.numero, "validee_le": self.validated.isoformat()}
        if self.consumed_by is not None:
            return said | {"statut": "consumed"}
        return said | {"statut": "validated", "champs": dict(self.fields)}


class Book:
    """What the service knows; the first applicant is the one of the laboratory."""

    def __init__(self, seed: int = 7, site: str = "75056") -> None:
        today = datetime.now(UTC).date()
        self._lock = threading.Lock()
        self._site, self._seed = site, seed
        ranks = count()
        self.day = [_begun(seed + next(ranks), case, today, _VALIDATED) for case in _DAY]
        self.expired = _begun(seed + next(ranks), Case.ADULTE, today, _EXPIRED)
        used = _begun(seed + next(ranks), Case.ADULTE, today, _VALIDATED)
        self.used = replace(used, consumed_by="13055-01")
        everybody = (*self.day, self.expired, self.used)
        self._known = {begun.numero: begun for begun in everybody}

    def find(self, numero: str) -> Begun | None:
        """The pre-demande of a number."""
        return self._known.get(numero)

    def consume(self, numero: str, station: str) -> bool:
        """Note that `station` filed it; False when another one had."""
        with self._lock:
            begun = self._known[numero]
            if begun.consumed_by not in (None, station):
                return False
            self._known[numero] = replace(begun, consumed_by=station)
            return True

    def appointments(self, site: str) -> list[dict[str, Any]]:
        """Who comes to `site`: first those of `day`, last somebody without a pre-demande."""
        if site != self._site:
            return []
        said: list[dict[str, Any]] = [
            {"titres": asked(b.case), "personne": masked(b.person), "numero": b.numero}
            for b in self.day
        ]
        said.append({"titres": ("CNI",), "personne": masked(Person(self._seed + len(self._known)))})
        return [{"heure": _clock(rank), **one} for rank, one in enumerate(said)]


def number(seed: int) -> str:
    """Ten capitals and digits, never digits alone."""
    digest = hashlib.sha256(f"pre-demande {seed}".encode()).digest()
    return "SP" + "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:8])


def _begun(seed: int, case: Case, today: date, days: int) -> Begun:
    person = person_of(seed, case, today)
    validated = today - timedelta(days=days)
    return Begun(number(seed), case, person, validated, form(person, case, today))


def _clock(rank: int) -> str:
    hours, minutes = divmod(_FIRST + rank * _SLOT, 60)
    return f"{hours:02}:{minutes:02}"
