"""PIV (`drivers.wire.piv`): keys 9A and 9C by purpose, the PIN that the card puts first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import rsa

from drivers.agent_card.application import absent, data
from drivers.wire import piv, signing
from drivers.wire.pinpad import PinEntry
from station.device import CardKey
from station.errors import MechanismUnsupported

if TYPE_CHECKING:
    from drivers.agent_card.application import Ask
    from drivers.wire.apdu import Response
    from drivers.wire.signing import PublicKey, Scheme

_SLOTS = {CardKey.AUTHENTICATION: piv.AUTHENTICATION, CardKey.SIGNATURE: piv.SIGNATURE}


@dataclass(frozen=True, slots=True)
class PivApplication:
    """A PIV application that was selected."""

    ask: Ask = field(repr=False)
    properties: piv.Properties
    serial: bytes  # GUID of the CHUID
    reference: int  # of the PIN
    kind: str = "PIV"
    pin_digits: range = piv.PIN_DIGITS

    @property
    def label(self) -> str:
        """The application label."""
        return self.properties.label

    @property
    def pin_entry(self) -> PinEntry:
        """Padded to eight bytes with FF."""
        header = bytes((0x00, 0x20, 0x00, self.reference))
        return PinEntry(header, self.pin_digits, width=piv.PIN_DIGITS.stop - 1)

    def read_serial(self) -> bytes:
        """The GUID of the CHUID."""
        return _guid(self.ask)

    def certificates(self) -> dict[CardKey, bytes]:
        """The certificates of the keys that have one."""
        answers = {key: self.ask(piv.get_data(slot.certificate)) for key, slot in _SLOTS.items()}
        return {
            key: piv.certificate(data(answer, "certificate"))
            for key, answer in answers.items()
            if not absent(answer)
        }

    def pin_counter(self) -> Response:
        """The answer to an empty VERIFY."""
        return self.ask(piv.pin_counter(self.reference))

    def verify(self, pin: bytearray) -> Response:
        """The answer to the PIN, padded."""
        padded = piv.pad(pin)
        try:
            return self.ask(piv.verify(padded, self.reference))
        finally:
            padded[:] = bytes(len(padded))

    def unblock(self, puk: bytearray, new: bytearray) -> Response:
        """The answer to the PUK; it gives back the PIN of the application, not a global one."""
        both = _padded(puk, new)
        try:
            return self.ask(piv.unblock_pin(both))
        finally:
            both[:] = bytes(len(both))

    def forget(self) -> None:
        """End the verified state of the PIN."""
        self.ask(piv.forget_pin(self.reference))

    def signing(self, key: CardKey, public: PublicKey, message: bytes, way: Scheme) -> Response:
        """The answer of GENERAL AUTHENTICATE."""
        block = signing.block(message, public.key_size, way)
        return self.ask(piv.general_authenticate(self._algorithm(public), _SLOTS[key], block))

    def signature(self, answer: bytes) -> bytes:
        """The signature in the answer."""
        return piv.signature(answer)

    def _algorithm(self, public: PublicKey) -> int:
        known = piv.RSA if isinstance(public, rsa.RSAPublicKey) else piv.ECC
        number = known.get(public.key_size)
        said = self.properties.algorithms
        if number is None or (said and number not in said):
            raise MechanismUnsupported(f"PIV with a key of {public.key_size} bits")
        return number


def select_piv(ask: Ask) -> PivApplication | None:
    """Select the application; None when the card has none."""
    answer = ask(piv.select())
    if absent(answer):
        return None
    properties = piv.properties(data(answer, "PIV application"))
    return PivApplication(ask, properties, _guid(ask), _pin_reference(ask))


def _guid(ask: Ask) -> bytes:
    return piv.guid(data(ask(piv.get_data(piv.CHUID)), "CHUID"))


def _pin_reference(ask: Ask) -> int:
    """Which PIN comes first; a card without a discovery object has the one of the application."""
    answer = ask(piv.get_data(piv.DISCOVERY))
    return piv.PIN if absent(answer) else piv.pin_reference(data(answer, "discovery object"))


def _padded(first: bytearray, second: bytearray) -> bytearray:
    """Both codes padded, one after the other: a copy, for the caller to wipe."""
    one, two = piv.pad(first), piv.pad(second)
    try:
        return one + two
    finally:
        one[:], two[:] = bytes(len(one)), bytes(len(two))
