"""What an agent does at the counter, by keys: log in, begin a dossier."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.web.browser.visit import Visit

_BEGIN = """async () => {
  const { envoyer } = await import("/static/api.js");
  return (await envoyer("/api/dossiers", {})).aller;
}"""


def login(visit: Visit) -> None:
    """From the login page to the page the station leads to, which is the home page at first."""
    visit.open("/connexion")
    visit.page.keyboard.type(visit.laboratory.pin)
    visit.page.keyboard.press("Enter")
    visit.see("#etat")


def begin(visit: Visit) -> str:
    """A new dossier; its identifier."""
    there: str = visit.page.evaluate(_BEGIN)
    return there.split("/")[2]
