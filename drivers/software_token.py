"""A signing token made of files, for a laboratory without PC/SC: `token:///path/of/folder`.

    token.json           {"format": "dr-token-1", "id": hex, "salt": hex, "pin": hex (scrypt)}
    tries                one digit, the PIN tries left
    authentication.pem   PKCS#8 private key, then its certificate; likewise signature.pem

Always simulated: a station in the production profile refuses it. The folder is to this token what
the reader is to a card: without it the token is absent, with another id it is another agent's.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from drivers.wire import signing
from station.device import CardKey, DeviceInfo, PinStatus
from station.errors import (
    CardAbsent,
    CardUnknown,
    ConfigError,
    DeviceLost,
    PinBlocked,
    PinNeeded,
    PinWrong,
    SessionLocked,
)

if TYPE_CHECKING:
    from station.device import Mechanism

_FORMAT = "dr-token-1"
_MAX_FILE = 16 * 1024  # bytes
_TRIES = 3
_PIN_DIGITS = range(6, 9)


@dataclass(frozen=True, slots=True)
class _Token:
    """What `token.json` says."""

    id: str
    salt: bytes = field(repr=False)
    pin: bytes = field(repr=False)


class SoftwareToken:
    """Stands in for `agent-card`: same contract, PIN anew before each signature included."""

    def __init__(self, port: str) -> None:
        parts = urlsplit(port)
        if parts.scheme != "token" or parts.netloc or not parts.path:
            raise ConfigError(f"not a software token: {port!r}")
        self._folder = Path(unquote(parts.path))
        self._owner = ""  # id of the token of this session
        self._opened: set[CardKey] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.logout()

    def info(self) -> DeviceInfo:
        """The token by its id; always simulated."""
        token = self._token()
        return DeviceInfo("dr-station", "Jeton logiciel", token.id, _FORMAT, frozenset(), True)

    def certificates(self) -> dict[CardKey, bytes]:
        """The X.509 certificates of both keys, DER."""
        self._token()
        try:
            loaded = {k: x509.load_pem_x509_certificate(self._read(f"{k}.pem")) for k in CardKey}
        except ValueError as error:
            raise CardUnknown("the certificate of the token is damaged") from error
        return {k: c.public_bytes(serialization.Encoding.DER) for k, c in loaded.items()}

    def pin_status(self) -> PinStatus:
        """Read the counter."""
        self._token()
        left = self._tries()
        return PinStatus(CardKey.AUTHENTICATION in self._opened, not left, left)

    def verify_pin(self, pin: bytearray) -> None:
        """Check the PIN, and wipe `pin`; a PIN that is not 6 to 8 digits spends no try."""
        try:
            token = self._token()
            self._opened.clear()
            left = self._spend_try(pin)
            right = hmac.compare_digest(_hash(pin, token.salt), token.pin)
        finally:
            pin[:] = bytes(len(pin))
        if not right:
            raise PinWrong(left) if left else PinBlocked("the PIN is blocked")
        self._write_tries(_TRIES)
        self._opened.update(CardKey)

    def sign(self, key: CardKey, message: bytes, mechanism: Mechanism | None = None) -> bytes:
        """Sign `message`: see `SigningCard`."""
        self._token()
        private = self._private(key)
        way = signing.scheme(private.public_key(), mechanism)
        if key not in self._opened:
            raise PinNeeded("the token wants its PIN first")
        self._opened.discard(CardKey.SIGNATURE)
        if isinstance(private, rsa.RSAPrivateKey):
            return private.sign(message, signing.rsa_padding(way), signing.algorithm(way))
        return private.sign(message, ec.ECDSA(signing.algorithm(way)))

    def has_pad(self) -> bool:
        """Never."""
        return False

    def verify_pin_on_pad(self, seconds: int) -> None:  # noqa: ARG002 (of the contract)
        """Refuse: there are no keys to type it on."""
        raise ConfigError("this kind of card has no keypad for a PIN")

    def forget_pin(self) -> None:
        """Forget the verified PIN."""
        self._opened.clear()

    def present(self) -> bool:
        """Whether the token that was opened is still in its folder."""
        try:
            return bool(self._owner) and self._load().id == self._owner
        except CardAbsent:
            return False

    def logout(self) -> None:
        """Forget the verified PIN, and whose token it was."""
        self._owner = ""
        self._opened.clear()

    def _token(self) -> _Token:
        try:
            token = self._load()
        except CardAbsent:
            self._opened.clear()
            raise
        if self._owner not in ("", token.id):
            self._opened.clear()
            raise SessionLocked("another token is in the folder")
        self._owner = token.id
        return token

    def _load(self) -> _Token:
        try:
            said: Any = json.loads(self._read("token.json"))
            if said["format"] != _FORMAT:
                raise CardUnknown("the token has an unknown format")
            return _Token(str(said["id"]), bytes.fromhex(said["salt"]), bytes.fromhex(said["pin"]))
        except (ValueError, KeyError, TypeError) as error:
            raise CardUnknown("the token is damaged") from error

    def _private(self, key: CardKey) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
        try:
            private = serialization.load_pem_private_key(self._read(f"{key}.pem"), None)
        except (ValueError, TypeError) as error:
            raise CardUnknown("the key of the token is damaged") from error
        if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
            raise CardUnknown("the key of the token is neither RSA nor elliptic")
        return private

    def _spend_try(self, pin: bytearray) -> int:
        """Count the try down before the check, as a card does, and return what is left."""
        left = self._tries()
        if not left:
            raise PinBlocked("the PIN is blocked")
        if len(pin) not in _PIN_DIGITS or not pin.isdigit():
            raise PinWrong(left)
        self._write_tries(left - 1)
        return left - 1

    def _tries(self) -> int:
        said = self._read("tries")
        return min(int(said), _TRIES) if said.isdigit() else 0

    def _write_tries(self, left: int) -> None:
        new = self._folder / "tries.new"
        try:
            new.write_text(str(left))
            new.replace(self._folder / "tries")
        except OSError as error:
            raise DeviceLost("the token cannot be written") from error

    def _read(self, name: str) -> bytes:
        try:
            with (self._folder / name).open("rb") as file:
                return file.read(_MAX_FILE)
        except OSError as error:
            raise CardAbsent("no token in its folder") from error


def _hash(pin: bytearray, salt: bytes) -> bytes:
    """RFC 7914 with 16 MiB: some 40 ms."""
    return hashlib.scrypt(pin, salt=salt, n=2**14, r=8, p=1)
