"""The three forms in the states an agent sees them in: empty, filled, wrong, beside a title."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from simulators.signed_codes import Header, proof_of_address
from simulators.title_chip import printed_of
from simulators.title_chip.title import Kind
from tests.web.browser.counter import begin, login, opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from simulators.predemande.book import Begun
    from tests.web.browser.visit import Visit

_SEND = """async ([chemin, corps]) => {
  const { envoyer } = await import("/static/api.js");
  return await envoyer(chemin, corps);
}"""
_REST = 0.005  # seconds between two keys of a reader
_CTRL = 2  # of the modifiers of a key (Chrome DevTools Protocol)
_KEYS: dict[str, dict[str, Any]] = {
    "\r": {"key": "Enter", "text": "\r"},
    "\x1d": {"key": "]", "modifiers": _CTRL},
    "\x1f": {"key": "_", "modifiers": _CTRL},
}
FAUX = {
    "usager__nom_famille": "SPECIMEN\u202e",
    "usager__date_naissance": "31/02/1980",
    "usager__taille_cm": "12",
    "usager__lieu_naissance__libelle": "Specimen-sur-Isère",
}
"""What is wrong in each its own way: a mark nobody sees, no such day, no height, no such place."""


def send(visit: Visit, path: str, **body: str) -> dict[str, object]:
    """What the station answers to the page."""
    said: dict[str, object] = visit.page.evaluate(_SEND, [path, body])
    return said


def scan(page: Page, text: str) -> None:
    """Type `text` as a reader does that is a keyboard: a key every 5 ms, Enter for CR and last.

    The keys bear their own times, so that a busy machine makes no agent of the reader.
    """
    session = page.context.new_cdp_session(page)
    began = time.time()
    for rank, char in enumerate(f"{text}\r"):
        key = _KEYS.get(char, {"key": char, "text": char})
        at = {"timestamp": began + rank * _REST}
        session.send("Input.dispatchKeyEvent", {"type": "keyDown", **key, **at})
        session.send("Input.dispatchKeyEvent", {"type": "keyUp", "key": key["key"], **at})
    session.detach()


def code(visit: Visit, text: str, dossier: str) -> None:
    """Present a code, as a reader would."""
    send(visit, "/api/codes", texte=text, dossier=dossier)


def predemande(visit: Visit, rank: int = 0) -> Begun:
    """One of the day: 0 an adult, 1 a minor, 2 somebody hosted, 3 a usage name, 4 a loss."""
    return visit.laboratory.predemandes.book.day[rank]


def zone(visit: Visit) -> str:
    """The lines of the old title of the laboratory's applicant."""
    today = datetime.now(UTC).date()
    return "\r".join(printed_of(visit.laboratory.person, Kind.OLD_CNI, today).zone)


def domicile(visit: Visit) -> str:
    """The verified code of a proof of address of the laboratory's applicant."""
    return visit.laboratory.issuer.sign(Header(), proof_of_address(visit.laboratory.person.civil()))


def rempli(ecran: str, rank: int = 0) -> Callable[[Visit], None]:
    """A screen of a dossier that a pre-demande has filled."""

    def go(visit: Visit) -> None:
        login(visit)
        number = begin(visit)
        numero = predemande(visit, rank).numero
        send(visit, f"/api/dossiers/{number}/predemande", numero=numero)
        visit.page.goto(f"{visit.station.url}/dossiers/{number}/{ecran}")

    return go


def faux(visit: Visit) -> None:
    """The civil status with mistakes in it."""
    opened(visit, "etat-civil", **FAUX)


def ecarts(visit: Visit) -> None:
    """The civil status beside a title that says otherwise."""
    number = opened(visit, "etat-civil", usager__nom_famille="SPECIMENT", usager__sexe="M")
    code(visit, zone(visit), number)
    visit.page.reload()


def perte(visit: Visit) -> None:
    """The opening of a card and a passport that are lost."""
    lost = "RENOUVELLEMENT_PERTE"
    opened(
        visit, "ouverture", demande__cni="oui", demande__cni__motif=lost, demande__passeport="oui"
    )


def justificatif(visit: Visit) -> None:
    """An address beside a verified proof of another one."""
    number = opened(visit, "adresse", adresse__ligne1="2 RUE DU SPECIMEN")
    code(visit, domicile(visit), number)
    visit.page.reload()
