"""The counter over real HTTP: login by card, fields kept, lock, crash, two windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from station.api.acces import COOKIE, TABLE
from tests.web.agents import begin, fill, login

if TYPE_CHECKING:
    from simulators.lab import Laboratory


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
    assert said["champ"]["valeur"] == "Specimen"
    assert not said["champ"]["faute"]
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
