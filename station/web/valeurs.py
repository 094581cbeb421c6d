"""What the macros show: a field, a finding, a piece, a finger. Values for the eye, no rule."""

from __future__ import annotations

from collections import UserDict
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ecart:
    """What another source says of a field; `origine` is TITRE, PUCE or CODE."""

    valeur: str
    origine: str


@dataclass(frozen=True, slots=True)
class Champ:
    """A field as it stands: the text as typed, even wrong, and what is to be said of it.

    `erreur` is a fault, `ecart` what another source says, `avis` what the agent should know.
    `origine` is AGENT, PREDEMANDE, TITRE, PUCE, CODE, USAGER or USUEL; empty for an empty field.
    """

    valeur: str = ""
    origine: str = ""
    erreur: str = ""
    ecart: Ecart | None = None
    avis: str = ""


class Champs(UserDict[str, Champ]):
    """The fields of a page by dotted name; one that nobody filled in is an empty field."""

    def __missing__(self, nom: str) -> Champ:
        """An empty field: a template may ask for any."""
        return Champ()


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a group or a list; `precision` is a second, smaller line."""

    valeur: str
    libelle: str
    precision: str = ""


@dataclass(frozen=True, slots=True)
class ConstatVu:
    """A finding with where to mend it (`chemin`) and the reason already given (`motif`).

    `niveau` is BLOQUANT or A_JUSTIFIER.
    """

    code: str
    niveau: str
    phrase: str
    source: str
    chemin: str = ""
    motif: str = ""


@dataclass(frozen=True, slots=True)
class Erreur:
    """A line of the summary: the sentence, and the dotted name of the field it is about."""

    champ: str
    phrase: str


@dataclass(frozen=True, slots=True)
class PieceVue:
    """A line of the list of pieces.

    `etat` is CONFORME, A_VERIFIER, NON_CONFORME or MANQUANTE; `motif` says why it is not conform.
    """

    cle: str
    nom: str
    etat: str
    pages: int = 0
    precision: str = ""
    motif: str = ""


@dataclass(frozen=True, slots=True)
class DoigtVu:
    """A finger by its ISO code, 1 to 10.

    `etat` is A_PRENDRE, PRIS, A_REFAIRE, PASSE or LIBRE (not asked for); `motif` says why it is
    passed over.
    """

    code: int
    etat: str
    motif: str = ""
