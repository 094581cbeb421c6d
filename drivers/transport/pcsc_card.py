"""A card in a PC/SC reader, opened from a URL such as `pcsc:Virtual PCD 00 00`.

The name may be a part of the reader's. `pcsc:NAME?socket=PATH` speaks to the pcscd that listens
there: libpcsclite reads that path once, at the first call of the process.
"""

from __future__ import annotations

import logging
import os
from typing import Any, Self
from urllib.parse import parse_qs

from station.errors import (
    CardAbsent,
    CardBusy,
    CardUnknown,
    ConfigError,
    DeviceLost,
    DeviceRefused,
    DeviceSilent,
    ProtocolError,
    SessionLocked,
    StationError,
)
from station.log import TRAFFIC

try:
    from smartcard import scard
except ImportError:  # a station without an agent card reader needs no PC/SC
    scard = None

logger = logging.getLogger(__name__)

_SOCKET = "PCSCLITE_CSOCK_NAME"
_HEADER = 4  # bytes of CLA, INS, P1, P2
_SECRET = (0x20, 0x24, 0x2C)  # VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER
_EVENTS = 16  # dwEventState: the upper half counts insertions and removals

# pcsclite.h; the signed numbers of pyscard are brought to 32 bits first
_ERRORS: dict[int, tuple[type[StationError], str]] = {
    0x8010001D: (DeviceSilent, "the PC/SC service does not answer"),
    0x8010001E: (DeviceSilent, "the PC/SC service stopped"),
    0x80100069: (CardAbsent, "the card was removed"),
    0x80100067: (CardAbsent, "the card has no power"),
    0x8010000C: (CardAbsent, "no card in the reader"),
    0x80100016: (CardAbsent, "the exchange with the card broke off"),
    0x80100068: (SessionLocked, "the card was reset by another program"),
    0x80100066: (CardUnknown, "the card does not answer to power"),
    0x8010000F: (CardUnknown, "the card speaks no protocol of the reader"),
    0x8010000B: (CardBusy, "another program holds the card"),
    0x80100009: (DeviceLost, "the card reader is unknown"),
    0x80100017: (DeviceLost, "the card reader went away"),
    0x8010002E: (DeviceLost, "no card reader"),
    0x80100003: (DeviceLost, "the PC/SC service was restarted"),
    0x80100013: (DeviceLost, "the connection to the PC/SC service broke"),
}


class PcscCard:
    """One reader and the card in it, held exclusively; bytes in, bytes out.

    No call has a time-out in PC/SC: a mute card is the watchdog's business. Raises the errors of
    the table above, `DeviceRefused` with the PC/SC code for any other, and `ConfigError`.
    """

    def __init__(self, url: str) -> None:
        scheme, _, rest = url.partition(":")
        self._wanted, _, query = rest.partition("?")
        if scheme != "pcsc" or not self._wanted:
            raise ConfigError(f"not a card reader: {url!r}")
        self._socket = parse_qs(query).get("socket", [""])[0]
        self._context: Any = None
        self._handle: Any = None
        self._protocol: Any = None
        self.reader = ""

    def __enter__(self) -> Self:
        if scard is None:
            raise ConfigError("no pyscard: install the extra `smartcard` to use an agent card")
        if self._socket:
            os.environ[_SOCKET] = self._socket
        code, self._context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        _check("SCardEstablishContext", code)
        try:
            self.reader = self._find()
        except BaseException:
            self._release()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self.disconnect()
        self._release()

    def connect(self) -> None:
        """Power the card and hold it alone."""
        self.disconnect()
        code, handle, protocol = scard.SCardConnect(
            self._open_context,
            self.reader,
            scard.SCARD_SHARE_EXCLUSIVE,
            scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1,
        )
        _check("SCardConnect", code)
        self._handle, self._protocol = handle, protocol

    def disconnect(self) -> None:
        """Reset the card and let it go; a card that left is let go as well."""
        handle, self._handle = self._handle, None
        if handle is not None:
            scard.SCardDisconnect(handle, scard.SCARD_RESET_CARD)

    def transmit(self, apdu: bytearray) -> bytes:
        """Send one command and return the answer, status word included."""
        if self._handle is None:
            raise CardAbsent("no card is connected")
        framed = self._framed(apdu)
        numbers = list(framed)
        try:
            code, answer = scard.SCardTransmit(self._handle, self._protocol, numbers)
        finally:  # they may be a PIN
            numbers[:] = [0] * len(numbers)
            if framed is not apdu:
                framed[:] = bytes(len(framed))
        _check("SCardTransmit", code)
        _trace(apdu, answer)
        if not answer:  # what pcscd says of a card that vanished inside the exchange
            raise CardAbsent("the card was removed during the exchange")
        if not all(-128 <= byte <= 255 for byte in answer):
            raise ProtocolError("answer with something other than bytes")
        return bytes(byte & 0xFF for byte in answer)

    def _framed(self, apdu: bytearray) -> bytearray:
        """The command as the protocol of the card carries it.

        T=0 has no room for Lc and Le at once, and none for neither (ISO/IEC 7816-3, 12.2).
        """
        if self._protocol != scard.SCARD_PROTOCOL_T0:
            return apdu
        if len(apdu) == _HEADER:
            return apdu + b"\x00"
        both = len(apdu) == _HEADER + 1 + apdu[_HEADER] + 1 and apdu[_HEADER]
        return apdu[:-1] if both else apdu

    def control(self, code: int, data: bytes) -> bytes:
        """Send a command to the reader itself and return its answer; a card must be connected."""
        if self._handle is None:
            raise CardAbsent("no card is connected")
        result, answer = scard.SCardControl(self._handle, code, list(data))
        _check("SCardControl", result)
        return bytes(byte & 0xFF for byte in answer)

    def insertion(self) -> int | None:
        """Which insertion since the start of pcscd the present card is; None without a card."""
        code, states = scard.SCardGetStatusChange(
            self._open_context, 0, [(self.reader, scard.SCARD_STATE_UNAWARE)]
        )
        _check("SCardGetStatusChange", code)
        state: int = states[0][1]
        return state >> _EVENTS if state & scard.SCARD_STATE_PRESENT else None

    @property
    def _open_context(self) -> Any:
        if self._context is None:
            raise DeviceLost("the card reader is closed")
        return self._context

    def _find(self) -> str:
        code, readers = scard.SCardListReaders(self._context, [])
        _check("SCardListReaders", code)
        named = [name for name in readers if self._wanted in name]
        if not named:
            raise DeviceLost(f"no card reader called {self._wanted!r}")
        return self._wanted if self._wanted in named else str(named[0])

    def _release(self) -> None:
        context, self._context = self._context, None
        if context is not None:
            scard.SCardReleaseContext(context)


def _trace(apdu: bytearray, answer: list[int]) -> None:
    """One line for each exchange; of one that carries a PIN, not even its length."""
    if apdu[1] in _SECRET:
        logger.log(TRAFFIC, "INS %02x: masked", apdu[1])
    else:
        logger.log(TRAFFIC, "INS %02x: %d B out, %d B in", apdu[1], len(apdu), len(answer))


def _check(call: str, signed: int) -> None:
    code = signed & 0xFFFFFFFF
    if code == 0:
        return
    if code in _ERRORS:
        leaf, text = _ERRORS[code]
        raise leaf(text)
    raise DeviceRefused(code, command=call)
