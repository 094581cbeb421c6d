"""The client of pre-demandes against the service, over real TLS, with all that goes wrong."""

from __future__ import annotations

import logging
import time
from datetime import UTC, date, datetime, timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from simulators import pki
from simulators.predemande.app import PredemandeFault
from simulators.predemande.forms import Case
from simulators.predemande.server import PredemandeServer
from station import jws
from station.dossier.champs import visible
from station.dossier.formulaire import CHAMPS
from station.dossier.model import Motif, TypeTitre
from station.errors import (
    PredemandeConsumed,
    PredemandeExpired,
    PredemandeInvalid,
    PredemandeUnknown,
    PredemandeUnreachable,
)
from station.https import Identity
from station.predemande.agenda import Agenda, Suite
from station.predemande.client import Service
from station.predemande.copies import Copies
from station.predemande.messages import Source, prefill

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from station.errors import PredemandeError

KEK = bytes(range(32))
NOBODY = "https://127.0.0.1:9"  # the discard port: nothing listens
UNKNOWN = "AAAAAAAAAA"


class Clock:
    """The clock of the post, which tests move."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    pki.create(folder)
    return folder


@pytest.fixture(scope="module")
def running(keys: Path) -> Iterator[PredemandeServer]:
    with PredemandeServer(keys) as server:
        yield server


@pytest.fixture
def server(running: PredemandeServer) -> PredemandeServer:
    running.faults.disarm()
    return running


def identity(keys: Path, name: str = "station-tls") -> Identity:
    return Identity(keys / "ca.pem", keys / f"{name}.pem", keys / f"{name}.key.pem")


def agenda(keys: Path, folder: Path, url: str, clock: Clock | None = None) -> Agenda:
    return Agenda(
        service=Service(url, identity(keys)),
        copies=Copies(folder / "predemandes", KEK),
        certificate=jws.pinned(keys / "predemande.pem", "the pre-demande service"),
        station="75056-01",
        site="75056",
        validite_mois=lambda _: 12,
        now=clock or Clock(),
    )


@pytest.fixture
def online(keys: Path, server: PredemandeServer, tmp_path: Path) -> Agenda:
    return agenda(keys, tmp_path, server.url)


@pytest.fixture
def offline(keys: Path, tmp_path: Path) -> Agenda:
    """The same files on the same station, without a network."""
    return agenda(keys, tmp_path, NOBODY)


def today() -> date:
    return datetime.now(UTC).date()


def first(server: PredemandeServer) -> str:
    return server.book.day[0].numero


def test_a_pre_demande_prefills_the_form(online: Agenda, server: PredemandeServer) -> None:
    found = online.fetch(first(server).lower())
    assert found.source is Source.SERVICE
    assert found.titres == {
        TypeTitre.CNI: Motif.PREMIERE_DEMANDE,
        TypeTitre.PASSEPORT: Motif.PREMIERE_DEMANDE,
    }
    texts = prefill(found)
    assert texts["demande.predemande"] == first(server)
    assert texts["usager.nom_famille"] == "SPECIMEN"
    assert set(texts) <= set(CHAMPS)
    assert found.illisibles == ()


@pytest.mark.parametrize("case", Case)
def test_nothing_of_a_case_is_lost_on_the_way(
    case: Case, online: Agenda, server: PredemandeServer
) -> None:
    begun = next(begun for begun in server.book.day if begun.case is case)
    assert dict(online.fetch(begun.numero).champs) == dict(begun.fields)


def test_the_day_is_in_order_with_the_person_masked(
    online: Agenda, server: PredemandeServer
) -> None:
    assert online.today() == ()
    online.prefetch(today())
    day = online.today()
    assert [one.heure for one in day] == sorted(one.heure for one in day)
    assert [one.numero for one in day] == [b.numero for b in server.book.day] + [None]
    assert not any("SPECIMEN" in one.personne for one in day)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (PredemandeFault.MUTE, PredemandeUnreachable),
        (PredemandeFault.TRICKLE, PredemandeUnreachable),
        (PredemandeFault.TRUNCATED, PredemandeUnreachable),
        (PredemandeFault.OVERSIZE, PredemandeUnreachable),
        (PredemandeFault.REFUSE, PredemandeUnreachable),
        (PredemandeFault.PROXY_404, PredemandeUnreachable),
        (PredemandeFault.GARBAGE, PredemandeInvalid),
        (PredemandeFault.WRONG_KEY, PredemandeInvalid),
        (PredemandeFault.WRONG_KIND, PredemandeInvalid),
        (PredemandeFault.NO_FORM, PredemandeInvalid),
        (PredemandeFault.OTHER_NUMBER, PredemandeInvalid),
        (PredemandeFault.EXPIRED, PredemandeExpired),
        (PredemandeFault.CONSUMED, PredemandeConsumed),
    ],
)
def test_each_fault_is_one_error_and_the_next_answer_counts(
    fault: PredemandeFault,
    error: type[PredemandeError],
    online: Agenda,
    server: PredemandeServer,
) -> None:
    server.faults.arm(fault)
    begun = time.monotonic()
    with pytest.raises(error) as raised:
        online.fetch(first(server))
    assert time.monotonic() - begun < 2.5
    assert first(server) not in str(raised.value)
    assert online.fetch(first(server)).numero == first(server)


def test_numbers_that_cannot_be_used_say_why(online: Agenda, server: PredemandeServer) -> None:
    for numero, error in (
        (UNKNOWN, PredemandeUnknown),
        ("1234", PredemandeUnknown),
        ("../../etc0", PredemandeUnknown),
        (server.book.used.numero, PredemandeConsumed),
        (server.book.expired.numero, PredemandeExpired),
    ):
        with pytest.raises(error):
            online.fetch(numero)


def test_hostile_texts_never_reach_the_form(online: Agenda, server: PredemandeServer) -> None:
    server.faults.arm(PredemandeFault.HOSTILE_TEXT)
    found = online.fetch(first(server))
    texts = prefill(found)
    assert set(found.illisibles) == {
        "usager.nom_famille",
        "usager.prenoms",
        "usager.nom_usage",
        "usager.sexe",
    }
    assert texts["demande.predemande"] == first(server)
    assert "signature.recapitulatif" not in texts
    assert set(texts) <= set(CHAMPS)
    assert all(visible(text) for text in texts.values())
    assert texts["adresse.ligne1"].startswith("1 RUE <img")  # visible, so a page has to escape it
    assert "SPECIMEN" not in repr(found)


def test_a_hostile_day_shows_nobody(online: Agenda, server: PredemandeServer) -> None:
    server.faults.arm(PredemandeFault.HOSTILE_TEXT)
    online.prefetch(today())
    assert {one.personne for one in online.today()} == {"—"}


def test_another_day_than_asked_is_not_believed(online: Agenda, server: PredemandeServer) -> None:
    server.faults.arm(PredemandeFault.OTHER_DAY)
    with pytest.raises(PredemandeInvalid):
        online.prefetch(today())
    assert online.today() == ()


def test_a_server_of_another_authority_is_nobody(
    keys: Path, server: PredemandeServer, tmp_path: Path
) -> None:
    pki.create(tmp_path / "other")
    service = Service(server.url, identity(tmp_path / "other"))
    with pytest.raises(PredemandeUnreachable, match="certificate of the pre-demande service"):
        service.predemande(UNKNOWN, 2.0)
    other = identity(tmp_path / "other")
    stranger = Identity(keys / "ca.pem", other.certificate, other.key)
    with pytest.raises(PredemandeUnreachable):
        Service(server.url, stranger).predemande(UNKNOWN, 2.0)


def test_without_network_the_copy_of_the_day_prefills(
    online: Agenda, offline: Agenda, server: PredemandeServer
) -> None:
    with pytest.raises(PredemandeUnreachable):
        offline.fetch(first(server))
    brought = online.prefetch(today())
    assert (brought.rendezvous, brought.predemandes, brought.ecartees) == (6, 5, 0)
    seen, kept = online.fetch(first(server)), offline.fetch(first(server))
    assert kept.source is Source.COPIE
    assert prefill(kept) == prefill(seen)
    assert offline.today() == online.today()
    with pytest.raises(PredemandeUnreachable):
        offline.fetch(UNKNOWN)


def test_nothing_is_on_the_disk_in_clear(
    online: Agenda, offline: Agenda, server: PredemandeServer, tmp_path: Path
) -> None:
    online.prefetch(today())
    server.faults.arm(PredemandeFault.MUTE)
    assert online.consume(server.book.day[1].numero) is Suite.EN_ATTENTE
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) == 4
    words = [b"SPECIMEN", b"numero", b"eyJ", b"RUE"]
    words += [begun.numero.encode() for begun in server.book.day]
    assert not any(word in path.read_bytes() for path in written for word in words)
    assert all(path.stat().st_mode & 0o077 == 0 for path in written)
    assert offline.fetch(first(server)).source is Source.COPIE


def test_at_midnight_the_copy_is_gone_key_first(
    keys: Path, server: PredemandeServer, tmp_path: Path
) -> None:
    clock = Clock()
    online = agenda(keys, tmp_path, server.url, clock)
    online.prefetch(today())
    online.prefetch(today() + timedelta(days=1))
    key = tmp_path / "predemandes" / f"{today()}.key"
    before = key.read_bytes()
    with key.open("rb") as held:  # its place on the disk, whatever its name
        clock.ahead = timedelta(days=1)
        assert len(online.today()) == 6  # tomorrow is today now
        assert held.read() != before
    assert not key.exists()
    clock.ahead = timedelta(days=2)
    assert online.today() == ()
    assert list((tmp_path / "predemandes").iterdir()) == []


def test_only_today_and_tomorrow_are_kept(online: Agenda) -> None:
    with pytest.raises(ValueError, match="today"):
        online.prefetch(today() + timedelta(days=2))


def test_a_copy_that_was_altered_is_as_if_absent(
    online: Agenda,
    offline: Agenda,
    server: PredemandeServer,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    online.prefetch(today())
    (path,) = (tmp_path / "predemandes").glob("*.sealed")
    raw = bytearray(path.read_bytes())
    raw[40] ^= 1
    path.write_bytes(raw)
    with pytest.raises(PredemandeUnreachable):
        offline.fetch(first(server))
    assert offline.today() == ()
    assert "altered" in caplog.text
    online.prefetch(today())
    assert len(offline.today()) == 6


def test_a_day_half_fetched_keeps_what_came(
    online: Agenda, offline: Agenda, server: PredemandeServer
) -> None:
    server.faults.arm(PredemandeFault.REFUSE, after=3)  # the day, two numbers, then no more
    with pytest.raises(PredemandeUnreachable):
        online.prefetch(today())
    numbers = [begun.numero for begun in server.book.day]
    assert [offline.fetch(numero).numero for numero in numbers[:2]] == numbers[:2]
    with pytest.raises(PredemandeUnreachable):
        offline.fetch(numbers[2])
    assert len(offline.today()) == 6


def test_a_consumed_number_leaves_the_copy_and_is_told_later(keys: Path, tmp_path: Path) -> None:
    with PredemandeServer(keys, seed=70) as server:
        online, offline = agenda(keys, tmp_path, server.url), agenda(keys, tmp_path, NOBODY)
        online.prefetch(today())
        numero = first(server)
        assert offline.consume(numero) is Suite.EN_ATTENTE
        assert (offline.consume(numero), offline.waiting()) == (Suite.EN_ATTENTE, 1)
        for one in (online, offline):
            with pytest.raises(PredemandeConsumed):
                one.fetch(numero)
        online.prefetch(today())  # the service does not know yet; the copy has to stay without
        with pytest.raises(PredemandeUnreachable):
            offline.flush()
        assert online.flush() == 1
        assert online.waiting() == 0
        for one, error in ((online, PredemandeConsumed), (offline, PredemandeUnreachable)):
            with pytest.raises(error):
                one.fetch(numero)
        assert online.consume(numero) is Suite.DITE  # of this station: once is twice
        with pytest.raises(PredemandeConsumed):
            online.consume(server.book.used.numero)


def test_the_station_keeps_the_day_by_itself(keys: Path, tmp_path: Path) -> None:
    with PredemandeServer(keys, seed=90) as server:
        one, stop = agenda(keys, tmp_path, server.url), Event()
        agenda(keys, tmp_path, NOBODY).consume(first(server))
        server.faults.arm(PredemandeFault.WRONG_KEY)  # of the first exchange: it must stop nothing
        keeping = Thread(target=one.keep, args=(stop,))
        keeping.start()
        deadline = time.monotonic() + 20
        while not one.today() and time.monotonic() < deadline:
            time.sleep(0.05)
        stop.set()
        keeping.join(20)
        assert len(one.today()) == 6
        assert not keeping.is_alive()


def test_what_the_service_refuses_later_does_not_stay_in_the_queue(
    offline: Agenda, online: Agenda, server: PredemandeServer, caplog: pytest.LogCaptureFixture
) -> None:
    offline.consume(server.book.used.numero)
    with caplog.at_level(logging.WARNING):
        assert online.flush() == 0
    assert online.waiting() == 0
    assert "PRE-002" in caplog.text
    assert server.book.used.numero not in caplog.text


def test_a_consumption_that_is_not_signed_is_not_believed(
    online: Agenda, server: PredemandeServer
) -> None:
    server.faults.arm(PredemandeFault.WRONG_KEY)
    with pytest.raises(PredemandeInvalid):
        online.consume(server.book.day[4].numero)
