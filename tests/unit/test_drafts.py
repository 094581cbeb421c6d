"""Drafts on the disk: what a crash, a full disk or another hand does to them."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.dossier import chain
from station.dossier.drafts import Drafts, destroy, station_key
from station.errors import DraftDamaged, DraftForeign, InvalidField, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DRAFT = UUID("00000000-0000-4000-8000-000000000001")
KEK, AGENT, OTHER = bytes(range(32)), "aa" * 32, "bb" * 32
STEPS = [("usager", b"SPECIMEN 1"), ("empreinte", b"SPECIMEN 2" * 50), ("visage", b"")]


@pytest.fixture
def drafts(tmp_path: Path) -> Drafts:
    drafts = Drafts(tmp_path / "drafts", KEK, AGENT)
    drafts.create(DRAFT)
    for step, payload in STEPS:
        drafts.append(DRAFT, step, payload)
    return drafts


def file(drafts: Drafts, suffix: str) -> Path:
    return drafts._path(DRAFT, suffix)


def reopened(drafts: Drafts, agent: str = AGENT) -> Drafts:
    return Drafts(drafts._folder, KEK, agent)


def records(journal: bytes) -> list[bytes]:
    found = []
    while journal:
        size = 4 + 12 + int.from_bytes(journal[:4], "big")
        found.append(journal[:size])
        journal = journal[size:]
    return found


def read(drafts: Drafts) -> list[tuple[str, bytes]]:
    return [(step.name, step.payload) for step in reopened(drafts).read(DRAFT).steps]


def test_what_was_appended_is_read_back_by_the_next_process(drafts: Drafts) -> None:
    assert read(drafts) == STEPS
    assert not reopened(drafts).read(DRAFT).torn
    assert reopened(drafts).ids() == (DRAFT,)


def test_nothing_typed_is_on_the_disk_in_clear(drafts: Drafts) -> None:
    written = b"".join(path.read_bytes() for path in drafts._folder.iterdir())
    assert b"SPECIMEN" not in written
    assert b"usager" not in written


def test_files_are_for_their_owner_alone(drafts: Drafts) -> None:
    assert {path.stat().st_mode & 0o777 for path in drafts._folder.iterdir()} == {0o600}
    assert drafts._folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("kept", [0, 3, 10, 40])
def test_a_record_torn_by_a_crash_is_dropped_and_reported(drafts: Drafts, kept: int) -> None:
    head = file(drafts, "head").read_bytes()
    before = file(drafts, "journal").read_bytes()
    drafts.append(DRAFT, "signature", b"never acknowledged")
    after = file(drafts, "journal").read_bytes()
    file(drafts, "head").write_bytes(head)
    file(drafts, "journal").write_bytes(after[: len(before) + kept])
    history = reopened(drafts).read(DRAFT)
    assert len(history.steps) == len(STEPS)
    assert history.torn == (kept > 0)


def test_work_goes_on_after_a_torn_record(drafts: Drafts) -> None:
    with file(drafts, "journal").open("ab") as journal:
        journal.write(b"\x00\x00\x01\x00torn")
    again = reopened(drafts)
    again.append(DRAFT, "signature", b"again")
    assert read(drafts) == [*STEPS, ("signature", b"again")]
    assert not reopened(drafts).read(DRAFT).torn


def test_a_whole_record_that_was_not_yet_acknowledged_counts(drafts: Drafts) -> None:
    head = file(drafts, "head").read_bytes()
    drafts.append(DRAFT, "signature", b"on the disk")
    file(drafts, "head").write_bytes(head)
    assert read(drafts)[-1] == ("signature", b"on the disk")


def test_a_cut_at_the_end_of_a_record_is_found(drafts: Drafts) -> None:
    journal = records(file(drafts, "journal").read_bytes())
    file(drafts, "journal").write_bytes(b"".join(journal[:-1]))
    with pytest.raises(DraftDamaged, match="record 3"):
        reopened(drafts).read(DRAFT)


@pytest.mark.parametrize("order", [(1, 0, 2), (0, 2, 1), (0, 2), (0, 1, 1, 2), ()])
def test_reordered_removed_or_repeated_records_are_found(
    drafts: Drafts, order: tuple[int, ...]
) -> None:
    journal = records(file(drafts, "journal").read_bytes())
    file(drafts, "journal").write_bytes(b"".join(journal[i] for i in order))
    with pytest.raises(DraftDamaged):
        reopened(drafts).read(DRAFT)


@pytest.mark.parametrize("suffix", ["journal", "head", "key"])
def test_a_missing_file_is_found(drafts: Drafts, suffix: str) -> None:
    file(drafts, suffix).unlink()
    with pytest.raises(DraftDamaged):
        drafts.read(DRAFT)


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, 10_000), flip=st.integers(1, 255))
def test_any_edited_byte_of_the_journal_is_found(at: int, flip: int) -> None:
    key, end, journal = bytes(32), chain.Link(), b""
    for _, payload in STEPS:
        record, end = chain.seal_record(key, DRAFT, end, payload)
        journal += record
    edited = bytearray(journal)
    edited[at % len(edited)] ^= flip
    with pytest.raises(DraftDamaged):
        chain.follow(key, DRAFT, chain.seal_head(key, DRAFT, end), bytes(edited))


@pytest.mark.parametrize("suffix", ["head", "key"])
def test_an_edited_head_or_key_is_found(drafts: Drafts, suffix: str) -> None:
    data = bytearray(file(drafts, suffix).read_bytes())
    data[-1] ^= 1
    file(drafts, suffix).write_bytes(data)
    with pytest.raises(DraftDamaged):
        reopened(drafts).read(DRAFT)


def test_another_agent_cannot_read_the_draft(drafts: Drafts) -> None:
    with pytest.raises(DraftForeign):
        reopened(drafts, OTHER).read(DRAFT)
    with pytest.raises(DraftForeign):
        reopened(drafts, OTHER).append(DRAFT, "usager", b"")


def test_another_agent_named_in_the_key_file_cannot_read_the_draft(drafts: Drafts) -> None:
    raw = file(drafts, "key").read_bytes()
    file(drafts, "key").write_bytes(raw[:4] + bytes.fromhex(OTHER) + raw[36:])
    with pytest.raises(DraftDamaged):
        reopened(drafts, OTHER).read(DRAFT)


def test_a_journal_moved_to_another_draft_is_found(drafts: Drafts) -> None:
    other = UUID(int=2)
    drafts.create(other)
    for suffix in ("journal", "head", "key"):
        drafts._path(other, suffix).write_bytes(file(drafts, suffix).read_bytes())
    with pytest.raises(DraftDamaged):
        drafts.read(other)


def test_a_destroyed_draft_leaves_nothing(drafts: Drafts) -> None:
    drafts.destroy(DRAFT)
    drafts.destroy(DRAFT)
    assert list(drafts._folder.iterdir()) == []
    with pytest.raises(DraftDamaged):
        drafts.read(DRAFT)


def test_a_destruction_cut_short_has_already_lost_the_key(drafts: Drafts) -> None:
    file(drafts, "head").unlink()
    file(drafts, "head").mkdir()  # the data cannot be removed
    with pytest.raises(StorageError):
        destroy(drafts._folder, DRAFT)
    assert not file(drafts, "key").exists()
    assert file(drafts, "journal").exists()


def test_data_without_a_key_is_swept_at_the_next_start(drafts: Drafts) -> None:
    file(drafts, "key").unlink()
    assert list(reopened(drafts)._folder.iterdir()) == []


def test_a_draft_is_not_begun_twice(drafts: Drafts) -> None:
    with pytest.raises(InvalidField):
        drafts.create(DRAFT)
    assert read(drafts) == STEPS


@contextmanager
def small_disk() -> Iterator[None]:
    """No file grows beyond 2 kB, that pytest writes to included: only around the call itself."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    previous = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2048, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, previous)


