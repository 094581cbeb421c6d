"""ZhianTec / Grow ZFM and R503 modules: diagnostics and demonstration only.

    serial:///dev/ttyUSB0?baud=57600

They send four bits a pixel, which no record of a dossier may hold: the driver has no `capture`
and yields a `Trial`, a type that no step of the pipeline accepts.

    VfyPwd → ReadSysPara → ReadProdInfo (R503 only) → GenImg … → UpImage → data packets
"""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Self

import numpy as np

from drivers.transport.serial_line import SerialLine
from drivers.wire import zfm
from drivers.wire.zfm import Code, Command, Pid
from station.capture import Modality, Provenance, Trial
from station.device import DeviceInfo
from station.errors import CaptureTimeout, DeviceRefused, DeviceSilent, ProtocolError

if TYPE_CHECKING:
    import numpy.typing as npt

_REPLY, _TRIES = 0.5, 3  # seconds, attempts: the first command after power-up may be lost
_GAP = 0.5  # seconds without a byte of an image
_POLL = 0.15  # seconds between two questions whether a finger is there
_PASSWORD = bytes(4)  # as delivered
_ZFM = zfm.Product("ZFM", "", 256, 288)  # older modules cannot say
_DPI = {"ZFM": 500}
_R503_DPI = 508
_UNKNOWN = {Code.PACKET_ERROR, Code.UNDEFINED, Code.UNSUPPORTED}
_RETRY = {Code.NO_FINGER, Code.MESSY, Code.FEW_POINTS, Code.NO_IMAGE}


class ZfmModule:
    """Driver of a module; see the module for what it is good for."""

    def __init__(self, port: str) -> None:
        self._line = SerialLine(port)
        self._decoder = zfm.Decoder()
        self._waiting: deque[zfm.Packet] = deque()
        self._product: zfm.Product | None = None

    def __enter__(self) -> Self:
        self._line.__enter__()
        try:
            self._ask(Command.VFY_PWD, _PASSWORD)
            zfm.system(self._ask(Command.READ_SYS_PARA))
            self._product = self._who()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self._product = None
        self._line.__exit__(*exc)

    def info(self) -> DeviceInfo:
        """Who the module is; asks it for its parameters, so that a dead one is noticed."""
        zfm.system(self._ask(Command.READ_SYS_PARA))
        product = self._known()
        return DeviceInfo(
            vendor="ZhianTec",
            model=product.model,
            serial=product.serial,
            firmware="",
            modalities=frozenset({Modality.FINGER}),
            simulated=product.model.startswith("SIM"),
        )

    def trial(self, seconds: float) -> Trial:
        """Wait `seconds` for a finger and fetch its image, 16 grey levels.

        Raises `CaptureTimeout`, and the leaves of `DeviceError`.
        """
        info, product = self.info(), self._known()
        self._wait(seconds)
        pixels = self._image(product)
        device = Provenance("zfm-module", info.model, info.serial, "", info.simulated)
        return Trial(pixels, _DPI.get(product.model, _R503_DPI), 16, device)

    # --- questions and answers ----------------------------------------------------------------

    def _who(self) -> zfm.Product:
        code, values = self._answer(zfm.command(Command.READ_PROD_INFO))
        if code in _UNKNOWN:
            return _ZFM
        return zfm.product(_succeeded(code, Command.READ_PROD_INFO, values))

    def _known(self) -> zfm.Product:
        if self._product is None:
            raise DeviceSilent("the module is closed")
        return self._product

    def _ask(self, command: Command, parameters: bytes = b"") -> bytes:
        code, values = self._answer(zfm.command(command, parameters))
        return _succeeded(code, command, values)

    def _answer(self, raw: bytes) -> tuple[int, bytes]:
        """The confirmation code and the values that follow it; asks three times."""
        dropped = self._decoder.dropped
        for _ in range(_TRIES):
            self._waiting.clear()
            self._line.write(raw)
            deadline = time.monotonic() + _REPLY
            while time.monotonic() < deadline:
                packet = self._packet()
                if packet is not None and packet.pid == Pid.ACKNOWLEDGE and packet.content:
                    return packet.content[0], packet.content[1:]
        if self._decoder.dropped > dropped:
            raise ProtocolError("no sound answer from the module")
        raise DeviceSilent("no answer from the module")

    def _packet(self) -> zfm.Packet | None:
        """The next packet, None when the line had none within its poll."""
        if not self._waiting:
            self._waiting += self._decoder.feed(self._line.read())
        return self._waiting.popleft() if self._waiting else None

    # --- the image ----------------------------------------------------------------------------

    def _wait(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            code, values = self._answer(zfm.command(Command.GEN_IMG))
            if code not in _RETRY:
                _succeeded(code, Command.GEN_IMG, values)
                return
            time.sleep(_POLL)
        raise CaptureTimeout(f"no finger on the module within {seconds:g} s")

    def _image(self, product: zfm.Product) -> npt.NDArray[np.uint8]:
        """Data packets are never repeated: a damaged one has the whole image sent again."""
        size = product.width * product.height // 2
        for _ in range(_TRIES):
            self._ask(Command.UP_IMAGE)
            data = self._data(size)
            if len(data) == size:
                return _grey(data, product)
        raise ProtocolError("the image of the module does not arrive whole")

    def _data(self, size: int) -> bytes:
        """The image as far as it comes: to its last packet, its size, or silence."""
        data = bytearray()
        quiet = time.monotonic() + _GAP
        while time.monotonic() < quiet and len(data) <= size:
            packet = self._packet()
            if packet is None:
                continue
            quiet = time.monotonic() + _GAP
            data += packet.content
            if packet.pid == Pid.LAST_DATA:
                break
        return bytes(data)


def _succeeded(code: int, command: Command, values: bytes) -> bytes:
    if code != Code.OK:
        raise DeviceRefused(code, command=command.name)
    return values


def _grey(data: bytes, product: zfm.Product) -> npt.NDArray[np.uint8]:
    """Two pixels a byte, the left one in the high half, spread from 0–15 to 0–255."""
    pairs = np.frombuffer(data, np.uint8)
    nibbles = np.stack((pairs >> 4, pairs & 15), axis=1)
    return (nibbles * np.uint8(17)).reshape(product.height, product.width)
