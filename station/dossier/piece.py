"""Supporting documents (process.md §5)."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum, unique
from typing import TYPE_CHECKING

from station.dossier.champs import Formulaire, Libelle

if TYPE_CHECKING:
    from station.records.encoded import Encoded


@unique
class TypePiece(StrEnum):
    """What a supporting document is."""

    TITRE_ANCIEN = "TITRE_ANCIEN"
    ACTE_NAISSANCE = "ACTE_NAISSANCE"
    VERIF_COMEDEC = "VERIF_COMEDEC"  # the birth commune answers electronically: no page
    JUSTIF_DOMICILE = "JUSTIF_DOMICILE"
    ATTESTATION_HEBERGEMENT = "ATTESTATION_HEBERGEMENT"
    ID_HEBERGEANT = "ID_HEBERGEANT"
    JUSTIF_NATIONALITE = "JUSTIF_NATIONALITE"
    DECLARATION_PERTE = "DECLARATION_PERTE"
    DECLARATION_VOL = "DECLARATION_VOL"
    DOC_PHOTO = "DOC_PHOTO"
    AUTORITE_PARENTALE = "AUTORITE_PARENTALE"
    ID_REPRESENTANT = "ID_REPRESENTANT"
    JUGEMENT_GARDE = "JUGEMENT_GARDE"
    JUGEMENT_PROTECTION = "JUGEMENT_PROTECTION"  # tutelle, curatelle
    JUSTIF_NOM_USAGE = "JUSTIF_NOM_USAGE"
    FORMULAIRE_SIGNE = "FORMULAIRE_SIGNE"
    PHOTO_IDENTITE = "PHOTO_IDENTITE"
    TIMBRE_FISCAL = "TIMBRE_FISCAL"


class Reference(Formulaire):
    """What the agent reads off a document; the original is given back."""

    type: TypePiece
    delivree_le: date | None = None
    expire_le: date | None = None
    numero: Libelle | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """One document, with its scanned pages in order; none when only its sight is recorded."""

    reference: Reference
    pages: "tuple[Encoded, ...]" = field(default=(), repr=False)
