"""Limits of supporting documents as files, as data."""

from __future__ import annotations

from functools import cache
from typing import Annotated

from pydantic import Field

from station.rules.dated import Frozen, read

EN_VIGUEUR = "2026-01"

Octets = Annotated[int, Field(ge=10_000, le=100_000_000)]
Ppp = Annotated[int, Field(ge=72, le=1200)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]


class PdfFait(Frozen):
    """A file that the station makes of scanned pages."""

    octets_max: Octets
    ppp: Ppp
    ppp_min: Ppp
    qualites: Annotated[tuple[Annotated[int, Field(ge=10, le=95)], ...], Field(min_length=1)]


class PdfRecu(Frozen):
    """A file from outside, and what its reading may cost."""

    octets_max: Octets
    pages_max: Count
    objets_max: Count
    memoire_mo: Count
    secondes: Annotated[int, Field(ge=1, le=120)]


class DossierEntier(Frozen):
    """Everything that one dossier may hold."""

    pages_max: Count
    octets_max: Octets


class Documents(Frozen):
    """Every limit, by direction."""

    id: str
    pdf_fait: PdfFait
    pdf_recu: PdfRecu
    dossier: DossierEntier


@cache
def documents(name: str = EN_VIGUEUR) -> Documents:
    """The limits called `name`; raises `ConfigError` when absent or unsound."""
    return read(Documents, "documents", name)
