"""Sealing beside `openssl cms -encrypt -aes-256-gcm` on the same bytes."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from simulators import pki
from station.seal import cms
from station.seal.keys import load_certificate
from tests.bench.figure import Figure, median_ms

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography import x509

SIZE = 5_000_000  # bytes: a large dossier
RUNS = 9


def measure(folder: Path) -> list[Figure]:
    """Encryption of 5 MB for the CERT, in our process and in openssl's."""
    keys = folder / "seal-keys"
    pki.create(keys)
    source = folder / "seal.bin"
    source.write_bytes(os.urandom(SIZE))
    recipient = load_certificate(keys / "cert.pem", datetime.now(UTC))
    openssl = median_ms(lambda: _openssl(source, keys / "cert.pem"), RUNS)
    ours = median_ms(lambda: _ours(source, recipient), RUNS)
    return [Figure("seal 5 MB, beside openssl", ours, "ms", beside=openssl, aim=1.5)]


def _ours(source: Path, recipient: x509.Certificate) -> None:
    source.with_suffix(".ours").write_bytes(cms.encrypt(source.read_bytes(), recipient))


def _openssl(source: Path, recipient: Path) -> None:
    command = (
        "openssl", "cms", "-encrypt", "-binary", "-aes-256-gcm", "-outform", "DER",
        "-in", source, "-out", source.with_suffix(".openssl"),
        "-recip", recipient, "-keyopt", "ecdh_kdf_md:sha384",
    )  # fmt: skip
    subprocess.run(list(map(str, command)), check=True, capture_output=True)
