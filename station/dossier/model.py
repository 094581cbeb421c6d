"""What an application says, field by field (process.md §4).

Seance       one person at the counter, one agent
└─ Dossier       the person, the pieces, the biometrics (`station.dossier.draft`)
   └─ 1..2 Demande   one title each
"""

from datetime import date
from enum import StrEnum, unique
from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, model_validator
from pydantic_core import PydanticCustomError

from station.dossier.champs import (
    CodePostal,
    Courriel,
    DatePartielle,
    Departement,
    Formulaire,
    Insee,
    Libelle,
    LigneAdresse,
    Nom,
    NumeroTimbre,
    Pays,
    Phrase,
    Poste,
    Predemande,
    Prenoms,
    Sha256,
    Telephone,
)


@unique
class TypeTitre(StrEnum):
    """The two titles of the counter."""

    CNI = "CNI"
    PASSEPORT = "PASSEPORT"


@unique
class Motif(StrEnum):
    """Why a title is asked for (process.md §4.1)."""

    PREMIERE_DEMANDE = "PREMIERE_DEMANDE"
    RENOUVELLEMENT_EXPIRATION = "RENOUVELLEMENT_EXPIRATION"
    RENOUVELLEMENT_PERTE = "RENOUVELLEMENT_PERTE"
    RENOUVELLEMENT_VOL = "RENOUVELLEMENT_VOL"
    RENOUVELLEMENT_DETERIORATION = "RENOUVELLEMENT_DETERIORATION"
    MODIFICATION_ETAT_CIVIL = "MODIFICATION_ETAT_CIVIL"
    CHANGEMENT_ADRESSE = "CHANGEMENT_ADRESSE"
    ERREUR_ADMINISTRATION = "ERREUR_ADMINISTRATION"
    PAGES_VISA_PLEINES = "PAGES_VISA_PLEINES"  # passport only


@unique
class OrigineNomUsage(StrEnum):
    """Where a usage name comes from."""

    EPOUX = "EPOUX"
    PERE = "PERE"
    MERE = "MERE"
    DEUX_PARENTS = "DEUX_PARENTS"
    VEUF = "VEUF"
    DIVORCE_AUTORISE = "DIVORCE_AUTORISE"


@unique
class Sexe(StrEnum):
    """As the birth record has it."""

    M = "M"
    F = "F"


@unique
class ModeAcquisition(StrEnum):
    """How the applicant is French: it decides the proof of nationality."""

    NAISSANCE_EN_FRANCE = "NAISSANCE_EN_FRANCE"
    FILIATION = "FILIATION"
    NATURALISATION = "NATURALISATION"
    DECLARATION = "DECLARATION"
    REINTEGRATION = "REINTEGRATION"
    AUTRE = "AUTRE"


@unique
class CouleurYeux(StrEnum):
    """Passport only; the official list of codes is not public."""

    BLEU = "BLEU"
    GRIS = "GRIS"
    MARRON = "MARRON"
    NOIR = "NOIR"
    NOISETTE = "NOISETTE"
    VERT = "VERT"


@unique
class RoleRepresentant(StrEnum):
    """Who files for a minor."""

    PERE = "PERE"
    MERE = "MERE"
    TUTEUR = "TUTEUR"
    TIERS_DELEGATAIRE = "TIERS_DELEGATAIRE"


@unique
class Signataire(StrEnum):
    """Who signs."""

    TITULAIRE = "TITULAIRE"
    REPRESENTANT = "REPRESENTANT"


@unique
class MotifExemption(StrEnum):
    """Why a finger is passed over (process.md §7)."""

    ABSENT = "ABSENT"
    BLESSURE_TEMPORAIRE = "BLESSURE_TEMPORAIRE"
    EMPREINTE_ILLISIBLE = "EMPREINTE_ILLISIBLE"
    AGE = "AGE"
    REFUS = "REFUS"  # kept to be reported: no lawful ground since 2021


@unique
class TypeTitreAncien(StrEnum):
    """The title that the applicant holds or held (décret 55-1397 art. 4)."""

    AUCUN = "AUCUN"
    CNI_SECURISEE = "CNI_SECURISEE"
    CNI_ANCIENNE = "CNI_ANCIENNE"
    PASSEPORT_SECURISE = "PASSEPORT_SECURISE"
    PASSEPORT_ANCIEN = "PASSEPORT_ANCIEN"


