"""The agent's card: a PIV card behind PC/SC (`drivers.wire.piv`, `drivers.transport.pcsc_card`).

The card is met at the first call that needs it, held alone until `logout`, and known by the GUID
of its CHUID. It may leave and come back between two calls; another card raises `SessionLocked`
until `logout`, because another card is another agent.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from drivers.transport.pcsc_card import PcscCard
from drivers.wire import piv
from drivers.wire.apdu import Outcome, Response, converse, outcome, tries
from station.device import CardKey, DeviceInfo, PinStatus
from station.errors import (
    CardAbsent,
    CardError,
    CardUnknown,
    DeviceRefused,
    PinBlocked,
    PinNeeded,
    PinWrong,
    ProtocolError,
    SessionLocked,
    StationError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.wire.apdu import Command

_SLOTS = {CardKey.AUTHENTICATION: piv.AUTHENTICATION, CardKey.SIGNATURE: piv.SIGNATURE}
_SIMULATION = "SIMULATION"  # stands in every name of a simulated authority
_SHA256 = hashes.SHA256()


@dataclass(slots=True)
class _Met:
    """The card since it was last powered: what it said of itself, and what its PIN opens."""

    insertion: int | None
    guid: bytes
    label: str
    certificates: dict[CardKey, bytes] = field(default_factory=dict, repr=False)
    opened: set[CardKey] = field(default_factory=set)


class AgentCard:
    """Driver of the agent's card; the port is `pcsc:READER`."""

    def __init__(self, port: str) -> None:
        self._pcsc = PcscCard(port)
        self._met: _Met | None = None
        self._owner: bytes | None = None  # GUID of the card of this session
        self._since: int | None = None  # the insertion this session began with

    def __enter__(self) -> Self:
        self._pcsc.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        with suppress(StationError):  # the reader may be what failed
            self.logout()
        self._pcsc.__exit__(*exc)

    def info(self) -> DeviceInfo:
        """Reader, label and GUID of the card; simulated when its authority says so."""
        card = self._card()
        return DeviceInfo(
            vendor=self._pcsc.reader,
            model=card.label or "PIV",
            serial=card.guid.hex(),
            firmware="PIV",
            modalities=frozenset(),
            simulated=_issued_in_simulation(self._certificate(CardKey.AUTHENTICATION)),
        )

    def certificate(self, key: CardKey) -> bytes:
        """The X.509 certificate of `key`, DER."""
        card = self._card()
        if key not in card.certificates:
            answer = self._data(piv.get_data(_SLOTS[key].certificate), "certificate")
            card.certificates[key] = piv.certificate(answer)
        return card.certificates[key]

    def pin_status(self) -> PinStatus:
        """Read the counter by an empty VERIFY, which spends no try."""
        self._card()
        sw = self._ask(piv.pin_counter()).sw
        match outcome(sw):
            case Outcome.DONE:
                return PinStatus(verified=True, blocked=False, tries=None)
            case Outcome.PIN_WRONG:
                return PinStatus(verified=False, blocked=False, tries=tries(sw))
            case Outcome.PIN_BLOCKED:
                return PinStatus(verified=False, blocked=True, tries=0)
        raise _error(sw, "empty VERIFY")

    def verify_pin(self, pin: bytearray) -> None:
        """Present the PIN, and wipe `pin`; opens the session, or one signature (key 9C).

        Raises `PinWrong` or `PinBlocked`; a PIN that is not 6 to 8 digits spends no try.
        """
        try:
            card = self._card()
            self._recognise(card)
            for key in CardKey:  # read now: nothing may come between the PIN and key 9C
                self.certificate(key)
            card.opened.clear()
            if len(pin) not in piv.PIN_DIGITS or not pin.isdigit():
                self._refuse_without_trying()
            self._submit(pin)
        finally:
            pin[:] = bytes(len(pin))
        card.opened.update(CardKey)
        self._since = card.insertion

    def sign(self, key: CardKey, message: bytes) -> bytes:
        """Sign `message`, SHA-256: DER ECDSA or RSASSA-PKCS1-v1_5 (SP 800-73-5 part 2, 3.2.4).

        Raises `PinNeeded`: before each signature for `SIGNATURE`, once for `AUTHENTICATION`.
        What comes back is checked against the certificate met at the start of the session, so
        that no other card signs in its name.
        """
        public = _public_key(self._certificate(key))
        command, check = _signing(public, _SLOTS[key], message)
        card = self._card()
        answer = self._ask(command)
        promised = key in card.opened
        card.opened.discard(CardKey.SIGNATURE)
        if promised and outcome(answer.sw) in (Outcome.NOT_ALLOWED, Outcome.MISUSED):
            self._leave()
            raise SessionLocked("the card no longer knows its PIN was verified")
        signature = piv.signature(_data(answer, "signature"))
        try:
            check(signature)
        except InvalidSignature as error:
            raise ProtocolError("signature that its certificate does not verify") from error
        return signature

    def present(self) -> bool:
        """Whether the card that was opened has stayed in the reader since; one call to pcscd."""
        return self._owner is not None and self._pcsc.insertion() == self._since

    def logout(self) -> None:
        """Have the card forget its PIN, reset it, let it go, and forget whose it was."""
        self._owner = self._since = None
        if self._met is not None:
            with suppress(CardError):  # a card that left has forgotten already
                self._ask(piv.forget_pin())
        self._leave()

    def _card(self) -> _Met:
        """The card in the reader, met if it has just come; raises `SessionLocked` if swapped."""
        insertion = self._pcsc.insertion()
        if insertion is None:
            self._leave()
            raise CardAbsent("no card in the reader")
        if self._met is not None and self._met.insertion == insertion:
            return self._met
        self._leave()
        self._pcsc.connect()
        try:
            met = self._meet(insertion)
        except StationError:
            self._leave()
            raise
        self._met = met
        if self._owner is None:
            self._owner, self._since = met.guid, insertion
        return met

    def _meet(self, insertion: int) -> _Met:
        label = piv.label(self._data(piv.select(), "PIV application"))
        met = _Met(insertion, self._guid(), label)
        if self._owner not in (None, met.guid):
            raise SessionLocked("another card is in the reader")
        return met

    def _recognise(self, card: _Met) -> None:
        """Check that the card that answers is the one that was met: a swap can be quick."""
        try:
            same = self._guid() == card.guid
        except (CardUnknown, ProtocolError):  # as a card answers that nobody has selected
            same = False
        if not same:
            self._leave()
            raise SessionLocked("another card is in the reader")

    def _guid(self) -> bytes:
        return piv.guid(self._data(piv.get_data(piv.CHUID), "CHUID"))

    def _certificate(self, key: CardKey) -> x509.Certificate:
        try:
            return x509.load_der_x509_certificate(self.certificate(key))
        except ValueError as error:
            raise ProtocolError("certificate of the card is not X.509") from error

    def _submit(self, pin: bytearray) -> None:
        padded = piv.pad(pin)
        try:
            self._data(piv.verify(padded), "VERIFY")
        finally:
            padded[:] = bytes(len(padded))

    def _refuse_without_trying(self) -> None:
        self._ask(piv.forget_pin())
        status = self.pin_status()
        raise PinBlocked("the PIN is blocked") if status.blocked else PinWrong(status.tries or 0)

    def _data(self, command: Command, what: str) -> bytes:
        return _data(self._ask(command), what)

    def _ask(self, command: Command) -> Response:
        try:
            return converse(self._pcsc.transmit, command)
        except StationError:
            self._leave()
            raise

    def _leave(self) -> None:
        self._met = None
        self._pcsc.disconnect()


