"""A title chip made of software, seen from its contacts: commands in, answers out."""

from __future__ import annotations

import secrets
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from drivers.wire.apdu import CHAINED, OK, Command, parse
from simulators.faults import Stock
from simulators.title_chip import lds, security_files
from simulators.title_chip.channel import SECURED
from simulators.title_chip.faults import ChipFault
from simulators.title_chip.session import Hardware, Session
from simulators.title_chip.status import Refused
from simulators.title_chip.storage import END_OF_FILE, OPEN_ENDED, Storage
from simulators.vpcd import Removed
from station.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulators.title_chip.title import Title

ChipFaults = Stock[ChipFault]

# Historical bytes in compact TLV, 73: command chaining (80) and extended length (40). A
# contactless chip has no ATR; this is the one its reader makes up (PC/SC part 3, 3.1.3.2.3).
_ATR_EXTENDED = bytes.fromhex("3b8780018031c073c021c025")
_ATR_SHORT = bytes.fromhex("3b8780018031c073c0218065")
_NO_ATR = bytes.fromhex("00ff5a5a5a")  # its first byte is of neither convention (ISO 7816-3, 8.1)
_GENERAL_AUTHENTICATE = 0x86  # its chaining bit joins protocol steps, not parts of one command
_SHORT = 256
_MOST_CHAINED = 4096  # bytes over all blocks of a command
_SLOW = 2.0  # seconds
_SURPLUS = 300  # bytes
_NO_STATUS = b"\x5a\x5a"


class TitleChip:
    """The chip of `title`; `draw` gives random bytes, `wait` lets seconds pass.

    Raises `Removed` from `transmit` for `ChipFault.UNPLUG`.
    """

    def __init__(
        self,
        title: Title,
        faults: ChipFaults | None = None,
        draw: Callable[[int], bytes] = secrets.token_bytes,
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        self._faults = faults or ChipFaults()
        self._chip = Hardware(title, self._faults, draw, wait)
        profile = title.profile
        master = {lds.CARD_ACCESS: security_files.card_access(profile)} if profile.pace else {}
        if profile.extended:
            master[lds.ATR_INFO] = lds.limits(profile.longest)
        self._master = master
        self._last = b""
        self.power()

    @property
    def atr(self) -> bytes:
        """What the chip says at power-up."""
        if self._faults.armed(ChipFault.WRONG_ATR):
            return _NO_ATR
        return _ATR_EXTENDED if self._chip.title.profile.extended else _ATR_SHORT

    def power(self) -> None:
        """Forget everything volatile."""
        self._session = Session(self._chip, Storage(self._master, self._chip.title.files))
        self._chain = b""

    def transmit(self, apdu: bytes) -> bytes | None:
        """Answer one command; None never answers."""
        if self._faults.spend(ChipFault.UNPLUG):
            raise Removed
        if self._faults.spend(ChipFault.MUTE):
            return None
        if self._faults.spend(ChipFault.SLOW):
            self._chip.wait(_SLOW)
        before, self._last = self._last, self._answer(apdu)
        return self._spoilt(self._last, before)

    def _spoilt(self, answer: bytes, before: bytes) -> bytes:
        if self._faults.spend(ChipFault.GARBAGE_SW):
            return answer[:-2] + _NO_STATUS
        if self._faults.spend(ChipFault.TRUNCATED):
            return answer[:1]
        if self._faults.spend(ChipFault.OTHER_COMMAND):
            return before
        return answer

    def _answer(self, apdu: bytes) -> bytes:
        session, profile = self._session, self._chip.title.profile
        extended = len(apdu) > 5 and apdu[4] == 0
        longest = profile.longest if extended else _SHORT
        try:
            command = parse(apdu)
            if (extended and not profile.extended) or len(command.data) > profile.longest:
                raise Refused(0x6700)
            if command.cla & SECURED == SECURED:
                return self._secured(command, longest)
            if session.channel is not None:
                session.forget()  # a command in clear ends secure messaging
            data, sw = self._run(command, longest)
        except ProtocolError:
            return _status(0x6700)
        except Refused as refused:
            return _status(refused.sw)
        self._switch()
        return data + _status(sw)

    def _secured(self, command: Command, longest: int) -> bytes:
        """The answer inside secure messaging; raises `Refused` when the session is over."""
        session = self._session
        channel = session.channel
        if channel is None:
            raise Refused(0x6987)
        try:
            if self._faults.spend(ChipFault.LOST):
                raise Refused(0x6988)
            inner = channel.unwrap(command)
        except Refused:
            session.forget()
            raise
        data, sw = self._run_refusing(inner, longest)
        answer = channel.wrap(inner.ins, data, sw)
        self._switch()
        if self._faults.spend(ChipFault.NO_MAC):
            return data + _status(sw)
        if self._faults.spend(ChipFault.WRONG_MAC):
            return answer[:-3] + bytes([answer[-3] ^ 1]) + answer[-2:]
        return answer

    def _run_refusing(self, command: Command, longest: int) -> tuple[bytes, int]:
        try:
            data, sw = self._run(command, longest)
        except Refused as refused:
            return b"", refused.sw
        return data, sw

    def _run(self, command: Command, longest: int) -> tuple[bytes, int]:
        """Gather a chain, carry the command out, and see that the answer fits."""
        channel = self._session.channel
        most = channel.capacity(longest) if channel else longest
        data, self._chain = self._chain + bytes(command.data), b""
        if len(data) > _MOST_CHAINED:
            raise Refused(0x6700)
        if command.cla & CHAINED and command.ins != _GENERAL_AUTHENTICATE:
            self._chain = data
            return b"", OK
        answer, sw = self._session.execute(
            replace(command, data=data, le=_fitted(command.le, most))
        )
        if len(answer) > most:
            raise Refused(0x6700)
        if command.le in OPEN_ENDED and sw == END_OF_FILE:
            sw = OK  # nobody asked for more than there is
        if answer and self._faults.spend(ChipFault.TOO_LONG):
            answer += bytes(_SURPLUS)
        return answer, sw

    def _switch(self) -> None:
        """A session that was agreed on begins after the answer that agreed on it."""
        session = self._session
        if session.next_channel is not None:
            session.channel, session.next_channel = session.next_channel, None


def _fitted(le: int | None, most: int) -> int | None:
    """An open end (Le 00, 0000) cut to what fits; raises `Refused` for another that does not."""
    if le in OPEN_ENDED:
        return min(le, most)
    if le is not None and le > most:
        raise Refused(0x6700)
    return le


def _status(sw: int) -> bytes:
    return sw.to_bytes(2, "big")
