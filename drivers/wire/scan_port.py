"""The part of a port that says what to scan, the same for every kind of document scanner.

…?source=platen&region=a4&dpi=300&mode=colour

source   platen, adf                      platen
region   a4, a5, photo, full              a4       from the corner of the glass
dpi      75 to 1200                       300      the scanner's nearest that is not below
mode     colour, grey                     colour
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs

from drivers.wire.page import Asked
from station.errors import ConfigError, DeviceUnconfigured

MAX_PAGES = 50  # of one scan
MAX_PIXELS = 180_000_000  # of one scan, 540 MB: 20 pages of A4 at 300 dpi, 5 at 600
_MM = 25.4
_REGIONS = {
    "a4": (210.0, 297.0),
    "a5": (148.0, 210.0),
    "photo": (70.0, 90.0),  # a print of 35 x 45 mm, with room to lie askew
    "full": None,
}
_DPI = (75, 1200)
_A3 = (297.0, 420.0)  # what `full` means at most: some feeders take three metres
_SLACK = 0.97  # of a region that a glass must hold: glasses end a few pixels before A4 does
_DEFAULTS = {"source": "platen", "region": "a4", "dpi": "300", "mode": "colour"}
_CHOICES = {
    "source": ("platen", "adf"),
    "region": tuple(_REGIONS),
    "mode": ("colour", "grey"),
}


@dataclass(frozen=True, slots=True)
class ScanPort:
    """What to scan; `size` is width and height in inches, None for the whole glass."""

    feeder: bool
    colour: bool
    dpi: int
    region: str

    @property
    def size(self) -> tuple[float, float] | None:
        """Width and height in inches; None for whatever the scanner has."""
        region = _REGIONS[self.region]
        return None if region is None else (region[0] / _MM, region[1] / _MM)

    def within(self, glass: tuple[float, float]) -> tuple[float, float]:
        """The region on a glass of this size, in inches.

        Raises `DeviceUnconfigured` when the glass is too small for it.
        """
        size = self.size or (min(glass[0], _A3[0] / _MM), min(glass[1], _A3[1] / _MM))
        if any(side * _SLACK > room for side, room in zip(size, glass, strict=True)):
            width, height = (side * _MM for side in glass)
            raise DeviceUnconfigured(f"{self.region} on a glass of {width:.0f} × {height:.0f} mm")
        return min(size[0], glass[0]), min(size[1], glass[1])

    def asked(self, size: tuple[float, float], dpi: int) -> Asked:
        """What a page of this scan has to be."""
        return Asked(*size, dpi, whole=not self.feeder)


def most_pages(asked: Asked) -> int:
    """How many such pages one scan may have; raises `DeviceUnconfigured` when not even one."""
    columns, rows = asked.pixels
    pages = min(MAX_PAGES, MAX_PIXELS // (columns * rows))
    if not pages:
        raise DeviceUnconfigured(f"a page of {columns} × {rows} pixels, lower the resolution")
    return pages


def parse(query: str, more: tuple[str, ...] = ()) -> tuple[ScanPort, dict[str, str]]:
    """What the query of a port asks for, and the values of the keys in `more`.

    Raises `ConfigError` for a key or a value that is not known.
    """
    try:
        given = parse_qs(
            query, keep_blank_values=True, strict_parsing=bool(query), max_num_fields=9
        )
    except ValueError as error:
        raise ConfigError(f"not the options of a scanner: {query!r}") from error
    unknown = sorted(set(given) - set(_DEFAULTS) - set(more))
    if unknown:
        raise ConfigError(f"a scanner has no option {unknown[0]!r}")
    said = _DEFAULTS | {key: values[-1] for key, values in given.items()}
    for key, choices in _CHOICES.items():
        if said[key] not in choices:
            raise ConfigError(f"{key} of a scanner: {' or '.join(choices)}, not {said[key]!r}")
    return (
        ScanPort(
            feeder=said["source"] == "adf",
            colour=said["mode"] == "colour",
            dpi=_dpi(said["dpi"]),
            region=said["region"],
        ),
        {key: said.get(key, "") for key in more},
    )


def _dpi(text: str) -> int:
    least, most = _DPI
    if not (text.isascii() and text.isdecimal() and len(text) <= 4 and least <= int(text) <= most):
        raise ConfigError(f"dpi of a scanner: {least} to {most}, not {text!r}")
    return int(text)
