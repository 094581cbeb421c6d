"""The law as data: `regles/AAAA-MM.toml`, in force from the first day of that month.

Every value stands with the text it comes from. A value that is absent is a `ConfigError`: rules
have no silent defaults.
"""

from datetime import date
from importlib import resources
from typing import Annotated, Literal

from pydantic import Field

from station.errors import ConfigError
from station.rules.dated import Frozen, read

_FOLDER = "regles"


class Regle(Frozen):
    """One value and the text it comes from."""

    valeur: Annotated[int, Field(ge=0, le=1000)]
    source: Annotated[str, Field(min_length=3, max_length=200)]


class Ordre(Frozen):
    """Fingers in the order they are taken, ISO codes, and the text it comes from."""

    valeur: Annotated[tuple[Annotated[int, Field(ge=1, le=10)], ...], Field(min_length=1)]
    source: Annotated[str, Field(min_length=3, max_length=200)]


class Exemption(Frozen):
    """How long a lawful reason keeps a finger from being taken, and the text it comes from."""

    duree: Literal["temporaire", "definitive"]
    source: Annotated[str, Field(min_length=3, max_length=200)]


class ReglesEmpreinte(Frozen):
    """Fingerprints; ages in years, the limit of a title in months."""

    age_min: Regle
    nombre: Regle
    essais: Regle
    droite: Ordre
    gauche: Ordre
    limite_mois: Regle
    exemptions: dict[str, Exemption]


class ReglesPiece(Frozen):
    """Supporting documents; delays in months or years, as named."""

    justif_domicile_max_mois: Regle
    acte_naissance_max_mois: Regle
    titre_ancien_expire_max_ans: Regle


class ReglesTimbre(Frozen):
    """Fee stamp."""

    validite_mois: Regle


class ReglesPredemande(Frozen):
    """What was begun online; its validity in months."""

    validite_mois: Regle


class Regles(Frozen):
    """Every rule in force on one day."""

    empreinte: ReglesEmpreinte
    piece: ReglesPiece
    timbre: ReglesTimbre
    predemande: ReglesPredemande


def en_vigueur(jour: date) -> Regles:
    """The rules in force on `jour`; raises `ConfigError` when none are, or a value is wrong."""
    folder = resources.files("station.rules") / _FOLDER
    names = sorted(f.name for f in folder.iterdir() if f.name.endswith(".toml"))
    past = [name for name in names if name <= f"{jour:%Y-%m}.toml"]
    if not past:
        raise ConfigError(f"no rules in force on {jour}")
    return read(Regles, _FOLDER, past[-1].removesuffix(".toml"))
