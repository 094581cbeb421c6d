"""The quality policy: thresholds with their message and clause, as data.

`politiques/<id>.toml`; what the numbers mean for a sample is the matter of `station.quality`.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated

from pydantic import Field

from station.rules.dated import Frozen, read

CAPTURE = "capture-2026-01"


class Bornes(Frozen):
    """Limits of a measure; an absent one does not exist."""

    low: float | None = None
    high: float | None = None


class Seuil(Frozen):
    """One measure: what is good, what is acceptable, what to say and why.

    With `question`, what is not good is asked of the agent instead of told.
    """

    code: Annotated[str, Field(pattern=r"^[A-Z][A-Z_]{2,39}$")]
    message: Annotated[str, Field(min_length=5, max_length=200)]
    good: Bornes
    acceptable: Bornes
    clause: Annotated[str, Field(min_length=3, max_length=200)]
    question: bool = False


class Assouplissement(Frozen):
    """Rules of a portrait that do not refuse where a lawful reason stands against them."""

    rules: tuple[str, ...]
    clause: Annotated[str, Field(min_length=3, max_length=200)]


class Politique(Frozen):
    """Every threshold of one policy, by modality and measure."""

    id: str
    finger: dict[str, Seuil]
    face: dict[str, Seuil]
    print: dict[str, Seuil] = Field(default_factory=dict)
    page: dict[str, Seuil] = Field(default_factory=dict)
    signature: dict[str, Seuil] = Field(default_factory=dict)
    exemption: dict[str, Assouplissement] = Field(default_factory=dict)

    def tables(self) -> dict[str, dict[str, Seuil]]:
        """The thresholds of each modality."""
        return {
            "finger": self.finger,
            "face": self.face,
            "print": self.print,
            "page": self.page,
            "signature": self.signature,
        }


@cache
def politique(name: str = CAPTURE) -> Politique:
    """The policy called `name`; raises `ConfigError` when absent or unsound."""
    return read(Politique, "politiques", name)
