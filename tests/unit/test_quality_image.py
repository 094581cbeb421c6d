"""Image files: bounded, decoded, or refused in one way."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from station.errors import NotAnImage
from station.quality.image import read_face, read_finger
from tests import quality_pictures as pictures

if TYPE_CHECKING:
    from pathlib import Path

FORMATS = {"PNG": "png", "BMP": "bmp", "PPM": "pgm", "JPEG2000": "jp2", "JPEG": "jpg"}


def _coded(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("form", FORMATS)
def test_a_print_is_read_from_every_format(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"finger.{FORMATS[form]}"
    path.write_bytes(_coded(Image.fromarray(pictures.finger()), form))
    sample = read_finger(path)
    assert (sample.pixels.shape, sample.dpi) == ((500, 400), 500)
    assert np.abs(sample.pixels.astype(int) - pictures.finger()).mean() < 6


def test_a_print_at_1000_dpi_is_reduced(tmp_path: Path) -> None:
    path = tmp_path / "finger.png"
    path.write_bytes(_coded(Image.fromarray(pictures.finger()), dpi=(1000, 1000)))
    assert read_finger(path).pixels.shape == (250, 200)


def test_a_print_too_coarse_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "finger.png"
    path.write_bytes(_coded(Image.fromarray(pictures.finger()), dpi=(300, 300)))
    with pytest.raises(NotAnImage, match="300 dpi"):
        read_finger(path)


def test_the_caller_overrules_the_resolution_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "face.png"
    path.write_bytes(_coded(Image.fromarray(pictures.portrait()), dpi=(300, 300)))
    assert (read_face(path).dpi, read_face(path, 600).dpi) == (300, 600)


def test_a_screen_resolution_is_no_resolution(tmp_path: Path) -> None:
    path = tmp_path / "face.png"
    path.write_bytes(_coded(Image.fromarray(pictures.portrait()), dpi=(72, 72)))
    assert read_face(path).dpi is None


def test_sixteen_bits_keep_their_upper_eight(tmp_path: Path) -> None:
    path = tmp_path / "finger.png"
    path.write_bytes(_coded(Image.fromarray(pictures.finger().astype(np.uint16) * 257)))
    assert (read_finger(path).pixels == pictures.finger()).all()


def test_a_colour_file_keeps_its_colours_in_bgr_order(tmp_path: Path) -> None:
    path = tmp_path / "face.png"
    path.write_bytes(_coded(Image.new("RGB", (100, 120), (255, 128, 0))))
    assert read_face(path).pixels[0, 0].tolist() == [0, 128, 255]


@pytest.mark.parametrize("side", [7_000, 12_000, 60_000])
def test_a_bomb_is_refused_before_it_unfolds(tmp_path: Path, side: int) -> None:
    path = tmp_path / "bomb.pgm"
    path.write_bytes(b"P5 %d %d 255\n" % (side, side))
    with pytest.raises(NotAnImage, match="pixels"):
        read_finger(path)


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"GIF89a" + bytes(50), b"%PDF-1.7"])
def test_what_is_no_image_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(NotAnImage):
        read_face(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAnImage):
        read_face(tmp_path / "absent.png")


SMALL = Image.fromarray(pictures.finger()[200:280, 160:240])


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(draw=st.data())
def test_a_damaged_file_is_read_or_refused(tmp_path: Path, form: str, draw: st.DataObject) -> None:
    data = bytearray(_coded(SMALL, form))
    for _ in range(draw.draw(st.integers(1, 4))):
        data[draw.draw(st.integers(0, len(data) - 1))] ^= draw.draw(st.integers(1, 255))
    path = tmp_path / "damaged"
    path.write_bytes(data[: draw.draw(st.integers(1, len(data)))])
    try:
        read_finger(path)
    except NotAnImage:
        return
