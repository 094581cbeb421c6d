"""The CERT takes what the station seals, and refuses whatever was done to it on the way."""

from __future__ import annotations

import subprocess
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import cv2
import numpy as np
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from simulators import pki
from simulators.cert.app import CertFault
from simulators.cert.centre import Centre, opening
from simulators.cert.decisions import Scenario
from simulators.cert.opener import Opener, Refused
from simulators.cert.server import CertServer
from simulators.cert.store import Received, Store, Upload
from station import journal
from station.capture import Capture, Finger, Modality, Provenance, Sample
from station.cert.client import exchange, poll
from station.dossier.numero import numero
from station.errors import CentreRefused, ReceiptInvalid
from station.journal import Journal
from station.outbox import receipts
from station.outbox.delivery import Delivery
from station.outbox.link import connect
from station.outbox.sender import Sender
from station.outbox.store import Etat, Outbox
from station.quality.report import judge
from station.records.encoded import encode_face, encode_finger
from station.rules.regles import en_vigueur
from station.seal import cms
from station.seal.keys import FileSigner, load_certificate, load_signer
from station.seal.manifest import SealContext
from station.seal.sealing import SealedPackage, seal
from tests.applications import TODAY, draft
from tests.prints import ridges

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from station.dossier.draft import Draft
    from station.records.encoded import Encoded

NOW = datetime.now(UTC)
DEVICE = Provenance("essai", "SPECIMEN", "SN-1", "1.0", simulated=False)
Entries = dict[str, bytes]


@dataclass(frozen=True)
class World:
    """Keys of a laboratory, an agent among them, and records that a CERT accepts."""

    keys: Path
    station: FileSigner
    agent: FileSigner
    face: Encoded
    right: Encoded
    left: Encoded

    def seal(self, change: Callable[[Draft], None] = lambda _: None) -> SealedPackage:
        of = draft(self.agent.certificate.fingerprint(hashes.SHA256()).hex())
        of.id, of.visage = uuid4(), self.face
        of.empreintes = {Finger.RIGHT_INDEX: self.right, Finger.LEFT_INDEX: self.left}
        change(of)
        dossier = of.complete(TODAY, en_vigueur(TODAY))
        recipient = load_certificate(self.keys / "cert.pem", NOW)
        context = SealContext(1, None, "dd" * 32, NOW, "0.1")
        return seal(dossier, self.station, self.agent, recipient, context)


def signer(authority: pki.Authority) -> FileSigner:
    key = ec.generate_private_key(ec.SECP256R1())
    return FileSigner(authority.issue(key.public_key(), "SPECIMEN", "content_commitment"), key)


def finger(position: Finger) -> Encoded:
    sample = Sample(ridges(9), 500, position)
    return encode_finger(Capture(Modality.FINGER, (sample,), DEVICE), judge((), {}, "essai"))


def face() -> Encoded:
    pixels = np.full((531, 413, 3), 200, np.uint8)
    cv2.circle(pixels, (206, 260), 120, (120, 150, 190), -1)
    capture = Capture(Modality.FACE, (Sample(pixels, 300),), DEVICE)
    return encode_face(capture, judge((), {}, "essai"))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    keys = tmp_path_factory.mktemp("keys")
    authority = pki.create(keys)
    station = load_signer(keys / "station.pem", keys / "station.key.pem", NOW)
    hands = finger(Finger.RIGHT_INDEX), finger(Finger.LEFT_INDEX)
    return World(keys, station, signer(authority), face(), *hands)


@pytest.fixture(scope="module")
def package(world: World) -> SealedPackage:
    return world.seal()


@pytest.fixture
def centre(world: World, tmp_path: Path) -> Iterator[Centre]:
    """The CERT behind its door: what it does with bytes that arrived whole."""
    store = Store(f"sqlite:///{tmp_path}/cert.sqlite")
    yield Centre(opening(opener(world)), ec.generate_private_key(ec.SECP384R1()), store)
    store.close()


def opener(world: World) -> Opener:
    return Opener(world.keys / "cert.key.pem", world.keys / "cert.pem", world.keys / "ca.pem")


