"""A sealed package as a stranger sees it: with the openssl and unzip commands, and nothing of ours.

OpenSSL up to 3.0.19 leaves plaintext in its output file when the tag is wrong; its status tells.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zipfile import ZIP_STORED, ZipFile

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from simulators.pki import Authority, Validity, create, write_key
from station.capture import Finger, Provenance
from station.dossier.draft import Justification
from station.dossier.model import MotifExemption, Signataire
from station.errors import CertificateInvalid, SealError
from station.quality.signature import assess_signature
from station.records import door
from station.records.encoded import encode_signature
from station.rules.regles import en_vigueur
from station.seal.keys import FileSigner, load_certificate, load_signer
from station.seal.manifest import SealContext, canonical
from station.seal.sealing import SealedPackage, seal
from tests.applications import TODAY, draft, encoded
from tests.writing import signed

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography import x509

    from station.dossier.draft import Dossier

NOW = datetime.now(UTC)


@dataclass(frozen=True)
class World:
    """The keys of a laboratory, an agent's card among them."""

    folder: Path
    authority: Authority
    station: FileSigner
    agent: FileSigner

    @property
    def recipient(self) -> x509.Certificate:
        return load_certificate(self.folder / "cert.pem", NOW)


def signer(authority: Authority, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> FileSigner:
    public = key.public_key()
    return FileSigner(authority.issue(public, "SPECIMEN Agent", "content_commitment"), key)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("pki")
    authority = create(folder)
    station = load_signer(folder / "station.pem", folder / "station.key.pem", NOW)
    agent = signer(authority, rsa.generate_private_key(65537, 2048))
    return World(folder, authority, station, agent)


def fingerprint(agent: FileSigner) -> str:
    return agent.certificate.fingerprint(hashes.SHA256()).hex()


def dossier(world: World, agent: FileSigner | None = None) -> Dossier:
    of = draft(fingerprint(agent or world.agent))
    of.exemptions[Finger.RIGHT_THUMB] = MotifExemption.ABSENT
    of.justifications.append(Justification(code="PHOTO_FLOUE", raison="tremblement"))
    return of.complete(TODAY, en_vigueur(TODAY))


def context() -> SealContext:
    return SealContext(sequence=7, precedent="cc" * 32, journal="dd" * 32, now=NOW, logiciel="0.1")


@pytest.fixture(scope="module")
def package(world: World) -> SealedPackage:
    return seal(dossier(world), world.station, world.agent, world.recipient, context())


def openssl(*args: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *args], capture_output=True, timeout=30, check=False)


def decrypt(folder: Path, blob: bytes, key: str = "cert") -> subprocess.CompletedProcess[bytes]:
    sealed = folder / "sealed.p7m"
    sealed.write_bytes(blob)
    return openssl(
        "cms", "-decrypt", "-binary", "-inform", "DER", "-in", sealed,
        "-inkey", folder / f"{key}.key.pem", "-out", folder / "opened.asice",
    )  # fmt: skip


def verify(opened: Path, ca: Path, number: int) -> subprocess.CompletedProcess[bytes]:
    return openssl(
        "cms", "-verify", "-cades", "-binary", "-inform", "DER",
        "-in", opened / f"META-INF/signature00{number}.p7s",
        "-content", opened / f"META-INF/ASiCManifest00{number}.xml",
        "-CAfile", ca, "-purpose", "any", "-out", "/dev/null",
    )  # fmt: skip


@pytest.fixture
def opened(world: World, package: SealedPackage, tmp_path: Path) -> Path:
    """What the CERT finds inside, unpacked by unzip."""
    assert decrypt(world.folder, package.blob).returncode == 0
    archive = world.folder / "opened.asice"
    assert subprocess.run(["unzip", "-tq", archive], capture_output=True).returncode == 0
    subprocess.run(["unzip", "-q", archive, "-d", tmp_path], check=True)
    return tmp_path


