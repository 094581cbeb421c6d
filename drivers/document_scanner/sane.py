"""Document scanners behind SANE, through `scanimage` in a child process: the second choice.

    sane:genesys:libusb:001:004?source=platen&region=a4&dpi=300&mode=colour
    sane:airscan:e0:Accueil%202?source=adf&config=/etc/dr-station/sane.d

The device is named as `scanimage -L` names it; `config` is a folder for SANE_CONFIG_DIR. The rest
of the port is that of `drivers.wire.scan_port`. What scanimage ends with is here:

    3  DeviceBusy    6  PaperJam       7  FeederEmpty, or the end of a stack    8  CoverOpen
    9  DeviceLost    10 ScannerFull    11 DeviceUnconfigured                    a signal DeviceLost
    1  it could not be opened: DeviceLost, or DeviceBusy when another program holds it
    nothing for a minute: DeviceSilent; some backends spin for ever when the scanner is busy
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote

from drivers.document_scanner.stack import Stack
from drivers.transport.scanimage import ScanImage
from drivers.wire import sane, scan_port
from drivers.wire.sane import SaneStatus
from station.capture import Capture, Modality, Provenance
from station.device import DeviceInfo, Guidance
from station.errors import (
    ConfigError,
    CoverOpen,
    DeviceBusy,
    DeviceLost,
    DeviceRefused,
    DeviceSilent,
    DeviceUnconfigured,
    FeederEmpty,
    PaperJam,
    ScannerFull,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.transport.scanimage import Batch
    from drivers.wire.sane import Options
    from station.capture import Finger, Sample
    from station.device import Guide, Patience
    from station.errors import StationError

_DEVICE = re.compile(r"[\w.]+:[^\x00-\x1f\x7f]{1,200}", re.ASCII)
_SIMULATED = re.compile(r"(^|:)test:")
_ANY_FILE = re.compile(r"(^|:)pnm:")  # a backend that plays any picture on the disk
_ERRORS = {
    SaneStatus.DEVICE_BUSY: (DeviceBusy, "the scanner is at work for somebody else"),
    SaneStatus.JAMMED: (PaperJam, "a sheet is stuck"),
    SaneStatus.NO_DOCS: (FeederEmpty, "no sheet in the feeder"),
    SaneStatus.COVER_OPEN: (CoverOpen, "the scanner is open"),
    SaneStatus.IO_ERROR: (DeviceLost, "the way to the scanner failed"),
    SaneStatus.NO_MEM: (ScannerFull, "the memory of the scanner is full"),
    SaneStatus.ACCESS_DENIED: (DeviceUnconfigured, "this user may not use the scanner"),
}


@dataclass(frozen=True, slots=True)
class SaneTimes:
    """Seconds for a question, and without a sign of life during a page."""

    answer: float = 7.0
    silence: float = 60.0


class SaneScanner:
    """Driver of one device of SANE; see the module for its port and its errors."""

    def __init__(self, port: str, times: SaneTimes | None = None) -> None:
        scheme, _, rest = port.partition(":")
        path, _, query = rest.partition("?")
        self._device = unquote(path)
        if scheme != "sane" or not _DEVICE.fullmatch(self._device):
            raise ConfigError(f"not a device of SANE: {port!r}")
        if _ANY_FILE.search(self._device):
            raise ConfigError("the backend pnm is no scanner: it plays any file")
        self._what, more = scan_port.parse(query, ("config",))
        self._program = ScanImage(more["config"])
        self._times = times or SaneTimes()
        self._options: Options | None = None
        self._names: tuple[str, str] | None = None

    def __enter__(self) -> Self:
        self._options = self._ask_options(_unhurried)
        return self

    def __exit__(self, *exc: object) -> None:
        self._options = self._names = None

    def info(self) -> DeviceInfo:
        """Open the scanner and close it again; its names are those of SANE's list."""
        self._options = self._ask_options(_unhurried)
        return self._who(_unhurried)

    def _who(self, check: Callable[[], None]) -> DeviceInfo:
        if self._names is None:
            self._names = self._ask_names(check)
        return DeviceInfo(
            *self._names,
            serial=self._device,
            firmware="SANE",
            modalities=frozenset({Modality.DOCUMENT}),
            simulated=bool(_SIMULATED.search(self._device)),
        )

    def capture(self, wanted: tuple[Finger, ...], patience: Patience, guide: Guide) -> Capture:  # noqa: ARG002 (a page has no fingers)
        """One sample for each page: one from the glass, all of the feeder, in their order."""
        if self._options is None:
            raise DeviceLost("the scanner is closed")
        who = self._who(patience.check)
        samples = self._scan(self._options, patience, guide)
        device = Provenance("sane-scanner", who.model, who.serial, who.firmware, who.simulated)
        return Capture(Modality.DOCUMENT, samples, device)

    def _scan(self, options: Options, patience: Patience, guide: Guide) -> tuple[Sample, ...]:
        what = self._what
        dpi = sane.resolution(options, what.dpi)
        size = what.within(sane.glass(options))
        arguments = [
            *("-d", self._device),
            *sane.source(options, feeder=what.feeder),
            *sane.mode(options, colour=what.colour),
            *("--resolution", str(dpi)),
            *sane.region(size),
            *(() if what.feeder else ("--batch-count=1",)),
        ]
        with (
            Stack(what.asked(size, dpi), guide) as stack,
            self._program.batch(arguments) as batch,
        ):
            guide(Guidance.SCANNING)
            self._fetch(batch, stack, patience)
            return stack.samples

    def _fetch(self, batch: Batch, stack: Stack, patience: Patience) -> None:
        """Pages until the program ends; raises for what it ends with, or for a page in part."""

        def heard() -> None:
            stack.progress(sane.percent(batch.lately) or 0)

        while True:
            page = batch.page(stack.most_bytes, self._times.silence, patience.check, heard)
            if page is None:
                break
            status = self._status_of_page(batch, len(stack) + 1, patience)
            if status != SaneStatus.EOF:
                raise _failure(status, batch.said)
            stack.keep(page)
        status = batch.wait(self._times.answer, patience.check)
        if not stack or status not in {SaneStatus.GOOD, SaneStatus.NO_DOCS}:
            raise _failure(status, batch.said)

    def _status_of_page(self, batch: Batch, page: int, patience: Patience) -> int:
        """How the page that just came ended: scanimage says so after it has closed the file."""
        while (status := sane.page_status(batch.lately, page)) is None:
            if not batch.hear(patience.check):
                return batch.wait(self._times.answer, patience.check) or SaneStatus.EOF
        return status

    def _ask_options(self, check: Callable[[], None]) -> Options:
        done = self._program.call(["-d", self._device, "-A"], self._times.answer, check)
        if done.status:
            raise _failure(done.status, done.err.encode())
        return sane.options(done.out)

    def _ask_names(self, check: Callable[[], None]) -> tuple[str, str]:
        """Vendor and model; the name of the backend when the list does not have the device."""
        with suppress(DeviceSilent):
            done = self._program.call(["-f", "%d|%v|%m%n"], self._times.answer / 4, check)
            for line in done.out.splitlines():
                name, _, rest = line.partition("|")
                if name == self._device and rest:
                    vendor, _, model = rest.partition("|")
                    return vendor, model
        return "SANE", self._device.partition(":")[0]


def _unhurried() -> None:
    """Nobody can cancel a question of the health check."""


def _failure(status: int, said: bytes) -> StationError:
    """The error for how scanimage ended."""
    if status in _ERRORS:
        leaf, text = _ERRORS[SaneStatus(status)]
        return leaf(text)
    if status < 0:
        return DeviceLost(f"scanimage was ended by signal {-status}")
    if status == SaneStatus.UNSUPPORTED and b"Device busy" in said:
        return DeviceBusy("another program holds the scanner")
    if status == SaneStatus.UNSUPPORTED and b"denied" in said:
        return DeviceUnconfigured("this user may not use the scanner")
    if status == SaneStatus.UNSUPPORTED and b"open of device" in said:
        return DeviceLost("the scanner cannot be opened")
    return DeviceRefused(status, command="scanimage")
