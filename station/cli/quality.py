"""`station quality`: measure image files as captures are measured."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from station.cli.options import JsonOption

if TYPE_CHECKING:
    from station.capture import Sample
    from station.quality.report import QualityReport

app = typer.Typer(no_args_is_help=True)

Files = Annotated[list[Path], typer.Argument(help="Images PNG, BMP, PGM, JPEG ou JPEG 2000.")]
Dpi = Annotated[
    int | None,
    typer.Option(
        "--dpi",
        min=1,
        max=10_000,
        help="Résolution en dpi ; sinon celle du fichier, sinon 500 pour une empreinte.",
    ),
]


@app.callback()
def _quality() -> None:
    """Quality of captures."""


@app.command()
def finger(files: Files, as_json: JsonOption = False, dpi: Dpi = None) -> None:
    """Mesurer une empreinte par fichier : surface, sécheresse, humidité, contraste, netteté."""
    from station.quality.finger import assess_finger
    from station.quality.image import read_finger

    for path in files:
        _report(path, read_finger(path, dpi), assess_finger, as_json=as_json)


@app.command()
def face(files: Files, as_json: JsonOption = False, dpi: Dpi = None) -> None:
    """Mesurer un portrait par fichier : taille, exposition, niveaux de gris, netteté."""
    from station.quality.face import assess_face
    from station.quality.image import read_face

    for path in files:
        _report(path, read_face(path, dpi), assess_face, as_json=as_json)


def _report(
    path: Path, sample: Sample, assess: Callable[[Sample], QualityReport], *, as_json: bool
) -> None:
    start = time.perf_counter()
    report = assess(sample)
    milliseconds = round((time.perf_counter() - start) * 1000, 1)
    if as_json:
        said = _as_dict(path, sample, report) | {"ms": milliseconds}
        typer.echo(json.dumps(said, ensure_ascii=False))
    else:
        _print(path, report, milliseconds)


def _as_dict(path: Path, sample: Sample, report: QualityReport) -> dict[str, object]:
    height, width = sample.pixels.shape[:2]
    return {
        "file": str(path),
        "width": width,
        "height": height,
        "dpi": sample.dpi,
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


def _print(path: Path, report: QualityReport, milliseconds: float) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    title = Text(f"{path} : {report.verdict.name}, {report.policy}, {milliseconds} ms")
    table = Table(title=title, title_justify="left")
    for name in ("Mesure", "Valeur", "Unité", "Verdict", "Consigne"):
        table.add_column(name)
    for f in report.findings:
        value = "non évalué" if f.measure.value is None else f"{f.measure.value:.3g}"
        advice = f.rule.message if f.verdict else ""
        table.add_row(f.measure.name, value, f.measure.unit, f.verdict.name, advice)
    Console().print(table)
