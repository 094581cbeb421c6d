"""The trust of titles as files: a master list, revocation lists, and who publishes the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from station import bounded
from station.codes.trust_files import files_of
from station.errors import ConfigError, SignedDataInvalid
from station.title import certificates, trust

if TYPE_CHECKING:
    from pathlib import Path

    from station.title.certificates import Certificate, Revocations
    from station.title.trust import TrustStore

_MOST_LIST, _MOST_REVOCATIONS, _MOST_CERTIFICATE = 16 << 20, 4 << 20, 64 << 10  # bytes
_SUFFIXES = {".crl"}


def load(
    master_list: Path, revocations: Path | None = None, publisher: Path | None = None
) -> TrustStore:
    """What the files say, the signature of the list verified; raises `ConfigError` naming a file.

    `revocations` is a file or a folder of `.crl`, DER or PEM; `publisher` a certificate.
    """
    known = [_revocations(file) for file in files_of(revocations, _SUFFIXES)] if revocations else []
    owner = None if publisher is None else _certificate(publisher)
    try:
        store = trust.of_master_list(
            bounded.content(master_list, _MOST_LIST, ConfigError), known, owner
        )
    except SignedDataInvalid as error:
        raise ConfigError(f"{master_list.name}: {error}") from error
    if not store.authorities:
        raise ConfigError(f"{master_list.name}: a master list without authority")
    return store


def _revocations(file: Path) -> Revocations:
    data = bounded.content(file, _MOST_REVOCATIONS, ConfigError)
    try:
        if data.lstrip().startswith(b"-----BEGIN"):
            data = x509.load_pem_x509_crl(data).public_bytes(Encoding.DER)
        return certificates.read_revocations(data)
    except (*certificates.UNREADABLE, SignedDataInvalid) as error:
        raise ConfigError(f"{file.name}: not a revocation list") from error


def _certificate(file: Path) -> Certificate:
    data = bounded.content(file, _MOST_CERTIFICATE, ConfigError)
    try:
        if data.lstrip().startswith(b"-----BEGIN"):
            data = x509.load_pem_x509_certificate(data).public_bytes(Encoding.DER)
        return certificates.read(data)
    except (*certificates.UNREADABLE, SignedDataInvalid) as error:
        raise ConfigError(f"{file.name}: not a certificate") from error