def receive(centre: Centre, blob: bytes, dossier: UUID) -> Received:
    """Hand over `blob` as an honest upload of these very bytes would."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(blob)
    upload = Upload(
        uuid4().hex, str(dossier), digest.finalize().hex(), "75056-01", max(len(blob), 1)
    )
    centre.store.add_upload(upload)
    centre.store.add_part(upload.id, 0, blob)
    return centre.receive(upload)


def rebuilt(world: World, package: SealedPackage, edit: Callable[[Entries], None]) -> bytes:
    """The package with its container edited, encrypted for the CERT again: an insider's work."""
    with zipfile.ZipFile(BytesIO(opener(world).open(package.blob).container)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    edit(entries)
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return cms.encrypt(file.getvalue(), load_certificate(world.keys / "cert.pem", NOW))


def test_what_the_station_seals_is_taken(centre: Centre, package: SealedPackage) -> None:
    received = receive(centre, package.blob, package.id)
    assert (received.refus, received.numero) == (None, package.numero)


def test_the_same_dossier_twice_is_one(centre: Centre, package: SealedPackage) -> None:
    first = receive(centre, package.blob, package.id)
    assert receive(centre, package.blob, package.id) == first
    assert len(list(centre.store.dossiers())) == 1


def test_a_package_replayed_as_another_dossier_is_refused(
    centre: Centre, package: SealedPackage
) -> None:
    receive(centre, package.blob, package.id)
    assert receive(centre, package.blob, uuid4()).refus == "IDENTITE_DISCORDANTE"


def test_a_number_serves_once(centre: Centre, world: World, package: SealedPackage) -> None:
    receive(centre, package.blob, package.id)
    other = world.seal()
    assert receive(centre, other.blob, other.id).refus == "NUMERO_DEJA_RECU"


@pytest.mark.parametrize("position", [0, 40, 3000, -1, -17])
def test_one_bit_changed_is_refused(centre: Centre, package: SealedPackage, position: int) -> None:
    blob = bytearray(package.blob)
    blob[position] ^= 1
    refus = receive(centre, bytes(blob), package.id).refus
    assert refus in {"DECHIFFREMENT_IMPOSSIBLE", "ENVELOPPE_INVALIDE"}


def test_a_cut_package_is_refused(centre: Centre, package: SealedPackage) -> None:
    assert receive(centre, package.blob[:-1000], package.id).refus == "ENVELOPPE_INVALIDE"


def test_an_envelope_without_authentication_is_refused(
    centre: Centre, world: World, package: SealedPackage, tmp_path: Path
) -> None:
    plain, sealed = tmp_path / "plain", tmp_path / "sealed"
    plain.write_bytes(opener(world).open(package.blob).container)
    subprocess.run(
        ["openssl", "cms", "-encrypt", "-binary", "-aes-256-cbc", "-outform", "DER",
         "-in", plain, "-out", sealed, world.keys / "cert.pem"],
        check=True, timeout=30,
    )  # fmt: skip
    assert receive(centre, sealed.read_bytes(), package.id).refus == "ENVELOPPE_INVALIDE"


STATION, AGENT = "META-INF/signature001.p7s", "META-INF/signature002.p7s"
FIRST, SECOND = "META-INF/ASiCManifest001.xml", "META-INF/ASiCManifest002.xml"


def exchange_entries(one: str, other: str) -> Callable[[Entries], None]:
    def edit(entries: Entries) -> None:
        entries[one], entries[other] = entries[other], entries[one]

    return edit


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda e: e.update({"visage.cbeff": b"other"}), "EMPREINTE_NUMERIQUE_FAUSSE"),
        (exchange_entries("empreintes/02.cbeff", "empreintes/07.cbeff"),
         "EMPREINTE_NUMERIQUE_FAUSSE"),
        (lambda e: e.pop("empreintes/02.cbeff"), "EMPREINTE_NUMERIQUE_FAUSSE"),
        (lambda e: e.update({"manifest.json": e["manifest.json"].replace(b"PREMIERE", b"PERTE")}),
         "EMPREINTE_NUMERIQUE_FAUSSE"),
        (lambda e: e.update({"note.txt": b"added"}), "PIECE_NON_SIGNEE"),
        (lambda e: e.update({"META-INF/more.xml": b"added"}), "PIECE_HORS_MANIFESTE"),
        (lambda e: e.pop(AGENT), "SIGNATURE_ABSENTE"),
        (lambda e: e.pop(SECOND), "SIGNATURE_ABSENTE"),
        (lambda e: e.update({AGENT: e[STATION]}), "SIGNATURE_INVALIDE"),
        (lambda e: e.update({AGENT: e[STATION], SECOND: e[FIRST]}), "MANIFESTE_INVALIDE"),
        (lambda e: e.update({FIRST: e[FIRST] + b" "}), "SIGNATURE_INVALIDE"),
        (lambda e: e.update({"../outside": b"x"}), "CONTENEUR_INVALIDE"),
        (lambda e: e.update({"/etc/outside": b"x"}), "CONTENEUR_INVALIDE"),
        (lambda e: e.update({"mimetype": b"text/plain"}), "CONTENEUR_INVALIDE"),
        (lambda e: e.update({f"pieces/{n}": b"" for n in range(300)}), "CONTENEUR_INVALIDE"),
    ],
)  # fmt: skip
def test_an_edited_container_is_refused_with_its_reason(
    centre: Centre,
    world: World,
    package: SealedPackage,
    edit: Callable[[Entries], None],
    code: str,
) -> None:
    blob = rebuilt(world, package, edit)
    assert receive(centre, blob, package.id).refus == code


