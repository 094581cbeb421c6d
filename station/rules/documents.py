"""Limits of supporting documents as files, as data."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from station.errors import ConfigError

EN_VIGUEUR = "2026-01"

Octets = Annotated[int, Field(ge=10_000, le=100_000_000)]
Ppp = Annotated[int, Field(ge=72, le=1200)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PdfFait(_Frozen):
    """A file that the station makes of scanned pages."""

    octets_max: Octets
    ppp: Ppp
    ppp_min: Ppp
    qualites: Annotated[tuple[Annotated[int, Field(ge=10, le=95)], ...], Field(min_length=1)]


class PdfRecu(_Frozen):
    """A file from outside, and what its reading may cost."""

    octets_max: Octets
    pages_max: Count
    objets_max: Count
    memoire_mo: Count
    secondes: Annotated[int, Field(ge=1, le=120)]


class Documents(_Frozen):
    """Every limit, by direction."""

    id: str
    pdf_fait: PdfFait
    pdf_recu: PdfRecu


@cache
def documents(name: str = EN_VIGUEUR) -> Documents:
    """The limits called `name`; raises `ConfigError` when absent or unsound."""
    file = resources.files("station.rules") / "documents" / f"{name}.toml"
    try:
        return Documents.model_validate(tomllib.loads(file.read_text("utf-8")))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"no limits of documents called {name!r}") from error
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ConfigError(f"limits of documents {name}: {where}: {first['msg']}") from error
