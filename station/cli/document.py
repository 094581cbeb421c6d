"""`station document`: pages of supporting documents, before they enter a dossier."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from station.cli.options import JsonOption, each
from station.cli.reports import described, show

if TYPE_CHECKING:
    from station.records.documents import Seen

app = typer.Typer(no_args_is_help=True)

_MAX_BYTES = 64 * 1024 * 1024
Files = Annotated[list[Path], typer.Argument(help="Pages PNG, BMP, PPM, JPEG, JPEG 2000, ou PDF.")]
Dpi = Annotated[
    int | None,
    typer.Option("--dpi", min=1, max=10_000, help="Résolution en dpi ; sinon celle du fichier."),
]


@app.callback()
def _document() -> None:
    """Supporting documents."""


@app.command()
def check(files: Files, as_json: JsonOption = False, dpi: Dpi = None) -> None:
    """Juger chaque page : netteté, inclinaison, bords, reflets, résolution, format, contraste."""
    each(files, lambda path: _check(path, dpi, as_json=as_json))


def _check(path: Path, dpi: int | None, *, as_json: bool) -> None:
    from station import bounded
    from station.errors import NotAnImage
    from station.records.documents import is_pdf, seen_pages

    data = bounded.content(path, _MAX_BYTES, NotAnImage)
    start = time.perf_counter()
    pages: list[dict[str, object]] = []
    reports = []
    for seen in seen_pages(data, path.name, dpi):  # an image of a page is dropped before the next
        pages.append(_described(len(pages) + 1, seen))
        reports.append(seen.report)
    milliseconds = round((time.perf_counter() - start) * 1000, 1)
    if not as_json:
        for number, report in enumerate(reports, 1):
            show(f"{path}, page {number}", report, milliseconds)
        return
    said = {
        "file": str(path),
        "kind": "pdf" if is_pdf(data) else "image",
        "verdict": max(report.verdict for report in reports).name,
        "pages": pages,
        "ms": milliseconds,
    }
    typer.echo(json.dumps(said, ensure_ascii=False))


def _described(number: int, seen: Seen) -> dict[str, object]:
    """Sizes in mm, skew in degrees clockwise, quarter turns clockwise."""
    width, height = seen.size or (None, None)
    return {
        "page": number,
        "width_mm": width,
        "height_mm": height,
        "format": seen.form,
        "skew": seen.skew,
        "turned": seen.turned,
        **described(seen.report),
    }
