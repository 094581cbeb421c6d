"""The files of a title's chip (ICAO Doc 9303-10, 4.7), strict; each error names its file.

60 COM  { 5F01 version, 5F36 Unicode, 5C tags }         61 DG1  { 5F1F zone }
75 DG2, 63 DG3 { 7F61 { 02 number, 7F60 template ... } }
6B DG11 { 5C tags, 5F0E name, 5F2B birth, 5F11 place, 5F42 address ... }
6C DG12 { 5C tags, 5F19 authority, 5F26 date of issue ... }
6E DG14 { SET OF SecurityInfo }  6F DG15 { SubjectPublicKeyInfo }  77 SOD { SignedData }
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final, TypeVar

from station.capture import TitleFile
from station.codes.mrz import zone
from station.errors import ChipFileInvalid, MrzInvalid, RecordInvalid
from station.records import der, door
from station.title import algorithms, asn1, cms

if TYPE_CHECKING:
    from collections.abc import Callable

    from station.codes.mrz.zone import Mrz
    from station.records.der import Node
    from station.records.face_image import FaceImage
    from station.records.finger_image import FingerImage
    from station.title.cms import SignedData

T = TypeVar("T")

TAGS: Final = {
    TitleFile.COM: 0x60, TitleFile.SOD: 0x77, TitleFile.DG1: 0x61, TitleFile.DG2: 0x75,
    TitleFile.DG3: 0x63, TitleFile.DG11: 0x6B, TitleFile.DG12: 0x6C, TitleFile.DG14: 0x6E,
    TitleFile.DG15: 0x6F,
}  # fmt: skip
_GROUPS = {
    0x61: 1, 0x75: 2, 0x63: 3, 0x76: 4, 0x65: 5, 0x66: 6, 0x67: 7, 0x68: 8, 0x69: 9, 0x6A: 10,
    0x6B: 11, 0x6C: 12, 0x6D: 13, 0x6E: 14, 0x6F: 15, 0x70: 16,
}  # fmt: skip
_LOW_TAGS = frozenset({TitleFile.COM, TitleFile.DG11, TitleFile.DG12})
_ZONES = {90: 30, 72: 36, 88: 44}  # characters of a zone -> of its lines
_LISTED, _NUMBER, _TEMPLATE, _GROUP_TEMPLATE = 0x5C, 0x02, 0x7F60, 0x7F61
_MOST_TEMPLATES, _MOST_TEXT, _MOST_HASHES = 10, 2048, 16
_PACE = "0.4.0.127.0.7.2.2.4."
_ACTIVE = "2.23.136.1.1.5"


@dataclass(frozen=True, slots=True)
class Personal:
    """What DG11 adds to the zone; empty where it says nothing. Shows no value in its repr."""

    surname: str = field(repr=False)
    given: tuple[str, ...] = field(repr=False)
    born: date | None = field(repr=False)
    birth_place: str = field(repr=False)
    address: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Document:
    """What DG12 says of the title itself."""

    authority: str
    issued: date | None


@dataclass(frozen=True, slots=True)
class SecurityObject:
    """EF.SOD: the hash of every data group, by number, and what was signed."""

    hash: str
    hashes: dict[int, bytes]
    signed: SignedData


def com(data: bytes) -> frozenset[int]:
    """The numbers of the data groups that EF.COM lists; it is signed by nobody."""
    return _read(TitleFile.COM, data, _com)


def dg1(data: bytes, today: date) -> Mrz:
    """The zone, every check digit of it sound."""
    return _read(TitleFile.DG1, data, lambda node: _zone(node, today))


def dg2(data: bytes) -> tuple[FaceImage, ...]:
    """The portraits, not decoded."""
    contents = _read(TitleFile.DG2, data, _biometric)
    faces = tuple(content.face for content in contents if content.face is not None)
    if len(faces) != len(contents) or not faces:
        raise ChipFileInvalid("dg2: a template that holds no face")
    return faces


def dg3(data: bytes) -> tuple[FingerImage, ...]:
    """The prints, not decoded; empty for a holder of whom none were taken."""
    contents = _read(TitleFile.DG3, data, _biometric)
    if any(content.face is not None or not content.fingers for content in contents):
        raise ChipFileInvalid("dg3: a template that holds no finger")
    return tuple(finger for content in contents for finger in content.fingers)


def dg11(data: bytes) -> Personal:
    """Names, birth and address in full."""
    return _read(TitleFile.DG11, data, _personal)


def dg12(data: bytes) -> Document:
    """Who issued the title, and when."""
    return _read(TitleFile.DG12, data, _document)


def dg15(data: bytes) -> bytes:
    """The SubjectPublicKeyInfo of active authentication."""
    return _read(TitleFile.DG15, data, lambda node: asn1.expect(node, 0x6F, 1)[0].whole)


def pace_of_card_access(data: bytes) -> frozenset[bytes]:
    """The entries of EF.CardAccess that announce PACE."""
    try:
        return _pace(der.read(data))
    except RecordInvalid as error:
        raise ChipFileInvalid(f"card-access: {error}") from error


def pace_of_dg14(data: bytes) -> frozenset[bytes]:
    """The same entries in DG14, where they are signed."""
    return _read(TitleFile.DG14, data, lambda node: _pace(*asn1.expect(node, 0x6E, 1)))


def active_algorithm(data: bytes) -> str:
    """The identifier of the algorithm of active authentication in DG14, empty without one."""
    return _read(TitleFile.DG14, data, _active)


def sod(data: bytes) -> SecurityObject:
    """EF.SOD; raises `ChipFileInvalid`, and `SignedDataInvalid` for what is in it."""
    signed = cms.read(
        _read(TitleFile.SOD, data, lambda node: asn1.expect(node, 0x77, 1)[0].whole),
        cms.SECURITY_OBJECT,
    )
    try:
        return _security_object(signed)
    except RecordInvalid as error:
        raise ChipFileInvalid(f"sod: {error}") from error


def _read(file: TitleFile, data: bytes, parse: Callable[[Node], T]) -> T:
    try:
        node = der.read(data, low_tags=file in _LOW_TAGS)
        asn1.expect(node, TAGS[file])
        return parse(node)
    except (RecordInvalid, MrzInvalid) as error:
        raise ChipFileInvalid(f"{file}: {error}") from error


def _com(node: Node) -> frozenset[int]:
    tags = node.child(_LISTED).value
    unknown = [tag for tag in tags if tag not in _GROUPS]
    if unknown or len(set(tags)) != len(tags):
        raise RecordInvalid("a list of data groups with an unknown one, or one twice")
    return frozenset(_GROUPS[tag] for tag in tags)


def _zone(node: Node, today: date) -> Mrz:
    try:
        text = node.child(0x5F1F).value.decode("ascii")
    except UnicodeDecodeError as error:
        raise RecordInvalid("a zone of other characters") from error
    width = _ZONES.get(len(text))
    if width is None:
        raise RecordInvalid(f"a zone of {len(text)} characters")
    return zone.parse(tuple(text[i : i + width] for i in range(0, len(text), width)), today)


def _biometric(node: Node) -> tuple[door.Content, ...]:
    """The records of a group template; as many as it says (9303-10, 4.7.2)."""
    group = node.child(_GROUP_TEMPLATE)
    number = asn1.integer(group.child(_NUMBER))
    templates = [child for child in group.children if child.tag == _TEMPLATE]
    if not 0 <= number <= _MOST_TEMPLATES or number != len(templates):
        raise RecordInvalid(f"{len(templates)} templates, {number} announced")
    return tuple(door.read(template.whole) for template in templates)


def _personal(node: Node) -> Personal:
    said = _listed(node)
    surname, _, given = said.get(0x5F0E, "").partition("<<")
    return Personal(
        surname=surname.replace("<", " ").strip(),
        given=tuple(name for name in given.split("<") if name),
        born=_day(said.get(0x5F2B, "")),
        birth_place=said.get(0x5F11, "").replace("<", " ").strip(),
        address=tuple(line.strip() for line in said.get(0x5F42, "").split("<") if line.strip()),
    )


def _document(node: Node) -> Document:
    said = _listed(node)
    return Document(said.get(0x5F19, ""), _day(said.get(0x5F26, "")))


def _listed(node: Node) -> dict[int, str]:
    """The texts of a group whose first element lists its tags; a date of 4 bytes as digits."""
    found: dict[int, str] = {}
    for child in node.children:
        if child.tag != _LISTED and not child.children:
            if child.tag in found or len(child.content) > _MOST_TEXT:
                raise RecordInvalid(f"field {child.tag:X} stands twice, or is too long")
            found[child.tag] = _text(child)
    node.child(_LISTED)
    return found


def _text(child: Node) -> str:
    value = child.value
    if child.tag in (0x5F2B, 0x5F26) and len(value) == 4:
        return value.hex()  # binary coded digits, of an older edition
    text = value.decode("utf-8", "replace")
    return "".join(c if c.isprintable() else " " for c in text)


def _day(text: str) -> date | None:
    """YYYYMMDD; None for a date that is not whole."""
    try:
        return date.fromisoformat(text) if len(text) == 8 and text.isdigit() else None
    except ValueError:
        return None


def _pace(infos: Node) -> frozenset[bytes]:
    entries = asn1.expect(infos, asn1.SET)
    return frozenset(
        entry.whole for entry in entries if asn1.dotted(_first(entry)).startswith(_PACE)
    )


def _active(node: Node) -> str:
    (infos,) = asn1.expect(node, 0x6E, 1)
    for entry in asn1.expect(infos, asn1.SET):
        if asn1.dotted(_first(entry)) == _ACTIVE:
            _, _, algorithm = asn1.expect(entry, asn1.SEQUENCE, 3)
            return asn1.dotted(algorithm)
    return ""


def _first(entry: Node) -> Node:
    return asn1.expect(entry, asn1.SEQUENCE, 2, 3)[0]


def _security_object(signed: SignedData) -> SecurityObject:
    version, algorithm, listed, *_ = asn1.expect(der.read(signed.content), asn1.SEQUENCE, 3, 4)
    asn1.integer(version)
    entries = asn1.expect(listed, asn1.SEQUENCE)
    if len(entries) > _MOST_HASHES:
        raise RecordInvalid(f"{len(entries)} hashes of data groups")
    hashes: dict[int, bytes] = {}
    for entry in entries:
        number, value = asn1.expect(entry, asn1.SEQUENCE, 2)
        hashes[asn1.integer(number)] = asn1.octets(value)
    if len(hashes) != len(entries) or not hashes.keys() <= set(_GROUPS.values()):
        raise RecordInvalid("a data group that stands twice, or is none")
    return SecurityObject(algorithms.digest_name(algorithm), hashes, signed)
