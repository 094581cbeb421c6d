"""Measures, rules and the report made of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, unique
from typing import TYPE_CHECKING

from station.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping


@unique
class Verdict(IntEnum):
    """Ordered, so that the verdict of a report is the worst of its findings."""

    PASS = 0
    QUESTION = 1  # for the agent's eyes, whatever was measured; decides nothing by itself
    WARN = 2
    NOT_ASSESSED = 3  # what could not be judged is never a pass
    FAIL = 4

    @property
    def accepts(self) -> bool:
        """Whether the sample enters a dossier without the agent giving a reason."""
        return self <= Verdict.WARN


@dataclass(frozen=True, slots=True)
class Algorithm:
    """Who computed a figure: a score without its algorithm and version means nothing."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Region:
    """A part of an image, in whole pixels: what to show beside a finding."""

    left: int
    top: int
    width: int
    height: int

    def times(self, zoom: float) -> Region:
        """The same part of an image `zoom` times as large."""
        left, top = round(self.left * zoom), round(self.top * zoom)
        return Region(left, top, round(self.width * zoom), round(self.height * zoom))


@dataclass(frozen=True, slots=True)
class Measure:
    """A number read off a sample. It does not know whether it is good; None: not measurable."""

    name: str
    value: float | None
    unit: str
    algorithm: Algorithm
    region: Region | None = None  # where it was read; None: the whole image


@dataclass(frozen=True, slots=True)
class Band:
    """Limits of a value; a bound that is None does not exist."""

    low: float | None = None
    high: float | None = None

    def holds(self, value: float) -> bool:
        """Whether `value` lies within, bounds included."""
        above = self.low is None or value >= self.low
        return above and (self.high is None or value <= self.high)


@dataclass(frozen=True, slots=True)
class Rule:
    """Outside `good` the agent is told, outside `acceptable` the sample is refused.

    With `question`, the agent is asked instead of told, also when nothing could be measured.
    """

    code: str
    message: str  # French, for the agent
    good: Band
    acceptable: Band
    clause: str
    question: bool = False

    def judge(self, value: float | None) -> Verdict:
        """Place `value` against the two bands."""
        if value is None:
            return Verdict.QUESTION if self.question else Verdict.NOT_ASSESSED
        if not self.acceptable.holds(value):
            return Verdict.FAIL
        doubt = Verdict.QUESTION if self.question else Verdict.WARN
        return Verdict.PASS if self.good.holds(value) else doubt


@dataclass(frozen=True, slots=True)
class Finding:
    """One measure, the rule applied to it, and what came of it."""

    measure: Measure
    rule: Rule
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class QualityReport:
    """Every measure of one sample with its verdict, under the policy `policy`."""

    findings: tuple[Finding, ...]
    policy: str  # identifier and date of the policy file

    @property
    def verdict(self) -> Verdict:
        """The worst finding: one bad finger is never averaged away. Questions are left open."""
        told = (f.verdict for f in self.findings if f.verdict is not Verdict.QUESTION)
        return max(told, default=Verdict.NOT_ASSESSED)

    @property
    def reasons(self) -> tuple[str, ...]:
        """What to tell the agent, worst first, each thing once."""
        bad = sorted((f for f in self.findings if f.verdict > Verdict.QUESTION), key=_by_verdict)
        return tuple(dict.fromkeys(f.rule.message for f in bad))

    @property
    def questions(self) -> tuple[Finding, ...]:
        """What only the agent can tell, each with the region to look at."""
        return tuple(f for f in self.findings if f.verdict is Verdict.QUESTION)

    def value(self, name: str) -> float | None:
        """The measure called `name`; None when it was not, or could not be, measured."""
        found = (f.measure.value for f in self.findings if f.measure.name == name)
        return next(found, None)


def _by_verdict(finding: Finding) -> int:
    return -finding.verdict


def judge(measures: tuple[Measure, ...], rules: Mapping[str, Rule], policy: str) -> QualityReport:
    """Apply the rules of the policy; a measure without a rule is a broken policy.

    Raises `ConfigError` naming every measure that has no rule.
    """
    missing = [m.name for m in measures if m.name not in rules]
    if missing:
        raise ConfigError(f"{policy}: no rule for {', '.join(missing)}")
    found = (Finding(m, rules[m.name], rules[m.name].judge(m.value)) for m in measures)
    return QualityReport(tuple(found), policy)
