"""`station device`: what the devices are, and whether they work."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from station.capture import FOUR, Finger, Hand, Modality
from station.cli.options import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    MissingOption,
    finger_codes,
)

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from station.bench.bench import Job
    from station.capture import Sample
    from station.device import DeviceInfo

T = TypeVar("T")
app = typer.Typer(no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(help="Rôle de l’appareil, par exemple empreintes.")]


@app.command("list")
def list_devices(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Lister les appareils réglés et ce que chacun répond."""
    from station.bench.bench import Bench
    from station.config import load
    from station.errors import StationError

    settings = load(config)
    with Bench(settings.devices) as bench:
        for name in bench.names:
            try:
                _show(name, bench.info(name), as_json=as_json)
            except StationError as error:
                _show_failure(name, error, as_json=as_json)


@app.command()
def info(
    name: NameArgument, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False
) -> None:
    """Demander à un appareil qui il est."""
    from station.bench.bench import Bench
    from station.config import load

    with Bench(load(config).devices) as bench:
        _show(name, bench.info(name), as_json=as_json)


@app.command()
def capture(
    name: NameArgument,
    config: ConfigOption = DEFAULT_CONFIG,
    finger: Annotated[
        int | None, typer.Option(min=1, max=10, help="Doigt, code ISO (2 index droit).")
    ] = None,
    hand: Annotated[
        Hand | None, typer.Option(help="Main : quatre doigts à la fois, sans le pouce.")
    ] = None,
    missing: MissingOption = "",
    seconds: Annotated[float, typer.Option(min=1, max=300, help="Délai, en secondes.")] = 30.0,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="Image PNG à écrire, en clair ; les suivantes : -2, -3…"
        ),
    ] = None,
) -> None:
    """Faire une capture d’essai ; rien n’entre dans un dossier."""
    from station.bench.bench import Bench
    from station.config import load

    wanted = _wanted(finger, hand, finger_codes(missing))
    with Bench(load(config).devices) as bench:
        got = _follow(bench.capture(name, wanted, seconds), hand=len(wanted) > 1)
    for rank, sample in enumerate(got.samples, 1):
        shape = "×".join(map(str, sample.pixels.shape[1::-1]))
        scale = "" if sample.dpi is None else f", {sample.dpi} dpi"
        typer.echo(f"{name} : image {rank} sur {len(got.samples)}, {shape} pixels{scale}.")
        if output is not None:
            _write_png(sample.pixels, _numbered(output, rank))
    if got.modality is Modality.SLAP:
        _show_hand(got.samples[0], wanted)


def _wanted(finger: int | None, hand: Hand | None, absent: frozenset[Finger]) -> tuple[Finger, ...]:
    """What to ask of the device; a hand less the fingers that are missing of it."""
    if hand is None and not absent:
        return () if finger is None else (Finger(finger),)
    if hand is None or finger is not None or not absent < set(FOUR[hand]):
        raise typer.BadParameter(
            "--finger seul, ou --hand avec moins de quatre de ses doigts absents"
        )
    return tuple(f for f in FOUR[hand] if f not in absent)


def _show_hand(slap: Sample, presented: tuple[Finger, ...]) -> None:
    """The fingers that the station would cut out, or why it would not; the slap is wiped."""
    from station.fingers.selection import select

    selection = select(slap, presented, presented)
    for finding in selection.findings:
        typer.echo(f"  {finding.code} : {finding.message}")
    codes = [str(int(sample.position)) for sample in selection.samples if sample.position]
    typer.echo(f"  doigts reconnus : {', '.join(codes) or 'aucun'}")


@app.command()
def trial(
    name: NameArgument,
    config: ConfigOption = DEFAULT_CONFIG,
    seconds: Annotated[float, typer.Option(min=1, max=120, help="Délai.")] = 30.0,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Image PNG à écrire, en clair.")
    ] = None,
) -> None:
    """Lire l’image d’un module de diagnostic, qui ne peut entrer dans aucun dossier."""
    from station.bench.bench import Bench
    from station.config import load

    with Bench(load(config).devices) as bench:
        got = bench.trial(name, seconds)
    shape = "×".join(map(str, got.pixels.shape[::-1]))
    typer.echo(f"{name} : {shape} pixels, {got.dpi} dpi, {got.grey_levels} niveaux de gris.")
    if output is not None:
        _write_png(got.pixels, output)


@app.command("read-code")
def read_code(
    name: Annotated[str, typer.Argument(help="Rôle du lecteur, par exemple codes.")],
    config: ConfigOption = DEFAULT_CONFIG,
    seconds: Annotated[float, typer.Option(min=1, max=120, help="Délai.")] = 30.0,
    as_json: JsonOption = False,
) -> None:
    """Lire un code, ou la MRZ d’un titre, avec le lecteur ; rien n’entre dans un dossier."""
    from datetime import UTC, datetime

    from station.bench.bench import Bench
    from station.cli.code import listed, show_text
    from station.codes.describe import of_text
    from station.config import load

    settings = load(config)
    with Bench(settings.devices) as bench:
        raw = _follow(bench.read(name, seconds))
    said = of_text(raw, listed(None, config), datetime.now(UTC).date())
    show_text(said, as_json=as_json)


def _follow(job: Job[T], *, hand: bool = False) -> T:
    from station.device import Guidance

    while (told := job.events.get()) is not None:
        if isinstance(told, Guidance):
            typer.echo(f"  {told.consigne_main if hand else told.consigne}", err=True)
    return job.result.result()


def _numbered(output: Path, rank: int) -> Path:
    """`page.png`, then `page-2.png` and so on."""
    return output if rank == 1 else output.with_stem(f"{output.stem}-{rank}")


def _write_png(pixels: npt.NDArray[np.uint8], output: Path) -> None:
    import cv2

    from station.errors import StorageError

    _, png = cv2.imencode(".png", pixels)
    try:
        output.write_bytes(png.tobytes())
    except OSError as error:
        raise StorageError(f"cannot write {output.name}: {error.strerror}") from error


def _show(name: str, info: DeviceInfo, *, as_json: bool) -> None:
    if as_json:
        modalities = sorted(info.modalities)
        typer.echo(json.dumps({"name": name, **asdict(info), "modalities": modalities}))
        return
    from rich.console import Console
    from rich.text import Text

    origin = "simulé" if info.simulated else "matériel"
    line = f"{name} : {info.vendor} {info.model}, n° {info.serial}, {info.firmware}, {origin}"
    Console().print(Text(line), soft_wrap=True)  # Text: a label of a device is not markup


def _show_failure(name: str, error: Exception, *, as_json: bool) -> None:
    code, remedy = getattr(error, "code", ""), getattr(error, "remedy", "")
    if as_json:
        typer.echo(json.dumps({"name": name, "error": code, "fact": str(error), "remedy": remedy}))
    else:
        typer.echo(f"{name} : {code} {error} — {remedy}")
