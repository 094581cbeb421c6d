"""2D-Doc, the signed code of French administrative documents: text in, fields out. No I/O.

    "DC" version 2 | authority 4 | certificate 4 | issued 4 | signed 4 | document type 2
         version 3 adds the perimeter 2, version 4 also the country 2
    then fields: identifier 2, value, and GS (or RS: cut short) after a variable value
    then US, and ECDSA r‖s over everything before it, Base32 without padding
    then, after GS or US, an annex that nobody signed

Dates are hexadecimal days since 2000-01-01, FFFF for none. Public specification of France
Titres, versions 2 to 4; docs/protocols/2d-doc.md says what is accepted and what is refused.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from station.codes.identifiers import LENGTHS, Length
from station.errors import TwoDDocInvalid

MOST = 2335  # characters; no DataMatrix holds more
GS, RS, US = "\x1d", "\x1e", "\x1f"
_BINARY = b"\xdc"  # first byte of the binary form
_HEADERS = {"02": 22, "03": 24, "04": 26}
_EPOCH, _NO_DATE = date(2000, 1, 1), "FFFF"
_OURS = "01"  # the perimeter whose identifiers we know; that of version 2, which names none
_UNKNOWN = Length(None)
_CODE = re.compile(r"[0-9A-Z]+")
_HEX = re.compile(r"[0-9A-F]{4}")
_BASE32 = re.compile(r"[A-Z2-7]+")
_SEPARATOR = re.compile(f"[{GS}{RS}]")
_AFTER_SIGNATURE = re.compile(f"[{GS}{US}]")
_VISIBLE = str.maketrans("", "", GS + RS + US)
_SIGNATURES = (64, 96, 132)  # bytes: P-256, P-384, P-521
_EXPIRY = "08"


@dataclass(frozen=True, slots=True)
class Field:
    """One value; `cut` when its issuer shortened it, `known` when its length is in the table."""

    id: str
    value: str = field(repr=False)
    cut: bool = False
    known: bool = True


@dataclass(frozen=True, slots=True)
class TwoDDoc:
    """A 2D-Doc as it stands: well formed, and nothing more. `trust.verify` says whether it holds.

    `kind` is the document type, `expires` the last day of the document where it says one;
    `signed_part` is what the signature covers, `annex` what it does not.
    """

    version: int
    authority: str
    certificate: str
    issued: date | None
    signed: date | None
    kind: str
    perimeter: str | None
    country: str | None
    fields: tuple[Field, ...]
    expires: date | None
    signature: bytes = field(repr=False)
    signed_part: bytes = field(repr=False)
    annex: str | None = field(repr=False)

    def value(self, name: str) -> str | None:
        """The value of the identifier `name`, None when it is absent."""
        return next((f.value for f in self.fields if f.id == name), None)


def looks_like(raw: bytes) -> bool:
    """Whether `raw` presents itself as a 2D-Doc, well formed or not."""
    return raw.startswith((b"DC0", _BINARY + b"\x04"))


def parse(raw: bytes | str) -> TwoDDoc:
    """The 2D-Doc in `raw`, as a reader gave it; raises `TwoDDocInvalid` saying what is wrong."""
    text = _text(raw)
    size = _HEADERS.get(text[2:4])
    if not text.startswith("DC"):
        raise TwoDDocInvalid("it does not begin with DC")
    if size is None:
        raise TwoDDocInvalid("its version is none of 02, 03, 04")
    if len(text) < size:
        raise TwoDDocInvalid("its header is cut off")
    body, separator, rest = text.partition(US)
    if not separator:
        raise TwoDDocInvalid("no signature: US (1F) is missing; does the reader pass it on?")
    if len(body) < size:
        raise TwoDDocInvalid("its header is cut off")
    signature, annex = _signature(rest)
    head = text[:size]
    perimeter = _code(head[22:24], "perimeter") if size >= _HEADERS["03"] else None
    fields = _fields(body[size:], LENGTHS if perimeter in (None, _OURS) else {})
    last = next((f.value for f in fields if f.id == _EXPIRY and f.known), _NO_DATE)
    return TwoDDoc(
        version=int(head[2:4]),
        authority=_code(head[4:8], "authority"),
        certificate=_code(head[8:12], "certificate"),
        issued=_date(head[12:16], "issue date"),
        signed=_date(head[16:20], "signature date"),
        kind=_code(head[20:22], "document type"),
        perimeter=perimeter,
        country=_code(head[24:26], "country") if size >= _HEADERS["04"] else None,
        fields=fields,
        expires=_date(last, "expiry"),
        signature=signature,
        signed_part=body.encode(),
        annex=annex,
    )


def _text(raw: bytes | str) -> str:
    if len(raw) > MOST:
        raise TwoDDocInvalid(f"longer than {MOST} characters")
    if isinstance(raw, bytes):
        if raw.startswith(_BINARY):
            raise TwoDDocInvalid("the binary form is not read")
        try:
            raw = raw.decode()
        except UnicodeDecodeError as error:
            raise TwoDDocInvalid("it is no text") from error
    if not raw.translate(_VISIBLE).isprintable():
        raise TwoDDocInvalid("a character that nobody can see and that is no separator")
    return raw


def _code(text: str, name: str) -> str:
    if not _CODE.fullmatch(text):
        raise TwoDDocInvalid(f"its {name} is not made of digits and capitals")
    return text


def _date(text: str, name: str) -> date | None:
    if not _HEX.fullmatch(text):
        raise TwoDDocInvalid(f"its {name} is not hexadecimal")
    return None if text == _NO_DATE else _EPOCH + timedelta(days=int(text, 16))


def _fields(message: str, lengths: dict[str, Length]) -> tuple[Field, ...]:
    found: dict[str, Field] = {}
    at = 0
    while at < len(message):
        name = message[at : at + 2]
        if len(name) < 2 or not _CODE.fullmatch(name):
            raise TwoDDocInvalid(f"no identifier where the value of {_last(found)} ends")
        if name in found:
            raise TwoDDocInvalid(f"identifier {name} stands twice")
        found[name], at = _field(message, at, lengths)
    if not found:
        raise TwoDDocInvalid("it holds no field")
    return tuple(found.values())


def _last(found: dict[str, Field]) -> str:
    return next(reversed(found), "the header")


def _field(message: str, at: int, lengths: dict[str, Length]) -> tuple[Field, int]:
    """The field at `at`, and where the next one begins."""
    name, begin = message[at : at + 2], at + 2
    length = lengths.get(name, _UNKNOWN)
    most = len(message) if length.most is None else begin + length.most
    stop = _SEPARATOR.search(message, begin, most + 1)
    end = stop.start() if stop else min(most, len(message))
    if length.fixed:
        if end != most:
            raise TwoDDocInvalid(f"the value of {name} has not its {length.most} characters")
        return Field(name, message[begin:end]), end + message.startswith(GS, end)
    cut = stop is not None and stop.group() == RS
    known = name in lengths
    return Field(name, message[begin:end], cut, known), end + (stop is not None)


def _signature(rest: str) -> tuple[bytes, str | None]:
    """The signature, and the annex behind it if there is one."""
    stop = _AFTER_SIGNATURE.search(rest)
    coded = rest if stop is None else rest[: stop.start()]
    if not _BASE32.fullmatch(coded):
        raise TwoDDocInvalid("its signature is not Base32")
    try:
        raw = base64.b32decode(coded + "=" * (-len(coded) % 8))
    except ValueError as error:
        raise TwoDDocInvalid("its signature is not Base32") from error
    if len(raw) not in _SIGNATURES:
        raise TwoDDocInvalid(f"a signature of {len(raw)} bytes fits no curve of 2D-Doc")
    if base64.b32encode(raw).decode().rstrip("=") != coded:
        raise TwoDDocInvalid("its signature is not in the one form of Base32")
    return raw, None if stop is None else rest[stop.end() :]
