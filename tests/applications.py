"""A complete synthetic application, for the tests that begin where the counter ends."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from station.capture import Finger, Provenance
from station.dossier.champs import DatePartielle
from station.dossier.draft import Draft
from station.dossier.model import (
    Adresse,
    CouleurYeux,
    Demande,
    LieuNaissance,
    ModeAcquisition,
    Motif,
    Parent,
    Seance,
    Sexe,
    Signataire,
    Timbre,
    TypeTitre,
    Usager,
)
from station.dossier.numero import numero
from station.dossier.piece import Piece, Reference, TypePiece
from station.quality.report import Algorithm, Measure
from station.records.encoded import Encoded

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def encoded(record: bytes, media_type: str = "image/jp2", *, simulated: bool = False) -> Encoded:
    return Encoded(
        record=record,
        media_type=media_type,
        format="test",
        capture_id=UUID(int=42),
        device=Provenance("serial-finger", "SPECIMEN 1", "SN-0001", "1.0", simulated),
        quality=(Measure("finger.coverage", 0.875, "ratio", Algorithm("own", "1")),),
    )


def usager(**changed: object) -> Usager:
    values: dict[str, object] = {
        "nom_famille": "SPECIMEN",
        "prenoms": ("Éloïse", "Anne-Marie"),
        "sexe": Sexe.F,
        "date_naissance": DatePartielle(annee=1984, mois=2, jour=29),
        "lieu_naissance": LieuNaissance(libelle="Ajaccio", pays="FRA", commune="2A004"),
        "taille_cm": 168,
        "couleur_yeux": CouleurYeux.VERT,
        "nationalite": "FRA",
        "mode_acquisition": ModeAcquisition.NAISSANCE_EN_FRANCE,
        "adresse": Adresse(
            lignes=("1 rue du Spécimen",), code_postal="75001", commune="Paris", pays="FRA"
        ),
        "parents": (Parent(nom_famille="SPECIMEN", prenoms=("Jean",)), Parent(inconnu=True)),
    }
    return Usager.of(values | changed)


def piece(kind: TypePiece, delivree_le: date | None = None, pages: int = 1) -> Piece:
    reference = Reference(type=kind, delivree_le=delivree_le)
    scans = (encoded(f"page {page} of {kind}".encode()) for page in range(pages))
    return Piece(reference, tuple(scans))


def draft(agent: str = "aa" * 32) -> Draft:
    """CNI and passport of an adult, nothing missing."""
    seance = Seance(id=UUID(int=1), insee="75056", poste="01", agent=agent, ouverte_le=NOW)
    asked = Demande(
        type_titre=TypeTitre.CNI,
        motif=Motif.PREMIERE_DEMANDE,
        date_depot=TODAY,
        lieu_depot="75056",
        demande_jointe=True,
        numero_predemande="ab12cd34ef",
    )
    stamp = Timbre(numero="1234567890123456", achete_le=date(2026, 1, 5))
    passport = asked.model_copy(update={"type_titre": TypeTitre.PASSEPORT, "timbre": stamp})
    return Draft(
        id=UUID("00000000-0000-4000-8000-0000000000d0"),
        numero=numero("75056-01", 2026, 1),
        seance=seance,
        demandes=[asked, passport],
        usager=usager(),
        pieces=[
            piece(TypePiece.ACTE_NAISSANCE, date(2026, 1, 15)),
            piece(TypePiece.JUSTIF_DOMICILE, date(2025, 11, 3), pages=2),
        ],
        visage=encoded(b"face record", "application/octet-stream"),
        empreintes={
            Finger.RIGHT_INDEX: encoded(b"right index", "application/octet-stream"),
            Finger.LEFT_INDEX: encoded(b"left index", "application/octet-stream"),
        },
        signatures={Signataire.TITULAIRE: encoded(b"signature", "image/png")},
    )
