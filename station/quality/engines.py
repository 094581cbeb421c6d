"""Which engine sums a print up: NFIQ 2 where it is installed, `indice` everywhere."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from station.errors import ConfigError
from station.quality.engine_names import Engine
from station.quality.indice import Indice
from station.quality.nfiq2 import Nbis, Nfiq2, installed

if TYPE_CHECKING:
    from station.quality.score import FingerQuality


def engine(name: Engine = Engine.AUTO) -> FingerQuality:
    """The engine called `name`; raises `ConfigError` when it is not installed."""
    there = installed() is not None
    if name is Engine.NFIQ2 and not there:
        raise ConfigError("NFIQ 2 is not installed: the extra nfiq2 brings it")
    if name is Engine.INDICE or not there:
        return Indice.load()
    return Nfiq2(nbis())


@cache
def nbis() -> Nbis:
    """The one process of this station that holds the library."""
    return Nbis()