@pytest.mark.parametrize("name", ["visage.cbeff", "empreintes/02.cbeff"])
def test_a_part_of_another_dossier_does_not_fit(
    centre: Centre, world: World, package: SealedPackage, name: str
) -> None:
    other = world.seal(lambda d: setattr(d, "visage", world.left))
    parts = {**opener(world).open(other.blob).parts, "empreintes/02.cbeff": world.left.record}
    blob = rebuilt(world, package, lambda e: e.update({name: parts[name]}))
    assert receive(centre, blob, package.id).refus == "EMPREINTE_NUMERIQUE_FAUSSE"


def test_signatures_of_another_dossier_do_not_fit(
    centre: Centre, world: World, package: SealedPackage
) -> None:
    taken: Entries = {}
    rebuilt(world, world.seal(), lambda e: taken.update({AGENT: e[AGENT]}))
    blob = rebuilt(world, package, lambda e: e.update(taken))
    assert receive(centre, blob, package.id).refus == "SIGNATURE_INVALIDE"


def test_an_agent_of_another_authority_is_refused(centre: Centre, world: World) -> None:
    stranger = signer(pki.Authority.new("AC inconnue"))
    other = World(world.keys, world.station, stranger, world.face, world.right, world.left)
    sealed = other.seal()
    assert receive(centre, sealed.blob, sealed.id).refus == "SIGNATURE_INVALIDE"


def test_another_signer_in_the_place_of_the_station_is_refused(
    centre: Centre, world: World
) -> None:
    other = World(world.keys, world.agent, world.agent, world.face, world.right, world.left)
    sealed = other.seal()
    assert receive(centre, sealed.blob, sealed.id).refus == "STATION_DISCORDANTE"


def test_a_finger_in_the_place_of_another_is_refused(centre: Centre, world: World) -> None:
    sealed = world.seal(lambda d: d.empreintes.update({Finger.RIGHT_INDEX: world.left}))
    assert receive(centre, sealed.blob, sealed.id).refus == "DOIGT_DISCORDANT"


def test_a_record_that_is_none_is_refused(centre: Centre, world: World) -> None:
    sealed = world.seal(lambda d: setattr(d, "visage", world.right))
    assert receive(centre, sealed.blob, sealed.id).refus == "ENREGISTREMENT_INVALIDE"


def test_the_package_is_not_for_another_key(world: World, package: SealedPackage) -> None:
    keys = world.keys
    wrong = Opener(keys / "cert-recepisse.key.pem", keys / "cert-recepisse.pem", keys / "ca.pem")
    store = Store("sqlite://")
    centre = Centre(opening(wrong), ec.generate_private_key(ec.SECP384R1()), store)
    upload = Upload("u", str(package.id), package.sha256, "75056-01", 1)
    with pytest.raises(Refused, match="DECHIFFREMENT_IMPOSSIBLE"):
        centre.examine(package.blob, upload)
    store.close()


