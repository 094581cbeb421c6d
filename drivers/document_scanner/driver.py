"""Driver of eSCL scanners.

    escl://127.0.0.1:60000/eSCL?source=platen&region=a4&dpi=300&mode=colour
    escls://scanner.mairie/eSCL?source=adf&fingerprint=<SHA-256 of its certificate, hex>

`drivers.wire.escl` has the messages, `drivers.wire.scan_port` the options of the port. What each
fault ends as stands in docs/protocols/escl.md; here is the order of a scan:

    ScannerCapabilities   the nearest resolution not below the one wanted, a size it can do
    ScannerStatus         until it is free; an empty, jammed or open scanner is not even asked
    POST ScanJobs         503: again later, until the deadline, then DeviceBusy
    NextDocument          503: not ready, again later; 404: the end, unless the job still runs
    DELETE                on every way out, unless the scanner ended the job itself
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from drivers.document_scanner.scan import Plan, Scan
from drivers.document_scanner.service import Service, Times, parse
from drivers.wire.escl import UNIT, Mode, Source, Wanted
from station.capture import Capture, Modality, Provenance
from station.device import DeviceInfo
from station.errors import DeviceUnconfigured

if TYPE_CHECKING:
    from drivers.wire.escl import Capabilities, Caps
    from station.capture import Finger
    from station.device import Guide, Patience

_FORMATS = ("image/png", "image/jpeg")  # in this order: what loses nothing first


class DocumentScanner:
    """Driver of one scanner, from its glass or from its feeder as the port says."""

    def __init__(self, port: str, times: Times | None = None) -> None:
        origin, base, self._what = parse(port)
        self._service = Service(origin, base, times or Times())

    def __enter__(self) -> Self:
        self._service.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._service.__exit__(*exc)

    def info(self) -> DeviceInfo:
        """Ask the scanner who it is."""
        return _who(*self._service.capabilities(lambda: None))

    def capture(self, wanted: tuple[Finger, ...], patience: Patience, guide: Guide) -> Capture:  # noqa: ARG002 (a page has no fingers)
        """One sample for each page: one from the glass, all of the feeder, in their order.

        `Sample.dpi` is the resolution that the page really has.
        """
        said, simulated = self._service.capabilities(patience.check)
        plan = self._plan(said)
        samples = Scan(self._service, plan, patience, guide).pages()
        who = _who(said, simulated)
        device = Provenance("document-scanner", who.model, who.serial, who.firmware, simulated)
        return Capture(Modality.DOCUMENT, samples, device)

    def _plan(self, said: Capabilities) -> Plan:
        """What to ask of this scanner; raises `DeviceUnconfigured` when it cannot do it."""
        what = self._what
        source = Source.FEEDER if what.feeder else Source.PLATEN
        caps = said.feeder if what.feeder else said.platen
        if caps is None:
            raise DeviceUnconfigured(f"the scanner has no {source.lower()}")
        dpi = caps.at_least(what.dpi)
        if dpi is None:
            raise DeviceUnconfigured(f"the scanner does not reach {what.dpi} dpi")
        mode = Mode.COLOUR if what.colour else Mode.GREY
        if caps.modes and mode not in caps.modes:
            raise DeviceUnconfigured(f"the scanner has no {mode}")
        size = what.within((caps.most[0] / UNIT, caps.most[1] / UNIT))
        region = (_length(size[0], caps, 0), _length(size[1], caps, 1))
        job = Wanted(source, mode, dpi, region, _format(caps), caps.extended, said.version)
        asked = what.asked((region[0] / UNIT, region[1] / UNIT), dpi)
        return Plan(job, asked, said.feels_paper)


def _who(said: Capabilities, simulated: bool) -> DeviceInfo:
    return DeviceInfo(
        vendor=said.vendor,
        model=said.model,
        serial=said.serial,
        firmware=f"eSCL {said.version}",
        modalities=frozenset({Modality.DOCUMENT}),
        simulated=simulated,
    )


def _length(inches: float, caps: Caps, axis: int) -> int:
    return min(max(round(inches * UNIT), caps.least[axis]), caps.most[axis])


def _format(caps: Caps) -> str:
    """The best of the formats offered; JPEG when the scanner names none."""
    if not caps.formats:
        return _FORMATS[-1]
    for kind in _FORMATS:
        if kind in caps.formats:
            return kind
    raise DeviceUnconfigured("the scanner offers no JPEG and no PNG")
