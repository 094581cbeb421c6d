"""The masked name of the applicant, kept encrypted beside a package until a date (ADR 0025).

After the receipt the station has forgotten the dossier. Whoever calls a citizen to the counter for
a complement or a title needs to tell two numbers apart: a letter, stars, a letter.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from station.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

PURPOSE: Final = "outbox titulaire v1"  # of the key that hides names
_STARS: Final = "*" * 7  # always as many: the length of a name says something too
_NONCE: Final = 12  # bytes


def masked(nom: str, prenoms: Sequence[str]) -> str:
    """`S******* M.`: what a queue may show of a name (process.md §15.2, dignity)."""
    return f"{nom[:1]}{_STARS} {prenoms[0][:1]}."


def hide(key: bytes, dossier: UUID, text: str) -> bytes:
    """`text` encrypted with `key`, 32 bytes, for the row of `dossier` and no other."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, text.encode(), dossier.bytes)


def shown(key: bytes, dossier: UUID, hidden: bytes) -> str:
    """The text that `hide` was given; raises `StorageError` when it was altered or moved."""
    try:
        return AESGCM(key).decrypt(hidden[:_NONCE], hidden[_NONCE:], dossier.bytes).decode()
    except (InvalidTag, ValueError):
        raise StorageError("a masked name in the outbox is damaged") from None
