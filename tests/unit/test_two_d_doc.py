"""2D-Doc: the specimens of its specification, our own signed ones, and everything that is none."""

from __future__ import annotations

import base64
import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.people import Person
from simulators.pki import Authority, Validity
from simulators.signed_codes import AUTHORITY, GS, US, Header, Issuer, proof_of_address, today
from station.codes import two_d_doc
from station.codes.identifiers import LENGTHS
from station.codes.trust import Status, TrustList, verify
from station.errors import TwoDDocInvalid

if TYPE_CHECKING:
    from cryptography import x509

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "two_d_doc.json").read_text()
)
SPECIMENS: list[dict[str, Any]] = VECTORS["documents"]
ISSUERS = {bits: Issuer.new(bits) for bits in (256, 384, 521)}
FIELDS = proof_of_address(Person(7).civil())
CODE = ISSUERS[256].sign(Header(), FIELDS)
SIGNED = CODE.rpartition(US)[2]


def trusted(issuer: Issuer) -> TrustList:
    return TrustList.of((issuer.authority.certificate, issuer.certificate))


def status(text: str, trust: TrustList | None = None, day: date | None = None) -> Status:
    listed = trust or trusted(ISSUERS[256])
    return verify(two_d_doc.parse(text), listed, day or today()).status


def certified_specimen_key() -> tuple[x509.Certificate, x509.Certificate]:
    """The key of the specification's test authority, certified by an authority of ours."""
    authority = Authority.exactly("FR00", Validity(since=-8000, until=1000))
    key = serialization.load_der_public_key(base64.b64decode(VECTORS["public_key"]))
    assert isinstance(key, ec.EllipticCurvePublicKey)
    validity = Validity(since=-8000, until=1000)
    return authority.certificate, authority.issue(
        key, "0001", "digital_signature", validity=validity
    )


@pytest.mark.parametrize("said", SPECIMENS, ids=lambda s: f"v{s['version']}-{s['kind']}")
def test_the_specimens_of_the_specification_are_read_and_verified(said: dict[str, Any]) -> None:
    doc = two_d_doc.parse(said["text"])
    assert (doc.version, doc.kind, doc.authority) == (said["version"], said["kind"], "FR00")
    assert (str(doc.issued), str(doc.signed)) == (said["issued"], said["signed"])
    assert {f.id: f.value for f in doc.fields} == said["fields"]
    trust = TrustList.of(certified_specimen_key())
    assert verify(doc, trust, today()).status is Status.VERIFIED


@pytest.mark.parametrize("bits", [256, 384, 521])
@pytest.mark.parametrize("version", [2, 3, 4])
def test_every_version_and_curve_is_verified(bits: int, version: int) -> None:
    text = ISSUERS[bits].sign(Header(version), FIELDS)
    doc = two_d_doc.parse(text.encode())
    assert verify(doc, trusted(ISSUERS[bits]), today()).status is Status.VERIFIED
    assert {f.id: f.value for f in doc.fields} == FIELDS
    assert doc.country == ("FR" if version == 4 else None)
    assert doc.signed == today()


@settings(deadline=None, max_examples=300)
@given(st.integers(0, len(CODE) - 1), st.characters(max_codepoint=0x17F))
def test_no_character_can_be_changed(at: int, char: str) -> None:
    changed = CODE[:at] + char + CODE[at + 1 :]
    try:
        proven = status(changed)
    except TwoDDocInvalid:
        return
    assert (proven is Status.VERIFIED) == (changed == CODE)


@settings(deadline=None)
@given(st.integers(0, len(CODE) - 1))
def test_no_beginning_of_a_code_is_verified(length: int) -> None:
    with pytest.raises(TwoDDocInvalid):
        two_d_doc.parse(CODE[:length])


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=200) | st.text(max_size=200))
def test_noise_is_an_error_and_never_a_crash(noise: bytes | str) -> None:
    for raw in (noise, noise[:0] + (b"DC04" if isinstance(noise, bytes) else "DC04") + noise):  # type: ignore[operator]
        with pytest.raises(TwoDDocInvalid):
            two_d_doc.parse(raw)


