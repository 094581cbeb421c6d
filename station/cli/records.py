"""`station records`: what a biometric record says of itself, and one form from another."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from station.cli.options import JsonOption

if TYPE_CHECKING:
    from station.records.convert import Converted
    from station.records.itl import Header

app = typer.Typer(no_args_is_help=True)
_FINGER_TARGETS = "fir-2005, fir-2011, 39794-4, an2k, wsq, png, pgm"
_FACE_TARGETS = "fac-2005, fac-2011, 39794-5, an2k, jp2, png"


@app.callback()
def _records() -> None:
    """Biometric records."""


@app.command()
def show(
    file: Annotated[
        Path,
        typer.Argument(help="BIT, FIR, FAC, SDI, bloc ISO/IEC 39794, ANSI/NIST-ITL ou image WSQ."),
    ],
    as_json: JsonOption = False,
) -> None:
    """Lire un enregistrement biométrique, le vérifier et décrire son contenu sans l’image."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from station.records.describe import describe
    from station.records.door import load

    said = {"file": str(file)} | describe(load(file))
    if as_json:
        typer.echo(json.dumps(said, ensure_ascii=False))
        return
    table = Table.grid(padding=(0, 2))
    for name, value in said.items():
        table.add_row(name, Text(str(value)))
    Console().print(table)


@app.command()
def convert(
    file: Annotated[Path, typer.Argument(help="Image PNG, PGM, BMP ou WSQ, ou enregistrement.")],
    to: Annotated[
        str,
        typer.Option("--to", help=f"Empreinte : {_FINGER_TARGETS}. Portrait : {_FACE_TARGETS}."),
    ],
    out: Annotated[Path, typer.Option("-o", "--out", help="Fichier à écrire.")],
    finger: Annotated[int | None, typer.Option(min=1, max=10, help="Doigt, code ISO.")] = None,
    dpi: Annotated[int | None, typer.Option(min=100, max=4000, help="Points par pouce.")] = None,
    profile: Annotated[
        str | None, typer.Option(help="Portrait codé pour puce, producteur ou registre.")
    ] = None,
    recompress: Annotated[
        bool, typer.Option("--recompress", help="Accepter une seconde compression avec perte.")
    ] = False,
    origin: Annotated[str | None, typer.Option(help="Émetteur ANSI/NIST-ITL.")] = None,
    destination: Annotated[str | None, typer.Option(help="Destinataire ANSI/NIST-ITL.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Convertir une empreinte ou un portrait, sans perte qui ne soit demandée."""
    header = _header(origin, destination)
    if _is_portrait(file, to):
        done = _portrait(file, to, profile, header, recompress=recompress)
    else:
        if profile is not None:
            raise typer.BadParameter("pour un portrait seulement", param_hint="--profile")
        done = _print(file, to, _Hints(finger, dpi, recompress), header)
    for note in done.notes:
        typer.echo(note, err=True)
    _write(out, done.data)
    _say({"file": str(file), "to": to, "out": str(out)}, done.data, as_json=as_json)


@dataclass(frozen=True, slots=True)
class _Hints:
    """What a finger's file does not say itself."""

    finger: int | None
    dpi: int | None
    recompress: bool


def _is_portrait(file: Path, to: str) -> bool:
    """By the form where it tells, else by what the record holds; a picture is a print then."""
    from station.records import door

    if to not in _FACE_TARGETS.split(", ") or to not in _FINGER_TARGETS.split(", "):
        return to in _FACE_TARGETS.split(", ")
    if not door.is_record(door.head(file, 8)):
        return False
    content = door.read(door.load(file))
    return content.face is not None and not content.fingers


def _print(file: Path, to: str, hints: _Hints, header: Header | None) -> Converted:
    from station.capture import Finger
    from station.records.convert import Target, Wish, convert

    if to not in set(Target):
        known = f"formes connues : {_FINGER_TARGETS} ; {_FACE_TARGETS}"
        raise typer.BadParameter(known, param_hint="--to")
    chosen = None if hints.finger is None else Finger(hints.finger)
    return convert(file, Wish(Target(to), chosen, hints.dpi, hints.recompress, header))


def _portrait(
    file: Path, to: str, profile: str | None, header: Header | None, *, recompress: bool
) -> Converted:
    from station.records.convert_face import FaceTarget, FaceWish, convert
    from station.rules.codage import Usage

    if profile is not None and profile not in set(Usage):
        raise typer.BadParameter(f"usages connus : {', '.join(Usage)}", param_hint="--profile")
    usage = None if profile is None else Usage(profile)
    return convert(file, FaceWish(FaceTarget(to), usage, recompress, header))


def _header(origin: str | None, destination: str | None) -> Header | None:
    from datetime import UTC, datetime

    from station.records.itl import UNSAID, Header

    if origin is None and destination is None:
        return None
    return Header("0", origin or UNSAID, destination or UNSAID, datetime.now(UTC))


def _write(out: Path, data: bytes) -> None:
    """A print in clear, asked for: readable by its owner alone."""
    import os

    from station.errors import StorageError

    try:
        with open(  # Path.open takes no opener
            out, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)
        ) as file:
            file.write(data)
    except OSError as error:
        raise StorageError(f"{out.name}: {error.strerror}") from error


def _say(said: dict[str, object], data: bytes, *, as_json: bool) -> None:
    import hashlib

    said |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    if as_json:
        typer.echo(json.dumps(said, ensure_ascii=False))
    else:
        typer.echo(f"{said['out']}: {said['to']}, {said['bytes']} octets, SHA-256 {said['sha256']}")
