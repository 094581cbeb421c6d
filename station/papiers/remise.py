"""The acknowledgement of a hand-over: printed and signed before the titles leave the counter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from station.dossier.acte_remise import AncienTitre, Receveur
from station.dossier.mots import MOTS, phrase
from station.papiers.feuille import Feuille

if TYPE_CHECKING:
    from station.dossier.acte_remise import ActeRemise
    from station.papiers.feuille import Entete

_TITRE: Final = "Remise de titre – émargement"
_PORTEE: Final = "Il reste à la mairie."
_RECU: Final = "Je reconnais avoir reçu les titres ci-dessus et avoir vérifié leurs mentions."
_CONTROLES: Final = {
    "concordant": "comparée à celle de la puce : concordante",
    "non_concordant": "comparée à celle de la puce : non concordante",
    "non_effectue": "non comparée",
}
_ANCIENS: Final = {
    AncienTitre.RENDU: "rendu à la mairie",
    AncienTitre.PERDU: "déclaré perdu",
    AncienTitre.VOLE: "déclaré volé",
    AncienTitre.AUCUN: "aucun : premier titre",
}
_RECEVEURS: Final = {
    Receveur.TITULAIRE: ("au titulaire", "Signature du titulaire"),
    Receveur.REPRESENTANT: ("au représentant légal", "Signature du représentant légal"),
}


def emargement(entete: Entete, titulaire: str, acte: ActeRemise) -> bytes:
    """The paper of the hand-over that `acte` tells of, PDF/A-2u; `titulaire` as the title has it.

    No score and no reason of the check are on it, only how it ended.
    """
    to_whom, box = _RECEVEURS[acte.receveur]
    feuille = Feuille(_TITRE, entete.jour)
    feuille.entete(entete)
    feuille.ligne("Titulaire", (titulaire,))
    feuille.intertitre("Titres remis")
    for titre in acte.titres:
        feuille.ligne(phrase(MOTS[titre.type_titre]), (f"n° {titre.numero}",))
    feuille.ligne("Remis", (to_whom,))
    feuille.ligne("Empreinte", (_CONTROLES[acte.controle.issue],))
    feuille.ligne("Ancien titre", (_ANCIENS[acte.ancien_titre],))
    feuille.signatures((box, "L’agent de la mairie"), _RECU)
    return feuille.octets(_PORTEE)
