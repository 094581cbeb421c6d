"""The trust list as an administrator puts it there: bundles, folders, trusted lists, damage."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from simulators.people import Person
from simulators.signed_codes import AUTHORITY, Header, Issuer, proof_of_address, today
from station.codes import two_d_doc
from station.codes.trust import Status, TrustList, verify
from station.codes.trust_files import load
from station.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

ISSUER = Issuer.new()
CODE = ISSUER.sign(Header(), proof_of_address(Person(7).civil()))
LIST = """<?xml version="1.0"?>{head}
<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#"><TrustServiceProviderList>
<TrustServiceProvider><TSPInformation><TSPTradeName><Name>AC SPECIMEN</Name>
<Name>{name}</Name></TSPTradeName></TSPInformation><TSPServices><TSPService><ServiceInformation>
<ServiceStatus>http://uri.etsi.org/TrstSvc/Svcstatus/{status}</ServiceStatus>
<ServiceDigitalIdentity><DigitalId><X509Certificate>{certificate}</X509Certificate></DigitalId>
</ServiceDigitalIdentity></ServiceInformation></TSPService></TSPServices></TrustServiceProvider>
</TrustServiceProviderList></TrustServiceStatusList>"""


def proven(trust: TrustList) -> Status:
    return verify(two_d_doc.parse(CODE), trust, today()).status


def trusted_list(status: str = "inaccord", name: str = AUTHORITY, head: str = "") -> str:
    der = ISSUER.authority.certificate.public_bytes(Encoding.DER)
    certificate = base64.b64encode(der).decode()
    return LIST.format(head=head, name=name, status=status, certificate=certificate)


def signer(folder: Path, encoding: Encoding = Encoding.DER) -> None:
    (folder / "signer.cer").write_bytes(ISSUER.certificate.public_bytes(encoding))


def test_one_bundle_is_enough(tmp_path: Path) -> None:
    (tmp_path / "2d-doc.pem").write_bytes(ISSUER.trust())
    assert proven(load(tmp_path / "2d-doc.pem")) is Status.VERIFIED


@pytest.mark.parametrize("encoding", [Encoding.DER, Encoding.PEM])
def test_a_folder_of_certificates(tmp_path: Path, encoding: Encoding) -> None:
    authority = ISSUER.authority.certificate.public_bytes(encoding)
    (tmp_path / "authority.crt").write_bytes(authority)
    (tmp_path / "read me.txt").write_text("not looked at")
    signer(tmp_path, encoding)
    assert proven(load(tmp_path)) is Status.VERIFIED


@pytest.mark.parametrize(
    ("status", "proof"),
    [
        ("inaccord", Status.VERIFIED),
        ("granted", Status.VERIFIED),
        ("withdrawn", Status.UNKNOWN_AUTHORITY),
    ],
)
def test_an_authority_counts_while_the_trusted_list_says_so(
    tmp_path: Path, status: str, proof: Status
) -> None:
    (tmp_path / "tsl.xml").write_text(trusted_list(status))
    signer(tmp_path)
    assert proven(load(tmp_path)) is proof


def test_a_provider_without_an_identifier_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "tsl.xml").write_text(trusted_list(name="FRANCE"))
    signer(tmp_path)
    assert proven(load(tmp_path)) is Status.UNKNOWN_AUTHORITY


ENTITIES = '<!DOCTYPE a [<!ENTITY b "c">]>'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
        ("a.cer", "not a certificate"),
        ("a.cer", ""),
        ("a.xml", "<not closed"),
        ("a.xml", trusted_list(head=ENTITIES)),
        ("a.xml", trusted_list().replace("<X509Certificate>", "<X509Certificate>AAAA")),
        ("a.xml", "<TrustServiceStatusList/>"),
    ],
)
def test_a_file_that_is_no_list_is_named(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(ConfigError, match=name.replace(".", r"\.")):
        load(tmp_path / name)


def test_an_empty_folder_is_no_list(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="without certificate"):
        load(tmp_path)


def test_a_list_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        load(tmp_path / "absent.pem")


def test_a_certificate_of_a_version_to_come_is_an_error_of_its_file(tmp_path: Path) -> None:
    whole = ISSUER.certificate.public_bytes(Encoding.DER)
    (tmp_path / "signer.cer").write_bytes(
        whole.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x07", 1)
    )
    with pytest.raises(ConfigError, match=r"signer\.cer"):
        load(tmp_path)
