"""One process per device: killed, hung, cancelled, and the next capture works."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

from simulators.faults import Fault
from simulators.serial_finger import SerialFingerSimulator
from station.bench import bench as bench_module
from station.bench.bench import Bench
from station.capture import Finger
from station.config import DeviceSettings
from station.device import Guidance
from station.errors import (
    CaptureCancelled,
    CaptureTimeout,
    ConfigError,
    DeviceError,
    DeviceLost,
    DeviceSilent,
)
from tests.prints import ridges

if TYPE_CHECKING:
    from collections.abc import Iterator

INDEX = (Finger.RIGHT_INDEX,)
NAME = "empreintes"


@pytest.fixture
def scanner() -> Iterator[SerialFingerSimulator]:
    with SerialFingerSimulator() as scanner:
        scanner.present(Finger.RIGHT_INDEX, ridges(9))
        yield scanner


@pytest.fixture
def bench(scanner: SerialFingerSimulator) -> Iterator[Bench]:
    settings = DeviceSettings(driver="serial-finger", port=scanner.url)
    with Bench({NAME: settings}) as bench:
        yield bench


def captured(bench: Bench) -> bool:
    pixels = bench.capture(NAME, INDEX, 10).result.result(30).samples[0].pixels
    return bool((pixels == ridges(9)).all())


def test_guidance_comes_through_in_order_and_ends(bench: Bench) -> None:
    job = bench.capture(NAME, INDEX, 10)
    told = []
    while (event := job.events.get(timeout=20)) is not None:
        told.append(event)
    assert [t for t in told if isinstance(t, Guidance)] == [
        Guidance.PLACE,
        Guidance.HOLD,
        Guidance.LIFT,
    ]
    assert job.result.done()


def test_a_worker_killed_in_a_capture_is_one_error_and_the_next_capture_works(
    bench: Bench, scanner: SerialFingerSimulator
) -> None:
    scanner.faults.arm(Fault.NEVER_PRESENT)
    job = bench.capture(NAME, INDEX, 30)
    assert job.events.get(timeout=20) == Guidance.PLACE
    pid = bench.pid(NAME)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(DeviceLost):
        job.result.result(10)
    assert captured(bench)
    assert bench.pid(NAME) != pid


def test_a_driver_that_never_returns_is_killed_by_the_watchdog(
    bench: Bench, scanner: SerialFingerSimulator
) -> None:
    scanner.faults.arm(Fault.NEVER_PRESENT)
    job = bench.capture(NAME, INDEX, 1)
    assert job.events.get(timeout=20) == Guidance.PLACE
    pid = bench.pid(NAME)
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)  # what a vendor library that hangs looks like
    with pytest.raises(DeviceSilent):
        job.result.result(1 + bench_module._GRACE + 2)
    assert captured(bench)


def test_cancel_is_prompt_and_a_late_cancel_does_no_harm(
    bench: Bench, scanner: SerialFingerSimulator
) -> None:
    scanner.faults.arm(Fault.NEVER_PRESENT)
    job = bench.capture(NAME, INDEX, 30)
    assert job.events.get(timeout=20) == Guidance.PLACE
    begun = time.monotonic()
    job.cancel()
    with pytest.raises(CaptureCancelled):
        job.result.result(5)
    assert time.monotonic() - begun < 0.5
    job.cancel()
    assert captured(bench)


def test_nobody_waits_for_a_device_that_is_at_work(
    bench: Bench, scanner: SerialFingerSimulator
) -> None:
    free = bench.info_if_free(NAME)
    assert free == bench.info(NAME)
    scanner.faults.arm(Fault.NEVER_PRESENT)
    job = bench.capture(NAME, INDEX, 30)
    begun = time.monotonic()
    assert bench.info_if_free(NAME) is None
    assert time.monotonic() - begun < 1  # the capture takes 30 s
    job.cancel()
    with pytest.raises(CaptureCancelled):
        job.result.result(20)


def test_twenty_failed_captures_of_every_kind_leave_a_working_station(
    bench: Bench, scanner: SerialFingerSimulator
) -> None:
    faults = [Fault.REFUSE, Fault.GARBAGE, Fault.NEVER_PRESENT, Fault.LATE]
    for fault in faults * 5:
        scanner.faults.arm(fault)
        job = bench.capture(NAME, INDEX, 1)
        if fault is not Fault.GARBAGE:
            with pytest.raises((DeviceError, CaptureTimeout)):
                job.result.result(20)
        else:
            job.result.result(20)
    assert captured(bench)


def test_an_unplugged_device_is_lost_and_comes_back(
    bench: Bench, scanner: SerialFingerSimulator
) -> None:
    scanner.faults.arm(Fault.UNPLUG)
    with pytest.raises(DeviceLost):
        bench.capture(NAME, INDEX, 5).result.result(20)
    scanner.replug()
    assert captured(bench)


def test_a_device_that_is_not_in_the_settings_is_a_setting_error(bench: Bench) -> None:
    with pytest.raises(ConfigError):
        bench.info("photo")


def test_closing_the_station_ends_the_workers(scanner: SerialFingerSimulator) -> None:
    settings = DeviceSettings(driver="serial-finger", port=scanner.url)
    with Bench({NAME: settings}) as bench:
        bench.info(NAME)
        pid = bench.pid(NAME)
    assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
