"""The generation of standards that records are written in: one switch for fingers and faces."""

from __future__ import annotations

from enum import StrEnum, unique


@unique
class Edition(StrEnum):
    """The setting `records`; each is read wherever a record is, whatever is written."""

    ISO_2005 = "19794:2005"  # ISO/IEC 19794-4 and -5, what ICAO 9303 chips hold today
    ISO_2011 = "19794:2011"
    ISO_2019 = "39794:2019"  # ISO/IEC 39794-4 and -5, for issuers by 2030
