"""What a package says once it is open: a dossier, the complement of one, a hand-over."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from simulators.cert.opener import Refused
from simulators.cert.records import check_face, check_finger, check_master, check_signed
from station.seal import format as package

if TYPE_CHECKING:
    from simulators.cert.opener import Opened, Opener
    from simulators.cert.store import Upload

_FINGER_PREFIX = package.FINGER.partition("{")[0]
_FINGER_SUFFIX = package.FINGER.partition("}")[2]
_SIGNED_SUFFIX = package.FINGER_SIGNED.partition("}")[2]
_ZIP = b"PK"
_READERS = ("USAGER", "AGENT")  # touched on the applicant's screen, read out by the agent
_HANDS = (range(1, 6), range(6, 11))  # ISO finger codes, right and left


@dataclass(frozen=True, slots=True)
class About:
    """The dossier that a complement or a hand-over names, and the decision that is answered."""

    dossier: str
    numero: str
    sha256: str
    rang: int = 0


@dataclass(frozen=True, slots=True)
class Given:
    """What a complement holds; `passed` are fingers that could not be taken."""

    pieces: frozenset[str] = frozenset()
    doigts: frozenset[int] = frozenset()
    champs: frozenset[str] = frozenset()
    passed: frozenset[int] = frozenset()
    photo: bool = False
    signature: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """What the CERT has understood of a package."""

    numero: str
    nature: str = "DOSSIER"
    titres: tuple[str, ...] = ()  # CNI, PASSEPORT
    about: About | None = None
    given: Given = field(default_factory=Given)


# The content of a package if all that a machine can check of it alone holds; else `Refused`.
Examine = Callable[[bytes, "Upload"], Content]


def opening(opener: Opener) -> Examine:
    """Examine packages by opening them."""

    def examine(data: bytes, upload: Upload) -> Content:
        inside = opener.decrypted(data)
        if not inside.startswith(_ZIP):
            return _hand_over(opener.message(inside), upload)
        opened = opener.container(inside)
        if opened.manifest["type"] == package.COMPLEMENT_TYPE:
            return _complement(opened, upload)
        return _dossier(opened, upload)

    return examine


def _dossier(opened: Opened, upload: Upload) -> Content:
    _check_identity(opened, upload)
    if package.FACE not in opened.parts:
        raise Refused("PHOTO_MANQUANTE")
    _examine_face(opened)
    _examine_fingers(opened)
    check_reading(opened)
    titres = tuple(str(asked["type_titre"]) for asked in opened.manifest.get("demandes", ()))
    return Content(str(opened.manifest["numero"]), titres=titres)


def _complement(opened: Opened, upload: Upload) -> Content:
    _check_identity(opened, upload)
    if package.FACE in opened.parts:
        _examine_face(opened)
    fingers = _examine_fingers(opened)
    try:
        said = opened.manifest["complement"]
        about = About(said["dossier"], said["numero"], said["sha256"], int(said["decision"]))
        form = opened.form
        given = Given(
            pieces=frozenset(piece["type"] for piece in form["pieces"]),
            doigts=fingers,
            champs=frozenset(form["champs"]),
            passed=frozenset(int(e["doigt"]) for e in opened.manifest["exemptions"]),
            photo=package.FACE in opened.parts,
            signature=any(name.startswith(package.SIGNATURE) for name in opened.parts),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Refused("MANIFESTE_INVALIDE") from error
    numero = str(opened.manifest["numero"])
    if not numero.startswith(f"{about.numero}-C"):
        raise Refused("IDENTITE_DISCORDANTE")
    return Content(numero, "COMPLEMENT", about=about, given=given)


def _hand_over(said: dict[str, Any], upload: Upload) -> Content:
    """The message of a station that a title was handed over (docs/protocols/remise.md)."""
    if (said.get("remise"), said.get("iss")) != (upload.dossier, upload.station):
        raise Refused("IDENTITE_DISCORDANTE")
    try:
        about = About(said["dossier"], said["numero"], said["sha256"])
        if said["controle"]["issue"] == "non_concordant":
            raise Refused("REMISE_NON_CONFORME")
        titres = tuple(str(titre["numero"]) for titre in said["titres"])
    except (KeyError, TypeError) as error:
        raise Refused("MANIFESTE_INVALIDE") from error
    return Content(f"{about.numero}-R", "REMISE", titres, about)


def unmet(asked: dict[str, Any], given: Given) -> str | None:
    """The code of what a complement lacks or holds beyond what was asked; None when it fits."""
    wanted = {
        "pieces": frozenset(asked.get("pieces", ())),
        "champs": frozenset(asked.get("champs", ())),
        "photo": bool(asked.get("photo")),
        "signature": bool(asked.get("signature")),
    }
    held = {name: getattr(given, name) for name in wanted}
    doigts = frozenset(asked.get("doigts", ()))
    if any(held[name] - wanted[name] for name in ("pieces", "champs")) or any(
        held[name] and not wanted[name] for name in ("photo", "signature")
    ):
        return "COMPLEMENT_HORS_DEMANDE"
    instead = [finger for finger in given.doigts - doigts if not _replaces(finger, doigts, given)]
    if instead:
        return "COMPLEMENT_HORS_DEMANDE"
    if held != wanted or doigts - given.doigts - given.passed:
        return "COMPLEMENT_INCOMPLET"
    return None


def _replaces(finger: int, asked: frozenset[int], given: Given) -> bool:
    """Whether another finger of the same hand was asked for and could not be taken."""
    return any(finger in hand and asked & given.passed & set(hand) for hand in _HANDS)


def _check_identity(opened: Opened, upload: Upload) -> None:
    manifest = opened.manifest
    if manifest.get("dossier") != upload.dossier or manifest.get("station") != upload.station:
        raise Refused("IDENTITE_DISCORDANTE")
    if package.FORM not in opened.parts:
        raise Refused("PIECE_MANQUANTE")


def check_reading(opened: Opened) -> None:
    """Who confirmed the recap, when, of this very text; none of it where nothing was typed."""
    read, said = opened.parts.get(package.READ), opened.manifest.get("relecture", "")
    if said is None and read is None:
        return
    try:
        datetime.fromisoformat(said["le"])
        named = said["par"], said["sha256"]
        fields = dict(json.loads(read or b""))
    except (KeyError, TypeError, ValueError) as error:
        raise Refused("RELECTURE_DISCORDANTE") from error
    due = hashlib.sha256(read or b"").hexdigest()
    if named not in {(par, due) for par in _READERS} or not fields:
        raise Refused("RELECTURE_DISCORDANTE")


def _examine_face(opened: Opened) -> None:
    check_face(opened.parts[package.FACE])
    if package.FACE_MASTER in opened.parts:
        check_master(opened.parts[package.FACE_MASTER])


def _examine_fingers(opened: Opened) -> frozenset[int]:
    """Each finger under its own name; each block of a device beside the finger it is about."""
    listed = {part["name"]: part for part in opened.manifest["parts"]}
    found = set()
    for name, data in opened.parts.items():
        if not name.startswith(_FINGER_PREFIX):
            continue
        if name.endswith(_SIGNED_SUFFIX):
            about = listed.get(name.replace(_SIGNED_SUFFIX, _FINGER_SUFFIX), {})
            check_signed(data, opened.manifest["dossier"], about)
            continue
        code = check_finger(data)
        if name != package.FINGER.format(code=code):
            raise Refused("DOIGT_DISCORDANT")
        found.add(code)
    return frozenset(found)
