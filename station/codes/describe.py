"""What a code says, as plain values for a command: JSON on one side, a table on the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from station.codes.content import Kind, recognise
from station.codes.identifiers import NAMES
from station.codes.trust import verify

if TYPE_CHECKING:
    from datetime import date

    from station.codes.content import Content
    from station.codes.mrz.page import Found
    from station.codes.mrz.zone import Mrz
    from station.codes.symbols import Symbol
    from station.codes.trust import TrustList
    from station.codes.two_d_doc import Field, TwoDDoc


def of_symbol(symbol: Symbol, trust: TrustList | None, today: date) -> dict[str, object]:
    """One code of an image: where it is, what it holds, and what that is."""
    where = [list(corner) for corner in symbol.corners]
    return {"format": symbol.format, **of_text(symbol.data, trust, today), "corners": where}


def of_text(data: bytes, trust: TrustList | None, today: date) -> dict[str, object]:
    """What one code holds, and what that is."""
    content = recognise(data, today)
    return {
        "kind": content.kind.value,
        "text": _text(data),
        "bytes": data.hex(),
        "content": of_content(content, trust, today),
    }


def of_content(content: Content, trust: TrustList | None, today: date) -> dict[str, object] | None:
    """The values of a recognised code, None for an unknown one."""
    if content.kind is Kind.UNKNOWN:
        return None
    if content.fault is not None:
        return {"error": content.fault.code, "fact": str(content.fault)}
    if content.doc is not None:
        return of_doc(content.doc, trust, today)
    if content.mrz is not None:
        return of_mrz(content.mrz)
    return {"number": content.number}


def of_mrz(mrz: Mrz) -> dict[str, object]:
    """The identity of a zone, every check digit of it sound."""
    birth = mrz.birth
    return {
        "format": mrz.format,
        "type": mrz.type,
        "issuer": mrz.issuer,
        "number": mrz.number,
        "nationality": mrz.nationality,
        "surname": mrz.surname,
        "given": list(mrz.given),
        "surname_cut": mrz.surname_cut,
        "given_cut": mrz.given_cut,
        "birth": None if birth is None else [birth.year, birth.month, birth.day],
        "sex": mrz.sex,
        "expires": _day(mrz.expires),
        "lines": list(mrz.lines),
    }


def of_zone(found: Found) -> dict[str, object]:
    """A zone out of a page: its lines with `?` where they are unsure, and what follows."""
    reading = found.reading
    return {
        "format": reading.layout.name,
        "lines": list(reading.lines),
        "doubts": [
            {
                "line": doubt.line,
                "column": doubt.column,
                "alternatives": list(doubt.alternatives),
                "settled": doubt.settled,
            }
            for doubt in reading.doubts
        ],
        "likeness": round(reading.likeness, 3),
        "quarters": found.quarters,
        "corners": [list(corner) for corner in found.corners],
        "identity": None if found.mrz is None else of_mrz(found.mrz),
        "error": None if found.fault is None else found.fault.code,
        "fact": None if found.fault is None else str(found.fault),
    }


def of_doc(doc: TwoDDoc, trust: TrustList | None, today: date) -> dict[str, object]:
    """A 2D-Doc and what is proven of it; the annex is told apart, for nobody signed it."""
    found = verify(doc, trust, today)
    return {
        "status": found.status.value,
        "phrase": found.status.phrase,
        "fact": found.fact,
        "version": doc.version,
        "authority": doc.authority,
        "certificate": doc.certificate,
        "issued": _day(doc.issued),
        "signed": _day(doc.signed),
        "type": doc.kind,
        "perimeter": doc.perimeter,
        "country": doc.country,
        "fields": [_field(f) for f in doc.fields],
        "annex": doc.annex,
    }


def _field(found: Field) -> dict[str, object]:
    return {
        "id": found.id,
        "name": NAMES.get(found.id),
        "value": found.value,
        "cut": found.cut,
        "known": found.known,
    }


def _text(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
