"""From the outbox to the decision: the two halves of the exchange with the CERT."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from random import SystemRandom
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from simulators.cert.app import CertFault
from simulators.cert.decisions import Scenario
from simulators.cert.server import CertServer
from station import journal
from station.cert.client import exchange, keep_exchanging, poll
from station.cert.liaison import Liaison
from station.cli.outbox import app
from station.dossier.numero import numero
from station.errors import CentreRefused, ReceiptInvalid
from station.journal import Journal
from station.outbox import receipts
from station.outbox.cycle import Etat
from station.outbox.delivery import Delivery
from station.outbox.link import connect
from station.outbox.sender import Sender
from station.outbox.store import Outbox
from tests.cert_fixtures import World, make

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def cert(world: World, tmp_path: Path) -> Iterator[CertServer]:
    with CertServer(world.keys, f"sqlite:///{tmp_path}/served.sqlite") as server:
        yield server


@contextmanager
def delivering(world: World, cert: CertServer, folder: Path) -> Iterator[Delivery]:
    keys = world.keys
    tls = (keys / "ca.pem", keys / "station-tls.pem", keys / "station-tls.key.pem")
    certificate = receipts.pinned(keys / "cert-recepisse.pem")
    with Outbox(folder / "outbox.sqlite") as outbox, connect(cert.url, *tls) as client:
        sender = Sender(outbox, client, "75056-01")
        yield Delivery(sender, certificate, Journal(folder / "journal.jsonl"), lambda _: None)


@pytest.mark.parametrize(
    ("scenario", "state", "code"),
    [
        (Scenario.ACCEPTE, Etat.VALIDE, None),
        (Scenario.COMPLEMENT, Etat.COMPLEMENT_DEMANDE, "PIECE_ILLISIBLE"),
        (Scenario.REJETE, Etat.REJETE, "PHOTO_NON_CONFORME"),
    ],
)
def test_a_dossier_goes_to_its_decision(
    world: World,
    cert: CertServer,
    tmp_path: Path,
    scenario: Scenario,
    state: Etat,
    code: str | None,
) -> None:
    cert.centre.scenario = scenario
    package = world.seal()
    with delivering(world, cert, tmp_path) as delivery:
        delivery.sender.outbox.put(package)
        done = exchange(delivery)
        (entry,) = delivery.sender.outbox.entries()
    assert done.failures == ()
    assert (entry.state, entry.code, entry.purged) == (state, code, True)
    assert journal.verify(tmp_path / "journal.jsonl").lines == 3


def test_a_complement_is_followed_by_a_final_decision(
    world: World, cert: CertServer, tmp_path: Path
) -> None:
    cert.centre.scenario = Scenario.COMPLEMENT
    package = world.seal()
    with delivering(world, cert, tmp_path) as delivery:
        delivery.sender.outbox.put(package)
        exchange(delivery)
        assert poll(delivery) == []
        cert.centre.decide(str(package.id), Scenario.ACCEPTE)
        (decision,) = poll(delivery)
        assert decision.rang == 2
        assert [e.state for e in delivery.sender.outbox.entries()] == [Etat.VALIDE]


def test_a_line_that_comes_back_serves_the_same_client(
    world: World, cert: CertServer, tmp_path: Path
) -> None:
    cert.faults.arm(CertFault.ERROR_500)
    with delivering(world, cert, tmp_path) as delivery:
        delivery.sender.outbox.put(world.seal())
        assert exchange(delivery).failures  # the connection stays open
        cert.line.cut()
        assert exchange(delivery).failures
        cert.line.restore()
        assert exchange(delivery).failures == ()
        assert [e.state for e in delivery.sender.outbox.entries()] == [Etat.VALIDE]


def test_the_station_goes_on_by_itself_until_told_to_stop(
    world: World, cert: CertServer, tmp_path: Path
) -> None:
    cert.faults.arm(CertFault.ERROR_500)
    liaison = Liaison()
    assert liaison.etat.en_ligne is None
    with delivering(world, cert, tmp_path) as delivery:
        outbox = delivery.sender.outbox
        outbox.put(world.seal())
        with exchanging(delivery, liaison):
            assert settled(lambda: [e.state for e in outbox.entries()] == [Etat.VALIDE])
            assert settled(lambda: liaison.etat.en_ligne is True)
            outbox.put(world.seal(lambda d: setattr(d, "numero", numero("75056-01", 2026, 2))))
            assert len(delivery.waiting()) == 1
            liaison.wake()  # at once, not in a minute
            assert settled(lambda: delivery.waiting() == [])


def test_a_line_that_is_down_says_since_when_and_why(world: World, tmp_path: Path) -> None:
    told: list[bool | None] = []
    liaison = Liaison(lambda: told.append(liaison.etat.en_ligne))
    keys = world.keys
    tls = (keys / "ca.pem", keys / "station-tls.pem", keys / "station-tls.key.pem")
    certificate = receipts.pinned(keys / "cert-recepisse.pem")
    with (
        Outbox(tmp_path / "outbox.sqlite") as outbox,
        connect("https://127.0.0.1:9", *tls) as client,
    ):
        sender = Sender(outbox, client, "75056-01")
        journal = Journal(tmp_path / "journal.jsonl")
        outbox.put(world.seal())
        with exchanging(Delivery(sender, certificate, journal, lambda _: None), liaison):
            assert settled(lambda: liaison.etat.en_ligne is False)
            since = liaison.etat.depuis
            liaison.wake()
            assert settled(lambda: outbox.entries()[0].tries >= 2)
            assert (liaison.etat.code, liaison.etat.depuis) == ("CEN-001", since)
            assert told == [False]


@contextmanager
def exchanging(delivery: Delivery, liaison: Liaison) -> Iterator[None]:
    loop = Thread(target=keep_exchanging, args=(delivery, liaison, SystemRandom()))
    loop.start()
    try:
        yield
    finally:
        liaison.stop()
        loop.join(15)
        assert not loop.is_alive()


def settled(true: Callable[[], bool], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return true()


def test_a_forged_decision_changes_nothing_and_is_journaled(
    world: World, cert: CertServer, tmp_path: Path
) -> None:
    with delivering(world, cert, tmp_path) as delivery:
        delivery.sender.outbox.put(world.seal())
        cert.faults.arm(CertFault.FORGED_DECISION)
        (failure,) = exchange(delivery).failures
        assert isinstance(failure, ReceiptInvalid)
        assert [e.state for e in delivery.sender.outbox.entries()] == [Etat.ACCUSE]
        assert len(exchange(delivery).decisions) == 1
    assert "decision.invalide" in (tmp_path / "journal.jsonl").read_text()


def test_a_refused_dossier_is_kept_with_the_code_and_does_not_hold_up_the_next(
    world: World, cert: CertServer, tmp_path: Path
) -> None:
    bad = world.seal(lambda d: setattr(d, "visage", world.right))
    good = world.seal(lambda d: setattr(d, "numero", numero("75056-01", 2026, 2)))
    with delivering(world, cert, tmp_path) as delivery:
        outbox = delivery.sender.outbox
        outbox.put(bad)
        outbox.put(good)
        done = exchange(delivery)
        assert [type(e) for e in done.failures] == [CentreRefused]
        assert [(e.state, e.code) for e in outbox.entries()] == [
            (Etat.REFUSE, "ENREGISTREMENT_INVALIDE"),
            (Etat.VALIDE, None),
        ]
        assert outbox.blob(bad.id) == bad.blob


SETTINGS = """
profile = "lab"
data = "data"
[station]
insee = "75056"
poste = "01"
certificate = "{keys}/station.pem"
key = "{keys}/station.key.pem"
agents_ca = "{keys}/ca.pem"
[devices.carte]
driver = "software-token"
port = "file:///nowhere"
[centre]
url = "{url}"
ca = "{keys}/ca.pem"
recipient = "{keys}/cert.pem"
receipt_cert = "{keys}/cert-recepisse.pem"
client_cert = "{keys}/station-tls.pem"
client_key = "{keys}/station-tls.key.pem"
"""


def test_the_commands_send_and_list(world: World, cert: CertServer, tmp_path: Path) -> None:
    config = tmp_path / "station.toml"
    config.write_text(SETTINGS.format(keys=world.keys, url=cert.url))
    package = world.seal()
    with Outbox(tmp_path / "data" / "outbox.sqlite") as outbox:
        outbox.put(package)
    (tmp_path / "data" / "drafts").mkdir()
    key = tmp_path / "data" / "drafts" / f"{package.id}.key"
    key.write_bytes(b"k" * 32)

    def station(*arguments: str) -> str:
        result = CliRunner().invoke(app, [*arguments, "--config", str(config)])
        assert result.exception is None
        return result.output

    assert json.loads(station("list", "--json"))["etat"] == "EN_FILE"
    assert "1 dossier(s) accusé(s)" in station("send")
    listed = json.loads(station("list", "--json"))
    assert (listed["numero"], listed["etat"], listed["purge"]) == (package.numero, "VALIDE", True)
    assert package.numero in station("list")
    assert not key.exists()
