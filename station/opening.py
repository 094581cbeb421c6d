"""A station at work, opened from its settings: devices, agent, drafts, queue and journal."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from station.bench.bench import Bench
from station.dossier.drafts import Drafts
from station.errors import StorageError
from station.journal import Journal
from station.outbox.store import Outbox
from station.pipeline import Recueil
from station.seal.keys import load_certificate
from station.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from station.config import Settings

_KEK = 32  # bytes


@contextmanager
def recueil(settings: Settings, pin: bytearray) -> Iterator[tuple[Recueil, Session]]:
    """Log in with `pin` and open everything a dossier needs; raises any `StationError`."""
    authority = load_certificate(settings.station.agents_ca, datetime.now(UTC))
    with (
        Bench(settings.devices) as bench,
        Session(bench, authority) as session,
        Outbox(settings.outbox_path) as outbox,
    ):
        agent = session.login(pin)
        drafts = Drafts(settings.drafts_path, draft_key(settings.data), agent.fingerprint)
        journal = Journal(settings.journal_path)
        journal.append(agent.name, "session.ouverte", empreinte=agent.fingerprint)
        yield Recueil(settings, bench, agent, drafts, outbox, journal), session
        journal.append(agent.name, "session.fermee")


def draft_key(data: Path) -> bytes:
    """The key that wraps the drafts' keys, made at first use; only this user can read it."""
    path = data / "drafts.kek"
    try:
        data.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _write_once(path, os.urandom(_KEK))
        return path.read_bytes()
    except OSError as error:
        raise StorageError(f"drafts.kek: {error.strerror}") from error


def _write_once(path: Path, key: bytes) -> None:
    """Whole or not at all, and never over another one."""
    beside = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, key)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    with suppress(FileExistsError):  # another process was first: its key is the key
        path.hardlink_to(beside)
    beside.unlink()
