"""The screens of the station: one line each, and every check is made on every one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.web.browser import entiers, formulaires, prises, suivis
from tests.web.browser.counter import begin, login

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.web.browser.visit import Visit


@dataclass(frozen=True, slots=True)
class Screen:
    """`go` does what an agent does to get there; `ready` is seen when the screen is all there."""

    name: str  # of its picture in docs/screens
    go: Callable[[Visit], None]
    ready: str

    def reach(self, visit: Visit) -> None:
        """Bring `visit` to this screen."""
        self.go(visit)
        visit.see(self.ready)


def _address(path: str) -> Callable[[Visit], None]:
    return lambda visit: visit.open(path)


def _dossier(ecran: str) -> Callable[[Visit], None]:
    """A screen of a dossier that has just been begun."""

    def go(visit: Visit) -> None:
        login(visit)
        visit.page.goto(f"{visit.station.url}/dossiers/{begin(visit)}/{ecran}")

    return go


SCREENS = (
    Screen("diagnostic", _address("/diagnostic"), "#appareils tr"),
    Screen("diagnostic-essai", suivis.trial, "#essai-dit"),
    Screen("connexion", _address("/connexion"), "#pin"),
    Screen("declaration", _address("/declaration"), "h1"),
    Screen("accueil", login, "#rendez-vous li, #rendez-vous .vide"),
    Screen("accueil-jour", suivis.day, "#refuses"),
    Screen("accueil-abandon", suivis.giving_up, "#brouillons details[open] select"),
    Screen("suivi", suivis.listed, "#groupe-a_faire"),
    Screen("suivi-complement", suivis.one(suivis.asked), "#historique li"),
    Screen("complement", suivis.answering, '[data-champ="usager.courriel"]'),
    Screen("suivi-disponible", suivis.one(suivis.available), "#historique li"),
    Screen("remise", suivis.handing_over, "#notes"),
    Screen("remise-lue", suivis.read_chip, "#remise-obstacles .constats"),
    Screen("usager-remise", suivis.holder, "[data-moment=REMISE]"),
    Screen("suivi-refuse", suivis.one(suivis.refused), ".alerte"),
    Screen("ouverture", _dossier("ouverture"), "h1"),
    Screen("ouverture-remplie", formulaires.rempli("ouverture"), ".exigees li"),
    Screen("ouverture-perte", formulaires.perte, "[data-bloc=perte] input"),
    Screen("etat-civil", _dossier("etat-civil"), "h1"),
    Screen("etat-civil-rempli", formulaires.rempli("etat-civil"), ".origine"),
    Screen("etat-civil-mineur", formulaires.rempli("etat-civil", 1), "[data-bloc=mineur] input"),
    Screen("etat-civil-faux", formulaires.faux, ".sommaire"),
    Screen("etat-civil-ecarts", formulaires.ecarts, ".ecart"),
    Screen("adresse", _dossier("adresse"), "h1"),
    Screen("pieces-sans-titre", _dossier("pieces"), "#pieces-liste"),
    Screen("pieces", prises.documents, "#piece-JUSTIF_DOMICILE"),
    Screen("pieces-numerisees", prises.documents_scanned, ".lues"),
    Screen("photo", prises.portrait, ".portrait.manque"),
    Screen("photo-prise", prises.portrait_taken, "#photo-regles .constats"),
    Screen("adresse-remplie", formulaires.rempli("adresse", 1), "[data-bloc=alternee] input"),
    Screen("adresse-justificatif", formulaires.justificatif, ".ecart"),
    Screen("signature", entiers.typed("signature"), ".pave canvas"),
    Screen("verification-incomplete", entiers.typed("verification"), ".constats"),
    Screen("verification-motif", entiers.to_justify, "[data-justifier] textarea"),
    Screen("verification", entiers.ready("verification"), ".vignettes img"),
    Screen("scellement", entiers.ready("scellement"), "#pin"),
    Screen("scelle", entiers.sealed, "#bloc-envoi[data-final=oui]"),
    Screen("scelle-hors-ligne", entiers.waiting, "#bloc-envoi .bandeau"),
    Screen("usager-informations", entiers.usager("etat-civil"), ".recap-usager dd"),
    Screen("usager-recapitulatif", entiers.usager("signature"), "[data-action=confirmer]"),
    Screen("usager-signature", entiers.pad, ".pave canvas"),
    Screen("empreintes-sans-date", _dossier("empreintes"), ".bandeau"),
    Screen("empreintes", prises.hands, "#doigt-2"),
    Screen("empreintes-prise", prises.capturing, "[data-etat=en-cours]"),
    Screen("empreintes-prises", prises.taken, ".doigt-pris img"),
)
