"""`station serve`: the local interface, on loopback only."""

from __future__ import annotations

from typing import Annotated

import typer

from station.cli.options import DEFAULT_CONFIG, ConfigOption


def serve(
    config: ConfigOption = DEFAULT_CONFIG,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port local ; 0 : libre.")] = 8080,
    announce: Annotated[
        bool, typer.Option("--announce", help="Écrire l’adresse et le jeton sur une ligne.")
    ] = False,
) -> None:
    """Démarrer la station sur ce poste (http://127.0.0.1)."""
    from importlib import import_module

    from station import heap
    from station.config import load
    from station.ending import told_to_end

    heap.share()
    with told_to_end() as until_told:
        server = import_module("station.api.server")  # by name: the edges do not know each other
        settings = load(config)
        token = server.poste_token(settings.data)
        with server.listening(settings, token, port) as url:
            typer.echo(f"{url} {token}" if announce else f"Station ouverte : {url}/#jeton={token}")
            heap.loaded()
            until_told()
