"""The simulated title before judges that share no code with us: libeac3, openssl, opensc-tool."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from drivers.wire import tlv
from drivers.wire.apdu import OK, Command
from simulators.title_chip import Active, Issuer, Kind, Profile, Protocol, TitleChip, lds
from simulators.title_chip.inspection import InspectionRoot
from simulators.title_chip.profile import CHIP_ECDH, PACE_GM
from simulators.title_chip.security_files import card_access
from simulators.title_chip.storage import AID
from tests import libeac
from tests.needs import need
from tests.title_chips import Wire, made, opened, reading
from tests.titles_read import CHALLENGE, state

if TYPE_CHECKING:
    from pathlib import Path

    from simulators.card_bed import CardBed
    from simulators.title_chip import Title

WAYS = [Protocol(cipher, curve) for cipher in (2, 3, 4) for curve in (12, 13, 15, 16)]


def _way(protocol: Protocol) -> Title:
    return replace(made(), profile=replace(made().profile, pace=(protocol,)))


def _enter(terminal: libeac.Terminal, one: Title, secret: str, kind: int) -> None:
    (protocol,) = one.profile.pace
    name = tlv.encode(0x80, PACE_GM + bytes([protocol.cipher]))
    asked = name + tlv.encode(0x83, bytes([kind]))
    terminal.open(card_access(one.profile), secret.encode(), kind, asked)


@pytest.mark.parametrize("protocol", WAYS, ids=str)
def test_libeac_opens_the_chip_and_reads_under_secure_messaging(protocol: Protocol) -> None:
    need(libeac.missing())
    one = _way(protocol)
    terminal = libeac.Terminal(TitleChip(one).transmit)
    _enter(terminal, one, one.printed.can, libeac.CAN)
    assert terminal.ask(Command(0, 0xA4, 0x04, 0x0C, AID)).sw == OK
    assert terminal.ask(Command(0, 0xA4, 0x02, 0x0C, b"\x01\x02")).sw == OK
    face = one.files[lds.file_of(2)]
    assert terminal.ask(Command(0, 0xB0, 0, 0, le=1000)).data == face[:1000]
    far = terminal.ask(Command(0, 0xB1, 0, 0, tlv.encode(0x54, b"\x12\x34"), 104))
    assert tlv.find(far.data, 0x53) == face[0x1234 : 0x1234 + 102]
    assert terminal.ask(Command(0, 0xA4, 0x02, 0x0C, b"\x01\x03")).sw == 0x6982


def test_libeac_opens_the_chip_with_the_printed_zone() -> None:
    need(libeac.missing())
    one = made(Kind.OLD_CNI)  # a TD1: libeac 1.1.2 looks for the fields of a TD3 there as well
    terminal = libeac.Terminal(TitleChip(one).transmit)
    _enter(terminal, one, "".join(one.printed.zone), libeac.MRZ)
    assert terminal.ask(Command(0, 0xA4, 0x04, 0x0C, AID)).sw == OK


def test_libeac_does_not_open_the_chip_with_another_can() -> None:
    need(libeac.missing())
    one = made()
    terminal = libeac.Terminal(TitleChip(one).transmit)
    with pytest.raises(libeac.Disagreement, match="6300"):
        _enter(terminal, one, "000000", libeac.CAN)


def test_libeac_takes_the_certificates_of_an_inspection_system() -> None:
    need(libeac.missing())
    granted = state().inspection.grant()
    libeac.judge_chain(granted.root, granted.chain)
    with pytest.raises(libeac.Disagreement):
        libeac.judge_chain(InspectionRoot.new().certificate, granted.chain)


# --- openssl -----------------------------------------------------------------------------------


def _openssl(folder: Path, *arguments: str, status: int = 0) -> bytes:
    need(() if shutil.which("openssl") else ("openssl",))
    done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, check=False)
    assert done.returncode == status, done.stderr.decode()
    return done.stdout + done.stderr


def _content(group: int, one: Title) -> bytes:
    """What stands inside the one object of a file."""
    (item,) = tlv.decode(one.files[lds.SOD if group == 0 else lds.file_of(group)])
    return item.value


@pytest.mark.parametrize("kind", Kind)
def test_openssl_verifies_ef_sod_under_the_csca(kind: Kind, tmp_path: Path) -> None:
    state().write(tmp_path)
    (tmp_path / "sod.der").write_bytes(_content(0, made(kind)))
    verify = ("cms", "-verify", "-inform", "DER", "-in", "sod.der", "-purpose", "any")
    assert b"successful" in _openssl(tmp_path, *verify, "-CAfile", "csca.pem", "-out", "object.der")
    parsed = _openssl(tmp_path, "asn1parse", "-inform", "DER", "-in", "object.der")
    assert parsed.count(b"OCTET STRING") == len(made(kind).groups)
    (tmp_path / "other").mkdir()
    Issuer.new().write(tmp_path / "other")
    _openssl(tmp_path, *verify, "-CAfile", "other/csca.pem", "-out", "none", status=4)


def test_openssl_verifies_the_master_list_and_finds_both_states_in_it(tmp_path: Path) -> None:
    state().write(tmp_path)
    other = Issuer.new("CSCA Utopia").csca
    (tmp_path / "both.ml").write_bytes(state().master_list(other))
    for name, count in (("master-list.ml", 1), ("both.ml", 2)):
        verify = ("cms", "-verify", "-inform", "DER", "-in", name, "-purpose", "any")
        _openssl(tmp_path, *verify, "-CAfile", "csca.pem", "-out", "list.der")
        parsed = _openssl(tmp_path, "asn1parse", "-inform", "DER", "-in", "list.der")
        assert parsed.count(b":X509v3 Basic Constraints") == count


def test_openssl_verifies_the_list_of_revoked_signers(tmp_path: Path) -> None:
    state().write(tmp_path)
    (tmp_path / "revoked.crl").write_bytes(state().revocations(0x1234))
    check = ("crl", "-inform", "DER", "-in", "revoked.crl", "-CAfile", "csca.pem", "-noout")
    said = _openssl(tmp_path, *check, "-text")
    assert b"verify OK" in said
    assert b"Serial Number: 1234" in said


@pytest.mark.parametrize("explicit", [False, True])
def test_openssl_parses_what_dg14_says(explicit: bool, tmp_path: Path) -> None:
    profile = Profile(explicit=explicit, chip=Protocol(3, 13))
    (tmp_path / "dg14.der").write_bytes(_content(14, made(Kind.NEW_CNI, profile)))
    parsed = _openssl(tmp_path, "asn1parse", "-inform", "DER", "-in", "dg14.der").decode()
    for name in ("0.4.0.127.0.7.2.2.4.2.2", "0.4.0.127.0.7.2.2.3.2.3", "0.4.0.127.0.7.2.2.1.2",
                 "0.4.0.127.0.7.2.2.2", "2.23.136.1.1.5"):  # fmt: skip
        assert f":{name}\n" in parsed
    (tmp_path / "key.der").write_bytes(_chip_key(made(Kind.NEW_CNI, profile)))
    said = _openssl(tmp_path, "pkey", "-pubin", "-inform", "DER", "-in", "key.der", "-text")
    assert (b"Prime:" if explicit else b"brainpoolP256r1") in said


def test_openssl_verifies_active_authentication_with_the_key_of_dg15(tmp_path: Path) -> None:
    one = made()
    signature = reading(TitleChip(one), one).signature
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    (tmp_path / "signature").write_bytes(encode_dss_signature(r, s))
    (tmp_path / "challenge").write_bytes(CHALLENGE)
    _write_active_key(tmp_path, one)
    verify = ("dgst", "-sha256", "-verify", "key.pem", "-signature", "signature", "challenge")
    assert b"Verified OK" in _openssl(tmp_path, *verify)


@pytest.mark.parametrize("active", [Active.RSA1536, Active.RSA2048])
def test_openssl_recovers_the_message_that_an_rsa_chip_signed(
    active: Active, tmp_path: Path
) -> None:
    one = made(Kind.NEW_CNI, Profile(active=active))
    (tmp_path / "signature").write_bytes(reading(TitleChip(one), one).signature)
    _write_active_key(tmp_path, one)
    recover = ("pkeyutl", "-verifyrecover", "-pubin", "-inkey", "key.pem", "-in", "signature")
    block = _openssl(tmp_path, *recover, "-pkeyopt", "rsa_padding_mode:none")
    (tmp_path / "message").write_bytes(block[1:-34] + CHALLENGE)
    digest = _openssl(tmp_path, "dgst", "-sha256", "-binary", "message")
    assert (block[:1], block[-34:]) == (b"\x6a", digest + b"\x34\xcc")


def test_openssl_agrees_on_the_keys_of_chip_authentication(tmp_path: Path) -> None:
    """The terminal's key, the secret, the derivation and the first MAC are all openssl's."""
    one = made(Kind.NEW_CNI, Profile(chip=Protocol(2, 13)))
    chip = TitleChip(one)
    conversation = opened(chip, one)
    (tmp_path / "theirs.der").write_bytes(_chip_key(one))
    curve = ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:brainpoolP256r1")
    _openssl(tmp_path, "genpkey", *curve, "-out", "ours.pem")
    _openssl(tmp_path, "pkey", "-in", "ours.pem", "-pubout", "-outform", "DER", "-out", "ours.der")
    point = (tmp_path / "ours.der").read_bytes()[-65:]
    asked = tlv.encode(0x80, CHIP_ECDH + b"\x02")
    assert conversation.ask(Command(0, 0x22, 0x41, 0xA4, asked)).sw == OK
    agree = Command(0, 0x86, 0, 0, tlv.encode(0x7C, tlv.encode(0x80, point)), 256)
    assert conversation.ask(agree).data == b"\x7c\x00"
    derive = ("-derive", "-inkey", "ours.pem", "-peerform", "DER", "-peerkey", "theirs.der")
    secret = _openssl(tmp_path, "pkeyutl", *derive)
    (tmp_path / "seed").write_bytes(secret + b"\x00\x00\x00\x02")
    key = _openssl(tmp_path, "dgst", "-sha1", "-binary", "seed")[:16]
    header = bytes((0x0C, 0xA4, 0x02, 0x0C))
    name = _mac(tmp_path, key, 1, header)
    answer = Wire(chip)(header + bytes([len(name)]) + name + b"\x00")
    assert (
        answer == bytes.fromhex("99026A86") + _mac(tmp_path, key, 2, b"", "99026A86") + b"\x6a\x86"
    )


def _mac(folder: Path, key: bytes, counter: int, header: bytes, objects: str = "") -> bytes:
    """The object 8E over a message, by openssl's CMAC."""
    text = counter.to_bytes(16, "big")
    for part in (header, bytes.fromhex(objects)):
        text += part + b"\x80" + bytes(-(len(part) + 1) % 16) if part else b""
    (folder / "text").write_bytes(text)
    option = ("-cipher", "AES-128-CBC", "-macopt", f"hexkey:{key.hex()}", "-binary")
    return b"\x8e\x08" + _openssl(folder, "mac", *option, "-in", "text", "CMAC")[:8]


