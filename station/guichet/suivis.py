"""Sealed dossiers as the agent follows them: by what is to be done, with the days that are left."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

from station.outbox import mots
from station.outbox.choice import Choice
from station.outbox.cycle import CLOSED, WAITING, Etat, Nature
from station.pipeline import suivi, suivi_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from uuid import UUID

    from station.outbox.tables import Entry
    from station.pipeline import Recueil
    from station.pipeline.suivi import Suivi

_PROCHE: Final = 14  # days left from which on a delay is near
_TRANCHE: Final = 50  # dossiers of a group that a page shows


@unique
class Groupe(StrEnum):
    """What an agent does with a sealed dossier."""

    A_FAIRE = "A_FAIRE"
    EN_ROUTE = "EN_ROUTE"
    AU_CENTRE = "AU_CENTRE"
    TERMINE = "TERMINE"


GROUPES: Final[Mapping[Groupe, str]] = {
    Groupe.A_FAIRE: "À faire au guichet",
    Groupe.EN_ROUTE: "En attente d’envoi",
    Groupe.AU_CENTRE: "Au centre",
    Groupe.TERMINE: "Terminés",
}

_GROUPE: Final[Mapping[Etat, Groupe]] = {
    **dict.fromkeys((Etat.COMPLEMENT_DEMANDE, Etat.DISPONIBLE, Etat.REFUSE), Groupe.A_FAIRE),
    **dict.fromkeys(WAITING, Groupe.EN_ROUTE),
    **dict.fromkeys(CLOSED, Groupe.TERMINE),
}
_ETATS: Final[Mapping[Groupe, tuple[Etat, ...]]] = {
    groupe: tuple(e for e in Etat if _GROUPE.get(e, Groupe.AU_CENTRE) is groupe)
    for groupe in Groupe
}
_TONS: Final[Mapping[Etat, str]] = {
    **dict.fromkeys((Etat.COMPLEMENT_DEMANDE, Etat.EN_FILE, Etat.TRANSMIS), "ATTENTION"),
    **dict.fromkeys((Etat.REFUSE, Etat.REJETE, Etat.DETRUIT), "GRAVE"),
    **dict.fromkeys((Etat.VALIDE, Etat.DISPONIBLE, Etat.REMIS), "BON"),
}


@dataclass(frozen=True, slots=True)
class Ligne:
    """One package in a line; `restant` are days until `echeance`, None without one."""

    id: UUID
    dossier: UUID  # the same, or the one that a complement or a hand-over is about
    numero: str
    titulaire: str = field(repr=False)
    nature: Nature
    etat: Etat
    depuis: datetime
    code: str
    motif: str
    echeance: date | None
    restant: int | None

    @property
    def mot(self) -> str:
        """The state in words."""
        return mots.ETATS[self.etat]

    @property
    def ton(self) -> str:
        """What its badge says beyond the words: INFO, BON, ATTENTION or GRAVE."""
        return _TONS.get(self.etat, "INFO")

    @property
    def groupe(self) -> Groupe:
        """What the agent does with it."""
        return _GROUPE.get(self.etat, Groupe.AU_CENTRE)

    @property
    def presse(self) -> str:
        """The tone of the days that are left: empty, ATTENTION when few, GRAVE when none."""
        if self.restant is None or self.restant > _PROCHE:
            return ""
        return "ATTENTION" if self.restant >= 0 else "GRAVE"

    @property
    def refus(self) -> tuple[str, str]:
        """What the refusal of this package means, and what to do."""
        return mots.refus(self.code)

    @property
    def chemin(self) -> str:
        """The page of its dossier."""
        return f"/suivi/{self.dossier}"


@dataclass(frozen=True, slots=True)
class Liste:
    """Some of the `total` dossiers of a group, most pressing first: its part number `page`."""

    groupe: Groupe
    lignes: tuple[Ligne, ...]
    total: int
    page: int = 1

    @property
    def pages(self) -> int:
        """How many parts the group has."""
        return max(1, -(-self.total // _TRANCHE))


def lignes(recueil: Recueil, etat: Etat, limit: int) -> tuple[tuple[Ligne, ...], int]:
    """The most pressing dossiers in `etat`, and how many there are; raises as `listes`."""
    choice = Choice((etat,), limit)
    return _lignes(recueil, choice), recueil.outbox.count(choice)


def listes(recueil: Recueil, numero: str = "") -> tuple[Liste, ...]:
    """The beginning of every group that has something in it, in the order of what is to be done.

    With `numero`, only dossiers with that in their number. Raises `StorageError`, `ConfigError`.
    """
    found = (liste(recueil, groupe, 1, numero) for groupe in Groupe)
    return tuple(one for one in found if one.total)


def liste(recueil: Recueil, groupe: Groupe, page: int, numero: str = "") -> Liste:
    """Part number `page` of `groupe`, from 1; beyond its end, its last. Raises as `listes`."""
    closed = groupe is Groupe.TERMINE
    choice = Choice(_ETATS[groupe], _TRANCHE, numero=numero, newest=closed)
    whole = Liste(groupe, (), recueil.outbox.count(choice))
    there = min(page, whole.pages)
    choice = replace(choice, offset=(there - 1) * _TRANCHE)
    found = tuple(map(of_entry, recueil.outbox.dossiers(choice))) if closed else _lignes(
        recueil, choice
    )  # fmt: skip
    return replace(whole, lignes=found, page=there)


def refusees(recueil: Recueil, limit: int) -> tuple[tuple[Ligne, ...], int]:
    """The first packages that the CERT refused (dossiers, complements, hand-overs); how many."""
    found = recueil.outbox.entries(Etat.REFUSE)
    shown = (
        of_suivi(suivi_of(recueil, e)) if e.nature is Nature.DOSSIER else of_entry(e)
        for e in found[:limit]
    )
    return tuple(shown), len(found)


def _lignes(recueil: Recueil, choice: Choice) -> tuple[Ligne, ...]:
    return tuple(sorted(map(of_suivi, suivi(recueil, choice)), key=_pressant))


def of_suivi(one: Suivi) -> Ligne:
    """The line of a dossier."""
    entry, said = one.entry, one.decision
    return Ligne(
        id=entry.id,
        dossier=entry.id,
        numero=entry.numero,
        titulaire=one.titulaire,
        nature=entry.nature,
        etat=entry.state,
        depuis=entry.since.astimezone(),
        code=entry.code or "",
        motif=(said.motif or "") if said is not None and said.code == entry.code else "",
        echeance=one.echeance,
        restant=None if one.echeance is None else (one.echeance - _today()).days,
    )


def of_entry(entry: Entry) -> Ligne:
    """The line of any package: a dossier that is closed, a complement, a hand-over."""
    return Ligne(
        id=entry.id,
        dossier=entry.parent or entry.id,
        numero=entry.numero,
        titulaire="",
        nature=entry.nature,
        etat=entry.state,
        depuis=entry.since.astimezone(),
        code=entry.code or "",
        motif="",
        echeance=None,
        restant=None,
    )


def _pressant(line: Ligne) -> tuple[int, datetime]:
    """Few days first; then what has been so for longest."""
    return (line.restant if line.restant is not None else 10_000, line.depuis)


def _today() -> date:
    return datetime.now(UTC).astimezone().date()
