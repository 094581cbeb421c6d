"""The hash chain over the records of SBI captures (specification, "hash"; bytes, never hex text).

    prev_0 = H("") or the hash sent as previousHash
    hash_i = H(prev_{i-1} ‖ H(record_i))        H = SHA-256, both operands 32 raw bytes

The chain lies outside the signature, so it proves that nothing was lost, not who made it.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from station.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterable

START: Final = sha256(b"").hexdigest().upper()
_HEX = re.compile(r"[0-9A-F]{64}")


def link(previous: str, record: bytes) -> str:
    """The hash of `record` after `previous`, both as 64 upper-case hex digits."""
    digest = sha256(bytes.fromhex(previous) + sha256(record).digest())
    return digest.hexdigest().upper()


def follow(previous: str, links: Iterable[tuple[bytes, str]]) -> str:
    """The last hash of (record, claimed hash) pairs; raises `ProtocolError` at the first wrong."""
    for rank, (record, claimed) in enumerate(links, 1):
        previous = link(previous, record)
        if not _HEX.fullmatch(claimed) or claimed != previous:
            raise ProtocolError(f"the hash chain is broken at record {rank}")
    return previous
