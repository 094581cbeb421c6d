"""Codes on a serial line: where one ends, what stands around it, and what it may hold.

    serial:///dev/dr/code0?baud=9600&mode=code&suffix=0D&prefix=02&aim=yes&encoding=latin-1

mode      code, mrz                code    mrz: everything up to a silence is one reading
suffix    hex, line, none          line    line: CR, LF or both; none: a silence ends a code
prefix    hex                              stands before every code; one without it is garbled
aim       yes, no                  no      a symbology identifier (]d2) stands before the code
encoding  utf-8, latin-1           utf-8   how the reader spells what is not ASCII

Readers differ in these by their set-up, so the set-up is in the port and nowhere in the driver.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs

from station.errors import CodeGarbled, ConfigError

MOST = 4096  # bytes of a code: a full DataMatrix has 3116 digits, a QR code of version 40 more
MOST_MRZ = 512  # bytes of a zone with whatever frames it
_LINE = re.compile(rb"[\r\n]+")
_SEPARATORS = str.maketrans("", "", "\x1d\x1e\x1f")  # GS, RS, US are part of a 2D-Doc
_AIM = re.compile(rb"\][A-Za-z][0-9A-Za-z]")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){1,8}")
_DEFAULTS = {"mode": "code", "suffix": "line", "prefix": "", "aim": "no", "encoding": "utf-8"}
_CHOICES = {"mode": ("code", "mrz"), "aim": ("yes", "no"), "encoding": ("utf-8", "latin-1")}
_LINE_KEYS = {"baud"}  # of the serial line itself


@dataclass(frozen=True, slots=True)
class Setup:
    """How a reader is set up; `suffix` None: a line end, empty: a silence."""

    zone: bool = False
    suffix: bytes | None = None
    prefix: bytes = b""
    aim: bool = False
    encoding: str = "utf-8"

    @property
    def by_silence(self) -> bool:
        """Whether only a silence ends a reading."""
        return self.zone or self.suffix == b""


def setup(query: str) -> Setup:
    """What the query of a port says; raises `ConfigError` for a key or value that is not known."""
    try:
        given = parse_qs(query, strict_parsing=bool(query), max_num_fields=9)
    except ValueError as error:
        raise ConfigError(f"not the options of a code reader: {query!r}") from error
    unknown = sorted(set(given) - set(_DEFAULTS) - _LINE_KEYS)
    if unknown:
        raise ConfigError(f"a code reader has no option {unknown[0]!r}")
    said = _DEFAULTS | {key: values[-1] for key, values in given.items()}
    for key, choices in _CHOICES.items():
        if said[key] not in choices:
            raise ConfigError(f"{key} of a code reader: {' or '.join(choices)}, not {said[key]!r}")
    suffixes = {"line": None, "none": b""}
    suffix = suffixes[said["suffix"]] if said["suffix"] in suffixes else _hex(said["suffix"])
    prefix = _hex(said["prefix"]) if said["prefix"] else b""
    return Setup(said["mode"] == "mrz", suffix, prefix, said["aim"] == "yes", said["encoding"])


def _hex(text: str) -> bytes:
    if not _HEX.fullmatch(text):
        raise ConfigError(f"not one to eight bytes in hexadecimal: {text!r}")
    return bytes.fromhex(text)


class Splitter:
    """Bytes in, whole codes out; `pending` while the beginning of one waits for its end."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._buffer = bytearray()

    @property
    def pending(self) -> bool:
        """Whether bytes wait for the end of their code."""
        return bool(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        """The codes that `data` ends, without their ends; raises `CodeGarbled` on one too long."""
        self._buffer += data
        codes: list[bytes] = []
        while not self._setup.by_silence and (cut := self._next()) is not None:
            begin, end = cut
            if begin:
                codes.append(bytes(self._buffer[:begin]))
            del self._buffer[:end]
        if len(self._buffer) > (MOST_MRZ if self._setup.zone else MOST):
            self._buffer.clear()
            raise CodeGarbled("more bytes than a code can have, and no end of it")
        return codes

    def rest(self) -> bytes:
        """What a silence ends, where nothing else does."""
        rest = bytes(self._buffer)
        self._buffer.clear()
        return rest

    def _next(self) -> tuple[int, int] | None:
        """Where the next code ends and the one after it begins."""
        suffix = self._setup.suffix
        if suffix is None:
            found = _LINE.search(self._buffer)
            return None if found is None else found.span()
        at = self._buffer.find(suffix)
        return None if at < 0 else (at, at + len(suffix))


def content(raw: bytes, setup: Setup) -> bytes:
    """The code within what a reader sent, UTF-8; raises `CodeGarbled` saying what is wrong."""
    if not raw.startswith(setup.prefix):
        raise CodeGarbled("the prefix of the settings is missing")
    raw = raw[len(setup.prefix) :]
    if setup.aim:
        if not _AIM.match(raw):
            raise CodeGarbled("the symbology identifier of the settings is missing")
        raw = raw[3:]
    try:
        text = raw.decode(setup.encoding)
    except UnicodeDecodeError as error:
        raise CodeGarbled(f"bytes that are no {setup.encoding}") from error
    # Of a zone nothing is asked: the station's parser takes the frames of its makers apart.
    if not setup.zone and not (text and text.translate(_SEPARATORS).isprintable()):
        raise CodeGarbled("a control character within the code")
    return text.encode()
