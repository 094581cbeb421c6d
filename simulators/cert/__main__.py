"""`python -m simulators.cert`: speak for the CERT of a laboratory, while it runs or not.

What is published stands in the laboratory's own `cert.sqlite`; its stations read it at their next
exchange, signed by the CERT that serves them.
"""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulators.cert.decisions import Issue
from simulators.cert.server import centre_of
from simulators.cert.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulators.cert.centre import Centre

_DAY = 24 * 3600.0  # seconds
Folder = Annotated[Path, typer.Option(help="Dossier du laboratoire.")]
Numero = Annotated[str, typer.Argument(help="Numéro du dossier.")]
LAB = Path("lab-out")

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.command("list")
def list_taken(folder: Folder = LAB) -> None:
    """Lister les paquets pris, et la dernière décision de chaque dossier."""
    with _centre(folder) as centre:
        for received in centre.store.taken():
            last = centre.store.last(received.id)
            issue = None if last is None else last.words["issue"]
            line = {"numero": received.numero, "dossier": received.id, "issue": issue}
            typer.echo(json.dumps(line, ensure_ascii=False))


@app.command()
def complement(
    numero: Numero,
    piece: Annotated[list[str] | None, typer.Option(help="Type de pièce demandée.")] = None,
    photo: Annotated[bool, typer.Option("--photo", help="Demander la photographie.")] = False,
    doigt: Annotated[list[int] | None, typer.Option(help="Code ISO d’un doigt.")] = None,
    signature: Annotated[bool, typer.Option("--signature", help="Demander la signature.")] = False,
    champ: Annotated[list[str] | None, typer.Option(help="Champ du formulaire.")] = None,
    code: Annotated[str, typer.Option(help="Code du cycle de vie.")] = "PIECE_ILLISIBLE",
    motif: Annotated[str, typer.Option(help="Phrase pour l’agent.")] = "À reprendre.",
    folder: Folder = LAB,
) -> None:
    """Demander un complément."""
    asked: dict[str, Any] = {"pieces": piece, "doigts": doigt, "champs": champ}
    asked = {name: value for name, value in asked.items() if value}
    asked |= {name: True for name, on in (("photo", photo), ("signature", signature)) if on}
    if not asked:
        raise typer.BadParameter("un complément demande au moins une chose")
    with _centre(folder) as centre:
        centre.ask(_dossier(centre, numero), code, motif, **asked)


@app.command()
def avance(
    numero: Numero,
    etat: Annotated[Issue, typer.Argument(help="L’état suivant.")],
    titre: Annotated[
        list[str] | None, typer.Option(help="TYPE:NUMÉRO d’un titre, pour DISPONIBLE.")
    ] = None,
    folder: Folder = LAB,
) -> None:
    """Publier un état du cycle de vie, jusqu’à DISPONIBLE, REMIS ou DETRUIT."""
    numbers = dict(one.split(":", 1) for one in titre or ())
    with _centre(folder) as centre:
        centre.advance(_dossier(centre, numero), etat, numbers)


@app.command()
def expire(
    jours: Annotated[int, typer.Option(help="Comme si tant de jours avaient passé.")] = 0,
    folder: Folder = LAB,
) -> None:
    """Rejeter les compléments et détruire les titres que personne n’a apportés ou retirés."""
    with _centre(folder) as centre:
        for dossier in centre.expire(time.time() + jours * _DAY):
            typer.echo(dossier)


@contextmanager
def _centre(folder: Path) -> Iterator[Centre]:
    store = Store(f"sqlite:///{folder.absolute()}/cert.sqlite")
    try:
        yield centre_of(folder / "keys", store)
    finally:
        store.close()


def _dossier(centre: Centre, numero: str) -> str:
    for received in centre.store.taken():
        if received.numero == numero:
            return received.id
    raise typer.BadParameter(f"aucun dossier {numero}")


if __name__ == "__main__":
    app()