def manifest(opened: Path) -> dict[str, object]:
    loaded: dict[str, object] = json.loads((opened / "manifest.json").read_bytes())
    return loaded


def test_the_package_names_itself_and_shows_nothing(package: SealedPackage) -> None:
    assert package.sha256 == hashlib.sha256(package.blob).hexdigest()
    assert package.numero.startswith("75056-01-2026-")
    assert b"SPECIMEN" not in package.blob
    assert "blob" not in repr(package)


def test_nothing_but_seal_makes_a_package(package: SealedPackage) -> None:
    with pytest.raises(TypeError):
        SealedPackage(package.id, package.numero, package.sha256, package.blob, object())
    with pytest.raises(TypeError):
        replace(package, blob=b"", door=object())


@pytest.mark.parametrize("number", [1, 2])
def test_openssl_verifies_both_signatures(world: World, opened: Path, number: int) -> None:
    verified = verify(opened, world.folder / "ca.pem", number)
    assert b"CAdES Verification successful" in verified.stderr
    assert verified.returncode == 0


def test_the_envelope_is_der_with_the_promised_algorithms(
    world: World, package: SealedPackage
) -> None:
    (world.folder / "sealed.p7m").write_bytes(package.blob)
    printed = openssl("asn1parse", "-inform", "DER", "-in", world.folder / "sealed.p7m")
    assert printed.returncode == 0
    for name in (b"id-smime-ct-authEnvelopedData", b"dhSinglePass-stdDH-sha384kdf-scheme",
                 b"id-aes256-wrap", b"aes-256-gcm"):  # fmt: skip
        assert name in printed.stdout
    assert re.search(rb"\x30\x11\x04\x0c.{12}\x02\x01\x10", package.blob[:1000], re.DOTALL)


def test_the_mimetype_is_where_readers_look(world: World, opened: Path) -> None:
    with ZipFile(world.folder / "opened.asice") as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type, first.extra) == ("mimetype", ZIP_STORED, b"")
    head = (world.folder / "opened.asice").read_bytes()[30:69]
    assert head == b"mimetypeapplication/vnd.etsi.asic-e+zip"
    assert opened.joinpath("mimetype").read_text() == "application/vnd.etsi.asic-e+zip"


def test_every_file_is_signed_and_every_digest_holds(opened: Path) -> None:
    files = {str(p.relative_to(opened)): p for p in opened.rglob("*") if p.is_file()}
    for number in (1, 2):
        xml = (opened / f"META-INF/ASiCManifest00{number}.xml").read_text()
        found = dict(re.findall(r'DataObjectReference URI="([^"]+)".*?DigestValue>([^<]+)', xml))
        assert set(found) == {n for n in files if n != "mimetype" and not n.startswith("META-INF")}
        for name, digest in found.items():
            expected = hashlib.sha256(files[name].read_bytes()).digest()
            assert base64.b64decode(digest) == expected


def test_the_manifest_says_what_the_receiver_acts_on(
    world: World, package: SealedPackage, opened: Path
) -> None:
    said = manifest(opened)
    assert said["dossier"] == str(package.id)
    assert said["agent"] == fingerprint(world.agent)
    assert (said["station"], said["sequence"]) == ("75056-01", 7)
    assert (said["precedent"], said["journal"]) == ("cc" * 32, "dd" * 32)
    assert said["exemptions"] == [{"doigt": 1, "motif": "ABSENT", "duree": "definitive"}]
    assert said["justifications"] == [{"code": "PHOTO_FLOUE", "raison": "tremblement"}]
    assert (opened / "manifest.json").read_bytes() == canonical(said)


