"""Whole dossiers one after the other over HTTP, from the first field to the CERT's receipt."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import httpx

from tests.soak.releve import Releve
from tests.soak.usagers import usagers
from tests.web import dossier_entier
from tests.web.agents import login
from tests.web.browser.served import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulators.lab import Laboratory
    from tests.web.browser.served import Served

_PEOPLE = 5
_KINDS = {"un champ": "/champs/", "un scellement": "/scellement", "une page": "/signature"}
_PATIENCE = 60.0  # seconds a request or the CERT may take on a busy machine


@dataclass(slots=True)
class Endurance:
    """One figure for each dossier, in their order; `requetes` are seconds to an answer by kind."""

    releves: list[Releve] = field(default_factory=list)
    durees: list[float] = field(default_factory=list)  # seconds from the first field to the seal
    dossiers: list[str] = field(default_factory=list)
    requetes: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def hooks(self) -> dict[str, list[Callable[..., None]]]:
        """What a client calls around each of its requests."""
        return {"request": [self._asked], "response": [self._answered]}

    def _asked(self, request: httpx.Request) -> None:
        request.extensions["begun"] = time.monotonic()

    def _answered(self, answer: httpx.Response) -> None:
        request = answer.request
        kind = next((kind for kind, part in _KINDS.items() if part in request.url.path), "")
        if kind:
            self.requetes[kind].append(time.monotonic() - request.extensions["begun"])


def endure(
    laboratory: Laboratory, station: Served, count: int, each: Callable[[Endurance], None]
) -> Endurance:
    """Take `count` dossiers; after each one that the CERT has acknowledged, `each` is called.

    Raises AssertionError at the first one that does not get there.
    """
    done = Endurance()
    with httpx.Client(base_url=station.url, timeout=_PATIENCE, event_hooks=done.hooks()) as client:
        assert login(client, laboratory.pin, poste=station.token).is_success
        for person in islice(usagers(laboratory, _PEOPLE), count):
            begun = time.monotonic()
            dossier = dossier_entier.type_all(client, person)
            dossier_entier.capture_all(client, dossier, laboratory)
            dossier_entier.confirm(client, dossier)
            answer = dossier_entier.seal(client, dossier, laboratory.pin)
            assert answer.is_success, answer.text
            done.durees.append(time.monotonic() - begun)
            done.dossiers.append(dossier)
            _acknowledged(client, dossier)
            done.releves.append(Releve.of(station.pid))
            each(done)
    return done


def _acknowledged(client: httpx.Client, dossier: str) -> None:
    def look() -> bool | None:
        page = client.get(f"/dossiers/{dossier}/scellement").text
        return 'data-final="oui"' in page or None

    until(look, f"the CERT did not acknowledge {dossier}", _PATIENCE)
