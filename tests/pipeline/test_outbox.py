"""From the queue to the CERT over real TLS: every way it can go wrong, and nothing lost."""

from __future__ import annotations

import hashlib
import os
import random
import resource
import signal
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from simulators import pki
from simulators.cert.app import CertFault
from simulators.cert.contents import Content
from simulators.cert.server import CertServer
from station.errors import CentreRefused, CentreUnreachable, ReceiptInvalid, StorageError
from station.outbox import purge, receipts, tables
from station.outbox.cycle import Etat
from station.outbox.link import connect
from station.outbox.sender import Sender, back_off
from station.outbox.store import Outbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

    from station.outbox.tables import Entry
    from station.seal.sealing import SealedPackage


NUMERO = "75056-01-2026-000001-42"


@dataclass(frozen=True)
class Blob:
    """Stands where a sealed package would: the outbox looks at nothing else of it."""

    id: UUID
    numero: str
    sha256: str
    blob: bytes


def blob(size: int = 900_000) -> Any:
    data = os.urandom(size)
    return Blob(uuid4(), NUMERO, hashlib.sha256(data).hexdigest(), data)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    pki.create(folder)
    return folder


@pytest.fixture
def cert(keys: Path, tmp_path: Path) -> Iterator[CertServer]:
    """A CERT that takes any bytes: what is in a package is the matter of test_cert.py."""
    database = f"sqlite:///{tmp_path}/cert.sqlite"
    with CertServer(keys, database, examine=lambda _data, _upload: Content(NUMERO)) as server:
        yield server


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with Outbox(tmp_path / "outbox.sqlite") as outbox:
        yield outbox


@contextmanager
def sending(outbox: Outbox, keys: Path, url: str, chunk: int = 100_000) -> Iterator[Sender]:
    tls = (keys / "ca.pem", keys / "station-tls.pem", keys / "station-tls.key.pem")
    with connect(url, *tls) as client:
        yield Sender(outbox, client, "75056-01", chunk)


def queued(outbox: Outbox, package: Blob) -> Entry:
    """Put `package` in the outbox if it is not there; how it stands."""
    outbox.put(cast("SealedPackage", package))
    entry = outbox.entry(package.id)
    assert entry is not None
    return entry


def deliver(outbox: Outbox, keys: Path, cert: CertServer, package: Blob) -> None:
    """Send until the CERT has acknowledged, as the station does over time."""
    certificate = receipts.pinned(keys / "cert-recepisse.pem")
    for _ in range(6):
        entry = outbox.entry(package.id)
        assert entry is not None
        try:
            with sending(outbox, keys, cert.url) as sender:
                purge.acknowledge(outbox, entry, sender.send(entry), certificate)
        except (CentreUnreachable, ReceiptInvalid):
            assert outbox.blob(package.id) == package.blob
            continue
        return
    raise AssertionError("never acknowledged")


def test_a_package_is_acknowledged_then_purged_key_first(
    outbox: Outbox, keys: Path, cert: CertServer
) -> None:
    package = blob()
    outbox.put(package)
    deliver(outbox, keys, cert, package)
    certificate = receipts.pinned(keys / "cert-recepisse.pem")
    order: list[str] = []

    def destroy(_: UUID) -> None:
        order.append("key")
        assert outbox.blob(package.id) == package.blob  # the key goes while the blob is there

    assert [entry.id for entry in purge.purge(outbox, certificate, destroy)] == [package.id]
    assert order == ["key"]
    entry = outbox.entry(package.id)
    assert entry is not None
    assert entry.purged
    with pytest.raises(StorageError):
        outbox.blob(package.id)
    assert purge.purge(outbox, certificate, destroy) == []


@pytest.mark.parametrize("fault", [f for f in CertFault if f is not CertFault.FORGED_DECISION])
def test_every_fault_of_the_cert_is_survived(
    outbox: Outbox, keys: Path, cert: CertServer, fault: CertFault
) -> None:
    package = blob()
    outbox.put(package)
    cert.faults.arm(fault)
    deliver(outbox, keys, cert, package)
    assert dict(cert.centre.store.dossiers()) == {str(package.id): package.blob}


def bytes_sent(client: httpx.Client) -> list[int]:
    """Grows by the size of each body that the client sends."""
    sizes: list[int] = []
    client.event_hooks["request"].append(lambda r: sizes.append(len(r.content)))
    return sizes


def test_an_upload_goes_on_where_it_was_cut(outbox: Outbox, keys: Path, cert: CertServer) -> None:
    package = blob(1_000_000)
    entry = queued(outbox, package)
    with sending(outbox, keys, cert.url) as sender:
        hooks = sender.client.event_hooks["request"]
        hooks.append(lambda r: cut_at(cert, r, 300_000))
        with pytest.raises(CentreUnreachable):
            sender.send(entry)
    with sending(outbox, keys, cert.url) as sender:
        sizes = bytes_sent(sender.client)
        sender.send(queued(outbox, package))
    assert sum(sizes) == 1_000_000 - 350_000
    assert dict(cert.centre.store.dossiers()) == {str(package.id): package.blob}


