"""`station code`: what the codes of a page or of a reader say, and what is proven of them."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from station.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption, each

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from station.codes.trust import TrustList

    Grey = npt.NDArray[np.uint8]

app = typer.Typer(no_args_is_help=True)

TrustOption = Annotated[
    Path | None,
    typer.Option("--trust", help="Liste de confiance 2D-Doc ; sinon celle des réglages."),
]
_SPELT = {"<GS>": "\x1d", "<RS>": "\x1e", "<US>": "\x1f"}  # as the specification prints them
_MOST_TEXT = 16 * 1024  # bytes of a file that holds one code


@app.callback()
def _code() -> None:
    """Codes of documents."""


@app.command()
def read(
    files: Annotated[list[Path], typer.Argument(help="Pages : PNG, BMP, PGM, JPEG, JPEG 2000.")],
    as_json: JsonOption = False,
    trust: TrustOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Lire les codes et la MRZ d’une page ; ce qui n’est pas reconnu est dit inconnu."""
    from station.codes.symbols import reader

    trusted = listed(trust, config)
    try:
        each(files, lambda path: _show(_read(path, trusted), as_json=as_json))
    finally:
        reader().close()


@app.command("verify-2ddoc")
def verify_2ddoc(
    source: Annotated[
        str, typer.Argument(help="Page, fichier de texte, ou le texte lui-même (<GS>, <US>).")
    ],
    as_json: JsonOption = False,
    trust: TrustOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Vérifier la signature d’un 2D-Doc ; le code de retour est 0 si elle est prouvée."""
    from datetime import UTC, datetime

    from station.codes import two_d_doc
    from station.codes.describe import of_doc

    raw = _source(source)
    said = of_doc(two_d_doc.parse(raw), listed(trust, config), datetime.now(UTC).date())
    if as_json:
        typer.echo(json.dumps(said, ensure_ascii=False))
    else:
        _print_doc(said)
    if said["status"] != "verified":
        raise typer.Exit(1)


def listed(path: Path | None, config: Path) -> TrustList | None:
    """The list of the option, else of the settings if there are any."""
    from station.codes.trust_files import load as load_trust
    from station.config import load

    if path is None and config.exists():
        path = load(config).codes.trust
    return None if path is None else load_trust(path)


def _read(path: Path, trust: TrustList | None) -> dict[str, Any]:
    from datetime import UTC, datetime

    from station.codes.describe import of_symbol, of_zone
    from station.codes.mrz import page
    from station.codes.symbols import reader

    start = time.perf_counter()
    grey = _grey(path)
    today = datetime.now(UTC).date()
    zone = page.find(grey, today)
    return {
        "file": str(path),
        "width": grey.shape[1],
        "height": grey.shape[0],
        "codes": [of_symbol(symbol, trust, today) for symbol in reader().read(grey)],
        "mrz": None if zone is None else of_zone(zone),
        "ms": round((time.perf_counter() - start) * 1000, 1),
    }


def _grey(path: Path) -> Grey:
    import cv2
    import numpy as np

    from station.quality.image import read_face

    return np.asarray(cv2.cvtColor(read_face(path).pixels, cv2.COLOR_BGR2GRAY), np.uint8)


def _source(source: str) -> bytes:
    """The bytes of the 2D-Doc that `source` names or is."""
    from station.codes.symbols import reader
    from station.codes.two_d_doc import looks_like
    from station.errors import TwoDDocInvalid

    path = Path(source)
    if not _names_a_file(path):
        return _spelt(source)
    try:
        with path.open("rb") as file:
            head = file.read(_MOST_TEXT)
    except OSError as error:
        raise TwoDDocInvalid(f"{path.name}: {error.strerror}") from error
    if looks_like(head):
        return _spelt(head.decode(errors="surrogateescape"))
    try:
        found = reader().read(_grey(path))
    finally:
        reader().close()
    docs = [symbol.data for symbol in found if looks_like(symbol.data)]
    if len(docs) != 1:
        raise TwoDDocInvalid(f"{path.name} shows {len(docs)} codes of 2D-Doc")
    return bytes(docs[0])


def _names_a_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # longer than any name of a file: the code itself
        return False


def _spelt(text: str) -> bytes:
    for spelling, separator in _SPELT.items():
        text = text.replace(spelling, separator)
    return text.rstrip("\r\n").encode(errors="surrogateescape")


def show_text(said: dict[str, Any], *, as_json: bool) -> None:
    """What a reader sent, on the screen."""
    if as_json:
        typer.echo(json.dumps(said, ensure_ascii=False))
    else:
        _print_code(said)


def _show(said: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(said, ensure_ascii=False))
        return
    typer.echo(f"{said['file']} : {len(said['codes'])} code(s), {said['ms']} ms")
    for code in said["codes"]:
        _print_code(code)
    if said["mrz"] is not None:
        _print_zone(said["mrz"])


def _print_code(code: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.text import Text

    content = code["content"] or {}
    if "status" in content:
        _print_doc(content)
        return
    if "surname" in content:
        _print_mrz(content)
        return
    said = content.get("number") or content.get("fact") or "contenu inconnu"
    found = f"{code['format']}, {code['kind']}" if "format" in code else code["kind"]
    Console().print(Text(f"  {found} : {said}"), soft_wrap=True)


def _print_mrz(said: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console()
    console.print(Text(f"  Titre {said['format']} {said['issuer']} n° {said['number']}"))
    console.print(Text(f"  {said['surname']}, {' '.join(said['given'])}"))
    for line in said["lines"]:
        console.print(Text(f"  {line}"))


def _print_zone(said: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console()
    for line in said["lines"]:
        console.print(Text(f"  {line}"))
    for doubt in said["doubts"]:
        how = "tranché par une clé" if doubt["settled"] else "à vérifier sur le titre"
        what = " ou ".join(doubt["alternatives"]) or "rien de lisible"
        console.print(
            Text(f"  ligne {doubt['line'] + 1}, colonne {doubt['column'] + 1} : {what}, {how}")
        )
    if said["fact"] is not None:
        console.print(Text(f"  MRZ {said['format']} incomplète : {said['fact']}"))


def _print_doc(said: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    console.print(Text(f"  2D-Doc, type {said['type']} : {said['phrase']}"), soft_wrap=True)
    console.print(Text(f"  ({said['fact']})"), soft_wrap=True)
    table = Table.grid(padding=(0, 2))
    for found in said["fields"]:
        cut = " (coupé)" if found["cut"] else ""
        name = found["name"] or ("" if found["known"] else "inconnu")
        table.add_row("", found["id"], name, Text(found["value"] + cut))
    console.print(table)
