"""One title: what is printed on it, the files of its chip, and the chip's private keys."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum, unique
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from simulators.title_chip import lds
from simulators.title_chip.profile import Profile
from simulators.titles import digit

if TYPE_CHECKING:
    from collections.abc import Mapping

ActiveKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@unique
class Kind(StrEnum):
    """Which title of a person: the one that is renewed, or the one that is handed over."""

    OLD_CNI = "old-cni"
    NEW_CNI = "new-cni"
    OLD_PASSPORT = "old-passport"
    NEW_PASSPORT = "new-passport"

    @property
    def card(self) -> bool:
        """Whether it is a card (TD1, with a CAN) and no passport (TD3)."""
        return self in (Kind.OLD_CNI, Kind.NEW_CNI)

    @property
    def old(self) -> bool:
        """Whether it was issued years ago."""
        return self in (Kind.OLD_CNI, Kind.OLD_PASSPORT)


@dataclass(frozen=True, slots=True)
class Printed:
    """What the eye reads; `can` is empty on a passport."""

    kind: Kind
    zone: tuple[str, ...] = field(repr=False)
    number: str = field(repr=False)
    born: date = field(repr=False)
    issued: date
    expires: date
    can: str = field(default="", repr=False)

    @property
    def mrz_info(self) -> bytes:
        """Number, birth and expiry with their digits: the password of BAC and PACE."""
        number = self.number.ljust(9, "<")
        parts = (number, f"{self.born:%y%m%d}", f"{self.expires:%y%m%d}")
        return "".join(part + digit(part) for part in parts).encode("ascii")


@dataclass(frozen=True, slots=True)
class ChipKeys:
    """The private keys that never leave a chip."""

    active: ActiveKey | None = field(default=None, repr=False)
    chip: ec.EllipticCurvePrivateKey | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Title:
    """A title; `files` are those of the application, by identifier."""

    printed: Printed
    profile: Profile
    files: Mapping[int, bytes] = field(repr=False)
    keys: ChipKeys = field(repr=False)
    inspection_root: bytes = field(
        repr=False
    )  # the certificate terminal authentication begins with

    @property
    def groups(self) -> dict[int, bytes]:
        """The data groups by number."""
        numbers = {lds.file_of(number): number for number in lds.TAGS}
        return {numbers[file]: data for file, data in self.files.items() if file in numbers}

    def with_file(self, file: int, content: bytes) -> Title:
        """The same title with one file exchanged, and nothing else."""
        return replace(self, files={**self.files, file: content})


def dump(title: Title) -> str:
    """JSON, private keys included, for the process that plays the chip."""
    printed = title.printed
    keys = {"active": title.keys.active, "chip": title.keys.chip}
    return json.dumps({
        "printed": {
            "kind": printed.kind, "zone": printed.zone, "number": printed.number,
            "born": printed.born.isoformat(), "issued": printed.issued.isoformat(),
            "expires": printed.expires.isoformat(), "can": printed.can,
        },
        "profile": title.profile.as_json(),
        "files": {f"{file:04x}": content.hex() for file, content in title.files.items()},
        "keys": {name: _private(key) for name, key in keys.items() if key},
        "inspection_root": title.inspection_root.hex(),
    })  # fmt: skip


def load(text: str) -> Title:
    """The title that `dump` wrote."""
    said = json.loads(text)
    printed = said["printed"]
    days = {name: date.fromisoformat(printed[name]) for name in ("born", "issued", "expires")}
    plain = {"kind": Kind(printed["kind"]), "zone": tuple(printed["zone"])}
    active, chip = (_key(said["keys"].get(name)) for name in ("active", "chip"))
    if isinstance(chip, rsa.RSAPrivateKey):
        raise TypeError("the key of chip authentication is not elliptic")
    return Title(
        Printed(**printed | days | plain),
        Profile.from_json(said["profile"]),
        {int(file, 16): bytes.fromhex(content) for file, content in said["files"].items()},
        ChipKeys(active, chip),
        bytes.fromhex(said["inspection_root"]),
    )


def _private(key: ActiveKey) -> str:
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.DER, *form).hex()


def _key(text: str | None) -> ActiveKey | None:
    if text is None:
        return None
    key = serialization.load_der_private_key(bytes.fromhex(text), None)
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise TypeError("no key of a chip")
    return key
