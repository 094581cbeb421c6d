"""Dossiers as a CERT wants them: real records, real signatures, a synthetic applicant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import cv2
import numpy as np
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from simulators import pki
from station.capture import Capture, Finger, Modality, Provenance, Sample
from station.quality.report import judge
from station.records.edition import Edition
from station.records.encoded import encode_face, encode_finger
from station.rules.regles import en_vigueur
from station.seal.keys import FileSigner, load_certificate, load_signer
from station.seal.manifest import SealContext
from station.seal.sealing import SealedPackage, seal
from tests.applications import TODAY, draft
from tests.prints import ridges

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from station.dossier.draft import Draft
    from station.records.encoded import Encoded

NOW = datetime.now(UTC)
DEVICE = Provenance("essai", "SPECIMEN", "SN-1", "1.0", simulated=False)


@dataclass(frozen=True)
class World:
    """Keys of a laboratory, an agent among them, and records that a CERT accepts."""

    keys: Path
    station: FileSigner
    agent: FileSigner
    face: Encoded
    right: Encoded
    left: Encoded

    def seal(
        self, change: Callable[[Draft], None] = lambda _: None, *, lab: bool = False
    ) -> SealedPackage:
        of = draft(self.agent.certificate.fingerprint(hashes.SHA256()).hex())
        of.id, of.visage = uuid4(), self.face
        of.empreintes = {Finger.RIGHT_INDEX: self.right, Finger.LEFT_INDEX: self.left}
        change(of)
        dossier = of.complete(TODAY, en_vigueur(TODAY), lab=lab)
        recipient = load_certificate(self.keys / "cert.pem", NOW)
        context = SealContext(1, None, "dd" * 32, NOW, "0.1")
        return seal(dossier, self.station, self.agent, recipient, context)


def signer(authority: pki.Authority) -> FileSigner:
    key = ec.generate_private_key(ec.SECP256R1())
    return FileSigner(authority.issue(key.public_key(), "SPECIMEN", "content_commitment"), key)


def finger(position: Finger, edition: Edition = Edition.ISO_2005) -> Encoded:
    capture = Capture(Modality.FINGER, (Sample(ridges(9), 500, position),), DEVICE)
    return encode_finger(capture, judge((), {}, "essai"), edition)


def face(edition: Edition = Edition.ISO_2005) -> Encoded:
    pixels = np.full((531, 413, 3), 200, np.uint8)
    cv2.circle(pixels, (206, 260), 120, (120, 150, 190), -1)
    capture = Capture(Modality.FACE, (Sample(pixels, 300),), DEVICE)
    return encode_face(capture, judge((), {}, "essai"), edition)


def make(keys: Path) -> World:
    """Fill `keys` with the keys of a laboratory, and capture what its dossiers hold."""
    authority = pki.create(keys)
    station = load_signer(keys / "station.pem", keys / "station.key.pem", NOW)
    hands = finger(Finger.RIGHT_INDEX), finger(Finger.LEFT_INDEX)
    return World(keys, station, signer(authority), face(), *hands)
