"""A counter and its CERT: everything after the captures, with real keys and a real line."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from cryptography.hazmat.primitives import hashes

from simulators.cert.server import CertServer
from station import pipeline
from station.agents.admission import Agent
from station.bench.bench import Bench
from station.capture import Finger
from station.cert.client import exchange
from station.config import Settings
from station.dossier import drafts, reprise
from station.dossier.drafts import Drafts, station_key
from station.dossier.piece import TypePiece
from station.journal import Journal
from station.outbox import receipts
from station.outbox.delivery import Delivery
from station.outbox.link import connect
from station.outbox.sender import Sender
from station.outbox.store import Outbox
from station.rules.agents import Role
from station.rules.regles import en_vigueur
from station.seal.keys import load_certificate
from tests.applications import TODAY, draft, piece
from tests.cert_fixtures import NOW, World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from uuid import UUID

    from cryptography import x509

    from station.cert.client import Round
    from station.dossier.complement import ComplementDraft
    from station.outbox.tables import Entry
    from station.pipeline import Recueil
    from station.seal.keys import Signer
    from station.seal.sealing import SealedPackage


@dataclass(frozen=True)
class Comptoir:
    """One agent at work, the line to the CERT, and the CERT itself."""

    world: World
    recueil: Recueil
    delivery: Delivery
    cert: CertServer

    def sealed(self) -> SealedPackage:
        """A dossier of CNI and passport, sealed and queued."""
        of = draft(self.recueil.agent.fingerprint)
        of.id, of.visage = uuid4(), self.world.face
        of.empreintes = {Finger.RIGHT_INDEX: self.world.right, Finger.LEFT_INDEX: self.world.left}
        dossier = of.complete(TODAY, en_vigueur(TODAY))
        return pipeline.seal_dossier(self.recueil, dossier, self.signers, self.recipient)

    def asked(self, **demande: object) -> Entry:
        """A dossier of which the CERT asks for a complement."""
        package = self.sealed()
        self.exchange()
        self.cert.centre.ask(str(package.id), "PIECE_MANQUANTE", "Il manque une pièce.", **demande)
        self.exchange()
        return self.entry(package.id)

    def answered(self, entry: Entry) -> SealedPackage:
        """The complement of `entry`, with the one piece that was asked for."""
        begun = pipeline.open_complement(self.recueil, entry)
        self.add_piece(begun, TypePiece.JUSTIF_NOM_USAGE)
        complement = pipeline.complete_complement(self.recueil, begun)
        return pipeline.seal_complement(self.recueil, complement, self.signers, self.recipient)

    def add_piece(self, to: ComplementDraft, kind: TypePiece) -> None:
        """Scan one page of `kind`."""
        scanned = piece(kind)
        to.pieces.append(scanned)
        pipeline.keep(self.recueil, to, "piece", reprise.piece(scanned))

    def exchange(self) -> Round:
        """One round with the CERT."""
        return exchange(self.delivery)

    def entry(self, package: UUID) -> Entry:
        """What the queue says of it now."""
        found = self.recueil.outbox.entry(package)
        assert found is not None
        return found

    @property
    def signers(self) -> tuple[Signer, Signer]:
        """The station and the agent."""
        return self.world.station, self.world.agent

    @property
    def recipient(self) -> x509.Certificate:
        """The certificate of the CERT."""
        return load_certificate(self.world.keys / "cert.pem", NOW)


def colleague(recueil: Recueil) -> Recueil:
    """Another agent at the same station."""
    other = replace(recueil.agent, fingerprint="cd" * 32)
    kek = station_key(recueil.settings.data / "drafts.kek")
    folder = Drafts(recueil.settings.drafts_path, kek, other.fingerprint)
    return replace(recueil, agent=other, drafts=folder)


@contextmanager
def at_counter(world: World, data: Path) -> Iterator[Comptoir]:
    """Opens everything in `data`; closed after the block."""
    with CertServer(world.keys, f"sqlite:///{data}/cert.sqlite") as cert:
        settings = _settings(world, data, cert.url)
        tls = (settings.centre.ca, settings.centre.client_cert, settings.centre.client_key)
        agent = world.agent.certificate.fingerprint(hashes.SHA256()).hex()
        kept = Drafts(settings.drafts_path, station_key(data / "drafts.kek"), agent)
        journal = Journal(settings.journal_path)
        with (
            Bench(settings.devices) as bench,
            Outbox(settings.outbox_path) as outbox,
            connect(cert.url, *tls) as client,
        ):
            who = Agent("SPECIMEN", agent, Role.AGENT)
            recueil = pipeline.Recueil(settings, bench, who, kept, outbox, journal)
            certificate = receipts.pinned(settings.centre.receipt_cert)
            destroy = partial(drafts.destroy, settings.drafts_path)
            sender = Sender(outbox, client, settings.station.id)
            yield Comptoir(world, recueil, Delivery(sender, certificate, journal, destroy), cert)


def _settings(world: World, data: Path, url: str) -> Settings:
    keys = world.keys
    station = {"certificate": keys / "station.pem", "key": keys / "station.key.pem"}
    return Settings.model_validate(
        {
            "profile": "lab",
            "data": data,
            "station": {"insee": "75056", "poste": "01", "agents_ca": keys / "ca.pem", **station},
            "devices": {"carte": {"driver": "software-token", "port": "file:///nowhere"}},
            "centre": {
                "url": url,
                "ca": keys / "ca.pem",
                "recipient": keys / "cert.pem",
                "receipt_cert": keys / "cert-recepisse.pem",
                "client_cert": keys / "station-tls.pem",
                "client_key": keys / "station-tls.key.pem",
            },
        }
    )
