"""Rules as data: one dated TOML file of a folder of `station/rules`, checked against its type."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from station.errors import ConfigError


class Frozen(BaseModel):
    """A table of a rules file: nothing may be changed in it, nor stand in it unexpected."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Rules = TypeVar("Rules", bound=BaseModel)


def read(kind: type[Rules], folder: str, name: str) -> Rules:
    """The rules `name` of `folder`; raises `ConfigError` when absent, or naming a wrong value."""
    file = resources.files("station.rules") / folder / f"{name}.toml"
    try:
        return kind.model_validate(tomllib.loads(file.read_text("utf-8")))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{folder}: no rules called {name!r}") from error
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ConfigError(f"{folder}/{name}: {where}: {first['msg']}") from error
