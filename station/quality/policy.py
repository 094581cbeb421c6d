"""The rules of one modality, out of the policy file."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from station.errors import ConfigError
from station.quality.report import Band, Rule
from station.rules.politique import politique

if TYPE_CHECKING:
    from collections.abc import Mapping

    from station.rules.politique import Bornes, Seuil


@cache
def rules(modality: str) -> tuple[Mapping[str, Rule], str]:
    """The rules of one table of the policy by measure name, and the policy's identifier.

    `modality` is `finger`, `face`, `print` (a photograph on the glass), `page` or `signature`.
    """
    policy = politique()
    thresholds = policy.tables()[modality]
    table = {f"{modality}.{name}": _rule(said) for name, said in thresholds.items()}
    return MappingProxyType(table), policy.id


def relaxed(table: Mapping[str, Rule], exemption: str) -> dict[str, Rule]:
    """The rules of `face` where a lawful reason keeps some from being met: told, never refused.

    Raises `ConfigError` when the policy knows no such exemption.
    """
    known = politique().exemption
    if exemption not in known:
        raise ConfigError(f"no exemption called {exemption!r}: {', '.join(sorted(known))}")
    named = {f"face.{name}" for name in known[exemption].rules}
    return {
        name: replace(rule, acceptable=Band()) if name in named else rule
        for name, rule in table.items()
    }


def _rule(said: Seuil) -> Rule:
    good, acceptable = _band(said.good), _band(said.acceptable)
    return Rule(said.code, said.message, good, acceptable, said.clause, said.question)


def _band(limits: Bornes) -> Band:
    return Band(limits.low, limits.high)
