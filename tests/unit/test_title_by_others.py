"""Signed objects made by openssl: every algorithm of the field, curves spelt out, and forgeries."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from station.errors import RecordInvalid, SignedDataInvalid
from station.records import der
from station.title import certificates, cms, keys, trust

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = b"content of SPECIMEN"
EC = {
    "p256": ("EC", "ec_paramgen_curve:prime256v1", "named_curve"),
    "p384": ("EC", "ec_paramgen_curve:secp384r1", "explicit"),
    "bp256": ("EC", "ec_paramgen_curve:brainpoolP256r1", "explicit"),
    "bp384": ("EC", "ec_paramgen_curve:brainpoolP384r1", "named_curve"),
    "bp512": ("EC", "ec_paramgen_curve:brainpoolP512r1", "explicit"),
}


def openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


def new_key(folder: Path, kind: str) -> None:
    if kind == "rsa":
        openssl(folder, "genpkey", "-algorithm", "RSA", "-out", "k.pem")
        return
    algorithm, curve, form = EC[kind]
    openssl(
        folder, "genpkey", "-algorithm", algorithm, "-pkeyopt", curve,
        "-pkeyopt", f"ec_param_enc:{form}", "-out", "k.pem",
    )  # fmt: skip


def certify(folder: Path, extra: tuple[str, ...] = ()) -> None:
    openssl(
        folder, "req", "-x509", "-new", "-key", "k.pem", "-out", "c.pem", "-days", "30", "-sha256",
        "-subj", "/C=UT/CN=CSCA SPECIMEN", "-addext", "keyUsage=critical,keyCertSign", *extra,
    )  # fmt: skip
    openssl(folder, "x509", "-in", "c.pem", "-outform", "DER", "-out", "c.der")


def sign(folder: Path, content: bytes, kind: str, *extra: str) -> bytes:
    (folder / "in").write_bytes(content)
    openssl(
        folder, "cms", "-sign", "-binary", "-nodetach", "-nosmimecap", "-outform", "DER",
        "-econtent_type", kind, "-signer", "c.pem", "-inkey", "k.pem", "-in", "in", "-out", "out",
        *extra,
    )  # fmt: skip
    return (folder / "out").read_bytes()


@pytest.mark.parametrize("digest", ["sha1", "sha224", "sha256", "sha384", "sha512"])
@pytest.mark.parametrize("kind", ["rsa", "pss", *EC])
def test_a_signature_of_openssl_holds(tmp_path: Path, kind: str, digest: str) -> None:
    new_key(tmp_path, "rsa" if kind == "pss" else kind)
    certify(tmp_path)
    pss = ("-keyopt", "rsa_padding_mode:pss") if kind == "pss" else ()
    data = sign(tmp_path, CONTENT, cms.SECURITY_OBJECT, "-md", digest, *pss)
    signed = cms.read(data, cms.SECURITY_OBJECT)
    signer = trust.signer_of(signed)
    assert signer is not None
    assert signed.content == CONTENT
    cms.verify(signed, signer.key)
    assert digest.upper() in signed.signer.scheme.label
    certificate = certificates.read((tmp_path / "c.der").read_bytes())
    assert certificate.proof.by(certificate.key)
    assert not certificate.simulated


def test_a_signer_named_by_its_key_is_found(tmp_path: Path) -> None:
    new_key(tmp_path, "bp256")
    certify(tmp_path)
    signed = cms.read(sign(tmp_path, CONTENT, cms.SECURITY_OBJECT, "-keyid"), cms.SECURITY_OBJECT)
    assert signed.signer.key_id
    assert trust.signer_of(signed) is not None


def test_what_is_not_what_was_asked_for_is_refused(tmp_path: Path) -> None:
    new_key(tmp_path, "p256")
    certify(tmp_path)
    with pytest.raises(SignedDataInvalid, match="type"):
        cms.read(sign(tmp_path, CONTENT, cms.MASTER_LIST), cms.SECURITY_OBJECT)
    with pytest.raises(SignedDataInvalid):
        cms.read(sign(tmp_path, CONTENT, cms.SECURITY_OBJECT, "-noattr"), cms.SECURITY_OBJECT)
    streamed = sign(tmp_path, CONTENT, cms.SECURITY_OBJECT, "-stream")
    with pytest.raises(SignedDataInvalid):  # of indefinite length
        cms.read(streamed, cms.SECURITY_OBJECT)


def test_a_master_list_of_openssl_is_believed(tmp_path: Path) -> None:
    new_key(tmp_path, "bp384")
    certify(tmp_path)
    root = (tmp_path / "c.der").read_bytes()
    content = der.sequence(der.integer(0), der.set_of(root, der.sequence()))
    found = trust.of_master_list(sign(tmp_path, content, cms.MASTER_LIST))
    assert (len(found.authorities), found.unread) == (1, 1)
    assert found.authorities[0].country == "UT"


@pytest.mark.parametrize("part", ["generator", "order", "coefficient", "prime"])
def test_a_curve_with_parameters_of_somebodys_choice_is_refused(tmp_path: Path, part: str) -> None:
    """With a generator of its own choice, anybody makes a private key for any point."""
    new_key(tmp_path, "bp256")
    openssl(tmp_path, "pkey", "-in", "k.pem", "-pubout", "-outform", "DER", "-out", "p.der")
    data = (tmp_path / "p.der").read_bytes()
    keys.read(data)
    algorithm, bits = der.read(data).children
    name, spelt = algorithm.children
    fields = [child.whole for child in spelt.children]
    rank = {"prime": 1, "coefficient": 2, "generator": 3, "order": 4}[part]
    fields[rank] = fields[rank][:-1] + bytes([fields[rank][-1] ^ 2])
    if part == "generator":  # another point of the curve: the key itself
        fields[3] = der.octet_string(bits.value[1:])
    forged = der.sequence(der.sequence(name.whole, der.sequence(*fields)), bits.whole)
    with pytest.raises(RecordInvalid):
        keys.read(forged)
