"""What every simulated agent card does with a command: chains, answers in parts, PINs, faults."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Protocol

from drivers.wire.apdu import CHAINED, GET_RESPONSE, OK, Command, parse
from simulators.faults import Fault, Faults, Stock
from simulators.vpcd import Removed
from station.errors import ProtocolError

_PART = 256  # bytes of an answer in short form
_TPDU = 5  # bytes of the shortest command in T=0
_HAS_TD1 = 0x80  # in the format byte of an ATR
_MAX_CHAIN = 4096  # bytes over all blocks of a command
_SLOW = 2.0  # seconds before a slow answer


@unique
class CardFault(StrEnum):
    """What only a card does wrong; each is spent once, beside those of `Fault`."""

    SLOW = "slow"  # it thinks before it answers
    NO_STATUS = "no-status"  # a status word that does not exist
    TOO_LONG = "too-long"  # more bytes than a short answer may have
    STALE = "stale"  # the answer to the command before
    WRONG_KEY = "wrong-key"  # it signs with a key that is not its own


class Refused(Exception):
    """The card answers with this status word and nothing else."""

    def __init__(self, sw: int) -> None:
        super().__init__(f"{sw:04x}")
        self.sw = sw


@dataclass(slots=True)
class Secret:
    """A PIN or PUK as it is stored, and its counter."""

    value: bytes = field(repr=False)
    limit: int
    left: int = field(init=False)

    def __post_init__(self) -> None:
        self.left = self.limit

    def check(self, value: bytes) -> None:
        """Spend a try; a right value restores them all."""
        if not self.left:
            raise Refused(0x6983)
        if value != self.value:
            self.left -= 1
            raise Refused(self.status)
        self.left = self.limit

    @property
    def status(self) -> int:
        """What an empty VERIFY answers while it is not verified."""
        return 0x63C0 | self.left if self.left else 0x6983


@dataclass(slots=True)
class Mishaps:
    """The faults a card may be told to have."""

    common: Faults = field(default_factory=Faults)
    own: Stock[CardFault] = field(default_factory=Stock[CardFault])

    def arm(self, name: str, after: int) -> None:
        """Arm one occurrence, once `after` commands have passed; ValueError for an unknown name."""
        if name in set(CardFault):
            self.own.arm(CardFault(name), after=after)
        else:
            self.common.arm(Fault(name), after=after)


class Applet(Protocol):
    """The logic of a card behind its contacts."""

    atr: bytes

    def power(self) -> None:
        """Forget everything volatile."""
        ...

    def execute(self, command: Command, data: bytes) -> bytes:
        """Answer a command whose chained data is `data`; raises `Refused`."""
        ...


class Contacts:
    """A card as the reader sees it; satisfies `simulators.vpcd.Card`."""

    def __init__(self, applet: Applet, mishaps: Mishaps) -> None:
        self.atr = applet.atr
        # Without TD1 the card speaks T=0 alone (ISO/IEC 7816-3, 8.2.3).
        self._t0 = len(self.atr) > 1 and not self.atr[1] & _HAS_TD1
        self._applet, self._mishaps = applet, mishaps
        self.power()

    def power(self) -> None:
        """Forget everything volatile: power off, power on and reset alike."""
        self._chain = self._rest = self._before = b""
        self._applet.power()

    def transmit(self, apdu: bytes) -> bytes | None:
        """Answer one command; None never answers. Raises `Removed` for `Fault.UNPLUG`."""
        if self._mishaps.common.spend(Fault.UNPLUG):
            raise Removed
        if self._mishaps.common.spend(Fault.MUTE):
            return None
        if self._mishaps.own.spend(CardFault.SLOW):
            time.sleep(_SLOW)
        before, self._before = self._before, self._answer(apdu)
        return before if self._mishaps.own.spend(CardFault.STALE) else self._damaged(self._before)

    def _answer(self, apdu: bytes) -> bytes:
        try:
            if self._t0 and len(apdu) < _TPDU:
                raise Refused(0x6700)
            answer, sw = self._react(parse(apdu))
        except ProtocolError:
            return _sw(0x6700)
        except Refused as refused:
            return _sw(refused.sw)
        return answer + _sw(sw)

    def _damaged(self, answer: bytes) -> bytes:
        spend, own = self._mishaps.common.spend, self._mishaps.own.spend
        if spend(Fault.REFUSE):
            return _sw(0x6F00)
        if spend(Fault.TRUNCATED):
            return answer[:1]
        if spend(Fault.GARBAGE):
            return b"\xff" * 20 + _sw(OK)
        if spend(Fault.OVERSIZE):
            self._rest = bytes(1 << 17)
            return self._part(_PART)[0] + _sw(0x6100)
        if own(CardFault.NO_STATUS):
            return answer[:-2] + b"\x12\x34"
        if own(CardFault.TOO_LONG):
            return bytes(_PART + 1) + _sw(OK)
        return answer

    def _react(self, command: Command) -> tuple[bytes, int]:
        if command.cla & ~CHAINED:
            raise Refused(0x6E00)
        if command.ins == GET_RESPONSE:
            if not self._rest:
                raise Refused(0x6985)
            return self._part(command.le or _PART)
        self._rest = b""
        chained = self._chain + command.data
        self._chain = chained if command.cla & CHAINED else b""
        if len(chained) > _MAX_CHAIN:
            raise Refused(0x6700)
        if command.cla & CHAINED:
            return b"", OK
        if self._t0 and command.data and command.le is not None:
            raise Refused(0x6700)  # T=0 carries no Le after data: the answer is fetched
        self._rest = self._applet.execute(command, chained)
        if self._t0 and command.data and self._rest:
            return b"", 0x6100 | (len(self._rest) if len(self._rest) < _PART else 0)
        return self._part(command.le or _PART)

    def _part(self, size: int) -> tuple[bytes, int]:
        """The next part of the answer, and whether there is more."""
        size = min(size, _PART)
        part, self._rest = self._rest[:size], self._rest[size:]
        left = len(self._rest)
        return part, 0x6100 | (left if left < _PART else 0) if left else OK


def _sw(status: int) -> bytes:
    return status.to_bytes(2, "big")
