"""The authorities that let a terminal read prints: CVCA → DV → inspection system, SIMULATION."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec

from simulators.pki import write_key
from simulators.title_chip import cvc

if TYPE_CHECKING:
    from pathlib import Path

ROOT = "FRCVCASPEC00001"
_DV, _TERMINAL = "FRDVSPECIM00001", "FRISSPECIM00001"
_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a terminal presents, in order, and the key it signs with."""

    root: bytes
    chain: tuple[bytes, ...]
    key: ec.EllipticCurvePrivateKey = field(repr=False)

    def write(self, folder: Path) -> None:
        """`cvca.cvcert`, `dv.cvcert`, `is.cvcert` and `is.key.pem`."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, certificate in zip(("cvca", "dv", "is"), (self.root, *self.chain), strict=True):
            (folder / f"{name}.cvcert").write_bytes(certificate)
        write_key(folder / "is.key.pem", self.key)


@dataclass(frozen=True, slots=True)
class InspectionRoot:
    """A root of inspection: its key and its own certificate."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)
    certificate: bytes

    @classmethod
    def new(cls, today: date | None = None) -> InspectionRoot:
        """A root made now, good for three years."""
        day = today or datetime.now(UTC).date()
        key = ec.generate_private_key(ec.SECP256R1())
        says = cvc.Statement(ROOT, ROOT, cvc.CVCA | 0x03, day - _YEAR, day + 3 * _YEAR)
        return cls(key, cvc.issue(says, key.public_key(), key))

    def grant(
        self, rights: int = cvc.READS_FINGERS, until: date | None = None, today: date | None = None
    ) -> Inspection:
        """A new inspection system that may do `rights` until a day, a month from now if none."""
        day = today or datetime.now(UTC).date()
        end = until or day + timedelta(days=30)
        dv, terminal = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        by_root = cvc.Statement(ROOT, _DV, cvc.DV | 0x03, day - timedelta(days=30), day + _YEAR)
        by_dv = cvc.Statement(_DV, _TERMINAL, rights, day - timedelta(days=30), end)
        chain = (
            cvc.issue(by_root, dv.public_key(), self.key),
            cvc.issue(by_dv, terminal.public_key(), dv),
        )
        return Inspection(self.certificate, chain, terminal)
