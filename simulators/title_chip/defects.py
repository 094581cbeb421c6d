"""Titles that somebody tampered with, or that nobody should have signed."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum, unique
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec

from simulators.title_chip import lds
from simulators.title_chip.issuer import Issuer, security_object, signer_of
from simulators.title_chip.making import active_key

if TYPE_CHECKING:
    from simulators.title_chip.title import Title


@unique
class Defect(StrEnum):
    """What is wrong with a title that answers every command as it should."""

    TAMPERED_ZONE = "tampered-zone"  # DG1 after the signature; the digits are right
    TAMPERED_FACE = "tampered-face"
    TAMPERED_FINGERS = "tampered-fingers"
    TAMPERED_SOD = "tampered-sod"  # one byte of the signature
    UNLISTED_GROUP = "unlisted-group"  # EF.SOD says nothing of DG11
    UNKNOWN_SIGNER = "unknown-signer"  # a CSCA of the same name, with another key
    EXPIRED_SIGNER = "expired-signer"  # on the day of issue already
    REVOKED_SIGNER = "revoked-signer"  # the title is sound; `revoked` says what its State lists
    CLONED_ACTIVE = "cloned-active"  # all files, without the key of DG15
    CLONED_CHIP = "cloned-chip"  # all files, without the key of DG14


_TAMPERED = {Defect.TAMPERED_FACE: 2, Defect.TAMPERED_FINGERS: 3}


def spoilt(title: Title, defect: Defect, issuer: Issuer) -> Title:
    """The title with one defect; `issuer` is the State that signed it."""
    match defect:
        case Defect.TAMPERED_ZONE:
            return title.with_file(lds.file_of(1), _renamed(title))
        case Defect.TAMPERED_FACE | Defect.TAMPERED_FINGERS:
            file = lds.file_of(_TAMPERED[defect])
            return title.with_file(file, _flipped(title.files[file]))
        case Defect.TAMPERED_SOD:
            return title.with_file(lds.SOD, _flipped(title.files[lds.SOD]))
        case Defect.CLONED_ACTIVE | Defect.CLONED_CHIP:
            return _cloned(title, defect)
        case Defect.REVOKED_SIGNER:
            return title
        case _:
            return title.with_file(lds.SOD, _signed_wrongly(title, defect, issuer))


def revoked(title: Title, defect: Defect | None) -> tuple[int, ...]:
    """The serial numbers that the State's list of revoked signers has to name."""
    if defect is not Defect.REVOKED_SIGNER:
        return ()
    return (signer_of(title.files[lds.SOD]).serial_number,)


def _renamed(title: Title) -> bytes:
    """DG1 with another first name of the same length: no check digit covers names."""
    *before, last = title.printed.zone if title.printed.kind.card else title.printed.zone[::-1]
    given = last.index("<<") + 2
    other = "B" if last[given] == "A" else "A"
    line = last[:given] + other + last[given + 1 :]
    zone = (*before, line)
    return lds.zone(zone if title.printed.kind.card else zone[::-1])


def _flipped(content: bytes) -> bytes:
    """One bit of the last byte changed."""
    return content[:-1] + bytes([content[-1] ^ 1])


def _cloned(title: Title, defect: Defect) -> Title:
    keys, chip = title.keys, title.profile.chip
    if defect is Defect.CLONED_ACTIVE:
        keys = replace(keys, active=active_key(title.profile.active))
    elif keys.chip is not None and chip is not None:
        keys = replace(keys, chip=ec.generate_private_key(keys.chip.curve))
    return replace(title, keys=keys)


def _signed_wrongly(title: Title, defect: Defect, issuer: Issuer) -> bytes:
    issued, groups = title.printed.issued, title.groups
    signer = issuer.signer(issued)
    if defect is Defect.UNKNOWN_SIGNER:
        signer = Issuer.new().signer(issued)
    elif defect is Defect.EXPIRED_SIGNER:
        signer = issuer.signer(issued, (-400, -35))
    elif defect is Defect.UNLISTED_GROUP:
        del groups[11]
    return security_object(groups, signer, issued)
