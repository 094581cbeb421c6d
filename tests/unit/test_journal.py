"""The audit log finds every edit, removal and reorder, and names the line."""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import signal
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from typer.testing import CliRunner

from simulators import pki
from station import journal
from station.cli.journal import app
from station.errors import JournalBroken, StorageError
from station.journal import Journal

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate


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


@pytest.fixture
def signer() -> tuple[EllipticCurvePrivateKey, Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    issued = pki.Authority.new("AC SPECIMEN").issue(key.public_key(), "Station 75056-01")
    return key, issued


def sign(path: Path, signer: tuple[EllipticCurvePrivateKey, Certificate]) -> None:
    key, certificate = signer
    Journal(path).sign_head(
        "75056-01",
        lambda message: key.sign(message, ec.ECDSA(hashes.SHA256())),
        certificate.public_bytes(Encoding.PEM),
    )


def test_a_signed_head_covers_the_lines_before_it(
    path: Path, signer: tuple[EllipticCurvePrivateKey, Certificate]
) -> None:
    sign(path, signer)
    Journal(path).append("AGENT SPECIMEN", "suite")
    verified = journal.verify(path, certificates=[signer[1]])
    assert (verified.lines, verified.signed) == (8, 6)


def test_a_journal_written_anew_without_the_key_is_found(
    path: Path, tmp_path: Path, signer: tuple[EllipticCurvePrivateKey, Certificate]
) -> None:
    sign(path, signer)
    forged = tmp_path / "forged.jsonl"
    Journal(forged).append("AGENT SPECIMEN", "autre")
    *_, last = map(json.loads, path.read_text().splitlines())
    Journal(forged).append(last["who"], last["what"], None, **last["detail"])
    assert journal.verify(forged).lines == 2
    with pytest.raises(JournalBroken) as caught:
        journal.verify(forged, certificates=[signer[1]])
    assert caught.value.line == 2


def test_a_head_signed_by_an_unknown_key_is_found(
    path: Path, signer: tuple[EllipticCurvePrivateKey, Certificate]
) -> None:
    sign(path, (ec.generate_private_key(ec.SECP256R1()), signer[1]))
    with pytest.raises(JournalBroken) as caught:
        journal.verify(path, certificates=[signer[1]])
    assert caught.value.line == 7


def test_the_command_names_the_line(path: Path) -> None:
    assert CliRunner().invoke(app, ["verify", str(path)]).exit_code == 0
    rewrite(path, path.read_bytes().splitlines(keepends=True)[1:])
    result = CliRunner().invoke(app, ["verify", str(path)])
    assert isinstance(result.exception, JournalBroken)
    assert result.exception.line == 1


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
