"""Captures over real HTTP: a camera that streams, its driver in a process of its own, faults."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING, Any
from uuid import UUID

import cv2
import httpx
import numpy as np
import pytest

from simulators.applicant import filmed
from simulators.camera import CameraSimulator, Mode
from station.api.app import create_app
from station.api.server import serving
from station.bench.bench import Bench
from station.config import DeviceSettings
from station.guichet.guichet import Guichet
from station.guichet.veille import Veille
from station.opening import Station
from station.outbox.cycle import Etat
from station.outbox.store import Outbox
from tests.cert_fixtures import make
from tests.recueils import settings_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi import FastAPI

TOKEN = "jeton-de-test"
UNKNOWN = UUID(int=7, version=4)  # of a capture nobody started
HEAD = {"Authorization": f"Bearer {TOKEN}"}


def scene() -> np.ndarray[Any, np.dtype[np.uint8]]:
    jpeg = np.frombuffer(filmed(2)[0], np.uint8)
    return np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), np.uint8)


@pytest.fixture(scope="module")
def camera() -> Iterator[CameraSimulator]:
    with CameraSimulator(scene()) as camera:
        yield camera


def app_on(bench: Bench, devices: dict[str, DeviceSettings], outbox: Outbox, data: Path) -> FastAPI:
    """The interface of a station with these devices, at which nobody is logged in."""
    guichet = Guichet(Station(settings_of(data, devices), bench, outbox))
    return create_app(guichet, Veille(guichet.station, guichet.nouvelles, guichet.horloge), TOKEN)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def outbox(data: Path) -> Iterator[Outbox]:
    with Outbox(data / "outbox.sqlite") as outbox:
        yield outbox


@pytest.fixture(scope="module")
def url(camera: CameraSimulator, outbox: Outbox, data: Path) -> Iterator[str]:
    settings = {
        "photo": DeviceSettings(driver="video-camera", port=camera.url),
        "empreintes": DeviceSettings(driver="serial-finger", port="serial:///dev/none"),
        "carte": DeviceSettings(driver="software-token", port="token:///none"),
    }
    with Bench(settings) as bench, serving(app_on(bench, settings, outbox, data), 0) as url:
        yield url


@pytest.fixture
def client(url: str, camera: CameraSimulator) -> Iterator[httpx.Client]:
    camera.mode = Mode.LIVE
    with httpx.Client(base_url=url, headers=HEAD, timeout=20) as client:
        yield client


def start(client: httpx.Client, **order: Any) -> str:
    answer = client.post("/api/appareils/photo/captures", json=order)
    assert answer.status_code == 201, answer.text
    return f"/api/captures/{answer.json()['id']}"


def events(client: httpx.Client, capture: str, last: int = 0) -> list[tuple[str, dict[str, Any]]]:
    heard, kind = [], ""
    head = {"Last-Event-ID": str(last)}
    with client.stream("GET", f"{capture}/evenements", headers=head) as stream:
        for line in stream.iter_lines():
            if line.startswith("event: "):
                kind = line[7:]
            elif line.startswith("data: "):
                heard.append((kind, json.loads(line[6:])))
    return heard


def words(heard: list[tuple[str, dict[str, Any]]]) -> list[str]:
    return [said["consigne"] for kind, said in heard if kind == "consigne"]


def test_guidance_comes_in_order_then_the_end_then_figures(client: httpx.Client) -> None:
    capture = start(client)
    heard = events(client, capture)
    assert words(heard) == ["look", "hold"]
    assert heard[-1] == ("fin", {"code": None})
    result = client.get(capture).json()
    assert (result["etat"], result["largeur"], result["hauteur"]) == ("termine", 1280, 720)
    assert result["simule"] is True
    assert {m["algorithm"] for m in result["mesures"].values()} == {"dr-station face"}
    assert len(json.dumps(result)) < 10_000  # figures: no picture fits in there


def test_previews_are_pictures_and_are_gone_at_the_end(
    client: httpx.Client, camera: CameraSimulator
) -> None:
    camera.mode = Mode.DARK
    capture = start(client, secondes=1)
    live = [said for kind, said in events(client, capture) if kind == "apercu"]
    assert live
    assert all(said["jpeg"].startswith("/9j/") for said in live)  # FFD8FF in base64
    assert "apercu" not in dict(events(client, capture))


def test_every_listener_hears_everything_and_a_late_one_too(client: httpx.Client) -> None:
    capture = start(client)
    heard: list[list[str]] = []

    def listen() -> None:
        with httpx.Client(base_url=client.base_url, headers=HEAD, timeout=20) as other:
            heard.append(words(events(other, capture)))

    threads = [threading.Thread(target=listen) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert [*heard, words(events(client, capture))] == [["look", "hold"]] * 3


def test_a_listener_that_comes_back_goes_on_where_it_was(client: httpx.Client) -> None:
    capture = start(client)
    events(client, capture)
    assert words(events(client, capture, last=1)) == ["hold"]


def test_a_cancelled_capture_says_so_at_once(client: httpx.Client, camera: CameraSimulator) -> None:
    camera.mode = Mode.DARK
    capture = start(client)
    assert client.get(capture).json() == {"etat": "en cours"}
    begun = time.monotonic()
    assert client.delete(capture).status_code == 204
    kind, said = events(client, capture)[-1]
    assert time.monotonic() - begun < 1
    assert (kind, said["code"]) == ("fin", "CAP-002")
    answer = client.get(capture)
    assert (answer.status_code, answer.json()["code"]) == (409, "CAP-002")
    assert client.delete(capture).status_code == 204  # late, and harmless


@pytest.mark.parametrize(
    ("mode", "status", "code"),
    [(Mode.FROZEN, 503, "DEV-002"), (Mode.GONE, 503, "DEV-001"), (Mode.DARK, 409, "CAP-001")],
)
def test_a_failed_capture_ends_with_a_code_and_a_remedy(
    client: httpx.Client, camera: CameraSimulator, mode: Mode, status: int, code: str
) -> None:
    events(client, start(client))
    camera.mode = mode
    capture = start(client, secondes=1 if mode is Mode.DARK else 10)
    assert events(client, capture)[-1][1]["code"] == code
    answer = client.get(capture)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["remede"].endswith(".")


def test_a_device_does_one_capture_at_a_time_and_is_not_asked_meanwhile(
    client: httpx.Client, camera: CameraSimulator
) -> None:
    camera.mode = Mode.DARK
    capture = start(client)
    answer = client.post("/api/appareils/photo/captures", json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "CAP-003")
    health = client.get("/api/sante").json()["appareils"]
    assert health["photo"] == {"etat": "occupe"}
    client.delete(capture)
    events(client, capture)
    camera.mode = Mode.LIVE
    assert client.get("/api/sante").json()["appareils"]["photo"]["etat"] == "pret"


def test_closing_the_interface_does_not_wait_for_a_listener(
    camera: CameraSimulator, outbox: Outbox, tmp_path: Path
) -> None:
    settings = {"photo": DeviceSettings(driver="video-camera", port=camera.url)}
    with Bench(settings) as bench:
        with serving(app_on(bench, settings, outbox, tmp_path), 0) as url:
            client = httpx.Client(base_url=url, headers=HEAD, timeout=20)
            camera.mode = Mode.DARK
            events = client.send(
                client.build_request("GET", f"{start(client)}/evenements"), stream=True
            )
            assert next(events.iter_lines()) == "id: 1"
            begun = time.monotonic()
        assert time.monotonic() - begun < 3
        events.close()
        client.close()


def test_a_device_that_is_not_there_says_what_to_do(client: httpx.Client) -> None:
    scanner = client.get("/api/sante").json()["appareils"]["empreintes"]
    assert (scanner["etat"], scanner["code"]) == ("en panne", "DEV-001")
    assert scanner["remede"]


def test_the_devices_are_those_of_the_settings(client: httpx.Client) -> None:
    devices = client.get("/api/appareils").json()["appareils"]
    assert [d["nom"] for d in devices] == ["photo", "empreintes", "carte"]
    assert devices[0]["pilote"] == "video-camera"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", f"/api/captures/{UNKNOWN}", 404, "API-004"),
        ("DELETE", f"/api/captures/{UNKNOWN}", 404, "API-004"),
        ("GET", f"/api/captures/{UNKNOWN}/evenements", 404, "API-004"),
        ("GET", "/api/captures/pas-un-numero", 422, "API-005"),
        ("GET", "/api/rien", 404, "API-004"),
        ("PUT", "/api/sante", 405, "API-004"),
        ("POST", "/api/appareils/inconnu/captures", 404, "API-004"),
        ("POST", "/api/appareils/carte/captures", 422, "API-005"),
    ],
)
def test_every_refusal_has_a_code_and_a_remedy(
    client: httpx.Client, method: str, path: str, status: int, code: str
) -> None:
    answer = client.request(method, path)
    said = answer.json()
    assert (answer.status_code, said["code"]) == (status, code)
    assert said["message"]
    assert said["remede"].endswith(".")


def test_a_wrong_field_is_named_and_its_value_is_not_echoed(client: httpx.Client) -> None:
    answer = client.post("/api/appareils/photo/captures", json={"secondes": "SPECIMEN"})
    assert "secondes" in answer.json()["message"]
    assert "SPECIMEN" not in answer.text


@pytest.mark.parametrize("content", [b"x" * 70_000, iter([b"{}"])])
def test_a_body_without_bounds_is_refused(client: httpx.Client, content: Any) -> None:
    answer = client.post("/api/appareils/photo/captures", content=content)
    assert (answer.status_code, answer.json()["code"]) == (413, "API-006")


@pytest.mark.parametrize(
    "path", ["/api/sante", "/api/appareils", "/api/file-envoi", "/api/captures/0"]
)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer autre"},
        {"Authorization": f"Basic {TOKEN}"},
        {"X-Station-Token": "é"},
    ],
)
def test_nothing_is_told_without_the_token(url: str, path: str, headers: dict[str, str]) -> None:
    raw = {name.encode(): value.encode() for name, value in headers.items()}
    answer = httpx.get(f"{url}{path}", headers=raw)
    assert (answer.status_code, answer.json()["code"]) == (401, "API-001")
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_token_may_come_in_its_own_header(url: str) -> None:
    answer = httpx.get(f"{url}/api/file-envoi", headers={"X-Station-Token": TOKEN})
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/", "/devices.js", "/openapi.json", "/api/sante", "/rien"])
@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Host": "station.example"}, "API-002"),
        ({"Host": "127.0.0.1.example"}, "API-002"),
        ({"Host": "["}, "API-002"),
        ({"Origin": "https://site.example"}, "API-003"),
        ({"Origin": "http://127.0.0.1:1"}, "API-003"),
        ({"Origin": "null"}, "API-003"),
    ],
)
def test_another_host_or_page_reaches_nothing(
    url: str, path: str, headers: dict[str, str], code: str
) -> None:
    answer = httpx.get(f"{url}{path}", headers=HEAD | headers)
    assert answer.json()["code"] == code
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_station_s_own_page_may_call(url: str) -> None:
    answer = httpx.get(f"{url}/api/file-envoi", headers=HEAD | {"Origin": url})
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/", "/devices.js", "/style.css", "/api/file-envoi", "/rien"])
def test_nothing_is_cacheable_and_the_policy_is_strict(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_queue_counts_what_waits_and_what_was_refused(
    client: httpx.Client, outbox: Outbox, tmp_path: Path
) -> None:
    assert client.get("/api/file-envoi").json() == {
        "en_attente": 0,
        "age_secondes": 0,
        "refuses": 0,
    }
    packages = [make(tmp_path / "keys").seal() for _ in range(2)]
    for package in packages:
        outbox.put(package)
    outbox.note(packages[0].id, state=Etat.REFUSE)
    queue = client.get("/api/file-envoi").json()
    assert (queue["en_attente"], queue["refuses"]) == (1, 1)
    assert 0 <= queue["age_secondes"] < 60


def test_the_openapi_document_knows_every_route_and_both_ways_to_carry_the_token(
    client: httpx.Client,
) -> None:
    document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]) >= {
        "/api/sante",
        "/api/appareils",
        "/api/appareils/{name}/captures",
        "/api/captures/{number}",
        "/api/captures/{number}/evenements",
        "/api/file-envoi",
    }
    assert set(document["components"]["securitySchemes"]) == {"HTTPBearer", "APIKeyHeader"}
    operations = [op for path in document["paths"].values() for op in path.values()]
    assert all(op["security"] for op in operations)
