"""A report as JSON: the shape is stable (docs/protocols/titre.md), the facts are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from station.codes.describe import of_mrz

if TYPE_CHECKING:
    from datetime import date

    from station.title.examination import Report
    from station.title.findings import Finding
    from station.title.lds import Document, Personal


def of_report(report: Report) -> dict[str, object]:
    """Everything a chip says and what is proven of it; no image."""
    face = report.face
    return {
        "findings": [_finding(finding) for finding in report.findings],
        "simulated": report.simulated,
        "mrz": None if report.mrz is None else of_mrz(report.mrz),
        "personal": None if report.personal is None else _personal(report.personal),
        "document": None if report.document is None else _document(report.document),
        "face": None if face is None else {"width": face.width, "height": face.height},
        "fingers": None
        if report.fingers is None
        else [None if f.position is None else int(f.position) for f in report.fingers],
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "check": finding.check,
        "status": finding.status.value,
        "reason": finding.reason,
        "fact": finding.fact,
        "phrase": finding.phrase,
    }


def _personal(found: Personal) -> dict[str, object]:
    return {
        "surname": found.surname,
        "given": list(found.given),
        "born": _day(found.born),
        "birth_place": found.birth_place,
        "address": list(found.address),
    }


def _document(found: Document) -> dict[str, object]:
    return {"authority": found.authority, "issued": _day(found.issued)}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
