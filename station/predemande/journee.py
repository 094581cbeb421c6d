"""The copy of one day: its appointments and their pre-demandes, as they were signed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Final
from uuid import UUID  # noqa: TC003 (pydantic reads annotations at run time)

from pydantic import BaseModel, ConfigDict, ValidationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from station.predemande.copies import Copies

_QUEUE: Final = "consommations"
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    rendezvous: str
    predemandes: dict[str, str]
    deposees: dict[str, UUID] = {}


@dataclass(frozen=True, slots=True)
class Copie:
    """Tokens of one day, believed by nobody until they are read, and what was filed here.

    `deposees` names the dossier that each number became.
    """

    rendezvous: str = field(repr=False)
    predemandes: Mapping[str, str] = field(repr=False)
    deposees: Mapping[str, UUID] = field(default_factory=dict, repr=False)


def read(copies: Copies, jour: date) -> Copie | None:
    """The copy of `jour`, if there is one."""
    plain = copies.read(jour.isoformat())
    if plain is None:
        return None
    try:
        kept = _Kept.model_validate_json(plain)
    except ValidationError:
        return None
    return Copie(kept.rendezvous, kept.predemandes, kept.deposees)


def write(copies: Copies, jour: date, copie: Copie) -> None:
    """Keep `copie` as that of `jour`; raises `StorageError`."""
    kept = _Kept(
        rendezvous=copie.rendezvous,
        predemandes=dict(copie.predemandes),
        deposees=dict(copie.deposees),
    )
    copies.write(jour.isoformat(), kept.model_dump_json().encode())


def forget(copies: Copies, numero: str) -> None:
    """Take the pre-demande of `numero` out of the copy of every day."""
    for jour in map(date.fromisoformat, _days(copies)):
        kept = read(copies, jour)
        if kept is not None and numero in kept.predemandes:
            left = {n: token for n, token in kept.predemandes.items() if n != numero}
            write(copies, jour, replace(kept, predemandes=left))


def file(copies: Copies, jour: date, numero: str, dossier: UUID) -> None:
    """Note in the copy of `jour`, if there is one, which dossier the number became."""
    kept = read(copies, jour)
    if kept is not None:
        write(copies, jour, replace(kept, deposees={**kept.deposees, numero: dossier}))


def purge(copies: Copies, today: date) -> int:
    """Destroy every day before `today`; returns how many."""
    over = [name for name in _days(copies) if name < today.isoformat()]
    for name in over:
        copies.destroy(name)
    return len(over)


def queue(copies: Copies) -> list[str]:
    """The numbers that the service has not been told yet, oldest first."""
    plain = copies.read(_QUEUE)
    said = [] if plain is None else json.loads(plain)
    return [numero for numero in said if isinstance(numero, str)]


def write_queue(copies: Copies, numeros: list[str]) -> None:
    """Keep `numeros`; none at all leaves no file."""
    if numeros:
        copies.write(_QUEUE, json.dumps(numeros).encode())
    else:
        copies.destroy(_QUEUE)


def _days(copies: Copies) -> list[str]:
    return [name for name in copies.names() if _DAY.fullmatch(name)]