def cut_at(cert: CertServer, request: httpx.Request, offset: int) -> None:
    if request.headers.get("Upload-Offset") == str(offset):
        cert.faults.arm(CertFault.CUT)


def test_a_sender_killed_in_the_middle_goes_on(
    outbox: Outbox, keys: Path, cert: CertServer, tmp_path: Path
) -> None:
    package = blob(1_000_000)
    queued(outbox, package)
    pid = os.fork()
    if pid == 0:
        _send_until_killed(tmp_path / "outbox.sqlite", keys, cert.url, package.id)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
    with sending(outbox, keys, cert.url) as sender:
        sizes = bytes_sent(sender.client)
        sender.send(queued(outbox, package))
    assert sum(sizes) == 600_000
    assert dict(cert.centre.store.dossiers()) == {str(package.id): package.blob}


def _send_until_killed(path: Path, keys: Path, url: str, dossier: UUID) -> None:
    """Die as the fifth part is about to leave; never returns."""
    try:
        with Outbox(path) as outbox, sending(outbox, keys, url) as sender:
            sizes = bytes_sent(sender.client)
            sender.client.event_hooks["request"].append(
                lambda _: os.kill(os.getpid(), signal.SIGKILL) if sum(sizes) > 400_000 else None
            )
            entry = outbox.entry(dossier)
            assert entry is not None
            sender.send(entry)
    finally:
        os._exit(1)


def test_a_silent_cert_costs_its_deadline_and_no_more(
    outbox: Outbox, keys: Path, cert: CertServer
) -> None:
    entry = queued(outbox, blob(1000))
    cert.faults.arm(CertFault.SLOW)
    tls = (keys / "ca.pem", keys / "station-tls.pem", keys / "station-tls.key.pem")
    begun = time.monotonic()
    with connect(cert.url, *tls, silence=0.2) as client, pytest.raises(CentreUnreachable):
        Sender(outbox, client, "75056-01").send(entry)
    assert time.monotonic() - begun < 0.9  # the CERT sleeps for one second


def test_a_server_that_is_not_the_cert_is_told_from_a_network_that_is_down(
    outbox: Outbox, keys: Path, cert: CertServer, tmp_path: Path
) -> None:
    pki.create(tmp_path / "other")
    entry = queued(outbox, blob(1000))
    tls = (tmp_path / "other" / "ca.pem", keys / "station-tls.pem", keys / "station-tls.key.pem")
    with (
        connect(cert.url, *tls) as client,
        pytest.raises(CentreUnreachable, match="certificate of the CERT"),
    ):
        Sender(outbox, client, "75056-01").send(entry)


def test_a_station_without_its_certificate_is_not_heard(
    outbox: Outbox, keys: Path, cert: CertServer, tmp_path: Path
) -> None:
    pki.create(tmp_path / "other")
    other = tmp_path / "other"
    tls = (keys / "ca.pem", other / "station-tls.pem", other / "station-tls.key.pem")
    with connect(cert.url, *tls) as client, pytest.raises(CentreUnreachable):
        Sender(outbox, client, "75056-01").send(queued(outbox, blob(1000)))
    assert list(cert.centre.store.dossiers()) == []


def test_a_thousand_waiting_packages_are_listed_in_a_second(outbox: Outbox) -> None:
    data = os.urandom(40_000)
    rows = [
        {
            "id": str(uuid4()), "numero": NUMERO, "sha256": "0" * 64, "size": len(data),
            "blob": data, "state": "EN_FILE", "tries": 0, "queued_at": "2026-03-02T09:30:00+00:00",
        }
        for _ in range(1000)
    ]  # fmt: skip
    with outbox._writing() as db:
        db.execute(sa.insert(tables.PACKAGE), rows)
    begun = time.monotonic()
    assert len(outbox.entries(Etat.EN_FILE)) == 1000
    assert time.monotonic() - begun < 1.0


@pytest.mark.parametrize(
    "fault", [CertFault.WRONG_KEY, CertFault.OTHER_PACKAGE, CertFault.GARBAGE_RECEIPT]
)
def test_a_receipt_that_does_not_hold_purges_nothing(
    outbox: Outbox, keys: Path, cert: CertServer, fault: CertFault
) -> None:
    package = blob(1000)
    outbox.put(package)
    entry = outbox.entry(package.id)
    assert entry is not None
    cert.faults.arm(fault)
    certificate = receipts.pinned(keys / "cert-recepisse.pem")
    with sending(outbox, keys, cert.url) as sender, pytest.raises(ReceiptInvalid):
        purge.acknowledge(outbox, entry, sender.send(entry), certificate)
    assert purge.purge(outbox, certificate, lambda _: pytest.fail("nothing to purge")) == []
    assert outbox.blob(package.id) == package.blob


