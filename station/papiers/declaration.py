"""Loss and theft of a title: the declaration of a loss, and what is noted of one of a theft.

A loss is declared at the mairie with the request of a new title, in the sense of the cerfa
14011*02; a theft always at the police or the gendarmerie, of whose declaration the number is noted
(process.md §3, step 15). The layout is ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from station.dossier.model import Motif, TypeTitre, TypeTitreAncien
from station.dossier.mots import MOTS, phrase
from station.errors import IncompleteDossier
from station.papiers import personne
from station.papiers.feuille import Feuille

if TYPE_CHECKING:
    from collections.abc import Iterator

    from station.dossier.model import Declaration, Demande, Usager
    from station.papiers.feuille import Entete

_TITRES: Final = {
    Motif.RENOUVELLEMENT_PERTE: "Déclaration de perte d’un titre – récépissé",
    Motif.RENOUVELLEMENT_VOL: "Titre volé – mention de la déclaration",
}
_ANCIENS: Final = {
    TypeTitre.CNI: {TypeTitreAncien.CNI_SECURISEE, TypeTitreAncien.CNI_ANCIENNE},
    TypeTitre.PASSEPORT: {TypeTitreAncien.PASSEPORT_SECURISE, TypeTitreAncien.PASSEPORT_ANCIEN},
}
_INCONNU: Final = "non précisé"
_PORTEE: Final = "Ce document ne remplace pas le titre et ne prouve pas l’identité."
_PERDU: Final = (
    "Le titre déclaré perdu est invalidé : il ne permet plus de voyager ni de prouver l’identité.",
    "Retrouvé plus tard, il reste invalide et doit être rendu à la mairie.",
    "Une fausse déclaration expose à des poursuites.",
)
_VOLE: Final = (
    "La déclaration de vol a été reçue par la police ou la gendarmerie ; la mairie en relève la"
    " date et le numéro.",
    "Le titre déclaré volé est invalidé, même s’il est retrouvé.",
)


def declaration(entete: Entete, usager: Usager, demande: Demande) -> bytes:
    """The paper for a title lost or stolen, PDF/A-2u; of a loss, to be signed.

    Raises `IncompleteDossier` when the request is for neither, or its declaration is not there.
    """
    said = demande.declaration
    if demande.motif not in _TITRES or said is None:
        raise IncompleteDossier(("DECLARATION",))
    lost = demande.motif is Motif.RENOUVELLEMENT_PERTE
    feuille = Feuille(_TITRES[demande.motif], entete.jour)
    feuille.entete(entete)
    _declarant(feuille, usager)
    feuille.intertitre("Titre perdu" if lost else "Titre volé")
    for name, value in _titre(usager, demande, said):
        feuille.ligne(name, (value,))
    if lost:
        feuille.paragraphe("Le déclarant atteste avoir perdu le titre désigné ci-dessus.")
    feuille.intertitre("Ce que cela entraîne")
    feuille.liste(_PERDU if lost else _VOLE)
    if lost:
        feuille.signatures(("Le déclarant", "L’agent de la mairie"))
    return feuille.octets(_PORTEE)


def _declarant(feuille: Feuille, usager: Usager) -> None:
    feuille.intertitre("Titulaire")
    feuille.ligne("Nom et prénoms", (personne.nom(usager),))
    if usager.nom_usage is not None:
        feuille.ligne("Nom d’usage", (usager.nom_usage,))
    born = personne.naissance(usager.date_naissance, usager.lieu_naissance)
    feuille.ligne("Né(e)", (born,))
    feuille.ligne("Adresse", personne.adresse(usager.adresse))
    if usager.representant_legal is not None:
        feuille.ligne("Déclarant", (personne.representant(usager.representant_legal),))


def _titre(usager: Usager, demande: Demande, said: Declaration) -> Iterator[tuple[str, str]]:
    yield "Nature", phrase(MOTS[demande.type_titre])
    old = usager.titre_ancien
    known = old is not None and old.type in _ANCIENS[demande.type_titre]
    yield "Numéro", (old.numero if known and old is not None else None) or _INCONNU
    if demande.motif is Motif.RENOUVELLEMENT_PERTE:
        yield "Perdu le", f"{said.date:%d/%m/%Y}"
        yield "Lieu", said.lieu or _INCONNU
    else:
        yield "Déclaré le", f"{said.date:%d/%m/%Y}"
        yield "Lieu", said.lieu or _INCONNU
        yield "N° de la déclaration", said.numero or _INCONNU
