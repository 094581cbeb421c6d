"""Codes: a 2D-Doc read and verified, as a symbol and on a page, on one core."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from simulators import sheets, signed_codes, title_pages
from simulators.people import Person
from simulators.signed_codes import Header, Issuer, proof_of_address, today
from simulators.titles import Holder, td3
from station.codes import two_d_doc
from station.codes.mrz.page import find
from station.codes.symbols import Reader
from station.codes.trust import TrustList, verify
from tests.bench.figure import Figure, median_ms

if TYPE_CHECKING:
    from pathlib import Path

RUNS = 9


def measure(_: Path) -> list[Figure]:
    """A lone symbol of 300 x 300 pixels and a page of A4 at 300 dpi, through the process."""
    issuer = Issuer.new()
    text = issuer.sign(Header(), proof_of_address(Person(7).civil()))
    trust = TrustList.of((issuer.authority.certificate, issuer.certificate))
    symbol = signed_codes.datamatrix(text)
    sheet = sheets.page("JUSTIFICATIF DE DOMICILE", (), 300)
    signed_codes.put(sheet, symbol, (300, 1900))
    page = np.asarray(cv2.cvtColor(sheet, cv2.COLOR_BGR2GRAY), np.uint8)
    reader = Reader()

    def proven(grey: np.ndarray) -> None:
        (found,) = reader.read(grey)
        verify(two_d_doc.parse(found.data), trust, today())

    try:
        alone = median_ms(lambda: proven(symbol), RUNS)
        on_page = median_ms(lambda: proven(page), RUNS)
        return [
            Figure("2D-Doc, symbol read and verified", alone, "ms", aim=30),
            Figure("2D-Doc on a page of A4", on_page, "ms"),
            Figure("MRZ of a title, 300 dpi", _zone(), "ms"),
        ]
    finally:
        reader.close()


def _zone() -> float:
    scan = title_pages.scan(td3(Holder.of(Person(7).civil())), 300)
    return median_ms(lambda: find(scan, today()), RUNS)
