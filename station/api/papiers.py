"""Papers of a dossier as PDF: recap to sign, declarations, recepisse, what the CERT asks for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Body
from fastapi.responses import Response

from station.api.errors import NOT_FOUND, Refused
from station.dossier.model import TypeTitre
from station.errors import DossierSealed
from station.guichet.depots import declarees
from station.guichet.impression import imprimer
from station.papiers.complement import demande_complement
from station.papiers.declaration import declaration
from station.papiers.feuille import Entete
from station.papiers.lieu import nomme
from station.papiers.recapitulatif import recapitulatif
from station.papiers.recepisse import recepisse
from station.pipeline import suivi_of
from station.rules.regles import en_vigueur

if TYPE_CHECKING:
    from station.dossier.model import Demande, Usager
    from station.guichet.guichet import Guichet


RECAPITULATIF, RECEPISSE, DECLARATION = "recapitulatif", "recepisse", "declaration-"
COMPLEMENT = "demande-complement"
Papier = Annotated[
    Literal[
        "recapitulatif",
        "recepisse",
        "declaration-CNI",
        "declaration-PASSEPORT",
        "demande-complement",
    ],
    Body(embed=True),
]


class PapiersDuDossier:
    """The routes of the papers; each is made when it is asked for, and kept nowhere."""

    def __init__(self, guichet: Guichet) -> None:
        self._guichet = guichet

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(tags=["papiers"])
        there = "/dossiers/{numero}"
        router.get(f"{there}/recapitulatif.pdf", response_class=Response)(self.recap)
        router.get(f"{there}/declarations/{{titre}}", response_class=Response)(self.lost)
        router.get(f"{there}/recepisse.pdf", response_class=Response)(self.receipt)
        router.get("/suivi/{numero}/demande-complement.pdf", response_class=Response)(self.asked)
        router.post(f"/api{there}/impressions")(self.printed)
        return router

    def printed(self, numero: UUID, papier: Papier) -> dict[str, str]:
        """Send a paper to the printer of the counter; DEV-017, DEV-018 when nothing comes out."""
        paper = self._paper(numero, papier)
        printer = self._guichet.station.settings.impression
        if printer is None:
            raise Refused(NOT_FOUND, "aucune imprimante n’est réglée")
        done = imprimer(printer.imprimante, bytes(paper.body), papier)
        there = "envoyé à l’imprimante" if done else "dans la file de l’imprimante"
        return {"annonce": f"Document {there}."}

    def _paper(self, numero: UUID, papier: str) -> Response:
        if papier == RECAPITULATIF:
            return self.recap(numero)
        if papier == RECEPISSE:
            return self.receipt(numero)
        if papier == COMPLEMENT:
            return self.asked(numero)
        return self.lost(numero, TypeTitre(papier.removeprefix(DECLARATION)))

    def recap(self, numero: UUID) -> Response:
        """The recap to sign on paper; DOS-001 before the form is whole."""
        today = datetime.now(UTC).date()
        with self._guichet.dossier(numero).changing() as draft:
            pdf = recapitulatif(self._entete(draft.numero), draft, en_vigueur(today))
        return _pdf(pdf, f"recapitulatif-{draft.numero}")

    def lost(self, numero: UUID, titre: TypeTitre) -> Response:
        """The declaration of the loss of a title, to sign; of a theft, what was noted.

        DOS-001 when none of that title is declared.
        """
        usager, demandes, name = self._declared(numero)
        asked = next((d for d in demandes if d.type_titre is titre), None)
        if usager is None or asked is None:
            raise Refused(NOT_FOUND, "aucune déclaration pour ce titre")
        return _pdf(declaration(self._entete(name), usager, asked), f"declaration-{name}")

    def receipt(self, numero: UUID) -> Response:
        """The recepisse of a sealed dossier, for the agent who sealed it, until midnight."""
        sealed = self._guichet.station.outbox.entry(numero) is not None
        depot = self._guichet.depots.get(numero) if sealed else None
        if depot is None:
            raise Refused(NOT_FOUND, "récépissé indisponible : l’agent du dépôt l’a jusqu’à minuit")
        return _pdf(recepisse(depot.resume), f"recepisse-{depot.numero}")

    def asked(self, numero: UUID) -> Response:
        """What the CERT asks for about a sealed dossier, and until when, for the applicant."""
        recueil = self._guichet.recueil
        entry = recueil.outbox.entry(numero)
        one = None if entry is None else suivi_of(recueil, entry)
        said = None if one is None or one.decision is None else one.decision.demande
        if one is None or said is None or one.echeance is None:
            raise Refused(NOT_FOUND, "le centre ne demande rien pour ce dossier")
        titulaire = one.titulaire or "nom effacé de la station"
        name = one.entry.numero
        pdf = demande_complement(self._entete(name), titulaire, said, one.echeance)
        return _pdf(pdf, f"{COMPLEMENT}-{name}")

    def _declared(self, numero: UUID) -> tuple[Usager | None, tuple[Demande, ...], str]:
        """Of the draft, or of the dossier that this agent sealed today."""
        try:
            with self._guichet.dossier(numero).changing() as draft:
                return draft.usager, declarees(draft.demandes), draft.numero
        except DossierSealed:
            depot = self._guichet.depots.get(numero)
            if depot is None:
                raise
            return depot.usager, depot.declarees, depot.numero

    def _entete(self, numero: str) -> Entete:
        settings = self._guichet.station.settings
        lieu = nomme(settings.station.insee, settings.referentiel)
        return Entete(numero, datetime.now(UTC).date(), lieu)


def _pdf(content: bytes, name: str) -> Response:
    head = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(content, media_type="application/pdf", headers=head)
