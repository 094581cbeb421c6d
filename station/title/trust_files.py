"""The trust of titles as files: a master list, revocation lists, and who publishes the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from station import bounded
from station.codes.trust_files import files_of
from station.errors import ConfigError, SignedDataInvalid
from station.title import certificates, trust
from station.unreadable import UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from station.title.certificates import Certificate, Revocations
    from station.title.trust import TrustStore

T = TypeVar("T")
Pem = x509.Certificate | x509.CertificateRevocationList

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
    data = _der(file, _MOST_REVOCATIONS, x509.load_pem_x509_crl)
    return _read(file, data, certificates.read_revocations)


def _certificate(file: Path) -> Certificate:
    data = _der(file, _MOST_CERTIFICATE, x509.load_pem_x509_certificate)
    return _read(file, data, certificates.read)


def _der(file: Path, most: int, of_pem: Callable[[bytes], Pem]) -> bytes:
    data = bounded.content(file, most, ConfigError)
    if not data.lstrip().startswith(b"-----BEGIN"):
        return data
    return _read(file, data, of_pem).public_bytes(Encoding.DER)


def _read(file: Path, data: bytes, read: Callable[[bytes], T]) -> T:
    try:
        return read(data)
    except (*UNREADABLE, SignedDataInvalid) as error:
        raise ConfigError(f"{file.name}: not what the settings say it is") from error
