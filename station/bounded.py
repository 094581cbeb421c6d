"""Files from outside: read whole, and no further than a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from station.errors import StationError


def content(path: Path, most: int, error: type[StationError]) -> bytes:
    """The bytes of `path`; raises `error` when it cannot be read or has more than `most`."""
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as cause:
        raise error(f"{path.name}: {cause.strerror}") from cause
    if len(data) > most:
        raise error(f"{path.name}: larger than {most} bytes")
    return data
