"""The audit log finds every edit, removal and reorder, and names the line."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
from typing import TYPE_CHECKING

import pytest

from station import journal
from station.errors import JournalBroken, StorageError
from station.journal import Journal

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "journal.jsonl"
    for n in range(6):
        Journal(path).append("AGENT SPECIMEN", "essai", f"dossier-{n}", rang=n)
    return path


def rewrite(path: Path, lines: list[bytes]) -> None:
    path.write_bytes(b"".join(lines))


def broken_line(path: Path, head: str | None = None) -> int:
    with pytest.raises(JournalBroken) as caught:
        journal.verify(path, head)
    return caught.value.line


def test_an_untouched_journal_holds(path: Path) -> None:
    verified = journal.verify(path)
    assert verified.lines == 6
    assert verified.head == Journal(path).head


@pytest.mark.parametrize("line", range(6))
def test_an_edited_line_is_named(path: Path, line: int) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    lines[line] = lines[line].replace(b"essai", b"ESSAI")
    rewrite(path, lines)
    assert broken_line(path) == line + 1


@pytest.mark.parametrize("line", range(5))
def test_a_removed_line_is_named(path: Path, line: int) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    del lines[line]
    rewrite(path, lines)
    assert broken_line(path) == line + 1


@pytest.mark.parametrize("line", range(5))
def test_two_exchanged_lines_are_named(path: Path, line: int) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    lines[line], lines[line + 1] = lines[line + 1], lines[line]
    rewrite(path, lines)
    assert broken_line(path) == line + 1


def test_a_cut_end_is_found_by_the_head(path: Path) -> None:
    head = Journal(path).head
    rewrite(path, path.read_bytes().splitlines(keepends=True)[:-1])
    assert journal.verify(path).lines == 5
    assert broken_line(path, head) == 6


def test_a_line_torn_by_a_crash_is_set_aside_and_noted(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:-30])
    Journal(path).append("AGENT SPECIMEN", "suite")
    assert journal.verify(path).lines == 7
    assert journal.TORN.encode() in path.read_bytes()


def test_a_full_disk_leaves_the_journal_as_it_was(path: Path) -> None:
    before = path.read_bytes()
    pid = os.fork()
    if pid == 0:
        os._exit(_append_without_room(path, len(before)))
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert path.read_bytes() == before


def _append_without_room(path: Path, size: int) -> int:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, size + 10))
    try:
        Journal(path).append("AGENT SPECIMEN", "trop")
    except StorageError:
        return 0
    return 1


def test_several_processes_write_one_chain(path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_ten_lines, args=(path,)) for _ in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert journal.verify(path).lines == 36


def _ten_lines(path: Path) -> None:
    for _ in range(10):
        Journal(path).append("station", "concurrence")
