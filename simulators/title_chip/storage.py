"""The files of a chip, and who may read them (ICAO Doc 9303-10, §3.6; ISO/IEC 7816-4, 7.2).

Nothing of the application before BAC or PACE; DG3 only after terminal authentication.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.wire import tlv
from simulators.title_chip import lds
from simulators.title_chip.status import Refused, only

if TYPE_CHECKING:
    from collections.abc import Mapping

    from drivers.wire.apdu import Command

AID = bytes.fromhex("a0000002471001")
_MASTER_FILE = b"\x3f\x00"
_FINGERS = lds.file_of(3)
OPEN_ENDED = (256, 65536)  # what Le 00 and Le 0000 stand for: whatever there is
END_OF_FILE = 0x6282
_OK = 0x9000


@dataclass(frozen=True, slots=True)
class Access:
    """What the terminal has proven so far."""

    opened: bool = False
    fingers: bool = False


@dataclass(slots=True)
class Storage:
    """Two directories and the place a terminal has got to; power off forgets the place."""

    master: Mapping[int, bytes]
    application: Mapping[int, bytes]
    inside: bool = False
    current: int | None = None

    def select(self, command: Command, access: Access) -> None:
        """SELECT by name, by file identifier, or the master file; raises `Refused`."""
        data = bytes(command.data)
        if command.p2 & ~0x0C:
            raise Refused(0x6A86)
        if command.p1 == 0x04:
            self._enter(data)
        elif command.p1 == 0x00 and data in (b"", _MASTER_FILE):
            self.inside, self.current = False, None
        elif command.p1 in (0x00, 0x02) and len(data) == 2:
            self._open(int.from_bytes(data, "big"), access)
        else:
            raise Refused(0x6A86)

    def read(self, command: Command, access: Access) -> tuple[bytes, int]:
        """READ BINARY with an offset of fifteen bits, or of eight behind a short identifier."""
        if command.p1 & 0x80:
            self._open(self._by_short(command.p1 & 0x1F), access)
            return self._part(command.p2, command.le)
        return self._part(command.p1 << 8 | command.p2, command.le)

    def read_far(self, command: Command, access: Access) -> tuple[bytes, int]:
        """READ BINARY with the offset in a data object (INS B1): 54 asks, 53 answers."""
        name = command.p1 << 8 | command.p2
        if name:
            self._open(self._by_short(name) if name <= 0x1E else name, access)
        coded = only(bytes(command.data), 0x54)
        if not 1 <= len(coded) <= 4 or command.le is None:
            raise Refused(0x6A80)
        room = command.le - (2 if command.le < 0x82 else 3 if command.le < 0x103 else 4)
        part, sw = self._part(int.from_bytes(coded, "big"), max(room, 1))
        return tlv.encode(0x53, part), sw

    def _enter(self, name: bytes) -> None:
        if name != AID:
            raise Refused(0x6A82)
        self.inside, self.current = True, None

    def _open(self, file: int, access: Access) -> None:
        if file not in self._files:
            raise Refused(0x6A82)
        if self.inside and not (access.opened and (access.fingers or file != _FINGERS)):
            raise Refused(0x6982)
        self.current = file

    def _by_short(self, short: int) -> int:
        if not self.inside and short == 0x01:
            return lds.ATR_INFO
        return 0x100 | short

    @property
    def _files(self) -> Mapping[int, bytes]:
        return self.application if self.inside else self.master

    def _part(self, offset: int, size: int | None) -> tuple[bytes, int]:
        if self.current is None:
            raise Refused(0x6986)
        if size is None:
            raise Refused(0x6700)
        content = self._files[self.current]
        if offset >= len(content):
            raise Refused(0x6B00)
        part = content[offset : offset + size]
        return part, _OK if len(part) == size else END_OF_FILE
