"""Sealed dossiers on a laboratory's station, by real keys, and what its CERT says of them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from uuid import uuid4

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate

from simulators import pki
from station import pipeline
from station.agents.admission import Agent
from station.bench.bench import Bench
from station.capture import Finger
from station.cert.client import exchange
from station.cert.connection import delivering
from station.config import load
from station.dossier.drafts import Drafts, station_key
from station.dossier.numero import numero
from station.journal import Journal
from station.rules.agents import Role
from station.rules.regles import en_vigueur
from station.seal.keys import load_certificate, load_signer
from tests.applications import TODAY, draft
from tests.cert_fixtures import NOW, face, finger, signer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simulators.lab import Laboratory
    from station.outbox.delivery import Delivery
    from station.pipeline import Recueil
    from station.records.encoded import Encoded
    from station.seal.keys import FileSigner
    from station.seal.sealing import SealedPackage


@dataclass(frozen=True)
class Scelles:
    """A colleague of the agent at the same station, and the line to the CERT."""

    laboratory: Laboratory
    recueil: Recueil
    delivery: Delivery
    agent: FileSigner

    def seal(self) -> SealedPackage:
        """A dossier of CNI and passport, sealed and queued."""
        of = draft(self.recueil.agent.fingerprint)
        visage, right, left = _captured()
        of.id, of.visage = uuid4(), visage
        year = TODAY.year
        of.numero = numero(
            self.recueil.settings.station.id, year, self.recueil.outbox.next_rang(year)
        )
        of.empreintes = {Finger.RIGHT_INDEX: right, Finger.LEFT_INDEX: left}
        dossier = of.complete(TODAY, en_vigueur(TODAY), lab=True)
        keys = self.laboratory.keys
        station = load_signer(keys / "station.pem", keys / "station.key.pem", NOW)
        recipient = load_certificate(keys / "cert.pem", NOW)
        return pipeline.seal_dossier(self.recueil, dossier, (station, self.agent), recipient)

    def sent(self) -> SealedPackage:
        """A dossier that the CERT has taken, and of which it has said nothing more."""
        package = self.seal()
        self.exchange()
        return package

    def asked(self, **demande: object) -> SealedPackage:
        """A dossier of which the CERT asks for a complement."""
        package = self.sent()
        motif = "Le justificatif de domicile est illisible : le numériser à nouveau."
        self.laboratory.cert.centre.ask(str(package.id), "PIECE_ILLISIBLE", motif, **demande)
        self.exchange()
        return package

    def exchange(self) -> None:
        """One round with the CERT."""
        exchange(self.delivery)


@contextmanager
def scelles(laboratory: Laboratory) -> Iterator[Scelles]:
    """Opens the files of the laboratory's station, beside the station itself."""
    settings = load(laboratory.config)
    agent = signer(_authority(laboratory.keys))
    fingerprint = agent.certificate.fingerprint(hashes.SHA256()).hex()
    kept = Drafts(settings.drafts_path, station_key(settings.data / "drafts.kek"), fingerprint)
    with Bench({}) as bench, delivering(settings) as delivery:
        who = Agent("SPECIMEN", fingerprint, Role.AGENT)
        journal = Journal(settings.journal_path)
        recueil = pipeline.Recueil(settings, bench, who, kept, delivery.sender.outbox, journal)
        yield Scelles(laboratory, recueil, delivery, agent)


@cache
def _captured() -> tuple[Encoded, Encoded, Encoded]:
    return face(), finger(Finger.RIGHT_INDEX), finger(Finger.LEFT_INDEX)


def _authority(keys: Path) -> pki.Authority:
    key = load_pem_private_key((keys / "ca.key.pem").read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return pki.Authority(key, load_pem_x509_certificate((keys / "ca.pem").read_bytes()))
