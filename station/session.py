"""The agent of the moment: logged in by card and PIN, gone when the card is.

Login is the card's PIN, a fresh challenge signed by its authentication key, and its certificates
checked against the authorities of the settings. A watcher asks for the card several times a
second; once it is gone, or was swapped, the session is locked for good and the draft stays.
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from station.config import CARTE
from station.device import CardKey
from station.errors import CardUnknown, SealError, SessionLocked, StationError
from station.seal.keys import check_dates, check_signature

if TYPE_CHECKING:
    from station.bench.bench import Bench

_WATCH = 0.25  # seconds between two looks at the card: a removal locks within 0.5 s
_CHALLENGE = 32  # bytes
_SHA256 = hashes.SHA256()


@dataclass(frozen=True, slots=True)
class Agent:
    """Who is logged in, as the card's certificate names them."""

    name: str
    fingerprint: str  # SHA-256 of the signature certificate, hexadecimal


class Session:
    """One agent's card in its reader; leaving the `with` block logs out."""

    def __init__(self, bench: Bench, authority: x509.Certificate) -> None:
        self._bench, self._authority = bench, authority
        self._locked = threading.Event()
        self._closed = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._certificate: x509.Certificate | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._closed.set()
        if self._watcher.is_alive():
            self._watcher.join()
        self.lock()

    def login(self, pin: bytearray) -> Agent:
        """Open the session; raises a leaf of `CardError`, `DeviceError` or `SealError`."""
        authentication = self._trusted(CardKey.AUTHENTICATION)
        self._bench.call(CARTE, "verify_pin", pin)
        _wipe(pin)
        challenge = secrets.token_bytes(_CHALLENGE)
        answer = self._bench.call(CARTE, "sign", CardKey.AUTHENTICATION, challenge)
        try:
            check_signature(authentication, challenge, answer)
        except SealError as error:
            raise CardUnknown("its key does not match its certificate") from error
        self._certificate = self._trusted(CardKey.SIGNATURE)
        self._watcher.start()
        return self.agent

    @property
    def agent(self) -> Agent:
        """Who is logged in; raises `SessionLocked` when nobody is."""
        certificate = self._signing_certificate()
        name = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        fingerprint = certificate.fingerprint(_SHA256).hex()
        return Agent(str(name[0].value) if name else fingerprint[:16], fingerprint)

    @property
    def locked(self) -> bool:
        """Whether the session has ended."""
        return self._locked.is_set()

    def check(self) -> None:
        """Raise `SessionLocked` once the session has ended."""
        if self.locked or self._certificate is None:
            raise SessionLocked("no agent card session")

    def signer(self, pin: bytearray) -> CardSigner:
        """What signs one sealing with the card, after the PIN was asked again."""
        certificate = self._signing_certificate()
        self._bench.call(CARTE, "verify_pin", pin)
        _wipe(pin)
        return CardSigner(certificate, self)

    def sign(self, message: bytes) -> bytes:
        """Sign with the card's signature key; raises `SessionLocked` when the card is gone."""
        self.check()
        signature: bytes = self._bench.call(CARTE, "sign", CardKey.SIGNATURE, message)
        return signature

    def lock(self) -> None:
        """End the session and have the card forget its PIN."""
        if self._locked.is_set():
            return
        self._locked.set()
        try:
            self._bench.call(CARTE, "logout")
        except StationError:
            return  # the card is gone, and its PIN with it

    def _signing_certificate(self) -> x509.Certificate:
        self.check()
        if self._certificate is None:
            raise SessionLocked("no agent card session")
        return self._certificate

    def _trusted(self, key: CardKey) -> x509.Certificate:
        held: dict[CardKey, bytes] = self._bench.call(CARTE, "certificates")
        if key not in held:
            raise CardUnknown(f"no certificate for {key} on the card")
        try:
            certificate = x509.load_der_x509_certificate(held[key])
            certificate.verify_directly_issued_by(self._authority)
        except (ValueError, TypeError, InvalidSignature) as error:
            raise CardUnknown("its certificate is not from a trusted authority") from error
        check_dates(certificate, datetime.now(UTC))
        return certificate

    def _watch(self) -> None:
        while not self._closed.wait(_WATCH):
            try:
                present = self._bench.call(CARTE, "present")
            except StationError:
                present = False
            if not present:
                self.lock()
                return


@dataclass(frozen=True, slots=True)
class CardSigner:
    """The agent's card as one signature of a package."""

    certificate: x509.Certificate
    session: Session

    def sign(self, message: bytes) -> bytes:
        """Sign `message`, SHA-256; see `Session.sign`."""
        return self.session.sign(message)


def _wipe(pin: bytearray) -> None:
    """Overwrite our copy: the worker wiped only its own."""
    pin[:] = bytes(len(pin))
