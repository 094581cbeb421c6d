"""Pages of a dossier."""

from __future__ import annotations

from uuid import uuid4

from station.capture import Provenance
from station.records.encoded import Encoded


def page(data: bytes, media_type: str) -> Encoded:
    """A page read from a file, as it came; `media_type` is what the caller has verified."""
    device = Provenance("file", "", "", "", simulated=False)
    return Encoded(data, media_type, "page", uuid4(), device)
