"""What is proven of a chip: sound titles, every defect, and every file of hostile bytes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from simulators import titles
from simulators.pki import Authority
from simulators.title_chip import lds as maker
from simulators.title_chip.agreement import prove
from simulators.title_chip.defects import Defect, spoilt
from simulators.title_chip.der import integer, sequence, set_of
from simulators.title_chip.issuer import Issuer, security_object, signer_of
from simulators.title_chip.profile import Active
from simulators.title_chip.signed_data import Signer, sign
from simulators.title_chip.title import Kind, Title
from station.capture import ChipStep, StepTaken, TitleFile
from station.codes.mrz import zone
from station.errors import (
    ChipFileInvalid,
    ChipKeyInvalid,
    RecordInvalid,
    SignedDataInvalid,
)
from station.title import active, certificates, cms, key, keys, lds, passive, trust
from station.title.examination import Report, examine
from station.title.findings import Status, failed, label
from tests.titles_read import CHALLENGE, HOLDER, TODAY, by_zone, der, made, read, state, store

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

PACE = StepTaken(ChipStep.PACE, done=True, fact="AES-128")

_LIST = bytes.fromhex("678108010102")  # 2.23.136.1.1.2


def report(of: Title | None = None) -> Report:
    return trusting(store(), of or made())


def trusting(trusted: trust.TrustStore | None, of: Title | None = None) -> Report:
    return examine(read(of or made()), CHALLENGE, trusted, TODAY)


def reasons(found: Report) -> dict[str, tuple[Status, str]]:
    return {finding.check: (finding.status, finding.reason) for finding in found.findings}


@pytest.mark.parametrize("kind", Kind)
def test_a_sound_title_is_verified_group_by_group(kind: Kind) -> None:
    found = report(made(kind))
    asked = ("object", "signature", "signer", "validity", "revocation", "list", "country", "expiry")
    groups = ("dg1", "dg2", "dg3", "dg11", "dg12", "dg14", "dg15")
    assert {check: found.status(check) for check in (*asked, *groups)} == dict.fromkeys(
        (*asked, *groups), Status.VERIFIED
    )
    assert all(found.proven(TitleFile(group)) is Status.VERIFIED for group in groups)
    assert found.failures == ()


def test_the_files_say_what_the_title_says() -> None:
    found, printed = report(), made().printed
    civil = HOLDER.civil()
    assert found.mrz is not None
    assert found.mrz.number == printed.number
    assert found.personal is not None
    assert found.personal.surname == civil["nom_famille"].upper()
    assert len(found.personal.given) == len(civil["prenoms"])
    assert found.personal.born == printed.born
    assert found.document is not None
    assert found.document.issued == printed.issued
    assert found.face is not None
    assert found.face.size == (413, 531)
    assert [f.position for f in found.fingers or ()] == [2, 7]
    assert found.simulated


@pytest.mark.parametrize(
    ("defect", "check", "reason"),
    [
        (Defect.TAMPERED_ZONE, "dg1", "differs"),
        (Defect.TAMPERED_FACE, "dg2", "differs"),
        (Defect.TAMPERED_FINGERS, "dg3", "differs"),
        (Defect.TAMPERED_SOD, "signature", "wrong"),
        (Defect.UNLISTED_GROUP, "dg11", "unlisted"),
        (Defect.UNKNOWN_SIGNER, "signer", "not-issued"),
        (Defect.EXPIRED_SIGNER, "validity", "out-of-time"),
    ],
)
def test_each_defect_fails_one_question(defect: Defect, check: str, reason: str) -> None:
    found = report(spoilt(made(), defect, state()))
    assert reasons(found)[check] == (Status.FAILED, reason)
    others = {Defect.UNLISTED_GROUP: {"list"}}.get(defect, set())
    assert {finding.check for finding in found.failures} - others == {check}


@pytest.mark.parametrize(
    "defect", [Defect.TAMPERED_SOD, Defect.UNKNOWN_SIGNER, Defect.EXPIRED_SIGNER]
)
def test_nothing_is_proven_by_a_signer_who_is_not_believed(defect: Defect) -> None:
    found = report(spoilt(made(), defect, state()))
    assert {found.proven(file) for file in lds.TAGS if file.startswith("dg")} == {Status.FAILED}


def test_a_revoked_signer_fails() -> None:
    serial = signer_of(made().files[0x011D]).serial_number
    found = trusting(store(serial))
    assert reasons(found)["revocation"] == (Status.FAILED, "revoked")
    assert found.proven(TitleFile.DG1) is Status.FAILED


def test_an_old_revocation_list_is_not_a_good_answer() -> None:
    known = store()
    late = tuple(replace(one, until=one.since) for one in known.revocations)
    found = trusting(replace(known, revocations=late))
    assert reasons(found)["revocation"] == (Status.NOT_PERFORMED, "crl-expired")
    found = trusting(replace(known, revocations=()))
    assert reasons(found)["revocation"] == (Status.NOT_PERFORMED, "no-crl")


def test_a_revocation_list_of_somebody_else_counts_for_nothing() -> None:
    forged = certificates.read_revocations(Issuer.new().revocations())
    found = trusting(replace(store(), revocations=(forged,)))
    assert reasons(found)["revocation"] == (Status.NOT_PERFORMED, "no-crl")


@pytest.mark.parametrize("part", [x509.DeltaCRLIndicator(1), x509.CRLNumber(1)])
def test_a_part_of_a_revocation_list_is_no_list(part: x509.ExtensionType) -> None:
    whole = state().csca
    assert certificates.read_revocations(whole.revocation_list()).serials == frozenset()
    with pytest.raises(SignedDataInvalid):
        certificates.read_revocations(whole.revocation_list(extension=part))


def test_without_a_trust_list_the_signature_holds_and_proves_nothing() -> None:
    found = trusting(None)
    assert reasons(found)["signature"] == (Status.VERIFIED, "holds")
    assert reasons(found)["signer"] == (Status.NOT_PERFORMED, "no-trust-list")
    assert found.proven(TitleFile.DG1) is Status.NOT_PERFORMED


def test_an_authority_that_nobody_knows_is_named_so() -> None:
    other = Issuer.new("CSCA Utopia")
    title = made().with_file(
        0x011D, security_object(made().groups, other.signer(made().printed.issued), TODAY)
    )
    assert reasons(report(title))["signer"] == (Status.FAILED, "unknown-authority")


def signed_by(signer: Signer, day: date) -> Report:
    return report(made().with_file(0x011D, security_object(made().groups, signer, day)))


def test_an_authority_does_not_sign_titles_itself() -> None:
    csca = state().csca
    found = signed_by(Signer(csca.key, csca.certificate), made().printed.issued)
    assert reasons(found)["signer"] == (Status.FAILED, "misused")
    assert found.proven(TitleFile.DG1) is Status.FAILED


def test_a_signature_of_tomorrow_is_refused() -> None:
    found = signed_by(state().signer(made().printed.issued), TODAY + timedelta(days=2))
    assert reasons(found)["validity"] == (Status.FAILED, "out-of-time")


def test_an_expired_title_is_told() -> None:
    day = made().printed.expires + timedelta(days=1)
    found = examine(read(made()), CHALLENGE, store(), day)
    assert reasons(found)["expiry"] == (Status.FAILED, "expired")


def test_a_group_that_was_hidden_from_the_list_is_noticed() -> None:
    title = made().with_file(0x011E, maker.com([1, 2, 3, 11, 12, 15]))
    assert reasons(report(title))["list"] == (Status.FAILED, "differs")


def test_a_file_that_was_not_read_is_not_performed_and_says_why() -> None:
    found = examine(read(made(), TitleFile.SOD, TitleFile.DG1), CHALLENGE, store(), TODAY)
    assert reasons(found)["dg2"] == (Status.NOT_PERFORMED, "not-read")
    assert reasons(found)["dg3"] == (Status.NOT_PERFORMED, "no-inspection")
    assert found.proven(TitleFile.DG3) is Status.NOT_PERFORMED
    assert found.fingers is None


def test_a_file_whose_hash_holds_and_that_cannot_be_read_fails() -> None:
    groups = made().groups | {11: b"\x6b\x02\x5c\x05"}
    signer = state().signer(made().printed.issued)
    title = made().with_file(0x010B, groups[11])
    title = title.with_file(0x011D, security_object(groups, signer, made().printed.issued))
    assert reasons(report(title))["dg11"] == (Status.FAILED, "malformed")


def test_a_zone_that_is_not_the_printed_one_is_told() -> None:
    mine = zone.parse(made().printed.zone, TODAY)
    other = zone.parse(made(Kind.NEW_PASSPORT).printed.zone, TODAY)
    for printed, status in ((mine, Status.VERIFIED), (other, Status.FAILED)):
        found = examine(read(made()), CHALLENGE, store(), TODAY, printed)
        assert found.status("printed") is status


# --- proofs of the chip ---------------------------------------------------------------------------


def proven_actively(active: Active, *, copy: bool = False) -> Report:
    title = made(Kind.NEW_PASSPORT, active)
    if copy:
        title = spoilt(title, Defect.CLONED_ACTIVE, state())
    signature = prove(title.keys.active, CHALLENGE, bytes)
    steps = (PACE, StepTaken(ChipStep.ACTIVE, done=True, fact=""))
    reading = replace(read(title), steps=steps, signature=signature)
    return examine(reading, CHALLENGE, store(), TODAY)


@pytest.mark.parametrize("active", [Active.P256, Active.RSA1536, Active.RSA2048])
def test_active_authentication_tells_a_chip_from_its_copy(active: Active) -> None:
    assert proven_actively(active).status("active-authentication") is Status.VERIFIED
    assert proven_actively(active, copy=True).status("active-authentication") is Status.FAILED


@pytest.mark.parametrize("active", [Active.P256, Active.RSA1536, Active.RSA2048])
def test_a_signature_of_another_challenge_proves_nothing(active: Active) -> None:
    title = made(Kind.NEW_PASSPORT, active)
    signature = prove(title.keys.active, b"SPECIMEN", bytes)
    steps = (PACE, StepTaken(ChipStep.ACTIVE, done=True, fact=""))
    reading = replace(read(title), steps=steps, signature=signature)
    found = examine(reading, CHALLENGE, store(), TODAY)
    assert reasons(found)["active-authentication"] == (Status.FAILED, "wrong")


def test_a_proof_by_a_key_that_the_state_did_not_sign_proves_nothing() -> None:
    title = spoilt(made(), Defect.UNKNOWN_SIGNER, state())
    steps = (PACE, StepTaken(ChipStep.CHIP, done=True, fact=""))
    found = examine(replace(read(title), steps=steps), CHALLENGE, store(), TODAY)
    assert reasons(found)["chip-authentication"] == (Status.FAILED, "key-not-proven")


def test_a_chip_that_announces_what_it_did_not_sign_fails() -> None:
    reading = read(made())
    files = reading.files | {TitleFile.CARD_ACCESS: b"\x31\x00"}
    found = examine(replace(reading, files=files), CHALLENGE, store(), TODAY)
    assert reasons(found)["announcements"] == (Status.FAILED, "differs")


# --- keys of the counter --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", Kind)
def test_a_zone_gives_the_key_of_its_chip(kind: Kind) -> None:
    title = made(kind)
    found, mrz = key.of_zone("\n".join(title.printed.zone).encode(), TODAY)
    assert found == by_zone(title)
    assert mrz.number == title.printed.number


@pytest.mark.parametrize("text", ["12345", "1234567", "12345a", "", "١٢٣٤٥٦"])
def test_what_is_no_can_is_refused(text: str) -> None:
    with pytest.raises(ChipKeyInvalid):
        key.of_can(text)


def test_spaces_in_a_can_do_not_count() -> None:
    assert key.of_can(" 123 456 ").can == b"123456"


def test_a_zone_of_a_title_without_chip_is_refused() -> None:
    holder = titles.Holder("SPECIMEN", ("Zoé",), "800229", "F")
    with pytest.raises(ChipKeyInvalid):
        key.of_zone("\n".join(titles.cni(holder)).encode(), TODAY)
    with pytest.raises(ChipKeyInvalid):
        key.of_zone(b"no zone", TODAY)


def test_a_key_of_an_odd_number_of_bits_is_answered_and_not_believed() -> None:
    key = rsa.generate_private_key(65537, 2049).public_key()
    info = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    for value in range(2, 40):  # about every second one makes a block of 257 bytes
        signature = value.to_bytes(256, "big")
        with pytest.raises(SignedDataInvalid):
            active.verify(info, "", CHALLENGE, signature)


# --- the trust list -------------------------------------------------------------------------------


def test_a_master_list_by_another_publisher_is_refused() -> None:
    pinned = certificates.read(der(Issuer.new().csca.certificate))
    with pytest.raises(SignedDataInvalid, match="no known authority"):
        trust.of_master_list(state().master_list(), (), pinned)
    own = certificates.read(der(state().csca.certificate))
    assert len(trust.of_master_list(state().master_list(), (), own).authorities) == 1


def test_a_signer_of_titles_signs_no_master_list() -> None:
    content = sequence(integer(0), set_of(der(state().csca.certificate)))
    data = sign(_LIST, content, state().signer(TODAY), datetime.now(UTC))
    with pytest.raises(SignedDataInvalid, match="not for lists"):
        trust.of_master_list(data)


def test_a_signer_of_master_lists_signs_no_title() -> None:
    signer = state().signer(TODAY, (-30, 365), "lists")
    assert reasons(signed_by(signer, TODAY))["signer"] == (Status.FAILED, "misused")


def test_a_master_list_that_was_touched_is_refused() -> None:
    data = state().master_list()
    for at in range(len(data) // 3, len(data), len(data) // 40):
        touched = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        with pytest.raises(SignedDataInvalid):
            trust.of_master_list(touched)


def test_other_states_of_a_list_are_known_too() -> None:
    other = Authority.new("CSCA Utopia")
    found = trust.of_master_list(state().master_list(other))
    assert len(found.authorities) == 2


# --- hostile bytes --------------------------------------------------------------------------------

PARSERS = [
    lds.com, lds.dg2, lds.dg3, lds.dg11, lds.dg12, lds.dg15, lds.sod, lds.pace_of_dg14,
    lds.pace_of_card_access, lds.active_algorithm, lambda data: lds.dg1(data, TODAY),
    certificates.read, certificates.read_revocations, trust.of_master_list,
    lambda data: cms.read(data, cms.SECURITY_OBJECT), keys.read,
]  # fmt: skip
REFUSALS = (ChipFileInvalid, SignedDataInvalid, RecordInvalid)


@given(st.sampled_from(PARSERS), st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(parse: Callable[[bytes], object], data: bytes) -> None:
    with suppress(*REFUSALS):
        parse(data)


@given(st.sampled_from(sorted(made().files)), st.integers(0, 4000), st.integers(1, 255))
def test_one_wrong_byte_anywhere_is_never_proven(fid: int, at: int, change: int) -> None:
    data = made().files[fid]
    at %= len(data)
    title = made().with_file(fid, data[:at] + bytes([data[at] ^ change]) + data[at + 1 :])
    found = report(title)
    group = TitleFile(f"dg{fid & 0xFF}") if fid & 0xFF <= 15 else None
    if group is not None:
        assert found.proven(group) is not Status.VERIFIED
        assert found.failures
    assert len({finding.check for finding in found.findings}) == len(found.findings)


def test_a_certificate_of_a_version_to_come_is_refused() -> None:
    """Found by fuzzing: the library has an error of its own for it."""
    data = der(state().csca.certificate)
    other = data.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x04", 1)
    with pytest.raises(SignedDataInvalid):
        certificates.read(other)


def test_a_cut_file_is_refused_at_every_length() -> None:
    whole = made().files[0x011D]
    for size in range(0, len(whole), 7):
        with pytest.raises((ChipFileInvalid, SignedDataInvalid)):
            lds.sod(whole[:size])


def test_every_finding_has_words_for_the_agent() -> None:
    for found in (report(), trusting(None), proven_actively(Active.P256, copy=True)):
        assert all(finding.phrase for finding in found.findings)
    assert label("dg7") == "Groupe de données 7"
    assert "échec" in failed("signature", "wrong").phrase


def test_no_value_of_the_holder_stands_in_a_finding_or_a_repr() -> None:
    found = report()
    said = repr(found) + "".join(f.fact + f.phrase for f in found.findings)
    assert made().printed.number not in said
    assert "SPECIMEN" not in said.replace("SPECIMEN-SUR", "")
    assert passive.authenticate({}, store(), TODAY).findings[0].status is Status.FAILED
