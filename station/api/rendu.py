"""Pages and parts of pages of one dossier: the values of a screen, and its templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from station.dossier.complement import ComplementDraft
from station.web.pages import ident, render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from station.api.cadre import Cadres
    from station.dossier.formulaire import Ecran
    from station.guichet.en_cours import EnCours


class Vue(Protocol):
    """One screen: its template, the parts of it that change, and the values of both."""

    @property
    def gabarit(self) -> str:
        """The template of the page."""
        ...

    @property
    def fragments(self) -> tuple[str, ...]:
        """The templates of its parts, below fragments/; each is one element of that id.

        `ecart:usager.sexe` is the template `ecart` of one field, its `champ`; its element has the
        id of the field followed by the name of the template.
        """
        ...

    def valeurs(self, en_cours: EnCours) -> Mapping[str, Any]:
        """What the templates of this screen show of a dossier."""
        ...


class Rendu:
    """Renders the screens of a dossier, whole or in parts.

    `complements` are the views that a complement has in place of those of a dossier.
    """

    def __init__(
        self,
        vues: Mapping[Ecran, Vue],
        cadres: Cadres,
        complements: Mapping[Ecran, Vue] | None = None,
    ) -> None:
        self._vues, self._cadres = vues, cadres
        self._complements = {**vues, **(complements or {})}

    def page(self, en_cours: EnCours, ecran: Ecran) -> str:
        """The whole page."""
        vue = self._vue(en_cours, ecran)
        return render(vue.gabarit, **self._valeurs(en_cours, ecran))

    def fragments(self, en_cours: EnCours, ecran: Ecran) -> dict[str, str]:
        """The parts of the page that may have changed, by the id of their element."""
        valeurs = self._valeurs(en_cours, ecran)
        names = ("etapes", "raccourcis", *self._vue(en_cours, ecran).fragments)
        return dict(_fragment(name, valeurs) for name in names)

    def etat(self) -> dict[str, str]:
        """The state of devices and of the line, wherever the agent is."""
        cadre = self._cadres.of_station(2)
        return {"etat": render("fragments/etat.html", cadre=cadre)}

    def _valeurs(self, en_cours: EnCours, ecran: Ecran) -> dict[str, Any]:
        with en_cours.changing():
            cadre = self._cadres.of_dossier(en_cours, ecran)
            own = self._vue(en_cours, ecran).valeurs(en_cours)
        return {"cadre": cadre, "numero": str(en_cours.draft.id), "ecran": str(ecran), **own}

    def _vue(self, en_cours: EnCours, ecran: Ecran) -> Vue:
        kind = isinstance(en_cours.draft, ComplementDraft)
        return (self._complements if kind else self._vues)[ecran]


def _fragment(name: str, valeurs: Mapping[str, Any]) -> tuple[str, str]:
    """The id of the element and the element."""
    template, _, champ = name.partition(":")
    element = f"{ident(champ)}-{template}" if champ else template
    return element, render(f"fragments/{template}.html", champ=champ, **valeurs)