VALUES = st.text(st.sampled_from("ABCXYZ0189 /-'."), max_size=38)


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(["10", "12", "13", "20", "22", "25", "18"]), VALUES, min_size=1)
)
def test_what_is_signed_is_read_back(fields: dict[str, str]) -> None:
    fit = {name: value[: LENGTHS[name].most] for name, value in fields.items()}
    doc = two_d_doc.parse(ISSUERS[256].sign(Header(), fit))
    assert {f.id: f.value for f in doc.fields} == fit


HEAD = Header().text()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "begin with DC"),
        ("XX" + CODE[2:], "begin with DC"),
        ("DC01" + CODE[4:], "version"),
        ("DC05" + CODE[4:], "version"),
        (b"\xdc\x04" + CODE.encode(), "binary"),
        (b"DC04\xff\xfe", "no text"),
        (HEAD[:20], "header"),
        (HEAD[:20] + US + SIGNED, "header"),
        (CODE.replace(US, ""), "US (1F) is missing"),
        (CODE.replace(US, GS), "US (1F) is missing"),
        ("DC04frsp" + CODE[8:], "authority"),
        (HEAD[:8] + "0 01" + CODE[12:], "certificate"),
        (HEAD[:12] + "12zz" + CODE[16:], "issue date"),
        (HEAD[:16] + "-001" + CODE[20:], "signature date"),
        (HEAD[:20] + "0a" + CODE[22:], "document type"),
        (HEAD[:22] + "*1" + CODE[24:], "perimeter"),
        (HEAD[:24] + "fr" + CODE[26:], "country"),
        (HEAD + US + SIGNED, "no field"),
        (HEAD + "2475" + US + SIGNED, "24 has not its 5"),
        (HEAD + "2475" + GS + "00010X" + US + SIGNED, "24 has not its 5"),
        (HEAD + "08zzzz" + US + SIGNED, "expiry is not hexadecimal"),
        (HEAD + "26FR!!X" + US + SIGNED, "where the value of 26 ends"),
        (HEAD + "26FR1" + US + SIGNED, "where the value of 26 ends"),
        (HEAD + "26FR26FR" + US + SIGNED, "26 stands twice"),
        (HEAD + "10A\x07B" + US + SIGNED, "nobody can see"),
        (HEAD + "10A\u202eB" + US + SIGNED, "nobody can see"),
        (HEAD + "10A" + US, "Base32"),
        (HEAD + "10A" + US + SIGNED.lower(), "Base32"),
        (HEAD + "10A" + US + SIGNED + "=", "Base32"),
        (HEAD + "10A" + US + SIGNED[:-1], "Base32"),
        (HEAD + "10A" + US + SIGNED[:-8], "fits no curve"),
        (HEAD + "10A" + US + "A" * 103 + "B", "fits no curve"),
        (HEAD + "10A" + US + "A" * 102 + "B", "one form of Base32"),
        (HEAD + "10" + "A" * 2400 + US + SIGNED, "longer than 2335"),
    ],
)
def test_every_malformed_code_says_what_is_wrong(text: str | bytes, fault: str) -> None:
    with pytest.raises(TwoDDocInvalid, match=re.escape(fault)):
        two_d_doc.parse(text)


def test_a_value_as_long_as_it_may_be_needs_no_separator() -> None:
    doc = two_d_doc.parse(HEAD + "10" + "A" * 38 + "26FR" + US + SIGNED)
    assert [(f.id, len(f.value)) for f in doc.fields] == [("10", 38), ("26", 2)]
    doc = two_d_doc.parse(HEAD + "10" + "A" * 38 + GS + "26FR" + US + SIGNED)
    assert [(f.id, len(f.value)) for f in doc.fields] == [("10", 38), ("26", 2)]


def test_a_cut_value_says_so() -> None:
    doc = two_d_doc.parse(HEAD + "10ABC\x1e22D" + US + SIGNED)
    assert [(f.id, f.value, f.cut) for f in doc.fields] == [("10", "ABC", True), ("22", "D", False)]


def test_an_unknown_identifier_runs_to_its_separator_and_is_marked() -> None:
    doc = two_d_doc.parse(HEAD + "Z9ABC24DEF" + GS + "26FR" + US + SIGNED)
    assert [(f.id, f.value, f.known) for f in doc.fields] == [
        ("Z9", "ABC24DEF", False),
        ("26", "FR", True),
    ]


