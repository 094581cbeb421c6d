"""The engines by name, apart from what loads them."""

from __future__ import annotations

from enum import StrEnum, unique


@unique
class Engine(StrEnum):
    """`AUTO` is NFIQ 2 where the extra is installed, else `indice`."""

    AUTO = "auto"
    INDICE = "indice"
    NFIQ2 = "nfiq2"
