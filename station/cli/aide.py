"""`station aide`: for applicants, and for town halls without a station. No card, no device."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True)

InseeOption = Annotated[str, typer.Option(help="Commune du dépôt (INSEE) : le prix en dépend.")]


@app.command()
def fiche(
    out: Annotated[Path, typer.Option("-o", "--out", help="Fichier PDF à écrire.")],
    titre: Annotated[
        list[str] | None, typer.Option(help="CNI ou PASSEPORT ; répéter pour les deux.")
    ] = None,
    motif: Annotated[str, typer.Option(help="Motif, par exemple RENOUVELLEMENT_PERTE.")] = "",
    mineur: Annotated[
        bool | None, typer.Option("--mineur/--majeur", help="Sans l’un ni l’autre : tous les cas.")
    ] = None,
    insee: InseeOption = "75056",
) -> None:
    """Écrire la fiche à remettre aux demandeurs : quoi apporter, quel prix (PDF A4 balisé)."""
    from datetime import UTC, datetime

    from station.aide.fiche import fiche as remplir
    from station.aide.pdf import ecrire
    from station.dossier.files import replace
    from station.dossier.model import Motif, TypeTitre
    from station.dossier.situation import Situation
    from station.rules.regles import en_vigueur

    try:
        why = Motif(motif) if motif else None
        asked = {TypeTitre(one): why for one in titre or TypeTitre}
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    jour = datetime.now(UTC).astimezone().date()
    situation = Situation(lieu_depot=insee, demandes=asked, mineur=mineur)
    replace(out, ecrire(remplir(situation, jour, en_vigueur(jour))))
    typer.echo(f"{out} : {', '.join(asked)}, règles en vigueur le {jour:%d/%m/%Y}.")


@app.command()
def serve(
    insee: InseeOption = "75056",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port local ; 0 : libre.")] = 8081,
) -> None:
    """Ouvrir sur ce poste la page qui aide à préparer une pré-demande ; rien n’est gardé."""
    from importlib import import_module

    from station.ending import told_to_end

    # by name: the edges do not know each other
    server, aide = import_module("station.api.server"), import_module("station.api.aide")
    with told_to_end() as until_told, server.serving(aide.create_aide(insee), port) as url:
        typer.echo(f"Aide à la pré-demande ouverte : {url}/")
        until_told()
