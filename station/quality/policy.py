"""The rules of one modality, out of the policy file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from station.quality.report import Band, Rule
from station.rules.politique import politique

if TYPE_CHECKING:
    from station.rules.politique import Bornes


def rules(modality: str) -> tuple[dict[str, Rule], str]:
    """The rules of `finger` or `face` by measure name, and the policy's identifier."""
    policy = politique()
    thresholds = policy.finger if modality == "finger" else policy.face
    found = {
        f"{modality}.{name}": Rule(s.code, s.message, _band(s.good), _band(s.acceptable), s.clause)
        for name, s in thresholds.items()
    }
    return found, policy.id


def _band(limits: Bornes) -> Band:
    return Band(limits.low, limits.high)
