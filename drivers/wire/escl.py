"""eSCL (AirScan) messages: XML of a stranger in, bounded values out; job settings out.

    GET    ScannerCapabilities          who it is; platen and feeder: sizes, modes, resolutions
    GET    ScannerStatus                State, AdfState, jobs with their states
    POST   ScanJobs  ScanSettings       201 + Location, 503 busy, 409 not now
    GET    <Location>/NextDocument      one page; 404 the job has no more; 503 not ready yet
    DELETE <Location>                   cancel

Lengths are in 1/300 inch, whatever the resolution. Elements are told by their local names: the
prefixes, namespaces and versions (2.0 to 2.97) of devices differ, the names do not. Written from
public traces and docs/protocols/escl.md; no specification was copied.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from station.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

MAX_XML = 256 * 1024  # bytes; the capabilities of a large office device have about 40 kB
MAX_LOCATION = 1024  # characters
UNIT = 300  # lengths of the protocol to the inch
_MAX_NUMBER = 10**6
_MAX_LISTED = 64  # resolutions, modes or formats of one source that are looked at
_OLDEST = "2.0"  # what every device understands


@unique
class Source(StrEnum):
    """Where the paper lies, as `InputSource` has it."""

    PLATEN = "Platen"
    FEEDER = "Feeder"


@unique
class Mode(StrEnum):
    """Colour, as `ColorMode` has it; black and white is no use to a CERT."""

    COLOUR = "RGB24"
    GREY = "Grayscale8"


@unique
class Trouble(StrEnum):
    """Why a scanner stands still, whatever words it has for it."""

    EMPTY = "empty"
    JAM = "jam"
    COVER = "cover"
    MISFEED = "misfeed"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True)
class Caps:
    """What one source can do; lengths in 1/300 inch, resolutions in dpi, ascending."""

    least: tuple[int, int]  # width, height
    most: tuple[int, int]
    modes: frozenset[Mode]
    formats: tuple[str, ...]
    extended: bool  # whether it knows DocumentFormatExt (version 2.1 and later)
    resolutions: tuple[int, ...]
    span: range | None  # of resolutions, when they are not listed

    def at_least(self, dpi: int) -> int | None:
        """The lowest resolution not below `dpi`; None when all are."""
        offered = self.resolutions or self.span or ()
        return next((r for r in offered if r >= dpi), None)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Who the scanner says it is, and its sources; `feels_paper`: AdfState can be relied on."""

    version: str
    vendor: str
    model: str
    serial: str
    platen: Caps | None
    feeder: Caps | None
    feels_paper: bool


