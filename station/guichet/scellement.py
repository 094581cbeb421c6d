"""The seal at the counter: once, whatever is clicked twice, in two windows or cut by a crash."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from station.dossier.model import Motif
from station.errors import DossierSealed
from station.guichet.depots import Depot
from station.guichet.horloge import doute, repere
from station.guichet.predemandes import consommer
from station.papiers.lieu import nomme
from station.papiers.recepisse import resume
from station.pipeline import complete, seal_dossier
from station.rules.regles import en_vigueur
from station.seal.keys import load_certificate, load_signer

if TYPE_CHECKING:
    from uuid import UUID

    from station.guichet.en_cours import EnCours
    from station.guichet.guichet import Guichet


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


def _sealed(guichet: Guichet, en_cours: EnCours, pin: bytearray | None, *, last_try: bool) -> Depot:
    settings, recueil = guichet.station.settings, en_cours.recueil
    now = datetime.now(UTC)
    with en_cours.changing() as draft:
        station = load_signer(settings.station.certificate, settings.station.key, now)
        recipient = load_certificate(settings.centre.recipient, now)
        dossier = complete(recueil, draft)
        agent = guichet.session.signer(pin, last_try=last_try)
        if doute(now, repere(settings.journal_path, recueil.outbox)):
            recueil.note("horloge.suspecte", dossier.id)  # under the seal, by the journal's head
        seal_dossier(recueil, dossier, (station, agent), recipient)
        en_cours.sealed = True
    consommer(guichet.sources.agenda, dossier.demandes)
    lost = any(d.motif is Motif.RENOUVELLEMENT_PERTE for d in dossier.demandes)
    first = dossier.demandes[0]
    lieu = nomme(first.lieu_depot, settings.referentiel)
    said = resume(dossier, lieu, en_vigueur(first.date_depot))
    return Depot(dossier.id, dossier.numero, said, lost)
