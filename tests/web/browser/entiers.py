"""How an agent gets to the last screens of a dossier, in each of their states."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx

from simulators.cert.app import CertFault
from tests.web import dossier_entier
from tests.web.browser.counter import login, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from tests.web.browser.visit import Visit

_SLOW = 120.0  # seconds a capture may take on a busy machine


@contextmanager
def speaking(visit: Visit) -> Iterator[httpx.Client]:
    """The session of the page, for calls that the test makes itself."""
    token = visit.page.locator('meta[name="jeton"]').get_attribute("content") or ""
    cookies = {str(c["name"]): str(c["value"]) for c in visit.page.context.cookies()}
    head = {"X-Station-Token": token}
    with httpx.Client(
        base_url=visit.station.url, cookies=cookies, headers=head, timeout=_SLOW
    ) as client:
        yield client


def whole(visit: Visit, *, confirmed: bool = True, captured: bool = True) -> str:
    """A dossier with everything in it; the tab is still on the home page."""
    login(visit)
    with speaking(visit) as client:
        dossier = dossier_entier.type_all(client, visit.laboratory.person)
        if captured:
            dossier_entier.capture_all(client, dossier, visit.laboratory)
        if confirmed:
            dossier_entier.confirm(client, dossier)
    return dossier


def at(visit: Visit, dossier: str, ecran: str) -> None:
    """One screen of it."""
    visit.page.goto(f"{visit.station.url}/dossiers/{dossier}/{ecran}")


def ready(ecran: str) -> Callable[[Visit], None]:
    """A screen of a dossier that may be sealed."""
    return lambda visit: at(visit, whole(visit), ecran)


def typed(ecran: str) -> Callable[[Visit], None]:
    """A screen of a dossier with its fields alone."""
    return lambda visit: at(visit, whole(visit, confirmed=False, captured=False), ecran)


def to_justify(visit: Visit) -> None:
    """The check of a loss without any document that shows a face: a reason is asked for."""
    motif = {"demande__cni": "oui", "demande__cni__motif": "RENOUVELLEMENT_PERTE"}
    opened(visit, "verification", **motif)


def sealed(visit: Visit) -> None:
    """A dossier that was sealed a moment ago, and is acknowledged."""
    ready("scellement")(visit)
    seal(visit)
    visit.see("#bloc-envoi[data-final=oui]")


def waiting(visit: Visit) -> None:
    """A dossier that was sealed while the CERT answers nothing but errors."""
    ready("scellement")(visit)
    visit.laboratory.cert.faults.arm(CertFault.ERROR_500, times=1000)
    seal(visit)
    visit.see("#bloc-envoi .bandeau")
    visit.laboratory.cert.faults.disarm()


def seal(visit: Visit) -> None:
    """Type the PIN and seal by the key."""
    visit.page.locator("#pin").fill(visit.laboratory.pin)
    visit.page.keyboard.press("F12")
    visit.see("[data-scelle]")


def usager(ecran: str) -> Callable[[Visit], None]:
    """What the applicant sees while the agent is at `ecran`."""

    def go(visit: Visit) -> None:
        dossier = whole(visit, confirmed=False, captured=False)
        at(visit, dossier, ecran)
        visit.page.goto(f"{visit.station.url}/usager")

    return go


def pad(visit: Visit) -> None:
    """The applicant's screen, with the pad."""
    dossier = whole(visit, captured=False)
    at(visit, dossier, "signature")
    visit.page.goto(f"{visit.station.url}/usager")


def second(visit: Visit) -> Page:
    """The applicant's window, opened by the key of the agent's page."""
    with visit.page.expect_popup() as popup:
        visit.page.keyboard.press("Alt+u")
    return popup.value


def sign(page: Page, strokes: tuple[tuple[tuple[float, float], ...], ...]) -> None:
    """Draw on the pad with a pen that tells its pressure; places are parts of the pad, 0 to 1."""
    pad = page.locator("[data-pave] canvas")
    pad.wait_for()
    box = pad.bounding_box()
    assert box is not None
    session = page.context.new_cdp_session(page)
    for stroke in strokes:
        for rank, (x, y) in enumerate(stroke):
            place = {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}
            last = rank == len(stroke) - 1
            for kind in (["mousePressed"] if rank == 0 else ["mouseMoved"]) + (
                ["mouseReleased"] if last else []
            ):
                pen = {"pointerType": "pen", "force": 0.3 + 0.5 * rank / len(stroke)}
                session.send(
                    "Input.dispatchMouseEvent",
                    {
                        "type": kind,
                        "button": "left",
                        "buttons": 0 if kind == "mouseReleased" else 1,
                        "clickCount": 1,
                        **place,
                        **pen,
                    },
                )
    session.detach()
