"""The counter over real HTTP: login by card, fields kept, lock, crash, two windows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from simulators.lab import Laboratory
from station.api import server
from station.api.acces import COOKIE, TABLE
from station.config import load

if TYPE_CHECKING:
    from collections.abc import Iterator

POSTE = "jeton-de-test"


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    with Laboratory(tmp_path_factory.mktemp("lab")) as laboratory:
        yield laboratory


@pytest.fixture(scope="module")
def url(laboratory: Laboratory) -> Iterator[str]:
    with server.listening(load(laboratory.config), POSTE, 0) as url:
        yield url


@pytest.fixture
def agent(url: str, laboratory: Laboratory) -> Iterator[httpx.Client]:
    """An agent who has just logged in, as a browser holds the session."""
    with httpx.Client(base_url=url, timeout=30) as client:
        login(client, laboratory.pin)
        yield client


def login(client: httpx.Client, pin: str, **more: Any) -> httpx.Response:
    head = {"X-Station-Token": POSTE}
    answer = client.post("/api/session", json={"pin": pin, **more}, headers=head)
    if answer.is_success:
        page = client.get("/accueil").text
        client.headers["X-Station-Token"] = page.split('name="jeton" content="')[1].split('"')[0]
    return answer


def begin(client: httpx.Client) -> str:
    answer = client.post("/api/dossiers", json={})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["aller"]).split("/")[2]


def fill(client: httpx.Client, dossier: str, nom: str, valeur: str, **more: Any) -> httpx.Response:
    path = f"/api/dossiers/{dossier}/champs/{nom}"
    return client.put(path, json={"valeur": valeur, **more})


def test_a_page_without_a_session_leads_to_the_login_and_back(url: str) -> None:
    there = "/dossiers/00000000-0000-0000-0000-000000000001/photo"
    with httpx.Client(base_url=url) as nobody:
        answer = nobody.get(there)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/connexion?retour={there.replace('/', '%2F')}"


def test_a_wrong_pin_opens_nothing(url: str) -> None:
    with httpx.Client(base_url=url, timeout=30) as client:
        answer = login(client, "000000")
        assert answer.json()["code"] == "CRT-003"
        assert COOKIE not in client.cookies


def test_the_cookie_alone_changes_nothing(agent: httpx.Client) -> None:
    dossier = begin(agent)
    del agent.headers["X-Station-Token"]
    assert fill(agent, dossier, "usager.sexe", "F").status_code == 401
    assert agent.get(f"/dossiers/{dossier}/etat-civil").status_code == 200


def test_a_field_is_there_after_a_crash(
    agent: httpx.Client, url: str, laboratory: Laboratory
) -> None:
    dossier = begin(agent)
    said = fill(agent, dossier, "usager.nom_famille", "Specimen", avant="").json()
    assert said["champ"] == {"nom": "usager.nom_famille", "valeur": "Specimen", "faute": ""}
    agent.get(f"/dossiers/{dossier}/etat-civil")
    with httpx.Client(base_url=url, timeout=30) as other:  # a browser that knows nothing
        answer = login(other, laboratory.pin)
        assert answer.json()["aller"] == f"/dossiers/{dossier}/etat-civil"
        page = other.get(answer.json()["aller"]).text
    assert 'value="Specimen"' in page


def test_two_windows_never_overwrite_each_other_unseen(agent: httpx.Client) -> None:
    dossier = begin(agent)
    fill(agent, dossier, "usager.prenoms", "Anne", avant="")
    late = fill(agent, dossier, "usager.prenoms", "Jeanne", avant="")
    assert (late.status_code, late.json()["code"]) == (409, "DOS-010")


def test_every_route_has_its_line_in_the_table(url: str) -> None:
    document = httpx.get(f"{url}/openapi.json").json()
    listed = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    assert listed <= set(TABLE)


def test_a_locked_session_proves_nothing_any_more(agent: httpx.Client) -> None:
    dossier = begin(agent)
    assert agent.delete("/api/session").status_code == 204
    assert fill(agent, dossier, "usager.sexe", "F").status_code == 401
    assert agent.get("/accueil").status_code == 303
