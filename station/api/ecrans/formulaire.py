"""A screen that is fields, what is said of them, and parts that show or hide with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from station.api.ecrans.champs import CHOIX, CONSEILS, LIBELLES, affiches, champs, erreurs
from station.dossier.assemblage import DECLARATIONS, TITRES, demandes
from station.dossier.formulaire import Ecran
from station.dossier.model import TypeTitre
from station.guichet.propositions import vides
from station.guichet.saisies import aujourdhui
from station.rules.regles import en_vigueur

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from station.dossier.draft import Draft
    from station.guichet.en_cours import EnCours
    from station.referentiel.lookup import Referentiel


def _nothing(_: EnCours) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Formulaire:
    """A screen of fields; `ecarts` are those of which something may be said beside them.

    `plus` gives what only this screen shows; its `blocs` are parts that show or hide.
    """

    ecran: Ecran
    gabarit: str
    lieux: Referentiel = field(repr=False)
    parts: tuple[str, ...] = ()
    ecarts: tuple[str, ...] = ()
    plus: Callable[[EnCours], Mapping[str, Any]] = _nothing

    @property
    def fragments(self) -> tuple[str, ...]:
        """The parts of every form, those of this one, and what is said of single fields."""
        beside = tuple(f"ecart:{nom}" for nom in self.ecarts)
        return ("bloc-sommaire", "visibles", "lus", *self.parts, *beside)

    def valeurs(self, en_cours: EnCours) -> dict[str, Any]:
        """The fields of the dossier, their words, and what is wrong on this screen."""
        shown = champs(en_cours, self.lieux)
        plus = dict(self.plus(en_cours))
        return {
            "champs": shown,
            "choix_de": CHOIX,
            "libelles": LIBELLES,
            "conseils": CONSEILS,
            "affiches": affiches(en_cours, self.lieux),
            "erreurs": erreurs(shown, self.ecran),
            "visibles": visibles(en_cours.draft) | plus.pop("blocs", {}),
            "vides": tuple(n for n in vides(en_cours.draft) if n in self.ecarts),
            "ecarts": tuple(n for n in self.ecarts if shown[n].ecart is not None),
            **plus,
        }


def visibles(draft: Draft) -> dict[str, bool]:
    """Which blocks there is a reason to show."""
    saisie, jour = draft.saisie, aujourdhui()
    asked = demandes(saisie)
    motifs = set(asked.values())
    majorite = en_vigueur(jour).majorite.valeur
    born = draft.naissance
    minor = saisie.oui("ouverture.mineur") or (born is not None and born.age(jour) < majorite)
    filed = any(draft.saisie.get(f"representant.{n}") for n in ("nom_famille", "prenoms", "role"))
    blocs = {groupe.removeprefix("demande."): titre in asked for titre, groupe in TITRES.items()}
    blocs |= {groupe: motif in motifs for motif, groupe in DECLARATIONS.items()}
    return blocs | {
        "passeport": TypeTitre.PASSEPORT in asked,
        "detenu": saisie.get("titre_ancien.type") not in ("", "AUCUN")
        or bool(saisie.get("titre_ancien.numero") or saisie.get("titre_ancien.expire_le")),
        "usage": bool(saisie.get("usager.nom_usage") or saisie.get("usager.origine_nom_usage")),
        "mineur": minor or filed,
        "alternee-possible": minor or saisie.oui("alternee.oui"),
        "alternee": saisie.oui("alternee.oui"),
        "parent1": not saisie.oui("parent1.inconnu"),
        "parent2": not saisie.oui("parent2.inconnu"),
    }
