"""Pages of a dossier."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from station.capture import Modality, Provenance
from station.config import PIECES
from station.errors import DeviceUnconfigured
from station.pipeline.recueil import captured
from station.records.encoded import Encoded

if TYPE_CHECKING:
    from station.capture import Capture
    from station.pipeline.recueil import Heard, Recueil


def take_page(recueil: Recueil, heard: Heard, seconds: float = 120.0) -> Capture:
    """The pages on the document scanner, one sample each, not yet checked: nothing is kept.

    Raises what the scanner raises, and `DeviceUnconfigured` when the device of the role takes no
    pages. Whoever has looked at the samples wipes them.
    """
    capture = captured(recueil, recueil.bench.capture(PIECES, (), seconds), heard)
    if capture.modality is not Modality.DOCUMENT:
        for sample in capture.samples:
            sample.wipe()
        raise DeviceUnconfigured(f"{PIECES}: a device that takes no pages")
    return capture


def page(data: bytes, media_type: str) -> Encoded:
    """A page read from a file, as it came; `media_type` is what the caller has verified."""
    device = Provenance("file", "", "", "", simulated=False)
    return Encoded(data, media_type, "page", uuid4(), device)
