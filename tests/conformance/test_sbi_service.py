"""The simulated device service, asked by a plain client: the wire, its signatures, its faults."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from simulators.people import Person
from simulators.sbi import SbiService
from station.capture import FOUR, Hand

if TYPE_CHECKING:
    from collections.abc import Iterator

EMPTY = "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"
NAMES = [f"Left {part}" for part in ("IndexFinger", "MiddleFinger", "RingFinger", "LittleFinger")]


@pytest.fixture(scope="module")
def running() -> Iterator[SbiService]:
    with SbiService(Person(90)) as service:
        yield service


@pytest.fixture(params=["asgi", "raw"])
def service(running: SbiService, raw: SbiService, request: pytest.FixtureRequest) -> SbiService:
    service = raw if request.param == "raw" else running
    service.start_over()
    return service


@pytest.fixture(scope="module")
def raw() -> Iterator[SbiService]:
    with SbiService(Person(90), raw=True) as service:
        yield service


def ask(service: SbiService, verb: str, path: str, said: dict[str, Any], **headers: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=20)
    connection.request(verb, path, json.dumps(said), headers)
    answer = connection.getresponse()
    assert answer.status == 200
    raw = answer.read()
    connection.close()
    return raw


def order(**changed: Any) -> dict[str, Any]:
    bio = {
        "type": "Finger", "count": "4", "bioSubType": [], "exception": [], "requestedScore": "40",
        "deviceId": "2", "deviceSubId": "1", "previousHash": EMPTY,
    }  # fmt: skip
    bio |= changed.pop("bio", {})
    return {
        "env": "Developer", "purpose": "Registration", "specVersion": "0.9.5", "timeout": "10000",
        "captureTime": "2026-01-11T10:00:00Z", "transactionId": "3f0c0f5e-2d7a", "bio": [bio],
        "customOpts": None, **changed,
    }  # fmt: skip


def capture(service: SbiService, **changed: Any) -> list[dict[str, Any]]:
    said = json.loads(ask(service, "RCAPTURE", "/capture", order(**changed)))
    items: list[dict[str, Any]] = said["biometrics"]
    return items


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def opened(service: SbiService, jws: str) -> dict[str, Any]:
    """The payload of a JWS whose signature and chain hold."""
    head, payload, signature = jws.split(".")
    header = json.loads(decoded(head))
    assert header["alg"] == "RS256"
    leaf = x509.load_der_x509_certificate(base64.b64decode(header["x5c"][0]))
    leaf.verify_directly_issued_by(x509.load_pem_x509_certificate(service.trust))
    key = leaf.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(decoded(signature), f"{head}.{payload}".encode(), padding.PKCS1v15(), SHA256())
    said: dict[str, Any] = json.loads(decoded(payload))
    return said


@pytest.mark.parametrize(("verb", "version"), [("MOSIPDISC", "0.9.5"), ("SBIDISC", "1.0")])
def test_both_versions_are_discovered_under_their_own_names(
    service: SbiService, verb: str, version: str
) -> None:
    (found,) = json.loads(ask(service, verb, "/device", {"type": "Finger"}))
    assert found["specVersion"] == [version]
    assert ("deviceCode" in found) == (version == "0.9.5")
    assert found["callbackId"] == f"http://127.0.0.1:{service.port}/"
    assert json.loads(decoded(found["digitalId"]))["serialNo"] == service.profile.serial


def test_a_slap_is_four_signed_fingers_in_order_and_a_chain_of_hashes(service: SbiService) -> None:
    items = capture(service)
    before = bytes.fromhex(EMPTY)
    for name, finger, item in zip(NAMES, FOUR[Hand.LEFT], items, strict=True):
        said = opened(service, item["data"])
        iso = decoded(said["bioValue"])
        before = hashlib.sha256(before + hashlib.sha256(iso).digest()).digest()
        assert item["hash"] == before.hex().upper()
        assert (said["bioSubType"], said["transactionId"]) == (name, "3f0c0f5e-2d7a")
        assert iso[:8] == b"FIR\0" + b"020\0"
        assert iso[35] == int(finger)
        assert opened(service, said["digitalId"])["type"] == "Finger"


def test_exceptions_are_left_out(service: SbiService) -> None:
    items = capture(service, bio={"count": "3", "exception": ["Left RingFinger"]})
    names = [opened(service, item["data"])["bioSubType"] for item in items]
    assert names == [name for name in NAMES if name != "Left RingFinger"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"timeout": 10000}, "123"),
        ({"transactionId": "abc"}, "112"),
        ({"bio": {"count": "3"}}, "109"),
        ({"purpose": "Auth"}, "706"),
        ({"bio": {"type": "Iris"}}, "114"),
    ],
)
def test_a_wrong_order_has_its_code(
    service: SbiService, changed: dict[str, Any], code: str
) -> None:
    (item,) = capture(service, **changed)
    assert item["error"]["errorCode"] == code


@pytest.mark.parametrize("header", [{"Host": "localhost:4501"}, {"Origin": "http://evil.example"}])
@pytest.mark.parametrize(
    ("verb", "path"), [("MOSIPDISC", "/device"), ("RCAPTURE", "/capture"), ("STREAM", "/stream")]
)
def test_a_page_of_the_web_gets_nothing(
    service: SbiService, verb: str, path: str, header: dict[str, str]
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=20)
    connection.request(verb, path, json.dumps(order()), header)
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (403, b"")
    assert "Access-Control-Allow-Origin" not in answer.headers
    connection.close()


@pytest.mark.parametrize(
    "bio",
    [
        {"previousHash": "abc"},
        {"exception": ["LF_INDEX"]},
        {"exception": None},
        {"requestedScore": "40.0"},
        {"deviceSubId": 1},
    ],
)
def test_a_field_that_breaks_its_pattern_is_refused(
    service: SbiService, bio: dict[str, Any]
) -> None:
    (item,) = capture(service, bio=bio)
    assert item["error"]["errorCode"] == "123"


def test_a_client_that_vanishes_leaves_the_device_busy_until_its_capture_ends(
    service: SbiService,
) -> None:
    service.model.lasts = 1.0
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=20)
    connection.request("RCAPTURE", "/capture", json.dumps(order()))
    while not service.model.asked:
        time.sleep(0.01)
    (found,) = json.loads(ask(service, "MOSIPDISC", "/device", {"type": "Finger"}))
    connection.close()
    assert (found["deviceStatus"], found["error"]["errorCode"]) == ("Busy", "111")
    assert capture(service)[0]["error"]["errorCode"] == "703"


def test_the_stream_has_no_blank_after_its_colons_and_ends_with_a_capture(
    service: SbiService,
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=20)
    connection.request("STREAM", "/stream", json.dumps({"deviceId": "2", "deviceSubId": "1"}))
    answer = connection.getresponse()
    begin = answer.read(200)
    assert begin.startswith(b"--BoundaryString\r\nContent-Type:image/jpeg\r\nContent-Length:")
    assert b"\xff\xd8" in begin
    capture(service)
    assert answer.read(), "what was on its way"
    connection.close()
