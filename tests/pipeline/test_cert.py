"""The CERT takes what the station seals, and refuses whatever was done to it on the way."""

from __future__ import annotations

import hashlib
import json
import subprocess
import zipfile
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import cv2
import numpy as np
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from simulators import pki
from simulators.agent_keys import authority_of
from simulators.cert.centre import Centre
from simulators.cert.contents import check_reading, opening
from simulators.cert.opener import Opener, Refused
from simulators.cert.records import check_finger
from simulators.cert.store import Received, Store, Upload
from station.capture import Finger
from station.dossier.recapitulatif import Relecture, digest
from station.dossier.saisie import Origine, Valeur
from station.records.edition import Edition
from station.seal import cades, cms
from station.seal.keys import load_certificate
from tests.cert_fixtures import NOW, World, face, finger, make, signer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from station.dossier.draft import Draft
    from station.seal.sealing import SealedPackage


Entries = dict[str, bytes]
ALLOWED = {2, 3, 4, 7, 8, 9}
LEFT = {edition: finger(Finger.LEFT_INDEX, edition).record for edition in Edition}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make(tmp_path_factory.mktemp("keys"))


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


@pytest.mark.parametrize("edition", Edition)
def test_a_dossier_of_every_edition_is_taken(
    centre: Centre, world: World, edition: Edition
) -> None:
    taken = {code: finger(code, edition) for code in (Finger.RIGHT_INDEX, Finger.LEFT_INDEX)}
    sealed = world.seal(lambda d: d.empreintes.update(taken))
    assert receive(centre, sealed.blob, sealed.id).refus is None


@pytest.mark.parametrize("edition", Edition)
@given(draw=st.data())
def test_the_cert_reads_a_damaged_finger_or_refuses_it(
    edition: Edition, draw: st.DataObject
) -> None:
    record = bytearray(LEFT[edition])
    place = draw.draw(st.integers(0, 120))
    record[place] = draw.draw(st.integers(0, 255))
    with suppress(Refused):
        assert check_finger(bytes(record[: draw.draw(st.integers(0, len(record)))])) in ALLOWED


def test_the_portrait_without_loss_lies_beside_its_record(
    world: World, package: SealedPackage
) -> None:
    parts = opener(world).open(package.blob).parts
    assert world.face.master is not None
    assert parts["visage-maitre.png"] == world.face.master.record
    master = cv2.imdecode(np.frombuffer(parts["visage-maitre.png"], np.uint8), cv2.IMREAD_COLOR)
    assert master is not None
    assert master.shape == (531, 413, 3)


def test_a_master_that_has_lost_something_is_refused(centre: Centre, world: World) -> None:
    assert world.face.master is not None
    lossy = replace(world.face.master, record=b"\xff\xd8\xff")
    sealed = world.seal(lambda d: setattr(d, "visage", replace(world.face, master=lossy)))
    assert receive(centre, sealed.blob, sealed.id).refus == "ENREGISTREMENT_INVALIDE"


@pytest.mark.parametrize("edition", Edition)
def test_a_portrait_of_every_edition_is_taken(
    centre: Centre, world: World, edition: Edition
) -> None:
    sealed = world.seal(lambda d: setattr(d, "visage", face(edition)))
    assert receive(centre, sealed.blob, sealed.id).refus is None


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


def test_another_agent_of_the_same_authority_is_refused(
    centre: Centre, world: World, package: SealedPackage
) -> None:
    authority = authority_of(world.keys)
    blob = rebuilt(
        world,
        package,
        lambda e: e.update({AGENT: cades.sign(e[SECOND], signer(authority), NOW)}),
    )
    assert receive(centre, blob, package.id).refus == "AGENT_DISCORDANT"


def test_a_finger_in_the_place_of_another_is_refused(centre: Centre, world: World) -> None:
    sealed = world.seal(lambda d: d.empreintes.update({Finger.RIGHT_INDEX: world.left}))
    assert receive(centre, sealed.blob, sealed.id).refus == "DOIGT_DISCORDANT"


def read_out(of: Draft) -> None:
    """The applicant has confirmed what was typed."""
    of.saisie.put("usager.nom_famille", Valeur("SPECIMEN"))
    of.saisie.put("demande.cni.timbre.numero", Valeur("1234567890123456"))
    of.relecture = Relecture(Origine.USAGER, NOW, digest(of.saisie))


def test_the_confirmation_of_the_recap_travels_with_what_was_read(
    centre: Centre, world: World
) -> None:
    sealed = world.seal(read_out)
    assert receive(centre, sealed.blob, sealed.id).refus is None
    inside = opener(world).open(sealed.blob)
    read = inside.parts["recapitulatif.json"]
    assert json.loads(read) == {"usager.nom_famille": "SPECIMEN"}
    assert inside.manifest["relecture"] == {
        "par": "USAGER",
        "le": f"{NOW:%Y-%m-%dT%H:%M:%SZ}",
        "sha256": hashlib.sha256(read).hexdigest(),
    }
    silent = opener(world).open(world.seal().blob)
    assert silent.manifest["relecture"] is None
    assert "recapitulatif.json" not in silent.parts


@pytest.mark.parametrize("spoil", [{"sha256": "0" * 64}, {"par": "PREDEMANDE"}, {"par": None}])
def test_a_confirmation_of_something_else_is_refused(
    world: World, spoil: dict[str, object]
) -> None:
    opened = opener(world).open(world.seal(read_out).blob)
    opened.manifest["relecture"] |= spoil
    with pytest.raises(Refused, match="RELECTURE_DISCORDANTE"):
        check_reading(opened)


@pytest.mark.parametrize("left", ["relecture", "recapitulatif.json"])
def test_a_recap_without_its_confirmation_is_refused_and_the_other_way_round(
    world: World, left: str
) -> None:
    opened = opener(world).open(world.seal(read_out).blob)
    opened.manifest.pop(left, None)
    opened.parts.pop(left, None)
    with pytest.raises(Refused, match="RELECTURE_DISCORDANTE"):
        check_reading(opened)


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
