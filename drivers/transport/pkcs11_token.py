"""A token behind a PKCS#11 module, from a URL of RFC 7512: `pkcs11:token=LABEL?module-path=PATH`.

The module is code of its vendor, loaded once for the life of this process and unsafe across a
fork: the worker of the device is where it may crash. `serial` may stand beside `token`; a PIN in
the URL is refused.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from station.errors import (
    CardAbsent,
    CardUnknown,
    ConfigError,
    DeviceLost,
    DeviceRefused,
    MechanismUnsupported,
    PinBlocked,
    PinNeeded,
    PinWrong,
    StationError,
)
from station.log import TRAFFIC

try:
    import pkcs11
except ImportError:  # a station without such a card needs no PKCS#11
    pkcs11 = None  # type: ignore[assignment, unused-ignore]  # asked for in `__enter__`

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)

_MAX_OBJECTS = 64
_MAX_CERTIFICATE = 16 * 1024  # bytes
_GENERAL = 0x05  # CKR_GENERAL_ERROR: the library keeps no number for what it has no name for
# Names of exceptions of the library -> ours
_ERRORS: dict[str, tuple[type[StationError], str]] = {
    **dict.fromkeys(
        ("DeviceRemoved", "TokenNotPresent", "NoSuchToken", "SlotIDInvalid", "SessionClosed",
         "SessionHandleInvalid", "ObjectHandleInvalid", "KeyHandleInvalid"),
        (CardAbsent, "the token was removed"),
    ),
    **dict.fromkeys(
        ("MechanismInvalid", "MechanismParamInvalid", "FunctionNotSupported", "KeySizeRange",
         "KeyTypeInconsistent"),
        (MechanismUnsupported, "the token does not sign in this way"),
    ),
    "UserNotLoggedIn": (PinNeeded, "the token wants its PIN first"),
    "PinLocked": (PinBlocked, "the PIN is blocked"),
    "TokenNotRecognised": (CardUnknown, "the module does not know this token"),
    "UserPinNotInitialized": (CardUnknown, "the token has no PIN yet"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TokenState:
    """What the module says of the token that is there; `final` is the last try."""

    serial: str
    label: str
    vendor: str
    model: str
    blocked: bool
    final: bool


@dataclass(frozen=True, slots=True)
class TokenKey:
    """A private key: its identifier, and whether it wants the PIN for each signature."""

    id: bytes
    always: bool


@dataclass(frozen=True, slots=True)
class Means:
    """How a token signs: the mechanism by its name, parameters, and what it is given."""

    name: str
    data: bytes = field(repr=False)
    salt: int | None = None  # bytes, for PSS with SHA-256


class _Typed:
    """A PIN on its way into the module: the library asks for text, and encodes it."""

    def __init__(self, pin: bytearray) -> None:
        self._pin = pin

    def encode(self, _coding: str) -> bytearray:
        """The bytes themselves: text could not be wiped."""
        return self._pin


class Pkcs11Token:
    """One token of one module; raises leaves of `CardError`, `DeviceError`, and `ConfigError`."""

    def __init__(self, url: str) -> None:
        scheme, _, rest = url.partition(":")
        path, _, query = rest.partition("?")
        named = dict(part.partition("=")[::2] for part in path.split(";"))
        self._label, self._serial = (unquote(named.get(k, "")) for k in ("token", "serial"))
        settings = dict(parse_qsl(query))
        self._module = settings.get("module-path", "")
        if scheme != "pkcs11" or not (self._module and (self._label or self._serial)):
            raise ConfigError("not a PKCS#11 token: pkcs11:token=LABEL?module-path=PATH")
        if settings.keys() & {"pin-value", "pin-source"}:
            raise ConfigError("a PIN has no place in the settings")
        self._library: Any = None
        self._session: Any = None

    def open(self) -> None:
        """Load the module."""
        if pkcs11 is None:
            raise ConfigError("no python-pkcs11: install the extra `pkcs11` to use such a card")
        try:
            self._library = pkcs11.lib(self._module)
        except pkcs11.PKCS11Error as error:
            raise DeviceLost("the PKCS#11 module cannot be loaded") from error

    def close(self) -> None:
        """End the session on the token; what was verified is forgotten."""
        session, self._session = self._session, None
        if session is not None:
            with suppress(pkcs11.PKCS11Error):  # the token may have left, or been reset
                session.close()

    def state(self) -> TokenState:
        """The token now; raises `CardAbsent`."""
        token = self._token()
        flags = pkcs11.TokenFlag
        return TokenState(
            serial=token.serial.decode("ascii", "replace").strip(),
            label=token.label,
            vendor=token.manufacturer_id,
            model=token.model,
            blocked=bool(token.flags & flags.USER_PIN_LOCKED),
            final=bool(token.flags & flags.USER_PIN_FINAL_TRY),
        )

    def certificates(self) -> list[tuple[bytes, bytes]]:
        """Identifiers and X.509 certificates, DER; needs no PIN."""
        wanted = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE}
        with _translated("C_FindObjects"):
            found: list[tuple[bytes, bytes]] = []
            for held in self._open_session().get_objects(wanted):
                der = bytes(held[pkcs11.Attribute.VALUE])
                if len(found) < _MAX_OBJECTS and len(der) <= _MAX_CERTIFICATE:
                    found.append((bytes(held[pkcs11.Attribute.ID]), der))
            return found

    def login(self, pin: bytearray) -> None:
        """Present the PIN on a fresh session; `pin` stays its owner's."""
        self.close()
        token = self._token()
        with _translated("C_Login"):
            self._session = token.open(user_pin=_Typed(pin))

    def key(self, identifier: bytes) -> TokenKey:
        """The private key called `identifier`; raises `PinNeeded` when it does not show."""
        key = self._private(identifier)
        try:
            return TokenKey(identifier, bool(key[pkcs11.Attribute.ALWAYS_AUTHENTICATE]))
        except pkcs11.PKCS11Error:  # modules of before 2.20 do not know the question
            return TokenKey(identifier, always=False)

    def mechanisms(self) -> frozenset[str]:
        """Names of what the token can do."""
        with _translated("C_GetMechanismList"):
            found = self._token().slot.get_mechanisms()
        return frozenset(m.name for m in found if isinstance(m, pkcs11.Mechanism))

    def sign(self, identifier: bytes, means: Means, pin: bytearray | None) -> bytes:
        """Sign; with `pin` the key is told it once more, between its two steps."""
        options: dict[str, Any] = {"mechanism": pkcs11.Mechanism[means.name]}
        if means.salt is not None:
            options["mechanism_param"] = (
                pkcs11.Mechanism.SHA256, pkcs11.MGF.SHA256, means.salt,
            )  # fmt: skip
        if pin is not None:
            options["pin"] = _Typed(pin)
        key = self._private(identifier)
        with _translated("C_Sign"):
            signature = bytes(key.sign(means.data, **options))
        logger.log(TRAFFIC, "C_Sign: %d B out, %d B in", len(means.data), len(signature))
        return signature

    def _private(self, identifier: bytes) -> Any:
        with _translated("C_FindObjects"):
            try:
                return self._open_session().get_key(
                    object_class=pkcs11.ObjectClass.PRIVATE_KEY, id=identifier
                )
            except pkcs11.NoSuchKey as error:
                raise PinNeeded("the private key does not show without the PIN") from error

    def _open_session(self) -> Any:
        if self._session is None:
            self._session = self._token().open()
        return self._session

    def _token(self) -> Any:
        if self._library is None:
            raise DeviceLost("the PKCS#11 module is closed")
        with _translated("C_GetTokenInfo"):
            tokens = [slot.get_token() for slot in self._library.get_slots(token_present=True)]
            for token in tokens:
                serial = token.serial.decode("ascii", "replace").strip()
                if self._label in ("", token.label) and self._serial in ("", serial):
                    return token
        raise CardAbsent("no token of this name")


@contextmanager
def _translated(call: str) -> Iterator[None]:
    """Errors of the library as ours; its texts stay out, they are a stranger's."""
    try:
        yield
    except pkcs11.PKCS11Error as error:
        name = type(error).__name__
        if name in ("PinIncorrect", "PinInvalid", "PinLenRange"):
            raise PinWrong(None) from error
        if name in _ERRORS:
            leaf, text = _ERRORS[name]
            raise leaf(text) from error
        raise DeviceRefused(_GENERAL, command=f"{call}, {name}") from error
