"""The MorphoSmart driver against a reader behind a pty: golden bytes, guidance, every fault."""

from __future__ import annotations

import struct
import threading
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.morpho_finger import MorphoFinger
from drivers.wire import ilv
from drivers.wire.ilv import Descriptor, Id, Ilv
from simulators.faults import Fault
from simulators.morpho_finger import MorphoFingerSimulator
from simulators.people import Person
from station.capture import Finger
from station.device import Guidance, Patience, Preview
from station.errors import (
    CaptureCancelled,
    CaptureTimeout,
    DeviceError,
    DeviceLost,
    DeviceRefused,
    DeviceSilent,
    ProtocolError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

    from station.device import Told

INDEX = (Finger.RIGHT_INDEX,)


def finger(seed: int = 4) -> np.ndarray:
    return Person(seed).print_of(Finger.RIGHT_INDEX)


@pytest.fixture
def reader() -> Iterator[MorphoFingerSimulator]:
    with MorphoFingerSimulator() as reader:
        reader.present(finger())
        yield reader


@pytest.fixture
def driver(reader: MorphoFingerSimulator) -> Iterator[MorphoFinger]:
    with MorphoFinger(reader.url) as driver:
        yield driver


def taken(driver: MorphoFinger, seconds: float = 5) -> np.ndarray:
    return driver.capture(INDEX, Patience(seconds), lambda _: None).samples[0].pixels


def test_golden_frame_of_a_descriptor() -> None:
    raw = ilv.frame(Ilv(Id.GET_DESCRIPTOR, bytes([Descriptor.TEXT])))
    assert raw.hex().upper() == "53594E4304000000FBFFFFFF0501002F454E"


def test_enroll_has_28_bytes() -> None:
    value = ilv.enroll(30).value
    assert value.hex().upper() == (
        "00" "1E00" "00" "01" "01" "00" "00"
        "340400" "03000000" "3D0600" "00" "3E0200" "2C00" "390100" "01"
    )  # fmt: skip


@given(st.binary(max_size=40), st.integers(0, 0x1_0010), st.integers(1, 5000))
def test_messages_come_out_of_noise_and_slices(noise: bytes, size: int, cut: int) -> None:
    raw = noise.replace(b"S", b"") + ilv.frame(Ilv(0x21, bytes(size)))
    decoder = ilv.Decoder()
    found = [m for i in range(0, len(raw), cut) for m in decoder.feed(raw[i : i + cut])]
    assert found == [Ilv(0x21, bytes(size))]


@given(st.binary(max_size=200))
def test_parts_of_any_bytes_are_parts_or_a_protocol_error(value: bytes) -> None:
    try:
        found = list(ilv.parts(value))
    except ProtocolError:
        return
    assert sum(len(p.value) + 3 for p in found) <= len(value)


@pytest.mark.parametrize(
    "spoilt",
    [
        b"",
        ilv.image_part(0, 400, 500, b""),
        ilv.image_part(10, 10, 500, bytes(99)),
        struct.pack("<BBHHHHBB", 0, 10, 60000, 60000, 500, 500, 0x2C, 0),
        struct.pack("<BBHHHHBB", 0, 10, 2, 2, 500, 500, 0x3C, 0) + bytes(4),
        struct.pack("<BBHHHHBB", 0, 10, 2, 2, 500, 300, 0, 0) + bytes(4),
    ],
)
def test_an_impossible_image_is_a_protocol_error(spoilt: bytes) -> None:
    with pytest.raises(ProtocolError):
        ilv.image(spoilt)


def test_a_finger_is_taken_with_guidance_and_a_live_image(driver: MorphoFinger) -> None:
    told: list[Told] = []
    capture = driver.capture(INDEX, Patience(5), told.append)
    (sample,) = capture.samples
    assert (sample.pixels == finger()).all()
    assert (sample.dpi, sample.position) == (500, Finger.RIGHT_INDEX)
    words = [t for t in told if isinstance(t, Guidance)]
    assert words == [Guidance.PLACE, Guidance.HOLD, Guidance.LIFT]
    (live,) = [t for t in told if isinstance(t, Preview)]
    assert live.pixels.shape == (125, 100)
    sample.wipe()
    assert not sample.pixels.any()


@pytest.mark.parametrize("fault", [Fault.MUTE, Fault.BAD_CRC, Fault.GARBAGE, Fault.OVERSIZE])
def test_one_fault_on_a_question_heals(
    reader: MorphoFingerSimulator, driver: MorphoFinger, fault: Fault
) -> None:
    reader.faults.arm(fault)
    assert (taken(driver) == finger()).all()


@pytest.mark.parametrize(
    ("fault", "times", "error"),
    [
        (Fault.MUTE, 9, DeviceSilent),
        (Fault.BAD_CRC, 99, ProtocolError),
        (Fault.REFUSE, 1, DeviceRefused),
        (Fault.UNPLUG, 1, DeviceLost),
        (Fault.NEVER_PRESENT, 9999, CaptureTimeout),
        (Fault.STUCK, 1, CaptureTimeout),
    ],
)
def test_each_fault_has_its_error_and_the_next_capture_works(
    reader: MorphoFingerSimulator, fault: Fault, times: int, error: type[DeviceError]
) -> None:
    with MorphoFinger(reader.url) as driver:
        reader.faults.arm(fault, times)
        with pytest.raises(error):
            taken(driver, 1.2)
    while reader.faults.spend(fault):
        pass
    reader.replug()
    with MorphoFinger(reader.url) as driver:
        assert (taken(driver) == finger()).all()


def test_cancel_ends_within_half_a_second_and_leaves_the_reader_idle(
    reader: MorphoFingerSimulator, driver: MorphoFinger
) -> None:
    reader.present(None)
    patience = Patience(20)
    threading.Timer(0.2, patience.cancel.set).start()
    with pytest.raises(CaptureCancelled):
        driver.capture(INDEX, patience, lambda _: None)
    assert 20 - patience.left < 2
    reader.present(finger())
    assert (taken(driver) == finger()).all()


def test_the_late_image_of_the_person_before_is_dropped(
    reader: MorphoFingerSimulator, driver: MorphoFinger
) -> None:
    reader.faults.arm(Fault.LATE)
    with pytest.raises(CaptureTimeout):
        taken(driver, 1)
    reader.present(finger(9))
    time.sleep(0.1)
    assert (taken(driver) == finger(9)).all()


def test_a_hostile_label_is_cleaned(reader: MorphoFingerSimulator, driver: MorphoFinger) -> None:
    reader.faults.arm(Fault.HOSTILE_LABEL)
    model = driver.info().model
    assert model.isprintable()
    assert len(model) <= 64
