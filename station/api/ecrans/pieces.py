"""The screen PIECES: the list of what is asked for, pages scanned or brought (process.md §5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query, Response

from station.api.ecrans.liste_pieces import autres, liste, selection, suivante
from station.api.ecrans.prise import fait, lancer
from station.api.errors import NOT_FOUND, Refused
from station.config import PIECES, PIECES_VITRE, TITRE
from station.dossier.complement import ComplementDraft
from station.dossier.formulaire import Ecran
from station.dossier.mots import MOTS, phrase
from station.dossier.piece import TypePiece
from station.guichet.accord import CONFORME
from station.rules.documents import documents

if TYPE_CHECKING:
    from station.api.rendu import Rendu
    from station.guichet.en_cours import EnCours
    from station.guichet.guichet import Guichet

Kind = Annotated[TypePiece, Path(alias="piece")]
Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
Instead = Annotated[str | None, Query(pattern=r"^[0-9a-f]{64}$")]
Vitre = Annotated[bool, Query()]  # the glass in place of the feeder
Rank = Annotated[int, Query(ge=0, le=999)]
Raison = Annotated[str, Body(embed=True, max_length=500)]
Secret = Annotated[str, Body(embed=True, min_length=6, max_length=200)]
Nom = Annotated[str, Body(max_length=20, pattern=r"^[a-z_]+$")]
Texte = Annotated[str, Body(max_length=500)]
File = Annotated[bytes, Body(media_type="application/octet-stream")]
_ICI = Ecran.PIECES
_FICHIER = "fichier"  # not a device: a file is judged like a scan


class VuePieces:
    """The values of the screen."""

    gabarit = "ecrans/pieces.html"
    fragments = ("pieces-liste", "pieces-piece")

    def valeurs(self, en_cours: EnCours) -> dict[str, Any]:
        """The list, the document chosen, how full the dossier is."""
        lines = liste(en_cours)
        shown = selection(en_cours, lines)
        return {
            "lignes": lines,
            "autres": () if isinstance(en_cours.draft, ComplementDraft) else autres(lines),
            "piece": shown,
            "suivante": suivante(lines, None if shown is None else shown.ligne.type),
            "vitre": PIECES_VITRE in en_cours.recueil.bench.names,
            "puce": TITRE in en_cours.recueil.bench.names,
            "pages": en_cours.pieces.pages(),
            "conforme": CONFORME,
            "pages_max": documents().dossier.pages_max,
        }


VUE = VuePieces()


class Routes:
    """What the agent does with documents."""

    def __init__(self, guichet: Guichet, rendu: Rendu) -> None:
        self._guichet, self._rendu = guichet, rendu

    def router(self) -> APIRouter:
        """The routes under /api."""
        router = APIRouter(prefix="/api/dossiers/{numero}/pieces/{piece}", tags=["pièces"])
        router.post("/choix")(self.choisir)
        router.post("/numerisation", status_code=202)(self.numeriser)
        router.post("/fichier", status_code=202)(self.recevoir)
        router.put("/attente")(self.garder)
        router.delete("/attente")(self.laisser)
        router.put("/question")(self.repondre)
        router.put("/vue")(self.noter)
        router.put("/reference")(self.remplir)
        router.post("/valeurs")(self.reprendre)
        router.post("/puce", status_code=202)(self.puce)
        router.delete("")(self.retirer)
        router.delete("/pages/{page}")(self.retirer_page)
        router.get("/pages/{page}", response_class=Response)(self.image)
        return router

    def choisir(self, numero: UUID, piece: Kind) -> dict[str, Any]:
        """Look at this document."""
        en_cours = self._guichet.dossier(numero)
        en_cours.hold(piece)
        return self._fait(en_cours)

    def numeriser(
        self, numero: UUID, piece: Kind, a_la_place: Instead = None, vitre: Vitre = False
    ) -> dict[str, str]:
        """Scan pages of this document, from the feeder or the glass.

        `a_la_place` is the page that the first one replaces.
        """
        en_cours = self._guichet.dossier(numero)
        en_cours.hold(piece)
        role = PIECES_VITRE if vitre else PIECES

        def travail(heard: Any) -> str:
            return en_cours.pieces.numeriser(piece, heard, a_la_place, role)

        return lancer(self._guichet, self._rendu, (en_cours, _ICI), role, travail)

    def recevoir(
        self, numero: UUID, piece: Kind, fichier: File = b"", a_la_place: Instead = None
    ) -> dict[str, str]:
        """Judge a PDF, PNG or JPEG that somebody brings, up to the size that a PDF may have."""
        en_cours = self._guichet.dossier(numero)
        en_cours.hold(piece)

        def travail(_: Any) -> str:
            return en_cours.pieces.recevoir(piece, fichier, a_la_place)

        return lancer(self._guichet, self._rendu, (en_cours, _ICI), _FICHIER, travail)

    def garder(self, numero: UUID, piece: Kind, raison: Raison) -> dict[str, Any]:
        """Keep the pages that wait although they are refused; the reason travels with them."""
        en_cours = self._guichet.dossier(numero)
        en_cours.pieces.garder(piece, raison)
        return self._fait(en_cours, "Page gardée avec son motif.")

    def laisser(self, numero: UUID, piece: Kind) -> dict[str, Any]:
        """Drop the pages that wait."""
        en_cours = self._guichet.dossier(numero)
        en_cours.pieces.laisser(piece)
        return self._fait(en_cours, "Page refusée écartée.")

    def repondre(self, numero: UUID, piece: Kind, raison: Raison) -> dict[str, Any]:
        """Answer what the pages ask; an empty reason says that nothing speaks against them."""
        en_cours = self._guichet.dossier(numero)
        en_cours.pieces.repondre(piece, raison)
        return self._fait(en_cours)

    def noter(self, numero: UUID, piece: Kind) -> dict[str, Any]:
        """Note that the document was seen, or verified electronically."""
        en_cours = self._guichet.dossier(numero)
        en_cours.hold(piece)
        en_cours.pieces.noter(piece)
        return self._fait(en_cours, f"{phrase(MOTS[piece])} : noté.")

    def remplir(self, numero: UUID, piece: Kind, nom: Nom, valeur: Texte) -> dict[str, Any]:
        """Fill one field of the document: on disk, encrypted, when this answers."""
        en_cours = self._guichet.dossier(numero)
        en_cours.pieces.remplir(piece, nom, valeur)
        return self._fait(en_cours)

    def reprendre(self, numero: UUID, piece: Kind) -> dict[str, Any]:
        """Take over every value that was read on the document."""
        en_cours = self._guichet.dossier(numero)
        count = en_cours.pieces.reprendre(piece)
        self._guichet.nouvelles.tell("recharger", dossier=str(numero))
        return self._fait(en_cours, f"Valeurs reprises : {count}.")

    def puce(self, numero: UUID, piece: Kind, secret: Secret) -> dict[str, str]:
        """Read the chip of the old title with the CAN or the zone that the agent types."""
        en_cours = self._guichet.dossier(numero)
        en_cours.hold(piece)

        def travail(heard: Any) -> str:
            return en_cours.pieces.lire_puce(secret, heard)

        return lancer(self._guichet, self._rendu, (en_cours, _ICI), TITRE, travail)

    def retirer(self, numero: UUID, piece: Kind) -> dict[str, Any]:
        """Take the whole document out of the dossier."""
        en_cours = self._guichet.dossier(numero)
        en_cours.pieces.retirer(piece)
        return self._fait(en_cours, f"{phrase(MOTS[piece])} : retiré du dossier.")

    def retirer_page(self, numero: UUID, piece: Kind, page: Digest) -> dict[str, Any]:
        """Take one page, or one file of pages, out of the document."""
        en_cours = self._guichet.dossier(numero)
        en_cours.pieces.retirer(piece, page)
        return self._fait(en_cours, "Page retirée.")

    def image(self, numero: UUID, piece: Kind, page: Digest, rang: Rank = 0) -> Response:
        """A page of this file, large enough to be read."""
        pieces = self._guichet.dossier(numero).pieces
        shown = pieces.image(piece, page)
        if rang >= len(shown):
            raise Refused(NOT_FOUND, "page absente")
        return Response(shown[rang], media_type="image/jpeg")

    def _fait(self, en_cours: EnCours, annonce: str = "") -> dict[str, Any]:
        return fait(self._rendu, (en_cours, _ICI), annonce)


def routes(guichet: Guichet, rendu: Rendu) -> APIRouter:
    """The routes of the screen."""
    return Routes(guichet, rendu).router()