def _data(answer: Response, what: str) -> bytes:
    if outcome(answer.sw) is not Outcome.DONE:
        raise _error(answer.sw, what)
    return answer.data


def _error(sw: int, what: str) -> StationError:
    match outcome(sw):
        case Outcome.PIN_WRONG:
            return PinWrong(tries(sw))
        case Outcome.PIN_BLOCKED:
            return PinBlocked("the PIN is blocked")
        case Outcome.NOT_ALLOWED:
            return PinNeeded(f"{what}: the card wants its PIN first")
        case Outcome.NOT_FOUND:
            return CardUnknown(f"{what}: not on this card")
        case Outcome.MISUSED:
            return ProtocolError(f"{what}: status {sw:04x}")
    return DeviceRefused(sw, command=what)


def _issued_in_simulation(certificate: x509.Certificate) -> bool:
    return any(_SIMULATION in str(attribute.value) for attribute in certificate.issuer)


def _public_key(certificate: x509.Certificate) -> rsa.RSAPublicKey | ec.EllipticCurvePublicKey:
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CardUnknown("its certificate holds a key of an unknown kind") from error
    if isinstance(key, rsa.RSAPublicKey) and key.key_size in piv.RSA:
        return key
    if isinstance(key, ec.EllipticCurvePublicKey) and key.key_size in piv.ECC:
        return key
    raise CardUnknown("its certificate holds a key that PIV does not sign with")


def _signing(
    key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey, slot: piv.Slot, message: bytes
) -> tuple[Command, Callable[[bytes], None]]:
    """The command that signs `message`, and the check of what comes back."""
    bits = key.key_size
    if isinstance(key, rsa.RSAPublicKey):
        challenge = piv.rsa_challenge(message, bits)
        command = piv.general_authenticate(piv.RSA[bits], slot, challenge)
        return command, lambda got: key.verify(got, message, padding.PKCS1v15(), _SHA256)
    challenge = piv.ecc_challenge(message, bits)
    command = piv.general_authenticate(piv.ECC[bits], slot, challenge)
    return command, lambda got: key.verify(got, message, ec.ECDSA(_SHA256))
