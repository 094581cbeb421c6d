"""Slaps of the serial scanner, on each of its devices: 2.4 MB over the real wire, every fault."""

from __future__ import annotations

import threading
import time
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from drivers.serial_finger import SerialFinger, Times
from simulators import platen
from simulators.faults import Fault
from simulators.people import Person
from simulators.prints import SlapConditions
from station.capture import FOUR, Finger, Hand, Modality
from station.device import Guidance, Patience, Preview, Told
from station.errors import (
    CaptureCancelled,
    CaptureTimeout,
    DeviceLost,
    DeviceUnconfigured,
)
from tests.scanners import DEVICES, FAULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simulators.platen import Laid
    from station.capture import Capture
    from station.errors import StationError

QUICK = Times(hello=0.2, hello_tries=3, reply=0.4, heartbeat=1.5, reopen=10.0)
RIGHT = FOUR[Hand.RIGHT]
LESS = tuple(finger for finger in RIGHT if finger is not Finger.RIGHT_MIDDLE)


@cache
def laid(hand: Hand, missing: tuple[Finger, ...] = (), seed: int = 3) -> Laid:
    how = SlapConditions(missing=frozenset(missing))
    return platen.hand(Person(seed).slap(hand, how))


def dirty(hand: Laid) -> Laid:
    return platen.Laid(hand.pixels, hand.fingers, residue=True)


@pytest.fixture(params=DEVICES)
def scanner(request: pytest.FixtureRequest) -> Iterator[Any]:
    with request.param() as scanner:
        scanner.lay(Hand.RIGHT, laid(Hand.RIGHT))
        yield scanner


@pytest.fixture
def driver(scanner: Any) -> Iterator[SerialFinger]:
    with SerialFinger(scanner.url, QUICK) as driver:
        yield driver


def press(
    driver: SerialFinger,
    seconds: float = 20,
    wanted: tuple[Finger, ...] = RIGHT,
    guide: Callable[[Told], None] = lambda _: None,
) -> Capture:
    return driver.capture(wanted, Patience(seconds), guide)


def shows(capture: Capture, hand: Laid) -> bool:
    return bool((capture.samples[0].pixels == hand.pixels).all())


def when(word: Guidance, then: Callable[[], None]) -> Callable[[Told], None]:
    """A guide that calls `then` the first time `word` is said."""
    said: list[Told] = []

    def guide(told: Told) -> None:
        if told is word and not said:
            said.append(told)
            then()

    return guide


def test_a_slap_arrives_bit_for_bit_as_one_sample_of_its_hand(driver: SerialFinger) -> None:
    assert driver.info().modalities == {Modality.FINGER, Modality.SLAP}
    capture = press(driver)
    (sample,) = capture.samples
    assert shows(capture, laid(Hand.RIGHT))
    assert (capture.modality, sample.hand, sample.position) == (Modality.SLAP, Hand.RIGHT, None)
    assert (sample.dpi, capture.device.simulated) == (500, True)
    sample.wipe()
    assert not sample.pixels.any()


def test_guidance_and_a_preview_come_before_the_slap(driver: SerialFinger) -> None:
    told: list[Any] = []
    press(driver, guide=told.append)
    words = [t for t in told if isinstance(t, Guidance)]
    assert words == [Guidance.PLACE, Guidance.HOLD, Guidance.LIFT]
    (preview,) = (t for t in told if isinstance(t, Preview))
    assert preview.pixels.shape == (375, 400)
    assert (preview.pixels == laid(Hand.RIGHT).pixels[::4, ::4]).all()


def test_each_hand_and_a_single_finger_come_as_asked(driver: SerialFinger, scanner: Any) -> None:
    scanner.lay(Hand.LEFT, laid(Hand.LEFT))
    scanner.present(Finger.LEFT_INDEX, Person(3).finger(Finger.LEFT_INDEX))
    assert shows(press(driver, wanted=FOUR[Hand.LEFT]), laid(Hand.LEFT))
    single = press(driver, wanted=(Finger.LEFT_INDEX,))
    assert (single.modality, single.samples[0].position) == (Modality.FINGER, Finger.LEFT_INDEX)
    assert single.samples[0].pixels.shape == (500, 400)
    assert shows(press(driver), laid(Hand.RIGHT))


def test_a_declared_missing_finger_is_not_waited_for(driver: SerialFinger, scanner: Any) -> None:
    three = laid(Hand.RIGHT, (Finger.RIGHT_MIDDLE,))
    scanner.lay(Hand.RIGHT, three)
    assert shows(press(driver, wanted=LESS), three)


@pytest.mark.parametrize(
    ("missing", "wanted", "word", "said"),
    [
        pytest.param((Finger.RIGHT_RING,), RIGHT, Guidance.SPREAD, "3 of 4", id="too few"),
        pytest.param((), LESS, Guidance.LIFT, "4 of 3", id="too many"),
        pytest.param(RIGHT, RIGHT, Guidance.PLACE, "no finger", id="none"),
    ],
)
def test_a_wrong_number_of_fingers_is_said_and_never_taken(
    driver: SerialFinger,
    scanner: Any,
    missing: tuple[Finger, ...],
    wanted: tuple[Finger, ...],
    word: Guidance,
    said: str,
) -> None:
    scanner.lay(Hand.RIGHT, laid(Hand.RIGHT, missing))
    told: list[Told] = []
    with pytest.raises(CaptureTimeout, match=said):
        press(driver, 2, wanted, told.append)
    assert word in told
    assert Guidance.HOLD not in told


