"""How an agent gets to the screens of captures in each of their states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.faults import Fault
from tests.web.browser.counter import ADULTE, opened

if TYPE_CHECKING:
    from tests.web.browser.visit import Visit


def hands(visit: Visit) -> None:
    """Prints, before the first."""
    opened(visit, "empreintes", **ADULTE)


def capturing(visit: Visit) -> None:
    """Prints, while the scanner waits for a finger that nobody lays down."""
    visit.laboratory.scanner.faults.arm(Fault.NEVER_PRESENT)
    hands(visit)
    visit.page.keyboard.press("F6")


def taken(visit: Visit) -> None:
    """Prints, with one taken and looked at."""
    hands(visit)
    visit.page.keyboard.press("F6")
    visit.see("[data-texte]:text('bonne')")
    visit.page.locator("#doigt-2").check()


def portrait(visit: Visit) -> None:
    """The photograph, before it is scanned."""
    opened(visit, "photo", **ADULTE)


def portrait_taken(visit: Visit) -> None:
    """The photograph, scanned and judged."""
    portrait(visit)
    visit.page.keyboard.press("F8")


def documents(visit: Visit) -> None:
    """The list of documents, nothing scanned."""
    asked = {"demande__cni": "oui", "demande__cni__motif": "PREMIERE_DEMANDE"}
    opened(visit, "pieces", **ADULTE, **asked)


def documents_scanned(visit: Visit) -> None:
    """A proof of address with its pages and the date that its code says."""
    documents(visit)
    visit.page.locator("#piece-JUSTIF_DOMICILE").check()
    visit.see("#pieces-piece h2:text('Justificatif')")
    visit.page.keyboard.press("F4")
