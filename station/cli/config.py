"""`station config`: look at the settings before they matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from station.cli.options import DEFAULT_CONFIG, ConfigOption

if TYPE_CHECKING:
    from datetime import datetime

    from station.agents.revocation import Folder

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _config() -> None:
    """Settings of the station."""


@app.command()
def check(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Vérifier le fichier de réglages, les règles, les pilotes, les clés et les certificats."""
    from datetime import UTC, datetime

    from station import jws, registry
    from station.agents import admission
    from station.codes.trust_files import load as load_trust
    from station.config import load, missing_files
    from station.errors import ConfigError
    from station.referentiel.opened import load as load_places
    from station.rules.agents import regles_agents
    from station.rules.politique import politique
    from station.rules.regles import en_vigueur
    from station.title.trust_files import load as load_authorities

    settings = load(config)
    for name, device in settings.devices.items():
        if device.driver not in registry.names():
            raise ConfigError(f"devices.{name}: no driver called {device.driver!r}")
    missing = missing_files(settings)
    if missing:
        raise ConfigError("files missing: " + ", ".join(path.name for path in missing))
    en_vigueur(datetime.now(UTC).date())
    regles_agents()
    trust = admission.load_trust(settings, datetime.now(UTC))
    if settings.codes.trust is not None:
        load_trust(settings.codes.trust)
    if settings.predemande is not None:
        jws.pinned(settings.predemande.signer_cert, "the pre-demande service")
    titles = settings.titre
    if titles.csca is not None:
        load_authorities(titles.csca, titles.crl, titles.publisher)
    load_places(settings.referentiel).close()
    devices = ", ".join(sorted(settings.devices))
    typer.echo(
        f"{config} : réglages corrects, profil {settings.profile}, appareils : {devices}, "
        f"politique {politique().id}."
    )
    if trust.revoked is not None:
        _tell_revocation(trust.revoked, datetime.now(UTC))


def _tell_revocation(folder: Folder, now: datetime) -> None:
    """How many files, and how old the oldest says it is; whose they are, only a card can show."""
    count, oldest = len(folder.crls) + len(folder.answers), folder.oldest()
    age = "aucun" if oldest is None else f"le plus ancien a {(now - oldest).days} j"
    typer.echo(f"révocation : {count} fichiers, {age}.")
