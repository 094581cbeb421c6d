"""Dated rules: the newest in force, each with its source."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from pydantic import BaseModel

from station.errors import ConfigError
from station.rules.conditions import Plage, Si, Tranche
from station.rules.regles import en_vigueur, passes

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_rules_are_in_force_from_the_month_of_their_file() -> None:
    assert en_vigueur(date(2021, 8, 1)) == en_vigueur(date(2026, 1, 1))
    with pytest.raises(ConfigError, match="2021-07-31"):
        en_vigueur(date(2021, 7, 31))


def test_every_rule_names_its_source() -> None:
    rules = list(_sourced(en_vigueur(date(2026, 1, 1))))
    assert len(rules) >= 60
    assert all(source.strip() for source in rules)


def _sourced(value: object) -> Iterator[str]:
    """The source of every value below `value`; a table without one must hold tables."""
    if isinstance(value, dict | tuple):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _sourced(one)
    elif isinstance(value, BaseModel):
        said = dict(value)
        if "source" in said:
            yield said["source"]
            return
        assert not {"valeur", "centimes", "phrase"} & set(said)
        for one in said.values():
            yield from _sourced(one)


def test_prints_are_taken_from_twelve_years() -> None:
    assert en_vigueur(date(2026, 1, 1)).empreinte.age_min.valeur == 12


@pytest.mark.parametrize(
    ("age", "holds"),
    [
        (Plage(15, 15), True), (Plage(17, 17), True), (Plage(14, 14), False),
        (Plage(18, 18), False), (Plage(), None), (Plage(au_plus=17), None),
        (Plage(au_moins=18), False), (None, None),
    ],
)  # fmt: skip
def test_an_age_that_is_not_known_decides_only_what_it_can(
    age: Plage | None, holds: bool | None
) -> None:
    assert Si(age=Tranche(des=15, avant=18)).tient({"age": age}) is holds


@pytest.mark.parametrize(
    ("faits", "holds"),
    [
        ({"titre": "CNI", "heberge": True}, True),
        ({"titre": "CNI", "heberge": None}, None),
        ({"titre": "CNI"}, None),
        ({"titre": "CNI", "heberge": False}, False),
        ({"titre": "PASSEPORT", "heberge": None}, False),
    ],
)
def test_a_fact_that_is_unknown_leaves_a_condition_open(
    faits: dict[str, str | bool | None], holds: bool | None
) -> None:
    assert Si(titre=("CNI",), heberge=True).tient(faits) is holds


def test_a_condition_of_nothing_holds() -> None:
    assert Si().tient({}) is True


def test_an_age_range_that_nobody_is_in_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody"):
        Tranche(des=18, avant=18)


@pytest.mark.parametrize(
    ("debut", "months"),
    [
        (date(2025, 12, 2), 3),
        (date(2025, 12, 3), 2),
        (date(2026, 3, 2), 0),
        (date(2025, 3, 2), 12),
    ],
)
def test_full_months_pass_on_the_day(debut: date, months: int) -> None:
    assert passes(debut, date(2026, 3, 2)) == months
