"""What an agent does at the counter, by keys: log in, begin a dossier."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.web.browser.visit import Visit

_BEGIN = """async (mobile) => {
  const { envoyer } = await import("/static/api.js");
  return (await envoyer("/api/dossiers", { mobile })).aller;
}"""


def login(visit: Visit) -> None:
    """From the login page to the page the station leads to, which is the home page at first."""
    visit.open("/connexion")
    visit.see("#pin:focus")
    visit.page.wait_for_load_state()
    visit.page.keyboard.type(visit.laboratory.pin)
    visit.page.keyboard.press("Enter")
    visit.see("#etat")
    visit.page.wait_for_load_state()


def begin(visit: Visit, *, mobile: bool = False) -> str:
    """A new dossier, `mobile` at somebody's home; its identifier."""
    there: str = visit.page.evaluate(_BEGIN, mobile)
    return there.split("/")[2]


_FILL = """async ([dossier, nom, valeur]) => {
  const { ecrire } = await import("/static/api.js");
  await ecrire(`/api/dossiers/${dossier}/champs/${nom}`, { valeur });
}"""


def opened(visit: Visit, ecran: str, **champs: str) -> str:
    """A screen of a new dossier, some fields of which are filled; `usager__sexe` is usager.sexe."""
    login(visit)
    number = begin(visit)
    show(visit, number, ecran, **champs)
    return number


def show(visit: Visit, number: str, ecran: str, **champs: str) -> None:
    """A screen of the dossier `number`, after some of its fields were filled."""
    for name, value in champs.items():
        visit.page.evaluate(_FILL, [number, name.replace("__", "."), value])
    visit.page.goto(f"{visit.station.url}/dossiers/{number}/{ecran}")
    visit.see("h1")


ADULTE = {"usager__date_naissance": "12/05/1980"}
