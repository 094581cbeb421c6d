"""The form screens of a complement: the fields that the CERT asks for, and no other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from station.api.ecrans.champs import CHOIX, CONSEILS, LIBELLES, affiches, champs, erreurs
from station.dossier.formulaire import CHAMPS, Ecran

if TYPE_CHECKING:
    from collections.abc import Mapping

    from station.guichet.en_cours import EnCours
    from station.guichet.guichet import Guichet
    from station.referentiel.lookup import Referentiel

_TITRES: Final = {
    Ecran.OUVERTURE: "Demande",
    Ecran.ETAT_CIVIL: "État civil",
    Ecran.ADRESSE: "Adresse et contact",
}


@dataclass(frozen=True, slots=True)
class ComplementVue:
    """The fields of one screen that are asked for; `lieux` names countries."""

    ecran: Ecran
    lieux: Referentiel
    gabarit: str = "ecrans/complement.html"
    fragments: tuple[str, ...] = ("bloc-sommaire",)

    def valeurs(self, en_cours: EnCours) -> dict[str, Any]:
        """Each field with its kind, what is typed in it and what is wrong with it."""
        shown = champs(en_cours, self.lieux)
        draft = en_cours.draft
        return {
            "titre": _TITRES[self.ecran],
            "demandes": tuple(
                (nom, str(champ.sorte))
                for nom, champ in CHAMPS.items()
                if champ.ecran is self.ecran and draft.takes(nom)
            ),
            "champs": shown,
            "choix_de": CHOIX,
            "libelles": LIBELLES,
            "conseils": CONSEILS,
            "affiches": affiches(en_cours, self.lieux),
            "erreurs": erreurs(shown, self.ecran),
        }


def vues(guichet: Guichet) -> Mapping[Ecran, ComplementVue]:
    """The views a complement has in place of those of a dossier."""
    lieux = guichet.sources.lieux
    return {ecran: ComplementVue(ecran, lieux) for ecran in _TITRES}
