"""What may never lie on the disk of a station as it is: words of an applicant, records."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_KNOWN = (
    b"SPECIMEN-SUR", b"Specimen-sur-Seine", b"RUE DU SPECIMEN", b"0600000000",
    b"FIR\x00", b"FAC\x00", b"JFIF",
)  # fmt: skip


def clear_text(data: Path) -> list[str]:
    """The files below `data` that show any of it."""
    return [
        path.name
        for path in data.rglob("*")
        if path.is_file() and any(word in path.read_bytes() for word in _KNOWN)
    ]
