"""A title of a synthetic person, old or new: number, dates, face and prints agree."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from simulators import titles
from simulators.title_chip import lds, security_files
from simulators.title_chip.curves import CURVES
from simulators.title_chip.inspection import ROOT
from simulators.title_chip.issuer import Issuer, security_object
from simulators.title_chip.profile import Active, Profile
from simulators.title_chip.title import ActiveKey, ChipKeys, Kind, Printed, Title
from station.capture import Finger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.people import Person

_PHOTO = (413, 531)  # pixels: 35 x 45 mm at 300 dpi
_OLD_ATTEMPT = 9  # an old title holds another placement of the finger
_OLD, _OLDER, _NEW = 1750, 3480, 12  # days since the issue; cards have had a chip since 2021
_ADULT, _WITH_PRINTS = 18, 12  # years
_INDEXES = (Finger.RIGHT_INDEX, Finger.LEFT_INDEX)


@dataclass(frozen=True, slots=True)
class Making:
    """How a title is made, beyond its holder and kind."""

    profile: Profile = field(default_factory=Profile)
    fingers: tuple[Finger, ...] = _INDEXES
    today: date | None = None


def title(
    person: Person, kind: Kind, issuer: Issuer | None = None, making: Making | None = None
) -> Title:
    """The title `kind` of `person`, signed by `issuer`, or by a State nobody knows without one.

    Number, dates, face and prints follow from the person and the day; keys are new each time.
    """
    state, how = issuer or Issuer.new(), making or Making()
    civil, printed = person.civil(), printed_of(person, kind, how.today)
    keys = _keys(how.profile)
    groups = {
        1: lds.zone(printed.zone),
        2: lds.face(person.portrait(*_PHOTO, years_ago=_years(printed, how.today))),
        3: lds.fingers(_prints(person, printed, how.fingers)),
        11: lds.personal(_holder(civil, printed.born)),
        12: lds.document("Préfecture de Specimen", printed.issued),
        **_proofs(how.profile, keys),
    }
    files = {lds.file_of(number): content for number, content in groups.items()}
    files[lds.COM] = lds.com(groups)
    files[lds.SOD] = security_object(groups, state.signer(printed.issued), printed.issued)
    files[lds.CVCA] = lds.root_names(ROOT)
    return Title(printed, how.profile, files, keys, state.inspection.certificate)


def printed_of(person: Person, kind: Kind, today: date | None = None) -> Printed:
    """What is printed on the title `kind` of `person`."""
    civil = person.civil()
    day = civil["date_naissance"]
    born = date(day["annee"], day["mois"], day["jour"])
    issued = _issued(kind, born, today or datetime.now(UTC).date())
    expires = _later(issued, _validity(kind, born, issued)) - timedelta(days=1)
    number = _number(person, kind)
    holder = replace(titles.Holder.of(civil, number), expiry=f"{expires:%y%m%d}")
    zone = titles.td1(holder) if kind.card else titles.td3(holder)
    return Printed(kind, zone, number, born, issued, expires, _can(person, kind))


def _issued(kind: Kind, born: date, today: date) -> date:
    """The day of issue; the passport of somebody who was a minor is younger, or it had expired."""
    if not kind.old:
        return today - timedelta(days=_NEW)
    older = today - timedelta(days=_OLDER)
    if kind.card or _is_minor(born, older):
        return today - timedelta(days=_OLD)
    return older


def _validity(kind: Kind, born: date, issued: date) -> int:
    """Years: ten, and five for the passport of a minor (décret 2005-1726, article 5)."""
    return 5 if _is_minor(born, issued) and not kind.card else 10


def _is_minor(born: date, day: date) -> bool:
    return _later(born, _ADULT) > day


def _years(printed: Printed, today: date | None) -> int:
    """Whole years since the issue."""
    return ((today or datetime.now(UTC).date()) - printed.issued).days // 365


def _later(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 28."""
    leap = day.month == 2 and day.day == 29
    return (day.replace(day=28) if leap else day).replace(year=day.year + years)


def _drawn(person: Person, kind: Kind, what: int) -> int:
    """Six digits, the same for the same person and kind."""
    rng = np.random.default_rng([person.seed, tuple(Kind).index(kind), what])
    return int(rng.integers(10**6))


def _number(person: Person, kind: Kind) -> str:
    """No title in use has such a number: they do not begin with 99SP or XSP."""
    digits = f"{_drawn(person, kind, 1):06d}"
    return f"XSP{digits}" if kind.card else f"99SP{digits[1:]}"


def _can(person: Person, kind: Kind) -> str:
    return f"{_drawn(person, kind, 2):06d}" if kind.card else ""


def _holder(civil: Mapping[str, Any], born: date) -> lds.Holder:
    home, place = civil["adresse"], civil["lieu_naissance"]
    names = "<".join(name.upper() for name in civil["prenoms"])
    address = (*home["lignes"], home["code_postal"], home["commune"])
    return lds.Holder(f"{civil['nom_famille']}<<{names}", born, place["libelle"].upper(), address)


def _prints(
    person: Person, printed: Printed, fingers: tuple[Finger, ...]
) -> dict[Finger, np.ndarray[Any, np.dtype[np.uint8]]]:
    """No prints on the title of a child under twelve."""
    if _later(printed.born, _WITH_PRINTS) > printed.issued:
        return {}
    attempt = _OLD_ATTEMPT if printed.kind.old else 1
    return {finger: person.print_of(finger, attempt=attempt) for finger in fingers}


def _keys(profile: Profile) -> ChipKeys:
    chip = profile.chip
    return ChipKeys(
        active_key(profile.active),
        ec.generate_private_key(CURVES[chip.curve].named) if chip else None,
    )


def active_key(kind: Active) -> ActiveKey | None:
    """A new key of active authentication."""
    match kind:
        case Active.NONE:
            return None
        case Active.P256:
            return ec.generate_private_key(ec.SECP256R1())
        case Active.RSA1536 | Active.RSA2048:
            return rsa.generate_private_key(65537, int(kind.removeprefix("rsa")))


def _proofs(profile: Profile, keys: ChipKeys) -> dict[int, bytes]:
    """DG14 and DG15, where the chip has something to prove with."""
    groups = {}
    if profile.chip or profile.pace:
        public = keys.chip.public_key() if keys.chip else None
        groups[14] = security_files.chip_keys(profile, public)
    if keys.active is not None:
        groups[15] = security_files.active_key(keys.active.public_key())
    return groups
