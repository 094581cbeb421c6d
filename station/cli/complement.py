"""`station complement`: what the CERT asks for, and answer it without a screen.

The form is a JSON object: `pieces` as in that of `station dossier take`, `champs`: {name: text},
`exemptions` and `raisons` likewise; only what the CERT has asked for.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from station.cli.dossier import at_work, fingers, form_of, pieces, portrait, sealed, step
from station.cli.options import DEFAULT_CONFIG, ConfigOption
from station.cli.pin import LastTryOption, PinFileOption, PinPadOption, copy_of, typed

if TYPE_CHECKING:
    from station.dossier.complement import ComplementDraft
    from station.outbox.store import Outbox
    from station.outbox.tables import Entry
    from station.pipeline import Recueil

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_asked(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Lister les compléments demandés, un objet JSON par ligne."""
    from station.cert.messages import read_decision
    from station.config import load
    from station.outbox.cycle import Etat
    from station.outbox.receipts import pinned
    from station.outbox.store import Outbox

    settings = load(config)
    certificate = pinned(settings.centre.receipt_cert)
    with Outbox(settings.outbox_path) as outbox:
        for entry in outbox.entries(Etat.COMPLEMENT_DEMANDE):
            decision = read_decision(entry.decision or "", certificate)
            asked = None if decision.demande is None else decision.demande.model_dump(mode="json")
            said = {"numero": entry.numero, "code": decision.code, "motif": decision.motif}
            depuis = decision.signee_le.isoformat()
            line = {"dossier": str(entry.id), **said, "depuis": depuis, "demande": asked}
            typer.echo(json.dumps(line, ensure_ascii=False))


@app.command()
def take(
    numero: Annotated[str, typer.Argument(help="Le numéro du dossier.")],
    form: Annotated[Path, typer.Argument(help="Le formulaire du complément, en JSON.")],
    config: ConfigOption = DEFAULT_CONFIG,
    pin_file: PinFileOption = None,
    last_try: LastTryOption = False,
    pinpad: PinPadOption = False,
) -> None:
    """Prendre le complément d’un dossier : ce que le CERT demande, scellement, mise en file."""
    from station.config import load

    settings = load(config)
    said = form_of(form)
    with typed(pin_file, pad=pinpad) as pin, at_work(settings, pin, last_try=last_try) as opened:
        draft = _fill(opened[0], numero, said, form.parent)
        sealed(settings, opened, draft, (copy_of(pin), None))


def _fill(recueil: Recueil, numero: str, said: dict[str, Any], folder: Path) -> ComplementDraft:
    from station import pipeline
    from station.dossier import reprise
    from station.dossier.saisie import Valeur

    with step("ouverture") as done:
        draft = pipeline.open_complement(recueil, _asked(recueil.outbox, numero))
        done |= {"dossier": str(draft.id), "numero": draft.numero}
        for champ, texte in said.get("champs", {}).items():
            valeur = Valeur(str(texte))
            draft.fill(champ, valeur)
            pipeline.keep(recueil, draft, "champ", reprise.champ(champ, valeur))
    fingers(recueil, draft, said)
    if draft.reponse.attendus.photo:
        portrait(recueil, draft, said.get("raisons", {}))
    with step("pieces") as done:
        known = {piece.reference.type for piece in draft.pieces}  # of a draft begun before
        fresh = [p for p in said.get("pieces", ()) if p["reference"]["type"] not in known]
        done["pieces"] = pieces(recueil, draft, fresh, folder)
    return draft


def _asked(outbox: Outbox, numero: str) -> Entry:
    """The dossier of that number; raises `WrongState` for none."""
    from station.errors import WrongState

    entry = outbox.numbered(numero)
    if entry is None:
        raise WrongState("no dossier of this number")
    return entry
