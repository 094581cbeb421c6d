"""What `scanimage` of SANE says, and what it is told: options, progress, pages, exit status.

    scanimage -d DEVICE -A           "    --resolution 75|300|600dpi [75]", "    -x 0..215.9mm [80]"
    scanimage -p --batch=…           stderr: "Progress: 12.5%" CR, "Scanned page 1. (scanner
                                     status = 5)" LF; 5 is SANE_STATUS_EOF, a whole page
    exit status                      the SANE_Status that ended it, 1 also when it did not open

Read on sane-backends 1.1.1 and 1.2.1 (scanimage.c, sane.h); LC_ALL=C keeps it English.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import IntEnum, unique
from typing import TYPE_CHECKING

from station.errors import DeviceUnconfigured, ProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_OUTPUT = 256 * 1024  # bytes of what scanimage prints
_MAX_DPI = 20_000
_OPTION = re.compile(r"^ {4}(--?[a-z][a-z-]*) (.+?)(?: \(in steps of ([\d.]+)\))? \[([^\]]*)\]")
_RANGE = re.compile(r"^(-?[\d.]+)\.\.(-?[\d.]+)([a-z%]*)$")
_PAGE = re.compile(rb"Scanned page (\d{1,6})\. \(scanner status = (\d{1,3})\)")
_PROGRESS = re.compile(rb"Progress: (\d{1,3})(?:\.\d+)?%")
_SOURCES = {  # what backends call the glass and the feeder, and what neither may be
    False: (re.compile(r"flatbed|platen|glass|normal", re.I), re.compile(r"adf|feeder", re.I)),
    True: (re.compile(r"adf|feeder", re.I), re.compile(r"duplex|back|both", re.I)),
}
_MODES = {True: re.compile(r"colou?r|rgb", re.I), False: re.compile(r"gr[ae]y", re.I)}


@unique
class SaneStatus(IntEnum):
    """SANE_Status of sane.h, as the exit status of scanimage."""

    GOOD = 0
    UNSUPPORTED = 1
    CANCELLED = 2
    DEVICE_BUSY = 3
    INVAL = 4
    EOF = 5
    JAMMED = 6
    NO_DOCS = 7
    COVER_OPEN = 8
    IO_ERROR = 9
    NO_MEM = 10
    ACCESS_DENIED = 11


@dataclass(frozen=True, slots=True)
class Option:
    """One option: what may be chosen, or from where to where in which steps and unit."""

    choices: tuple[str, ...]
    span: tuple[float, float] | None
    step: float
    unit: str


Options = dict[str, Option]


def options(text: str) -> Options:
    """The active options in what `scanimage -A` printed; raises `ProtocolError` without any."""
    found = {}
    for line in text[:MAX_OUTPUT].splitlines():
        match = _OPTION.match(line)
        if match and "inactive" not in match[4]:
            found[match[1].lstrip("-")] = _option(match[2], match[3])
    if not found:
        raise ProtocolError("the scanner has no options")
    return found


def _option(said: str, step: str | None) -> Option:
    span = _RANGE.match(said.removesuffix(",..."))
    if span:
        ends = _float(span[1]), _float(span[2])
        return Option((), ends, max(_float(step or "0"), 0.0), span[3])
    choices = said.removeprefix("auto|").split("|")
    unit = re.sub(r"^[-\d.]+", "", choices[-1]) if re.match(r"^[-\d.]+", choices[-1]) else ""
    choices[-1] = choices[-1].removesuffix(unit)
    return Option(tuple(choices), None, 0.0, unit)


def _float(text: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise ProtocolError("an option of the scanner is no number") from error
    if not math.isfinite(value):
        raise ProtocolError("an option of the scanner is no number")
    return value


def source(known: Options, *, feeder: bool) -> list[str]:
    """The arguments that choose the glass or the feeder; raises `DeviceUnconfigured`."""
    offered = known.get("source")
    if offered is None and not feeder:
        return []
    yes, no = _SOURCES[feeder]
    for choice in offered.choices if offered else ():
        if yes.search(choice) and not no.search(choice):
            return ["--source", choice]
    raise DeviceUnconfigured(f"the scanner has no {'feeder' if feeder else 'glass'}")


def mode(known: Options, *, colour: bool) -> list[str]:
    """The arguments for eight bits of colour or grey; raises `DeviceUnconfigured`."""
    depth = ["--depth", "8"] if "depth" in known and "8" in known["depth"].choices else []
    offered = known.get("mode")
    for choice in offered.choices if offered else ():
        if _MODES[colour].search(choice):
            return ["--mode", choice, *depth]
    if offered is None:
        return depth
    raise DeviceUnconfigured(f"the scanner has no {'colour' if colour else 'grey'}")


def resolution(known: Options, wanted: int) -> int:
    """The lowest resolution not below `wanted`; raises `DeviceUnconfigured`."""
    offered = known.get("resolution")
    listed: Iterable[int] = ()
    if offered is not None and offered.span is not None:
        low, high = (min(max(int(end), 1), _MAX_DPI) for end in offered.span)
        listed = range(low, high + 1, max(1, int(offered.step)))
    elif offered is not None:
        listed = sorted(int(c) for c in offered.choices if re.fullmatch(r"\d{1,5}", c, re.ASCII))
    for dpi in listed:
        if dpi >= wanted:
            return dpi
    raise DeviceUnconfigured(f"the scanner does not reach {wanted} dpi")


def glass(known: Options) -> tuple[float, float]:
    """Width and height of what can be scanned, in inches; raises `DeviceUnconfigured`."""
    sides = []
    for axis in ("x", "y"):
        offered = known.get(axis)
        if offered is None or offered.span is None or offered.unit != "mm":
            raise DeviceUnconfigured("the scanner does not say how large its glass is")
        sides.append(offered.span[1] / 25.4)
    return sides[0], sides[1]


def region(size: tuple[float, float]) -> list[str]:
    """The arguments for a region of this size in inches, from the corner of the glass."""
    x, y = (f"{side * 25.4:.2f}" for side in size)
    return ["-l", "0", "-t", "0", "-x", x, "-y", y]


def page_status(said: bytes, page: int) -> int | None:
    """With which status scanimage ended page number `page`; None when it has not said so."""
    for number, status in _PAGE.findall(said):
        if int(number) == page:
            return int(status)
    return None


def percent(said: bytes) -> int | None:
    """The newest progress in `said`, 0 to 100."""
    found = _PROGRESS.findall(said)
    return min(100, int(found[-1])) if found else None
