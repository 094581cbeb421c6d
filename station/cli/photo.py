"""`station photo`: the printed photograph on a scan."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from station.cli.options import JsonOption, each
from station.cli.reports import described, show

if TYPE_CHECKING:
    from station.capture import Sample
    from station.quality.paper.photo import PhotoPrint

app = typer.Typer(no_args_is_help=True)

Scan = Annotated[Path, typer.Argument(help="Numérisation PNG, BMP, PPM, JPEG ou JPEG 2000.")]
Dpi = Annotated[
    int | None,
    typer.Option("--dpi", min=1, max=10_000, help="Résolution en dpi ; sinon celle du fichier."),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", "-o", help="Écrire la photo recadrée, PNG **en clair**, à effacer."),
]


@app.callback()
def _photo() -> None:
    """Printed photographs."""


@app.command()
def crop(scan: Scan, out: Out = None, dpi: Dpi = None, as_json: JsonOption = False) -> None:
    """Trouver le tirage de 35 × 45 mm, le redresser, le recadrer à 600 dpi et le juger."""
    from station.errors import PhotoNotFound
    from station.quality.image import read_face
    from station.quality.paper.photo import find_photo

    def work(path: Path) -> None:
        sample = read_face(path, dpi)
        start = time.perf_counter()
        found = find_photo(sample)
        milliseconds = round((time.perf_counter() - start) * 1000, 1)
        written = None if found.sample is None or out is None else _written(found.sample, out)
        if as_json:
            said = _described(path, sample, found) | {"out": written, "ms": milliseconds}
            typer.echo(json.dumps(said, ensure_ascii=False))
        else:
            show(str(path), found.report, milliseconds)
        if found.sample is None:
            raise PhotoNotFound(f"{path.name}: nothing of the size of a photograph on the glass")

    each([scan], work)


def _described(scan: Path, sample: Sample, found: PhotoPrint) -> dict[str, object]:
    """Sizes in mm, the angle in degrees clockwise, the outline in pixels of the scan."""
    height, width = sample.pixels.shape[:2]
    said: dict[str, object] = {"file": str(scan), "width": width, "height": height}
    said["dpi"] = sample.dpi
    said["print"] = None
    if found.outline is not None and found.sample is not None:
        rows, columns = found.sample.pixels.shape[:2]
        said["print"] = {
            "width_mm": found.report.value("print.width"),
            "height_mm": found.report.value("print.height"),
            "angle": round(found.angle, 2),
            "outline": [[round(float(v), 1) for v in corner] for corner in found.outline.corners],
            "crop": {"width": columns, "height": rows, "dpi": found.sample.dpi},
        }
    return said | described(found.report)


def _written(sample: Sample, out: Path) -> str:
    from PIL import Image

    from station.errors import StorageError

    dpi = sample.dpi or 0
    try:
        Image.fromarray(sample.pixels[:, :, ::-1]).save(out, "PNG", dpi=(dpi, dpi))
    except OSError as error:
        raise StorageError(f"{out.name}: {error.strerror}") from error
    return str(out)
