"""What the port of an eSCL scanner may say, and what TLS makes of it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from drivers.document_scanner import DocumentScanner
from simulators.document_scanner import DocumentScannerSimulator, Model
from station.errors import CertificateUnknown, ConfigError, DeviceUnconfigured
from tests.sheets import DPI, difference, scan, sheet

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "model",
    [
        Model(feeder=False),
        Model(resolutions=(50, 60)),
        Model(modes=("Grayscale8",)),
        Model(formats=("application/pdf",)),
        Model(glass=(1200, 1800)),
    ],
)
def test_what_the_scanner_cannot_do_is_said_before_anything_moves(model: Model) -> None:
    with (
        DocumentScannerSimulator(sheet(1), [sheet(2)], model=model) as scanner,
        DocumentScanner(f"{scanner.url}?source=adf&dpi={DPI}") as driver,
        pytest.raises(DeviceUnconfigured),
    ):
        scan(driver)


@pytest.mark.parametrize(
    "port",
    [
        "http://127.0.0.1/eSCL",
        "escl:///eSCL",
        "escl://host",
        "escl://host:99999/eSCL",
        "escl://user@host/eSCL",
        "escl://host/eSCL?source=tray",
        "escl://host/eSCL?dpi=30000",
        "escl://host/eSCL?dpi=abc",
        "escl://host/eSCL?region=a3",
        "escl://host/eSCL?colour=yes",
        "escl://host/eSCL?dpi",
        f"escl://host/eSCL?fingerprint={'0' * 64}",
        "escls://host/eSCL?fingerprint=0a",
    ],
)
def test_what_is_no_scanner_is_a_setting_error(port: str) -> None:
    with pytest.raises(ConfigError):
        DocumentScanner(port)


def certificate(path: Path) -> str:
    """A certificate as scanners make them, long expired, with its key; its fingerprint."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "SPECIMEN Scan 2")])
    then = datetime(2019, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(then)
        .not_valid_after(then + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return hashlib.sha256(made.public_bytes(serialization.Encoding.DER)).hexdigest()


def test_over_tls_a_scanner_is_known_by_its_fingerprint(tmp_path: Path) -> None:
    known = certificate(tmp_path / "scanner.pem")
    with (
        DocumentScannerSimulator(sheet(1), certificate=tmp_path / "scanner.pem") as scanner,
        DocumentScanner(f"{scanner.url}?dpi={DPI}&fingerprint={known}") as driver,
    ):
        assert difference(scan(driver), 0, 1) < 4


def test_over_tls_another_certificate_is_refused(tmp_path: Path) -> None:
    known = certificate(tmp_path / "known.pem")
    certificate(tmp_path / "other.pem")
    with DocumentScannerSimulator(sheet(1), certificate=tmp_path / "other.pem") as scanner:
        with (
            pytest.raises(CertificateUnknown),
            DocumentScanner(f"{scanner.url}?fingerprint={known}"),
        ):
            pass
        with DocumentScanner(scanner.url) as driver, pytest.raises(CertificateUnknown):
            driver.info()


def test_a_certificate_that_changes_after_the_opening_is_refused(tmp_path: Path) -> None:
    known = certificate(tmp_path / "known.pem")
    certificate(tmp_path / "other.pem")
    with DocumentScannerSimulator(sheet(1), certificate=tmp_path / "known.pem") as scanner:
        driver = DocumentScanner(f"{scanner.url}?fingerprint={known}")
        driver.__enter__()
        scanner.show_certificate(tmp_path / "other.pem")
        with pytest.raises(CertificateUnknown):
            driver.info()
        driver.__exit__()
