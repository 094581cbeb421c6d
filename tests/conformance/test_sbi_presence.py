"""SBI devices that come and go, are busy, or are not the ones they should be."""

from __future__ import annotations

import json
import threading
import time
from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest

from drivers.sbi_finger import SbiFinger
from simulators.people import Person
from simulators.sbi import Profile, SbiFault, SbiService
from simulators.sbi.keys import Keys
from station.device import Patience
from station.errors import (
    AttestationInvalid,
    CaptureCancelled,
    ConfigError,
    DeviceBusy,
    DeviceLost,
    DeviceUnconfigured,
    ProtocolError,
)
from tests.conformance.sbi_fixtures import LEFT, WHOLE, nobody, positions, take, until

if TYPE_CHECKING:
    from pathlib import Path

    from station.device import Told
    from tests.conformance.sbi_fixtures import Port

F = SbiFault


def test_a_cancel_closes_both_connections_and_the_next_capture_waits_for_the_device(
    raw: SbiService, port: Port
) -> None:
    raw.model.lasts = 2.0
    with SbiFinger(port(raw)) as device:
        patience = Patience(WHOLE)

        def cancel(_: Told) -> None:
            if raw.model.asked:
                patience.cancel.set()

        begun = time.monotonic()
        with pytest.raises(CaptureCancelled):
            device.capture(LEFT, patience, cancel)
        cancelled = time.monotonic()
        raw.model.lasts = 0.0
        assert positions(take(device)) == list(LEFT)
        assert time.monotonic() - begun >= 2.0, "the device had to end the first capture"
        assert cancelled - begun < 1.9
    assert len({json.loads(body)["transactionId"] for body in raw.model.asked}) == 2
    until(lambda: raw.model.streams == 0)


def test_a_cancel_is_felt_at_once_whatever_the_service_does(
    service: SbiService, port: Port
) -> None:
    service.faults.arm(F.NEVER_ANSWERS)
    patience = Patience(WHOLE)
    with SbiFinger(port(service)) as device:
        threading.Timer(0.5, patience.cancel.set).start()
        begun = time.monotonic()
        with pytest.raises(CaptureCancelled):
            device.capture(LEFT, patience, nobody)
    assert time.monotonic() - begun < 2.5


def test_a_device_that_stays_busy_after_a_cancel_is_said_to_be_busy(
    service: SbiService, port: Port
) -> None:
    service.faults.arm(F.STUCK_BUSY)
    patience = Patience(2.0)
    with SbiFinger(port(service)) as device:
        threading.Timer(0.3, patience.cancel.set).start()
        with pytest.raises(CaptureCancelled):
            device.capture(LEFT, patience, nobody)
        with pytest.raises(DeviceBusy):
            take(device, seconds=1.0)
        service.start_over()
        take(device)


def test_a_cancel_while_the_device_is_busy_ends_the_wait(service: SbiService, port: Port) -> None:
    service.faults.arm(F.BUSY_FOREVER, 10_000)
    patience = Patience(WHOLE)
    with SbiFinger(port(service)) as device:
        patience.cancel.set()
        with pytest.raises(CaptureCancelled):
            device.capture(LEFT, patience, nobody)


def test_a_device_that_is_absent_is_lost_and_found_again(service: SbiService, port: Port) -> None:
    with SbiFinger(port(service)) as device:
        service.faults.arm(F.ABSENT, 1000)
        with pytest.raises(DeviceLost):
            device.info()
        with pytest.raises(DeviceLost):
            take(device)
        service.start_over()
        assert device.info().serial == "DRSIM0000001"
        take(device)


def test_a_service_that_comes_back_on_another_port_is_found_without_a_restart(port: Port) -> None:
    keys = Keys("provider of a device that moves")
    with SbiService(Person(90), keys=keys) as before:
        url = port(before, url="sbi://127.0.0.1", serial="DRSIM0000001")
        device = SbiFinger(url).__enter__()
        take(device)
    with SbiService(Person(91), ports=range(4590, 4600), keys=keys) as after:
        assert after.port != before.port
        take(device)
    device.__exit__()