@dataclass(frozen=True, slots=True)
class Status:
    """What the scanner does now; `jobs` maps the last part of each job's path to its state."""

    state: str
    reason: Trouble | None
    feeder: Trouble | None
    warming: bool
    jobs: dict[str, str]

    @property
    def working(self) -> bool:
        """Whether it is busy and will be free again by itself."""
        return self.warming or self.state in {"Processing", "Testing"}

    def trouble(self, source: Source) -> Trouble | None:
        """Why it cannot scan from `source`; the state of the feeder is none of the glass's."""
        if source is Source.FEEDER:
            return self.reason or self.feeder
        return None if self.reason is Trouble.EMPTY else self.reason

    def runs(self, job: str) -> bool:
        """Whether the job at this path has pages to come, by its own account."""
        return self.jobs.get(job.rpartition("/")[2]) in {"Pending", "Processing"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A job: `region` is width and height in 1/300 inch, from the corner of the glass."""

    source: Source
    mode: Mode
    dpi: int
    region: tuple[int, int]
    format: str
    extended: bool
    version: str = _OLDEST


_ADF = {
    "ScannerAdfEmpty": Trouble.EMPTY,
    "ScannerAdfJam": Trouble.JAM,
    "ScannerAdfDoorOpen": Trouble.COVER,
    "ScannerAdfHatchOpen": Trouble.COVER,
    "ScannerAdfMispick": Trouble.MISFEED,
    "ScannerAdfMultipickDetected": Trouble.MISFEED,
    "ScannerAdfInputTrayFailed": Trouble.MISFEED,
    "ScannerAdfInputTrayOverloaded": Trouble.MISFEED,
    "ScannerAdfDuplexPageTooShort": Trouble.MISFEED,
    "ScannerAdfDuplexPageTooLong": Trouble.MISFEED,
}
_REASONS = {  # the words of PWG and WS-Scan, which some devices put into StateReason
    "MediaJam": Trouble.JAM,
    "CoverOpen": Trouble.COVER,
    "InterlockOpen": Trouble.COVER,
    "InputTrayEmpty": Trouble.EMPTY,
    "MultipleFeedError": Trouble.MISFEED,
    "InternalStorageFull": Trouble.MEMORY,
}
_WARMING = frozenset({"LampWarming", "Calibrating", "WarmingUp"})
_NAMESPACES = (
    'xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm" '
    'xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03"'
)


def capabilities(xml: bytes) -> Capabilities:
    """Read ScannerCapabilities; raises `ProtocolError` when no source can be used."""
    root = _root(xml, "ScannerCapabilities")
    profiles = _profiles(root)
    platen = _caps(_first(root, "PlatenInputCaps"), profiles)
    simplex = _first(root, "AdfSimplexInputCaps")
    duplex = _first(root, "AdfDuplexInputCaps")
    feeder = _caps(duplex if simplex is None else simplex, profiles)
    if platen is None and feeder is None:
        raise ProtocolError("the scanner names no source of pages")
    options = set(_texts(root, "AdfOption"))
    make = _text(root, "MakeAndModel") or _text(root, "ModelName")
    vendor = _text(root, "Manufacturer") or make.partition(" ")[0]
    return Capabilities(
        version=_version(root),
        vendor=vendor,
        model=make.removeprefix(vendor).strip() or make,
        serial=_text(root, "SerialNumber") or _text(root, "UUID"),
        platen=platen,
        feeder=feeder,
        feels_paper=not options or "DetectPaperLoaded" in options,
    )


def status(xml: bytes) -> Status:
    """Read ScannerStatus; a word that is not known is no trouble. Raises `ProtocolError`."""
    root = _root(xml, "ScannerStatus")
    reasons = list(_texts(root, "StateReason"))
    jobs = {}
    for info in _named(root, "JobInfo"):
        jobs[_text(info, "JobUri").rstrip("/").rpartition("/")[2]] = _text(info, "JobState")
    return Status(
        state=_text(root, "State"),
        reason=next((_REASONS[r] for r in reasons if r in _REASONS), None),
        feeder=_ADF.get(_text(root, "AdfState")),
        warming=not _WARMING.isdisjoint(reasons),
        jobs=jobs,
    )


def settings(job: Wanted) -> bytes:
    """The ScanSettings of `job`, elements in the order that strict devices insist on."""
    width, height = job.region
    extended = f"<scan:DocumentFormatExt>{job.format}</scan:DocumentFormatExt>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><scan:ScanSettings {_NAMESPACES}>'
        f"<pwg:Version>{job.version}</pwg:Version><scan:Intent>Document</scan:Intent>"
        "<pwg:ScanRegions><pwg:ScanRegion>"
        f"<pwg:Height>{height}</pwg:Height>"
        "<pwg:ContentRegionUnits>escl:ThreeHundredthsOfInches</pwg:ContentRegionUnits>"
        f"<pwg:Width>{width}</pwg:Width><pwg:XOffset>0</pwg:XOffset><pwg:YOffset>0</pwg:YOffset>"
        "</pwg:ScanRegion></pwg:ScanRegions>"
        f"<pwg:DocumentFormat>{job.format}</pwg:DocumentFormat>"
        f"<pwg:InputSource>{job.source}</pwg:InputSource>"
        f"<scan:XResolution>{job.dpi}</scan:XResolution>"
        f"<scan:YResolution>{job.dpi}</scan:YResolution>"
        f"<scan:ColorMode>{job.mode}</scan:ColorMode>"
        + ("<scan:Duplex>false</scan:Duplex>" if job.source is Source.FEEDER else "")
        + (extended if job.extended else "")
        + "</scan:ScanSettings>"
    ).encode()


def job_path(base: str, location: str) -> str:
    """The path of a new job from its Location: whatever host it names, we ask the one we know.

    `base` is the path of the service. Raises `ProtocolError` for what is no path.
    """
    if not location or len(location) > MAX_LOCATION or not location.isascii():
        raise ProtocolError("a job without a usable Location")
    try:
        path = urlsplit(urljoin(f"http://scanner{base}/", location)).path.rstrip("/")
    except ValueError as error:
        raise ProtocolError("a job without a usable Location") from error
    if not re.fullmatch(r"(/[\w.~:@!$&'()*+,;=%-]+)+", path) or ".." in path:
        raise ProtocolError("a job without a usable Location")
    return path


def _root(xml: bytes, name: str) -> Element:
    if len(xml) > MAX_XML:
        raise ProtocolError(f"{name} of more than {MAX_XML} bytes")
    try:
        root: Element = fromstring(xml.strip(b"\0 \r\n\t"), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise ProtocolError(f"{name} is not XML that can be read") from error
    if _local(root) != name:
        raise ProtocolError(f"not {name}")
    return root


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _named(element: Element, name: str) -> Iterator[Element]:
    return (e for e in element.iter() if _local(e) == name)


def _first(element: Element, name: str) -> Element | None:
    return next(_named(element, name), None)


def _texts(element: Element, name: str) -> Iterator[str]:
    return ((e.text or "").strip() for e in _named(element, name))


def _text(element: Element, name: str) -> str:
    return next(_texts(element, name), "")


def _number(element: Element, name: str, otherwise: int = 0) -> int:
    text = _text(element, name)
    if not text:
        return otherwise
    if not re.fullmatch(r"\d{1,7}", text, re.ASCII) or int(text) > _MAX_NUMBER:
        raise ProtocolError(f"{name} is no number")
    return int(text)


def _version(root: Element) -> str:
    said = _text(root, "Version")
    return said if re.fullmatch(r"2\.\d{1,3}", said, re.ASCII) else _OLDEST


def _profiles(root: Element) -> dict[str, Element]:
    """Profiles that sources may refer to by name."""
    return {e.get("name", ""): e for e in _named(root, "SettingProfile") if e.get("name")}


def _caps(element: Element | None, profiles: dict[str, Element]) -> Caps | None:
    """What a source can do; None when there is no such source."""
    if element is None:
        return None
    named = list(_named(element, "SettingProfile"))[:_MAX_LISTED]
    own = [profiles.get(e.get("ref", ""), e) for e in named] or [element]
    modes = {text for e in own for text in _texts(e, "ColorMode")}
    extended = any(_first(e, "DocumentFormatExt") is not None for e in own)
    kinds = ("DocumentFormatExt", "DocumentFormat")
    formats = [t.lower() for kind in kinds for e in own for t in _texts(e, kind)]
    least = (_number(element, "MinWidth"), _number(element, "MinHeight"))
    most = (_number(element, "MaxWidth"), _number(element, "MaxHeight"))
    if not all(0 <= low < high for low, high in zip(least, most, strict=True)):
        raise ProtocolError("a source without a size")
    return Caps(
        least=least,
        most=most,
        modes=frozenset(mode for mode in Mode if mode in modes),
        formats=tuple(dict.fromkeys(formats))[:_MAX_LISTED],
        extended=extended,
        resolutions=_resolutions(own[0]),
        span=_span(own[0]),
    )


def _resolutions(profile: Element) -> tuple[int, ...]:
    """Those listed that are the same along both axes."""
    listed = list(_named(profile, "DiscreteResolution"))[:_MAX_LISTED]
    pairs = ((_number(e, "XResolution"), _number(e, "YResolution")) for e in listed)
    return tuple(sorted({x for x, y in pairs if x == y and x}))


def _span(profile: Element) -> range | None:
    span = _first(profile, "ResolutionRange")
    axis = None if span is None else _first(span, "XResolution")
    if axis is None:
        axis = None if span is None else _first(span, "XResolutionRange")
    if axis is None:
        return None
    low, high = _number(axis, "Min"), _number(axis, "Max")
    if not 0 < low <= high:
        raise ProtocolError("a range of resolutions that makes no sense")
    return range(low, high + 1, max(1, _number(axis, "Step", 1)))
