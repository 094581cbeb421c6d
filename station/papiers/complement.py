"""What the CERT asks for after the deposit, on a paper for the applicant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from station.dossier.formulaire import CHAMPS
from station.dossier.mots import DOIGTS, MOTS, phrase
from station.papiers.feuille import Feuille

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from station.dossier.complement import Attendus
    from station.papiers.feuille import Entete

_TITRE: Final = "Demande de complément"
_PORTEE: Final = "Ce document ne vaut ni titre d’identité, ni décision."


def demande_complement(entete: Entete, titulaire: str, attendus: Attendus, echeance: date) -> bytes:
    """The list of what is asked for, and the last day, PDF/A-2u; `titulaire` may be masked."""
    feuille = Feuille(_TITRE, entete.jour)
    feuille.entete(entete)
    feuille.ligne("Titulaire", (titulaire,))
    feuille.intertitre("Le service qui instruit la demande attend")
    feuille.liste(map(phrase, _attendus(attendus)))
    feuille.paragraphe(
        f"À apporter à la mairie, avec ce papier, au plus tard le {echeance:%d/%m/%Y}. Passé cette"
        " date, la demande est rejetée."
    )
    return feuille.octets(_PORTEE)


def _attendus(said: Attendus) -> Iterator[str]:
    yield from (MOTS[piece] for piece in said.pieces)
    if said.photo:
        yield "une nouvelle photographie d’identité"
    if said.doigts:
        names = ", ".join(DOIGTS[finger - 1] for finger in said.doigts)
        yield f"une nouvelle prise d’empreintes, au guichet ({names})"
    if said.signature:
        yield "une signature, au guichet"
    for name in said.champs:
        yield f"à préciser : {CHAMPS[name].libelle if name in CHAMPS else name}"
