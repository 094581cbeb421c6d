"""Prints at a counter whose scanner takes whole hands: one key, the device decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from simulators.lab import Laboratory
from station.api import server
from station.capture import Finger
from station.config import load
from tests.web.agents import POSTE, begin, fill, heard, login

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def hands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    with Laboratory(tmp_path_factory.mktemp("mains"), slap=True) as laboratory:
        yield laboratory


@pytest.fixture(scope="module")
def agent(hands: Laboratory) -> Iterator[httpx.Client]:
    with (
        server.listening(load(hands.config), POSTE, 0) as url,
        httpx.Client(base_url=url, timeout=30) as client,
    ):
        assert login(client, hands.pin).is_success
        yield client


def test_each_hand_gives_its_finger_and_is_spoken_to_as_a_hand(agent: httpx.Client) -> None:
    dossier = begin(agent)
    fill(agent, dossier, "usager.date_naissance", "12/05/1980")
    base = f"/api/dossiers/{dossier}/empreintes"
    said = []
    for _ in range(2):
        tache = agent.post(f"{base}/prise").json()["tache"]
        told = list(heard(agent, tache))
        said.append(told[-1][1])
        words = [event["texte"] for kind, event in told if kind == "consigne"]
        assert any("main" in word for word in words), words
    assert [one["annonce"] for one in said] == ["Index droit : bonne.", "Index gauche : bonne."]
    for finger in (Finger.RIGHT_INDEX, Finger.LEFT_INDEX):
        assert agent.get(f"{base}/doigts/{finger:d}/image").status_code == 200
    assert agent.get(f"{base}/doigts/{Finger.RIGHT_MIDDLE:d}/image").status_code == 404


def test_a_missing_finger_is_not_asked_of_the_hand(agent: httpx.Client, hands: Laboratory) -> None:
    dossier = begin(agent)
    fill(agent, dossier, "usager.date_naissance", "12/05/1980")
    base = f"/api/dossiers/{dossier}/empreintes"
    agent.put(f"{base}/doigts/{Finger.RIGHT_INDEX:d}/motif", json={"motif": "ABSENT"})
    tache = agent.post(f"{base}/prise").json()["tache"]
    assert list(heard(agent, tache))[-1][1]["annonce"] == "Majeur droit : bonne."
    assert b"Right IndexFinger" in hands.service.model.asked[-1]
