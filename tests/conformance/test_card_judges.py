"""Programs of others judge the simulated cards: OpenSC, OpenSSH, yubico-piv-tool, openssl."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from drivers.wire.signing import SCHEMES, digest_info
from simulators.agent_card import Deal
from tests import needs
from tests.conformance.agent_card_fixtures import OPENSC, CardDesk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulators.card_bed import CardBed

pytestmark = pytest.mark.pcsc

PKCS11 = ["pkcs11-tool", "--module", str(OPENSC)]
READER = "Virtual PCD 00 00"
MESSAGE, WRONG = b"SPECIMEN", "000000"
IAS = Deal("ias", ("rsa2048", "rsa2048"))
LARGE = Deal("piv", ("rsa3072", "p384"))
PACKAGES = {
    "opensc-tool": "opensc", "pkcs15-tool": "opensc", "pkcs11-tool": "opensc",
    "ssh-keygen": "openssh-client", "yubico-piv-tool": "yubico-piv-tool", "openssl": "openssl",
}  # fmt: skip


class Judge:
    """Runs programs against the bed, in the folder that holds the certificates of the card."""

    def __init__(self, bed: CardBed) -> None:
        self.bed = bed
        (bed.folder / "message").write_bytes(MESSAGE)
        (bed.folder / "info").write_bytes(digest_info(MESSAGE, SCHEMES["rsa-pkcs1-sha256"]))

    def deal(self, deal: Deal | None = None) -> None:
        CardDesk(self.bed, deal).unblock()

    def __call__(self, *command: str) -> subprocess.CompletedProcess[str]:
        if shutil.which(command[0]) is None:
            needs.need((PACKAGES[command[0]],))
        return subprocess.run(
            command,
            env=os.environ | self.bed.env,
            cwd=self.bed.folder,
            capture_output=True,
            text=True,
            check=False,
        )

    def right(self, *command: str) -> str:
        done = self(*command)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def verifies(self, certificate: str, *options: str) -> None:
        """openssl takes `signature` for one of the message by the key of `certificate`."""
        self.right("openssl", "x509", "-pubkey", "-noout", "-in", certificate, "-out", "key.pem")
        verify = ["openssl", "dgst", *(options or ("-sha256",)), "-verify", "key.pem"]
        assert self.right(*verify, "-signature", "signature", "message") == "Verified OK\n"


@pytest.fixture
def judge(card_bed: CardBed) -> Iterator[Judge]:
    needs.need(("opensc-pkcs11",) if OPENSC is None else ())
    judge = Judge(card_bed)
    judge.deal()
    yield judge
    judge.deal()


def test_opensc_names_both_cards(judge: Judge) -> None:
    assert judge.right("opensc-tool", "--reader", "0", "--name") == (
        "Personal Identity Verification Card\n"
    )
    judge.deal(IAS)
    assert judge.right("opensc-tool", "--reader", "0", "--name") == "IAS-ECC\n"


@pytest.mark.parametrize("deal", [None, LARGE, IAS])
def test_opensc_lists_keys_certificates_and_the_pin(judge: Judge, deal: Deal | None) -> None:
    judge.deal(deal)
    said = judge.right("pkcs15-tool", "--dump")
    assert said.count("Private RSA Key") + said.count("Private EC Key") == 2
    assert said.count("X.509 Certificate [") == 2
    assert "ascii-numeric" in said


@pytest.mark.parametrize(
    ("deal", "number", "name", "mechanism", "hash_"),
    [
        (None, "01", "auth", "SHA256-RSA-PKCS", "sha256"),
        (None, "02", "sign", "ECDSA-SHA256", "sha256"),
        (LARGE, "01", "auth", "SHA256-RSA-PKCS", "sha256"),
        (LARGE, "02", "sign", "ECDSA-SHA384", "sha384"),
    ],
)
def test_opensc_signs_with_the_piv_card_and_openssl_verifies(
    judge: Judge, deal: Deal | None, number: str, name: str, mechanism: str, hash_: str
) -> None:
    judge.deal(deal)
    sign = [*PKCS11, "--login", "--pin", judge.bed.pin, "--sign", "--id", number]
    sign += ["-m", mechanism, "--signature-format", "openssl", "-i", "message", "-o", "signature"]
    judge.right(*sign)
    judge.verifies(f"carte-{name}.pem", f"-{hash_}")


def test_opensc_signs_by_pss_and_openssl_verifies(judge: Judge) -> None:
    sign = [*PKCS11, "--login", "--pin", judge.bed.pin, "--sign", "--id", "01"]
    sign += ["-m", "SHA256-RSA-PKCS-PSS", "-i", "message", "-o", "signature"]
    judge.right(*sign)
    judge.verifies("carte-auth.pem", "-sha256", "-sigopt", "rsa_padding_mode:pss")


def test_opensc_logs_in_with_the_ias_card_and_openssl_verifies(judge: Judge) -> None:
    judge.deal(IAS)
    sign = [*PKCS11, "--login", "--pin", judge.bed.pin, "--sign", "--id", "01"]
    judge.right(*sign, "-m", "RSA-PKCS", "-i", "info", "-o", "signature")
    judge.verifies("carte-auth.pem")


@pytest.mark.parametrize("deal", [None, IAS])
def test_opensc_sees_the_pin_wrong_then_blocked(judge: Judge, deal: Deal | None) -> None:
    judge.deal(deal)
    said = [judge(*PKCS11, "--login", "--pin", WRONG, "-O").stderr for _ in range(3)]
    assert [("CKR_PIN_INCORRECT" in s, "CKR_PIN_LOCKED" in s) for s in said] == [
        (True, False), (True, False), (False, True),
    ]  # fmt: skip
    assert "CKR_PIN_LOCKED" in judge(*PKCS11, "--login", "--pin", judge.bed.pin, "-O").stderr


def test_opensc_unblocks_the_piv_card_and_changes_its_pin(judge: Judge) -> None:
    for _ in range(3):
        judge(*PKCS11, "--login", "--pin", WRONG, "-O")
    tool, bed = ["pkcs15-tool", "--auth-id", "01"], judge.bed
    judge.right(*tool, "--unblock-pin", "--puk", bed.puk, "--new-pin", "314159")
    judge.right(*tool, "--verify-pin", "--pin", "314159")
    judge.right(*tool, "--change-pin", "--pin", "314159", "--new-pin", bed.pin)
    judge.right(*PKCS11, "--login", "--pin", bed.pin, "-O")


def test_the_ias_card_takes_a_new_pin_against_its_puk(judge: Judge) -> None:
    judge.deal(IAS)
    bed = judge.bed
    for _ in range(3):
        judge("pkcs15-tool", "--verify-pin", "--pin", WRONG)
    codes = (bed.puk + bed.pin).encode().hex()
    select, unblock = "00a4040006" + b"MIOMCT".hex() + "00", f"002c00810e{codes}"
    said = judge.right("opensc-tool", "--reader", "0", "-s", select, "-s", unblock)
    assert said.count("SW1=0x90") == 2
    judge.right("pkcs15-tool", "--verify-pin", "--pin", bed.pin)


@pytest.mark.parametrize("deal", [None, IAS])
def test_openssh_lists_the_keys_of_the_card(judge: Judge, deal: Deal | None) -> None:
    judge.deal(deal)
    said = judge.right("ssh-keygen", "-D", str(OPENSC))
    certificate = x509.load_pem_x509_certificate((judge.bed.folder / "carte-auth.pem").read_bytes())
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    modulus = key.public_numbers().n.to_bytes(key.key_size // 8, "big")
    listed = [line.split()[1] for line in said.splitlines() if line.startswith("ssh-rsa")]
    assert any(modulus in base64.b64decode(text) for text in listed)


def test_yubicos_program_reads_verifies_and_signs(judge: Judge) -> None:
    tool = ["yubico-piv-tool", "-r", READER]
    said = judge.right(*tool, "-a", "status")
    assert "PIN tries left:\t3" in said
    assert "Algorithm:\tRSA2048" in said
    assert "Algorithm:\tECCP256" in said
    sign = ["-a", "verify-pin", "-P", judge.bed.pin, "-a", "test-signature"]
    done = judge(*tool, *sign, "-s", "9a", "-i", "carte-auth.pem")
    assert "Successful RSA verification" in done.stdout + done.stderr
    done = judge(*tool, *sign, "-s", "9c", "-i", "carte-sign.pem")
    assert "Successful ECDSA verification" in done.stdout + done.stderr
