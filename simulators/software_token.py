"""Write the folder of a software token: see `drivers.software_token` for what it holds."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import serialization

from simulators.agent_keys import Kinds, authority_of, issue, write_certificates

if TYPE_CHECKING:
    from pathlib import Path

    from simulators.agent_keys import CertifiedKey


def make_token(
    folder: Path, pin: str, *, authority: Path | None = None, agent: str = "SPECIMEN Agent 001"
) -> str:
    """Write a fresh token into `folder` and return its port; its keys are not encrypted.

    `authority` is a folder with `ca.pem` and `ca.key.pem`; without one the issuer is made anew.
    """
    issuer = authority_of(authority)
    keys = issue(issuer, agent, Kinds())
    write_certificates(folder, issuer, keys)
    _write(folder / "authentication.pem", _pem(keys.authentication))
    _write(folder / "signature.pem", _pem(keys.signature))
    _write(folder / "tries", b"3")
    salt = secrets.token_bytes(16)
    said = {
        "format": "dr-token-1",
        "id": secrets.token_hex(16),
        "salt": salt.hex(),
        "pin": hashlib.scrypt(pin.encode(), salt=salt, n=2**14, r=8, p=1).hex(),
    }
    _write(folder / "token.json", json.dumps(said).encode())
    return f"token://{folder.resolve()}"


def _pem(held: CertifiedKey) -> bytes:
    private = held.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private + held.certificate.public_bytes(serialization.Encoding.PEM)


def _write(path: Path, data: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(data)
