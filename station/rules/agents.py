"""Roles, what each may do, and how old revocation may be, as data."""

from __future__ import annotations

from enum import StrEnum, unique
from functools import cache
from typing import Annotated, Self

from cryptography.x509 import ObjectIdentifier
from pydantic import Field, field_validator, model_validator

from station.rules.dated import Frozen, read

EN_VIGUEUR = "2026-01"

Days = Annotated[int, Field(ge=0, le=400)]
Source = Annotated[str, Field(min_length=3, max_length=200)]


@unique
class Role(StrEnum):
    """What somebody is at the station."""

    AGENT = "agent"
    RESPONSABLE = "responsable"
    TECHNICIEN = "technicien"


@unique
class Acte(StrEnum):
    """What a role is needed for."""

    PRENDRE = "dossier.prendre"
    SCELLER = "dossier.sceller"
    SUIVRE = "dossier.suivre"  # see what became of a sealed dossier, and what is to be handed over
    REMETTRE = "titre.remettre"
    DIAGNOSTIQUER = "appareils.diagnostiquer"


class Roles(Frozen):
    """Where a certificate names the role of its holder, and what each role may do."""

    attribut: str
    source: Source
    actes: dict[Role, frozenset[Acte]]

    @field_validator("attribut")
    @classmethod
    def _dotted(cls, value: str) -> str:
        ObjectIdentifier(value)
        return value

    @field_validator("actes")
    @classmethod
    def _every_role(cls, value: dict[Role, frozenset[Acte]]) -> dict[Role, frozenset[Acte]]:
        if set(value) != set(Role):
            raise ValueError("each role needs its acts")
        return value


class Cles(Frozen):
    """How long the keys of cards are at least; RSA, bits."""

    rsa_min: Annotated[int, Field(ge=1024, le=8192)]
    source: Source


class AgeRevocation(Frozen):
    """Ages of revocation data, days, and how far the issuer's clock may be ahead, minutes."""

    info: Days
    warn: Days
    refuse: Days
    horloge_min: Annotated[int, Field(ge=0, le=60)]
    source: Source

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if not self.info <= self.warn <= self.refuse:
            raise ValueError("info, warn and refuse must not descend")
        return self


class Seances(Frozen):
    """How long a session lives without anybody acting, seconds."""

    inactivite_secondes: Annotated[int, Field(ge=10, le=3600)]
    source: Source


class ReglesAgents(Frozen):
    """Everything about who may use a station."""

    id: str
    roles: Roles
    cles: Cles
    revocation: AgeRevocation
    session: Seances

    def may(self, role: Role, acte: Acte) -> bool:
        """Whether `role` may do `acte`."""
        return acte in self.roles.actes[role]


@cache
def regles_agents(name: str = EN_VIGUEUR) -> ReglesAgents:
    """The rules called `name`; raises `ConfigError` when absent or unsound."""
    return read(ReglesAgents, "agents", name)
