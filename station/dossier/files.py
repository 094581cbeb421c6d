"""Files that are wholly there or not at all, on the disk when a function returns.

Every failure of the disk is a `StorageError`, and what stood before still stands.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from station.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PRIVATE, _PRIVATE_FOLDER = 0o600, 0o700


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"{path.name}: {error.strerror}") from error


def make_folder(path: Path) -> None:
    """Create `path` for this user alone; existing is fine."""
    with _translated(path):
        path.mkdir(_PRIVATE_FOLDER, parents=True, exist_ok=True)


def read(path: Path, most: int) -> bytes:
    """The bytes of `path`, empty when it is absent; raises beyond `most` bytes."""
    with _translated(path), suppress(FileNotFoundError), path.open("rb") as file:
        data = file.read(most + 1)
        if len(data) > most:
            raise StorageError(f"{path.name}: larger than {most} bytes")
        return data
    return b""


def written(path: Path) -> float | None:
    """When `path` was last written, seconds since 1970; None when it is absent."""
    with _translated(path), suppress(FileNotFoundError):
        return path.stat().st_mtime
    return None


def replace(path: Path, data: bytes) -> None:
    """Write `path` in one step: the old bytes or the new ones, never a mixture."""
    with _translated(path), _beside(path, data) as new:
        new.replace(path)
        _sync_folder(path.parent)


def append(path: Path, size: int, data: bytes, head: tuple[Path, bytes]) -> None:
    """Put `data` at `size` of `path`, dropping what lies beyond, then replace the head file.

    When anything fails, `path` is cut back to `size` and the old head stands.
    """
    with _translated(path), _beside(*head) as new, path.open("r+b", buffering=0) as file:
        try:
            file.truncate(size)
            file.seek(size)
            _write(file.fileno(), data)
            new.replace(head[0])
        except OSError:
            file.truncate(size)
            os.fsync(file.fileno())
            raise
        _sync_folder(path.parent)


def shred(path: Path) -> None:
    """Overwrite a small file with noise, then remove it; absent is fine."""
    with _translated(path), suppress(FileNotFoundError):
        with path.open("r+b", buffering=0) as file:
            _write(file.fileno(), os.urandom(path.stat().st_size))
        path.unlink()
        _sync_folder(path.parent)


def remove(path: Path) -> None:
    """Remove `path`; absent is fine."""
    with _translated(path):
        path.unlink(missing_ok=True)
        _sync_folder(path.parent)


@contextmanager
def _beside(path: Path, data: bytes) -> Iterator[Path]:
    """A new file next to `path` with `data` on the disk; gone afterwards unless it was renamed."""
    new = path.with_name(f"{path.name}.new")
    try:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE)
        try:
            _write(descriptor, data)
        finally:
            os.close(descriptor)
        yield new
    finally:
        new.unlink(missing_ok=True)


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
    os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
