"""What a chip does with one command, once it is out of its envelope.

A4 SELECT · B0, B1 READ BINARY · 84 GET CHALLENGE · 82 EXTERNAL AUTHENTICATE (BAC, or the
terminal's proof) · 88 INTERNAL AUTHENTICATE · 22 MANAGE SECURITY ENVIRONMENT
86 GENERAL AUTHENTICATE (PACE, chip authentication) · 2A VERIFY CERTIFICATE
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from drivers.wire import tlv
from drivers.wire.apdu import CHAINED, Command
from simulators.title_chip import agreement, bac, cvc, pace
from simulators.title_chip.channel import SECURED
from simulators.title_chip.faults import ChipFault
from simulators.title_chip.pace import Pace
from simulators.title_chip.profile import CHIP_ECDH
from simulators.title_chip.security_files import KEY_NUMBER
from simulators.title_chip.status import Refused, objects
from simulators.title_chip.storage import Access, Storage
from simulators.title_chip.terminal import TerminalAuthentication
from simulators.titles import digit

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulators.faults import Stock
    from simulators.title_chip.channel import Channel
    from simulators.title_chip.title import Title

_OK, _ONE_TRY = 0x9000, 0x63C1
_MRZ, _CAN = 1, 2  # numbers of passwords (ICAO Doc 9303-11, 4.4.4.1)
_PACE, _CHIP, _CHIP_KEY, _ISSUER, _TERMINAL = 0xC1A4, 0x41A4, 0x41A6, 0x81B6, 0x81A4
_FREE_TRIES, _PENALTY = 3, 1.0  # wrong passwords in a row, then seconds before each nonce


class Hardware:
    """What survives a reset: the title, its faults, chance and time, and wrong passwords."""

    def __init__(
        self,
        title: Title,
        faults: Stock[ChipFault],
        draw: Callable[[int], bytes],
        wait: Callable[[float], object],
    ) -> None:
        self.title, self.faults, self.draw, self.wait = title, faults, draw, wait
        self.wrong = 0


class Session:
    """From one power-up to the next."""

    def __init__(self, hardware: Hardware, storage: Storage) -> None:
        self._chip, self._storage = hardware, storage
        self.forget()

    def forget(self) -> None:
        """Secure messaging has ended: nothing is proven any more."""
        self.channel: Channel | None = None
        self.next_channel: Channel | None = None
        self._storage.current = None
        self._access = Access()
        self._identity = b""
        self._challenge = b""
        self._pace: Pace | None = None
        self._agreeing = False
        self._agreed = b""
        self._terminal: TerminalAuthentication | None = None

    def execute(self, command: Command) -> tuple[bytes, int]:
        """Data and status word of one whole command; raises `Refused`."""
        actions = {
            0xA4: self._select, 0xB0: self._read, 0xB1: self._read_far,
            0x84: self._get_challenge, 0x82: self._external, 0x88: self._internal,
            0x22: self._manage, 0x86: self._general, 0x2A: self._verify,
        }  # fmt: skip
        action = actions.get(command.ins)
        if action is None:
            raise Refused(0x6D00)
        if command.cla & ~(CHAINED | SECURED):
            raise Refused(0x6E00)
        return action(command)

    def _select(self, command: Command) -> tuple[bytes, int]:
        self._storage.select(command, self._access)
        return b"", _OK

    def _read(self, command: Command) -> tuple[bytes, int]:
        return self._storage.read(command, self._access)

    def _read_far(self, command: Command) -> tuple[bytes, int]:
        return self._storage.read_far(command, self._access)

    def _get_challenge(self, command: Command) -> tuple[bytes, int]:
        if not self._storage.inside:
            raise Refused(0x6985)
        if command.le is None or command.le < agreement.CHALLENGE:
            raise Refused(0x6700)
        self._challenge = self._chip.draw(agreement.CHALLENGE)
        return self._challenge, _OK

    def _external(self, command: Command) -> tuple[bytes, int]:
        challenge, self._challenge = self._challenge, b""
        if not challenge:
            raise Refused(0x6985)
        if self.channel is not None:
            return self._take_proof(bytes(command.data), challenge)
        if not self._chip.title.profile.bac:
            raise Refused(0x6985)
        keys = bac.access_keys(self._chip.title.printed.mrz_info)
        answer, self.next_channel = bac.mutual_authenticate(
            keys, challenge, bytes(command.data), self._chip.draw
        )
        number = self._chip.title.printed.number.ljust(9, "<")
        self._grant((number + digit(number)).encode("ascii"))
        return answer, _OK

    def _take_proof(self, signature: bytes, challenge: bytes) -> tuple[bytes, int]:
        """The last step of terminal authentication."""
        if self._terminal is None or not self._agreed:
            raise Refused(0x6985)
        rights = self._terminal.confirm(signature, self._identity + challenge + self._agreed)
        self._access = replace(self._access, fingers=bool(rights & cvc.READS_FINGERS))
        return b"", _OK

    def _internal(self, command: Command) -> tuple[bytes, int]:
        if not self._access.opened:
            raise Refused(0x6982)
        return agreement.prove(
            self._chip.title.keys.active, bytes(command.data), self._chip.draw
        ), _OK

    def _manage(self, command: Command) -> tuple[bytes, int]:
        data = bytes(command.data)
        where = command.p1 << 8 | command.p2
        if where == _PACE:
            self._begin_pace(data)
            counted = self._chip.faults.spend(ChipFault.CAN_COUNTED)
            return b"", _ONE_TRY if counted else _OK
        if not self._access.opened:
            raise Refused(0x6982)
        actions: dict[int, Callable[[bytes], None]] = {
            _CHIP: self._begin_agreement, _CHIP_KEY: self._agree_at_once,
            _ISSUER: lambda named: self._inspector().choose(named),
            _TERMINAL: lambda named: self._inspector().name(named),
        }  # fmt: skip
        if where not in actions:
            raise Refused(0x6A86)
        actions[where](data)
        return b"", _OK

    def _begin_pace(self, data: bytes) -> None:
        title, spend = self._chip.title, self._chip.faults.spend
        protocol, number = pace.chosen(title.profile.pace, data)
        passwords = {_MRZ: bac.password(title.printed.mrz_info), _CAN: title.printed.can.encode()}
        if not passwords.get(number):
            raise Refused(0x6A88)
        if number == _CAN and spend(ChipFault.CAN_BLOCKED):
            raise Refused(0x6983)
        self._pace = Pace(
            protocol,
            passwords[number],
            self._chip.draw,
            reflects=spend(ChipFault.REFLECTED_KEY),
            strays=spend(ChipFault.OFF_CURVE),
        )
        if self._chip.wrong >= _FREE_TRIES:
            self._chip.wait(_PENALTY)

    def _begin_agreement(self, data: bytes) -> None:
        asked, offered = objects(data), self._chip.title.profile.chip
        if offered is None or asked.get(0x80) != CHIP_ECDH + bytes([offered.cipher]):
            raise Refused(0x6A80)
        self._check_number(asked)
        self._agreeing = True

    def _agree_at_once(self, data: bytes) -> None:
        """Chip authentication with 3DES in one command: 91 the terminal's point."""
        asked, offered = objects(data), self._chip.title.profile.chip
        if offered is None or offered.cipher != 1:
            raise Refused(0x6A80)
        self._check_number(asked)
        self._agree(asked.get(0x91, b""))

    @staticmethod
    def _check_number(asked: dict[int, bytes]) -> None:
        if asked.get(0x84, bytes([KEY_NUMBER])) != bytes([KEY_NUMBER]):
            raise Refused(0x6A88)

    def _general(self, command: Command) -> tuple[bytes, int]:
        data = bytes(command.data)
        if self._agreeing and self.channel is not None:
            self._agreeing = False
            self._agree(objects(objects(data).get(0x7C, b"")).get(0x80, b""))
            return tlv.encode(0x7C), _OK
        if self._pace is None:
            raise Refused(0x6985)
        return self._advance(self._pace, data), _OK

    def _advance(self, run: Pace, data: bytes) -> bytes:
        try:
            answer = run.advance(data)
        except Refused as refused:
            self._pace = None
            self._chip.wrong += refused.sw == 0x6300
            raise
        if run.channel is not None:
            self.next_channel, self._pace, self._chip.wrong = run.channel, None, 0
            self._grant(run.identity)
        return answer

    def _agree(self, point: bytes) -> None:
        key, protocol = self._chip.title.keys.chip, self._chip.title.profile.chip
        if key is None or protocol is None:
            raise Refused(0x6A80)
        agreed = agreement.agree(key, protocol, point)
        self.next_channel, self._agreed = agreed.channel, agreed.terminal
        self._terminal = None

    def _verify(self, command: Command) -> tuple[bytes, int]:
        if (command.p1, command.p2) != (0x00, 0xBE):
            raise Refused(0x6A86)
        self._inspector().take(bytes(command.data))
        return b"", _OK

    def _inspector(self) -> TerminalAuthentication:
        """The run of terminal authentication, which chip authentication has to precede."""
        if not self._agreed:
            raise Refused(0x6985)
        if self._terminal is None:
            title = self._chip.title
            root = cvc.read(tlv.find(title.inspection_root, 0x7F21))
            self._terminal = TerminalAuthentication(root, title.printed.issued)
        return self._terminal

    def _grant(self, identity: bytes) -> None:
        self._access, self._identity = Access(opened=True), identity