def test_of_two_services_the_enrolled_device_is_taken(port: Port) -> None:
    keys = Keys("provider of two devices")
    first, second = Profile(), Profile(serial="DRSIM0000002")
    with SbiService(Person(90), first, keys=keys) as one, SbiService(Person(91), second, keys=keys):
        anywhere = port(one, url="sbi://127.0.0.1")
        with pytest.raises(DeviceUnconfigured, match="2 devices"), SbiFinger(anywhere):
            pass
        with SbiFinger(f"{anywhere}&serial=DRSIM0000002") as device:
            assert device.info().serial == "DRSIM0000002"


def test_a_port_that_another_program_took_does_not_hide_the_device(port: Port) -> None:
    keys = Keys("provider of a device beside a stranger")
    with (
        SbiService(Person(90), Profile(versions=())) as stranger,
        SbiService(Person(90), keys=keys) as service,
    ):
        assert stranger.port < service.port, "it is asked first"
        with SbiFinger(port(service, url="sbi://127.0.0.1")) as device:
            take(device)
        with pytest.raises(ProtocolError), SbiFinger(port(stranger)):
            pass


def test_a_device_with_another_serial_number_is_not_the_enrolled_one(
    service: SbiService, port: Port
) -> None:
    url = port(service, serial="DRSIM0000001")
    service.faults.arm(F.OTHER_SERIAL, 1000)
    with pytest.raises(AttestationInvalid, match="enrolled"), SbiFinger(url):
        pass


def test_a_provider_that_the_station_does_not_trust_is_refused_before_any_capture(
    service: SbiService, port: Port, tmp_path: Path
) -> None:
    (tmp_path / "other.pem").write_bytes(Keys("another provider").trust)
    with (
        pytest.raises(AttestationInvalid),
        SbiFinger(port(service, trust=str(tmp_path / "other.pem"))),
    ):
        pass
    assert not service.model.asked


@pytest.mark.parametrize(
    ("fault", "mode", "due"),
    [
        (F.CALLBACK_ELSEWHERE, "strict", ProtocolError),
        (F.CALLBACK_ELSEWHERE, "tolerant", ProtocolError),
        (F.CALLBACK_EMPTY, "strict", ProtocolError),
        (F.CALLBACK_EMPTY, "tolerant", None),
    ],
)
def test_no_service_sends_the_station_to_another_computer(
    service: SbiService, port: Port, fault: SbiFault, mode: str, due: type[ProtocolError] | None
) -> None:
    service.faults.arm(fault)
    refused = pytest.raises(due) if due else nullcontext()
    with refused, SbiFinger(port(service, mode=mode)) as device:
        take(device)


@pytest.mark.parametrize("versions", [("0.9.5",), ("1.0",)])
def test_the_identity_of_a_device_with_a_chip_is_proven_by_its_chip(
    port: Port, tmp_path: Path, versions: tuple[str, ...]
) -> None:
    with SbiService(Person(90), Profile(versions=versions, chip=True)) as service:
        (tmp_path / "chip.pem").write_bytes(service.keys.chip_trust)
        with SbiFinger(port(service, chip=str(tmp_path / "chip.pem"))) as device:
            take(device)
        with pytest.raises(AttestationInvalid, match="certified"), SbiFinger(port(service)):
            pass


def test_a_device_of_another_environment_is_refused(service: SbiService, port: Port) -> None:
    with (
        pytest.raises(DeviceUnconfigured, match="environment"),
        SbiFinger(port(service, env="Production", serial="DRSIM0000001")),
    ):
        pass


@pytest.mark.parametrize(
    "url",
    [
        "sbi://127.0.0.1:4501",
        "sbi://localhost:4501?trust={trust}",
        "sbi://127.0.0.1:80?trust={trust}&env=Developer",
        "sbi://127.0.0.1?trust={trust}",
        "sbi://127.0.0.1?trust={trust}&env=Developer&mood=cheerful",
        "sbi://127.0.0.1?trust={trust}&env=Developer&score=101",
        "sbi://127.0.0.1?trust={trust}&env=Developer&trust={trust}",
        "sbi://127.0.0.1?trust=/nowhere.pem&env=Developer",
    ],
)
def test_a_port_that_makes_no_sense_is_a_setting_to_correct(
    url: str, service: SbiService, tmp_path: Path
) -> None:
    (tmp_path / "t.pem").write_bytes(service.trust)
    with pytest.raises(ConfigError):
        SbiFinger(url.format(trust=tmp_path / "t.pem"))