@pytest.fixture
def cert(world: World, tmp_path: Path) -> Iterator[CertServer]:
    with CertServer(world.keys, f"sqlite:///{tmp_path}/served.sqlite") as server:
        yield server


@contextmanager
def delivering(world: World, cert: CertServer, folder: Path) -> Iterator[Delivery]:
    keys = world.keys
    tls = (keys / "ca.pem", keys / "station-tls.pem", keys / "station-tls.key.pem")
    certificate = receipts.pinned(keys / "cert-recepisse.pem")
    with Outbox(folder / "outbox.sqlite") as outbox, connect(cert.url, *tls) as client:
        sender = Sender(outbox, client, "75056-01")
        yield Delivery(sender, certificate, Journal(folder / "journal.jsonl"), lambda _: None)


@pytest.mark.parametrize(
    ("scenario", "state", "code"),
    [
        (Scenario.ACCEPTE, Etat.VALIDE, None),
        (Scenario.COMPLEMENT, Etat.COMPLEMENT_DEMANDE, "PIECE_ILLISIBLE"),
        (Scenario.REJETE, Etat.REJETE, "PHOTO_NON_CONFORME"),
    ],
)
def test_a_dossier_goes_to_its_decision(
    world: World,
    cert: CertServer,
    tmp_path: Path,
    scenario: Scenario,
    state: Etat,
    code: str | None,
) -> None:
    cert.centre.scenario = scenario
    package = world.seal()
    with delivering(world, cert, tmp_path) as delivery:
        delivery.sender.outbox.put(package)
        done = exchange(delivery)
        (entry,) = delivery.sender.outbox.entries()
    assert done.failures == ()
    assert (entry.state, entry.code, entry.purged) == (state, code, True)
    assert journal.verify(tmp_path / "journal.jsonl").lines == 3


def test_a_complement_is_followed_by_a_final_decision(
    world: World, cert: CertServer, tmp_path: Path
) -> None:
    cert.centre.scenario = Scenario.COMPLEMENT
    package = world.seal()
    with delivering(world, cert, tmp_path) as delivery:
        delivery.sender.outbox.put(package)
        exchange(delivery)
        assert poll(delivery) == []
        cert.centre.decide(str(package.id), Scenario.ACCEPTE)
        (decision,) = poll(delivery)
        assert decision.rang == 2
        assert [e.state for e in delivery.sender.outbox.entries()] == [Etat.VALIDE]


def test_a_forged_decision_changes_nothing_and_is_journaled(
    world: World, cert: CertServer, tmp_path: Path
) -> None:
    with delivering(world, cert, tmp_path) as delivery:
        delivery.sender.outbox.put(world.seal())
        cert.faults.arm(CertFault.FORGED_DECISION)
        (failure,) = exchange(delivery).failures
        assert isinstance(failure, ReceiptInvalid)
        assert [e.state for e in delivery.sender.outbox.entries()] == [Etat.ACCUSE]
        assert len(exchange(delivery).decisions) == 1
    assert "decision.invalide" in (tmp_path / "journal.jsonl").read_text()


def test_a_refused_dossier_is_kept_with_the_code_and_does_not_hold_up_the_next(
    world: World, cert: CertServer, tmp_path: Path
) -> None:
    bad = world.seal(lambda d: setattr(d, "visage", world.right))
    good = world.seal(lambda d: setattr(d, "numero", numero("75056-01", 2026, 2)))
    with delivering(world, cert, tmp_path) as delivery:
        outbox = delivery.sender.outbox
        outbox.put(bad)
        outbox.put(good)
        done = exchange(delivery)
        assert [type(e) for e in done.failures] == [CentreRefused]
        assert [(e.state, e.code) for e in outbox.entries()] == [
            (Etat.REFUSE, "ENREGISTREMENT_INVALIDE"),
            (Etat.VALIDE, None),
        ]
        assert outbox.blob(bad.id) == bad.blob
