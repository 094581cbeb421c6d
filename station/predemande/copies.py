"""Files that are kept encrypted under a key of their own, which is destroyed first.

    <name>.key      PDK1 | nonce 12 | key 32 + tag 16, wrapped by the key of the station
    <name>.sealed   nonce 12 | ciphertext | tag 16

AES-256-GCM; the name is associated data of both, so that no file can stand for another.
"""

from __future__ import annotations

import fcntl
import logging
import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from station.dossier import files
from station.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MAGIC: Final = b"PDK1"
_NONCE, _TAG, _KEY = 12, 16, 32  # bytes
_KEY_FILE: Final = len(_MAGIC) + _NONCE + _KEY + _TAG
_MOST: Final = 8 * 1024 * 1024  # bytes of a sealed file

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Copies:
    """The sealed files of `folder`; `kek` is the key of the station, 32 bytes.

    Any call raises `StorageError` when the disk fails.
    """

    folder: Path
    kek: bytes = field(repr=False)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else, in this process or another, changes the files meanwhile."""
        files.make_folder(self.folder)
        try:
            descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:
            raise StorageError(f"{self.folder.name}: {error.strerror}") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def names(self) -> tuple[str, ...]:
        """What is kept, or half removed."""
        found = {p.stem for s in ("key", "sealed") for p in self.folder.glob(f"*.{s}")}
        return tuple(sorted(found))

    def read(self, name: str) -> bytes | None:
        """What is kept as `name`; None when absent, or altered: then that is logged."""
        sealed = files.read(self._path(name, "sealed"), _MOST)
        if not sealed:
            return None
        key = self._key(name)
        plain = None if key is None else _open(key, sealed, name)
        if plain is None:
            logger.warning("%s.sealed: altered, or without its key; it is as if absent", name)
        return plain

    def write(self, name: str, plain: bytes) -> None:
        """Keep `plain` as `name`, in place of what was; raises beyond 8 MiB."""
        if len(plain) > _MOST - _NONCE - _TAG:
            raise StorageError(f"{name}: larger than {_MOST} bytes")
        files.make_folder(self.folder)
        key = self._key(name)
        if key is None:
            key = AESGCM.generate_key(8 * _KEY)
            files.replace(self._path(name, "key"), _MAGIC + _seal(self.kek, key, name))
        files.replace(self._path(name, "sealed"), _seal(key, plain, name))

    def destroy(self, name: str) -> None:
        """Make `name` unreadable for ever: its key first, then its data; absent is done."""
        if self.folder.exists():
            files.shred(self._path(name, "key"))
            files.remove(self._path(name, "sealed"))

    def _key(self, name: str) -> bytes | None:
        raw = files.read(self._path(name, "key"), _KEY_FILE)
        if len(raw) != _KEY_FILE or not raw.startswith(_MAGIC):
            return None
        return _open(self.kek, raw[len(_MAGIC) :], name)

    def _path(self, name: str, suffix: str) -> Path:
        return self.folder / f"{name}.{suffix}"


def _seal(key: bytes, plain: bytes, name: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, _MAGIC + name.encode())


def _open(key: bytes, sealed: bytes, name: str) -> bytes | None:
    if len(sealed) < _NONCE + _TAG:
        return None
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _MAGIC + name.encode())
    except InvalidTag:
        return None
