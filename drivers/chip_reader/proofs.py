"""What a chip and its terminal prove to each other once they can talk in private."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from drivers.wire.apdu import OK
from drivers.wire.chip import infos, points, proofs, terminal
from station.capture import ChipStep, StepTaken
from station.errors import ConfigError, ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from drivers.chip_reader.talk import Talk
    from drivers.wire.chip.infos import ChipKey, Protocol

_HASHES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1, "sha224": hashes.SHA224, "sha256": hashes.SHA256,
    "sha384": hashes.SHA384, "sha512": hashes.SHA512,
}  # fmt: skip
_MOST_FILE = 8192  # bytes


@dataclass(frozen=True, slots=True)
class Inspection:
    """What lets a terminal read prints: certificates in order, and the key of the last one."""

    chain: tuple[terminal.Certificate, ...]
    key: ec.EllipticCurvePrivateKey = field(repr=False)


def load(folder: Path) -> Inspection:
    """`dv.cvcert`, `is.cvcert` and `is.key.pem` of a laboratory; raises `ConfigError`."""
    try:
        chain = tuple(terminal.read(_bytes(folder / f"{n}.cvcert")) for n in ("dv", "is"))
        key = serialization.load_pem_private_key(_bytes(folder / "is.key.pem"), None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm, ProtocolError) as error:
        raise ConfigError(f"{folder.name}: no keys of an inspection system") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ConfigError(f"{folder.name}: the key of an inspection system is not of ECDSA")
    return Inspection(chain, key)


def chip_authentication(
    talk: Talk, group: bytes | None
) -> tuple[StepTaken, ec.EllipticCurvePrivateKey | None]:
    """Go over to a channel that only the holder of the chip's key can follow; our ephemeral key.

    The first answer in the new channel is the proof; the caller's next command asks for it.
    """
    if group is None:
        return _not(ChipStep.CHIP, "the chip has no DG14"), None
    ways = infos.chip(infos.of_group(group))
    if not ways:
        return _not(ChipStep.CHIP, "DG14 offers no way that we speak"), None
    way, key = ways[0]
    ours = points.generate(key.point.curve)
    for command in proofs.chip_authentication(way, key, points.encode(ours.public_key())):
        answer = talk.ask(command)
        if answer.sw != OK:
            return _not(ChipStep.CHIP, f"the chip refused, status {answer.sw:04x}"), None
    talk.channel = proofs.channel(way, points.agree(ours, key.point))
    return StepTaken(ChipStep.CHIP, done=True, fact=_said(way, key)), ours


def active_authentication(
    talk: Talk, group: bytes | None, challenge: bytes
) -> tuple[StepTaken, bytes]:
    """The chip's signature of `challenge`, for the station to check against DG15."""
    if group is None:
        return _not(ChipStep.ACTIVE, "the chip has no DG15"), b""
    if len(challenge) != proofs.CHALLENGE:
        return _not(ChipStep.ACTIVE, "no challenge was given"), b""
    answer = talk.ask(proofs.internal_authenticate(challenge, min(talk.longest, 1024)))
    if answer.sw != OK:
        return _not(ChipStep.ACTIVE, f"the chip refused, status {answer.sw:04x}"), b""
    return StepTaken(ChipStep.ACTIVE, done=True, fact=f"{len(answer.data)} bytes"), answer.data


def terminal_authentication(
    talk: Talk,
    inspection: Inspection | None,
    chip: bytes,
    ephemeral: ec.EllipticCurvePrivateKey | None,
) -> StepTaken:
    """Show the chip that we may read prints; `chip` is its name from the way in."""
    if inspection is None:
        return _not(ChipStep.TERMINAL, "no inspection certificate")
    if ephemeral is None:
        return _not(ChipStep.TERMINAL, "chip authentication has to come first")
    for certificate in inspection.chain:
        for command in terminal.present(certificate):
            sw = talk.ask(command).sw
            if sw != OK:
                return _not(ChipStep.TERMINAL, f"the chip refused a certificate, status {sw:04x}")
    ours = inspection.chain[-1]
    name, ask = terminal.claim(ours)
    named, challenge = talk.ask(name), talk.ask(ask)
    if named.sw != OK or len(challenge.data) != terminal.CHALLENGE:
        return _not(ChipStep.TERMINAL, f"the chip gave no challenge, status {challenge.sw:04x}")
    message = chip + challenge.data + points.encode(ephemeral.public_key())[1 : _x_end(ephemeral)]
    sw = talk.ask(terminal.prove(_plain(inspection.key, message, ours.hash))).sw
    if sw != OK:
        return _not(ChipStep.TERMINAL, f"the chip refused the proof, status {sw:04x}")
    return StepTaken(ChipStep.TERMINAL, done=True, fact=hashlib.sha256(ours.body).hexdigest()[:16])


def _plain(key: ec.EllipticCurvePrivateKey, message: bytes, name: str) -> bytes:
    """An ECDSA signature as r and s, each as wide as the field."""
    width = (key.curve.key_size + 7) // 8
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(_HASHES[name]())))
    return r.to_bytes(width, "big") + s.to_bytes(width, "big")


def _x_end(key: ec.EllipticCurvePrivateKey) -> int:
    return 1 + (key.curve.key_size + 7) // 8


def _not(step: ChipStep, fact: str) -> StepTaken:
    return StepTaken(step, done=False, fact=fact)


def _said(way: Protocol, key: ChipKey) -> str:
    return f"{way.suite.label}, {key.point.curve.name}"


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_MOST_FILE)
