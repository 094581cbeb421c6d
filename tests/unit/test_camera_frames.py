"""What the camera driver concludes from bytes and pixels alone."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from drivers.transport.mjpeg import announced_size, decoded
from drivers.video_camera import is_half
from station.errors import ProtocolError

NOISE = np.random.default_rng(3).integers(0, 255, (64, 48, 3), np.uint8)


def jpeg(pixels: npt.NDArray[np.uint8] = NOISE) -> bytes:
    return cv2.imencode(".jpg", pixels)[1].tobytes()


def test_the_size_is_read_before_anything_is_decoded() -> None:
    assert announced_size(jpeg()) == (64, 48)


def test_a_picture_that_announces_gigabytes_is_not_decoded() -> None:
    data = bytearray(jpeg())
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = b"\xff\xff\xff\xff"  # 65535 × 65535
    with pytest.raises(ProtocolError, match="65535"):
        decoded(bytes(data))


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xd8\xff\xd9", jpeg()[:-2], jpeg()[: len(jpeg()) // 2], jpeg()[2:], b"GIF89a"],
)
def test_what_is_no_whole_jpeg_is_a_protocol_error(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        decoded(data)


def test_a_camera_may_pad_its_jpeg() -> None:
    assert decoded(jpeg() + b"\0\0").shape == (64, 48, 3)


def test_rows_that_a_decoder_filled_in_are_not_a_picture() -> None:
    half = NOISE.copy()
    half[32:] = 128
    assert is_half(half, NOISE)


def test_rows_left_from_the_frame_before_are_not_a_picture() -> None:
    half = NOISE.copy()
    half[:32] ^= 1
    assert is_half(half, NOISE)


@pytest.mark.parametrize("level", [0, 255])
def test_a_saturated_bottom_is_not_a_missing_one(level: int) -> None:
    bright = NOISE.copy()
    bright[32:] = level
    assert not is_half(bright, bright)


def test_two_frames_with_noise_everywhere_are_whole() -> None:
    other = NOISE.copy()
    other ^= 1
    assert not is_half(NOISE, other)
