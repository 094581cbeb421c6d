"""The audit log: append-only JSON lines, each bound to the one before by its hash.

    {"seq": 1, "ts": …, "who": …, "what": …, "dossier": … | null, "detail": {…},
     "prev": …, "hash": …}

`hash` is the SHA-256 of the line's own JSON without `hash` (sorted keys, no spaces), `prev` that
of the line before. Whoever edits, removes or moves a line breaks the chain; whoever cuts its end
is found by comparing the head with the one that the last sealed package carries; whoever writes
it all anew is found by the signed heads. No personal data: a dossier and an agent are numbers.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import os
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from station.errors import JournalBroken, StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

GENESIS = "0" * 64
TORN = "journal.ligne_incomplete"
SIGNED = "journal.tete_signee"
_MAX_LINE = 16 * 1024  # bytes
_TAIL = 64 * 1024  # bytes read to find the last line
_MAX_DETAIL = 800  # characters
_FIELDS = {"seq", "ts", "who", "what", "dossier", "detail", "prev", "hash"}


@dataclass(frozen=True, slots=True)
class Verified:
    """A journal that holds: how many lines, and the hash of the last one.

    The first `signed` lines are under a signature that was verified: nobody without the key
    could have written them anew.
    """

    lines: int
    head: str
    signed: int


class Journal:
    """One file, which several processes may append to."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)

    @property
    def head(self) -> str:
        """The hash of the last line."""
        with self._locked() as file:
            return _last(file)[1]

    def append(self, who: str, what: str, dossier: str | None = None, **detail: str | int) -> str:
        """Add a line, on disk when this returns; the new head. Raises `StorageError`."""
        with self._locked() as file:
            return _add(file, (who, what, dossier, detail))

    def sign_head(self, who: str, sign: Callable[[bytes], bytes], certificate: bytes) -> str:
        """Sign all lines so far with the key of `certificate` (PEM), by a line; the new head.

        `sign` signs with SHA-256 (ECDSA, or RSA PKCS#1 v1.5), and its errors pass through.
        """
        with self._locked() as file:
            signature = sign(_to_sign(_last(file)[1]))
            signer = x509.load_pem_x509_certificate(certificate).fingerprint(hashes.SHA256()).hex()
            coded = base64.b64encode(signature).decode()
            return _add(file, (who, SIGNED, None, {"certificat": signer, "signature": coded}))

    @contextmanager
    def _locked(self) -> Iterator[IO[bytes]]:
        try:
            with self._path.open("a+b", buffering=0) as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                _set_aside_torn_line(file)
                yield file
        except OSError as error:
            raise StorageError(f"journal: {error.strerror}") from error


def verify(
    path: Path, head: str | None = None, certificates: Sequence[x509.Certificate] = ()
) -> Verified:
    """Walk the chain; raises `JournalBroken` naming the first line that does not hold.

    With `head`, a hash that a signed package or an earlier check gave, the journal must contain
    it: otherwise its end was cut off or rewritten. With `certificates`, every signed head must
    be by one of them.
    """
    known = {c.fingerprint(hashes.SHA256()).hex(): c for c in certificates}
    try:
        with path.open("rb") as file:
            return _walk(file, head, known)
    except OSError as error:
        raise StorageError(f"journal: {error.strerror}") from error


def _walk(file: IO[bytes], wanted: str | None, known: Mapping[str, x509.Certificate]) -> Verified:
    number, signed, previous, seen = 0, 0, GENESIS, wanted in (None, GENESIS)
    while raw := file.readline(_MAX_LINE + 1):
        number += 1
        line = _checked(raw, number, previous)
        if known and line["what"] == SIGNED:
            _check_signature(line, known)
            signed = number - 1
        previous = line["hash"]
        seen = seen or previous == wanted
    if not seen:
        raise JournalBroken(number + 1, "the expected head is not in the journal")
    return Verified(number, previous, signed)


def _check_signature(line: dict[str, Any], known: Mapping[str, x509.Certificate]) -> None:
    """A signed head is by a known key, and over the line before."""
    try:
        key = known[line["detail"]["certificat"]].public_key()
        signature = base64.b64decode(line["detail"]["signature"], validate=True)
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, _to_sign(line["prev"]), ec.ECDSA(hashes.SHA256()))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, _to_sign(line["prev"]), padding.PKCS1v15(), hashes.SHA256())
        else:
            raise TypeError("neither RSA nor elliptic")
    except (KeyError, TypeError, ValueError, InvalidSignature):
        raise JournalBroken(line["seq"], "its head is not signed by a known key") from None


def _to_sign(head: str) -> bytes:
    return b"dr-station journal 1\n" + head.encode()


def _checked(raw: bytes, number: int, previous: str) -> dict[str, Any]:
    """Line `number` if it follows `previous`."""
    if not raw.endswith(b"\n"):
        raise JournalBroken(number, "cut or too long")
    try:
        line = json.loads(raw)
    except ValueError:
        raise JournalBroken(number, "not JSON") from None
    if not isinstance(line, dict) or set(line) != _FIELDS:
        raise JournalBroken(number, "fields missing or added")
    own = line.pop("hash")
    if line["prev"] != previous or line["seq"] != number:
        raise JournalBroken(number, "does not follow the line before")
    if own != _digest(line):
        raise JournalBroken(number, "edited")
    return {**line, "hash": own}


def _add(file: IO[bytes], said: tuple[Any, ...]) -> str:
    """Write the next line whole, or leave the file as it was."""
    seq, head = _last(file)
    end = file.seek(0, os.SEEK_END)
    try:
        return _write(file, seq + 1, head, said)
    except OSError as error:
        file.truncate(end)
        raise StorageError(f"journal: {error.strerror}") from error


def _write(file: IO[bytes], seq: int, prev: str, said: tuple[Any, ...]) -> str:
    who, what, dossier, detail = said
    line: dict[str, Any] = {
        "seq": seq,
        "ts": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "who": who,
        "what": what,
        "dossier": dossier,
        "detail": {k: v if isinstance(v, int) else v[:_MAX_DETAIL] for k, v in detail.items()},
        "prev": prev,
    }
    head = _digest(line)
    rest = memoryview(_canonical({**line, "hash": head}) + b"\n")
    while rest:
        rest = rest[os.write(file.fileno(), rest) :]
    os.fsync(file.fileno())
    return head


def _last(file: IO[bytes]) -> tuple[int, str]:
    """Number and hash of the last line, (0, GENESIS) of an empty journal."""
    size = file.seek(0, os.SEEK_END)
    if not size:
        return 0, GENESIS
    file.seek(max(0, size - _TAIL))
    last = file.read().rstrip(b"\n").rpartition(b"\n")[2]
    try:
        line = json.loads(last)
        return int(line["seq"]), str(line["hash"])
    except (ValueError, KeyError, TypeError):
        raise JournalBroken(0, "the last line cannot be read") from None


def _set_aside_torn_line(file: IO[bytes]) -> None:
    """Cut what a crash left of a line, and say so by a line."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _TAIL))
    tail = file.read()
    if not tail or tail.endswith(b"\n"):
        return
    torn = len(tail) - (tail.rfind(b"\n") + 1)
    file.truncate(size - torn)
    seq, head = _last(file)
    _write(file, seq + 1, head, ("station", TORN, None, {"octets": torn}))


def _canonical(line: dict[str, Any]) -> bytes:
    return json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _digest(line: dict[str, Any]) -> str:
    return hashlib.sha256(_canonical(line)).hexdigest()