def _chip_key(one: Title) -> bytes:
    """The SubjectPublicKeyInfo in DG14."""
    infos = tlv.decode(tlv.find(_content(14, one), 0x31))
    (key,) = (tlv.decode(info.value)[1] for info in infos if tlv.decode(info.value)[1].tag == 0x30)
    return tlv.encode(0x30, key.value)


def _write_active_key(folder: Path, one: Title) -> None:
    (folder / "dg15.der").write_bytes(_content(15, one))
    _openssl(folder, "asn1parse", "-inform", "DER", "-in", "dg15.der")
    _openssl(folder, "pkey", "-pubin", "-inform", "DER", "-in", "dg15.der", "-out", "key.pem")


# --- opensc ------------------------------------------------------------------------------------


@pytest.mark.pcsc
def test_opensc_sees_the_title_beside_the_agents_card(card_bed: CardBed) -> None:
    need(() if shutil.which("opensc-tool") else ("opensc",))
    card_bed.insert()
    card_bed.insert_title(made())
    try:
        listed = _opensc(card_bed, "--list-readers").splitlines()
        assert [line.split()[:2] for line in listed[2:4]] == [["0", "Yes"], ["1", "Yes"]]
        assert _opensc(card_bed, "--reader", "1", "--atr").startswith("3b:87:80:01")
        said = _opensc(card_bed, "--reader", "1", "--send-apdu", "00B09C0000")
        assert "SW1=0x90, SW2=0x00" in said
        said = _opensc(card_bed, "--reader", "1", "--send-apdu", "00A4040C07A0000002471001")
        assert "SW1=0x90, SW2=0x00" in said
    finally:
        card_bed.remove_title()


def _opensc(bed: CardBed, *arguments: str) -> str:
    done = subprocess.run(
        ["opensc-tool", *arguments],
        env=os.environ | bed.env,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
