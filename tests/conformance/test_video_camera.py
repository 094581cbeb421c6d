"""The camera driver against an MJPEG stream on loopback: every way a camera disappoints."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest

from drivers.video_camera import Times, VideoCamera
from simulators.camera import CameraSimulator, Mode
from simulators.faults import Fault
from station.device import Guidance, Patience, Preview
from station.errors import CaptureCancelled, CaptureTimeout, DeviceLost, DeviceSilent

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from station.capture import Capture


def scene(level: int = 128) -> npt.NDArray[np.uint8]:
    rng = np.random.default_rng(1)
    ground = cv2.GaussianBlur(rng.integers(0, 255, (360, 480, 3), np.uint8), (0, 0), 2)
    cv2.ellipse(ground, (240, 180), (80, 110), 0, 0, 360, (level, level, 200), -1)
    return np.asarray(ground, np.uint8)


@pytest.fixture
def camera() -> Iterator[CameraSimulator]:
    with CameraSimulator(scene()) as camera:
        yield camera


@pytest.fixture
def driver(camera: CameraSimulator) -> Iterator[VideoCamera]:
    with VideoCamera(camera.url, Times(silent=3.0, frozen=0.5)) as driver:
        yield driver


def look(driver: VideoCamera, seconds: float = 5, told: list[Any] | None = None) -> Capture:
    return driver.capture((), Patience(seconds), (told if told is not None else []).append)


def test_the_portrait_is_what_stands_before_the_lens(driver: VideoCamera) -> None:
    told: list[Any] = []
    capture = look(driver, told=told)
    difference = np.abs(capture.samples[0].pixels.astype(int) - scene()).mean()
    assert difference < 8
    assert capture.device.simulated
    assert [t for t in told if isinstance(t, Guidance)] == [Guidance.LOOK, Guidance.HOLD]
    assert any(isinstance(t, Preview) for t in told)


def test_a_frozen_picture_is_a_silent_camera(driver: VideoCamera, camera: CameraSimulator) -> None:
    camera.mode = Mode.FROZEN
    with pytest.raises(DeviceSilent):
        look(driver)
    camera.mode = Mode.LIVE
    look(driver)


@pytest.mark.parametrize("mode", [Mode.DARK, Mode.HALF])
def test_dark_and_half_frames_are_never_taken(
    driver: VideoCamera, camera: CameraSimulator, mode: Mode
) -> None:
    camera.mode = mode
    with pytest.raises((CaptureTimeout, DeviceSilent)):
        look(driver, seconds=1)
    camera.mode = Mode.LIVE
    look(driver)


def test_a_stalled_stream_recovers(driver: VideoCamera, camera: CameraSimulator) -> None:
    camera.mode = Mode.STALLED
    with pytest.raises((DeviceSilent, CaptureTimeout)):
        look(driver, seconds=4)
    camera.mode = Mode.LIVE
    look(driver, seconds=8)


def test_a_dropped_connection_is_opened_again(driver: VideoCamera, camera: CameraSimulator) -> None:
    look(driver)
    camera.faults.arm(Fault.UNPLUG)
    look(driver)


def test_a_camera_that_is_not_there_is_lost() -> None:
    with pytest.raises(DeviceLost), VideoCamera("http://127.0.0.1:9/stream.mjpg"):
        pass


def test_a_refused_connection_is_lost(camera: CameraSimulator) -> None:
    camera.faults.arm(Fault.REFUSE, 9)
    with pytest.raises(DeviceLost), VideoCamera(camera.url):
        pass


def test_after_a_pause_of_the_reader_the_frame_is_new(
    driver: VideoCamera, camera: CameraSimulator
) -> None:
    look(driver)
    camera.show(scene(level=20))
    time.sleep(1.0)
    seen = look(driver).samples[0].pixels[150:210, 210:270, 0].mean()
    assert seen < 60


def test_cancel_is_prompt(driver: VideoCamera, camera: CameraSimulator) -> None:
    camera.mode = Mode.DARK
    patience = Patience(20)
    threading.Timer(0.2, patience.cancel.set).start()
    begun = time.monotonic()
    with pytest.raises(CaptureCancelled):
        driver.capture((), patience, lambda _: None)
    assert time.monotonic() - begun < 0.7
