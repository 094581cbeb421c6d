"""Pages as scanners send them: whole, of the size asked for, at the resolution they really have."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from drivers.document_scanner.stack import Stack
from drivers.wire.page import Asked, decode
from drivers.wire.scan_port import MAX_PAGES, most_pages, parse
from station.device import Progress
from station.errors import ConfigError, DeviceUnconfigured, ProtocolError

if TYPE_CHECKING:
    from station.capture import Sample
    from station.device import Told

ASKED = Asked(2.0, 3.0, 150, whole=True)


def picture(columns: int, rows: int, kind: str = "PNG", **options: object) -> bytes:
    mode = str(options.pop("mode", "RGB"))
    rng = np.random.default_rng(1)
    image = Image.fromarray(rng.integers(0, 255, (rows, columns, 3), np.uint8)).convert(mode)
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "PPM"])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_page_is_b_g_r_whatever_it_came_as(kind: str, mode: str) -> None:
    data = picture(300, 450, kind, mode=mode)
    page = decode(data, ASKED)
    with Image.open(io.BytesIO(data)) as image:
        expected = np.asarray(image.convert("RGB"))
    assert (page.pixels[..., ::-1] == expected).all()
    assert page.dpi == 150


def test_a_file_that_names_another_resolution_is_not_believed_when_the_size_is_right() -> None:
    assert decode(picture(300, 450, dpi=(72, 72)), ASKED).dpi == 150


def test_a_coarser_page_is_believed_when_its_file_says_so() -> None:
    assert decode(picture(200, 300, dpi=(100, 100)), ASKED).dpi == 100


@pytest.mark.parametrize(
    "data",
    [
        picture(200, 300),
        picture(200, 300, dpi=(75, 75)),
        picture(200, 300, dpi=(100, 50)),
        picture(600, 900, dpi=(300, 300)),
        picture(300, 200),
        picture(300, 450, "TIFF"),
        picture(300, 450, "GIF"),
        picture(300, 450, "JPEG", mode="CMYK"),
        picture(300, 450, mode="1"),
        picture(300, 450)[:-200],
        picture(300, 450, "JPEG")[:-9000],
        b"",
        b"P6\n300 450\n255\n",
        b"P6\n99999999 99999999\n255\n",
        b"%PDF-1.7",
    ],
)
def test_what_is_no_such_page_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        decode(data, ASKED)


def test_a_sheet_may_be_shorter_than_asked_in_a_feeder_only() -> None:
    data = picture(300, 200)
    with pytest.raises(ProtocolError):
        decode(data, ASKED)
    assert decode(data, Asked(2.0, 3.0, 150, whole=False)).pixels.shape == (200, 300, 3)


WHOLE = {kind: picture(300, 450, kind) for kind in ("PNG", "JPEG", "PPM")}


@given(st.sampled_from(sorted(WHOLE)), st.binary(max_size=64), st.floats(0, 1))
def test_damage_is_a_protocol_error_or_a_page(kind: str, noise: bytes, where: float) -> None:
    data = WHOLE[kind]
    at = int(where * len(data))
    try:
        page = decode(data[:at] + noise + data[at + len(noise) :], ASKED)
    except ProtocolError:
        return
    assert page.pixels.shape == (450, 300, 3)


def test_a_glass_a_little_short_of_a4_will_do_and_a_smaller_one_will_not() -> None:
    port, _ = parse("region=a4")
    assert port.within((8.27, 11.6)) == pytest.approx((8.2677, 11.6), abs=1e-3)
    with pytest.raises(DeviceUnconfigured):
        port.within((8.27, 11.0))


def test_the_whole_of_an_endless_feeder_is_a3() -> None:
    port, _ = parse("region=full&source=adf")
    assert port.within((8.5, 122.0)) == pytest.approx((8.5, 16.535), abs=1e-3)


@pytest.mark.parametrize(("dpi", "pages"), [(75, MAX_PAGES), (300, 20), (600, 5)])
def test_a_scan_has_a_bound_in_pages_and_in_pixels(dpi: int, pages: int) -> None:
    assert most_pages(Asked(8.27, 11.69, dpi, whole=False)) == pages


def test_a_page_beyond_all_measure_is_a_setting_to_change() -> None:
    with pytest.raises(DeviceUnconfigured):
        most_pages(Asked(11.7, 16.5, 1200, whole=True))


@pytest.mark.parametrize("query", ["a=1", "dpi=", "dpi=٣٠٠", "source=Adf", "&&", "dpi=1&" * 12])
def test_options_that_are_none_are_refused(query: str) -> None:
    with pytest.raises(ConfigError):
        parse(query)


def test_a_scan_that_fails_leaves_no_pixel() -> None:
    stack = Stack(ASKED, lambda _: None)
    kept: list[Sample] = []

    def scan() -> None:
        with stack:
            stack.keep(WHOLE["PNG"])
            kept.extend(stack.samples)
            stack.keep(b"")

    with pytest.raises(ProtocolError):
        scan()
    assert len(stack) == 0
    assert len(kept) == 1
    assert not kept[0].pixels.any()


def test_progress_is_told_once_for_each_figure_and_anew_for_each_page() -> None:
    told: list[Told] = []
    with Stack(ASKED, told.append) as stack:
        for percent in (10, 10, 5, 200):
            stack.progress(percent)
        stack.keep(WHOLE["PNG"])
        stack.progress(10)
    assert [t for t in told if isinstance(t, Progress)] == [
        Progress(1, 10),
        Progress(1, 100),
        Progress(2, 10),
    ]
