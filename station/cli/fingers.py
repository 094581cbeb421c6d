"""`station fingers`: cut a slap into fingers, compare two prints."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from station.capture import Hand
from station.cli.options import JsonOption, MissingOption, finger_codes

if TYPE_CHECKING:
    from station.fingers.findings import HandFinding
    from station.fingers.hands import Naming
    from station.fingers.sameness import Opinion
    from station.fingers.segmentation import Segmentation

app = typer.Typer(no_args_is_help=True)

Image = Annotated[Path, typer.Argument(help="Image PNG, PGM, BMP, WSQ, FIR ou BIT.")]
Dpi = Annotated[int | None, typer.Option("--dpi", min=1, max=10_000, help="Résolution en dpi.")]


@app.callback()
def _fingers() -> None:
    """Fingers of a slap."""


@app.command()
def segment(
    file: Image,
    expect: Annotated[int, typer.Option(min=1, max=4, help="Doigts attendus ; 2 : pouces.")] = 4,
    hand: Annotated[Hand | None, typer.Option(help="Main demandée.")] = None,
    missing: MissingOption = "",
    dpi: Dpi = None,
    as_json: JsonOption = False,
) -> None:
    """Trouver les doigts d’une image de plusieurs doigts et dire lesquels ce sont."""
    from station.fingers import findings
    from station.fingers.hands import Naming, name
    from station.fingers.segmentation import segment as segmented
    from station.fingers.selection import doubled
    from station.records.images import read_sample

    absent = finger_codes(missing)
    sample = read_sample(file, dpi)
    start = time.perf_counter()
    seen = segmented(sample.pixels, expect)
    naming = Naming() if expect == 2 else name([s.box for s in seen.segments], absent)
    found = findings.of_segmentation(sample.pixels, seen, expect)
    found += findings.of_naming(naming, hand) + findings.of_edges(seen, naming.fingers)
    said = {"file": str(file), **_described(seen, naming)}
    said["ms"] = round((time.perf_counter() - start) * 1000, 1)  # without the comparisons
    found += doubled(sample.pixels, seen, naming)
    said["findings"] = [_finding(f) for f in found]
    _say(said, as_json=as_json)


@app.command()
def compare(one: Image, other: Image, dpi: Dpi = None, as_json: JsonOption = False) -> None:
    """Comparer deux empreintes : même doigt ou non."""
    from station.fingers.sameness import opinions
    from station.records.images import read_sample

    first, second = (read_sample(path, dpi).pixels for path in (one, other))
    scores = [_opinion(opinion) for opinion in opinions(first, second)]
    _say({"files": [str(one), str(other)], "scores": scores}, as_json=as_json)


def _opinion(opinion: Opinion) -> dict[str, object]:
    return {
        "algorithm": opinion.algorithm.name,
        "version": opinion.algorithm.version,
        "score": round(opinion.score, 1),
        "threshold": opinion.threshold,
        "same": opinion.same,
    }


def _described(seen: Segmentation, naming: Naming) -> dict[str, object]:
    names = naming.fingers or (None,) * len(seen.segments)
    margins = naming.margins or (None,) * len(seen.segments)
    return {
        "hand": naming.hand,
        "confidence_mm": _confidence(None if naming.hand is None else naming.margin),
        "tilt": round(seen.tilt, 1),
        "seen": seen.seen,
        "boxes": [
            {
                "finger": None if finger is None else int(finger),
                "confidence_mm": _confidence(margin),
                "cx": round(s.box.cx, 1),
                "cy": round(s.box.cy, 1),
                "width": round(s.box.width, 1),
                "height": round(s.box.height, 1),
                "angle": round(s.box.angle, 1),
                "cut_by_edge": s.edge,
            }
            for s, finger, margin in zip(seen.segments, names, margins, strict=True)
        ],
    }


def _confidence(margin: float | None) -> float | None:
    """Millimetres to the next best explanation, 99 where there is none."""
    return None if margin is None else round(min(margin, 99.0), 2)


def _finding(found: HandFinding) -> dict[str, object]:
    finger = None if found.finger is None else int(found.finger)
    return {
        "code": found.code,
        "severity": found.severity,
        "finger": finger,
        "message": found.message,
    }


def _say(said: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(said, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    for key, value in said.items():
        rows = value if isinstance(value, list) else [value]
        for row in rows:
            table.add_row(key, Text(str(row)))
    Console().print(table)
