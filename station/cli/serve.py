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
    import secrets

    from station.api import server
    from station.config import load

    token = secrets.token_urlsafe(24)
    with server.listening(load(config), token, port) as url:
        if announce:
            typer.echo(f"{url} {token}")
        else:
            typer.echo(f"Station ouverte : {url}/?jeton={token}")
        server.wait()
