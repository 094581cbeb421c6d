"""The base of every error of the station."""

from __future__ import annotations

from typing import ClassVar


class StationError(Exception):
    """Base of all errors a station reports; `code` is stable, the text is not."""

    code: ClassVar[str] = "STA-000"
    remedy: ClassVar[str] = "Contacter l’assistance."
