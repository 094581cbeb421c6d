"""The enrolment list of a station: which cards it knows, and as what.

    version = 1
    [[agents]]
    fingerprint = "…"     # SHA-256 of the signature certificate, 64 hexadecimal digits
    role = "agent"        # or "responsable", "technicien"

Believed only when the settings name a certificate and `FILE.sig` is its signature over the file
(SHA-256: ECDSA in DER, or RSA PKCS#1 v1.5), or when nobody but root could have written it.
"""

from __future__ import annotations

import os
import stat
import tomllib
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from station.errors import EnrolmentInvalid, SealError
from station.rules.agents import Role  # noqa: TC001 (pydantic reads annotations at run time)
from station.seal.keys import check_signature

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cryptography import x509


_MAX_FILE: Final = 256 * 1024  # bytes
_MAX_SIGNATURE: Final = 1024  # bytes
_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH
_ROOT: Final = 0

Fingerprint = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Entry(_Frozen):
    fingerprint: Fingerprint
    role: Role


class _List(_Frozen):
    version: Literal[1]
    agents: Annotated[tuple[_Entry, ...], Field(max_length=1000)]


def load_enrolment(path: Path, signer: x509.Certificate | None) -> Mapping[str, Role]:
    """Roles by fingerprint; raises `EnrolmentInvalid` for a list not proven or not sound."""
    data = _read(path, _MAX_FILE, by_root=signer is None)
    if signer is not None:
        signature = _read(path.with_name(f"{path.name}.sig"), _MAX_SIGNATURE, by_root=False)
        try:
            check_signature(signer, data, signature)
        except SealError as error:
            raise EnrolmentInvalid(f"{path.name} is not signed by its certificate") from error
    return parse(data)


def parse(data: bytes) -> dict[str, Role]:
    """Roles by fingerprint, from the bytes of a list; raises `EnrolmentInvalid`."""
    try:
        entries = _List.model_validate(tomllib.loads(data.decode())).agents
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise EnrolmentInvalid("the enrolment list is no TOML") from error
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise EnrolmentInvalid(f"enrolment list: {where}: {first['msg']}") from error
    roles = {entry.fingerprint: entry.role for entry in entries}
    if len(roles) != len(entries):
        raise EnrolmentInvalid("the enrolment list names a card twice")
    return roles


def _read(path: Path, limit: int, *, by_root: bool) -> bytes:
    """The file; what is checked is what is read, hence no look at the name before."""
    try:
        with path.open("rb") as file:
            if by_root:
                _check_owner(path, os.fstat(file.fileno()))
            data = file.read(limit + 1)
    except OSError as error:
        raise EnrolmentInvalid(f"{path.name}: {error.strerror}") from error
    if len(data) > limit:
        raise EnrolmentInvalid(f"{path.name} is larger than {limit} bytes")
    return data


def _check_owner(path: Path, found: os.stat_result) -> None:
    if found.st_uid != _ROOT or found.st_mode & _OTHERS_WRITE:
        raise EnrolmentInvalid(f"{path.name} is not signed, and others than root may write it")
