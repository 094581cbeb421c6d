"""A reader of codes, or of machine-readable zones, behind a pty: it sends what it is shown.

Faults, each spent by one showing: CUT (the end is lost), GLUED (the code before it comes along,
without waiting), TWICE (the trigger was held), GARBAGE (bytes of another baud rate), SLOW (one
byte at a time), NEVER (it sees nothing), UNPLUG (in the middle), FLOOD (it does not stop).
"""

from __future__ import annotations

from collections import deque
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Self

from simulators.faults import Stock
from simulators.pty_line import PtyLine, Unplugged

if TYPE_CHECKING:
    from collections.abc import Callable

    Send = Callable[[bytes], None]

_FLOOD = 20_000  # bytes
_NOISE = bytes([0x80, 0xFF, 0x00, 0xFE, 0x98]) * 8
_ANOTHER = b"ANOTHERONE"  # a code that lay beside the one shown


@unique
class CodeFault(StrEnum):
    """What goes wrong between a code and its line."""

    CUT = "cut"
    GLUED = "glued"
    TWICE = "twice"
    GARBAGE = "garbage"
    SLOW = "slow"
    NEVER = "never"
    UNPLUG = "unplug"
    FLOOD = "flood"


class CodeReaderSimulator:
    """A reader for the length of a `with` block, set up with `prefix` and `suffix`."""

    def __init__(self, prefix: bytes = b"", suffix: bytes = b"\r\n") -> None:
        self.faults: Stock[CodeFault] = Stock()
        self._prefix, self._suffix = prefix, suffix
        self._pieces: deque[bytes | None] = deque()
        self._line = PtyLine(self)

    def __enter__(self) -> Self:
        self._line.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._line.__exit__(*exc)

    @property
    def url(self) -> str:
        """What to put in the settings of the station, without the set-up of the reader."""
        return self._line.url

    def show(self, code: bytes) -> None:
        """Hold a code in front of the reader; it is sent with the next step of its clock."""
        self._pieces.extend(self._spoilt(code, self._prefix + code + self._suffix))

    def replug(self) -> None:
        """Put the cable back."""
        self._line.unplug()
        self._pieces.clear()
        self._line.plug()

    # --- the wire ---------------------------------------------------------------------------

    @property
    def sources(self) -> tuple[int, ...]:
        """Nothing but the cable and the clock."""
        return ()

    def receive(self, _data: bytes, send: Send) -> None:
        """Send the next piece of what was shown; a reader does not listen."""
        if self._pieces:
            piece = self._pieces.popleft()
            if piece is None:
                raise Unplugged
            send(piece)

    def _spoilt(self, code: bytes, sent: bytes) -> list[bytes | None]:
        """The pieces in which a code leaves the reader; None pulls the cable."""
        half = len(sent) // 2
        ways: dict[CodeFault, list[bytes | None]] = {
            CodeFault.NEVER: [],
            CodeFault.CUT: [self._prefix + code[: len(code) // 2]],
            CodeFault.GLUED: [self._prefix + _ANOTHER + self._suffix + sent],
            CodeFault.TWICE: [sent + sent],
            CodeFault.GARBAGE: [_NOISE + self._suffix],
            CodeFault.SLOW: [sent[i : i + 1] for i in range(len(sent))],
            CodeFault.UNPLUG: [sent[:half], None],
            CodeFault.FLOOD: [b"0" * _FLOOD],
        }
        return next((way for fault, way in ways.items() if self.faults.spend(fault)), [sent])
