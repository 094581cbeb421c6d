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
from station.dossier.complement import ComplementDraft
from station.dossier.formulaire import Ecran
from station.dossier.model import Signataire
from station.dossier.mots import MOTS, phrase
from station.dossier.recapitulatif import blocs, digest, relu
from station.dossier.saisie import Origine
from station.dossier.signatures import empeches, signataires, sur_papier
from station.guichet.accord import confirmer, exigees, justifier, prochain, signer
from station.rules.regles import en_vigueur
from station.web.valeurs import Champ

if TYPE_CHECKING:
    from collections.abc import Iterator

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
Traits = Annotated[list[Trait], Body(min_length=1, max_length=200)]
Qui = Annotated[Signataire, Body()]
_SIGNATAIRES = {
    (Signataire.TITULAIRE,): "Le titulaire signe.",
    (Signataire.REPRESENTANT,): "Le représentant légal signe : le titulaire n’en a pas l’âge.",
    (Signataire.REPRESENTANT, Signataire.TITULAIRE): (
        "Le représentant légal et le titulaire signent, chacun à son tour."
    ),
}


@dataclass(frozen=True, slots=True)
class SignatureVue:
    """How the signature of `qui` stands: TABLETTE, PAPIER, IMPOSSIBLE, or nothing yet.

    `raison` says why it is impossible; `prise` names the capture.
    """

    qui: Signataire
    nom: str
    etat: str = ""
    raison: str = ""
    prise: str = ""


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
            "signatures": tuple(signatures(draft)),
            "tour": prochain(draft) or signataires(wanted)[0],
            "champs": champs(en_cours, self.lieux),
            "conservation_possible": wanted.conservation_90j,
            "conservation": regles.conservation,
            "age_empreintes": regles.empreinte.age_min.valeur,
            "champ_vide": Champ(),
            "imprimante": en_cours.recueil.settings.impression is not None,
            "complet": draft.usager is not None and bool(draft.demandes),
            "entier": not isinstance(draft, ComplementDraft),
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


def signatures(draft: Draft) -> Iterator[SignatureVue]:
    """How the signature of everybody who may sign stands, in their order."""
    unable, untaken = empeches(draft), "PAPIER" if sur_papier(draft) else ""
    for qui in signataires(exigees(draft)):
        nom, taken = phrase(MOTS[qui]), draft.signatures.get(qui)
        if taken is not None:
            yield SignatureVue(qui, nom, "TABLETTE", prise=str(taken.capture_id))
        elif qui in unable and not untaken:
            yield SignatureVue(qui, nom, "IMPOSSIBLE", unable[qui])
        else:
            yield SignatureVue(qui, nom, untaken)


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
    def sign(numero: UUID, signataire: Qui, traits: Traits, raison: Raison = "") -> dict[str, Any]:
        """Take somebody's signature from the pad; `refus` says why it is none.

        With `raison` it is taken all the same, and the reason travels with it.
        """
        en_cours = guichet.dossier(numero)
        refus = signer(en_cours, signataire, traits, raison)
        guichet.nouvelles.tell("usager", dossier=str(numero))
        return {
            "refus": " ".join(refus),
            "fragments": rendu.fragments(en_cours, Ecran.SIGNATURE),
            "annonce": "" if refus else "Signature prise.",
        }

    @router.get("/signature/{qui}/image", response_class=Response)
    def picture(numero: UUID, qui: Signataire) -> Response:
        """The signature of `qui` as it was taken from the pad, PNG."""
        taken = guichet.dossier(numero).draft.signatures.get(qui)
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
