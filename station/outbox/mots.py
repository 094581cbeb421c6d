"""The words for what becomes of a package: states, refusals of the CERT, what the agent does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from station.outbox.cycle import Etat, Nature

if TYPE_CHECKING:
    from collections.abc import Mapping

ETATS: Final[Mapping[Etat, str]] = {
    Etat.BROUILLON: "brouillon",
    Etat.COMPLET: "complet, non scellé",
    Etat.ANNULE: "abandonné",
    Etat.SCELLE: "complément scellé",  # a dossier is queued as it is sealed: EN_FILE
    Etat.EN_FILE: "en attente d’envoi",
    Etat.TRANSMIS: "transmis, accusé attendu",
    Etat.ACCUSE: "reçu par le centre",
    Etat.REFUSE: "refusé à l’envoi",
    Etat.EN_INSTRUCTION: "en instruction",
    Etat.COMPLEMENT_DEMANDE: "complément demandé",
    Etat.VALIDE: "accepté",
    Etat.REJETE: "rejeté",
    Etat.EN_PRODUCTION: "titre en fabrication",
    Etat.DISPONIBLE: "titre à remettre",
    Etat.REMIS: "titre remis",
    Etat.DETRUIT: "titre détruit, non retiré",
}
"""Each state as the agent reads it."""

SUITES: Final[Mapping[Etat, str]] = {
    Etat.SCELLE: "Le complément est en route vers le centre.",
    Etat.EN_FILE: "La station l’enverra dès que la ligne le permet.",
    Etat.TRANSMIS: "La copie reste sur la station jusqu’à l’accusé signé du centre.",
    Etat.ACCUSE: "Le centre l’a reçu et va l’instruire.",
    Etat.REFUSE: "Le centre n’a pas pris ce paquet : il reste ici, rien n’est perdu.",
    Etat.EN_INSTRUCTION: "Le centre l’examine.",
    Etat.COMPLEMENT_DEMANDE: "Rappeler le demandeur et prendre ce que le centre demande.",
    Etat.VALIDE: "La demande est acceptée ; le titre va être fabriqué.",
    Etat.REJETE: "La demande est close. Le demandeur peut la contester ou en déposer une autre.",
    Etat.EN_PRODUCTION: "Le titre est en fabrication.",
    Etat.DISPONIBLE: "Rappeler le demandeur : il retire son titre à ce guichet, en personne.",
    Etat.REMIS: "Le titre est chez son titulaire ; plus rien à faire.",
    Etat.DETRUIT: "Personne n’est venu le retirer à temps ; une nouvelle demande est à faire.",
}
"""What follows each state of a sealed dossier."""

NATURES: Final[Mapping[Nature, str]] = {
    Nature.DOSSIER: "Dossier",
    Nature.COMPLEMENT: "Complément",
    Nature.REMISE: "Remise",
}
"""What a package is."""

_REPRENDRE = "Renvoyer une fois ; s’il est refusé à nouveau, appeler l’administrateur."
_CENTRE = "Appeler le centre avec le numéro du dossier ; renvoyer quand il le demande."
_REFUS: Final[Mapping[str, tuple[str, str]]] = {
    "DOSSIER_DEJA_RECU": ("Le centre a déjà un autre paquet sous cet identifiant.", _CENTRE),
    "NUMERO_DEJA_RECU": ("Le centre a déjà un dossier de ce numéro.", _CENTRE),
    "DOSSIER_INCONNU": ("Le centre ne connaît pas le dossier complété.", _CENTRE),
    "COMPLEMENT_NON_ATTENDU": ("Le centre n’attend plus ce complément.", _CENTRE),
    "REMISE_NON_ATTENDUE": ("Le centre n’attendait pas cette remise.", _CENTRE),
    "TITRE_DISCORDANT": ("Le titre remis n’est pas celui du dossier.", _CENTRE),
    "STATION_DISCORDANTE": (
        "Le centre ne reconnaît pas cette station.",
        "Appeler l’administrateur : le certificat de la station est en cause.",
    ),
    "AGENT_DISCORDANT": (
        "Le centre ne reconnaît pas l’agent qui a scellé.",
        "Appeler l’administrateur : les droits de la carte agent sont en cause.",
    ),
    "EMPREINTE_NUMERIQUE_FAUSSE": ("Le paquet est arrivé abîmé.", _REPRENDRE),
}
_AUTRE: Final = ("Le centre n’a pas pu lire ce paquet.", _REPRENDRE)


def refus(code: str | None) -> tuple[str, str]:
    """What a refusal of the CERT means, and what to do about it."""
    return _REFUS.get(code or "", _AUTRE)
