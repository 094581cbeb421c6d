"""The driver of SBI devices against a device service, over real loopback HTTP."""

from __future__ import annotations

import hashlib
import json
import logging
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from drivers.sbi_finger import SbiFinger
from simulators.people import Person
from simulators.sbi import Profile, SbiFault, SbiService
from station.capture import Finger, Modality, transaction_of
from station.device import Patience, Preview
from station.errors import (
    DeviceUnconfigured,
    FingerNotSeen,
    ProtocolError,
    WrongFingers,
)
from tests.conformance.sbi_fixtures import LEFT, WHOLE, outcome, positions, take

if TYPE_CHECKING:
    from collections.abc import Iterator

    from station.device import Told
    from tests.conformance.sbi_fixtures import Port

F = SbiFault

# --- captures ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("versions", "mode"),
    [
        (("0.9.5",), "strict"),
        (("1.0",), "strict"),
        (("1.0.0",), "tolerant"),
        (("0.9.5", "1.0"), "strict"),
    ],
)
def test_a_slap_is_taken_in_each_version(port: Port, versions: tuple[str, ...], mode: str) -> None:
    with (
        SbiService(Person(90), Profile(versions=versions)) as service,
        SbiFinger(port(service, mode=mode)) as device,
    ):
        info = device.info()
        capture = take(device)
        (asked,) = service.model.asked
    assert (info.vendor, info.serial, info.simulated) == ("SPECIMEN", "DRSIM0000001", True)
    assert info.modalities == {Modality.SLAP}
    assert json.loads(asked)["specVersion"] == versions[0]
    assert positions(capture) == list(LEFT)
    assert {(s.pixels.shape, s.dpi) for s in capture.samples} == {((500, 400), 500)}


def test_a_version_spelt_otherwise_is_refused_in_strict_mode(port: Port) -> None:
    with (
        SbiService(Person(90), Profile(versions=("1.0.0",))) as service,
        pytest.raises(ProtocolError, match="another version"),
        SbiFinger(port(service)),
    ):
        pass


@pytest.mark.parametrize("face", [False, True])
def test_a_single_finger_device_is_told_which_finger(port: Port, face: bool) -> None:
    with (
        SbiService(Person(90), Profile(kind="Single"), raw=face) as service,
        SbiFinger(port(service, type="single")) as device,
    ):
        assert device.info().modalities == {Modality.FINGER}
        capture = take(device, (Finger.RIGHT_MIDDLE,))
        (bio,) = json.loads(service.model.asked[0])["bio"]
    assert positions(capture) == [Finger.RIGHT_MIDDLE]
    assert (bio["bioSubType"], bio["count"], bio["deviceSubId"]) == (
        ["Right MiddleFinger"],
        "1",
        "0",
    )


def test_missing_fingers_are_exceptions_and_do_not_come_back(
    service: SbiService, port: Port
) -> None:
    wanted = tuple(f for f in LEFT if f is not Finger.LEFT_RING)
    with SbiFinger(port(service)) as device:
        assert positions(take(device, wanted)) == list(wanted)
    (bio,) = json.loads(service.model.asked[0])["bio"]
    assert (bio["exception"], bio["count"], bio["bioSubType"]) == (["Left RingFinger"], "3", [])


def test_the_fingers_come_in_the_order_of_the_hand_whatever_the_order_asked(
    service: SbiService, port: Port
) -> None:
    with SbiFinger(port(service)) as device:
        assert positions(take(device, LEFT[::-1])) == list(LEFT)


@pytest.mark.parametrize(
    "wanted",
    [
        (),
        (Finger.LEFT_THUMB, Finger.RIGHT_THUMB),
        (Finger.LEFT_INDEX, Finger.RIGHT_INDEX),
    ],
)
def test_fingers_that_a_hand_does_not_have_are_not_asked_for(
    service: SbiService, port: Port, wanted: tuple[Finger, ...]
) -> None:
    with SbiFinger(port(service)) as device, pytest.raises(DeviceUnconfigured):
        take(device, wanted)
    assert not service.model.asked


@pytest.mark.parametrize("kind", ["plain", "bytewise"])
def test_the_preview_arrives_while_the_capture_goes_on(
    kind: str, request: pytest.FixtureRequest, port: Port
) -> None:
    service: SbiService = request.getfixturevalue(kind)
    service.start_over()
    service.model.lasts = 1.0
    told: list[Told] = []
    with SbiFinger(port(service)) as device:
        device.capture(LEFT, Patience(WHOLE), told.append)
    previews = [what for what in told if isinstance(what, Preview)]
    assert len(previews) >= 3
    assert {p.pixels.ndim for p in previews} == {2}
    assert max(max(p.pixels.shape) for p in previews) <= 480


