"""The driver of the serial scanner against each of its devices, over pyserial and a pty."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from drivers.serial_finger import SerialFinger, Times
from simulators.faults import Fault
from station.capture import Finger
from station.device import Guidance, Patience, Preview, Told
from station.errors import (
    CaptureCancelled,
    CaptureTimeout,
    DeviceLost,
)
from tests.prints import ridges
from tests.scanners import DEVICES, FAULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from station.capture import Capture
    from station.errors import StationError

QUICK = Times(hello=0.2, hello_tries=3, reply=0.2, heartbeat=1.0, reopen=1.0)


@pytest.fixture(params=DEVICES)
def scanner(request: pytest.FixtureRequest) -> Iterator[Any]:
    with request.param() as scanner:
        scanner.present(Finger.RIGHT_INDEX, ridges(9))
        yield scanner


@pytest.fixture
def driver(scanner: Any) -> Iterator[SerialFinger]:
    with SerialFinger(scanner.url, QUICK) as driver:
        yield driver


def press(driver: SerialFinger, seconds: float = 5, told: list[Any] | None = None) -> Capture:
    hear = (lambda _: None) if told is None else told.append
    return driver.capture((Finger.RIGHT_INDEX,), Patience(seconds), hear)


def test_the_image_on_the_platen_arrives_bit_for_bit(driver: SerialFinger) -> None:
    capture = press(driver)
    assert (capture.samples[0].pixels == ridges(9)).all()
    assert capture.samples[0].dpi == 500
    assert capture.device.simulated


def test_guidance_and_a_preview_come_before_the_image(driver: SerialFinger) -> None:
    told: list[Any] = []
    press(driver, told=told)
    words = [t for t in told if isinstance(t, Guidance)]
    assert words == [Guidance.PLACE, Guidance.HOLD, Guidance.LIFT]
    previews = [t for t in told if isinstance(t, Preview)]
    assert previews
    assert previews[0].pixels.shape == (125, 100)


@pytest.mark.parametrize(("fault", "times", "error"), FAULTS)
def test_each_fault_has_one_error(
    driver: SerialFinger, scanner: Any, fault: Fault, times: int, error: type[StationError]
) -> None:
    scanner.faults.arm(fault, times)
    with pytest.raises(error):
        press(driver, seconds=1)


@pytest.mark.parametrize("fault", [Fault.BAD_CRC, Fault.TRUNCATED, Fault.GARBAGE])
def test_one_damaged_frame_costs_nothing(driver: SerialFinger, scanner: Any, fault: Fault) -> None:
    for _ in range(3):
        scanner.faults.arm(fault)
        assert (press(driver, seconds=8).samples[0].pixels == ridges(9)).all()


def test_a_late_image_never_answers_the_next_applicant(driver: SerialFinger, scanner: Any) -> None:
    scanner.faults.arm(Fault.LATE)
    with pytest.raises(CaptureTimeout):
        press(driver, seconds=1)
    scanner.present(Finger.RIGHT_INDEX, ridges(7))
    assert (press(driver).samples[0].pixels == ridges(7)).all()


def test_cancel_ends_within_half_a_second_and_leaves_the_device_idle(
    driver: SerialFinger, scanner: Any
) -> None:
    scanner.faults.arm(Fault.NEVER_PRESENT)
    patience = Patience(20)
    threading.Timer(0.3, patience.cancel.set).start()
    begun = time.monotonic()
    with pytest.raises(CaptureCancelled):
        driver.capture((Finger.RIGHT_INDEX,), patience, lambda _: None)
    assert time.monotonic() - begun < 0.8
    assert (press(driver).samples[0].pixels == ridges(9)).all()


def test_after_a_replug_the_next_capture_works(scanner: Any) -> None:
    scanner.faults.arm(Fault.UNPLUG)
    with pytest.raises(DeviceLost), SerialFinger(scanner.url, QUICK) as driver:
        press(driver)
    scanner.replug()
    with SerialFinger(scanner.url, QUICK) as driver:
        assert (press(driver).samples[0].pixels == ridges(9)).all()


def test_a_hostile_label_is_cleaned(scanner: Any) -> None:
    scanner.faults.arm(Fault.HOSTILE_LABEL)
    with SerialFinger(scanner.url, QUICK) as driver:
        model = driver.info().model
    assert "\x1b" not in model
    assert "\n" not in model


def test_another_finger_than_the_one_asked_for_is_not_taken(driver: SerialFinger) -> None:
    with pytest.raises(CaptureTimeout):
        driver.capture((Finger.LEFT_INDEX,), Patience(1), lambda _: None)


def test_the_same_driver_goes_on_after_a_replug(driver: SerialFinger, scanner: Any) -> None:
    scanner.faults.arm(Fault.UNPLUG)
    with pytest.raises(DeviceLost):
        press(driver)
    scanner.replug()
    assert (press(driver).samples[0].pixels == ridges(9)).all()


def at_the_transfer(scanner: Any, then: Callable[[], None]) -> Callable[[Told], None]:
    """A guide that pulls the cable once the finger is taken, and calls `then` a little later."""

    def guide(told: Told) -> None:
        if told == Guidance.LIFT:
            scanner.faults.arm(Fault.UNPLUG)
            threading.Timer(0.2, then).start()

    return guide


def test_a_cable_that_comes_loose_during_the_transfer_loses_nothing(
    driver: SerialFinger, scanner: Any
) -> None:
    guide = at_the_transfer(scanner, scanner.reconnect)
    capture = driver.capture((Finger.RIGHT_INDEX,), Patience(5), guide)
    assert (capture.samples[0].pixels == ridges(9)).all()


def test_a_device_that_restarted_during_the_transfer_is_lost(
    driver: SerialFinger, scanner: Any
) -> None:
    guide = at_the_transfer(scanner, scanner.replug)
    with pytest.raises(DeviceLost, match="restarted"):
        driver.capture((Finger.RIGHT_INDEX,), Patience(5), guide)
    assert (press(driver).samples[0].pixels == ridges(9)).all()


@pytest.mark.parametrize("nth", [2, 5, 12])
def test_damage_in_the_middle_of_the_image_is_asked_for_again(
    driver: SerialFinger, scanner: Any, nth: int
) -> None:
    def guide(told: Told) -> None:
        if told == Guidance.LIFT:
            scanner.faults.arm(Fault.BAD_CRC, nth, after=2)  # beyond the RESULT

    capture = driver.capture((Finger.RIGHT_INDEX,), Patience(8), guide)
    assert (capture.samples[0].pixels == ridges(9)).all()


def test_a_second_program_on_the_same_port_is_turned_away(
    driver: SerialFinger, scanner: Any
) -> None:
    with pytest.raises(DeviceLost), SerialFinger(scanner.url, QUICK):
        pass
    assert driver.info().simulated
