"""The camera driver over its real wires: every way a camera disappoints, and the next capture."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest

from drivers.transport.video import VideoStream
from drivers.video_camera import Times, VideoCamera
from simulators.camera import CameraSimulator, Mode
from simulators.faults import Fault
from station.capture import Modality
from station.device import Guidance, Patience, Preview
from station.errors import (
    CaptureCancelled,
    CaptureTimeout,
    ConfigError,
    DeviceLost,
    DeviceRefused,
    DeviceSilent,
    ProtocolError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

    from station.capture import Capture

QUICK = Times(silent=0.6, frozen=0.4, damaged=0.4)
ALWAYS = 99


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
    with VideoCamera(camera.url, QUICK) as driver:
        yield driver


def look(driver: VideoCamera, seconds: float = 5, told: list[Any] | None = None) -> Capture:
    return driver.capture((), Patience(seconds), (told if told is not None else []).append)


def shown(capture: Capture) -> float:
    """How far the picture taken is from the scene, in grey levels."""
    return float(np.abs(capture.samples[0].pixels.astype(int) - scene()).mean())


def test_the_portrait_is_what_stands_before_the_lens(driver: VideoCamera) -> None:
    told: list[Any] = []
    capture = look(driver, told=told)
    assert shown(capture) < 8
    assert capture.modality is Modality.FACE
    assert capture.samples[0].dpi is None
    assert capture.device.simulated
    assert [t for t in told if isinstance(t, Guidance)] == [Guidance.LOOK, Guidance.HOLD]
    assert all(t.pixels.shape == (240, 320, 3) for t in told if isinstance(t, Preview))


def test_previews_come_as_fast_as_the_eye_wants_and_no_faster(
    driver: VideoCamera, camera: CameraSimulator
) -> None:
    camera.mode = Mode.DARK  # the capture then lasts its whole second
    told: list[Any] = []
    with pytest.raises(CaptureTimeout):
        look(driver, seconds=1, told=told)
    assert 5 <= sum(isinstance(t, Preview) for t in told) <= 34  # one every 30 ms at most


@pytest.mark.parametrize(
    ("mode", "error"),
    [
        (Mode.FROZEN, DeviceSilent),
        (Mode.HALF, ProtocolError),
        (Mode.DARK, CaptureTimeout),
        (Mode.GONE, DeviceLost),
        (Mode.STALLED, DeviceSilent),
    ],
)
def test_a_lasting_failure_has_one_error_and_the_next_capture_works(
    driver: VideoCamera, camera: CameraSimulator, mode: Mode, error: type[Exception]
) -> None:
    camera.mode = mode
    with pytest.raises(error):
        look(driver, seconds=1 if mode is Mode.DARK else 5)
    camera.mode = Mode.LIVE
    assert shown(look(driver, seconds=8)) < 8


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.REFUSE, DeviceRefused),
        (Fault.GARBAGE, ProtocolError),
        (Fault.OVERSIZE, ProtocolError),
        (Fault.TRUNCATED, ProtocolError),
        (Fault.UNPLUG, DeviceLost),
    ],
)
def test_a_camera_that_fails_at_once_is_not_opened(
    camera: CameraSimulator, fault: Fault, error: type[Exception]
) -> None:
    camera.faults.arm(fault)
    with pytest.raises(error), VideoCamera(camera.url, QUICK):
        pass
    camera.replug()
    with VideoCamera(camera.url, QUICK) as driver:
        assert shown(look(driver)) < 8


@pytest.mark.parametrize("fault", [Fault.GARBAGE, Fault.OVERSIZE, Fault.TRUNCATED])
def test_what_goes_on_and_on_is_a_protocol_error(
    driver: VideoCamera, camera: CameraSimulator, fault: Fault
) -> None:
    camera.faults.arm(fault, ALWAYS)
    with pytest.raises(ProtocolError):
        look(driver)


@pytest.mark.parametrize("fault", [Fault.GARBAGE, Fault.OVERSIZE, Fault.TRUNCATED])
def test_a_passing_damage_heals_by_opening_again(
    driver: VideoCamera, camera: CameraSimulator, fault: Fault
) -> None:
    camera.faults.arm(fault)
    assert shown(look(driver)) < 8


def test_a_camera_that_never_answers_is_silent_within_its_time(camera: CameraSimulator) -> None:
    camera.mode = Mode.HUNG
    begun = time.monotonic()
    with pytest.raises(DeviceSilent), VideoCamera(camera.url, QUICK):
        pass
    assert time.monotonic() - begun < 4


def test_a_stream_that_gets_stuck_is_opened_again_within_one_capture(
    camera: CameraSimulator,
) -> None:
    with VideoCamera(camera.url) as driver:
        camera.faults.arm(Fault.STUCK)
        assert shown(look(driver)) < 8


def test_a_camera_that_is_not_there_is_lost() -> None:
    with pytest.raises(DeviceLost), VideoCamera("http://127.0.0.1:9/stream.mjpg"):
        pass


def test_after_a_pause_of_the_reader_the_frame_is_new(camera: CameraSimulator) -> None:
    with VideoStream(camera.url) as stream:
        time.sleep(0.8)
        camera.show(scene(level=20))
        time.sleep(0.2)
        frame = stream.newer(0, 0)
        assert frame is not None
        assert time.monotonic() - frame.at < 0.3
        assert frame.pixels[150:210, 210:270, 0].mean() < 60  # not one of fifty buffered ones


def test_the_picture_is_taken_when_the_applicant_holds_still(
    driver: VideoCamera, camera: CameraSimulator
) -> None:
    camera.mode = Mode.MOVING
    with pytest.raises(CaptureTimeout):
        look(driver, seconds=0.8)
    camera.mode = Mode.LIVE
    assert shown(look(driver)) < 8


def test_cancel_is_prompt_and_the_next_capture_works(
    driver: VideoCamera, camera: CameraSimulator
) -> None:
    camera.mode = Mode.DARK
    patience = Patience(20)
    threading.Timer(0.2, patience.cancel.set).start()
    begun = time.monotonic()
    with pytest.raises(CaptureCancelled):
        driver.capture((), patience, lambda _: None)
    assert time.monotonic() - begun < 0.2 + 0.5
    camera.mode = Mode.LIVE
    look(driver)


def test_closing_does_not_wait_for_a_stalled_camera(camera: CameraSimulator) -> None:
    with VideoCamera(camera.url, QUICK):
        camera.mode = Mode.STALLED
        time.sleep(0.1)
        begun = time.monotonic()
    assert time.monotonic() - begun < 0.5


def test_a_hostile_name_is_cleaned(camera: CameraSimulator) -> None:
    camera.faults.arm(Fault.HOSTILE_LABEL)
    with VideoCamera(camera.url, QUICK) as driver:
        info = driver.info()
    assert info.firmware.isprintable()
    assert len(info.firmware) == 64
    assert info.simulated


def test_a_film_plays_at_its_own_speed_and_says_it_is_one(tmp_path: Path) -> None:
    path = tmp_path / "film.avi"
    film = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 20, (480, 360))
    rng = np.random.default_rng(2)
    for _ in range(12):
        noise = rng.normal(0, 2, (360, 480, 3))
        film.write(np.clip(scene() + noise, 0, 255).astype(np.uint8))
    film.release()
    with VideoCamera(f"file://{path}", QUICK) as driver:
        begun = time.monotonic()
        capture = look(driver)
        assert time.monotonic() - begun > 0.15  # five frames of 50 ms
    assert capture.device.simulated
    assert shown(capture) < 10


@pytest.mark.parametrize("port", ["video:///dev/video-none", "file:///nowhere/film.avi"])
def test_a_device_or_file_that_is_not_there_is_lost(port: str) -> None:
    with pytest.raises(DeviceLost), VideoCamera(port):
        pass


@pytest.mark.parametrize(
    "port", ["rtsp://127.0.0.1/a", "http:///stream", "video:", "file://host/f"]
)
def test_what_is_no_camera_is_a_setting_error(port: str) -> None:
    with pytest.raises(ConfigError):
        VideoCamera(port)
