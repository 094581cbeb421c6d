"""What was measured on the captures that a draft holds, judged by the policy of today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from station.quality.policy import relaxed, rules
from station.quality.report import judge

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from station.capture import Finger
    from station.dossier.draft import Draft
    from station.quality.report import QualityReport, Rule
    from station.records.encoded import Encoded

INFANT: Final = "nourrisson"  # an exemption of the policy, for who is under one year


def is_infant(draft: Draft, jour: date) -> bool:
    """Whether the applicant is under one year on `jour`, as far as is known."""
    return draft.naissance is not None and draft.naissance.age(jour) < 1


def kept_visage(draft: Draft, jour: date) -> QualityReport | None:
    """Of the portrait in the draft, for the age that the applicant has on `jour`."""
    if draft.visage is None:
        return None
    face, policy = rules("face")
    table = {**(relaxed(face, INFANT) if is_infant(draft, jour) else face), **rules("print")[0]}
    return _judged(draft.visage, table, policy)


def kept_print(draft: Draft, finger: Finger) -> QualityReport | None:
    """Of the print in the draft; None when it has none of `finger`."""
    held = draft.empreintes.get(finger)
    return None if held is None else _judged(held, *rules("finger"))


def kept_page(page: Encoded) -> QualityReport:
    """Of every page in a file, in one report; without findings where nothing was measured."""
    return _judged(page, *rules("page"))


def stands(report: QualityReport | None) -> bool:
    """Whether it needs no reason to be kept: accepted, or not there, or nothing was measured."""
    return report is None or not report.findings or report.verdict.accepts


def _judged(held: Encoded, table: Mapping[str, Rule], policy: str) -> QualityReport:
    return judge(tuple(m for m in held.quality if m.name in table), table, policy)