def test_identifiers_of_another_perimeter_are_not_taken_for_ours() -> None:
    doc = two_d_doc.parse(HEAD[:22] + "07FR" + "2475000" + GS + US + SIGNED)
    assert [(f.id, f.value, f.known) for f in doc.fields] == [("24", "75000", False)]


@pytest.mark.parametrize("separator", [GS, US])
def test_an_annex_changes_no_proof_and_is_told_apart(separator: str) -> None:
    doc = two_d_doc.parse(CODE + separator + "10SOMEBODY ELSE")
    assert doc.annex == "10SOMEBODY ELSE"
    assert doc.value("10") == FIELDS["10"]
    assert verify(doc, trusted(ISSUERS[256]), today()).status is Status.VERIFIED


def test_no_date_is_none() -> None:
    doc = two_d_doc.parse(ISSUERS[256].sign(Header(issued=None, signed=None), FIELDS))
    assert (doc.issued, doc.signed) == (None, None)
    assert verify(doc, trusted(ISSUERS[256]), today()).status is Status.VERIFIED


def test_nothing_is_verified_without_a_list() -> None:
    assert verify(two_d_doc.parse(CODE), None, today()).status is Status.NOT_CHECKED


def test_a_stranger_with_the_same_names_proves_nothing() -> None:
    stranger = Issuer.new()
    assert status(stranger.sign(Header(), FIELDS)) is Status.SIGNATURE_WRONG


def test_the_curve_is_that_of_the_certificate() -> None:
    assert status(CODE, trusted(ISSUERS[384])) is Status.SIGNATURE_WRONG


def test_an_authority_that_is_not_listed_is_unknown() -> None:
    text = ISSUERS[256].sign(Header(authority="FR01"), FIELDS)
    assert status(text) is Status.UNKNOWN_AUTHORITY


def test_a_certificate_that_is_not_listed_leaves_the_code_unchecked() -> None:
    text = ISSUERS[256].sign(Header(certificate="0002"), FIELDS)
    assert status(text) is Status.NOT_CHECKED


def test_a_signer_of_no_listed_authority_is_a_stray() -> None:
    ours, other = ISSUERS[256], ISSUERS[384]
    trust = TrustList.of((ours.authority.certificate, other.certificate))
    assert trust.strays == (other.certificate,)
    assert status(CODE, trust) is Status.NOT_CHECKED


@pytest.mark.parametrize(
    ("validity", "signed"),
    [
        (Validity(-100, -50), 0),  # the certificate had ended
        (Validity(-10, 50), 20),  # it had not begun
        (Validity(-10, 50), -3),  # signed on a day to come
        (Validity(-900, 50), 800),  # before its authority existed
    ],
)
def test_a_signature_out_of_its_time_is_expired(validity: Validity, signed: int) -> None:
    issuer = Issuer.new(validity=validity)
    text = issuer.sign(Header(signed=today() - timedelta(days=signed)), FIELDS)
    assert status(text, trusted(issuer)) is Status.EXPIRED


def test_a_certificate_that_ended_since_still_proves_what_it_signed() -> None:
    issuer = Issuer.new(validity=Validity(-100, -50))
    text = issuer.sign(Header(signed=today() - timedelta(days=70)), FIELDS)
    assert status(text, trusted(issuer)) is Status.VERIFIED


@pytest.mark.parametrize(("days", "proven"), [(-1, Status.EXPIRED), (0, Status.VERIFIED)])
def test_a_document_past_its_last_day_is_expired(days: int, proven: Status) -> None:
    last = (today() + timedelta(days=days) - date(2000, 1, 1)).days
    assert status(ISSUERS[256].sign(Header(), FIELDS | {"08": f"{last:04X}"})) is proven


def test_a_renewed_certificate_of_the_same_name_does_not_hide_the_old_one() -> None:
    issuer = ISSUERS[256]
    key = ec.generate_private_key(ec.SECP256R1())
    renewed = issuer.authority.issue(key.public_key(), "0001", "digital_signature")
    everything = (issuer.authority.certificate, renewed, issuer.certificate)
    assert status(CODE, TrustList.of(everything)) is Status.VERIFIED


def test_a_document_shows_no_value_in_its_repr() -> None:
    assert "SPECIMEN" not in repr(two_d_doc.parse(CODE))
    assert AUTHORITY in repr(two_d_doc.parse(CODE))
