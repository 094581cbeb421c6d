"""JSON of a device service, read strictly: one value, no key twice, every type checked."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from station.errors import ProtocolError

_MOST = 512  # characters of a plain text; blocks and images have bounds of their own


def value(body: bytes, *, tolerant: bool = False) -> Any:
    """The JSON value in `body`; raises `ProtocolError`.

    Tolerant: the first value, whatever follows it, in latin-1 when it is not UTF-8 (the MOSIP
    mock counts characters where HTTP counts bytes, and ends with two empty lines).
    """
    text = _text(body, tolerant=tolerant).lstrip()
    try:
        found, end = _DECODER.raw_decode(text)
    except (ValueError, RecursionError) as error:  # JSONDecodeError is a ValueError
        raise ProtocolError(f"{len(body)} bytes are no JSON") from _silent(error)
    if text[end:].strip() and not tolerant:
        raise ProtocolError("more than one JSON value")
    return found


def _text(body: bytes, *, tolerant: bool) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        if tolerant:
            return body.decode("latin-1")
    raise ProtocolError("the text is not UTF-8")


def _silent(error: Exception) -> Exception | None:
    """The cause without its text: a JSONDecodeError holds the whole document."""
    return None if isinstance(error, json.JSONDecodeError) else error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)


def mapping(found: object, where: str) -> dict[str, Any]:
    """`found` as an object; raises `ProtocolError`."""
    if not isinstance(found, dict):
        raise ProtocolError(f"{where}: no JSON object")
    return found


def text(of: dict[str, Any], key: str, most: int = _MOST) -> str:
    """The text under `key`, at most `most` characters; raises `ProtocolError`."""
    found = of.get(key)
    if not isinstance(found, str):
        raise ProtocolError(f"no text under {key}")
    if len(found) > most:
        raise ProtocolError(f"{len(found)} characters under {key}")
    return found


def texts(of: dict[str, Any], key: str, most: int = 16) -> tuple[str, ...]:
    """The list of texts under `key`, at most `most` of them; raises `ProtocolError`."""
    found = of.get(key)
    if not isinstance(found, list) or len(found) > most:
        raise ProtocolError(f"no list under {key}")
    if not all(isinstance(item, str) and len(item) <= _MOST for item in found):
        raise ProtocolError(f"no list of texts under {key}")
    return tuple(found)


def number(of: dict[str, Any], key: str) -> float:
    """The decimal number written as text under `key`; raises `ProtocolError`."""
    written = text(of, key, 32)
    if not written.replace(".", "", 1).isdecimal() or not written.isascii():
        raise ProtocolError(f"no number under {key}")
    return float(written)
