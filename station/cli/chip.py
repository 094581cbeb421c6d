"""`station chip`: the chip of a title, what it says and what is proven of it."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from station.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption

if TYPE_CHECKING:
    from station.codes.mrz.zone import Mrz
    from station.config import DeviceSettings, TitleSettings
    from station.device import Told
    from station.pipeline.titre import Lecture, Titre
    from station.title.examination import Report

app = typer.Typer(no_args_is_help=True)

_MOST_ZONE = 4096  # bytes
_DRIVER = "chip-reader"

ReaderOption = Annotated[
    str | None,
    typer.Option("--reader", help="Lecteur, par exemple pcsc:NOM ; sinon celui des réglages."),
]
CanOption = Annotated[
    str | None, typer.Option("--can", help="Les six chiffres imprimés sur la carte ; - : entrée.")
]
ZoneOption = Annotated[
    str | None, typer.Option("--mrz", help="Fichier des lignes de la MRZ ; - : entrée standard.")
]
PhotoOption = Annotated[
    Path | None, typer.Option("--photo", help="Portrait PNG à écrire, **en clair**, à effacer.")
]
PrintsOption = Annotated[
    bool, typer.Option("--prints", help="Lire aussi les empreintes (certificat d’inspection).")
]
SecondsOption = Annotated[float, typer.Option(min=1, max=300, help="Délai, en secondes.")]


@app.callback()
def _chip() -> None:
    """Chip of a title."""


@app.command()
def read(
    reader: ReaderOption = None,
    can: CanOption = None,
    mrz: ZoneOption = None,
    photo: PhotoOption = None,
    prints: PrintsOption = False,
    seconds: SecondsOption = 60.0,
    as_json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Lire la puce d’un titre et dire ce qui est prouvé ; retour 1 si un contrôle échoue."""
    from station.bench.bench import Bench
    from station.config import TITRE
    from station.pipeline.titre import authorities, examined

    lecture = _lecture(can, mrz, prints=prints, seconds=seconds)
    device, titles = _settings(reader, config)
    store = authorities(titles)
    start = time.perf_counter()
    with Bench({TITRE: device}) as bench:
        titre = examined(bench, lecture, store, _guided)
    milliseconds = round((time.perf_counter() - start) * 1000, 1)
    written = _written(titre.report, photo)
    if as_json:
        said = _described(titre) | {"photo": written, "ms": milliseconds}
        typer.echo(json.dumps(said, ensure_ascii=False))
    else:
        _show(titre)
    if titre.report.failures:
        raise typer.Exit(1)


def _lecture(can: str | None, zone: str | None, *, prints: bool, seconds: float) -> Lecture:
    """What to read with the key that was given: exactly one of the two."""
    from station.capture import TitleFile
    from station.pipeline.titre import WITHOUT_PRINTS, Lecture

    if (can is None) == (zone is None):
        raise typer.BadParameter("--can ou --mrz, l’un des deux")
    key, printed = _key(can, zone)
    files = frozenset(TitleFile) if prints else WITHOUT_PRINTS
    return Lecture(key, files, printed, seconds)


def _key(can: str | None, zone: str | None) -> tuple[Any, Mrz | None]:
    from datetime import UTC, datetime

    from station import bounded
    from station.errors import ChipKeyInvalid
    from station.title import key

    if can is not None:
        return key.of_can(_typed(64).decode("ascii", "replace") if can == "-" else can), None
    if zone == "-":
        raw = _typed(_MOST_ZONE)
    else:
        raw = bounded.content(Path(zone or ""), _MOST_ZONE, ChipKeyInvalid)
    return key.of_zone(raw, datetime.now(UTC).date())


def _typed(most: int) -> bytes:
    """What comes on standard input, whatever its bytes are, no further than `most`."""
    return sys.stdin.buffer.read(most)


def _settings(reader: str | None, config: Path) -> tuple[DeviceSettings, TitleSettings]:
    """The reader of the option, else of the settings; whom the settings believe, if any."""
    from station.config import TITRE, DeviceSettings, TitleSettings, load
    from station.errors import ConfigError

    settings = load(config) if reader is None or config.exists() else None
    titles = TitleSettings() if settings is None else settings.titre
    if reader is not None:
        return DeviceSettings(driver=_DRIVER, port=reader), titles
    if settings is None or TITRE not in settings.devices:
        raise ConfigError(f"no device called {TITRE!r} in the settings")
    return settings.devices[TITRE], titles


def _guided(told: Told) -> None:
    from station.device import Guidance

    if isinstance(told, Guidance):
        typer.echo(f"  {told.consigne}", err=True)


def _written(report: Report, photo: Path | None) -> str | None:
    from station.errors import StorageError
    from station.title.portrait import png

    if photo is None or report.face is None:
        return None
    try:
        photo.write_bytes(png(report.face))
    except OSError as error:
        raise StorageError(f"cannot write {photo.name}: {error.strerror}") from error
    return str(photo)


def _described(titre: Titre) -> dict[str, object]:
    from station.title.describe import of_report

    return {
        "reader": titre.reading.device.model,
        "files": {name.value: len(data) for name, data in sorted(titre.reading.files.items())},
        "steps": [
            {"step": step.step.value, "done": step.done, "fact": step.fact}
            for step in titre.reading.steps
        ],
        **of_report(titre.report),
    }


def _show(titre: Titre) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console()
    if titre.report.mrz is not None:
        mrz = titre.report.mrz
        console.print(Text(f"Titre {mrz.format} {mrz.issuer} n° {mrz.number}"))
        console.print(Text(f"{mrz.surname}, {' '.join(mrz.given)}"))
    for finding in titre.report.findings:
        console.print(Text(f"  {finding.phrase}"), soft_wrap=True)
    if titre.report.simulated:
        console.print(Text("  Titre simulé : il ne prouve rien."))
