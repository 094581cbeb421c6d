"""Codes out of pages, through the process that holds zxing-cpp, and that process breaking."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from simulators import sheets, signed_codes
from simulators.people import Person
from simulators.predemande import recap
from simulators.predemande.book import Book
from simulators.signed_codes import GS, Header, Issuer, proof_of_address
from station.codes import symbols
from station.codes.content import Kind, recognise
from station.codes.symbols import Reader
from station.errors import SymbolsUnread

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE = Issuer.new().sign(Header(), proof_of_address(Person(7).civil()))


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.close()


def page(dpi: int, *, module_mm: float = 0.5) -> np.ndarray:
    """A proof of address with its code at the top right, (rows, columns) grey."""
    sheet = sheets.page("JUSTIFICATIF DE DOMICILE", ("MME SPECIMEN", "1 RUE DU SPECIMEN"), dpi)
    symbol = signed_codes.datamatrix(CODE, max(1, round(module_mm / 25.4 * dpi)))
    signed_codes.put(sheet, symbol, (dpi // 2, sheet.shape[1] - symbol.shape[1] - dpi // 2))
    return np.asarray(cv2.cvtColor(sheet, cv2.COLOR_BGR2GRAY), np.uint8)


def worn(grey: np.ndarray, angle: float, seed: int) -> np.ndarray:
    """Turned on the glass, blurred, noisy, saved as JPEG."""
    rows, columns = grey.shape
    turn = cv2.getRotationMatrix2D((columns / 2, rows / 2), angle, 1)
    turned = cv2.warpAffine(grey, turn, (columns, rows), borderValue=(235,))
    soft = cv2.GaussianBlur(turned, (0, 0), 0.8)
    noise = np.random.default_rng(seed).normal(0, 6, soft.shape)
    noisy = np.clip(soft + noise, 0, 255).astype(np.uint8)
    _, data = cv2.imencode(".jpg", noisy, (cv2.IMWRITE_JPEG_QUALITY, 75))
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)


@pytest.mark.parametrize(
    ("dpi", "angle"), [(300, -5.0), (300, 0.0), (300, 180.0), (200, 4.0), (600, 2.0)]
)
def test_the_code_of_a_page_is_read_byte_for_byte(reader: Reader, dpi: int, angle: float) -> None:
    (found,) = reader.read(worn(page(dpi), angle, dpi))
    assert found.format == "DataMatrix"
    assert found.data == CODE.encode()
    assert GS.encode() in found.data


def test_a_page_on_its_side_is_read(reader: Reader) -> None:
    (found,) = reader.read(np.rot90(page(200)))
    assert found.data == CODE.encode()


def test_corners_are_in_the_pixels_of_the_page(reader: Reader) -> None:
    grey = page(400)
    (found,) = reader.read(grey)
    left, right = min(x for x, _ in found.corners), max(x for x, _ in found.corners)
    top, bottom = min(y for _, y in found.corners), max(y for _, y in found.corners)
    inside = grey[top:bottom, left:right].copy()
    grey[top:bottom, left:right] = 255
    assert (inside < 128).mean() > 0.3
    assert reader.read(grey) == ()


def test_several_codes_come_from_the_top_down(reader: Reader) -> None:
    sheet = sheets.page("RECAPITULATIF", (), 200)
    for text, row in (("1234567890123456", 1400), ("AB12CD34EF", 300)):
        signed_codes.put(sheet, signed_codes.qr(text), (row, 400))
    found = reader.read(np.asarray(cv2.cvtColor(sheet, cv2.COLOR_BGR2GRAY), np.uint8))
    assert [recognise(s.data, signed_codes.today()).kind for s in found] == [
        Kind.PREDEMANDE,
        Kind.TIMBRE,
    ]


def test_a_page_without_code_shows_none(reader: Reader) -> None:
    grey = cv2.cvtColor(sheets.page("ACTE DE NAISSANCE", ("x",)), cv2.COLOR_BGR2GRAY)
    assert reader.read(np.asarray(grey, np.uint8)) == ()


@pytest.mark.parametrize("shape", [(5, 4000), (15, 15), (7000, 6000)])
def test_an_image_of_no_size_for_a_page_is_refused(reader: Reader, shape: tuple[int, int]) -> None:
    with pytest.raises(SymbolsUnread):
        reader.read(np.full(shape, 255, np.uint8))


@pytest.mark.parametrize("seed", range(4))
def test_noise_and_halves_of_codes_are_no_codes(reader: Reader, seed: int) -> None:
    rng = np.random.default_rng(seed)
    grey = (rng.integers(0, 2, (100, 100), np.uint8) * 255).repeat(6, 0).repeat(6, 1)
    symbol = signed_codes.datamatrix(CODE)
    grey[: symbol.shape[0], : symbol.shape[1] // 2] = symbol[:, : symbol.shape[1] // 2]
    assert reader.read(grey) == ()


def test_a_killed_process_is_one_error_and_the_next_page_is_read() -> None:
    reader = Reader()
    try:
        assert reader.read(page(200))
        assert reader.pid is not None
        os.kill(reader.pid, signal.SIGKILL)
        with pytest.raises(SymbolsUnread):
            reader.read(page(200))
        assert reader.read(page(200))
    finally:
        reader.close()


def test_a_hung_process_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader()
    try:
        assert reader.read(page(200))
        hung = reader.pid
        assert hung is not None
        monkeypatch.setattr(symbols, "_ANSWER", 0.5)
        os.kill(hung, signal.SIGSTOP)
        with pytest.raises(SymbolsUnread):
            reader.read(page(200))
        with pytest.raises(ProcessLookupError):
            os.kill(hung, 0)
    finally:
        reader.close()


def test_the_code_of_a_recap_is_the_number_of_its_pre_demande(reader: Reader) -> None:
    begun = Book().day[0]
    grey = np.asarray(cv2.cvtColor(recap.page(begun), cv2.COLOR_BGR2GRAY), np.uint8)
    (found,) = reader.read(grey)
    content = recognise(found.data, signed_codes.today())
    assert (content.kind, content.number) == (Kind.PREDEMANDE, begun.numero)
