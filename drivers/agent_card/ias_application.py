"""IAS-ECC (`drivers.wire.ias`): what the card describes by ISO/IEC 7816-15, and its two keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from drivers.agent_card.application import absent, data
from drivers.wire import ias, pkcs15, signing, tlv
from drivers.wire.apdu import OK, Response
from drivers.wire.pinpad import PinEntry
from station.device import CardKey
from station.errors import CardUnknown, MechanismUnsupported, ProtocolError, PukBlocked

if TYPE_CHECKING:
    from drivers.agent_card.application import Ask
    from drivers.wire.signing import PublicKey, Scheme

_WAY = signing.SCHEMES["rsa-pkcs1-sha256"]
_KEY_BITS = (1024, 2048)


@dataclass(frozen=True, slots=True)
class IasApplication:
    """An IAS-ECC application that was selected, and what it says it holds."""

    ask: Ask = field(repr=False)
    label: str
    serial: bytes
    pin: pkcs15.Pin
    keys: dict[CardKey, pkcs15.Key]
    files: dict[bytes, int]  # of certificates, by the identifiers of their keys
    kind: str = "IAS-ECC"

    @property
    def pin_digits(self) -> range:
        """As the card describes its PIN."""
        return self.pin.digits

    @property
    def pin_entry(self) -> PinEntry:
        """Padded where the card stores it so."""
        header = bytes((0x00, 0x20, 0x00, self.pin.reference))
        return PinEntry(header, self.pin.digits, self.pin.width, self.pin.filler)

    def read_serial(self) -> bytes:
        """The serial number of the card."""
        return _serial(self.ask)

    def certificates(self) -> dict[CardKey, bytes]:
        """The certificates of both keys."""
        return {
            key: pkcs15.certificate(_read(self.ask, self.files[held.id]))
            for key, held in self.keys.items()
            if held.id in self.files
        }

    def pin_counter(self) -> Response:
        """The answer to an empty VERIFY."""
        return self.ask(ias.pin_counter(self.pin.reference))

    def verify(self, pin: bytearray) -> Response:
        """The answer to the PIN, padded where the card stores it so."""
        filler = bytes([self.pin.filler])
        stored = pin + filler * (self.pin.width - len(pin))
        try:
            return self.ask(ias.verify(self.pin.reference, stored))
        finally:
            stored[:] = bytes(len(stored))

    def unblock(self, puk: bytearray, new: bytearray) -> Response:  # noqa: ARG002 (never sent)
        """Left to the card manager of the issuer, which knows the rules of each card."""
        raise PukBlocked("an IAS-ECC card is unblocked with the software of its issuer")

    def forget(self) -> None:
        """The card forgets when it is reset; there is no command."""

    def signing(self, key: CardKey, public: PublicKey, message: bytes, way: Scheme) -> Response:
        """The answer of the last command, or of the first that was refused."""
        if way != _WAY or public.key_size not in _KEY_BITS:
            raise MechanismUnsupported(f"IAS-ECC with a key of {public.key_size} bits")
        held = self.keys[key]
        if key is CardKey.SIGNATURE:
            commands = ias.signature(held.reference, message)
        else:
            commands = ias.authentication(held.reference, signing.digest_info(message, way))
        answer = Response(b"", OK)
        for command in commands:
            answer = self.ask(command)
            if answer.sw != OK:
                break
        return answer

    def signature(self, answer: bytes) -> bytes:
        """The answer is the signature."""
        return answer


def select_ias(ask: Ask) -> IasApplication | None:
    """Select the application and read what it holds; None when the card has none."""
    root = ask(ias.select(ias.AID))
    if absent(root):
        return None
    data(root, "IAS-ECC root")
    serial = _serial(ask)
    aid, label = _application(ask)
    data(ask(ias.select(aid)), "IAS-ECC application")
    where = pkcs15.directory(_read(ask, ias.ODF))
    return IasApplication(
        ask,
        label,
        serial,
        pkcs15.pin(_read(ask, where.pins)),
        _by_purpose(pkcs15.keys(_read(ask, where.keys))),
        pkcs15.certificates(_read(ask, where.certificates)),
    )


def _application(ask: Ask) -> tuple[bytes, str]:
    """The application that the directory names, and its label."""
    entries = tlv.decode(_read(ask, ias.DIRECTORY, root=True), padded=True)
    for entry in entries:
        said = {item.tag: item.value for item in tlv.decode(entry.value)}
        if said.get(0x4F, b"").startswith(ias.PROFILE[:5]):
            return said[0x4F], said.get(0x50, b"").decode("utf-8", "replace")
    raise CardUnknown("IAS-ECC card without the application of an agent")


def _by_purpose(keys: tuple[pkcs15.Key, ...]) -> dict[CardKey, pkcs15.Key]:
    """The first key of each purpose: one that binds signs, one that only signs logs in."""
    found: dict[CardKey, pkcs15.Key] = {}
    for key in keys:
        purpose = CardKey.SIGNATURE if key.binds else CardKey.AUTHENTICATION
        if key.signs or key.binds:
            found.setdefault(purpose, key)
    return found


def _serial(ask: Ask) -> bytes:
    return ias.serial(data(ask(ias.read_serial()), "serial number"))


def _read(ask: Ask, identifier: int, *, root: bool = False) -> bytes:
    """A whole file, as long as its selection says; raises `ProtocolError` when it ends early."""
    what = f"file {identifier:04x}"
    size = ias.size(data(ask(ias.select_file(identifier, root=root)), what))
    content = b""
    while len(content) < size:
        part = data(ask(ias.read(len(content), size - len(content))), what)
        if not part:
            raise ProtocolError(f"{what}: {len(content)} of {size} bytes")
        content += part
    return content
