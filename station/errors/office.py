"""What an administrateur puts right: keys, disk, the CERT, settings."""

from __future__ import annotations

from station.errors.root import StationError


class SealError(StationError):
    """A package cannot be signed or encrypted."""

    code = "SEA-001"
    remedy = "Vérifier la carte agent, les clés de la station et le certificat du CERT."


class CertificateInvalid(SealError):
    """A certificate is expired, not yet valid, or does not chain to a trusted authority."""

    code = "SEA-002"
    remedy = "Vérifier l’horloge du poste, puis faire renouveler le certificat."


class RevocationStale(SealError):
    """What is known of revoked cards is missing or too old to let anybody in."""

    code = "SEA-003"
    remedy = "Déposer des listes de révocation récentes dans le dossier réglé, puis recommencer."


class RevocationInvalid(SealError):
    """A file of the revocation folder is damaged, or its authority did not sign it."""

    code = "SEA-004"
    remedy = "Retirer du dossier de révocation le fichier en cause et y remettre l’original."


class EnrolmentInvalid(SealError):
    """The enrolment list is not proven, or is damaged."""

    code = "SEA-005"
    remedy = "Refaire et signer la liste des agents, ou la rendre à root ; vérifier les réglages."


class StorageError(StationError):
    """The station cannot write or read its own files; nothing half-written remains."""

    code = "STO-001"
    remedy = "Libérer de la place sur le disque ou appeler l’administrateur ; rien n’est perdu."


class CentreError(StationError):
    """The CERT did not take the dossier; it stays in the outbox."""

    code = "CEN-000"


class CentreUnreachable(CentreError):
    """No answer, or an answer that promises nothing; the upload will go on later."""

    code = "CEN-001"
    remedy = "Le dossier est conservé et sera renvoyé ; vérifier le réseau s’il tarde."


class CentreRefused(CentreError):
    """The CERT said no, for good, and why."""

    code = "CEN-002"
    remedy = "Le dossier est conservé : transmettre le code du refus à l’administrateur."


class ReceiptInvalid(CentreError):
    """The receipt or decision is not signed by the CERT, or is about another package."""

    code = "CEN-003"
    remedy = "Le dossier est conservé : prévenir l’administrateur, l’accusé n’est pas authentique."


class ConfigError(StationError):
    """A setting is absent or makes no sense; there are no silent defaults for rules."""

    code = "CFG-001"
    remedy = "Corriger le fichier station.toml ou le fichier de règles indiqué."


class ModelInvalid(ConfigError):
    """A model file, or the wheel it comes in, is not the pinned one; the text names it."""

    code = "CFG-002"
    remedy = "Ne pas utiliser ce fichier : relancer « station models install »."


class ModelsUnavailable(ConfigError):
    """The models are not installed, or cannot be fetched: portrait rules stay not assessed."""

    code = "CFG-003"
    remedy = (
        "Lancer « station models install » avec le réseau, ou avec --wheel FICHIER sans réseau."
    )


class TableInvalid(ConfigError):
    """The table of communes is damaged, or is none of ours; the text names the file."""

    code = "CFG-004"
    remedy = "Refaire la table des communes : « station referentiel build », ou ôter son réglage."


class SourceInvalid(ConfigError):
    """A public file of communes, postal codes or countries is not as it is published."""

    code = "CFG-005"
    remedy = "Télécharger à nouveau ce fichier public, sans l’ouvrir ni l’enregistrer au tableur."
