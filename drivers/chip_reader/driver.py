"""A reader of titles behind PC/SC (`drivers.transport.pcsc_card`, `drivers.wire.chip`).

The port is `pcsc:READER`, with `inspection=FOLDER` for the keys of a laboratory's terminal. A title
may move while it is read: it is waited for, opened again, known by its EF.SOD, and read on where
it left. PC/SC knows no time-out; a mute chip is the watchdog's business.
"""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qs

from drivers.chip_reader import proofs
from drivers.chip_reader.reading import Reading
from drivers.chip_reader.talk import Talk
from drivers.transport.pcsc_card import PcscCard
from station.capture import Provenance, TitleReading
from station.device import DeviceInfo, Guidance
from station.errors import (
    CaptureTimeout,
    CardAbsent,
    CardUnknown,
    ChannelBroken,
    ChipAbsent,
    ChipRemoved,
    ChipSlow,
    ChipUnknown,
    ProtocolError,
    SessionLocked,
    StationError,
)

if TYPE_CHECKING:
    from station.capture import TitleRequest
    from station.device import Guide, Patience

_logger = logging.getLogger(__name__)

_POLL = 0.1  # seconds between two looks at an empty reader
_RETURN = 15.0  # seconds a title that moved has to come back
_MOVES = 5  # after which it is not held still enough to be read
_VIRTUAL = "Virtual PCD"  # the reader of vsmartcard: only simulated titles lie on it


class ChipReader:
    """Driver of the reader of titles; see the module for its port."""

    def __init__(self, port: str) -> None:
        self._pcsc = PcscCard(port)
        folder = parse_qs(port.partition("?")[2]).get("inspection", [""])[0]
        self._inspection = proofs.load(Path(folder)) if folder else None

    def __enter__(self) -> Self:
        self._pcsc.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._pcsc.__exit__(*exc)

    def info(self) -> DeviceInfo:
        """The reader, whether a title lies on it or not."""
        self._pcsc.insertion()
        reader = self._pcsc.reader
        return DeviceInfo(reader, "lecteur de titres", "", "PC/SC", frozenset(), _simulated(reader))

    def read_title(self, request: TitleRequest, patience: Patience, guide: Guide) -> TitleReading:
        """What the chip hands over, see `station.device.TitleChip`."""
        reading = Reading(request, self._inspection, guide)
        try:
            self._read(reading, patience, guide)
        finally:
            reading.wipe()
            with suppress(StationError):  # the reader may be what failed
                self._pcsc.disconnect()
        info = self.info()
        device = Provenance("chip-reader", info.vendor, "", info.firmware, info.simulated)
        steps = tuple(reading.steps.values())
        return TitleReading(reading.whole, steps, reading.signature, device)

    def _read(self, reading: Reading, patience: Patience, guide: Guide) -> None:
        for _ in range(_MOVES):
            insertion = self._met(patience, guide, is_back=reading.begun)
            try:
                reading.run(Talk(self._pcsc.transmit, patience))
            except CaptureTimeout as error:
                raise ChipSlow(f"not read to its end within {patience.seconds:g} s") from error
            except (CardAbsent, SessionLocked):
                _logger.info("the title moved")
            except (ChannelBroken, ProtocolError, ChipUnknown, CardUnknown) as error:
                self._judge(error, insertion)
            else:
                return
        raise ChipRemoved(f"the title left the reader {_MOVES} times")

    def _judge(self, error: StationError, insertion: int) -> None:
        """A failure of a title that moved meanwhile is only that; any other stands."""
        if self._pcsc.insertion() != insertion:
            _logger.info("the title moved")
            return
        if isinstance(error, (ProtocolError, CardUnknown)):
            raise ChipUnknown(str(error)) from error
        raise error

    def _met(self, patience: Patience, guide: Guide, *, is_back: bool) -> int:
        """Power the title once it lies on the reader: its insertion.

        Raises `ChipAbsent` when none came, `ChipRemoved` when it did not come back,
        `ChipUnknown` when what lies there never answered.
        """
        ends = time.monotonic() + (_RETURN if is_back else patience.left)
        guided, mute = False, False
        while True:
            insertion = self._pcsc.insertion()
            if insertion is not None:
                mute = not self._powered()
            if insertion is not None and not mute:
                guide(Guidance.HOLD_TITLE)
                return insertion
            if not guided:
                guide(Guidance.PLACE_TITLE)
                guided = True
            if time.monotonic() >= ends or not patience.left:
                raise _nobody(is_back=is_back, mute=mute)
            patience.cancel.wait(_POLL)
            if patience.cancel.is_set():
                patience.check()

    def _powered(self) -> bool:
        """Whether what lies on the reader answers to power; badly laid, it does not."""
        try:
            self._pcsc.connect()
        except (CardAbsent, CardUnknown, SessionLocked):
            return False
        return True


def _nobody(*, is_back: bool, mute: bool) -> StationError:
    if is_back:
        return ChipRemoved("the title left the reader and did not come back")
    if mute:
        return ChipUnknown("what lies on the reader does not answer")
    return ChipAbsent("no title lay on the reader in time")


def _simulated(reader: str) -> bool:
    return _VIRTUAL in reader