@unique
class Mode(StrEnum):
    """Whether the station stands at a counter or is carried to people who cannot come."""

    FIXE = "FIXE"
    MOBILE = "MOBILE"


class Seance(Formulaire):
    """One person at the counter: who receives, where, since when."""

    id: UUID
    insee: Insee
    poste: Poste
    agent: Sha256  # SHA-256 of the signature certificate of the agent's card
    ouverte_le: AwareDatetime
    mode: Mode = Mode.FIXE

    @property
    def station(self) -> str:
        """The name of the station in journals and manifests."""
        return f"{self.insee}-{self.poste}"


class Timbre(Formulaire):
    """A fee stamp: 16 digits, not nominative; its amount where it can be read, in cents."""

    numero: NumeroTimbre
    achete_le: date
    montant: Annotated[int, Field(ge=1, le=100_000)] | None = None


class Urgence(Formulaire):
    """Why a title is needed at once, and what proves it."""

    motif: Phrase
    piece: Libelle


class Declaration(Formulaire):
    """The loss or the theft of a title: when, where, and the number the police gave it."""

    date: date
    lieu: Libelle | None = None
    numero: Libelle | None = None


class TitreAncien(Formulaire):
    """The title that the applicant holds or held, as the agent reads it off."""

    type: TypeTitreAncien
    numero: Libelle | None = None
    expire_le: date | None = None


class Demande(Formulaire):
    """The request of one title."""

    type_titre: TypeTitre
    motif: Motif
    date_depot: date
    lieu_depot: Insee
    numero_predemande: Predemande | None = None
    demande_jointe: bool = False
    timbre: Timbre | None = None
    urgence: Urgence | None = None
    declaration: Declaration | None = None  # of a title lost or stolen

    @model_validator(mode="after")
    def _fits_the_title(self) -> Self:
        if self.motif is Motif.PAGES_VISA_PLEINES and self.type_titre is not TypeTitre.PASSEPORT:
            raise PydanticCustomError("motif_of_a_passport", "motif of a passport")
        return self


class LieuNaissance(Formulaire):
    """The place as the birth record names it; the code may be unknown, the label may not."""

    libelle: Libelle
    pays: Pays
    commune: Insee | None = None
    departement: Departement | None = None


class Adresse(Formulaire):
    """A postal address; `hebergeant` is the host's name when the applicant is hosted."""

    lignes: Annotated[tuple[LigneAdresse, ...], Field(min_length=1, max_length=6)]
    code_postal: CodePostal
    commune: Libelle
    pays: Pays
    insee: Insee | None = None
    hebergeant: Libelle | None = None


class Parent(Formulaire):
    """A parent; all fields absent and `inconnu` set when the birth record names none."""

    inconnu: bool = False
    nom_famille: Nom | None = None
    prenoms: Prenoms | None = None
    date_naissance: DatePartielle | None = None
    lieu_naissance: LieuNaissance | None = None
    nationalite: Pays | None = None

    @model_validator(mode="after")
    def _known_or_not(self) -> Self:
        if self.inconnu == (self.nom_famille is not None):
            raise PydanticCustomError("known_and_unknown", "named or unknown, one of the two")
        return self


class RepresentantLegal(Formulaire):
    """Who files for a minor, and the identity document shown."""

    nom_famille: Nom
    prenoms: Prenoms
    role: RoleRepresentant
    piece_identite: Libelle


class Usager(Formulaire):
    """The person the title is for."""

    nom_famille: Nom
    prenoms: Prenoms
    sexe: Sexe
    date_naissance: DatePartielle
    lieu_naissance: LieuNaissance
    taille_cm: Annotated[int, Field(ge=30, le=250)]
    nationalite: Pays
    mode_acquisition: ModeAcquisition
    adresse: Adresse
    parents: tuple[Parent, Parent]
    nom_usage: Nom | None = None
    origine_nom_usage: OrigineNomUsage | None = None
    couleur_yeux: CouleurYeux | None = None
    residence_alternee: Adresse | None = None
    telephone_portable: Telephone | None = None
    courriel: Courriel | None = None
    representant_legal: RepresentantLegal | None = None
    conservation_90j: bool = False
    majeur_protege: bool = False
    titre_ancien: TitreAncien | None = None

    @model_validator(mode="after")
    def _name_and_origin(self) -> Self:
        if (self.nom_usage is None) != (self.origine_nom_usage is None):
            raise PydanticCustomError("nom_usage_and_origin", "both or neither")
        return self
