"""Words for the codes of a dossier, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

MOTS: Final = {
    "CNI": "carte nationale d’identité",
    "PASSEPORT": "passeport",
    "PREMIERE_DEMANDE": "première demande",
    "RENOUVELLEMENT_EXPIRATION": "renouvellement, titre expiré",
    "RENOUVELLEMENT_PERTE": "renouvellement, titre perdu",
    "RENOUVELLEMENT_VOL": "renouvellement, titre volé",
    "RENOUVELLEMENT_DETERIORATION": "renouvellement, titre détérioré",
    "MODIFICATION_ETAT_CIVIL": "modification d’état civil",
    "CHANGEMENT_ADRESSE": "changement d’adresse",
    "ERREUR_ADMINISTRATION": "erreur de l’administration",
    "PAGES_VISA_PLEINES": "pages de visa pleines",
    "TITRE_ANCIEN": "titre ancien",
    "ACTE_NAISSANCE": "acte de naissance",
    "VERIF_COMEDEC": "vérification électronique de l’état civil",
    "JUSTIF_DOMICILE": "justificatif de domicile",
    "ATTESTATION_HEBERGEMENT": "attestation d’hébergement",
    "ID_HEBERGEANT": "pièce d’identité de l’hébergeant",
    "JUSTIF_NATIONALITE": "justificatif de nationalité",
    "DECLARATION_PERTE": "déclaration de perte",
    "DECLARATION_VOL": "déclaration de vol",
    "DOC_PHOTO": "document avec photographie",
    "AUTORITE_PARENTALE": "justificatif de l’autorité parentale",
    "ID_REPRESENTANT": "pièce d’identité du représentant légal",
    "JUGEMENT_GARDE": "jugement relatif à la résidence",
    "JUGEMENT_PROTECTION": "décision de tutelle ou de curatelle",
    "JUSTIF_NOM_USAGE": "justificatif du nom d’usage",
    "FORMULAIRE_SIGNE": "formulaire signé",
    "PHOTO_IDENTITE": "photographie d’identité",
    "TIMBRE_FISCAL": "timbre fiscal",
    "ABSENT": "doigt absent",
    "BLESSURE_TEMPORAIRE": "blessure temporaire",
    "EMPREINTE_ILLISIBLE": "empreinte illisible",
    "BONNE": "bonne",
    "A_REFAIRE": "à refaire",
    "INSUFFISANTE": "insuffisante",
    "temporaire": "temporaire",
    "definitive": "définitif",
    "REFUS": "refus",
    "AGE": "âge",
    "EPOUX": "époux ou épouse",
    "PERE": "père",
    "MERE": "mère",
    "DEUX_PARENTS": "les deux parents",
    "VEUF": "veuf ou veuve",
    "DIVORCE_AUTORISE": "ex-époux, avec autorisation",
    "TITULAIRE": "titulaire",
    "REPRESENTANT": "représentant légal",
    "TUTEUR": "tuteur",
    "TIERS_DELEGATAIRE": "tiers délégataire de l’autorité parentale",
    "M": "masculin",
    "F": "féminin",
    "NAISSANCE_EN_FRANCE": "naissance en France",
    "FILIATION": "filiation",
    "NATURALISATION": "naturalisation",
    "DECLARATION": "déclaration",
    "REINTEGRATION": "réintégration",
    "AUTRE": "autre",
    "BLEU": "bleus",
    "GRIS": "gris",
    "MARRON": "marron",
    "NOIR": "noirs",
    "NOISETTE": "noisette",
    "VERT": "verts",
    "AUCUN": "aucun",
    "CNI_SECURISEE": "carte d’identité plastifiée ou à puce",
    "CNI_ANCIENNE": "carte d’identité ancienne, cartonnée",
    "PASSEPORT_SECURISE": "passeport électronique ou biométrique",
    "PASSEPORT_ANCIEN": "passeport ancien",
}
"""What the agent and the applicant read for each code, in the middle of a sentence."""

DEFINITIONS: Final = {
    "PREMIERE_DEMANDE": "n’a jamais eu ce titre",
    "RENOUVELLEMENT_EXPIRATION": "le titre est périmé ou va l’être",
    "RENOUVELLEMENT_PERTE": "le titre est perdu ; la déclaration se fait ici",
    "RENOUVELLEMENT_VOL": "le titre est volé ; déclaré à la police ou à la gendarmerie",
    "RENOUVELLEMENT_DETERIORATION": "le titre est abîmé et présenté",
    "MODIFICATION_ETAT_CIVIL": "mariage, divorce, nom ou prénom changé",
    "CHANGEMENT_ADRESSE": "seule l’adresse change",
    "ERREUR_ADMINISTRATION": "le titre porte une faute de l’administration",
    "PAGES_VISA_PLEINES": "plus de page libre pour un visa",
}
"""One line beside each motif: a motif ticked wrongly comes back from the CERT."""
DOIGTS: Final = (
    "pouce droit", "index droit", "majeur droit", "annulaire droit", "auriculaire droit",
    "pouce gauche", "index gauche", "majeur gauche", "annulaire gauche", "auriculaire gauche",
)  # fmt: skip


def ou(mots: Iterable[str]) -> str:
    """Alternatives as a sentence has them: « a, b ou c »."""
    *premiers, dernier = mots
    return f"{', '.join(premiers)} ou {dernier}" if premiers else dernier


def phrase(mots: str) -> str:
    """`mots` with a capital: how a sentence begins."""
    return mots[:1].upper() + mots[1:]


def euros(centimes: int) -> str:
    """An amount as it is written in French: « 86 € », « 44,50 € »."""
    entiers, reste = divmod(centimes, 100)
    return f"{entiers},{reste:02d}\u00a0€" if reste else f"{entiers}\u00a0€"
