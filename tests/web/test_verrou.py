"""The lock of the counter: the card, the clock, another agent; what was typed stays."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import httpx
import pytest

from simulators.faults import Fault
from station.api.app import create_app
from station.api.server import serving
from station.bench.bench import Bench
from station.capture import Finger, PortraitSource
from station.config import EMPREINTES, load
from station.errors import CaptureCancelled, SessionLocked
from station.guichet.guichet import Guichet
from station.guichet.ouverte import Fin
from station.guichet.veille import Veille
from station.opening import Station
from station.outbox.store import Outbox
from station.pipeline.recueil import captured
from tests.web import lecteurs
from tests.web.agents import POSTE, begin, fill, login

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simulators.lab import Laboratory
    from station.device import Told

_PATIENCE = 10.0  # seconds, on a busy machine
_TICK = 0.02


@pytest.fixture(scope="module")
def station(laboratory: Laboratory) -> Iterator[Station]:
    settings = load(laboratory.config)
    with Bench(settings.devices) as bench, Outbox(settings.outbox_path) as outbox:
        yield Station(settings, bench, outbox)


@pytest.fixture
def guichet(station: Station) -> Iterator[Guichet]:
    with Guichet(station) as guichet:
        yield guichet


def until(look: Callable[[], bool]) -> float:
    """Seconds until `look` says yes."""
    begun = time.monotonic()
    while not look():
        assert time.monotonic() - begun < _PATIENCE
        time.sleep(_TICK)
    return time.monotonic() - begun


def opened(guichet: Guichet, laboratory: Laboratory) -> None:
    guichet.login(bytearray(laboratory.pin.encode()))


def test_the_card_taken_out_locks_and_the_draft_stays(
    guichet: Guichet, laboratory: Laboratory
) -> None:
    bed = lecteurs.bed(laboratory)
    opened(guichet, laboratory)
    en_cours = guichet.begin(PortraitSource.CAMERA_DR, {})
    en_cours.fill("usager.nom_famille", "Specimen")
    bed.remove()
    try:
        until(lambda: guichet.jetons is None)
        assert guichet.fin is Fin.CARTE
        with pytest.raises(SessionLocked):
            guichet.dossier(en_cours.draft.id)
    finally:
        bed.insert()
    opened(guichet, laboratory)
    again = guichet.dossier(en_cours.draft.id)
    assert again.draft.saisie.get("usager.nom_famille") == "Specimen"


def test_nobody_for_a_while_locks(station: Station, laboratory: Laboratory) -> None:
    with Guichet(station, inactivite=0.5) as guichet:
        opened(guichet, laboratory)
        until(lambda: guichet.jetons is None)
        assert guichet.fin is Fin.INACTIVITE


def test_who_types_is_there(station: Station, laboratory: Laboratory) -> None:
    with ExitStack() as stack:
        guichet = stack.enter_context(Guichet(station, inactivite=1.0))
        veille = Veille(station, guichet.nouvelles, guichet.horloge)
        url = stack.enter_context(serving(create_app(guichet, veille, POSTE), 0))
        client = stack.enter_context(httpx.Client(base_url=url, timeout=30))
        login(client, laboratory.pin)
        dossier = begin(client)
        for letters in range(8):
            time.sleep(0.25)
            assert fill(client, dossier, "adresse.commune", "P" * (letters + 1)).is_success


def test_the_lock_ends_a_capture_under_way(guichet: Guichet, laboratory: Laboratory) -> None:
    opened(guichet, laboratory)
    recueil = guichet.recueil
    laboratory.scanner.faults.arm(Fault.NEVER_PRESENT)

    def waits(heard: Callable[[Told], None]) -> dict[str, str]:
        job = recueil.bench.capture(EMPREINTES, (Finger.RIGHT_INDEX,), 30.0)
        captured(recueil, job, heard)
        return {}

    tache = guichet.taches.start(EMPREINTES, waits)
    until(lambda: recueil.bench.info_if_free(EMPREINTES) is None)
    guichet.close(Fin.AGENT)
    assert CaptureCancelled.code in tache.feed.after(0)[-1].text()
    assert until(lambda: recueil.bench.info_if_free(EMPREINTES) is not None) < 1
