"""Which cards may enter: paths to an authority, and revocation out of files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.ocsp import OCSPCertStatus
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

from simulators.pki import Authority, Validity
from station.agents import revocation
from station.agents.chain import Authorities, chain, load_authorities
from station.agents.revocation import Folder, Level, load_folder, read_file
from station.errors import (
    CardExpired,
    CardIssuerUnknown,
    CardRevoked,
    CardUnknown,
    CertificateInvalid,
    RevocationInvalid,
    RevocationStale,
    SealError,
)
from station.rules.agents import regles_agents
from tests.revocations import answer, crl, folder_of, responder

if TYPE_CHECKING:
    from pathlib import Path

    from station.agents.chain import Chain
    from station.agents.revocation import Freshness

ROOT = Authority.exactly("AC racine (SIMULATION)", Validity(until=3650), path_length=1)
AGENTS = ROOT.subordinate("AC agents (SIMULATION)")
STRANGER = Authority.exactly("AC agents (SIMULATION)", Validity(until=3650))
TRUSTED = Authorities((ROOT.certificate,), (AGENTS.certificate,))
LIMITS = regles_agents().revocation


def card(
    authority: Authority = AGENTS, validity: Validity | None = None, *usages: str
) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return authority.issue(
        key, "SPECIMEN", *(usages or ("digital_signature",)), validity=validity, title="agent"
    )


CARD = card()
PATH: Chain = (CARD, AGENTS.certificate, ROOT.certificate)


def now() -> datetime:
    return datetime.now(UTC)


def check(*files: bytes) -> Freshness:
    return revocation.check(PATH, folder_of(*files), LIMITS, now())


def test_a_card_is_followed_through_an_intermediate_to_its_anchor() -> None:
    assert chain(CARD, TRUSTED, now()) == PATH


@pytest.mark.parametrize(
    ("certificate", "trusted", "wrong"),
    [
        (CARD, Authorities((ROOT.certificate,)), CardIssuerUnknown),
        (card(STRANGER), TRUSTED, CardIssuerUnknown),
        (card(validity=Validity(-10, -1)), TRUSTED, CardExpired),
        (card(validity=Validity(1, 10)), TRUSTED, CardExpired),
        (card(AGENTS, None, "key_agreement"), TRUSTED, CardUnknown),
        (AGENTS.certificate, TRUSTED, CardUnknown),
        (card(ROOT.subordinate("AC échue", Validity(-10, -1))), TRUSTED, CardIssuerUnknown),
    ],
    ids=["no-intermediate", "same-name", "expired", "early", "usage", "authority", "old-issuer"],
)
def test_each_card_without_a_path_is_refused_by_its_own_error(
    certificate: x509.Certificate, trusted: Authorities, wrong: type[SealError]
) -> None:
    with pytest.raises(wrong) as caught:
        chain(certificate, trusted, now())
    assert "SPECIMEN" not in str(caught.value)


def test_an_intermediate_that_has_expired_leads_nowhere() -> None:
    old = ROOT.subordinate("AC échue (SIMULATION)", Validity(-10, -1))
    trusted = Authorities((ROOT.certificate,), (old.certificate,))
    with pytest.raises(CardIssuerUnknown):
        chain(card(old), trusted, now())


def test_anchors_that_have_all_expired_are_not_the_cards_fault() -> None:
    old = Authority.exactly("AC échue (SIMULATION)", Validity(-10, -1))
    with pytest.raises(CertificateInvalid):
        chain(card(old), Authorities((old.certificate,)), now())


def test_authorities_are_read_from_a_bundle_and_nothing_else(tmp_path: Path) -> None:
    pem = serialization.Encoding.PEM
    bundle = tmp_path / "ca.pem"
    bundle.write_bytes(ROOT.certificate.public_bytes(pem) + STRANGER.certificate.public_bytes(pem))
    assert load_authorities(bundle, None).anchors == (ROOT.certificate, STRANGER.certificate)
    for content in (b"", b"-----BEGIN CERTIFICATE-----\n", bytes(300_000)):
        bundle.write_bytes(content)
        with pytest.raises(SealError):
            load_authorities(bundle, None)
    with pytest.raises(SealError):
        load_authorities(tmp_path / "absent.pem", None)


@pytest.mark.parametrize(
    ("age", "level", "told"),
    [(0, Level.FRESH, ""), (2, Level.INFO, "(2 j)"), (8, Level.WARN, "mettre à jour")],
)
def test_the_age_of_the_oldest_statement_is_shown(age: float, level: Level, told: str) -> None:
    fresh = check(crl(AGENTS, age=age), crl(ROOT))
    assert (fresh.level, fresh.days) == (level, age)
    assert told in fresh.notice
    assert bool(fresh.notice) is bool(told)


def test_a_list_that_should_have_been_replaced_warns_whatever_its_age() -> None:
    assert check(crl(AGENTS, age=0.5, until=0.2), crl(ROOT)).level is Level.WARN


@pytest.mark.parametrize(
    "files",
    [
        (),
        (crl(AGENTS),),
        (crl(ROOT),),
        (crl(AGENTS, age=31), crl(ROOT)),
        (crl(AGENTS, extension=x509.DeltaCRLIndicator(1)), crl(ROOT)),
        (answer(AGENTS, CARD, OCSPCertStatus.UNKNOWN), crl(ROOT)),
        (answer(AGENTS, card(), OCSPCertStatus.GOOD), crl(ROOT)),
        (crl(ROOT.subordinate("AC autre (SIMULATION)")), crl(ROOT)),
    ],
    ids=["nothing", "no-root", "root-only", "old", "delta", "unknown", "another-card", "another"],
)
def test_without_recent_statements_nobody_enters(files: tuple[bytes, ...]) -> None:
    with pytest.raises(RevocationStale):
        check(*files)


@pytest.mark.parametrize(
    "files",
    [
        (crl(AGENTS, CARD.serial_number), crl(ROOT)),
        (crl(AGENTS), crl(ROOT, AGENTS.certificate.serial_number)),
        (answer(AGENTS, CARD, OCSPCertStatus.REVOKED), crl(ROOT)),
        (crl(AGENTS), answer(AGENTS, CARD, OCSPCertStatus.REVOKED, age=3), crl(ROOT)),
        (crl(AGENTS, CARD.serial_number, age=40), crl(ROOT)),
        (answer(AGENTS, CARD, OCSPCertStatus.REVOKED, by=responder(AGENTS)), crl(ROOT)),
    ],
    ids=["crl", "intermediate", "ocsp", "either", "old", "delegated"],
)
def test_a_revoked_card_does_not_enter(files: tuple[bytes, ...]) -> None:
    with pytest.raises(CardRevoked):
        check(*files)


def test_only_the_newest_list_counts() -> None:
    assert check(crl(AGENTS, CARD.serial_number, age=5), crl(AGENTS), crl(ROOT)).days == 0


def test_an_answer_of_a_responder_serves_in_place_of_a_list() -> None:
    good = answer(AGENTS, CARD, OCSPCertStatus.GOOD, age=2, by=responder(AGENTS))
    assert check(good, crl(ROOT)).days == 2


def _for_clients(authority: Authority) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    return responder(authority, ExtendedKeyUsageOID.CLIENT_AUTH)


@pytest.mark.parametrize(
    "forged",
    [
        crl(STRANGER),
        crl(AGENTS, age=-1),
        crl(AGENTS, extension=x509.CRLNumber(1)),
        answer(AGENTS, CARD, OCSPCertStatus.GOOD, by=_for_clients(AGENTS)),
        answer(AGENTS, CARD, OCSPCertStatus.GOOD, by=responder(STRANGER)),
        answer(AGENTS, CARD, OCSPCertStatus.GOOD, by=(STRANGER.key, STRANGER.certificate)),
        answer(AGENTS, CARD, OCSPCertStatus.GOOD, age=-1),
    ],
    ids=["crl", "future", "critical", "usage", "responder", "stranger", "ocsp-future"],
)
def test_a_statement_that_its_authority_did_not_make_is_an_error(forged: bytes) -> None:
    with pytest.raises(RevocationInvalid):
        check(forged, crl(ROOT))


_SIGNATURE = 80  # bytes at the end: whoever changes them changes nothing that was said


@pytest.mark.parametrize("whole", [crl(AGENTS), answer(AGENTS, CARD, OCSPCertStatus.GOOD)])
def test_a_changed_byte_never_lets_a_card_in(whole: bytes) -> None:
    for spot in range(0, len(whole) - _SIGNATURE, 3):
        changed = bytearray(whole)
        changed[spot] ^= 0x41
        with pytest.raises((RevocationInvalid, RevocationStale, CardRevoked)):
            check(bytes(changed), crl(ROOT))


@given(st.binary(max_size=400) | st.binary(max_size=60).map(lambda b: b"-----BEGIN X509 CRL" + b))
def test_any_bytes_are_a_statement_or_one_error(data: bytes) -> None:
    with pytest.raises(RevocationInvalid):
        read_file("any", data)


def test_a_folder_is_read_whole_or_refused(tmp_path: Path) -> None:
    (tmp_path / "agents.crl").write_bytes(crl(AGENTS))
    (tmp_path / "racine.crl").write_bytes(crl(ROOT))
    (tmp_path / "carte.ors").write_bytes(answer(AGENTS, CARD, OCSPCertStatus.GOOD))
    (tmp_path / ".caché").write_bytes(b"nothing")
    read = load_folder(tmp_path)
    assert (len(read.crls), len(read.answers)) == (2, 1)
    (tmp_path / "page.html").write_bytes(b"<html>proxy</html>")
    with pytest.raises(RevocationInvalid, match=r"page\.html"):
        load_folder(tmp_path)
    with pytest.raises(RevocationInvalid):
        load_folder(tmp_path / "absent")
    assert revocation.check((ROOT.certificate,), Folder(), LIMITS, now()) == revocation.UNCHECKED


def test_clocks_a_few_minutes_apart_are_forgiven() -> None:
    folder = folder_of(crl(AGENTS), crl(ROOT))
    assert revocation.check(PATH, folder, LIMITS, now() - timedelta(minutes=3)).days == 0


def extended(kind: str, value: str) -> x509.UnrecognizedExtension:
    """An extension of this type with any bytes, hexadecimal."""
    return x509.UnrecognizedExtension(x509.ObjectIdentifier(kind), bytes.fromhex(value))


def test_an_extension_that_the_library_cannot_read_is_an_error_of_the_file() -> None:
    part = extended("2.5.29.28", "3006a004a002a300")  # a distribution point with an X.400 address
    with pytest.raises(RevocationInvalid):
        check(crl(AGENTS, extension=part), crl(ROOT))


def test_a_list_by_a_key_that_is_not_for_lists_is_an_error() -> None:
    signing = card(AGENTS)  # says: digital signature, and nothing else
    key = ec.generate_private_key(ec.SECP256R1())
    lender = Authority(key, AGENTS.issue(key.public_key(), "SPECIMEN", "key_cert_sign"))
    path: Chain = (signing, lender.certificate)
    with pytest.raises(RevocationInvalid, match="not for CRLs"):
        revocation.check(path, folder_of(crl(lender)), LIMITS, now())
