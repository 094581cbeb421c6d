"""Any card or HSM with a PKCS#11 module (`drivers.transport.pkcs11_token`).

The keys are told apart by their certificates: one that may not be denied (nonRepudiation) is for
signature, one that only signs is for login. The token is known by its serial number. A key that
wants the PIN within each signature (CKA_ALWAYS_AUTHENTICATE) gets it then: the PIN is held for
that one signature, and wiped by it, by `logout` and by any failure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from drivers.transport.pkcs11_token import Means, Pkcs11Token, TokenState
from drivers.wire import signing
from station.device import CardKey, DeviceInfo, PinStatus
from station.errors import (
    CardAbsent,
    CardKeyWrong,
    CardUnknown,
    ConfigError,
    PinBlocked,
    PinNeeded,
    PinWrong,
    ProtocolError,
    SessionLocked,
    StationError,
)

if TYPE_CHECKING:
    from station.device import Mechanism

_PIN = range(4, 65)  # bytes; PKCS#11 leaves the form to the token
_HASHES = {"sha256": "SHA256", "sha384": "SHA384"}


@dataclass(slots=True)
class _Met:
    """The token since it came: its keys by purpose, and what its PIN opens."""

    serial: str
    keys: dict[CardKey, tuple[bytes, bytes]] = field(repr=False)  # identifier, certificate
    opened: set[CardKey] = field(default_factory=set)
    pin: bytearray = field(default_factory=bytearray, repr=False)  # see the module


class Pkcs11Card:
    """Driver of a token; the port is `pkcs11:token=LABEL?module-path=PATH`."""

    def __init__(self, port: str) -> None:
        self._token = Pkcs11Token(port)
        self._met: _Met | None = None
        self._owner = ""  # serial number of the token of this session

    def __enter__(self) -> Self:
        self._token.open()
        return self

    def __exit__(self, *exc: object) -> None:
        self.logout()

    def info(self) -> DeviceInfo:
        """The token by its label and serial number; simulated when its authority says so."""
        met, state = self._card(), self._token.state()
        return DeviceInfo(
            vendor=state.vendor,
            model=state.label,
            serial=state.serial,
            firmware=f"PKCS#11 {state.model}",
            modalities=frozenset(),
            simulated=any(signing.simulated(der) for _, der in met.keys.values()),
        )

    def certificates(self) -> dict[CardKey, bytes]:
        """The X.509 certificates, DER; raises `CardUnknown` for a token without any."""
        return {key: der for key, (_, der) in self._card().keys.items()}

    def pin_status(self) -> PinStatus:
        """The flags of the token: it tells the last try, and no other number."""
        met, state = self._card(), self._token.state()
        left = 0 if state.blocked else 1 if state.final else None
        return PinStatus(bool(met.opened), state.blocked, left)

    def verify_pin(self, pin: bytearray) -> None:
        """Present the PIN, and wipe `pin`; raises `PinWrong` or `PinBlocked`."""
        try:
            met = self._card()
            met.opened.clear()
            if len(pin) not in _PIN:
                self._refuse(self._token.state())
            self._login(pin)
            met.opened.update(CardKey)
            self._hold(met, pin)
        finally:
            pin[:] = bytes(len(pin))

    def sign(self, key: CardKey, message: bytes, mechanism: Mechanism | None = None) -> bytes:
        """Sign `message`: see `SigningCard`."""
        met = self._card()
        if key not in met.keys:
            raise CardUnknown(f"no certificate for {key} on this token")
        identifier, der = met.keys[key]
        public = signing.public_key(der)
        way = signing.scheme(public, mechanism)
        if key not in met.opened:
            raise PinNeeded(f"{key} key: the token wants its PIN first")
        try:
            always = self._token.key(identifier).always
            signed = self._token.sign(
                identifier, self._means(message, way), met.pin if always else None
            )
        except PinNeeded as error:
            self._forget()
            raise SessionLocked("the token no longer knows its PIN was verified") from error
        except StationError:
            self._forget()
            raise
        if key is CardKey.SIGNATURE:
            met.opened.discard(key)
            _wipe(met)
        return self._checked(signed, public, message, way)

    def has_pad(self) -> bool:
        """Never."""
        return False

    def verify_pin_on_pad(self, seconds: int) -> None:  # noqa: ARG002 (of the contract)
        """Refuse: there are no keys to type it on."""
        raise ConfigError("this kind of card has no keypad for a PIN")

    def forget_pin(self) -> None:
        """Forget the verified PIN; whose token it is stays known."""
        self._forget()

    def present(self) -> bool:
        """Whether the token that was opened is still there."""
        try:
            return bool(self._owner) and self._token.state().serial == self._owner
        except CardAbsent:
            return False

    def logout(self) -> None:
        """Forget the verified PIN, and whose token it was."""
        self._owner = ""
        self._forget()

    def _card(self) -> _Met:
        """The token, met if it has just come; raises `SessionLocked` for another one."""
        try:
            serial = self._token.state().serial
        except StationError:
            self._forget()
            raise
        if self._owner not in ("", serial):
            self._forget()
            raise SessionLocked("another token is in its place")
        if self._met is None or self._met.serial != serial:
            self._forget()
            self._met = _Met(serial, _by_purpose(self._token.certificates()))
        self._owner = serial
        return self._met

    def _login(self, pin: bytearray) -> None:
        try:
            self._token.login(pin)
        except PinWrong:
            self._refuse(self._token.state())

    def _refuse(self, state: TokenState) -> None:
        self._token.close()
        raise (
            PinBlocked("the PIN is blocked")
            if state.blocked
            else PinWrong(1 if state.final else None)
        )

    def _hold(self, met: _Met, pin: bytearray) -> None:
        """Keep the PIN for one signature where a key will ask for it again."""
        _wipe(met)
        if any(self._token.key(identifier).always for identifier, _ in met.keys.values()):
            met.pin += pin

    def _means(self, message: bytes, way: signing.Scheme) -> Means:
        """The mechanism that hashes in the token where it has one, else the raw one."""
        known, name = self._token.mechanisms(), _HASHES[way.hash]
        if way.family == signing.ECDSA:
            if f"ECDSA_{name}" in known:
                return Means(f"ECDSA_{name}", message)
            return Means("ECDSA", signing.digest(message, way))
        if way.family == signing.RSA_PSS:
            return Means(f"{name}_RSA_PKCS_PSS", message, salt=32)
        if f"{name}_RSA_PKCS" in known:
            return Means(f"{name}_RSA_PKCS", message)
        return Means("RSA_PKCS", signing.digest_info(message, way))

    def _checked(
        self, signed: bytes, public: signing.PublicKey, message: bytes, way: signing.Scheme
    ) -> bytes:
        signature = _der(signed) if way.family == signing.ECDSA else signed
        try:
            signing.check(public, signature, message, way)
        except CardKeyWrong:
            self._forget()
            raise
        return signature

    def _forget(self) -> None:
        if self._met is not None:
            _wipe(self._met)
        self._met = None
        self._token.close()


def _wipe(met: _Met) -> None:
    met.pin[:] = bytes(len(met.pin))
    met.pin.clear()


def _by_purpose(held: list[tuple[bytes, bytes]]) -> dict[CardKey, tuple[bytes, bytes]]:
    """The first certificate of each purpose; those of authorities are left aside."""
    found: dict[CardKey, tuple[bytes, bytes]] = {}
    for identifier, der in held:
        purpose = _purpose(signing.certificate(der))
        if purpose is not None:
            found.setdefault(purpose, (identifier, signing.sound(der)))
    if not found:
        raise CardUnknown("no certificate of an agent on this token")
    return found


def _purpose(certificate: x509.Certificate) -> CardKey | None:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return CardKey.AUTHENTICATION
    if usage.content_commitment:
        return CardKey.SIGNATURE
    return CardKey.AUTHENTICATION if usage.digital_signature else None


def _der(signed: bytes) -> bytes:
    """The two numbers of an ECDSA signature, side by side in PKCS#11, as DER."""
    half = len(signed) // 2
    if not half or len(signed) % 2:
        raise ProtocolError(f"ECDSA signature of {len(signed)} bytes")
    return encode_dss_signature(
        int.from_bytes(signed[:half], "big"), int.from_bytes(signed[half:], "big")
    )
