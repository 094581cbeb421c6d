"""The seal at the counter: once, whatever is clicked twice, in two windows or cut by a crash."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from station.dossier.complement import Complement, ComplementDraft
from station.errors import DossierSealed
from station.guichet.depots import Depot, declarees
from station.guichet.predemandes import consommer
from station.papiers.lieu import nomme
from station.papiers.recepisse import resume
from station.pipeline import complete, complete_complement, seal_complement, seal_dossier
from station.rules.regles import en_vigueur
from station.seal.keys import load_certificate, load_signer

if TYPE_CHECKING:
    from uuid import UUID

    from station.dossier.draft import Dossier, Draft
    from station.guichet.en_cours import EnCours
    from station.guichet.guichet import Guichet
    from station.pipeline import Recueil


def sceller(
    guichet: Guichet, number: UUID, pin: bytearray | None, *, last_try: bool = False
) -> None:
    """Seal the dossier with the agent's card, queue it and wake the sender; wipes `pin`.

    Sealed already, by another window or before a crash, it stays as it is. Raises
    `IncompleteDossier` and `RoleForbidden` before the PIN is spent, and what the card raises.
    """
    try:
        en_cours = guichet.dossier(number)
        depot = _sealed(guichet, en_cours, pin, last_try=last_try)
    except DossierSealed:
        guichet.settle(number)
    else:
        guichet.settle(number, depot)
    finally:
        if pin is not None:
            pin[:] = bytes(len(pin))


def _sealed(
    guichet: Guichet, en_cours: EnCours, pin: bytearray | None, *, last_try: bool
) -> Depot | None:
    """Either kind of draft; a complement has no receipt of its own."""
    settings, recueil = guichet.station.settings, en_cours.recueil
    now = datetime.now(UTC)
    with en_cours.changing() as draft:
        station = load_signer(settings.station.certificate, settings.station.key, now)
        recipient = load_certificate(settings.centre.recipient, now)
        whole = _complete(recueil, draft)
        agent = guichet.session.signer(pin, last_try=last_try)
        depot = None if isinstance(whole, Complement) else _kept(guichet, whole)
        if guichet.horloge.doute(now):
            recueil.note("horloge.suspecte", whole.id)  # under the seal, by the journal's head
        if isinstance(whole, Complement):
            seal_complement(recueil, whole, (station, agent), recipient)
        else:
            seal_dossier(recueil, whole, (station, agent), recipient)
        en_cours.sealed = True
    if not isinstance(whole, Complement):
        consommer(guichet.sources.agenda, whole.demandes, whole.id)
    return depot


def _complete(recueil: Recueil, draft: Draft) -> Dossier | Complement:
    if isinstance(draft, ComplementDraft):
        return complete_complement(recueil, draft)
    return complete(recueil, draft)


def _kept(guichet: Guichet, dossier: Dossier) -> Depot:
    """What its papers say, on disk before the package is."""
    first = dossier.demandes[0]
    lieu = nomme(first.lieu_depot, guichet.station.settings.referentiel)
    said = resume(dossier, lieu, en_vigueur(first.date_depot))
    lost = declarees(dossier.demandes)
    depot = Depot(dossier.id, dossier.numero, said, dossier.usager if lost else None, lost)
    guichet.depots.keep(depot)
    return depot
