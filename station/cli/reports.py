"""A quality report as every command tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from station.quality.report import QualityReport


def described(report: QualityReport) -> dict[str, object]:
    """For JSON: the verdict, every measure, and what is not well."""
    return {
        "policy": report.policy,
        "verdict": report.verdict.name,
        "measures": {
            f.measure.name: {
                "value": f.measure.value,
                "unit": f.measure.unit,
                "algorithm": f.measure.algorithm.name,
                "version": f.measure.algorithm.version,
            }
            for f in report.findings
        },
        "findings": [
            {
                "code": f.rule.code,
                "message": f.rule.message,
                "verdict": f.verdict.name,
                "clause": f.rule.clause,
            }
            for f in report.findings
            if f.verdict
        ],
    }


def show(name: str, report: QualityReport, milliseconds: float) -> None:
    """For people: a table on the screen, headed by `name`, which is never taken for markup."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    title = Text(f"{name} : {report.verdict.name}, {report.policy}, {milliseconds} ms")
    table = Table(title=title, title_justify="left")
    for column in ("Mesure", "Valeur", "Unité", "Verdict", "Consigne"):
        table.add_column(column)
    for f in report.findings:
        value = "non évalué" if f.measure.value is None else f"{f.measure.value:.3g}"
        advice = f.rule.message if f.verdict else ""
        table.add_row(f.measure.name, value, f.measure.unit, f.verdict.name, advice)
    Console().print(table)
