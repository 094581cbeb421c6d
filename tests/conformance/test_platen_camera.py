"""A sensor that only streams: the station watches, guides, and takes the image by itself."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from drivers.platen_camera import PlatenCamera
from simulators.camera import CameraSimulator, Mode
from simulators.people import Person
from station.bench.bench import Bench
from station.capture import FOUR, Finger, Hand, Modality
from station.config import DeviceSettings
from station.device import Guidance, Patience
from station.errors import (
    CaptureCancelled,
    CaptureTimeout,
    ConfigError,
    DeviceError,
    StationError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from station.bench.bench import Job
    from station.capture import Capture

NAME = "empreintes"
INDEX = (Finger.RIGHT_INDEX,)
GLASS = np.full((500, 400, 3), 250, np.uint8)


def picture() -> np.ndarray:
    return cv2.cvtColor(Person(1).print_of(Finger.RIGHT_INDEX), cv2.COLOR_GRAY2BGR)


@pytest.fixture
def sensor() -> Iterator[CameraSimulator]:
    with CameraSimulator(GLASS) as sensor:
        yield sensor


@pytest.fixture
def bench(sensor: CameraSimulator) -> Iterator[Bench]:
    port = f"{sensor.url}?ppi=500&fingers=1"
    with Bench({NAME: DeviceSettings(driver="platen-camera", port=port)}) as bench:
        yield bench


def until(job: Job[Capture], word: Guidance) -> list[Guidance]:
    """Everything said up to `word`."""
    heard: list[Guidance] = []
    while (told := job.events.get(timeout=30)) is not None:
        if isinstance(told, Guidance):
            heard.append(told)
            if told is word:
                return heard
    raise AssertionError(f"{word} was never said: {heard}")


def test_a_finger_is_taken_once_it_lies_still_on_clean_glass(
    sensor: CameraSimulator, bench: Bench
) -> None:
    job = bench.capture(NAME, INDEX, 40)
    assert until(job, Guidance.PLACE) == [Guidance.PLACE]
    sensor.show(picture())
    assert Guidance.HOLD in until(job, Guidance.LIFT)
    sensor.show(GLASS)
    capture = job.result.result(30)
    (sample,) = capture.samples
    assert (capture.modality, sample.position, sample.dpi) == (Modality.FINGER, INDEX[0], 500)
    assert capture.device.simulated
    assert abs(sample.pixels.astype(int) - picture()[:, :, 0]).mean() < 8


def test_a_finger_left_on_the_glass_is_not_the_next_person_s(
    sensor: CameraSimulator, bench: Bench
) -> None:
    sensor.show(picture())
    job = bench.capture(NAME, INDEX, 8)
    assert until(job, Guidance.CLEAN) == [Guidance.LIFT, Guidance.CLEAN]
    with pytest.raises(CaptureTimeout):
        job.result.result(30)


def test_the_deadline_takes_the_best_frame_of_a_finger_that_moves(
    sensor: CameraSimulator, bench: Bench
) -> None:
    job = bench.capture(NAME, INDEX, 6)
    until(job, Guidance.PLACE)
    sensor.show(picture())
    sensor.mode = Mode.MOVING
    assert job.result.result(30).samples[0].position is INDEX[0]


def test_a_cancelled_capture_leaves_the_sensor_ready(bench: Bench) -> None:
    job = bench.capture(NAME, INDEX, 40)
    until(job, Guidance.PLACE)
    begun = time.monotonic()
    job.cancel()
    with pytest.raises(CaptureCancelled):
        job.result.result(10)
    assert time.monotonic() - begun < 5
    assert bench.info(NAME).modalities == {Modality.FINGER}


def test_an_unplugged_sensor_is_lost_and_comes_back(sensor: CameraSimulator, bench: Bench) -> None:
    job = bench.capture(NAME, INDEX, 40)
    until(job, Guidance.PLACE)
    sensor.mode = Mode.GONE
    with pytest.raises(DeviceError):
        job.result.result(30)
    sensor.replug()
    assert until(bench.capture(NAME, INDEX, 40), Guidance.PLACE)


def test_frames_finer_than_500_ppi_are_reduced(sensor: CameraSimulator) -> None:
    with PlatenCamera(f"{sensor.url}?ppi=1000&fingers=4") as driver:
        frame = next(iter(driver.frames(FOUR[Hand.LEFT], Patience(10))))
    assert frame.pixels.shape == (250, 200)
    assert (frame.dpi, frame.position, frame.hand) == (500, None, Hand.LEFT)


@pytest.mark.parametrize("query", ["", "?ppi=500", "?ppi=96&fingers=1", "?ppi=500&fingers=9"])
def test_a_port_without_its_figures_is_a_configuration_error(query: str) -> None:
    with pytest.raises(ConfigError):
        PlatenCamera(f"http://127.0.0.1:9/stream.mjpg{query}")


@pytest.mark.parametrize(("fingers", "wanted"), [(1, FOUR[Hand.LEFT]), (4, INDEX)])
def test_a_sensor_is_not_asked_for_what_it_cannot_see(
    sensor: CameraSimulator, fingers: int, wanted: tuple[Finger, ...]
) -> None:
    with (
        PlatenCamera(f"{sensor.url}?ppi=500&fingers={fingers}") as driver,
        pytest.raises(StationError, match=f"{len(wanted)} fingers"),
    ):
        next(iter(driver.frames(wanted, Patience(5))))
