"""How large a coded portrait may be, for each use of it, as data."""

from __future__ import annotations

import tomllib
from enum import StrEnum, unique
from functools import cache
from importlib import resources
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from station.errors import ConfigError

EN_VIGUEUR = "2026-01"

Pixels = Annotated[int, Field(ge=64, le=4096)]
Octets = Annotated[int, Field(ge=1024, le=4 * 1024 * 1024)]


@unique
class Usage(StrEnum):
    """What a coded portrait is for."""

    PUCE = "puce"
    PRODUCTEUR = "producteur"
    REGISTRE = "registre"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Image(_Frozen):
    """Pixels within which the master is reduced, bytes that are never exceeded; None: lossless."""

    largeur: Pixels
    hauteur: Pixels
    octets: Octets | None = None
    clause: Annotated[str, Field(min_length=3)]


class Codage(_Frozen):
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
    file = resources.files("station.rules") / "codages" / f"{name}.toml"
    try:
        return Codage.model_validate(tomllib.loads(file.read_text("utf-8")))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"no coding rules called {name!r}") from error
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ConfigError(f"codage {name}: {where}: {first['msg']}") from error
