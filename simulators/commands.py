"""`station lab` and `station demo`: light here, so that `station --help` starts no simulator."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def lab(
    folder: Annotated[Path, typer.Option(help="Dossier du laboratoire.")] = Path("lab-out"),
    seed: Annotated[int, typer.Option(help="Graine du demandeur synthétique.")] = 7,
    slap: Annotated[
        bool, typer.Option("--slap", help="Lecteur de main (service SBI) et non d’un doigt.")
    ] = False,
    titre: Annotated[
        str,
        typer.Option(
            help="Titre posé : old-cni, new-cni, old-passport ou new-passport.", show_default=True
        ),
    ] = "old-cni",
    defaut: Annotated[
        str, typer.Option(help="Falsification du titre, par exemple tampered-face.")
    ] = "",
    scenario: Annotated[
        str,
        typer.Option(help="Décision du CERT : accepte, complement, rejete, disponible ou muet."),
    ] = "accepte",
) -> None:
    """Démarrer tous les simulateurs et écrire le station.toml qui les désigne."""
    from simulators.cert.decisions import Scenario
    from simulators.lab import Laboratory, Laid
    from simulators.title_chip import Defect, Kind

    try:
        laid = Laid(Kind(titre), Defect(defaut) if defaut else None)
        wanted = Scenario(scenario)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    with Laboratory(folder, seed, wanted, slap=slap, laid=laid) as laboratory:
        if not slap:
            laboratory.lay_hands()
        for line in laboratory.description():
            typer.echo(line)
        typer.echo("Laboratoire prêt ; Ctrl-C pour l’arrêter.")
        laboratory.wait()


def demo(
    out: Annotated[Path, typer.Option(help="Où laisser les résultats.")] = Path("demo-out"),
    seed: Annotated[int, typer.Option(help="Graine du demandeur synthétique.")] = 7,
    scenario: Annotated[
        str,
        typer.Option(help="Décision du CERT : accepte, complement, rejete, disponible ou muet."),
    ] = "accepte",
) -> None:
    """Prendre un dossier de la carte agent à la décision du CERT, sans matériel."""
    from simulators.demo import run

    raise typer.Exit(run(out, seed, scenario))
