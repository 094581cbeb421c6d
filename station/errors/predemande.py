"""What began online and does not come: the agent goes on without it."""

from __future__ import annotations

from station.errors.root import StationError


class PredemandeError(StationError):
    """What was begun online does not come; the application is made without it."""

    code = "PRE-000"


class PredemandeUnknown(PredemandeError):
    """No pre-demande has this number."""

    code = "PRE-001"
    remedy = "Vérifier le numéro sur le récapitulatif ; à défaut, continuer sans pré-demande."


class PredemandeConsumed(PredemandeError):
    """An application was filed with it before."""

    code = "PRE-002"
    remedy = "Demander au demandeur s’il a déjà déposé ce dossier ; sinon, continuer sans elle."


class PredemandeExpired(PredemandeError):
    """It is older than the rules allow."""

    code = "PRE-003"
    remedy = "Continuer sans pré-demande : le demandeur dit ou écrit ses réponses au guichet."


class PredemandeUnreachable(PredemandeError):
    """The service does not answer, and the station has no copy of the day."""

    code = "PRE-004"
    remedy = "Continuer sans pré-demande, ou réessayer plus tard : rien n’est perdu."


class PredemandeInvalid(PredemandeError):
    """The answer is not signed by the service, is about another number, or cannot be read."""

    code = "PRE-005"
    remedy = "Continuer sans pré-demande et prévenir l’administrateur : réponse non authentique."
