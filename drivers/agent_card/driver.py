"""The agent's card behind PC/SC (`drivers.transport.pcsc_card`): a PIV or an IAS-ECC card.

Which one it is, its applications say, by selection: an ATR names a chip, not what is on it, and
readers and makers change it. The card is met at the first call that needs it, held alone until
`logout`, and known by what it says of itself (GUID, serial number). It may leave and come back
between two calls; another card raises `SessionLocked` until `logout`, because another card is
another agent.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from drivers.agent_card.application import check_pin, data
from drivers.agent_card.ias_application import select_ias
from drivers.agent_card.piv_application import select_piv
from drivers.transport.pcsc_card import PcscCard
from drivers.wire import pinpad, signing
from drivers.wire.apdu import Outcome, Response, converse, outcome
from station.device import CardKey, DeviceInfo, PinStatus
from station.errors import (
    CardAbsent,
    CardError,
    CardKeyWrong,
    CardUnknown,
    ConfigError,
    DeviceRefused,
    PinBlocked,
    PinNeeded,
    PinUnfit,
    PinWrong,
    ProtocolError,
    PukBlocked,
    PukWrong,
    SessionLocked,
    StationError,
)

if TYPE_CHECKING:
    from drivers.agent_card.application import Application
    from drivers.wire.apdu import Command
    from station.device import Mechanism

_PUK_DIGITS = range(6, 9)


@dataclass(slots=True)
class _Met:
    """The card since it was last powered: its application, and what its PIN opens."""

    insertion: int | None
    application: Application
    certificates: dict[CardKey, bytes] = field(default_factory=dict, repr=False)
    opened: set[CardKey] = field(default_factory=set)


class AgentCard:
    """Driver of the agent's card; the port is `pcsc:READER`."""

    def __init__(self, port: str) -> None:
        self._pcsc = PcscCard(port)
        self._met: _Met | None = None
        self._owner: bytes | None = None  # what names the card of this session
        self._since: int | None = None  # the insertion this session began with

    def __enter__(self) -> Self:
        self._pcsc.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        with suppress(StationError):  # the reader may be what failed
            self.logout()
        self._pcsc.__exit__(*exc)

    def info(self) -> DeviceInfo:
        """Reader, label and serial number of the card; simulated when its authority says so."""
        application = self._card().application
        return DeviceInfo(
            vendor=self._pcsc.reader,
            model=application.label or application.kind,
            serial=application.serial.hex(),
            firmware=application.kind,
            modalities=frozenset(),
            simulated=any(map(signing.simulated, self.certificates().values())),
        )

    def certificates(self) -> dict[CardKey, bytes]:
        """The X.509 certificates, DER; read once while the card stays. Raises `CardUnknown`."""
        card = self._card()
        if not card.certificates:
            held = card.application.certificates()
            card.certificates = {key: signing.sound(der) for key, der in held.items()}
        if not card.certificates:
            raise CardUnknown("no certificate of an agent on this card")
        return dict(card.certificates)

    def pin_status(self) -> PinStatus:
        """Read the counter by an empty VERIFY, which spends no try."""
        try:
            check_pin(self._card().application.pin_counter(), "empty VERIFY")
        except PinWrong as wrong:
            return PinStatus(verified=False, blocked=False, tries=wrong.tries)
        except PinBlocked:
            return PinStatus(verified=False, blocked=True, tries=0)
        return PinStatus(verified=True, blocked=False, tries=None)

    def verify_pin(self, pin: bytearray) -> None:
        """Present the PIN, and wipe `pin`; opens the session, and one signature.

        Raises `PinWrong` or `PinBlocked`; what cannot be a PIN of this card spends no try.
        """
        try:
            card = self._ready()
            if not _digits(pin, card.application.pin_digits):
                self._refuse_without_trying()
            check_pin(card.application.verify(pin), "VERIFY")
        finally:
            pin[:] = bytes(len(pin))
        self._verified(card)

    def has_pad(self) -> bool:
        """Whether the reader of the card takes PINs on keys of its own."""
        self._card()
        return self._pad() is not None

    def verify_pin_on_pad(self, seconds: int) -> None:
        """Have the PIN typed on the reader; see `SigningCard`."""
        self.forget_pin()  # some keypads send an empty VERIFY: it must not find one that stands
        card = self._ready()
        code = self._pad()
        if code is None:
            raise ConfigError("the card reader has no keypad for a PIN")
        structure = pinpad.verify_structure(card.application.pin_entry, seconds)
        sw = pinpad.status(self._pcsc.control(code, structure))
        check_pin(Response(b"", sw), "VERIFY on the keypad")
        self._verified(card)

    def unblock_pin(self, puk: bytearray, new: bytearray) -> None:
        """Set a new PIN by the PUK, and wipe both; raises `PukWrong`, `PukBlocked`, `PinUnfit`."""
        try:
            application = self._card().application
            if not (_digits(puk, _PUK_DIGITS) and _digits(new, application.pin_digits)):
                raise PinUnfit("a PUK or a new PIN that the card could not take")
            check_pin(application.unblock(puk, new), "RESET RETRY COUNTER")
        except PinWrong as wrong:
            raise PukWrong(wrong.tries or 0) from None
        except PinBlocked:
            raise PukBlocked("the PUK is blocked") from None
        finally:
            puk[:], new[:] = bytes(len(puk)), bytes(len(new))
            self._leave()  # whatever was verified is not any more

    def sign(self, key: CardKey, message: bytes, mechanism: Mechanism | None = None) -> bytes:
        """Sign `message`: see `SigningCard`.

        What comes back is checked against the certificate met at the start of the session, so
        that no other card signs in its name.
        """
        public = self._public_key(key)
        way = signing.scheme(public, mechanism)
        card = self._card()
        if key not in card.opened:
            raise PinNeeded(f"{key} key: the card wants its PIN first")
        answer = card.application.signing(key, public, message, way)
        card.opened.discard(CardKey.SIGNATURE)
        if outcome(answer.sw) in (Outcome.NOT_ALLOWED, Outcome.MISUSED):
            self._fail()
            raise SessionLocked("the card no longer knows its PIN was verified")
        try:
            signature = card.application.signature(data(answer, "signature"))
            signing.check(public, signature, message, way)
        except CardKeyWrong:
            self._recognise(card)
            self._fail()
            raise
        except StationError:
            self._fail()
            raise
        return signature

    def forget_pin(self) -> None:
        """Have the card forget its PIN, or reset it where it has no command for it."""
        if self._met is None:
            return
        self._met.opened.clear()
        self._met.application.forget()
        if self.pin_status().verified:
            self._leave()

    def present(self) -> bool:
        """Whether the card that was opened has stayed in the reader since; one call to pcscd."""
        return self._since is not None and self._pcsc.insertion() == self._since

    def logout(self) -> None:
        """Have the card forget its PIN, reset it, let it go, and forget whose it was."""
        self._owner = self._since = None
        if self._met is not None:
            with suppress(CardError):  # a card that left has forgotten already
                self._met.application.forget()
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
            self._owner, self._since = met.application.serial, insertion
        return met

    def _ready(self) -> _Met:
        """The card before a PIN: recognised, and its certificates read.

        Now, because nothing may come between the PIN and a signature.
        """
        card = self._card()
        self._recognise(card)
        self.certificates()
        card.opened.clear()
        return card

    def _verified(self, card: _Met) -> None:
        card.opened.update(CardKey)
        self._since = card.insertion

    def _pad(self) -> int | None:
        """The control code of VERIFY on the keypad; None where the reader has none."""
        try:
            answer = self._pcsc.control(pinpad.FEATURE_REQUEST, b"")
        except DeviceRefused:  # a reader without features refuses the question
            return None
        return pinpad.features(answer).get(pinpad.VERIFY_PIN_DIRECT)

    def _meet(self, insertion: int) -> _Met:
        application = select_piv(self._ask) or select_ias(self._ask)
        if application is None:
            raise CardUnknown("neither a PIV nor an IAS-ECC card")
        if self._owner not in (None, application.serial):
            raise SessionLocked("another card is in the reader")
        return _Met(insertion, application)

    def _recognise(self, card: _Met) -> None:
        """Check that the card that answers is the one that was met: a swap can be quick."""
        try:
            same = card.application.read_serial() == card.application.serial
        except (CardUnknown, ProtocolError):  # as a card answers that nobody has selected
            same = False
        if not same:
            self._fail()
            raise SessionLocked("another card is in the reader")

    def _public_key(self, key: CardKey) -> signing.PublicKey:
        der = self.certificates().get(key)
        if der is None:
            raise CardUnknown(f"no certificate for {key} on this card")
        return signing.public_key(der)

    def _refuse_without_trying(self) -> None:
        self._leave()  # the card is reset, and forgets a PIN that was verified before
        status = self.pin_status()
        raise PinBlocked("the PIN is blocked") if status.blocked else PinWrong(status.tries or 0)

    def _ask(self, command: Command) -> Response:
        try:
            return converse(self._pcsc.transmit, command)
        except StationError:
            self._fail()
            raise

    def _fail(self) -> None:
        """Let the card go; the session that began with it is over."""
        self._since = None
        self._leave()

    def _leave(self) -> None:
        self._met = None
        self._pcsc.disconnect()


def _digits(code: bytearray, lengths: range) -> bool:
    return len(code) in lengths and code.isdigit()
