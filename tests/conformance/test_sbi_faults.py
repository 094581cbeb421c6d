"""Every fault of an SBI device service, and the one outcome it has in the driver."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from drivers.sbi_finger import SbiFinger
from simulators.sbi import SbiFault, SbiService
from station.capture import Finger
from station.errors import (
    AttestationInvalid,
    CaptureReplayed,
    CaptureTimeout,
    DeviceBusy,
    DeviceLost,
    DeviceNotReady,
    DeviceSilent,
    DeviceTampered,
    DeviceUnconfigured,
    FingerNotSeen,
    ProtocolError,
    ServiceRefused,
    StationError,
    WrongFingers,
)
from tests.conformance.sbi_fixtures import LEFT, WHOLE, outcome, positions, take

if TYPE_CHECKING:
    from tests.conformance.sbi_fixtures import Port

F = SbiFault


Outcome = type[StationError] | None  # None: the capture succeeds all the same

STRICT: dict[SbiFault, Outcome] = {
    F.ABSENT: None,  # the driver looks once more, and there it is
    F.UNPLUG_BEFORE: DeviceLost,
    F.UNPLUG_DURING_STREAM: DeviceLost,
    F.UNPLUG_DURING_CAPTURE: DeviceLost,
    F.NOT_REGISTERED: DeviceUnconfigured,
    F.NOT_READY: DeviceNotReady,
    F.BUSY_FOREVER: None,  # said once: the driver waits
    F.BUSY_ARRAY_ANSWER: DeviceBusy,
    F.SECOND_CLIENT: DeviceBusy,
    F.DELAY_DISCOVERY: None,
    F.DELAY_CAPTURE: None,
    F.TIMEOUT_BEST_FRAME: None,
    F.LATE_ANSWER: None,
    F.TRUNCATED_JSON: ProtocolError,
    F.NOT_JSON: ProtocolError,
    F.MISSING_KEY: ProtocolError,
    F.UNKNOWN_KEY: None,
    F.HUGE_ANSWER: ProtocolError,
    F.BAD_BASE64: ProtocolError,
    F.WRONG_JSON_TYPE: ProtocolError,
    F.LATIN1_TEXT: ProtocolError,
    F.PARTIAL_ITEMS: WrongFingers,
    F.ERROR_AND_DATA: FingerNotSeen,
    F.BAD_SIGNATURE: AttestationInvalid,
    F.ALG_NONE: AttestationInvalid,
    F.ALG_HS256: AttestationInvalid,
    F.NO_X5C: AttestationInvalid,
    F.EXPIRED_CERT: AttestationInvalid,
    F.NOT_YET_VALID: AttestationInvalid,
    F.OTHER_CA: AttestationInvalid,
    F.CHAIN_IN_X5C: None,
    F.KEY_ROTATED: None,
    F.KEY_1024: AttestationInvalid,
    F.OTHER_DEVICE_KEY: AttestationInvalid,
    F.SERIAL_DIFFERS: AttestationInvalid,
    F.WRONG_TYPE: AttestationInvalid,
    F.DIGITALID_UNSIGNED: AttestationInvalid,
    F.OTHER_TRANSACTION: AttestationInvalid,
    F.OLD_TIMESTAMP: AttestationInvalid,
    F.FUTURE_TIMESTAMP: AttestationInvalid,
    F.TIMESTAMP_MS: AttestationInvalid,
    F.BAD_HASH: ProtocolError,
    F.TEXT_HASH: ProtocolError,
    F.HASH_RESTART: ProtocolError,
    F.OTHER_SPEC_VERSION: AttestationInvalid,
    F.WRONG_HAND: WrongFingers,
    F.SWAPPED_FINGERS: WrongFingers,
    F.SAME_FINGER_TWICE: WrongFingers,
    F.THREE_OF_FOUR: WrongFingers,
    F.EXTRA_FINGER: WrongFingers,
    F.WRONG_ORDER: WrongFingers,
    F.UNKNOWN_SUBTYPE: WrongFingers,
    F.POSITION_CODE_MISMATCH: WrongFingers,
    F.ONE_BAD_FINGER: None,  # the station judges each finger
    F.SCORE_TOO_HIGH: None,  # the device's opinion
    F.SCORE_OUT_OF_SCALE: ProtocolError,
    F.BLANK: None,
    F.SMEAR: None,
    F.WET: None,
    F.DRY: None,
    F.WRONG_DPI: ProtocolError,
    F.CORRUPT_IMAGE: ProtocolError,
    F.NO_FRAME: None,
    F.BAD_JPEG: None,
    F.GIANT_FRAME: None,
    F.NO_LENGTH: None,
    F.ONE_FPS: None,
    F.FREEZE: None,
    F.END_609: None,
    F.END_610: None,
    F.STREAM_ENDS: None,
    F.STREAM_FLOOD: None,
}
ON_THE_WIRE: dict[SbiFault, Outcome] = {
    F.SLOW_BYTES: None,
    F.REFUSE: DeviceLost,
    F.RESET: DeviceLost,
    F.CLOSE_BEFORE_BODY: ProtocolError,
    F.CUT_BODY: ProtocolError,
    F.LENGTH_TOO_SHORT: ProtocolError,
    F.LENGTH_TOO_LONG: ProtocolError,
    F.EXTRA_BYTES: ProtocolError,
    F.DOUBLE_RESPONSE: ProtocolError,
    F.CHUNKED: None,
    F.NOT_HTTP: ProtocolError,
    F.REDIRECT: ProtocolError,
}
TOLERATED = [
    F.LENGTH_TOO_SHORT, F.LENGTH_TOO_LONG, F.EXTRA_BYTES, F.DOUBLE_RESPONSE, F.LATIN1_TEXT,
    F.TIMESTAMP_MS,
]  # fmt: skip
PROOFS = [
    f
    for f in STRICT
    if STRICT[f] in {AttestationInvalid, WrongFingers} or f in {F.BAD_HASH, F.TEXT_HASH}
    if f not in TOLERATED
]
ELSEWHERE = {
    F.NEVER_ANSWERS, F.STUCK_BUSY, F.ENDLESS_ANSWER, F.OTHER_SERIAL, F.EXCEPTION_FINGER_PRESENT,
    F.REPLAYED_ANSWER, F.FROZEN_GLASS, F.CALLBACK_EMPTY, F.CALLBACK_ELSEWHERE,
}  # fmt: skip


def test_no_fault_is_forgotten() -> None:
    assert {*STRICT} | {*ON_THE_WIRE} | ELSEWHERE == {*SbiFault}


@pytest.mark.parametrize("fault", STRICT)
def test_each_fault_has_one_outcome_and_the_next_capture_works(
    service: SbiService, port: Port, fault: SbiFault
) -> None:
    with SbiFinger(port(service)) as device:
        service.faults.arm(fault)
        seconds = 3.0 if fault is F.TIMEOUT_BEST_FRAME else WHOLE
        assert outcome(device, seconds) is STRICT[fault]
        assert not service.faults.spend(fault), "it was spent"
        service.start_over()
        assert outcome(device) is None


@pytest.mark.parametrize("fault", ON_THE_WIRE)
def test_each_fault_of_a_connection_has_one_outcome_and_the_next_capture_works(
    raw: SbiService, port: Port, fault: SbiFault
) -> None:
    with SbiFinger(port(raw)) as device:
        raw.faults.arm(fault)
        assert outcome(device) is ON_THE_WIRE[fault]
        assert not raw.faults.spend(fault), "it was spent"
        raw.start_over()
        assert outcome(device) is None


@pytest.mark.parametrize("fault", TOLERATED)
def test_the_tolerant_take_sloppy_forms(raw: SbiService, port: Port, fault: SbiFault) -> None:
    with SbiFinger(port(raw, mode="tolerant")) as device:
        raw.faults.arm(fault)
        assert outcome(device) is None
        assert not raw.faults.spend(fault), "it was spent"


@pytest.mark.parametrize("fault", PROOFS)
def test_the_tolerant_take_no_sloppy_proof(raw: SbiService, port: Port, fault: SbiFault) -> None:
    with SbiFinger(port(raw, mode="tolerant")) as device:
        raw.faults.arm(fault)
        assert outcome(device) is STRICT[fault]


def test_the_answer_to_an_earlier_request_is_a_replay(service: SbiService, port: Port) -> None:
    with SbiFinger(port(service)) as device:
        take(device)
        service.faults.arm(F.REPLAYED_ANSWER)
        assert outcome(device) is CaptureReplayed
        assert outcome(device) is None


def test_a_record_that_came_before_is_a_replay_whoever_signed_it_anew(
    service: SbiService, port: Port
) -> None:
    with SbiFinger(port(service)) as device:
        take(device)
        service.faults.arm(F.FROZEN_GLASS)
        assert outcome(device) is CaptureReplayed


def test_a_finger_that_was_declared_missing_is_no_finger_to_take(
    service: SbiService, port: Port
) -> None:
    service.faults.arm(F.EXCEPTION_FINGER_PRESENT)
    with (
        SbiFinger(port(service)) as device,
        pytest.raises(WrongFingers, match="left ring not asked for"),
    ):
        take(device, tuple(f for f in LEFT if f is not Finger.LEFT_RING))


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (F.THREE_OF_FOUR, "left little missing"),
        (F.EXTRA_FINGER, "right index not asked for"),
        (F.SAME_FINGER_TWICE, "left middle missing; left index twice"),
        (F.SWAPPED_FINGERS, "left middle out of order; left index out of order"),
        (F.UNKNOWN_SUBTYPE, "left index missing; a finger without a name"),
        (F.POSITION_CODE_MISMATCH, "left index: its record holds position 10"),
    ],
)
def test_each_wrong_finger_is_named(
    service: SbiService, port: Port, fault: SbiFault, said: str
) -> None:
    service.faults.arm(fault)
    with SbiFinger(port(service)) as device, pytest.raises(WrongFingers) as caught:
        take(device)
    assert str(caught.value) == said


CODES: dict[str, Outcome] = {
    "100": DeviceUnconfigured, "101": FingerNotSeen, "102": ServiceRefused, "103": DeviceTampered,
    "104": DeviceUnconfigured, "105": FingerNotSeen, "106": DeviceLost, "107": DeviceUnconfigured,
    "108": DeviceUnconfigured, "109": ProtocolError, "110": DeviceNotReady, "111": DeviceBusy,
    **{str(code): ProtocolError for code in range(112, 124)},
    "202": DeviceLost, "500": ProtocolError, "501": ProtocolError, "502": ProtocolError,
    "503": DeviceLost, "504": ProtocolError, "507": ProtocolError, "551": ProtocolError,
    "555": ServiceRefused, "601": DeviceUnconfigured, "604": ProtocolError, "605": ProtocolError,
    "606": DeviceUnconfigured, "607": DeviceBusy, "608": ServiceRefused, "609": None,
    "610": ServiceRefused, "700": None, "701": None, "702": DeviceBusy, "703": DeviceBusy,
    "704": ProtocolError, "705": DeviceLost, "706": DeviceUnconfigured, "707": FingerNotSeen,
    "708": FingerNotSeen, "709": DeviceUnconfigured, "710": ServiceRefused, "810": ServiceRefused,
    "999": ServiceRefused,
}  # fmt: skip


@pytest.mark.parametrize("code", CODES)
def test_each_code_of_the_specification_has_one_outcome(
    service: SbiService, port: Port, code: str
) -> None:
    service.model.errors.append((code, "SPECIMEN"))
    with SbiFinger(port(service)) as device:
        assert outcome(device) is CODES[code]
        assert outcome(device) is None


def test_a_capture_that_stops_with_its_stream_again_is_the_services_refusal(
    service: SbiService, port: Port
) -> None:
    service.model.errors += [("700", "")] * 2
    with SbiFinger(port(service)) as device, pytest.raises(ServiceRefused, match="700"):
        take(device)


def test_nothing_on_the_glass_ends_at_the_deadline(service: SbiService, port: Port) -> None:
    service.model.errors += [("701", "Timeout")] * 1000
    with SbiFinger(port(service)) as device, pytest.raises(CaptureTimeout):
        take(device, seconds=1.5)


@pytest.mark.parametrize("fault", [F.NEVER_ANSWERS, F.ENDLESS_ANSWER])
def test_an_answer_that_never_ends_is_given_up(
    raw: SbiService, port: Port, fault: SbiFault
) -> None:
    with SbiFinger(port(raw)) as device:
        raw.faults.arm(fault)
        begun = time.monotonic()
        with pytest.raises(DeviceSilent):
            take(device, seconds=1.0)
        assert time.monotonic() - begun < 8, "the bench would have killed the driver"
        raw.start_over()
        take(device)


def test_after_a_hundred_failures_the_same_driver_still_works(
    service: SbiService, port: Port
) -> None:
    kinds = [f for f in STRICT if STRICT[f] not in {None, DeviceBusy}]
    codes = [code for code in CODES if CODES[code] is not None]
    with SbiFinger(port(service)) as device:
        for fault in kinds:
            service.faults.arm(fault)
            assert outcome(device) is STRICT[fault]
            service.start_over()
            device.info()
        for code in (codes * 2)[: 100 - len(kinds)]:
            service.model.errors.append((code, ""))
            assert outcome(device) is CODES[code]
        assert positions(take(device)) == list(LEFT)
