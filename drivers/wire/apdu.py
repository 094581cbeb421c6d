"""Commands and answers of a smart card (ISO/IEC 7816-3, 12.1; 7816-4, 5.1 to 5.6).

    short      CLA INS P1 P2 [Lc data] [Le]             Le 00 = 256
    extended   CLA INS P1 P2 00 [LcLc data] [LeLe]      Le 0000 = 65536
    answer     [data] SW1 SW2

PC/SC hands `61xx` and `6Cxx` to the application; `converse` does what they ask for, and cuts
long commands into a chain (CLA bit 0x10).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum, unique

from station.errors import ProtocolError

GET_RESPONSE = 0xC0
CHAINED = 0x10  # bit of CLA: more of this command follows
SHORT = 255  # bytes of data in a short command
MAX_ANSWER = 65536  # bytes over all parts of an answer
OK = 0x9000

Send = Callable[[bytearray], bytes]


@dataclass(frozen=True, slots=True)
class Command:
    """A command; `le` is the most bytes wanted back (None: no Le). Its data is never shown."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes | bytearray = field(default=b"", repr=False)
    le: int | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """What the card answered, and its status word."""

    data: bytes = field(repr=False)
    sw: int


@unique
class Outcome(StrEnum):
    """What a status word means, whatever the command was."""

    DONE = "done"
    PIN_WRONG = "pin-wrong"
    PIN_BLOCKED = "pin-blocked"
    NOT_ALLOWED = "not-allowed"
    AUTHENTICATION_FAILED = "authentication-failed"
    NOT_FOUND = "not-found"
    CHANNEL_LOST = "channel-lost"  # secure messaging objects missing or wrong
    MISUSED = "misused"  # the card does not take this command as we built it
    REFUSED = "refused"


_OUTCOMES = {
    OK: Outcome.DONE,
    0x6300: Outcome.AUTHENTICATION_FAILED,
    0x6982: Outcome.NOT_ALLOWED,
    0x6983: Outcome.PIN_BLOCKED,
    0x63C0: Outcome.PIN_BLOCKED,
    0x6987: Outcome.CHANNEL_LOST,
    0x6988: Outcome.CHANNEL_LOST,
    0x6A82: Outcome.NOT_FOUND,
    0x6A88: Outcome.NOT_FOUND,
} | dict.fromkeys(
    (0x6700, 0x6882, 0x6884, 0x6985, 0x6986, 0x6A80, 0x6A86, 0x6B00, 0x6D00, 0x6E00),
    Outcome.MISUSED,
)


def outcome(sw: int) -> Outcome:
    """The meaning of a status word; one that the tables do not know is a refusal."""
    if tries(sw):
        return Outcome.PIN_WRONG
    if sw >> 8 in (0x61, 0x6C):
        return Outcome.MISUSED  # `converse` has already done what they ask for
    return _OUTCOMES.get(sw, Outcome.REFUSED)


def tries(sw: int) -> int:
    """Tries left in a status 63Cx, 0 for any other."""
    return sw & 0x0F if sw & 0xFFF0 == 0x63C0 else 0


def build(command: Command, *, extended: bool = False) -> bytearray:
    """The bytes of a command; raises ValueError when a field does not fit the form.

    A bytearray, so that `converse` can wipe what may have carried a PIN.
    """
    size, le = len(command.data), command.le
    top = 65535 if extended else SHORT
    if size > top or (le is not None and not 1 <= le <= top + 1):
        raise ValueError(f"{size} bytes with Le {le} do not fit the form")
    width = 2 if extended else 1
    apdu = bytearray((command.cla, command.ins, command.p1, command.p2))
    if extended and (size or le is not None):
        apdu.append(0)
    if size:
        apdu += size.to_bytes(width, "big")
        apdu += command.data
    if le is not None:
        apdu += (le % (top + 1)).to_bytes(width, "big")
    return apdu


def parse(apdu: bytes) -> Command:
    """A command from its bytes, either form; raises `ProtocolError`."""
    if len(apdu) < 4:
        raise ProtocolError(f"command of {len(apdu)} bytes")
    command, body = Command(*apdu[:4]), bytes(apdu[4:])
    if len(body) > 1 and body[0] == 0:
        return _with_body(command, body[1:], width=2)
    return _with_body(command, body, width=1)


def _with_body(command: Command, body: bytes, *, width: int) -> Command:
    if not body:
        return command
    top = 1 << 8 * width
    if len(body) == width:
        return replace(command, le=int.from_bytes(body, "big") or top)
    size, rest = int.from_bytes(body[:width], "big"), body[width:]
    data, tail = rest[:size], rest[size:]
    if not size or len(data) < size or len(tail) not in (0, width):
        raise ProtocolError(f"command with Lc {size} and {len(rest)} bytes after it")
    le = (int.from_bytes(tail, "big") or top) if tail else None
    return replace(command, data=data, le=le)


def split(answer: bytes) -> Response:
    """An answer into its data and status word; raises `ProtocolError`."""
    if not 2 <= len(answer) <= MAX_ANSWER + 2:
        raise ProtocolError(f"answer of {len(answer)} bytes")
    if answer[-2] >> 4 not in (6, 9):  # 7816-4, 5.6: no other status exists
        raise ProtocolError(f"answer with the status {answer[-2:].hex()}")
    return Response(bytes(answer[:-2]), int.from_bytes(answer[-2:], "big"))


def converse(send: Send, command: Command, *, extended: bool = False) -> Response:
    """Send a command and gather its whole answer; wipes every block it sent.

    In short form a long command is a chain, which ends early when the card refuses a block.
    Raises `ProtocolError` for an answer without an end, and whatever `send` raises.
    """
    *before, last = (command,) if extended else tuple(_chain(command))
    for block in before:
        answer = _ask(send, block)
        if answer.sw != OK:
            return answer
    answer = _ask(send, last, extended=extended)
    data = bytearray(answer.data)
    while answer.sw >> 8 == 0x61:
        more = Command(command.cla & ~CHAINED, GET_RESPONSE, 0, 0, le=answer.sw & 0xFF or 256)
        answer = _ask(send, more)
        data += answer.data
        if len(data) > MAX_ANSWER or (answer.sw >> 8 == 0x61 and not answer.data):
            raise ProtocolError(f"answer without an end, {len(data)} bytes so far")
    return Response(bytes(data), answer.sw)


def _chain(command: Command) -> Iterator[Command]:
    data = command.data
    while len(data) > SHORT:
        yield replace(command, cla=command.cla | CHAINED, data=data[:SHORT], le=None)
        data = data[SHORT:]
    yield replace(command, data=data)


def _ask(send: Send, command: Command, *, extended: bool = False) -> Response:
    answer = _once(send, command, extended=extended)
    if answer.sw >> 8 == 0x6C:
        shorter = replace(command, le=answer.sw & 0xFF or 256)
        answer = _once(send, shorter, extended=extended)
    return answer


def _once(send: Send, command: Command, *, extended: bool) -> Response:
    apdu = build(command, extended=extended)
    try:
        answer = split(send(apdu))
    finally:
        apdu[:] = bytes(len(apdu))
    if len(answer.data) > (command.le or 0):  # more than was asked for answers something else
        raise ProtocolError(f"INS {command.ins:02x}: {len(answer.data)} bytes, not {command.le}")
    return answer
