"""SIGKILL at random moments of whole dossiers at the counter: what was acknowledged is there."""

from __future__ import annotations

import random
import subprocess
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from simulators.lab import Laboratory
from tests.clear_text import clear_text
from tests.soak.usagers import usagers
from tests.web import dossier_entier
from tests.web.agents import begin, fill
from tests.web.browser.served import STATION, Served, until
from tests.web.kills import Killer, Stubborn

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx

T = TypeVar("T")
KILLS = 12
DOSSIERS = 2


class Dossier:
    """One dossier at the counter, and what the station has acknowledged of it."""

    def __init__(self, agent: Stubborn, laboratory: Laboratory, number: str) -> None:
        self._agent, self._laboratory, self.number = agent, laboratory, number
        self._base = f"/api/dossiers/{number}"
        self._said: dict[str, str] = {}
        self._taken: list[Callable[[httpx.Client], bool]] = []  # is what was captured still there?

    def whole(self, fields: dict[str, str]) -> None:
        """Everything up to the seal, whatever happens on the way."""
        for nom, valeur in fields.items():
            self._said[nom] = self._sure(partial(self._fill, nom=nom, valeur=valeur))
        for finger in (2, 7):
            self._sure(partial(self._print, finger=finger))
            self._taken.append(partial(self._has_print, finger=finger))
        self._sure(partial(dossier_entier.take_photo, dossier=self.number))
        self._taken.append(self._has_photo)
        for entry in dossier_entier.pieces(self._laboratory):
            self._sure(partial(self._piece, entry=entry))
            self._taken.append(partial(self._has_piece, kind=entry["reference"]["type"]))
        self._agent.sure(self._seal, lambda: None)

    def _sure(self, work: Callable[[httpx.Client], T]) -> T:
        return self._agent.sure(work, self._check)

    def _check(self) -> None:
        """Every field and capture that was acknowledged is as it was."""
        held: dict[str, str] = {}
        for ecran in ("ouverture", "etat-civil", "adresse"):
            shown = self._agent.client.get(f"{self._base}/ecrans/{ecran}").json()
            held |= {champ["nom"]: champ["valeur"] for champ in shown["champs"]}
        assert {nom: held[nom] for nom in self._said} == self._said
        assert all(there(self._agent.client) for there in self._taken)

    def _fill(self, client: httpx.Client, nom: str, valeur: str) -> str:
        answer = fill(client, self.number, nom, valeur)
        assert answer.is_success, answer.text
        return str(answer.json()["champ"]["valeur"])

    def _print(self, client: httpx.Client, finger: int) -> None:
        if not self._has_print(client, finger):
            dossier_entier.take_print(client, self.number)

    def _has_print(self, client: httpx.Client, finger: int) -> bool:
        return client.get(f"{self._base}/empreintes/doigts/{finger}/image").is_success

    def _has_photo(self, client: httpx.Client) -> bool:
        return "gardée dans le dossier" in client.get(f"/dossiers/{self.number}/photo").text

    def _has_piece(self, client: httpx.Client, kind: str) -> bool:
        there = f"{self._base}/pieces/{kind}"
        return f"{there}/pages/" in client.post(f"{there}/choix").text

    def _piece(self, client: httpx.Client, entry: dict[str, Any]) -> None:
        if self._has_piece(client, entry["reference"]["type"]):
            dossier_entier.finish_piece(client, self.number, entry)
        else:
            dossier_entier.bring_piece(client, self.number, self._laboratory, entry)

    def _seal(self, client: httpx.Client) -> None:
        if "data-scelle" in client.get(f"/dossiers/{self.number}/scellement").text:
            return
        dossier_entier.confirm(client, self.number)
        answer = dossier_entier.seal(client, self.number, self._laboratory.pin)
        assert answer.is_success, answer.text


def test_no_kill_loses_or_doubles_anything_of_a_dossier(tmp_path: Path) -> None:
    with Laboratory(tmp_path / "lab") as laboratory, Served(laboratory.config) as station:
        killer = Killer(station, random.Random(814), KILLS)
        done: list[str] = []
        with Stubborn(laboratory, station, killer) as agent:
            for person in islice(usagers(laboratory, DOSSIERS), DOSSIERS):
                agent.calm()  # a dossier whose number nobody has heard is not yet there
                dossier = Dossier(agent, laboratory, begin(agent.client))
                killer.arm()
                dossier.whole(dossier_entier.typed(person))
                done.append(dossier.number)
            agent.calm()
            assert agent.restarts >= DOSSIERS
            until(lambda: _accepted(agent.client, done), "not all were accepted", 60)
        assert station.tracebacks() == ""
        taken = sorted(number for number, _ in laboratory.cert.centre.store.dossiers())
        assert taken == sorted(done)
        assert clear_text(tmp_path / "lab" / "data") == []
        journal = tmp_path / "lab" / "data" / "journal.jsonl"
        assert (
            subprocess.run(
                [str(STATION), "journal", "verify", str(journal)], check=False
            ).returncode
            == 0
        )


def _accepted(client: httpx.Client, dossiers: list[str]) -> bool | None:
    """Whether the CERT has found every one of them valid."""
    pages = (client.get(f"/suivi/{dossier}").text for dossier in dossiers)
    return all("Le centre dit : accepté" in page for page in pages) or None