def test_each_part_says_its_device_capture_and_quality(opened: Path) -> None:
    parts = manifest(opened)["parts"]
    assert isinstance(parts, list)
    names = [part["name"] for part in parts]
    assert names == sorted(names)
    assert names == [
        "dossier.json", "empreintes/02.cbeff", "empreintes/07.cbeff",
        "pieces/01-ACTE_NAISSANCE-01.jp2", "pieces/02-JUSTIF_DOMICILE-01.jp2",
        "pieces/02-JUSTIF_DOMICILE-02.jp2", "signature-titulaire.png", "visage.cbeff",
    ]  # fmt: skip
    for part in parts:
        data = (opened / part["name"]).read_bytes()
        assert (part["length"], part["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    finger = parts[1]
    assert finger["device"]["serial"] == "SN-0001"
    assert finger["quality"][0] == {
        "name": "finger.coverage", "value": 0.875, "unit": "ratio",
        "algorithm": "own", "version": "1",
    }  # fmt: skip


def test_a_signature_from_a_pad_travels_as_a_picture_and_as_strokes(
    world: World, tmp_path: Path
) -> None:
    of = draft(fingerprint(world.agent))
    pad = Provenance("pad", "SPECIMEN pad", "1", "1.0", simulated=False)
    of.put_signature(
        Signataire.TITULAIRE, encode_signature(signed(), assess_signature(signed()), pad)
    )
    whole = of.complete(TODAY, en_vigueur(TODAY))
    sealed = seal(whole, world.station, world.agent, world.recipient, context())
    assert decrypt(world.folder, sealed.blob).returncode == 0
    archive = world.folder / "opened.asice"
    subprocess.run(["unzip", "-q", archive, "-d", tmp_path], check=True)
    parts = json.loads((tmp_path / "manifest.json").read_bytes())["parts"]
    listed = {part["name"]: part for part in parts}
    assert listed["signature-titulaire.png"]["format"] == "PNG 300 dpi"
    assert {m["name"] for m in listed["signature-titulaire.png"]["quality"]} >= {"signature.length"}
    assert listed["signature-titulaire.cbeff"]["format"] == "19794-7:2014, CBEFF BIT"
    assert door.read((tmp_path / "signature-titulaire.cbeff").read_bytes()).signature == signed()


def test_an_altered_manifest_fails_its_signature(world: World, opened: Path) -> None:
    path = opened / "META-INF/ASiCManifest002.xml"
    path.write_bytes(path.read_bytes().replace(b"visage", b"virage"))
    assert verify(opened, world.folder / "ca.pem", 2).returncode != 0


def test_a_signature_of_another_authority_is_refused(opened: Path) -> None:
    other = opened / "other-ca.pem"
    other.write_bytes(Authority.new("Autre").certificate.public_bytes(Encoding.PEM))
    assert verify(opened, other, 1).returncode != 0


@pytest.mark.parametrize("place", [0.02, 0.5, -1])
def test_a_changed_byte_is_refused(world: World, package: SealedPackage, place: float) -> None:
    blob = bytearray(package.blob)
    blob[int(place * len(blob)) if place > 0 else -1] ^= 1
    assert decrypt(world.folder, bytes(blob)).returncode != 0


def test_a_cut_package_is_refused(world: World, package: SealedPackage) -> None:
    assert decrypt(world.folder, package.blob[:-20]).returncode != 0


def test_another_key_does_not_open(world: World, package: SealedPackage) -> None:
    write_key(world.folder / "wrong.key.pem", ec.generate_private_key(ec.SECP384R1()))
    try:
        assert decrypt(world.folder, package.blob, "wrong").returncode != 0
    finally:
        (world.folder / "wrong.key.pem").unlink()


def test_a_p256_recipient_and_an_elliptic_card_serve_too(world: World, tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    card = signer(world.authority, ec.generate_private_key(ec.SECP256R1()))
    write_key(tmp_path / "cert.key.pem", key)
    recipient = world.authority.issue(key.public_key(), "CERT", "key_agreement")
    sealed = seal(dossier(world, card), world.station, card, recipient, context())
    assert decrypt(tmp_path, sealed.blob).returncode == 0
    with ZipFile(tmp_path / "opened.asice") as archive:
        archive.extractall(tmp_path / "opened")
    assert verify(tmp_path / "opened", world.folder / "ca.pem", 2).returncode == 0


def test_the_same_dossier_is_never_encrypted_alike(world: World, package: SealedPackage) -> None:
    again = seal(dossier(world), world.station, world.agent, world.recipient, context())
    assert again.sha256 != package.sha256
    assert again.id == package.id


def test_the_card_of_another_agent_does_not_seal(world: World) -> None:
    other = signer(world.authority, ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(SealError, match="agent"):
        seal(dossier(world), world.station, other, world.recipient, context())


def test_a_card_that_signs_with_another_key_is_found_before_sending(world: World) -> None:
    wrong = replace(world.agent, key=rsa.generate_private_key(65537, 2048))
    with pytest.raises(SealError, match="does not match"):
        seal(dossier(world), world.station, wrong, world.recipient, context())


@pytest.mark.parametrize("days", [-400, 400])
def test_outside_the_dates_of_a_certificate_nothing_is_sealed(world: World, days: int) -> None:
    then = replace(context(), now=NOW + timedelta(days=days))
    with pytest.raises(CertificateInvalid):
        seal(dossier(world), world.station, world.agent, world.recipient, then)


def test_a_recipient_that_has_expired_gets_nothing(world: World) -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    old = world.authority.issue(
        key.public_key(), "CERT", "key_agreement", validity=Validity(-20, -10)
    )
    with pytest.raises(CertificateInvalid):
        seal(dossier(world), world.station, world.agent, old, context())


def test_an_rsa_recipient_is_refused(world: World) -> None:
    with pytest.raises(SealError, match="P-384"):
        seal(dossier(world), world.station, world.agent, world.agent.certificate, context())


def test_a_package_beyond_the_bound_is_refused(world: World) -> None:
    large = draft(fingerprint(world.agent))
    large.visage = encoded(bytes(64 * 1024 * 1024), "application/octet-stream")
    whole = large.complete(TODAY, en_vigueur(TODAY))
    with pytest.raises(SealError, match="more than a package may hold"):
        seal(whole, world.station, world.agent, world.recipient, context())


def test_a_station_key_that_others_can_read_is_refused(world: World, tmp_path: Path) -> None:
    key = tmp_path / "station.key.pem"
    key.write_bytes((world.folder / "station.key.pem").read_bytes())
    key.chmod(0o644)
    with pytest.raises(SealError, match="0600"):
        load_signer(world.folder / "station.pem", key, NOW)


def test_a_key_of_another_certificate_is_refused(world: World) -> None:
    with pytest.raises(SealError, match="not the key of"):
        load_signer(world.folder / "station.pem", world.folder / "cert.key.pem", NOW)


def test_a_key_file_that_is_no_key_is_refused(world: World, tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.touch(mode=0o600)
    with pytest.raises(SealError, match="no PEM"):
        load_signer(world.folder / "station.pem", key, NOW)
    with pytest.raises(SealError, match="No such file"):
        load_signer(world.folder / "station.pem", tmp_path / "absent.pem", NOW)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.875, b"0.875"), (1.0, b"1"), (-0.0, b"0"), (1e21, b"1e+21"), (1e20, b"1" + b"0" * 20),
        (1e-6, b"0.000001"), (1e-7, b"1e-7"), (-1.5e-9, b"-1.5e-9"), (1 / 3, b"0.3333333333333333"),
        (True, b"true"), (None, b"null"), ("é\x0f\"", b'"\xc3\xa9\\u000f\\""'),
        ({"b": [1], "a": {}}, b'{"a":{},"b":[1]}'),
    ],
)  # fmt: skip
def test_canonical_json_is_that_of_rfc_8785(value: object, text: bytes) -> None:
    assert canonical(value) == text


@pytest.mark.parametrize("value", [float("nan"), 2**60, "\ud800", {"a": object()}])
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(SealError):
        canonical(value)
