"""Sealed dossiers as the agent follows them: by what is to be done, with the days that are left."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

from station.outbox import mots
from station.outbox.cycle import CLOSED, WAITING, Etat, Nature
from station.pipeline import suivi

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from uuid import UUID

    from station.outbox.tables import Entry
    from station.pipeline import Recueil
    from station.pipeline.suivi import Suivi

_PROCHE: Final = 14  # days left from which on a delay is near
_CLOS: Final = 50  # closed dossiers that are listed


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


def lignes(recueil: Recueil, *states: Etat) -> tuple[Ligne, ...]:
    """Every dossier in `states`, oldest first; raises `StorageError`, `ConfigError`."""
    return tuple(map(of_suivi, suivi(recueil, *states)))


def ouvertes(recueil: Recueil) -> tuple[Ligne, ...]:
    """The dossiers whose life goes on, the most pressing first."""
    going = [etat for etat in Etat if etat not in CLOSED]
    return tuple(sorted(lignes(recueil, *going), key=_pressant))


def closes(recueil: Recueil) -> tuple[Ligne, ...]:
    """The last dossiers that are closed, the newest first; their names are forgotten."""
    found = [e for e in recueil.outbox.entries(*CLOSED) if e.nature is Nature.DOSSIER]
    found.sort(key=lambda entry: entry.since, reverse=True)
    return tuple(of_entry(entry) for entry in found[:_CLOS])


def refusees(recueil: Recueil) -> tuple[Ligne, ...]:
    """Every package that the CERT refused: dossiers, complements, hand-overs."""
    named = {line.id: line for line in lignes(recueil, Etat.REFUSE)}
    return tuple(named.get(e.id) or of_entry(e) for e in recueil.outbox.entries(Etat.REFUSE))


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


def groupes(lines: tuple[Ligne, ...]) -> Iterator[tuple[Groupe, tuple[Ligne, ...]]]:
    """The groups that have something in them, in the order of what is to be done."""
    for groupe in Groupe:
        if found := tuple(line for line in lines if line.groupe is groupe):
            yield groupe, found


def _pressant(line: Ligne) -> tuple[int, datetime]:
    """Few days first; then what has been so for longest."""
    return (line.restant if line.restant is not None else 10_000, line.depuis)


def _today() -> date:
    return datetime.now(UTC).astimezone().date()