def test_a_full_disk_leaves_nothing_half_written(drafts: Drafts) -> None:
    before = {path.name: path.read_bytes() for path in drafts._folder.iterdir()}
    with small_disk(), pytest.raises(StorageError):
        drafts.append(DRAFT, "visage", bytes(4000))
    assert {path.name: path.read_bytes() for path in drafts._folder.iterdir()} == before
    drafts.append(DRAFT, "signature", b"small")
    assert read(drafts) == [*STEPS, ("signature", b"small")]


WRITER = """
import sys, uuid
from pathlib import Path
from station.dossier.drafts import Drafts
drafts = Drafts(Path(sys.argv[1]), bytes(range(32)), "aa" * 32)
rank = 0
while True:
    rank += 1
    drafts.append(uuid.UUID(int=7), "step", rank.to_bytes(4, "big") * 5000)
    sys.stdout.write(f"{rank}\\n")
    sys.stdout.flush()
"""


def test_what_was_acknowledged_survives_sigkill(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path, KEK, AGENT)
    drafts.create(UUID(int=7))
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        for _ in range(20):
            said = int(writer.stdout.readline())
        writer.kill()
    history = drafts.read(UUID(int=7))
    ranks = [int.from_bytes(step.payload[:4], "big") for step in history.steps]
    assert ranks == list(range(1, len(ranks) + 1))
    assert len(ranks) >= said


def test_the_key_of_the_station_is_made_once_and_never_again(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "drafts.key"
    key = station_key(path)
    assert station_key(path) == key
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_bytes(key[:5])
    with pytest.raises(StorageError):
        station_key(path)
