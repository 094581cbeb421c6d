"""What was asked of a chip and how it came out: never a plain yes or no."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique


@unique
class Status(StrEnum):
    """The three ways a question about a title ends."""

    VERIFIED = "verified"
    FAILED = "failed"
    NOT_PERFORMED = "not-performed"

    @property
    def phrase(self) -> str:
        """The word the agent reads."""
        return _STATUSES[self]


_STATUSES = {
    Status.VERIFIED: "vérifié",
    Status.FAILED: "échec",
    Status.NOT_PERFORMED: "non effectué",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One question, its outcome and the reason: `check` and `reason` are stable names.

    `fact` is for the technician, in English, and holds nothing of the holder.
    """

    check: str
    status: Status
    reason: str
    fact: str = ""

    @property
    def phrase(self) -> str:
        """One line for the agent."""
        return f"{label(self.check)} : {self.status.phrase}, {_REASONS[self.reason]}"


def label(check: str) -> str:
    """The question, in French."""
    return _LABELS.get(check) or f"Groupe de données {check.removeprefix('dg')}"


def verified(check: str, reason: str, fact: str = "") -> Finding:
    """A question that was answered well."""
    return Finding(check, Status.VERIFIED, reason, fact)


def failed(check: str, reason: str, fact: str = "") -> Finding:
    """A question that was answered badly."""
    return Finding(check, Status.FAILED, reason, fact)


def not_performed(check: str, reason: str, fact: str = "") -> Finding:
    """A question that could not be asked."""
    return Finding(check, Status.NOT_PERFORMED, reason, fact)


_LABELS = {
    "access": "Accès à la puce",
    "announcements": "Protocoles annoncés",
    "object": "Objet signé de la puce",
    "signature": "Signature des données",
    "signer": "Signataire du titre",
    "validity": "Validité du signataire",
    "revocation": "Révocation du signataire",
    "country": "Pays du signataire",
    "list": "Liste des données de la puce",
    "expiry": "Date d’expiration du titre",
    "chip-authentication": "Authentification de la puce",
    "active-authentication": "Authentification active",
    "terminal-authentication": "Authentification du terminal",
    "printed": "Zone imprimée et puce",
}
_REASONS = {
    "pace": "ouverte par PACE",
    "bac": "ouverte par BAC, l’ancien protocole",
    "same": "identiques des deux côtés",
    "differs": "différents : donnée modifiée",
    "absent": "la puce n’a pas cette donnée",
    "well-formed": "lisible",
    "malformed": "illisible ou mal formé",
    "holds": "exacte",
    "wrong": "fausse : données modifiées ou fabriquées",
    "no-certificate": "le certificat du signataire manque",
    "chain": "émis par une autorité de la liste de confiance",
    "no-trust-list": "aucune liste de confiance dans les réglages",
    "unknown-authority": "son autorité n’est pas dans la liste de confiance",
    "not-issued": "son autorité connue ne l’a pas émis",
    "misused": "ce certificat ne peut pas signer un titre",
    "in-time": "en cours de validité à la signature",
    "out-of-time": "hors validité à la signature",
    "not-revoked": "non révoqué",
    "revoked": "révoqué",
    "no-crl": "aucune liste de révocation de cette autorité",
    "crl-expired": "la liste de révocation est périmée",
    "no-table": "pays sans correspondance connue",
    "not-read": "donnée non lue",
    "no-inspection": "pas de certificat d’inspection",
    "unlisted": "absente de l’objet signé",
    "in-force": "titre en cours de validité",
    "expired": "titre expiré",
    "no-date": "pas de date lisible",
    "done": "la puce détient sa clé",
    "terminal": "accordée par la puce",
    "refused": "la puce a refusé, ou n’en dispose pas",
    "key-not-proven": "la clé de la puce n’est pas prouvée",
    "not-asked": "non demandée",
}
