"""Image files: bounded, decoded, or refused in one way."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from station.errors import NotAnImage
from station.quality.image import read_face, read_finger
from tests import quality_pictures as pictures

if TYPE_CHECKING:
    from collections.abc import Callable
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


def test_colours_of_a_press_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(_coded(Image.new("CMYK", (200, 300), (0, 90, 90, 0)), "JPEG"))
    for read in (read_face, read_finger):
        with pytest.raises(NotAnImage, match="CMYK"):
            read(path)


@pytest.mark.parametrize("order", range(1, 9))
def test_a_photograph_is_turned_as_its_camera_says(tmp_path: Path, order: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = order
    path = tmp_path / "a.png"
    path.write_bytes(_coded(Image.fromarray(pictures.portrait()[:, :, ::-1]), exif=exif))
    turned = np.asarray(_TURNS[order](pictures.portrait()))
    assert (read_face(path).pixels == turned).all()


_TURNS: dict[int, Callable[[Any], Any]] = {
    1: lambda image: image,
    2: np.fliplr,
    3: lambda image: np.rot90(image, 2),
    4: np.flipud,
    5: lambda image: np.rot90(np.fliplr(image)),
    6: lambda image: np.rot90(image, -1),
    7: lambda image: np.rot90(np.fliplr(image), -1),
    8: np.rot90,
}


@pytest.mark.parametrize("order", [0, 9, 65535])
def test_an_order_that_is_none_turns_nothing(tmp_path: Path, order: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = order
    path = tmp_path / "a.jpg"
    path.write_bytes(_coded(Image.fromarray(pictures.portrait()), "JPEG", exif=exif))
    assert read_face(path).pixels.shape == (800, 622, 3)


def test_an_order_cut_off_turns_nothing_and_warns_nobody(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    entry = bytearray(exif.tobytes())  # six bytes, TIFF header of eight, count, tag, type, number
    entry[6 + 8 + 2 + 2 + 2 : 6 + 8 + 2 + 2 + 2 + 4] = b"\xff\xff\xff\x7f"
    path = tmp_path / "a.jpg"
    path.write_bytes(_coded(Image.fromarray(pictures.portrait()), "JPEG", exif=bytes(entry)))
    assert read_face(path).pixels.shape == (800, 622, 3)


def test_what_is_transparent_shows_white_paper(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(_coded(Image.new("RGBA", (80, 90), (10, 20, 30, 0))))
    assert (read_face(path).pixels == 255).all()


def test_sixteen_bits_a_colour_keep_their_upper_eight(tmp_path: Path) -> None:
    deep = pictures.portrait().astype(np.uint16) * 256 + 77
    path = tmp_path / "a.png"
    path.write_bytes(cv2.imencode(".png", deep)[1].tobytes())
    assert (read_face(path).pixels == pictures.portrait()).all()


@pytest.mark.parametrize("damage", ["cut", "noise", "size"])
def test_a_damaged_jpeg_2000_is_refused(tmp_path: Path, damage: str) -> None:
    data = bytearray(_coded(Image.fromarray(pictures.portrait()), "JPEG2000"))
    siz = data.index(b"\xff\x4f\xff\x51") + 8
    if damage == "cut":
        data = data[: siz + 30]
    elif damage == "noise":
        data[siz + 40 : siz + 100] = bytes(60)
    else:
        data[siz : siz + 4] = b"\xff\xff\xff\xff"
    path = tmp_path / "a.jp2"
    path.write_bytes(data)
    with pytest.raises(NotAnImage):
        read_face(path)


def test_a_file_of_100_megapixels_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(_coded(Image.new("1", (10_000, 10_000))))
    for read in (read_face, read_finger):
        with pytest.raises(NotAnImage, match="pixels"):
            read(path)


def test_one_pixel_is_an_image_and_no_portrait(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(_coded(Image.new("RGB", (1, 1))))
    assert read_face(path).pixels.shape == (1, 1, 3)
