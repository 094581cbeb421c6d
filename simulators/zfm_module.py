"""A ZFM or R503 module behind a pty: 16 grey levels, one bad sum away from starting over.

Faults: MUTE (commands unanswered), BAD_CRC and TRUNCATED (of an answer or a data packet), GARBAGE,
REFUSE (code 29, sensor), UNPLUG, NEVER_PRESENT (one question finds no finger), HOSTILE_LABEL.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Self

import cv2
import numpy as np

from drivers.wire import zfm
from drivers.wire.zfm import Code, Command, Pid
from simulators.faults import Fault, Faults
from simulators.pty_line import PtyLine, Unplugged

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    Send = Callable[[bytes], None]

_PACKET = 128  # bytes of a data packet, as delivered
_SENSOR = 0x29
_SIZES = {"R503": (192, 192), "ZFM": (256, 288)}  # width, height
_HELLO = b"\x55"  # an R503 says so once after power-up


class ZfmModuleSimulator:
    """A module of `kind` "R503" or "ZFM", for the length of a `with` block."""

    def __init__(self, kind: str = "R503") -> None:
        self.faults = Faults()
        self._kind = kind
        self._finger: npt.NDArray[np.uint8] | None = None
        self._line = PtyLine(self)
        self._commands = bytearray()
        self._greeted = kind == "ZFM"

    def __enter__(self) -> Self:
        self._line.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._line.__exit__(*exc)

    @property
    def url(self) -> str:
        """What to put in the settings of the station."""
        return self._line.url.replace("baud=115200", "baud=57600")

    def present(self, grey: npt.NDArray[np.uint8] | None) -> None:
        """Lay a finger on the sensor, or take it away: (rows, columns) grey at 500 ppi."""
        self._finger = None if grey is None else self._seen(grey)

    def replug(self) -> None:
        """Put the cable back."""
        self._line.unplug()
        self._commands.clear()
        self._greeted = self._kind == "ZFM"
        self._line.plug()

    def _seen(self, grey: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """The middle of the finger, as large as the sensor, in 16 levels."""
        width, height = _SIZES[self._kind]
        padded = cv2.copyMakeBorder(
            grey, height, height, width, width, cv2.BORDER_CONSTANT, value=255
        )
        top, left = (padded.shape[0] - height) // 2, (padded.shape[1] - width) // 2
        return np.asarray(padded[top : top + height, left : left + width] // 16, np.uint8)

    # --- the wire ---------------------------------------------------------------------------

    @property
    def sources(self) -> tuple[int, ...]:
        """Nothing but the cable."""
        return ()

    def receive(self, data: bytes, send: Send) -> None:
        """Answer each whole command; anything else is thrown away."""
        if not self._greeted:
            self._greeted = True
            send(_HELLO)
        self._commands += data
        for packet in self._taken():
            if self.faults.spend(Fault.UNPLUG):
                raise Unplugged
            if not self.faults.spend(Fault.MUTE):
                self._obey(packet.content, send)

    def _taken(self) -> list[zfm.Packet]:
        decoder = zfm.Decoder()
        packets = decoder.feed(bytes(self._commands))
        if packets or not self._commands.startswith(b"\xef"):
            self._commands.clear()
        return [p for p in packets if p.pid == Pid.COMMAND and p.content]

    def _obey(self, content: bytes, send: Send) -> None:
        if self.faults.spend(Fault.REFUSE):
            self._acknowledge(_SENSOR, b"", send)
            return
        match content[0]:
            case Command.VFY_PWD:
                self._acknowledge(Code.OK, b"", send)
            case Command.READ_SYS_PARA:
                self._acknowledge(Code.OK, _system(_PACKET), send)
            case Command.READ_PROD_INFO:
                self._acknowledge(*self._product(), send)
            case Command.GEN_IMG:
                self._acknowledge(self._sees(), b"", send)
            case Command.UP_IMAGE:
                self._upload(send)
            case _:
                self._acknowledge(Code.UNDEFINED, b"", send)

    def _sees(self) -> Code:
        absent = self._finger is None or self.faults.spend(Fault.NEVER_PRESENT)
        return Code.NO_FINGER if absent else Code.OK

    def _product(self) -> tuple[Code, bytes]:
        if self._kind == "ZFM":
            return Code.UNDEFINED, b""
        width, height = _SIZES[self._kind]
        hostile = self.faults.spend(Fault.HOSTILE_LABEL)
        model = b"SIM\x1b[2J\n" if hostile else b"SIM-R503"
        layout = struct.Struct(">16s4s8s2s8sHHHH")
        serial = bytes.fromhex("0102030405060708")
        return Code.OK, layout.pack(
            model, b"0001", serial, b"\x01\x00", b"optical", width, height, 1536, 200
        )

    def _upload(self, send: Send) -> None:
        if self._finger is None:
            self._acknowledge(Code.NO_IMAGE, b"", send)
            return
        self._acknowledge(Code.OK, b"", send)
        pairs = self._finger.reshape(-1, 2)
        data = (pairs[:, 0] << 4 | pairs[:, 1]).astype(np.uint8).tobytes()
        for start in range(0, len(data), _PACKET):
            last = start + _PACKET >= len(data)
            pid = Pid.LAST_DATA if last else Pid.DATA
            send(self._damaged(zfm.encode(pid, data[start : start + _PACKET])))

    def _acknowledge(self, code: int, values: bytes, send: Send) -> None:
        send(self._damaged(zfm.encode(Pid.ACKNOWLEDGE, bytes([code]) + values)))

    def _damaged(self, raw: bytes) -> bytes:
        if self.faults.spend(Fault.BAD_CRC):
            raw = raw[:-1] + bytes([raw[-1] ^ 1])
        if self.faults.spend(Fault.TRUNCATED):
            raw = raw[: len(raw) // 2]
        if self.faults.spend(Fault.GARBAGE):
            raw = b"\xef\xef\x01\xff" * 6 + raw
        return raw


def _system(packet: int) -> bytes:
    """Sixteen bytes of parameters: 57 600 baud, data packets of `packet` bytes."""
    code = (packet // 32).bit_length() - 1
    return struct.pack(">HHHHIHH", 4, 0, 200, 3, 0xFFFFFFFF, code, 6)
