"""Dated rules: the newest in force, each with its source."""

from __future__ import annotations

from datetime import date

import pytest

from station.errors import ConfigError
from station.rules.regles import en_vigueur


def test_rules_are_in_force_from_the_month_of_their_file() -> None:
    assert en_vigueur(date(2021, 8, 1)) == en_vigueur(date(2026, 1, 1))
    with pytest.raises(ConfigError, match="2021-07-31"):
        en_vigueur(date(2021, 7, 31))


def test_every_rule_names_its_source() -> None:
    sections = [getattr(en_vigueur(date(2026, 1, 1)), s) for s in ("empreinte", "piece", "timbre")]
    rules = [rule for section in sections for _, rule in section if not isinstance(rule, dict)]
    rules += sections[0].exemptions.values()
    assert len(rules) >= 10
    assert all(rule.source for rule in rules)


def test_prints_are_taken_from_twelve_years() -> None:
    assert en_vigueur(date(2026, 1, 1)).empreinte.age_min.valeur == 12
