"""The local interface over real HTTP, with the laboratory's devices behind it."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from simulators.faults import Fault
from simulators.lab import Laboratory
from station.api import server
from station.config import load
from station.predemande.opening import agenda

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "jeton-de-test"


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    with Laboratory(tmp_path_factory.mktemp("lab")) as laboratory:
        yield laboratory


@pytest.fixture(scope="module")
def url(laboratory: Laboratory) -> Iterator[str]:
    with server.listening(load(laboratory.config), TOKEN, 0) as url:
        yield url


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    head = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=url, headers=head, timeout=30) as client:
        yield client


def events(client: httpx.Client, number: str) -> list[tuple[str, dict[str, Any]]]:
    heard, kind = [], ""
    with client.stream("GET", f"/api/captures/{number}/evenements") as stream:
        for line in stream.iter_lines():
            if line.startswith("event: "):
                kind = line[7:]
            elif line.startswith("data: "):
                heard.append((kind, json.loads(line[6:])))
    return heard


def start(client: httpx.Client, name: str, **order: Any) -> str:
    answer = client.post(f"/api/appareils/{name}/captures", json=order)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


@pytest.mark.usefixtures("url")
def test_the_appointments_of_the_day_are_kept_meanwhile(laboratory: Laboratory) -> None:
    online = agenda(load(laboratory.config))
    assert online is not None
    deadline = time.monotonic() + 20
    while not online.today() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert online.today()[0].numero == laboratory.predemandes.book.day[0].numero


def test_every_device_tells_its_health(client: httpx.Client) -> None:
    deadline = time.monotonic() + 20
    states: dict[str, str] = {}
    while not states or ("occupe" in states.values() and time.monotonic() < deadline):
        devices = client.get("/api/sante").json()["appareils"]  # busy while it is looked at first
        states = {n: d["etat"] for n, d in devices.items() if n != "codes"}  # which listens
    assert set(states) >= {"empreintes", "photo", "pieces", "carte"}
    assert set(states.values()) == {"pret"}


def test_a_capture_is_followed_live_and_ends_with_figures(client: httpx.Client) -> None:
    number = start(client, "empreintes", doigt=2)
    heard = events(client, number)
    words = [said["consigne"] for kind, said in heard if kind == "consigne"]
    assert words == ["place", "hold", "lift"]
    assert any(kind == "apercu" for kind, _ in heard)
    assert heard[-1] == ("fin", {"code": None})
    result = client.get(f"/api/captures/{number}").json()
    assert (result["verdict"], result["largeur"], result["hauteur"]) == ("PASS", 400, 500)
    assert "pixels" not in json.dumps(result)


def test_a_hand_is_judged_finger_by_finger(client: httpx.Client, laboratory: Laboratory) -> None:
    laboratory.lay_hands()
    number = start(client, "empreintes", main="left")
    assert events(client, number)[-1] == ("fin", {"code": None})
    result = client.get(f"/api/captures/{number}").json()
    assert result["constats"] == []
    assert set(result["doigts"]) == {"7", "8", "9", "10"}
    assert all("mesures" in finger for finger in result["doigts"].values())


def test_a_cancelled_capture_ends_with_its_code(
    client: httpx.Client, laboratory: Laboratory
) -> None:
    laboratory.scanner.faults.arm(Fault.NEVER_PRESENT)
    number = start(client, "empreintes", doigt=2)
    assert client.delete(f"/api/captures/{number}").status_code == 204
    assert events(client, number)[-1][1]["code"] == "CAP-002"
    refused = client.get(f"/api/captures/{number}")
    assert refused.status_code == 409
    assert refused.json()["remede"]


def test_a_portrait_is_captured_too(client: httpx.Client) -> None:
    number = start(client, "photo")
    assert events(client, number)[-1] == ("fin", {"code": None})
    result = client.get(f"/api/captures/{number}").json()
    assert result["verdict"] in {"PASS", "WARN"}, "a stream of JPEG leaves its marks"


def test_the_queue_is_empty_at_first(client: httpx.Client) -> None:
    assert client.get("/api/file-envoi").json()["en_attente"] == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer autre"}, 401),
        ({"Authorization": f"Bearer {TOKEN}", "Host": "station.example"}, 421),
        ({"Authorization": f"Bearer {TOKEN}", "Origin": "https://site.example"}, 403),
    ],
)
def test_who_is_not_the_station_s_own_page_is_refused(
    url: str, headers: dict[str, str], status: int
) -> None:
    assert httpx.get(f"{url}/api/sante", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("name", "order", "status"),
    [
        ("inconnu", {"doigt": 2}, 404),
        ("empreintes", {}, 422),
        ("empreintes", {"doigt": 11}, 422),
        ("empreintes", {"doigt": 2, "main": "left"}, 422),
        ("photo", {"doigt": 2}, 422),
        ("empreintes", {"doigt": 2, "secondes": 1e9}, 422),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(
    client: httpx.Client, name: str, order: dict[str, Any], status: int
) -> None:
    assert client.post(f"/api/appareils/{name}/captures", json=order).status_code == status


def test_nothing_is_cacheable_and_the_page_runs_no_inline_code(client: httpx.Client) -> None:
    page = client.get("/connexion")
    assert page.headers["Cache-Control"] == "no-store"
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "<script>" not in page.text
    module = client.get("/static/connexion.js")
    assert (module.status_code, module.headers["Cache-Control"]) == (200, "no-cache")
    again = client.get("/static/connexion.js", headers={"If-None-Match": module.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_openapi_document_names_every_route(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/api/sante", "/api/file-envoi", "/api/captures/{number}/evenements"} <= set(paths)
