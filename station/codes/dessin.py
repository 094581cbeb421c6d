"""A QR code as the squares it is made of, to be drawn on paper (ISO/IEC 18004)."""

from __future__ import annotations

import numpy as np
import zxingcpp  # the writer: it sees nothing but our own text

from station.errors import InvalidField

MARGE = 4  # modules without ink around the symbol, ISO/IEC 18004 §6.3.8
_LONGEST = 64  # characters
_LEVEL = "M"  # 15 % of the symbol may be lost


def carres(texte: str) -> tuple[tuple[bool, ...], ...]:
    """The modules of the symbol, row by row, True where there is ink; without its margin.

    Raises `InvalidField` for an empty text, or one longer than 64 characters.
    """
    if not 0 < len(texte) <= _LONGEST:
        raise InvalidField("text of a QR code (length)")
    made = zxingcpp.create_barcode(texte, zxingcpp.BarcodeFormat.QRCode, ec_level=_LEVEL)
    image = np.array(made.to_image(scale=1, add_quiet_zones=False), np.uint8)
    return tuple(tuple(bool(level < 128) for level in row) for row in image)
