"""Drafts at rest: one encrypted, append-only journal per draft, readable by one agent.

`<id>.key` makes a draft exist; beside it stand `<id>.journal` and `<id>.head`
(`station.dossier.chain` has their bytes).
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from station.dossier import chain, files
from station.errors import DraftDamaged, InvalidField, StorageError

if TYPE_CHECKING:
    from pathlib import Path

_KEK: Final = 32  # bytes
_MAX_STEP: Final = 100  # bytes
_MAX_PAYLOAD: Final = 32 * 1024 * 1024  # bytes
_MAX_JOURNAL: Final = 256 * 1024 * 1024  # bytes

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the agent did: its name, and what the form or the device gave."""

    name: str
    payload: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class History:
    """The steps of a draft in order; `torn` when a last, unacknowledged one was dropped."""

    steps: tuple[Step, ...]
    torn: bool


class Drafts:
    """The drafts in `folder`, as `agent` may read them.

    `kek` is 32 bytes, `agent` the SHA-256 of the signature certificate in hexadecimal. Any call
    raises `StorageError` when the disk fails, and then nothing half-written remains.
    """

    def __init__(self, folder: Path, kek: bytes, agent: str) -> None:
        if len(kek) != _KEK:
            raise ValueError(f"a key of {len(kek)} bytes")
        self._folder, self._kek, self._agent = folder, kek, bytes.fromhex(agent)
        self._ends: dict[UUID, chain.Link] = {}
        files.make_folder(folder)
        self._sweep()

    def create(self, draft: UUID) -> None:
        """Begin `draft`; the key is written last, so half a draft does not exist."""
        if self._path(draft, "key").exists():
            raise InvalidField("id (a draft of this id exists)")
        key = chain.new_key()
        files.replace(self._path(draft, "journal"), b"")
        files.replace(self._path(draft, "head"), chain.seal_head(key, draft, chain.Link()))
        wrapped = chain.wrap(self._kek, key, draft, self._agent)
        files.replace(self._path(draft, "key"), wrapped)

    def append(self, draft: UUID, step: str, payload: bytes) -> None:
        """Add a step; it is on the disk when this returns.

        Raises `InvalidField` beyond the bounds (100 bytes, 32 MiB), and what `read` raises.
        """
        name = step.encode()
        if not 0 < len(name) <= _MAX_STEP or len(payload) > _MAX_PAYLOAD:
            raise InvalidField("step (size)")
        key = self._key(draft)
        end = self._end(draft, key)
        plain = b"".join((len(name).to_bytes(1, "big"), name, payload))
        record, new_end = chain.seal_record(key, draft, end, plain)
        if new_end.size > _MAX_JOURNAL:
            raise InvalidField("step (the draft is full)")
        head = self._path(draft, "head"), chain.seal_head(key, draft, new_end)
        files.append(self._path(draft, "journal"), end.size, record, head)
        self._ends[draft] = new_end

    def read(self, draft: UUID) -> History:
        """The steps of `draft`.

        Raises `DraftDamaged` when a file was altered or is absent, `DraftForeign` when the draft
        is another agent's.
        """
        verified = self._verify(draft, self._key(draft))
        return History(tuple(map(_step, verified.records)), verified.torn)

    def ids(self) -> tuple[UUID, ...]:
        """The drafts that exist, any agent's."""
        return ids(self._folder)

    def head(self, draft: UUID) -> bytes:
        """What acknowledges the last step of `draft`: other bytes after each; empty without one."""
        return files.read(self._path(draft, "head"), chain.HEAD_FILE)

    def destroy(self, draft: UUID) -> None:
        """Make `draft` unreadable for ever: its key first, then its data; absent is done."""
        destroy(self._folder, draft)
        self._ends.pop(draft, None)

    def key_for(self, purpose: str) -> bytes:
        """Another key of this station, 32 bytes, for `purpose` alone; drafts are not under it."""
        return HKDF(SHA256(), _KEK, None, purpose.encode()).derive(self._kek)

    def beside(self, folder: Path) -> Drafts:
        """What is kept in `folder` as drafts are, for the same agent, under another key."""
        return Drafts(folder, self.key_for(f"{folder.name} v1"), self._agent.hex())

    def _path(self, draft: UUID, suffix: str) -> Path:
        return _path(self._folder, draft, suffix)

    def _sweep(self) -> None:
        """Remove what an interrupted `create` or `destroy` left: data without a key."""
        for suffix in ("head", "journal"):
            for path in self._folder.glob(f"*.{suffix}"):
                if not path.with_suffix(".key").exists():
                    files.remove(path)

    def _key(self, draft: UUID) -> bytes:
        raw = files.read(self._path(draft, "key"), chain.KEY_FILE)
        return chain.unwrap(self._kek, raw, draft, self._agent)

    def _end(self, draft: UUID, key: bytes) -> chain.Link:
        """The end of the journal, from memory while its size is the one we left."""
        known, path = self._ends.get(draft), self._path(draft, "journal")
        if known and path.exists() and path.stat().st_size == known.size:
            return known
        return self._verify(draft, key).end

    def _verify(self, draft: UUID, key: bytes) -> chain.Chain:
        path = self._path(draft, "journal")
        if not path.exists():
            raise DraftDamaged(f"draft {draft}: journal missing")
        head = files.read(self._path(draft, "head"), chain.HEAD_FILE)
        verified = chain.follow(key, draft, head, files.read(path, _MAX_JOURNAL))
        if verified.torn:
            logger.warning("draft %s: an unfinished last record was dropped", draft)
        return verified


def station_key(path: Path) -> bytes:
    """The key that wraps the keys of drafts, made at the first start; its file is 0600.

    Raises `StorageError` when the file is not such a key: making another would lose every draft.
    """
    if not path.exists():
        files.make_folder(path.parent)
        files.replace(path, os.urandom(_KEK))
    key = files.read(path, _KEK)
    if len(key) != _KEK:
        raise StorageError(f"{path.name}: not a key of {_KEK} bytes")
    return key


def ids(folder: Path) -> tuple[UUID, ...]:
    """The drafts in `folder`, any agent's."""
    return tuple(sorted(UUID(path.stem) for path in folder.glob("*.key")))


def begun(folder: Path, draft: UUID) -> datetime | None:
    """When `draft` began, in UTC: its key is written once, at its creation. None: no draft."""
    written = files.written(_path(folder, draft, "key"))
    return None if written is None else datetime.fromtimestamp(written, UTC)


def destroy(folder: Path, draft: UUID) -> None:
    """`Drafts.destroy` without the key of the station: the purge needs to read nothing."""
    files.shred(_path(folder, draft, "key"))
    for suffix in ("head", "journal"):
        files.remove(_path(folder, draft, suffix))


def _path(folder: Path, draft: UUID, suffix: str) -> Path:
    return folder / f"{draft}.{suffix}"


def _step(plain: bytes) -> Step:
    end = 1 + plain[0]
    return Step(plain[1:end].decode(), plain[end:])
