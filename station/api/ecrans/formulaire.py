"""A screen that is fields and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from station.api.ecrans.champs import CHOIX, CONSEILS, LIBELLES, champs, erreurs
from station.dossier.formulaire import Ecran

if TYPE_CHECKING:
    from station.guichet.en_cours import EnCours


@dataclass(frozen=True, slots=True)
class Formulaire:
    """A screen of fields."""

    ecran: Ecran
    gabarit: str
    fragments: tuple[str, ...] = ("bloc-sommaire",)

    def valeurs(self, en_cours: EnCours) -> dict[str, Any]:
        """The fields of the dossier, their words, and what is wrong on this screen."""
        draft = en_cours.draft
        return {
            "champs": champs(draft),
            "choix_de": CHOIX,
            "libelles": LIBELLES,
            "conseils": CONSEILS,
            "erreurs": erreurs(draft, self.ecran),
        }
