"""The screen ADRESSE: home, host, second home of a child of parents apart, contact (§15.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from station.api.ecrans.formulaire import Formulaire
from station.dossier.domicile import CHAMPS_ADRESSE, autre_nom
from station.dossier.formulaire import Ecran

if TYPE_CHECKING:
    from station.guichet.en_cours import EnCours
    from station.guichet.guichet import Guichet

_ECARTS = (*CHAMPS_ADRESSE, "alternee.code_postal")


def vue(guichet: Guichet) -> Formulaire:
    """The screen."""
    return Formulaire(
        Ecran.ADRESSE,
        "ecrans/adresse.html",
        guichet.sources.lieux,
        parts=("justificatif",),
        ecarts=_ECARTS,
        plus=_justificatif,
    )


def _justificatif(en_cours: EnCours) -> dict[str, Any]:
    """Whether a proof of address was read, from when it is, and whether its name is another."""
    lu = en_cours.draft.domicile_lu
    return {
        "justificatif": lu is not None,
        "justificatif_du": None if lu is None else lu.doc.issued,
        "autre_nom": lu is not None and autre_nom(en_cours.draft.saisie, lu.doc),
    }