def test_the_same_dossier_queued_twice_is_one(outbox: Outbox) -> None:
    first = blob(1000)
    second: Any = Blob(first.id, first.numero, "f" * 64, b"another sealing of it")
    assert outbox.put(first)
    assert not outbox.put(second)
    assert outbox.blob(first.id) == first.blob


def test_a_dossier_that_came_before_with_other_bytes_is_refused_and_kept(
    outbox: Outbox, keys: Path, cert: CertServer, tmp_path: Path
) -> None:
    package = blob(1000)
    outbox.put(package)
    deliver(outbox, keys, cert, package)
    data = os.urandom(1000)
    other: Any = Blob(package.id, package.numero, hashlib.sha256(data).hexdigest(), data)
    with Outbox(tmp_path / "second.sqlite") as second:
        second.put(other)
        entry = second.entry(other.id)
        assert entry is not None
        with (
            sending(second, keys, cert.url) as sender,
            pytest.raises(CentreRefused, match="DOSSIER_DEJA_RECU"),
        ):
            sender.send(entry)
        assert [e.state for e in second.entries()] == [Etat.REFUSE]
        assert second.blob(other.id) == data


def test_a_cert_that_is_down_costs_a_try_and_nothing_else(outbox: Outbox, keys: Path) -> None:
    package = blob(1000)
    outbox.put(package)
    entry = outbox.entry(package.id)
    assert entry is not None
    with (
        sending(outbox, keys, "https://127.0.0.1:9") as sender,
        pytest.raises(CentreUnreachable),
    ):
        sender.send(entry)
    after = outbox.entry(package.id)
    assert after is not None
    assert (after.state, after.tries) == (Etat.EN_FILE, 1)


def test_a_full_disk_is_one_error_and_nothing_half_written(tmp_path: Path) -> None:
    path = tmp_path / "small.sqlite"
    kept = blob(1000)
    with Outbox(path) as outbox:
        outbox.put(kept)
    pid = os.fork()
    if pid == 0:
        os._exit(_put_without_room(path))
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    with Outbox(path) as outbox:
        assert [e.id for e in outbox.entries()] == [kept.id]
        assert outbox.blob(kept.id) == kept.blob
        assert outbox.put(blob(500_000))


def _put_without_room(path: Path) -> int:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
    try:
        with Outbox(path) as outbox:
            outbox.put(blob(500_000))
    except StorageError:
        return 0
    return 1


def test_a_damaged_file_is_a_storage_error(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    path.write_bytes(os.urandom(8192))
    with pytest.raises(StorageError):
        Outbox(path)


def test_a_package_is_not_purged_when_the_stored_receipt_was_altered(
    outbox: Outbox, keys: Path, cert: CertServer
) -> None:
    package = blob(1000)
    entry = queued(outbox, package)
    deliver(outbox, keys, cert, package)
    token = getattr(outbox.entry(entry.id), "receipt", "")
    outbox.note(entry.id, receipt=token[:-8] + "AAAAAAAA")
    certificate = receipts.pinned(keys / "cert-recepisse.pem")
    assert purge.purge(outbox, certificate, lambda _: pytest.fail("nothing to purge")) == []
    assert outbox.blob(package.id) == package.blob


def test_a_purge_killed_after_the_key_is_finished_later(
    outbox: Outbox, keys: Path, cert: CertServer
) -> None:
    package = blob(1000)
    queued(outbox, package)
    deliver(outbox, keys, cert, package)
    certificate = receipts.pinned(keys / "cert-recepisse.pem")

    def die(_: UUID) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        purge.purge(outbox, certificate, die)
    assert outbox.blob(package.id) == package.blob
    assert len(purge.purge(outbox, certificate, lambda _: None)) == 1


def test_waits_grow_and_are_bounded() -> None:
    chance = random.SystemRandom()
    waits = [[back_off(tries, chance) for _ in range(200)] for tries in (1, 4, 1000)]
    assert [max(w) <= most for w, most in zip(waits, (4, 32, 300), strict=True)] == [True] * 3
    assert min(map(min, waits)) >= 2.0
    assert max(waits[2]) > max(waits[1]) > max(waits[0])


def test_a_purged_package_leaves_no_byte_in_the_file(
    outbox: Outbox, keys: Path, cert: CertServer, tmp_path: Path
) -> None:
    package = blob(50_000)
    outbox.put(package)
    deliver(outbox, keys, cert, package)
    purge.purge(outbox, receipts.pinned(keys / "cert-recepisse.pem"), lambda _: None)
    for file in tmp_path.glob("outbox.sqlite*"):
        assert package.blob[1000:1064] not in file.read_bytes()
