"""Sealed dossiers behind the pages, for the screens that follow them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.cert.decisions import Issue, Scenario
from tests.web.browser.counter import begin, login
from tests.web.scelles import scelles

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.web.browser.visit import Visit
    from tests.web.scelles import Scelles

_MEND = """async ([numero, nom, valeur]) => {
  const { ecrire } = await import("/static/api.js");
  await ecrire(`/api/dossiers/${numero}/champs/${nom}`, { valeur });
}"""


def asked(sealed: Scelles) -> str:
    """The CERT asks for a piece, a print and a field; the dossier."""
    wanted = {"pieces": ["JUSTIF_DOMICILE"], "doigts": [2], "champs": ["usager.courriel"]}
    return str(sealed.asked(**wanted).id)


def available(sealed: Scelles) -> str:
    """The titles are at the counter; the dossier."""
    package = sealed.sent()
    for step in (Issue.EN_INSTRUCTION, Issue.VALIDE, Issue.EN_PRODUCTION, Issue.DISPONIBLE):
        sealed.laboratory.cert.centre.advance(str(package.id), step)
    sealed.exchange()
    return str(package.id)


def refused(sealed: Scelles) -> str:
    """The CERT did not take the package; the dossier."""
    package = sealed.seal()
    sealed.recueil.outbox.refuse(package.id, "STATION_DISCORDANTE")
    return str(package.id)


def behind(visit: Visit, *makes: Callable[[Scelles], str]) -> list[str]:
    """Make dossiers while the CERT says nothing by itself; which."""
    centre = visit.laboratory.cert.centre
    before, centre.scenario = centre.scenario, Scenario.MUET
    try:
        with scelles(visit.laboratory) as sealed:
            return [make(sealed) for make in makes]
    finally:
        centre.scenario = before


def day(visit: Visit) -> None:
    """The home page on a day with everything on it."""
    login(visit)
    draft = begin(visit)
    for nom, valeur in (("nom_famille", "Specimen"), ("prenoms", "Martin")):
        visit.page.evaluate(_MEND, [draft, f"usager.{nom}", valeur])
    behind(visit, asked, available, refused)
    visit.page.goto(f"{visit.station.url}/accueil")


def giving_up(visit: Visit) -> None:
    """A draft that is about to be given up: the reason is asked for on its line."""
    login(visit)
    begin(visit)
    visit.page.goto(f"{visit.station.url}/accueil")
    visit.page.locator("#brouillons summary").first.press("Enter")


def listed(visit: Visit) -> None:
    """The follow-up with a dossier of each kind."""
    login(visit)
    behind(visit, asked, available, refused)
    visit.page.goto(f"{visit.station.url}/suivi")


def one(make: Callable[[Scelles], str]) -> Callable[[Visit], None]:
    """The page of a dossier that `make` made."""

    def go(visit: Visit) -> None:
        login(visit)
        (dossier,) = behind(visit, make)
        visit.page.goto(f"{visit.station.url}/suivi/{dossier}")

    return go


def answering(visit: Visit) -> None:
    """A complement that was just begun, on the first screen the CERT asks for."""
    one(asked)(visit)
    visit.page.keyboard.press("F7")
    visit.page.wait_for_url("**/dossiers/**")


def handing_over(visit: Visit) -> None:
    """A hand-over that has just been begun."""
    one(available)(visit)
    visit.page.keyboard.press("F7")
    visit.page.wait_for_url("**/remise")


def holder(visit: Visit) -> None:
    """What the holder sees when a hand-over has just been begun."""
    handing_over(visit)
    visit.page.goto(f"{visit.station.url}/usager")


def read_chip(visit: Visit) -> None:
    """A hand-over whose chip was read; where there is no reader, the notes alone."""
    handing_over(visit)
    title = visit.laboratory.title
    if title is not None:
        visit.page.locator("#secret").fill(title.printed.can)
        visit.page.keyboard.press("F4")
        visit.see(".puce-lue")
    visit.page.locator("[name=receveur][value=TITULAIRE]").check()
    visit.page.locator("[name=ancien_titre][value=RENDU]").check()
    visit.page.locator("#naissance").fill("12/05/1980")
    visit.page.locator("#naissance").blur()
    visit.see("#remise-obstacles .constats")


def trial(visit: Visit) -> None:
    """The devices, with one that was tried."""
    visit.open("/diagnostic")
    visit.page.locator("#essai-empreintes").press("Enter")
    visit.see("#essai-dit:text('Essai terminé')")
