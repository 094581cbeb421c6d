"""The policy: data with a clause for every number, and no silent default."""

from __future__ import annotations

import pytest

from station.errors import ConfigError
from station.quality.policy import relaxed, rules
from station.quality.report import Algorithm, Band, Measure, Region, Rule, Verdict, judge
from station.rules.politique import politique

OWN = Algorithm("own", "1")


@pytest.mark.parametrize("modality", ["finger", "face", "print", "page"])
def test_good_lies_within_acceptable(modality: str) -> None:
    found, _ = rules(modality)
    for name, rule in found.items():
        for bound in (rule.good.low, rule.good.high):
            assert bound is None or rule.acceptable.holds(bound), name


@pytest.mark.parametrize("modality", ["finger", "face", "print", "page"])
def test_every_rule_speaks_french_and_names_its_clause(modality: str) -> None:
    found, policy = rules(modality)
    assert policy == "capture-2026-01"
    assert all(rule.message.endswith((".", "?")) and rule.clause for rule in found.values())
    assert not any("'" in rule.message for rule in found.values())


def test_a_measure_without_a_rule_is_a_broken_policy() -> None:
    found, policy = rules("finger")
    with pytest.raises(ConfigError, match=r"finger\.ridge_count"):
        judge((Measure("finger.ridge_count", 3.0, "ridges", OWN),), found, policy)


def test_what_was_not_measured_is_never_a_pass() -> None:
    found, policy = rules("finger")
    report = judge((Measure("finger.contrast", None, "grey", OWN),), found, policy)
    assert report.verdict is Verdict.NOT_ASSESSED


@pytest.mark.parametrize("name", ["absent", "../regles/2021-08", "", "capture-2026-01.toml"])
def test_a_policy_that_is_not_there_is_an_error(name: str) -> None:
    with pytest.raises(ConfigError):
        politique(name)


ASKED = Rule("LUNETTES", "Reflet ?", Band(high=1.0), Band(high=5.0), "own", question=True)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(0.5, "PASS"), (2.0, "QUESTION"), (None, "QUESTION"), (6.0, "FAIL")],
)
def test_a_question_asks_where_another_rule_warns(value: float | None, verdict: str) -> None:
    assert ASKED.judge(value).name == verdict


def test_an_open_question_leaves_the_verdict_to_what_was_judged() -> None:
    asked = Measure("a", None, "", Algorithm("x", "1"), Region(1, 2, 3, 4))
    report = judge((asked,), {"a": ASKED}, "policy")
    assert report.verdict is Verdict.NOT_ASSESSED
    assert report.reasons == ()
    assert [f.measure.region for f in report.questions] == [Region(1, 2, 3, 4)]


@pytest.mark.parametrize("name", sorted(politique().exemption))
def test_an_exemption_names_rules_there_are_and_leaves_no_refusal_among_them(name: str) -> None:
    table, _ = rules("face")
    named = {f"face.{rule}" for rule in politique().exemption[name].rules}
    assert named <= set(table)
    eased = relaxed(table, name)
    assert all(eased[rule].judge(1e6) is not Verdict.FAIL for rule in named)
    assert all(eased[rule] == table[rule] for rule in set(table) - named)
