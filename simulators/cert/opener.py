"""Open a sealed package with the openssl command, believe nothing, refuse with a code.

    decrypt → container → both signatures → digests of both manifests → manifest.json

The only code anywhere that opens packages. OpenSSL reads the CMS, so each dossier of a test is
also a test of interoperability. Its output is discarded whenever its exit status is not 0: it
writes plaintext before it has checked the tag (formats.md §15).
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import tempfile
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jwt
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from station.seal import format as package

_MAX_EXPANDED = 128 * 1024 * 1024  # bytes
_MAX_MANIFEST = 1024 * 1024
_OPENSSL_TIME = 30  # seconds
_AUTH_ENVELOPED = bytes.fromhex("060b2a864886f70d0109100117")  # its OID in DER, RFC 5083
_FRAME = {
    package.MIMETYPE,
    package.MANIFEST,
    package.STATION_MANIFEST,
    package.STATION_SIGNATURE,
    package.AGENT_MANIFEST,
    package.AGENT_SIGNATURE,
}  # what a container holds beside the parts of the manifest
_STATION_ALGORITHMS = ["ES256", "ES384", "RS256"]
_TYPES = {package.MANIFEST_TYPE, package.COMPLEMENT_TYPE}
_HEAD = 24  # bytes: SEQUENCE, its length, the OID
_MAC_16 = b"\x04\x10"  # the mac is the last field: an OCTET STRING of 16 bytes


class Refused(Exception):
    """The package is not taken; `code` goes to the station."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Opened:
    """What was inside: the manifest, and every part that it lists."""

    manifest: dict[str, Any] = field(repr=False)
    parts: dict[str, bytes] = field(repr=False)
    container: bytes = field(repr=False)

    @property
    def form(self) -> dict[str, Any]:
        """What was typed; raises `Refused` when it is no JSON object."""
        try:
            return dict(json.loads(self.parts[package.FORM]))
        except (ValueError, TypeError) as error:
            raise Refused("MANIFESTE_INVALIDE") from error


@dataclass(frozen=True, slots=True)
class Opener:
    """Holds the CERT's key, and the authority that stations and agents must chain to."""

    key: Path
    certificate: Path
    authority: Path

    def open(self, sealed: bytes) -> Opened:
        """Raises `Refused` with the code of the first thing that does not hold."""
        return self.container(self.decrypted(sealed))

    def decrypted(self, sealed: bytes) -> bytes:
        """What an envelope for this CERT holds; raises `Refused`."""
        if _AUTH_ENVELOPED not in sealed[:_HEAD] or sealed[-18:-16] != _MAC_16:
            raise Refused("ENVELOPPE_INVALIDE")
        return self._decrypt(sealed)

    def container(self, container: bytes) -> Opened:
        """The files of a container, both signatures and every digest checked; raises `Refused`."""
        entries = _entries(container)
        signers = []
        for manifest, signature in (
            (package.STATION_MANIFEST, package.STATION_SIGNATURE),
            (package.AGENT_MANIFEST, package.AGENT_SIGNATURE),
        ):
            signers.append(self._verify(entries, manifest, signature))
            _check_digests(entries, manifest, signature)
        opened = _contents(container, entries)
        _check_signers(opened.manifest, *signers)
        return opened

    def message(self, token: bytes) -> dict[str, Any]:
        """What a station of this authority signed, a JWS of kind `remise`; raises `Refused`."""
        try:
            header = jwt.get_unverified_header(token)
            (shown,) = header["x5c"]
            signer = x509.load_der_x509_certificate(base64.b64decode(shown, validate=True))
            signer.verify_directly_issued_by(
                x509.load_pem_x509_certificate(self.authority.read_bytes())
            )
            key: Any = signer.public_key()
            said: dict[str, Any] = jwt.decode(token, key, algorithms=_STATION_ALGORITHMS)
        except (jwt.PyJWTError, InvalidSignature, KeyError, TypeError, ValueError) as error:
            raise Refused("SIGNATURE_INVALIDE") from error
        now = datetime.now(UTC)
        if not signer.not_valid_before_utc <= now <= signer.not_valid_after_utc:
            raise Refused("SIGNATURE_INVALIDE")
        if header.get("typ") != package.REMISE_TYPE:
            raise Refused("VERSION_INCONNUE")
        if _station(signer) != said.get("iss"):
            raise Refused("STATION_DISCORDANTE")
        return said

    def _decrypt(self, sealed: bytes) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder) / "in", Path(folder) / "out"
            source.write_bytes(sealed)
            if not _openssl(
                "-decrypt", "-in", source, "-recip", self.certificate, "-inkey", self.key,
                "-out", target,
            ):  # fmt: skip
                raise Refused("DECHIFFREMENT_IMPOSSIBLE")
            return target.read_bytes()

    def _verify(self, entries: dict[str, bytes], manifest: str, signature: str) -> x509.Certificate:
        """The certificate of whom the signature is by."""
        if manifest not in entries or signature not in entries:
            raise Refused("SIGNATURE_ABSENTE")
        with tempfile.TemporaryDirectory() as folder:
            content, signed = Path(folder) / "content", Path(folder) / "signed"
            signer = Path(folder) / "signer"
            content.write_bytes(entries[manifest])
            signed.write_bytes(entries[signature])
            if not _openssl(
                "-verify", "-cades", "-in", signed, "-content", content,
                "-CAfile", self.authority, "-purpose", "any", "-out", "/dev/null",
                "-signer", signer,
            ):  # fmt: skip
                raise Refused("SIGNATURE_INVALIDE")
            return x509.load_pem_x509_certificate(signer.read_bytes())