def test_the_right_number_of_fingers_is_taken_after_a_wrong_one(
    driver: SerialFinger, scanner: Any
) -> None:
    scanner.lay(Hand.RIGHT, laid(Hand.RIGHT, (Finger.RIGHT_RING,)))
    better = when(Guidance.SPREAD, lambda: scanner.lay(Hand.RIGHT, laid(Hand.RIGHT)))
    assert shows(press(driver, guide=better), laid(Hand.RIGHT))


def test_the_other_hand_is_asked_for_and_then_taken(driver: SerialFinger, scanner: Any) -> None:
    scanner.lay(Hand.RIGHT, laid(Hand.LEFT))
    other = when(Guidance.OTHER_HAND, lambda: scanner.lay(Hand.RIGHT, laid(Hand.RIGHT)))
    assert shows(press(driver, guide=other), laid(Hand.RIGHT))


def test_a_glass_with_residue_is_cleaned_before_any_hand_is_asked_for(
    driver: SerialFinger, scanner: Any
) -> None:
    scanner.lay(Hand.RIGHT, dirty(laid(Hand.RIGHT)))
    told: list[Told] = []
    with pytest.raises(CaptureTimeout):
        press(driver, 2, guide=told.append)
    assert told == [Guidance.CLEAN]
    clean = when(Guidance.CLEAN, lambda: scanner.lay(Hand.RIGHT, laid(Hand.RIGHT)))
    assert shows(press(driver, guide=clean), laid(Hand.RIGHT))


@pytest.mark.parametrize(("fault", "times", "error"), FAULTS)
def test_each_fault_has_one_error(
    driver: SerialFinger, scanner: Any, fault: Fault, times: int, error: type[StationError]
) -> None:
    scanner.faults.arm(fault, times)
    with pytest.raises(error):
        press(driver, seconds=2)


@pytest.mark.parametrize("fault", [Fault.BAD_CRC, Fault.TRUNCATED, Fault.GARBAGE])
@pytest.mark.parametrize("nth", [2, 40, 500])
def test_damage_in_the_middle_of_the_slap_is_asked_for_again(
    driver: SerialFinger, scanner: Any, fault: Fault, nth: int
) -> None:
    harm = when(Guidance.LIFT, lambda: scanner.faults.arm(fault, after=nth))
    assert shows(press(driver, guide=harm), laid(Hand.RIGHT))


def test_a_late_slap_never_answers_the_next_applicant(driver: SerialFinger, scanner: Any) -> None:
    scanner.faults.arm(Fault.LATE)
    with pytest.raises(CaptureTimeout):
        press(driver, seconds=1)  # less than a heartbeat: no STATUS asks for the result
    scanner.lay(Hand.RIGHT, laid(Hand.RIGHT, seed=4))
    assert shows(press(driver), laid(Hand.RIGHT, seed=4))


def cancelled_after(driver: SerialFinger, word: Guidance) -> float:
    """Seconds from a cancellation at `word` to the end of the capture."""
    patience, pressed = Patience(20), [0.0]

    def cancel() -> None:
        pressed[0] = time.monotonic()
        patience.cancel.set()

    with pytest.raises(CaptureCancelled):
        driver.capture(RIGHT, patience, when(word, cancel))
    return time.monotonic() - pressed[0]


@pytest.mark.parametrize("word", [Guidance.PLACE, Guidance.HOLD, Guidance.LIFT])
def test_cancel_ends_soon_and_leaves_the_device_idle(driver: SerialFinger, word: Guidance) -> None:
    assert cancelled_after(driver, word) < 1.5
    assert shows(press(driver), laid(Hand.RIGHT))


@pytest.mark.parametrize("windows", [0, 3, 8])
def test_a_cable_that_comes_loose_during_the_transfer_loses_nothing(
    driver: SerialFinger, scanner: Any, windows: int
) -> None:
    assert shows(press(driver, guide=loose(scanner, windows, scanner.reconnect)), laid(Hand.RIGHT))


def test_a_device_that_restarted_during_the_transfer_is_lost(
    driver: SerialFinger, scanner: Any
) -> None:
    with pytest.raises(DeviceLost):
        press(driver, guide=loose(scanner, 3, scanner.replug))
    assert shows(press(driver), laid(Hand.RIGHT))


def loose(scanner: Any, windows: int, then: Callable[[], None]) -> Callable[[Told], None]:
    """A guide that has the cable pulled after so many windows, and then calls `then`."""

    def again() -> None:
        ends = time.monotonic() + 15
        while scanner.faults.armed(Fault.UNPLUG) and time.monotonic() < ends:
            time.sleep(0.02)
        then()

    def pull() -> None:
        scanner.faults.arm(Fault.UNPLUG, after=windows)
        threading.Thread(target=again).start()

    return when(Guidance.LIFT, pull)


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param((), id="nothing"),
        pytest.param((*RIGHT, Finger.LEFT_INDEX), id="two hands"),
        pytest.param((Finger.RIGHT_THUMB, Finger.RIGHT_INDEX), id="a thumb"),
    ],
)
def test_what_is_no_slap_is_not_asked_of_the_scanner(
    driver: SerialFinger, wanted: tuple[Finger, ...]
) -> None:
    with pytest.raises(DeviceUnconfigured):
        press(driver, wanted=wanted)


@pytest.mark.parametrize("make", DEVICES)
def test_a_scanner_that_announces_no_slaps_is_asked_for_none(make: Any) -> None:
    with make(slaps=False) as scanner, SerialFinger(scanner.url, QUICK) as driver:
        assert driver.info().modalities == {Modality.FINGER}
        with pytest.raises(DeviceUnconfigured):
            press(driver)
        scanner.present(Finger.RIGHT_INDEX, Person(3).finger(Finger.RIGHT_INDEX))
        assert press(driver, wanted=(Finger.RIGHT_INDEX,)).modality is Modality.FINGER
