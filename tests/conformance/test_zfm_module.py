"""ZFM and R503 modules over a pty: golden frames, every fault, and images no dossier can take."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.wire import zfm
from drivers.wire.zfm import Command, Pid
from drivers.zfm_module import ZfmModule
from simulators.faults import Fault
from simulators.people import Person
from simulators.zfm_module import ZfmModuleSimulator
from station.bench.bench import Bench
from station.capture import Finger
from station.config import DeviceSettings
from station.errors import (
    CaptureTimeout,
    DeviceError,
    DeviceLost,
    DeviceRefused,
    DeviceSilent,
    DeviceUntrusted,
    ProtocolError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
HEAD = "EF01FFFFFFFF"
GOLDEN = {
    HEAD + "01000713" + "00000000" + "001B": zfm.command(Command.VFY_PWD, bytes(4)),
    HEAD + "0100030F0013": zfm.command(Command.READ_SYS_PARA),
    HEAD + "010003010005": zfm.command(Command.GEN_IMG),
    HEAD + "0100030A000E": zfm.command(Command.UP_IMAGE),
    HEAD + "07000300000A": zfm.encode(Pid.ACKNOWLEDGE, b"\0"),
    HEAD + "07000301000B": zfm.encode(Pid.ACKNOWLEDGE, b"\1"),
}
R503_SYSTEM = bytes.fromhex(
    HEAD + "07001300" + "0000" + "0000" + "00C8" + "0003" + "FFFFFFFF" + "0002" + "0006" + "04E9"
)


def finger() -> np.ndarray:
    return Person(4).print_of(Finger.RIGHT_INDEX)


@pytest.fixture(params=["R503", "ZFM"])
def module(request: pytest.FixtureRequest) -> Iterator[ZfmModuleSimulator]:
    with ZfmModuleSimulator(request.param) as module:
        module.present(finger())
        yield module


@pytest.mark.parametrize("golden", GOLDEN)
def test_golden_frames(golden: str) -> None:
    assert GOLDEN[golden].hex().upper() == golden


def test_system_parameters_of_an_r503() -> None:
    (packet,) = zfm.Decoder().feed(R503_SYSTEM)
    assert zfm.system(packet.content[1:]) == zfm.System(packet=128, baud=57600)


@given(st.binary(max_size=80), st.binary(max_size=200), st.integers(1, 40))
def test_packets_come_out_of_any_noise_and_any_slicing(noise: bytes, data: bytes, cut: int) -> None:
    noise = noise.replace(b"\xef", b"\0")
    raw = noise + zfm.encode(Pid.DATA, data or b"x") + zfm.encode(Pid.LAST_DATA, b"end")
    decoder = zfm.Decoder()
    packets = [p for i in range(0, len(raw), cut) for p in decoder.feed(raw[i : i + cut])]
    assert [p.content for p in packets] == [data or b"x", b"end"]


@given(st.binary(max_size=600))
def test_no_bytes_upset_the_decoder(data: bytes) -> None:
    for packet in zfm.Decoder().feed(data):
        assert zfm.encode(Pid(packet.pid), packet.content) in data


def test_an_image_arrives_as_sixteen_levels(module: ZfmModuleSimulator) -> None:
    with ZfmModule(module.url) as driver:
        trial = driver.trial(5)
    assert trial.grey_levels == 16
    assert set(np.unique(trial.pixels)) <= {17 * n for n in range(16)}
    rows, columns = trial.pixels.shape
    top, left = (500 - rows) // 2, (400 - columns) // 2
    original = finger()[top : top + rows, left : left + columns]
    assert abs(trial.pixels.astype(int) - original).max() <= 17


@pytest.mark.parametrize("fault", [Fault.BAD_CRC, Fault.TRUNCATED, Fault.GARBAGE, Fault.MUTE])
def test_one_fault_on_the_line_heals(module: ZfmModuleSimulator, fault: Fault) -> None:
    with ZfmModule(module.url) as driver:
        clean = driver.trial(5).pixels
        module.faults.arm(fault)
        assert (driver.trial(5).pixels == clean).all()


@pytest.mark.parametrize(
    ("fault", "times", "error"),
    [
        (Fault.MUTE, 9, DeviceSilent),
        (Fault.REFUSE, 1, DeviceRefused),
        (Fault.UNPLUG, 1, DeviceLost),
        (Fault.BAD_CRC, 999, ProtocolError),
    ],
)
def test_each_fault_has_its_error(
    module: ZfmModuleSimulator, fault: Fault, times: int, error: type[DeviceError]
) -> None:
    with ZfmModule(module.url) as driver:
        module.faults.arm(fault, times)
        with pytest.raises(error):
            driver.trial(5)


def test_a_module_put_back_works_again(module: ZfmModuleSimulator) -> None:
    with ZfmModule(module.url) as driver:
        module.faults.arm(Fault.UNPLUG)
        with pytest.raises(DeviceLost):
            driver.trial(5)
    module.replug()
    with ZfmModule(module.url) as driver:
        assert driver.trial(5).pixels.size


def test_nobody_on_the_sensor_is_a_timeout(module: ZfmModuleSimulator) -> None:
    module.present(None)
    with ZfmModule(module.url) as driver, pytest.raises(CaptureTimeout):
        driver.trial(0.5)


def test_a_hostile_label_is_cleaned() -> None:
    with ZfmModuleSimulator() as module:
        module.faults.arm(Fault.HOSTILE_LABEL)
        with ZfmModule(module.url) as driver:
            assert driver.info().model.isprintable()


def test_a_capture_is_refused_and_a_trial_is_not(module: ZfmModuleSimulator) -> None:
    settings = DeviceSettings(driver="zfm-module", port=module.url)
    with Bench({"empreintes": settings}) as bench:
        with pytest.raises(DeviceUntrusted):
            bench.capture("empreintes", (Finger.RIGHT_INDEX,), 5).result.result(30)
        assert bench.trial("empreintes", 5).grey_levels == 16


def test_the_type_checker_keeps_a_trial_out_of_a_record(tmp_path: Path) -> None:
    program = (
        "from station.capture import Trial\n"
        "from station.quality.report import QualityReport\n"
        "from station.records.encoded import encode_finger\n"
        "def keep(trial: Trial, report: QualityReport) -> None:\n"
        "    encode_finger(trial, report)\n"
    )
    file = tmp_path / "keep.py"
    file.write_text(program)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", file], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert 'incompatible type "Trial"; expected "Capture"' in done.stdout
