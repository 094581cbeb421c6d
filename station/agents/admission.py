"""Whether the holder of a card may use the station, and as what: every check, once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509 import ObjectIdentifier
from cryptography.x509.oid import NameOID

from station.agents import revocation
from station.agents.chain import Authorities, chain, load_authorities
from station.agents.enrolment import load_enrolment
from station.errors import AgentNotEnrolled, CardUnknown, RoleForbidden
from station.rules.agents import Acte, Role, regles_agents
from station.seal.keys import load_certificate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cryptography import x509

    from station.agents.revocation import Folder, Freshness
    from station.config import Settings
    from station.rules.agents import ReglesAgents

_SHA256 = hashes.SHA256()
_HOLDER = (NameOID.SERIAL_NUMBER, NameOID.COMMON_NAME)


@dataclass(frozen=True, slots=True)
class Agent:
    """Who is logged in, as the card's certificate names them."""

    name: str
    fingerprint: str  # SHA-256 of the signature certificate, hexadecimal
    role: Role


@dataclass(frozen=True, slots=True)
class Trust:
    """What a card is checked against; `revoked` and `enrolled` are None where nothing is set."""

    authorities: Authorities
    revoked: Folder | None = None
    enrolled: Mapping[str, Role] | None = None

    def check(self, certificate: x509.Certificate, now: datetime) -> Freshness:
        """The path, dates, key usage, length and revocation; returns the age of the latter.

        Raises `CardIssuerUnknown`, `CardExpired`, `CardUnknown`, `CardRevoked`,
        `RevocationStale`, `RevocationInvalid`, `CertificateInvalid`.
        """
        path = chain(certificate, self.authorities, now)
        _check_key(certificate, regles_agents().cles.rsa_min)
        if self.revoked is None:
            return revocation.UNCHECKED
        return revocation.check(path, self.revoked, regles_agents().revocation, now)

    def agent(self, certificate: x509.Certificate) -> Agent:
        """Who holds the card of this signature certificate; raises `AgentNotEnrolled`.

        The list of the station decides where there is one, else what the certificate says.
        """
        fingerprint = certificate.fingerprint(_SHA256).hex()
        role = (
            _named(certificate, regles_agents())
            if self.enrolled is None
            else self.enrolled.get(fingerprint)
        )
        if role is None:
            raise AgentNotEnrolled(f"no role for the card {fingerprint[:16]}")
        name = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return Agent(str(name[0].value) if name else fingerprint[:16], fingerprint, role)


def load_trust(settings: Settings, now: datetime) -> Trust:
    """Everything the settings name, read anew; raises leaves of `SealError`."""
    agents = settings.agents
    signer = None if agents.enrolment_cert is None else load_certificate(agents.enrolment_cert, now)
    return Trust(
        load_authorities(settings.station.agents_ca, agents.intermediates),
        None if agents.revocation is None else revocation.load_folder(agents.revocation),
        None if agents.enrolment is None else load_enrolment(agents.enrolment, signer),
    )


def check_one_holder(login: x509.Certificate, signature: x509.Certificate) -> None:
    """Raise `CardUnknown` unless both certificates of a card name the same person.

    Only the key for login is proven at login; a certificate for signature is no secret, and could
    be that of somebody with another role. The serial number of the subject decides where both
    have one (X.520), else the common name.
    """
    said = [(_values(login, oid), _values(signature, oid)) for oid in _HOLDER]
    named = [both for both in said if all(both)]
    if not named or named[0][0] != named[0][1]:
        raise CardUnknown("its two certificates are not of one holder")


def _values(certificate: x509.Certificate, oid: ObjectIdentifier) -> list[str]:
    return [str(one.value) for one in certificate.subject.get_attributes_for_oid(oid)]


def check_may(agent: Agent, acte: Acte) -> None:
    """Raise `RoleForbidden` unless the rules give `acte` to the role of `agent`."""
    if not regles_agents().may(agent.role, acte):
        raise RoleForbidden(f"a {agent.role} may not do {acte}")


def _check_key(certificate: x509.Certificate, rsa_min: int) -> None:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < rsa_min:
        raise CardUnknown(f"an RSA key of {key.key_size} bits, of which {rsa_min} are wanted")


def _named(certificate: x509.Certificate, rules: ReglesAgents) -> Role | None:
    attribute = ObjectIdentifier(rules.roles.attribut)
    named = certificate.subject.get_attributes_for_oid(attribute)
    said = str(named[0].value) if len(named) == 1 else ""
    return Role(said) if said in list(Role) else None
