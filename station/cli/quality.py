"""`station quality`: measure image files as captures are measured."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from station.cli import portraits
from station.cli.options import JsonOption, each
from station.cli.reports import described, show
from station.quality.engine_names import Engine

if TYPE_CHECKING:
    from station.capture import Sample
    from station.quality.report import QualityReport

app = typer.Typer(no_args_is_help=True)

Files = Annotated[
    list[Path],
    typer.Argument(
        help="Images PNG, BMP, PGM, JPEG, JPEG 2000, WSQ ; enregistrements FIR, FAC, BIT, 39794."
    ),
]
Dpi = Annotated[
    int | None,
    typer.Option(
        "--dpi",
        min=1,
        max=10_000,
        help="Résolution en dpi ; sinon celle du fichier, sinon 500 pour une empreinte.",
    ),
]


EngineOption = Annotated[
    Engine, typer.Option("--engine", help="auto : NFIQ 2 s’il est installé, sinon indice.")
]


@app.callback()
def _quality() -> None:
    """Quality of captures."""


@app.command()
def finger(
    files: Files, as_json: JsonOption = False, dpi: Dpi = None, engine: EngineOption = Engine.AUTO
) -> None:
    """Mesurer une empreinte par fichier : note, surface, sécheresse, humidité, contraste."""
    from station.quality.engines import engine as named
    from station.quality.finger import assess_finger
    from station.records.images import read_sample

    chosen = named(engine)

    def measure(path: Path) -> None:
        sample = read_sample(path, dpi)
        _report(path, sample, lambda s: assess_finger(s, chosen), as_json=as_json)

    each(files, measure)


app.command("face")(portraits.face)


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
        show(str(path), report, milliseconds)


def _as_dict(path: Path, sample: Sample, report: QualityReport) -> dict[str, object]:
    height, width = sample.pixels.shape[:2]
    return {
        "file": str(path),
        "width": width,
        "height": height,
        "dpi": sample.dpi,
        **_score(report),
        **described(report),
    }


def _score(report: QualityReport) -> dict[str, object]:
    """The figure of record and who computed it: NFIQ 2 before indice; None without a print."""
    for name in ("finger.nfiq2", "finger.indice"):
        for found in report.findings:
            if found.measure.name == name:
                by, value = found.measure.algorithm, found.measure.value
                score = None if value is None else int(value)
                return {"algorithm": by.name, "version": by.version, "score": score}
    return {"algorithm": None, "version": None, "score": None}
