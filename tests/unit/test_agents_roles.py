"""Who is what at a station: the enrolment list, the certificate, and what each role may do."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from simulators.pki import Authority
from station.agents.admission import Agent, Trust, check_may, check_one_holder
from station.agents.chain import Authorities
from station.agents.enrolment import load_enrolment, parse
from station.agents.revocation import UNCHECKED
from station.errors import AgentNotEnrolled, CardUnknown, EnrolmentInvalid, RoleForbidden
from station.rules.agents import Acte, Role
from station.seal.keys import FileSigner

if TYPE_CHECKING:
    from pathlib import Path

AUTHORITY = Authority.new("AC Agents")
ONE, TWO = "0a" * 32, "0b" * 32
LIST = f"""version = 1
[[agents]]
fingerprint = "{ONE}"
role = "agent"
[[agents]]
fingerprint = "{TWO}"
role = "technicien"
"""


def card(title: str = "") -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return AUTHORITY.issue(key, "SPECIMEN Agent", "digital_signature", title=title)


def test_the_list_says_what_each_card_is() -> None:
    assert parse(LIST.encode()) == {ONE: Role.AGENT, TWO: Role.TECHNICIEN}


@pytest.mark.parametrize(
    "said",
    [
        "", "version = 2\nagents = []", LIST.replace("technicien", "maire"), LIST.replace(TWO, ONE),
        LIST.replace(ONE, ONE.upper()), LIST.replace(ONE, ONE[:-1]), LIST + "nom = 'SPECIMEN'\n",
        "version = 1\nagents = " + "[" * 5000, "\xff",
    ],
)  # fmt: skip
def test_a_list_that_is_not_exact_is_refused(said: str) -> None:
    with pytest.raises(EnrolmentInvalid):
        parse(said.encode("latin-1"))


@given(st.binary(max_size=300) | st.text(max_size=80).map(lambda t: (LIST + t).encode()))
def test_any_bytes_are_a_list_or_one_error(data: bytes) -> None:
    try:
        roles = parse(data)
    except EnrolmentInvalid:
        return
    assert all(len(fingerprint) == 64 for fingerprint in roles)


def test_a_list_is_believed_when_its_certificate_signed_it(tmp_path: Path) -> None:
    path, signature = tmp_path / "agents.toml", tmp_path / "agents.toml.sig"
    path.write_text(LIST)
    signer = FileSigner(AUTHORITY.certificate, AUTHORITY.key)
    with pytest.raises(EnrolmentInvalid):  # no signature beside it
        load_enrolment(path, signer.certificate)
    signature.write_bytes(signer.sign(path.read_bytes()))
    assert load_enrolment(path, signer.certificate)[ONE] is Role.AGENT
    with pytest.raises(EnrolmentInvalid):
        load_enrolment(path, Authority.new("AC autre").certificate)
    path.write_text(LIST.replace("technicien", "responsable"))
    with pytest.raises(EnrolmentInvalid):
        load_enrolment(path, signer.certificate)


def test_an_unsigned_list_is_believed_only_where_root_alone_writes(tmp_path: Path) -> None:
    path = tmp_path / "agents.toml"
    path.write_text(LIST)
    path.chmod(0o644)
    if os.geteuid() == 0:
        assert load_enrolment(path, None)[TWO] is Role.TECHNICIEN
        path.chmod(0o664)
    with pytest.raises(EnrolmentInvalid, match="root"):
        load_enrolment(path, None)


@pytest.mark.parametrize("title", [role.value for role in Role])
def test_without_a_list_the_certificate_names_the_role(title: str) -> None:
    agent = Trust(Authorities((AUTHORITY.certificate,))).agent(card(title))
    assert (agent.name, agent.role) == ("SPECIMEN Agent", Role(title))


@pytest.mark.parametrize("title", ["", "maire", "AGENT"])
def test_a_card_that_names_no_role_does_not_enter(title: str) -> None:
    with pytest.raises(AgentNotEnrolled):
        Trust(Authorities(())).agent(card(title))


def test_where_there_is_a_list_it_alone_decides() -> None:
    known = card("responsable")
    first = Trust(Authorities(())).agent(known)
    listed = Trust(Authorities(()), enrolled={first.fingerprint: Role.TECHNICIEN})
    assert listed.agent(known).role is Role.TECHNICIEN
    with pytest.raises(AgentNotEnrolled):
        listed.agent(card("agent"))


def test_revocation_that_is_not_set_is_said_to_be_unchecked() -> None:
    trust = Trust(Authorities((AUTHORITY.certificate,)))
    assert trust.check(card("agent"), datetime.now(UTC)) == UNCHECKED
    assert "non vérifiée" in UNCHECKED.notice


def test_a_card_with_a_short_rsa_key_does_not_enter() -> None:
    short = rsa.generate_private_key(65537, 1024).public_key()  # noqa: S505 (it has to be refused)
    certificate = AUTHORITY.issue(short, "SPECIMEN Agent", "digital_signature", title="agent")
    with pytest.raises(CardUnknown, match="1024"):
        Trust(Authorities((AUTHORITY.certificate,))).check(certificate, datetime.now(UTC))


@pytest.mark.parametrize("acte", [Acte.PRENDRE, Acte.SCELLER])
def test_a_technician_takes_no_dossier(acte: Acte) -> None:
    for role in (Role.AGENT, Role.RESPONSABLE):
        check_may(Agent("SPECIMEN", ONE, role), acte)
    with pytest.raises(RoleForbidden):
        check_may(Agent("SPECIMEN", ONE, Role.TECHNICIEN), acte)


def named(name: str, serial: str = "") -> x509.Certificate:
    """A certificate of one person, with a serial number in its subject if there is one."""
    key = ec.generate_private_key(ec.SECP256R1())
    said = [x509.NameAttribute(NameOID.COMMON_NAME, name)] if name else []
    said += [x509.NameAttribute(NameOID.SERIAL_NUMBER, serial)] if serial else []
    builder = x509.CertificateBuilder().subject_name(x509.Name(said)).issuer_name(x509.Name([]))
    builder = builder.public_key(key.public_key()).serial_number(1)
    now = datetime.now(UTC)
    return builder.not_valid_before(now).not_valid_after(now).sign(key, hashes.SHA256())


@pytest.mark.parametrize(
    ("login", "signature"),
    [
        (("SPECIMEN A",), ("SPECIMEN B",)),
        (("SPECIMEN A", "1"), ("SPECIMEN A", "2")),
        (("SPECIMEN A", "1"), ("SPECIMEN B",)),
        (("",), ("",)),
    ],
    ids=["name", "number", "one-number", "nameless"],
)
def test_a_certificate_lent_by_somebody_else_is_refused(
    login: tuple[str, ...], signature: tuple[str, ...]
) -> None:
    with pytest.raises(CardUnknown) as caught:
        check_one_holder(named(*login), named(*signature))
    assert "SPECIMEN" not in str(caught.value)


def test_the_number_of_a_person_weighs_more_than_the_name() -> None:
    check_one_holder(named("SPECIMEN A (login)", "1"), named("SPECIMEN A (signature)", "1"))
    check_one_holder(named("SPECIMEN A"), named("SPECIMEN A", "1"))
