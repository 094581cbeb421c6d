"""What the frame of every page shows: who, where, the devices, the line, the twelve screens.

These are values for the eye. Whoever answers a request fills them in; the templates read nothing
else (`templates/base.html`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta


@unique
class EtatEcran(StrEnum):
    """How far a screen is; shown as icon and word."""

    A_FAIRE = "A_FAIRE"
    EN_COURS = "EN_COURS"
    COMPLET = "COMPLET"
    A_CORRIGER = "A_CORRIGER"
    A_VERIFIER = "A_VERIFIER"
    LIBRE = "LIBRE"  # a screen that is no step: home, follow-up


@unique
class EtatAppareil(StrEnum):
    """The light of one device; shown as icon, word and colour."""

    PRET = "PRET"
    OCCUPE = "OCCUPE"
    PANNE = "PANNE"
    ABSENT = "ABSENT"


@unique
class Ton(StrEnum):
    """What a banner or a badge says beyond its words."""

    INFO = "INFO"
    BON = "BON"
    ATTENTION = "ATTENTION"
    GRAVE = "GRAVE"


@dataclass(frozen=True, slots=True)
class Ecran:
    """One of the twelve screens (process.md §15.1); `chemin` is empty while it cannot be opened."""

    numero: int
    nom: str
    chemin: str
    etat: EtatEcran
    courant: bool = False


@dataclass(frozen=True, slots=True)
class Voyant:
    """One device: `cle` is its role in the settings, `icone` a name of the sprite."""

    cle: str
    nom: str
    icone: str
    etat: EtatAppareil
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Liaison:
    """The line to the centre and what waits to be sent; `en_retard` after 24 h (§15.2)."""

    en_ligne: bool
    en_attente: int = 0
    plus_ancien: timedelta | None = None
    en_retard: bool = False


@dataclass(frozen=True, slots=True)
class Raccourci:
    """A key of the screen, shown on its button.

    A link when it has a `chemin`, else a button: `action` is what a module of the page listens
    for (`data-action`). `principal` is the one thing to do next.
    """

    touche: str
    libelle: str
    icone: str
    chemin: str = ""
    action: str = ""
    principal: bool = False
    actif: bool = True


@dataclass(frozen=True, slots=True)
class Bandeau:
    """What the agent has to know whatever the screen: no line, a clock that is wrong."""

    ton: Ton
    titre: str
    texte: str = ""


@dataclass(frozen=True, slots=True)
class Cadre:
    """Everything around a page.

    `jeton` is the token of this start, read by `api.js`; `dossier` one line that says whose
    dossier is open, empty on the screens without one.
    """

    jeton: str
    site: str
    poste: str
    agent: str
    heure: datetime
    liaison: Liaison
    appareils: tuple[Voyant, ...] = ()
    ecrans: tuple[Ecran, ...] = ()
    raccourcis: tuple[Raccourci, ...] = ()
    bandeaux: tuple[Bandeau, ...] = ()
    dossier: str = ""
    second_ecran: bool = False  # whether the applicant's screen is open
    mobile: bool = False  # the station is carried to people
