"""The fields of the form: name, label, kind, screen, and what the agent reads beside them.

The names are dotted; a group (`adresse`, `parent1`, …) is one part of `station.dossier.model`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

from station.dossier.model import (
    CouleurYeux,
    ModeAcquisition,
    Motif,
    OrigineNomUsage,
    RoleRepresentant,
    Sexe,
    TypeTitreAncien,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@unique
class Ecran(StrEnum):
    """The screens of one dossier, in the order of the counter (process.md §15.1)."""

    OUVERTURE = "ouverture"
    ETAT_CIVIL = "etat-civil"
    ADRESSE = "adresse"
    PIECES = "pieces"
    PHOTO = "photo"
    EMPREINTES = "empreintes"
    SIGNATURE = "signature"
    VERIFICATION = "verification"
    SCELLEMENT = "scellement"


@unique
class Sorte(StrEnum):
    """How the text of a field is read."""

    NOM = "nom"
    PRENOMS = "prenoms"  # separated by commas
    DATE = "date"  # JJ/MM/AAAA, MM/AAAA or AAAA
    JOUR = "jour"  # JJ/MM/AAAA
    CHOIX = "choix"
    OUI = "oui"  # "oui", or empty
    ENTIER = "entier"
    LIBELLE = "libelle"
    LIGNE = "ligne"
    PHRASE = "phrase"
    CODE_POSTAL = "code-postal"
    INSEE = "insee"
    DEPARTEMENT = "departement"
    PAYS = "pays"
    TELEPHONE = "telephone"
    COURRIEL = "courriel"
    PREDEMANDE = "predemande"
    TIMBRE = "timbre"
    MONTANT = "montant"  # euros, with or without cents


@dataclass(frozen=True, slots=True)
class Champ:
    """One field; `conseil` is the hint under it, `choix` the values a choice may have.

    `libelle` stands on its screen, under the heading of its group; `groupe` is that heading.
    """

    nom: str
    libelle: str
    sorte: Sorte
    ecran: Ecran
    conseil: str = ""
    choix: tuple[str, ...] = ()
    groupe: str = ""

    @property
    def complet(self) -> str:
        """The label where no heading stands above it: « Second parent – prénoms »."""
        if not self.groupe:
            return self.libelle
        return f"{self.groupe} – {self.libelle[:1].lower()}{self.libelle[1:]}"


_OUVERTURE, _CIVIL, _ADRESSE = Ecran.OUVERTURE, Ecran.ETAT_CIVIL, Ecran.ADRESSE
_PRENOMS = "Dans l’ordre de l’acte de naissance, séparés par des virgules."
_DATE = "JJ/MM/AAAA ; MM/AAAA ou AAAA si l’acte n’en dit pas plus."
_JOUR = "JJ/MM/AAAA"


def _demande(titre: str, nom: str) -> Iterator[Champ]:
    yield Champ(f"demande.{titre}", nom, Sorte.OUI, _OUVERTURE)
    motifs = [m for m in Motif if titre == "passeport" or m is not Motif.PAGES_VISA_PLEINES]
    yield Champ(
        f"demande.{titre}.motif", f"Motif ({nom})", Sorte.CHOIX, _OUVERTURE, choix=tuple(motifs)
    )
    yield Champ(
        f"demande.{titre}.timbre.numero", f"N° du timbre fiscal ({nom})", Sorte.TIMBRE,
        _OUVERTURE, "16 chiffres, ou le code du timbre présenté au lecteur.",
    )  # fmt: skip
    yield Champ(
        f"demande.{titre}.timbre.achete_le", f"Timbre acheté le ({nom})", Sorte.JOUR,
        _OUVERTURE, _JOUR,
    )  # fmt: skip
    yield Champ(
        f"demande.{titre}.timbre.montant", f"Montant du timbre ({nom})", Sorte.MONTANT,
        _OUVERTURE, "En euros ; vide si le timbre ne le dit pas.",
    )  # fmt: skip


def _naissance(groupe: str, ecran: Ecran) -> Iterator[Champ]:
    lieu = f"{groupe}.lieu_naissance"
    yield Champ(f"{groupe}.date_naissance", "Date de naissance", Sorte.DATE, ecran, _DATE)
    yield Champ(
        f"{lieu}.libelle", "Lieu de naissance", Sorte.LIBELLE, ecran, "Tel que l’acte le nomme."
    )
    yield Champ(f"{lieu}.commune", "Code INSEE de la commune", Sorte.INSEE, ecran)
    yield Champ(f"{lieu}.departement", "Département de naissance", Sorte.DEPARTEMENT, ecran)
    yield Champ(f"{lieu}.pays", "Pays de naissance", Sorte.PAYS, ecran)


def _usager() -> Iterator[Champ]:
    yield Champ(
        "usager.nom_famille", "Nom de famille (de naissance)", Sorte.NOM, _CIVIL,
        "Celui de l’acte de naissance, non le nom d’époux ou d’épouse.",
    )  # fmt: skip
    yield Champ("usager.prenoms", "Prénoms", Sorte.PRENOMS, _CIVIL, _PRENOMS)
    yield Champ("usager.nom_usage", "Nom d’usage", Sorte.NOM, _CIVIL, "Vide s’il n’y en a pas.")
    yield Champ(
        "usager.origine_nom_usage", "Origine du nom d’usage", Sorte.CHOIX, _CIVIL,
        choix=tuple(OrigineNomUsage),
    )  # fmt: skip
    yield Champ("usager.sexe", "Sexe", Sorte.CHOIX, _CIVIL, choix=tuple(Sexe))
    yield from _naissance("usager", _CIVIL)
    yield Champ("usager.taille_cm", "Taille (cm)", Sorte.ENTIER, _CIVIL)
    yield Champ(
        "usager.couleur_yeux", "Couleur des yeux", Sorte.CHOIX, _CIVIL, choix=tuple(CouleurYeux)
    )
    yield Champ("usager.nationalite", "Nationalité", Sorte.PAYS, _CIVIL)
    yield Champ(
        "usager.mode_acquisition", "Français par", Sorte.CHOIX, _CIVIL,
        choix=tuple(ModeAcquisition),
    )  # fmt: skip
    yield Champ("usager.majeur_protege", "Majeur protégé", Sorte.OUI, _CIVIL)


def _parent(groupe: str) -> Iterator[Champ]:
    yield Champ(f"{groupe}.inconnu", "L’acte ne nomme pas ce parent", Sorte.OUI, _CIVIL)
    yield Champ(f"{groupe}.nom_famille", "Nom de famille", Sorte.NOM, _CIVIL)
    yield Champ(f"{groupe}.prenoms", "Prénoms", Sorte.PRENOMS, _CIVIL, _PRENOMS)
    yield from _naissance(groupe, _CIVIL)
    yield Champ(f"{groupe}.nationalite", "Nationalité", Sorte.PAYS, _CIVIL)


def _representant() -> Iterator[Champ]:
    yield Champ("representant.nom_famille", "Nom de famille", Sorte.NOM, _CIVIL)
    yield Champ("representant.prenoms", "Prénoms", Sorte.PRENOMS, _CIVIL, _PRENOMS)
    yield Champ("representant.role", "Qualité", Sorte.CHOIX, _CIVIL, choix=tuple(RoleRepresentant))
    yield Champ("representant.piece_identite", "Pièce d’identité présentée", Sorte.LIBELLE, _CIVIL)


def _adresse(groupe: str) -> Iterator[Champ]:
    for ligne in range(1, 7):
        conseil = "38 caractères au plus." if ligne == 1 else ""
        libelle = "Numéro et voie" if ligne == 1 else f"Ligne {ligne}"
        yield Champ(f"{groupe}.ligne{ligne}", libelle, Sorte.LIGNE, _ADRESSE, conseil)
    yield Champ(f"{groupe}.code_postal", "Code postal", Sorte.CODE_POSTAL, _ADRESSE)
    yield Champ(f"{groupe}.commune", "Commune", Sorte.LIBELLE, _ADRESSE)
    yield Champ(f"{groupe}.insee", "Code INSEE", Sorte.INSEE, _ADRESSE)
    yield Champ(f"{groupe}.pays", "Pays", Sorte.PAYS, _ADRESSE)
    yield Champ(
        f"{groupe}.hebergeant", "Hébergé chez", Sorte.LIBELLE, _ADRESSE,
        "Nom de l’hébergeant ; vide sinon.",
    )  # fmt: skip


def _sous(groupe: str, champs: Iterator[Champ]) -> Iterator[Champ]:
    return (replace(champ, groupe=groupe) for champ in champs)


def _all() -> Iterator[Champ]:
    yield Champ(
        "demande.predemande", "N° de pré-demande", Sorte.PREDEMANDE, _OUVERTURE,
        "10 lettres ou chiffres, ou le code du récapitulatif présenté au lecteur.",
    )  # fmt: skip
    yield from _demande("cni", "Carte nationale d’identité")
    yield from _demande("passeport", "Passeport")
    yield Champ("ouverture.mineur", "Le titulaire est mineur", Sorte.OUI, _OUVERTURE)
    yield Champ(
        "titre_ancien.type", "Titre détenu", Sorte.CHOIX, _OUVERTURE, choix=tuple(TypeTitreAncien)
    )
    yield Champ("titre_ancien.numero", "N° du titre détenu", Sorte.LIBELLE, _OUVERTURE)
    yield Champ(
        "titre_ancien.expire_le", "Fin de validité du titre détenu", Sorte.JOUR, _OUVERTURE, _JOUR
    )
    for groupe, nom in (("perte", "de la perte"), ("vol", "du vol")):
        yield Champ(f"{groupe}.date", f"Date {nom}", Sorte.JOUR, _OUVERTURE, _JOUR)
        yield Champ(f"{groupe}.lieu", f"Lieu {nom}", Sorte.LIBELLE, _OUVERTURE)
    yield Champ("vol.declaration", "N° de la déclaration de vol", Sorte.LIBELLE, _OUVERTURE)
    yield from _usager()
    yield from _sous("Premier parent", _parent("parent1"))
    yield from _sous("Second parent", _parent("parent2"))
    yield from _sous("Représentant légal", _representant())
    yield from _sous("Adresse", _adresse("adresse"))
    yield Champ("alternee.oui", "Résidence alternée", Sorte.OUI, _ADRESSE)
    yield from _sous("Seconde adresse", _adresse("alternee"))
    yield Champ(
        "usager.telephone_portable", "Téléphone portable", Sorte.TELEPHONE, _ADRESSE,
        "Pour le SMS de mise à disposition.",
    )  # fmt: skip
    yield Champ("usager.courriel", "Courriel", Sorte.COURRIEL, _ADRESSE)
    yield Champ(
        "usager.conservation_90j", "Effacement des empreintes à 90 jours (CNI)", Sorte.OUI,
        Ecran.SIGNATURE,
    )  # fmt: skip


CHAMPS: Final = {champ.nom: champ for champ in _all()}
"""Every field of the form, by its name, in the order of the screens."""
