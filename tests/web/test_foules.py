"""A station with years of dossiers behind it: pages stay small, every dossier stays in reach."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import pytest

from simulators.lab import Laboratory
from station.api import server
from station.config import load
from tests.web.agents import POSTE, begin, fill, login
from tests.web.foules import crowd

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAGE = 300_000  # bytes (issue 6: a page stays under 300 kB)
_LIENS = re.compile(r'<a id="suivi-([0-9a-f-]{36})"')


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    """A laboratory of its own: its station has a past."""
    with Laboratory(tmp_path_factory.mktemp("lab")) as laboratory:
        yield laboratory


@pytest.fixture(scope="module")
def numbers(url: str, laboratory: Laboratory) -> tuple[str, ...]:
    assert url
    return crowd(laboratory, 1000)


@pytest.fixture(scope="module")
def url(laboratory: Laboratory) -> Iterator[str]:
    with server.listening(load(laboratory.config), POSTE, 0) as url:
        yield url


@pytest.fixture
def agent(url: str, laboratory: Laboratory, numbers: tuple[str, ...]) -> Iterator[httpx.Client]:
    assert numbers
    with httpx.Client(base_url=url, timeout=30) as client:
        assert login(client, laboratory.pin).is_success
        yield client


def test_the_list_shows_the_beginning_of_each_group_and_leads_to_the_rest(
    agent: httpx.Client,
) -> None:
    page = agent.get("/suivi")
    assert len(page.content) < _PAGE
    assert "À faire au guichet (450)" in page.text
    assert "Terminés (300)" in page.text
    seen: list[str] = []
    there = "/suivi?groupe=A_FAIRE&page=1"
    while there:
        shown = agent.get(there).text
        seen += _LIENS.findall(shown)
        found = re.search(r'rel="next" id="suite-a_faire" href="([^"]+)"', shown)
        there = found[1].replace("&amp;", "&") if found else ""
    assert len(seen) == len(set(seen)) == 450


def test_the_most_pressing_of_all_dossiers_come_first(agent: httpx.Client) -> None:
    def left(page: int) -> list[int]:
        shown = agent.get(f"/suivi?groupe=A_FAIRE&page={page}").text
        said = re.findall(r"reste (\d+)\u00a0jour|\((\d+)\u00a0jour", shown)
        return [int(one or other) for one, other in said]

    days = [left(page) for page in (1, 2, 9)]
    assert all(len(one) == 50 for one in days)
    assert max(days[0]) <= min(days[1]) + 3  # months are not equally long
    assert max(days[1]) < min(days[2])


def test_a_dossier_of_long_ago_is_found_by_its_number(
    agent: httpx.Client, numbers: tuple[str, ...]
) -> None:
    old = numbers[777]
    found = agent.get("/suivi", params={"cherche": old[:-3]}).text
    assert old in found
    assert len(_LIENS.findall(found)) == 1
    said = agent.post("/api/codes", json={"texte": old}).json()
    assert str(said["chemin"]).startswith("/suivi/")
    nothing = agent.get("/suivi", params={"cherche": "999999999999"}).text
    assert "Aucun dossier scellé ici" in nothing
    assert agent.get("/suivi", params={"cherche": "<b>"}).status_code == 422


def test_the_home_page_shows_what_presses_and_counts_the_rest(agent: httpx.Client) -> None:
    page = agent.get("/accueil")
    assert len(page.content) < _PAGE
    titles = page.text.split('id="titres"')[1].split("</section>")[0]
    assert titles.count("<li>") == 20
    assert "280\u00a0autres dossiers" in titles.replace("\u202f", "")


def test_a_draft_is_listed_as_it_is_now_however_often_it_is_listed(agent: httpx.Client) -> None:
    drafts = [begin(agent) for _ in range(35)]  # more than the station keeps in hand
    fill(agent, drafts[0], "usager.nom_famille", "Wintzenheim")
    fill(agent, drafts[0], "usager.prenoms", "Odile")
    for _ in range(2):
        page = agent.get("/accueil").text
        assert all(f'id="brouillon-{one}"' in page for one in drafts)
        assert "W******* O." in page
    last = page.split(f'id="brouillon-{drafts[-1]}"')[1].split("</li>")[0]
    assert "<form" not in last
    chosen = agent.get(f"/accueil?brouillon={drafts[-1]}").text
    assert f'data-geste="POST /api/dossiers/{drafts[-1]}/abandon"' in chosen
    fill(agent, drafts[0], "usager.nom_famille", "Xaintrailles")
    assert "X******* O." in agent.get("/accueil").text
