"""Entry point of `station`. Exit 0: done; 1: it failed and says why; 2: bad usage."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points

import typer

from station.cli import (
    aide,
    card,
    chip,
    code,
    complement,
    config,
    device,
    document,
    dossier,
    fingers,
    journal,
    mesures,
    models,
    outbox,
    photo,
    predemande,
    quality,
    records,
    referentiel,
    serve,
)
from station.cli.failure import say
from station.errors import StationError

# A pretty traceback may print local variables, and those hold fingerprints and keys.
app = typer.Typer(
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    help="Logiciel du dispositif de recueil : capture, contrôle, scellement et envoi au CERT.",
)
app.add_typer(device.app, name="device", help="Interroger les appareils.")
app.add_typer(card.app, name="card", help="Carte de l’agent et son lecteur.")
app.add_typer(quality.app, name="quality", help="Mesurer la qualité d’images.")
app.add_typer(document.app, name="document", help="Contrôler des pages de pièces justificatives.")
app.add_typer(photo.app, name="photo", help="Trouver une photo sur une numérisation.")
app.add_typer(fingers.app, name="fingers", help="Trouver, nommer et comparer des doigts.")
app.add_typer(models.app, name="models", help="Modèles de visage.")
app.add_typer(records.app, name="records", help="Lire des enregistrements biométriques.")
app.add_typer(code.app, name="code", help="Lire les codes des documents.")
app.add_typer(chip.app, name="chip", help="Lire la puce d’un titre.")
app.add_typer(dossier.app, name="dossier", help="Prendre un dossier sans écran.")
app.add_typer(predemande.app, name="predemande", help="Rendez-vous du jour et pré-demandes.")
app.add_typer(complement.app, name="complement", help="Compléments demandés par le CERT.")
app.add_typer(outbox.app, name="outbox", help="File d’envoi au CERT.")
app.add_typer(journal.app, name="journal", help="Journal d’audit.")
app.add_typer(referentiel.app, name="referentiel", help="Communes, codes postaux et pays.")
app.add_typer(aide.app, name="aide", help="Fiche et page d’aide, pour les mairies sans station.")
app.add_typer(config.app, name="config", help="Réglages de la station.")
app.command("mesures", help="Ce que coûtent les dossiers, en actes et en temps.")(mesures.mesures)
app.command("serve", help="Démarrer la station sur ce poste.")(serve.serve)
for _entry in entry_points(group="dr.commands"):  # `lab` and `demo`, where simulators are
    app.command(_entry.name)(_entry.load())


def main(argv: list[str] | None = None) -> None:
    """Run one command; never returns."""
    try:
        app(argv)
    except StationError as error:
        say(error)
        sys.exit(1)
