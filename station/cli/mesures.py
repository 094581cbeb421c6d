"""`station mesures`: what dossiers cost in acts and seconds, by the keystroke-level model."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from station.cli.options import DEFAULT_CONFIG, ConfigOption

if TYPE_CHECKING:
    from station.mesures.bilan import Bilan
    from station.mesures.klm import Modele

_ACTES, _SECONDES = 60, 480  # what a dossier with a pre-demande should stay below


def mesures(
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: Annotated[bool, typer.Option("--json", help="Un objet JSON.")] = False,
) -> None:
    """Dire ce que chaque dossier a coûté : actes de l’agent, temps de l’agent, temps d’attente."""
    from station.config import load
    from station.mesures.bilan import bilans, milieu
    from station.mesures.gestes import lignes

    found = bilans(lignes(load(config).mesures_path))
    if as_json:
        typer.echo(json.dumps([_said(one) for one in found]))
        return
    _show(found, milieu(found))


def _said(bilan: Bilan) -> dict[str, object]:
    model = bilan.modele
    return {
        "dossier": str(bilan.dossier),
        "actes": model.actes,
        "agent_s": round(model.agent, 1),
        "machine_s": round(model.machine, 1),
        "ecrans_s": {name: round(seconds, 1) for name, seconds in bilan.ecrans.items()},
    }


def _show(found: tuple[Bilan, ...], middle: Modele) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title="Modèle au niveau de la frappe (KLM)", title_justify="left")
    for column in ("Dossier", "Actes", "Agent (s)", "Attente (s)", "Total (min)"):
        table.add_column(column, justify="left" if column == "Dossier" else "right")
    for bilan in found:
        table.add_row(str(bilan.dossier), *_figures(bilan.modele))
    table.add_section()
    table.add_row("médiane", *_figures(middle))
    table.add_row("visé, avec pré-demande", f"≤ {_ACTES}", "", "", f"≤ {_SECONDES / 60:g}")
    Console().print(table)


def _figures(model: Modele) -> tuple[str, str, str, str]:
    minutes = model.total / 60
    return str(model.actes), f"{model.agent:.0f}", f"{model.machine:.0f}", f"{minutes:.1f}"
