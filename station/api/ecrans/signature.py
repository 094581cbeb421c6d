"""The screen SIGNATURE: recap, signature, the choice of 90 days, what the applicant is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Path, Response
from pydantic import Field

from station.api.ecrans.champs import affiche, champs
from station.api.errors import NOT_FOUND, Refused
from station.dossier.controle_pieces import SANS_SIGNATURE
from station.dossier.exigences import Signataire
from station.dossier.formulaire import Ecran
from station.dossier.piece import TypePiece
from station.dossier.recapitulatif import blocs, digest, relu
from station.dossier.saisie import Origine
from station.guichet.accord import confirmer, exigees, justifier, signer
from station.rules.regles import en_vigueur
from station.web.valeurs import Champ

if TYPE_CHECKING:
    from station.api.rendu import Rendu
    from station.dossier.draft import Draft
    from station.guichet.en_cours import EnCours
    from station.guichet.guichet import Guichet
    from station.referentiel.lookup import Referentiel

Sha256 = Annotated[str, Body(pattern=r"^[0-9a-f]{64}$", embed=True)]
Raison = Annotated[str, Body(max_length=500)]
Code = Annotated[str, Path(pattern=r"^[A-Z][A-Z0-9_]{2,39}$")]
Ici = Annotated[Ecran, Body()]
Point = tuple[
    Annotated[int, Field(ge=0, le=32767)],  # x and y, tenths of a CSS pixel
    Annotated[int, Field(ge=0, le=32767)],
    Annotated[int, Field(ge=0, le=1000)],  # pressure
    Annotated[int, Field(ge=0, le=65535)],  # ms since the pen first touched
]
Trait = Annotated[list[Point], Field(min_length=1, max_length=2500)]
Traits = Annotated[list[Trait], Body(min_length=1, max_length=200, embed=True)]
_SIGNATAIRES = {
    (Signataire.TITULAIRE,): "Le titulaire signe.",
    (Signataire.REPRESENTANT,): "Le représentant légal signe : le titulaire n’en a pas l’âge.",
    (Signataire.REPRESENTANT, Signataire.TITULAIRE): (
        "Le titulaire signe ici ; le représentant légal signe le formulaire."
    ),
}


@dataclass(frozen=True, slots=True)
class Signature:
    """The view of the screen; `lieux` names countries."""

    lieux: Referentiel
    ecran: Ecran = Ecran.SIGNATURE
    gabarit: str = "ecrans/signature.html"
    fragments: tuple[str, ...] = ("bloc-recapitulatif", "bloc-signature", "bloc-conservation")

    def valeurs(self, en_cours: EnCours) -> dict[str, Any]:
        """The recap and its confirmation, who signs and how it stands, the choice of 90 days."""
        draft, wanted = en_cours.draft, exigees(en_cours.draft)
        regles = en_vigueur(datetime.now(UTC).date())
        return {
            **recapitulatif(draft, self.lieux),
            **signature(draft),
            "champs": champs(en_cours, self.lieux),
            "conservation_possible": wanted.conservation_90j,
            "conservation": regles.conservation,
            "age_empreintes": regles.empreinte.age_min.valeur,
            "champ_vide": Champ(),
            "imprimante": en_cours.recueil.settings.impression is not None,
            "complet": draft.usager is not None and bool(draft.demandes),
            "signataires": _SIGNATAIRES.get(wanted.signataires or (), ""),
        }


def vue(guichet: Guichet) -> Signature:
    """The screen."""
    return Signature(guichet.sources.lieux)


def recapitulatif(draft: Draft, lieux: Referentiel) -> dict[str, Any]:
    """The recap as templates show it."""
    return {
        "recapitulatif": blocs(draft.saisie, partial(affiche, lieux)),
        "recapitulatif_sha256": digest(draft.saisie),
        "relecture": draft.relecture if relu(draft) else None,
        "a_relire": draft.relecture is not None and not relu(draft),
    }


def signature(draft: Draft) -> dict[str, Any]:
    """How the signature stands: TABLETTE, PAPIER, IMPOSSIBLE with its reason, or nothing yet."""
    reason = next((j.raison for j in draft.justifications if j.code == SANS_SIGNATURE), "")
    paper = any(p.reference.type is TypePiece.FORMULAIRE_SIGNE for p in draft.pieces)
    if draft.signature is not None:
        state = "TABLETTE"
    else:
        state = "PAPIER" if paper else "IMPOSSIBLE" if reason else ""
    taken = "" if draft.signature is None else str(draft.signature.capture_id)
    return {"signature": state, "sans_signature": reason, "signature_prise": taken}


def routes(guichet: Guichet, rendu: Rendu) -> APIRouter:
    """What the agent does here: have the recap confirmed, give a reason."""
    router = APIRouter(prefix="/api/dossiers/{numero}", tags=["signature"])

    @router.post("/relecture")
    def read_out(numero: UUID, sha256: Sha256) -> dict[str, Any]:
        """The agent has read the recap out; DOS-010 when the dossier says something else by now."""
        en_cours = guichet.dossier(numero)
        confirmer(en_cours, Origine.AGENT, sha256)
        guichet.nouvelles.tell("usager", dossier=str(numero))
        return {
            "fragments": rendu.fragments(en_cours, Ecran.SIGNATURE),
            "annonce": "Récapitulatif relu à voix haute.",
        }

    @router.post("/signature")
    def sign(numero: UUID, traits: Traits, raison: Raison = "") -> dict[str, Any]:
        """Take the signature from the pad; `refus` says why it is none.

        With `raison` it is taken all the same, and the reason travels with it.
        """
        en_cours = guichet.dossier(numero)
        refus = signer(en_cours, traits, raison)
        guichet.nouvelles.tell("usager", dossier=str(numero))
        return {
            "refus": " ".join(refus),
            "fragments": rendu.fragments(en_cours, Ecran.SIGNATURE),
            "annonce": "" if refus else "Signature prise.",
        }

    @router.get("/signature/image", response_class=Response)
    def picture(numero: UUID) -> Response:
        """The signature as it was taken from the pad, PNG."""
        taken = guichet.dossier(numero).draft.signature
        if taken is None:
            raise Refused(NOT_FOUND, "aucune signature")
        return Response(taken.record, media_type=taken.media_type)

    @router.put("/justifications/{code}")
    def justify(
        numero: UUID, code: Code, raison: Raison, ecran: Ici = Ecran.VERIFICATION
    ) -> dict[str, Any]:
        """Give the reason for a finding; an empty one takes it back."""
        en_cours = guichet.dossier(numero)
        justifier(en_cours, code, raison)
        return {"fragments": rendu.fragments(en_cours, ecran)}

    return router