# --- what the device signs ----------------------------------------------------------------------


def test_the_transaction_is_made_of_the_dossier_and_stays_with_the_capture(
    service: SbiService, port: Port
) -> None:
    dossier = uuid4()
    with SbiFinger(port(service)) as device:
        device.bind(dossier)
        bound = take(device)
        loose = take(device)
    proof = bound.attestation
    assert proof is not None
    assert proof.dossier == dossier
    assert proof.transaction == transaction_of(dossier, bound.id, proof.nonce)
    asked = [json.loads(body)["transactionId"] for body in service.model.asked]
    assert asked[0] == proof.transaction
    assert len(proof.signed) == len(LEFT)
    assert loose.attestation is None, "the next capture is bound anew"
    assert len(set(asked)) == 2


def test_a_finger_leaves_a_capture_with_its_own_block_only(service: SbiService, port: Port) -> None:
    with SbiFinger(port(service)) as device:
        device.bind(uuid4())
        capture = take(device)
    assert capture.attestation is not None
    alone = capture.alone(2)
    assert alone.attestation is not None
    assert alone.attestation.signed == (capture.attestation.signed[2],)
    assert alone.samples == (capture.samples[2],)


def test_the_chain_of_hashes_goes_on_from_one_capture_to_the_next(
    service: SbiService, port: Port
) -> None:
    empty = hashlib.sha256(b"").hexdigest().upper()
    with SbiFinger(port(service)) as device:
        for _ in range(3):
            take(device)
        chain = [json.loads(body)["bio"][0]["previousHash"] for body in service.model.asked]
        assert chain[0] == empty
        assert len(set(chain)) == 3
        service.faults.arm(F.BAD_HASH)
        with pytest.raises(ProtocolError, match="hash chain"):
            take(device)
        take(device)
    last = [json.loads(body)["bio"][0]["previousHash"] for body in service.model.asked]
    assert last[3] == last[4], "a capture that was refused is no link of the chain"


def test_every_request_has_a_transaction_of_its_own(service: SbiService, port: Port) -> None:
    service.model.errors += [("701", "Timeout")] * 2
    with SbiFinger(port(service)) as device:
        take(device)
    asked = [json.loads(body)["transactionId"] for body in service.model.asked]
    assert len(set(asked)) == 3


# --- the MOSIP mock -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mock() -> Iterator[SbiService]:
    profile = Profile(serial="9876543210", versions=("0.9.5",), quirks=True)
    with SbiService(Person(90), profile) as service:
        yield service


def test_the_mock_with_all_its_quirks_is_taken_in_tolerant_mode(
    mock: SbiService, port: Port
) -> None:
    mock.start_over()
    told: list[Told] = []
    mock.model.lasts = 0.5
    with SbiFinger(port(mock, mode="tolerant")) as device:
        capture = device.capture(LEFT, Patience(WHOLE), told.append)
        assert positions(capture) == list(LEFT)
        assert any(isinstance(what, Preview) for what in told)
        mock.faults.arm(F.PARTIAL_ITEMS)
        with pytest.raises(WrongFingers, match="left little missing"):
            take(device)
        mock.model.errors.append(("101", "Aucun doigt détecté"))
        with pytest.raises(FingerNotSeen):
            take(device)


def test_the_mock_is_refused_in_strict_mode_with_a_reason(mock: SbiService, port: Port) -> None:
    mock.start_over()
    with pytest.raises(ProtocolError, match="bytes after the answer"), SbiFinger(port(mock)):
        pass


# --- what nobody should see ---------------------------------------------------------------------


def test_no_log_at_any_level_holds_a_record_or_a_block(
    service: SbiService, port: Port, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(1)
    logging.getLogger().setLevel(1)
    with SbiFinger(port(service)) as device:
        device.bind(uuid4())
        capture = take(device)
        for fault in (F.BAD_SIGNATURE, F.TRUNCATED_JSON, F.CORRUPT_IMAGE, F.BAD_BASE64, F.BAD_JPEG):
            service.faults.arm(fault)
            outcome(device)
    assert capture.attestation is not None
    assert any(record.levelno < logging.DEBUG for record in caplog.records)
    said: list[Any] = [
        value for r in caplog.records for value in (r.getMessage(), r.args, r.exc_info)
    ]
    text = repr(said) + repr(capture)
    assert len(max(text.split(), key=len)) < 200, "nothing as long as a block of base64"
    for signed in capture.attestation.signed:
        middle = len(signed) // 2
        assert signed[middle : middle + 24] not in text
