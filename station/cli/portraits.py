"""`station quality face`: portraits judged rule by rule, as a capture is."""

from __future__ import annotations

import json
import time
from enum import StrEnum, unique
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from station.cli.options import JsonOption, each
from station.cli.reports import show
from station.faces.models import ENVIRONMENT

if TYPE_CHECKING:
    from station.capture import Sample
    from station.faces.assessment import Assessment, Request
    from station.faces.landmarks import Face, LandmarkProvider
    from station.quality.report import Band, Finding

_CLICKS = 4096  # bytes of a file of points


@unique
class Source(StrEnum):
    """Where the picture comes from, as the command line says it."""

    SCAN = "scan"
    CAMERA = "camera"


Files = Annotated[
    list[Path], typer.Argument(help="Portraits PNG, JPEG, JPEG 2000, BMP ou PPM, un par fichier.")
]
Dpi = Annotated[
    int | None, typer.Option("--dpi", min=1, max=10_000, help="Résolution de la numérisation.")
]
SourceOption = Annotated[
    Source | None,
    typer.Option("--source", help="Tirage numérisé ou caméra ; sinon, d’après la forme."),
]
Points = Annotated[
    str | None,
    typer.Option(
        "--landmarks",
        help="Repères de l’agent, JSON ou fichier JSON : left_eye, right_eye, chin, crown, mouth.",
    ),
]
Exemption = Annotated[
    str | None,
    typer.Option("--exemption", help="Règles assouplies : handicap ou nourrisson."),
]
Models = Annotated[
    Path | None, typer.Option("--models", envvar=ENVIRONMENT, help="Dossier des modèles.")
]


def face(
    files: Files,
    as_json: JsonOption = False,
    source: SourceOption = None,
    dpi: Dpi = None,
    landmarks: Points = None,
    exemption: Exemption = None,
    models: Models = None,
) -> None:
    """Juger un portrait par fichier : cadrage, pose, yeux, bouche, lumière, fond, netteté."""
    from station.capture import PortraitSource
    from station.faces.assessment import Request
    from station.records.images import read_portrait

    named = {Source.SCAN: PortraitSource.PHOTO_PAPIER_SCAN, Source.CAMERA: PortraitSource.CAMERA_DR}
    request = Request(
        landmarks=_provider(landmarks, models),
        source=None if source is None else named[source],
        exemption=exemption,
    )
    each(files, lambda path: _judge(path, read_portrait(path, dpi), request, as_json=as_json))


def _provider(said: str | None, models: Path | None) -> LandmarkProvider:
    from station.faces.clicks import Clicks
    from station.faces.providers import provider

    return provider(models) if said is None else Clicks.of(_text(said))


def _text(said: str) -> str:
    """The points themselves, or those of the file that is named."""
    from station.errors import LandmarksInvalid

    if said.lstrip().startswith("{"):
        return said
    try:
        with Path(said).open("rb") as file:
            return file.read(_CLICKS).decode()
    except (OSError, ValueError) as error:
        raise LandmarksInvalid("the points are neither JSON nor a file of it") from error


def _judge(path: Path, sample: Sample, request: Request, *, as_json: bool) -> None:
    from station.faces.assessment import assess

    start = time.perf_counter()
    found = assess(sample, request)
    milliseconds = round((time.perf_counter() - start) * 1000, 1)
    if as_json:
        said = _as_dict(path, sample, found) | {"ms": milliseconds}
        typer.echo(json.dumps(said, ensure_ascii=False))
    else:
        show(str(path), found.report, milliseconds)


def _as_dict(path: Path, sample: Sample, found: Assessment) -> dict[str, Any]:
    report = found.report
    return {
        "file": str(path),
        "width": sample.pixels.shape[1],
        "height": sample.pixels.shape[0],
        "dpi": sample.dpi,
        "source": found.source,
        "policy": report.policy,
        "verdict": report.verdict.name,
        "questions": [f.rule.code for f in report.questions],
        "rules": [_rule(finding) for finding in report.findings],
        "landmarks": {
            "provider": found.landmarks.name,
            "version": found.landmarks.version,
            "faces": found.faces,
            **(_points(found.face) if found.face is not None else {}),
        },
    }


def _rule(finding: Finding) -> dict[str, Any]:
    measure, rule = finding.measure, finding.rule
    region = measure.region
    return {
        "rule": measure.name,
        "code": rule.code,
        "message": rule.message,
        "value": None if measure.value is None else round(measure.value, 4),
        "unit": measure.unit,
        "limits": {"good": _band(rule.good), "acceptable": _band(rule.acceptable)},
        "verdict": finding.verdict.name,
        "method": measure.algorithm.name,
        "version": measure.algorithm.version,
        "clause": rule.clause,
        "region": region and [region.left, region.top, region.width, region.height],
    }


def _band(band: Band) -> list[float | None]:
    return [band.low, band.high]


def _points(face: Face) -> dict[str, Any]:
    from station.faces import geometry

    points = {
        "left_eye": face.left.centre,
        "right_eye": face.right.centre,
        "chin": face.chin,
        "crown": geometry.crown(face),
    }
    return {
        **{name: [round(float(v), 1) for v in point] for name, point in points.items()},
        "crown_estimated": face.crown is None,
        "eye_distance": round(face.ied, 1),
        "sure": round(face.sure, 3),
    }
