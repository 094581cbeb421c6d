"""The rules of one modality, out of the policy file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from station.quality.report import Band, Rule
from station.rules.politique import politique

if TYPE_CHECKING:
    from station.rules.politique import Bornes, Seuil


def rules(modality: str) -> tuple[dict[str, Rule], str]:
    """The rules of one table of the policy by measure name, and the policy's identifier.

    `modality` is `finger`, `face`, `print` (a photograph on the glass) or `page`.
    """
    policy = politique()
    thresholds = policy.tables()[modality]
    return {f"{modality}.{name}": _rule(said) for name, said in thresholds.items()}, policy.id


def _rule(said: Seuil) -> Rule:
    good, acceptable = _band(said.good), _band(said.acceptable)
    return Rule(said.code, said.message, good, acceptable, said.clause, said.question)


def _band(limits: Bornes) -> Band:
    return Band(limits.low, limits.high)
