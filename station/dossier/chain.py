"""The bytes of a stored draft; pure, no files.

    key       DRK1 | agent 32 | nonce 12 | draft key 32 + tag 16
    journal   records: length of what follows the nonce u32 | nonce 12 | ciphertext | tag 16
    head      nonce 12 | count u64, last tag 16 | tag 16

Everything is AES-256-GCM. The draft key is wrapped by the key of the station, with the draft and
the fingerprint of the agent's certificate as associated data. A record is bound to the draft, to
its rank and to the tag of the record before it, so an edit, a removal or a swap is found; the head
says how many records were acknowledged, so a cut is found too. What lies past the head was never
acknowledged: when it does not authenticate, the machine died while writing it, and it is dropped.
Putting back an older copy of all the files together is not found: the disk is trusted that far.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from station.errors import DraftDamaged, DraftForeign

if TYPE_CHECKING:
    from uuid import UUID

_MAGIC: Final = b"DRK1"
_NONCE, _TAG, _LENGTH, _COUNT, _KEY, _AGENT = 12, 16, 4, 8, 32, 32  # bytes
KEY_FILE: Final = len(_MAGIC) + _AGENT + _NONCE + _KEY + _TAG
HEAD_FILE: Final = _NONCE + _COUNT + _TAG + _TAG


@dataclass(frozen=True, slots=True)
class Link:
    """The end of a journal: records so far, the tag of the last, and its size in bytes."""

    count: int = 0
    tag: bytes = bytes(_TAG)
    size: int = 0


@dataclass(frozen=True, slots=True)
class Chain:
    """A verified journal; `torn` when bytes past the head were dropped."""

    records: tuple[bytes, ...] = field(repr=False)
    end: Link
    torn: bool


def new_key() -> bytes:
    """A fresh draft key."""
    return AESGCM.generate_key(8 * _KEY)


def wrap(kek: bytes, key: bytes, draft: UUID, agent: bytes) -> bytes:
    """The key file of `draft`: `key` wrapped for `agent`."""
    nonce = os.urandom(_NONCE)
    wrapped = AESGCM(kek).encrypt(nonce, key, _MAGIC + draft.bytes + agent)
    return _MAGIC + agent + nonce + wrapped


def unwrap(kek: bytes, raw: bytes, draft: UUID, agent: bytes) -> bytes:
    """The key of `draft`; raises `DraftForeign` for another agent, `DraftDamaged` if altered."""
    if len(raw) != KEY_FILE or not raw.startswith(_MAGIC):
        raise DraftDamaged(f"draft {draft}: no key file of this format")
    owner, sealed = raw[len(_MAGIC) :][:_AGENT], raw[len(_MAGIC) + _AGENT :]
    if owner != agent:
        raise DraftForeign(f"draft {draft} was begun by another agent")
    key = _open(kek, sealed, _MAGIC + draft.bytes + agent)
    if key is None:
        raise DraftDamaged(f"draft {draft}: key file altered")
    return key


def seal_record(key: bytes, draft: UUID, end: Link, plain: bytes) -> tuple[bytes, Link]:
    """The record that follows `end`, and the new end."""
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(key).encrypt(nonce, plain, _record_aad(draft, end))
    record = b"".join((len(sealed).to_bytes(_LENGTH, "big"), nonce, sealed))
    return record, Link(end.count + 1, sealed[-_TAG:], end.size + len(record))


def seal_head(key: bytes, draft: UUID, end: Link) -> bytes:
    """What acknowledges every record up to `end`."""
    nonce = os.urandom(_NONCE)
    plain = end.count.to_bytes(_COUNT, "big") + end.tag
    return nonce + AESGCM(key).encrypt(nonce, plain, _head_aad(draft))


def follow(key: bytes, draft: UUID, head: bytes, journal: bytes) -> Chain:
    """Verify `journal` record by record; raises `DraftDamaged` naming the first wrong one."""
    said = _open(key, head, _head_aad(draft))
    if said is None:
        raise DraftDamaged(f"draft {draft}: head altered")
    count, tag = int.from_bytes(said[:_COUNT], "big"), said[_COUNT:]
    records: list[bytes] = []
    end, view = Link(), memoryview(journal)
    while (plain := _next(key, draft, end, view)) is not None:
        records.append(plain)
        size = end.size + _LENGTH + _NONCE + len(plain) + _TAG
        end = Link(end.count + 1, journal[size - _TAG : size], size)
        if end.count == count and end.tag != tag:
            break
    if end.count < count or (end.count == count and end.tag != tag):
        raise DraftDamaged(f"draft {draft}: record {end.count + 1} altered or missing")
    return Chain(tuple(records), end, torn=end.size < len(journal))


def _next(key: bytes, draft: UUID, end: Link, journal: memoryview) -> bytes | None:
    start = end.size + _LENGTH
    length = int.from_bytes(journal[end.size : start], "big")
    sealed = journal[start : start + _NONCE + length]
    if len(sealed) != _NONCE + length:
        return None
    return _open(key, sealed, _record_aad(draft, end))


def _open(key: bytes, sealed: bytes | memoryview, aad: bytes) -> bytes | None:
    """The plaintext of nonce, ciphertext and tag; None when it does not authenticate."""
    if len(sealed) < _NONCE + _TAG:
        return None
    try:
        return AESGCM(key).decrypt(bytes(sealed[:_NONCE]), sealed[_NONCE:], aad)
    except InvalidTag:
        return None


def _record_aad(draft: UUID, end: Link) -> bytes:
    return _MAGIC + b"record" + draft.bytes + end.count.to_bytes(_COUNT, "big") + end.tag


def _head_aad(draft: UUID) -> bytes:
    return _MAGIC + b"head" + draft.bytes