def _openssl(*arguments: str | Path) -> bool:
    command = ["openssl", "cms", *map(str, arguments), "-binary", "-inform", "DER"]
    try:
        done = subprocess.run(  # noqa: S603 (our own arguments)
            command, capture_output=True, timeout=_OPENSSL_TIME, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _entries(container: bytes) -> dict[str, bytes]:
    """The files of the ASiC-E container, bounded and named once each."""
    try:
        with zipfile.ZipFile(BytesIO(container)) as archive:
            infos = archive.infolist()
            names = [info.filename for info in infos]
            if names[:1] != [package.MIMETYPE] or len(set(names)) != len(names):
                raise Refused("CONTENEUR_INVALIDE")
            if len(names) > package.MAX_PARTS + 8 or any(map(_unsafe, names)):
                raise Refused("CONTENEUR_INVALIDE")
            if sum(info.file_size for info in infos) > _MAX_EXPANDED:
                raise Refused("CONTENEUR_TROP_GRAND")
            entries = {info.filename: archive.read(info) for info in infos}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise Refused("CONTENEUR_INVALIDE") from error
    if entries[package.MIMETYPE] != package.ASIC_TYPE.encode():
        raise Refused("CONTENEUR_INVALIDE")
    return entries


def _unsafe(name: str) -> bool:
    return name.startswith("/") or ".." in name.split("/") or not name.isascii() or "\\" in name


def _check_digests(entries: dict[str, bytes], manifest: str, signature: str) -> None:
    """Every file that an ASiC manifest lists, and no file that it does not."""
    raw = entries[manifest]
    if len(raw) > _MAX_MANIFEST or b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise Refused("MANIFESTE_INVALIDE")
    try:
        root = ET.fromstring(raw)  # noqa: S314 (no DOCTYPE: nothing to expand)
    except ET.ParseError as error:
        raise Refused("MANIFESTE_INVALIDE") from error
    asic, dsig = f"{{{package.ASIC_NAMESPACE}}}", f"{{{package.DSIG_NAMESPACE}}}"
    signed_by = [ref.get("URI") for ref in root.findall(f"{asic}SigReference")]
    if signed_by != [signature]:
        raise Refused("MANIFESTE_INVALIDE")
    listed = set()
    for reference in root.findall(f"{asic}DataObjectReference"):
        name = reference.get("URI", "")
        method = reference.find(f"{dsig}DigestMethod")
        value = reference.findtext(f"{dsig}DigestValue", "")
        if method is None or method.get("Algorithm") != package.SHA256_URI:
            raise Refused("MANIFESTE_INVALIDE")
        digest = base64.b64encode(hashlib.sha256(entries.get(name, b"")).digest()).decode()
        if name not in entries or value.strip() != digest:
            raise Refused("EMPREINTE_NUMERIQUE_FAUSSE")
        listed.add(name)
    outside = {n for n in entries if not n.startswith("META-INF/")} - {package.MIMETYPE}
    if not outside <= listed:
        raise Refused("PIECE_NON_SIGNEE")


def _contents(container: bytes, entries: dict[str, bytes]) -> Opened:
    """The parts that manifest.json lists, each against its length and SHA-256."""
    try:
        manifest = json.loads(entries[package.MANIFEST])
        if manifest["type"] not in _TYPES or manifest["version"] != package.VERSION:
            raise Refused("VERSION_INCONNUE")
        parts = {}
        for part in manifest["parts"]:
            data = entries[part["name"]]
            if len(data) != part["length"] or hashlib.sha256(data).hexdigest() != part["sha256"]:
                raise Refused("EMPREINTE_NUMERIQUE_FAUSSE")
            parts[part["name"]] = data
        if set(entries) != {*parts, *_FRAME}:
            raise Refused("PIECE_HORS_MANIFESTE")
    except (KeyError, TypeError, ValueError) as error:
        raise Refused("MANIFESTE_INVALIDE") from error
    return Opened(manifest, parts, container)


def _check_signers(
    manifest: dict[str, Any], station: x509.Certificate, agent: x509.Certificate
) -> None:
    """Who signed is who the manifest says: the station by its name, the agent by certificate."""
    if _station(station) != manifest.get("station"):
        raise Refused("STATION_DISCORDANTE")
    if agent.fingerprint(hashes.SHA256()).hex() != manifest.get("agent"):
        raise Refused("AGENT_DISCORDANT")


def _station(certificate: x509.Certificate) -> str:
    """The number of a station, the last word of its name."""
    (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(name.value).split()[-1]
