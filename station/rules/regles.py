"""The law as data: `regles/AAAA-MM.toml`, in force from the first day of that month.

Every value stands with the text it comes from. A value that is absent is a `ConfigError`: rules
have no silent defaults.
"""

from calendar import monthrange
from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated, Literal

from pydantic import Field

from station.errors import ConfigError
from station.rules.conditions import Si
from station.rules.dated import Frozen, read

_FOLDER = "regles"

Source = Annotated[str, Field(min_length=3, max_length=200)]
Phrase = Annotated[str, Field(min_length=10, max_length=300)]
Centimes = Annotated[int, Field(ge=0, le=100_000)]
Nombre = Annotated[int, Field(ge=0, le=1000)]
Nom = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{2,39}$")]


class Regle(Frozen):
    """One value and the text it comes from."""

    valeur: Nombre
    source: Source


class Ordre(Frozen):
    """Fingers in the order they are taken, ISO codes, and the text it comes from."""

    valeur: Annotated[tuple[Annotated[int, Field(ge=1, le=10)], ...], Field(min_length=1)]
    source: Source


class Exemption(Frozen):
    """How long a lawful reason keeps a finger from being taken, and the text it comes from."""

    duree: Literal["temporaire", "definitive"]
    source: Source


class ReglesEmpreinte(Frozen):
    """Fingerprints; ages in years, the limit of a title in months."""

    age_min: Regle
    nombre: Regle
    essais: Regle
    droite: Ordre
    gauche: Ordre
    limite_mois: Regle
    exemptions: dict[str, Exemption]


class Prolongation(Frozen):
    """Years that titles of a type hold beyond the day printed on them (printed `du` … `au`)."""

    ans: Nombre
    imprimee_ans: Nombre  # years from the issue to the day printed
    age_min: Nombre  # of the holder at the issue
    du: date
    au: date
    source: Source


class Probant(Frozen):
    """How long past its expiry a title of a type proves civil status and nationality, years."""

    perime_max_ans: Nombre
    prolongation: Prolongation | None = None
    source: Source


class Alternative(Frozen):
    """One of the documents that satisfy a row; not offered where its condition does not hold."""

    type: Nom
    si: Si = Si()


class Ligne(Frozen):
    """A row of a table, and where it holds: everywhere, unless it says otherwise."""

    si: Si = Si()
    source: Source


class LignePiece(Ligne):
    """A row of the matrix of pieces: one of `pieces` is wanted where `si` holds.

    `preuve` is what satisfies it: the document, or what the station took in its place. `code` names
    the finding. With `annonce`, the row is told before it is known whether it applies.
    """

    code: Nom
    pieces: tuple[Alternative, ...]
    preuve: Literal["PIECE", "VISAGE", "SIGNATURE", "TIMBRE"] = "PIECE"
    niveau: Literal["BLOQUANT", "A_JUSTIFIER"] = "BLOQUANT"
    groupe: Nom | None = None
    phrase: Phrase
    annonce: Phrase | None = None


class ReglesPiece(Frozen):
    """Supporting documents; ages in months by type of document, in the order of the counter."""

    age_max_mois: dict[str, Regle]
    titre_probant: dict[str, Probant]
    lignes: Annotated[tuple[LignePiece, ...], Field(min_length=1)]


class Tarif(Ligne):
    """What a title costs where `si` holds, in cents: the first row that holds."""

    centimes: Centimes
    phrase: Phrase


class Reduction(Ligne):
    """The percentage of the fee that is asked where `si` holds."""

    pourcent: Annotated[int, Field(ge=0, le=100)]
    phrase: Phrase


class ReglesTimbre(Frozen):
    """Fee stamp: how long it is valid and refunded, months, and what titles cost."""

    validite_mois: Regle
    remboursement_mois: Regle
    tarifs: Annotated[tuple[Tarif, ...], Field(min_length=1)]
    supplements: tuple[Tarif, ...]  # added to a title that is not free, every row that holds
    reductions: tuple[Reduction, ...]


class SourcePhoto(Ligne):
    """Where a portrait may come from, and where that is allowed."""

    source_photo: Nom


class ReglesPhoto(Frozen):
    """The portrait; the age of a print in months."""

    age_max_mois: Regle
    sources: Annotated[tuple[SourcePhoto, ...], Field(min_length=1)]


class Signataire(Ligne):
    """Who signs where `si` holds."""

    qui: Nom


class ReglesSignature(Frozen):
    """The signature of the form."""

    signataires: Annotated[tuple[Signataire, ...], Field(min_length=1)]


class ReglesConservation(Frozen):
    """The choice that digitised prints be kept no longer than some days, and who has it.

    Without it the State keeps them for years, fewer those of a minor's passport.
    """

    jours: Regle
    tes_ans: Regle
    tes_passeport_mineur_ans: Regle
    si: Si


class Validite(Ligne):
    """How long a title is valid where `si` holds, years: the first row that holds."""

    ans: Nombre


class ReglesDelais(Frozen):
    """Delays, in months; a draft lives until midnight of its day and so many days more.

    A masked name of the queue is kept for `nom_masque_jours` days at most.
    """

    complement_mois: Regle
    retrait_mois: Regle
    brouillon_jours: Regle
    nom_masque_jours: Regle


class ReglesPredemande(Frozen):
    """What was begun online; its validity in months."""

    validite_mois: Regle


class ReglesRemise(Frozen):
    """The hand-over; ages of the holder in years."""

    presence_age: Regle
    signature_passeport_age: Regle


class Regles(Frozen):
    """Every rule in force on one day; ages of persons in years."""

    majorite: Regle
    empreinte: ReglesEmpreinte
    piece: ReglesPiece
    timbre: ReglesTimbre
    predemande: ReglesPredemande
    photo: ReglesPhoto
    signature: ReglesSignature
    conservation: ReglesConservation
    validite: Annotated[tuple[Validite, ...], Field(min_length=1)]
    delais: ReglesDelais
    remise: ReglesRemise


def en_vigueur(jour: date) -> Regles:
    """The rules in force on `jour`; raises `ConfigError` when none are, or a value is wrong."""
    folder = resources.files("station.rules") / _FOLDER
    names = sorted(f.name for f in folder.iterdir() if f.name.endswith(".toml"))
    past = [name for name in names if name <= f"{jour:%Y-%m}.toml"]
    if not past:
        raise ConfigError(f"no rules in force on {jour}")
    return _read(past[-1].removesuffix(".toml"))


@cache
def _read(name: str) -> Regles:
    return read(Regles, _FOLDER, name)


def echeance(debut: date, delai: Regle) -> date:
    """The day on which a delay of months that began on `debut` is over."""
    years, month = divmod(debut.month - 1 + delai.valeur, 12)
    year = debut.year + years
    return date(year, month + 1, min(debut.day, monthrange(year, month + 1)[1]))


def passes(debut: date, fin: date) -> int:
    """Full months from `debut` to `fin`: a delay of n months is over when they are n."""
    whole = (fin.year - debut.year) * 12 + fin.month - debut.month
    return whole - (fin.day < debut.day)
