"""How large a coded portrait may be, for each use of it, as data."""

from __future__ import annotations

from enum import StrEnum, unique
from functools import cache
from typing import Annotated

from pydantic import Field

from station.rules.dated import Frozen, read

EN_VIGUEUR = "2026-01"

Pixels = Annotated[int, Field(ge=64, le=4096)]
Octets = Annotated[int, Field(ge=1024, le=4 * 1024 * 1024)]


@unique
class Usage(StrEnum):
    """What a coded portrait is for."""

    PUCE = "puce"
    PRODUCTEUR = "producteur"
    REGISTRE = "registre"


class Image(Frozen):
    """Pixels within which the master is reduced, bytes that are never exceeded; None: lossless."""

    largeur: Pixels
    hauteur: Pixels
    octets: Octets | None = None
    clause: Annotated[str, Field(min_length=3)]


class Codage(Frozen):
    """The file, checked."""

    id: str
    puce: Image
    producteur: Image
    registre: Image

    def of(self, usage: Usage) -> Image:
        """The limits of one use."""
        return {
            Usage.PUCE: self.puce,
            Usage.PRODUCTEUR: self.producteur,
            Usage.REGISTRE: self.registre,
        }[usage]


@cache
def codage(name: str = EN_VIGUEUR) -> Codage:
    """The rules called `name`; raises `ConfigError` when absent or unsound."""
    return read(Codage, "codages", name)
