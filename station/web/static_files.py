"""The files that pages load, read once: bytes, media type, and a tag that follows the content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from importlib import resources
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is served; `etag` is quoted, as RFC 9110 §8.8.3 wants it."""

    content: bytes = field(repr=False)
    media_type: str
    etag: str


def _listed() -> dict[str, StaticFile]:
    folder = resources.files("station.web") / "static"
    return {
        entry.name: _read(entry.name, entry.read_bytes())
        for entry in folder.iterdir()
        if entry.is_file()
    }


def _read(name: str, content: bytes) -> StaticFile:
    digest = hashlib.sha256(content).hexdigest()
    return StaticFile(content, _TYPES[PurePosixPath(name).suffix], f'"{digest[:32]}"')


FILES: Final[Mapping[str, StaticFile]] = _listed()
"""Every file under /static/, by name; a file of a kind without a media type stops the start."""


def address(name: str) -> str:
    """The address of a static file; raises `KeyError` for one that is not there."""
    FILES[name]
    return f"/static/{name}"
