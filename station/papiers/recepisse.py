"""The recepisse: what the applicant takes home after the deposit. No biometrics, no emblem.

It says what was asked for and shown, which fingers were not taken and what follows, what is still
awaited, and the delays. It is no proof of identity.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date  # noqa: TC003 (kept as JSON: pydantic reads annotations at run time)
from typing import TYPE_CHECKING, Final

from station.dossier.doigts import creneaux
from station.dossier.formulaire import CHAMPS
from station.dossier.mots import DOIGTS, MOTS, phrase
from station.dossier.piece import TypePiece
from station.papiers.feuille import Entete, Feuille

if TYPE_CHECKING:
    from collections.abc import Iterator

    from station.dossier.complement import Complement
    from station.dossier.draft import DoigtPasse, Dossier
    from station.dossier.model import Demande
    from station.rules.regles import Regles

_TITRE: Final = "Récépissé de dépôt d’une demande de titre"
_COMPLEMENT: Final = "Récépissé de dépôt d’un complément"
_PORTEE: Final = "Ce document ne vaut ni titre d’identité, ni décision."
_AUTRES: Final = "Ce que la station a pris (photographie, empreintes, signature) n’y figure pas."


@dataclass(frozen=True, slots=True)
class Resume:
    """What the recepisse says, in words; `attendus` is what has not come yet.

    `limite_mois` is the validity, in months, of a title that temporary injuries limit.
    """

    numero: str
    date_depot: date
    lieu: str
    titulaire: str = field(repr=False)
    titres: tuple[str, ...]
    pieces: tuple[str, ...]
    exemptions: tuple[str, ...] = ()
    limite_mois: int | None = None
    attendus: tuple[str, ...] = ()
    retrait_mois: int | None = None
    complement_mois: int | None = None
    titre: str = _TITRE


def resume(dossier: Dossier, lieu: str, regles: Regles) -> Resume:
    """The words for a sealed `dossier`, received at `lieu`, under the rules of that day."""
    usager, depot = dossier.usager, dossier.demandes[0].date_depot
    passes = {passe.doigt: passe.motif for passe in dossier.exemptions}
    age = usager.date_naissance.age(depot)
    return Resume(
        numero=dossier.numero,
        date_depot=depot,
        lieu=lieu,
        titulaire=f"{usager.nom_famille} {' '.join(usager.prenoms)}",
        titres=tuple(map(_demande, dossier.demandes)),
        pieces=tuple(MOTS[piece.reference.type] for piece in dossier.pieces),
        exemptions=tuple(map(_exemption, dossier.exemptions)),
        limite_mois=creneaux(age, passes, regles.empreinte).limite_mois,
        attendus=tuple(_attendus(dossier)),
        retrait_mois=regles.delais.retrait_mois.valeur,
        complement_mois=regles.delais.complement_mois.valeur,
    )


def resume_complement(complement: Complement, titulaire: str, lieu: str) -> Resume:
    """The words for a `complement`; `titulaire` is the masked name shown at the counter."""
    asked = complement.reponse.attendus
    given = [MOTS[piece.reference.type] for piece in complement.pieces]
    given += ["photographie d’identité"] if complement.visage is not None else []
    given += ["empreintes"] if complement.empreintes else []
    given += ["signature"] if complement.signatures else []
    return Resume(
        numero=complement.numero,
        date_depot=complement.seance.ouverte_le.date(),
        lieu=lieu,
        titulaire=titulaire,
        titres=(f"complément du dossier {complement.reponse.numero}",),
        pieces=(*given, *(CHAMPS[name].libelle for name in asked.champs if name in CHAMPS)),
        exemptions=tuple(map(_exemption, complement.exemptions)),
        titre=_COMPLEMENT,
    )


def recepisse(said: Resume) -> bytes:
    """The paper, PDF/A-2u, with the number of the file as a QR code."""
    feuille = Feuille(said.titre, said.date_depot)
    feuille.entete(Entete(said.numero, said.date_depot, said.lieu))
    feuille.ligne("Titulaire", (said.titulaire,))
    feuille.intertitre("Objet")
    feuille.liste(map(phrase, said.titres))
    feuille.intertitre("Pièces présentées, originaux rendus")
    feuille.liste(map(phrase, said.pieces or ("aucune",)))
    _doigts(feuille, said)
    if said.attendus:
        feuille.intertitre("Encore attendu")
        feuille.liste(said.attendus)
    feuille.intertitre("La suite")
    feuille.liste(_suite(said))
    return feuille.octets(f"{_PORTEE} {_AUTRES}")


def _doigts(feuille: Feuille, said: Resume) -> None:
    if not said.exemptions:
        return
    feuille.intertitre("Empreintes non prises")
    feuille.liste(map(phrase, said.exemptions))
    if said.limite_mois is not None:
        feuille.paragraphe(
            f"L’empêchement étant temporaire, la validité du titre est limitée à"
            f" {said.limite_mois}\u00a0mois."
        )


def _suite(said: Resume) -> Iterator[str]:
    yield (
        "Ce numéro permet de suivre le dossier : communiquez-le à la mairie, ou faites-y"
        " lire le code ci-dessus."
    )
    if said.complement_mois is not None:
        yield (
            "Si une pièce est demandée ensuite, elle est à apporter à la mairie dans les"
            f" {said.complement_mois}\u00a0mois ; passé ce délai, la demande est rejetée."
        )
    if said.retrait_mois is not None:
        yield (
            "Le titre se retire à cette mairie, par son titulaire, dans les"
            f" {said.retrait_mois}\u00a0mois après l’avis de mise à disposition ; passé ce délai,"
            " il est détruit."
        )


def _demande(demande: Demande) -> str:
    return f"{MOTS[demande.type_titre]} – {MOTS[demande.motif]}"


def _exemption(passe: DoigtPasse) -> str:
    return f"{DOIGTS[passe.doigt - 1]} : {MOTS[passe.motif]} ({MOTS[passe.duree]})"


def _attendus(dossier: Dossier) -> Iterator[str]:
    """What others still have to send."""
    if any(piece.reference.type is TypePiece.VERIF_COMEDEC for piece in dossier.pieces):
        yield "La réponse de la commune de naissance à la vérification de l’état civil."
