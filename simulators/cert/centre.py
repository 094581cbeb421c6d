"""What the CERT does with a whole package: open, examine, acknowledge, decide, and sign."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jwt

from simulators.cert.decisions import Scenario, said
from simulators.cert.opener import Refused
from simulators.cert.records import check_face, check_finger, check_master, check_signed
from simulators.cert.store import Received
from station.seal import format as package

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    from simulators.cert.opener import Opened, Opener
    from simulators.cert.store import Outcome, Store, Upload

_FINGER_PREFIX = package.FINGER.partition("{")[0]
_FINGER_SUFFIX = package.FINGER.partition("}")[2]
_SIGNED_SUFFIX = package.FINGER_SIGNED.partition("}")[2]


# The number of the dossier in a package if all that a machine can check holds; else `Refused`.
Examine = Callable[[bytes, "Upload"], str]


@dataclass(slots=True)
class Centre:
    """One CERT: how it examines, its key to sign, its files, its scenario."""

    examine: Examine
    signing_key: EllipticCurvePrivateKey
    store: Store
    scenario: Scenario = Scenario.ACCEPTE

    def receive(self, upload: Upload) -> Received:
        """Open and examine a whole upload; the same dossier twice is one dossier."""
        data = self.store.assembled(upload.id)
        digest = hashlib.sha256(data).hexdigest()
        known = self.store.received(upload.dossier)
        if known is not None:
            return known
        try:
            if digest != upload.sha256:
                raise Refused("EMPREINTE_NUMERIQUE_FAUSSE")
            numero = self.examine(data, upload)
            if self.store.numbered(numero):
                raise Refused("NUMERO_DEJA_RECU")
            received = Received(upload.dossier, upload.station, digest, numero, None)
        except Refused as refusal:
            received = Received(upload.dossier, upload.station, digest, None, refusal.code)
        self.store.keep(received, data)
        if received.refus is None:
            self.decide(received.id, self.scenario)
        return received

    def decide(self, dossier: str, scenario: Scenario) -> None:
        """Publish an outcome; a complement may be followed by a final one."""
        self.store.add_outcome(dossier, scenario)

    def receipt(self, received: Received) -> str:
        """The signed acknowledgement of a package."""
        return self.sign("receipt", _about(received))

    def decision(self, outcome: Outcome) -> str:
        """The signed outcome, as its scenario has it."""
        words = said(Scenario(outcome.scenario))
        return self.sign("decision", {**_about(outcome.received), "rang": outcome.rang, **words})

    def sign(self, kind: str, claims: dict[str, Any]) -> str:
        """A JWS of `claims` (RFC 7515), ES384."""
        whole = {"iss": "CERT", "iat": int(time.time()), **claims}
        return jwt.encode(whole, self.signing_key, algorithm="ES384", headers={"typ": kind})


def opening(opener: Opener) -> Examine:
    """Examine packages by opening them."""
    return lambda data, upload: _examine(opener.open(data), upload)


def _examine(opened: Opened, upload: Upload) -> str:
    manifest, parts = opened.manifest, opened.parts
    if manifest.get("dossier") != upload.dossier or manifest.get("station") != upload.station:
        raise Refused("IDENTITE_DISCORDANTE")
    if package.FORM not in parts:
        raise Refused("PIECE_MANQUANTE")
    if package.FACE not in parts:
        raise Refused("PHOTO_MANQUANTE")
    check_face(parts[package.FACE])
    if package.FACE_MASTER in parts:
        check_master(parts[package.FACE_MASTER])
    _examine_fingers(opened)
    return str(manifest["numero"])


def _examine_fingers(opened: Opened) -> None:
    """Each finger under its own name; each block of a device beside the finger it is about."""
    listed = {part["name"]: part for part in opened.manifest["parts"]}
    for name, data in opened.parts.items():
        if not name.startswith(_FINGER_PREFIX):
            continue
        if name.endswith(_SIGNED_SUFFIX):
            about = listed.get(name.replace(_SIGNED_SUFFIX, _FINGER_SUFFIX), {})
            check_signed(data, opened.manifest["dossier"], about)
        elif name != package.FINGER.format(code=check_finger(data)):
            raise Refused("DOIGT_DISCORDANT")


def _about(received: Received) -> dict[str, Any]:
    return {
        "dossier": received.id,
        "numero": received.numero or "",
        "sha256": received.sha256,
    }
