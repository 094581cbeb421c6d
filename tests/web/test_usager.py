"""The applicant's screen over real HTTP: what it shows when, what it may do, what it never sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from tests.web.agents import begin, fill
from tests.web.ecran_usager import Screen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulators.lab import Laboratory

SECRET = "Insaisissable"


def _signed(dossier: str, traits: Sequence[object]) -> dict[str, object]:
    return {"dossier": dossier, "signataire": "TITULAIRE", "traits": traits}


@pytest.fixture
def screen(agent: httpx.Client) -> Iterator[Screen]:
    with Screen(agent) as screen:
        yield screen


def test_it_follows_the_agent_and_asks_one_thing(agent: httpx.Client, screen: Screen) -> None:
    agent.get("/accueil")
    assert screen.of("moment") == "ACCUEIL"
    dossier = begin(agent)
    fill(agent, dossier, "usager.nom_famille", "Specimen")
    seen = []
    for ecran in ("ouverture", "etat-civil", "pieces", "photo", "empreintes", "signature"):
        agent.get(f"/dossiers/{dossier}/{ecran}")
        seen.append(screen.of("moment"))
    assert seen[:2] == ["ACCUEIL", "INFORMATIONS"]
    assert seen[-2:] == ["EMPREINTES", "RECAPITULATIF"]
    assert "SPECIMEN" in screen.shows()


def test_the_recap_is_confirmed_by_a_touch_until_something_changes(
    agent: httpx.Client, screen: Screen
) -> None:
    dossier = begin(agent)
    fill(agent, dossier, "usager.prenoms", "Anne")
    agent.get(f"/dossiers/{dossier}/signature")
    shown = {"dossier": dossier, "sha256": screen.of("sha256")}
    fill(agent, dossier, "usager.prenoms", "Jeanne")
    late = screen.http.post("/api/usager/relecture", json=shown)
    assert (late.status_code, late.json()["code"]) == (409, "DOS-010")
    now = {"dossier": dossier, "sha256": screen.of("sha256")}
    assert screen.http.post("/api/usager/relecture", json=now).is_success
    assert screen.of("moment") == "SIGNATURE"
    assert "Confirmé par l’usager" in agent.get(f"/dossiers/{dossier}/signature").text
    fill(agent, dossier, "usager.prenoms", "Jeanne, Marie")
    assert screen.of("moment") == "RECAPITULATIF"


@pytest.mark.parametrize(
    "traits",
    [
        [],
        [[]],
        [[[1, 2, 3]]],
        [[[-1, 0, 0, 0]]],
        [[[0, 0, 1001, 0]]],
        [[[0, 0, 500, 70000]]],
        [[[0, 0, 500, 9], [9, 9, 500, 0]]],
        [[[10, 10, 500, 0]] * 2501],
        [[[10, 10, 500, 0]]] * 201,
    ],
)
def test_strokes_that_are_none_are_refused(
    agent: httpx.Client, screen: Screen, traits: list[object]
) -> None:
    dossier = begin(agent)
    agent.get(f"/dossiers/{dossier}/signature")
    answer = screen.http.post("/api/usager/signature", json=_signed(dossier, traits))
    assert answer.status_code in {413, 422}
    assert screen.of("moment") == "RECAPITULATIF"


def test_a_dot_is_no_signature(agent: httpx.Client, screen: Screen) -> None:
    dossier = begin(agent)
    agent.get(f"/dossiers/{dossier}/signature")
    dot = [[[10, 10, 500, 0], [11, 10, 500, 400]]]
    answer = screen.http.post("/api/usager/signature", json=_signed(dossier, dot))
    assert "faites signer à nouveau" in answer.json()["refus"]


def test_no_other_dossier_ever_shows(agent: httpx.Client, screen: Screen) -> None:
    other = begin(agent)
    fill(agent, other, "usager.nom_famille", SECRET)
    agent.get(f"/dossiers/{other}/signature")
    sha256 = screen.of("sha256")
    mine = begin(agent)
    agent.get(f"/dossiers/{mine}/etat-civil")
    assert SECRET.upper() not in screen.shows()
    said = {"dossier": other, "sha256": sha256}
    assert screen.http.post("/api/usager/relecture", json=said).status_code == 422
    agent.get("/accueil")
    assert SECRET.upper() not in screen.shows()


def test_its_token_changes_nothing_else(agent: httpx.Client, screen: Screen) -> None:
    dossier = begin(agent)
    assert fill(screen.http, dossier, "usager.sexe", "F").status_code == 401
    assert screen.http.get(f"/dossiers/{dossier}/etat-civil").status_code in {303, 401}
    sealing = screen.http.post(f"/api/dossiers/{dossier}/scellement", json={"pin": "123456"})
    assert sealing.status_code == 401
    assert screen.http.delete("/api/session").status_code == 401


def test_locked_it_is_empty_and_its_token_is_worth_nothing(
    agent: httpx.Client, screen: Screen
) -> None:
    dossier = begin(agent)
    fill(agent, dossier, "usager.nom_famille", SECRET)
    agent.get(f"/dossiers/{dossier}/signature")
    agent.delete("/api/session")
    assert screen.http.get("/api/usager").status_code == 401
    page = agent.get("/usager").text
    assert 'name="jeton" content=""' in page
    assert SECRET.upper() not in page


def test_who_has_no_cookie_gets_no_token(agent: httpx.Client) -> None:
    assert agent.get("/accueil").is_success
    with httpx.Client(base_url=agent.base_url) as nobody:
        assert 'name="jeton" content=""' in nobody.get("/usager").text


def test_the_stream_says_that_something_changed_and_never_what(
    agent: httpx.Client, url: str, laboratory: Laboratory
) -> None:
    dossier = begin(agent)
    heard = []
    with httpx.stream("GET", f"{url}/api/usager/evenements", timeout=30) as stream:
        lines = (line for line in stream.iter_lines() if line)
        heard += [next(lines), next(lines)]
        fill(agent, dossier, "usager.nom_famille", SECRET)
        heard += [next(lines), next(lines)]
        assert "ouvert" in agent.get(f"/dossiers/{dossier}/signature").text
        agent.delete("/api/session")
        while heard[-1] != 'data: {"ouverte": false}':
            heard.append(next(lines))
    assert set(heard) == {"event: vue", 'data: {"ouverte": true}', 'data: {"ouverte": false}'}
    assert laboratory.pin not in "".join(heard)
