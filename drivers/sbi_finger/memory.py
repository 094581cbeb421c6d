"""What a driver remembers from one capture to the next: the chain, and what was seen."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from drivers.wire import sbi_chain
from station.errors import CaptureReplayed

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST = 4096  # records and transactions, of many dossiers


class Memory:
    """The last hash of the chain, and the transactions and records of the past.

    Of a record only its SHA-256 is kept, and only in memory.
    """

    def __init__(self) -> None:
        self.previous = sbi_chain.START
        self._records: deque[bytes] = deque(maxlen=_MOST)
        self._transactions: deque[str] = deque(maxlen=_MOST)

    def began(self, transaction: str) -> None:
        """A request went out under `transaction`."""
        self._transactions.append(transaction)

    def knows(self, transaction: str) -> bool:
        """Whether a request ever went out under `transaction`."""
        return transaction in self._transactions

    def check_new(self, digests: Iterable[bytes]) -> None:
        """Raise `CaptureReplayed` when a record came before, or twice now."""
        seen = set(self._records)
        for digest in digests:
            if digest in seen:
                raise CaptureReplayed("a finger record that came before")
            seen.add(digest)

    def keep(self, last: str, digests: Iterable[bytes]) -> None:
        """The records were accepted: the chain goes on after `last`."""
        self.previous = last
        self._records.extend(digests)
