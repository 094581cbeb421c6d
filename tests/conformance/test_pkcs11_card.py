"""Cards through PKCS#11: SoftHSM2, and the simulated PIV card through the module of OpenSC."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import serialization

from drivers.pkcs11_card import Pkcs11Card
from drivers.wire import signing
from simulators import pki
from simulators.agent_keys import AgentKeys, Kinds, issue
from station import log
from station.bench.bench import Bench
from station.config import CARTE, DeviceSettings
from station.device import CardKey, Mechanism, PinStatus
from station.errors import (
    CardAbsent,
    ConfigError,
    DeviceLost,
    PinBlocked,
    PinNeeded,
    PinWrong,
)
from tests import needs
from tests.conformance.agent_card_fixtures import OPENSC, CardDesk, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from simulators.card_bed import CardBed

Card = Any  # a `SigningCard`, here or in a process of its own
SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"
PIN, MESSAGE = "271828", b"challenge of SPECIMEN"


@dataclass(frozen=True)
class Token:
    port: str
    pin: str

    def typed(self) -> bytearray:
        return bytearray(self.pin.encode())


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture(scope="module")
def soft_token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Token]:
    """A token of SoftHSM2 with an agent's two keys, written by other programs than ours."""
    pytest.importorskip("pkcs11", reason="python-pkcs11 is missing: the extra `pkcs11`")
    needs.need(needs.programs(softhsm2_util="softhsm2", pkcs11_tool="opensc"))
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "conf").write_text(f"directories.tokendir = {folder / 'tokens'}\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "conf"))
        _run("softhsm2-util", "--init-token", "--free", "--label", "SPECIMEN", "--pin", PIN,
             "--so-pin", "31415926")  # fmt: skip
        _fill(folder, issue(pki.Authority.new("AC"), "SPECIMEN Agent 001", Kinds()))
        yield Token(f"pkcs11:token=SPECIMEN?module-path={SOFTHSM}", PIN)


def _fill(folder: Path, keys: AgentKeys) -> None:
    """The key for signature asks for the PIN within each signature."""
    tool = [
        "pkcs11-tool",
        "--module",
        SOFTHSM,
        "--token-label",
        "SPECIMEN",
        "--login",
        "--pin",
        PIN,
    ]
    for number, key, flags in (
        ("01", keys.authentication, ()),
        ("02", keys.signature, ("--always-auth",)),
    ):
        der = key.key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
        for kind, content, more in (("privkey", der, flags), ("cert", key.der, ())):
            (folder / kind).write_bytes(content)
            _run(*tool, "--write-object", str(folder / kind), "--type", kind, "--id", number,
                 "--label", number, *more)  # fmt: skip


class Distant:
    """The driver in the process of its bench: the module of OpenSC keeps the card to itself."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def __getattr__(self, method: str) -> Callable[..., Any]:
        return lambda *args: self._bench.call(CARTE, method, *args)


@pytest.fixture
def soft(soft_token: Token) -> Iterator[Pkcs11Card]:
    with Pkcs11Card(soft_token.port) as card:
        yield card


@pytest.fixture
def piv_token(card_bed: CardBed) -> Token:
    pytest.importorskip("pkcs11", reason="python-pkcs11 is missing: the extra `pkcs11`")
    needs.need(("opensc-pkcs11",) if OPENSC is None else ())
    CardDesk(card_bed).unblock()
    return Token(f"pkcs11:token=SPECIMEN%20Agent%20001?module-path={OPENSC}", card_bed.pin)


@pytest.fixture
def piv(piv_token: Token) -> Iterator[Distant]:
    settings = DeviceSettings(driver="pkcs11-card", port=piv_token.port)
    with Bench({CARTE: settings}) as bench:
        yield Distant(bench)


@pytest.fixture(params=["softhsm", pytest.param("opensc", marks=pytest.mark.pcsc)])
def given(request: pytest.FixtureRequest) -> tuple[Card, Token]:
    soft = request.param == "softhsm"
    card: Card = request.getfixturevalue("soft" if soft else "piv")
    token: Token = request.getfixturevalue("soft_token" if soft else "piv_token")
    return card, token


def _checked(card: Card, key: CardKey, mechanism: Mechanism | None = None) -> None:
    signature = card.sign(key, MESSAGE, mechanism)
    public = signing.public_key(card.certificates()[key])
    signing.check(public, signature, MESSAGE, signing.scheme(public, mechanism))


def test_it_says_that_it_is_simulated(given: tuple[Card, Token]) -> None:
    card, _ = given
    assert card.info().simulated
    assert set(card.certificates()) == set(CardKey)


@pytest.mark.parametrize("key", CardKey)
def test_its_signature_is_that_of_its_certificate(given: tuple[Card, Token], key: CardKey) -> None:
    card, token = given
    card.verify_pin(token.typed())
    _checked(card, key)
    card.logout()
    with pytest.raises(PinNeeded):
        card.sign(key, MESSAGE)


def test_the_signature_key_wants_the_pin_anew_each_time(given: tuple[Card, Token]) -> None:
    card, token = given
    card.verify_pin(token.typed())
    _checked(card, CardKey.AUTHENTICATION)
    _checked(card, CardKey.SIGNATURE)
    with pytest.raises(PinNeeded):
        card.sign(CardKey.SIGNATURE, MESSAGE)
    _checked(card, CardKey.AUTHENTICATION)


def test_it_signs_by_pss(given: tuple[Card, Token]) -> None:
    card, token = given
    card.verify_pin(token.typed())
    _checked(card, CardKey.AUTHENTICATION, Mechanism.RSA_PSS_SHA256)


def test_a_wrong_pin_opens_nothing(given: tuple[Card, Token]) -> None:
    card, token = given
    with pytest.raises(PinWrong):
        card.verify_pin(bytearray(b"000000"))
    with pytest.raises(PinNeeded):
        card.sign(CardKey.AUTHENTICATION, MESSAGE)
    card.verify_pin(token.typed())
    _checked(card, CardKey.AUTHENTICATION)


def test_no_log_shows_the_pin_and_nobody_keeps_it(
    soft: Pkcs11Card, soft_token: Token, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(log.TRAFFIC)
    pin = soft_token.typed()
    soft.verify_pin(pin)
    assert pin == bytes(len(pin))
    _checked(soft, CardKey.AUTHENTICATION)
    assert any(record.levelno == log.TRAFFIC for record in caplog.records)
    assert soft_token.pin not in caplog.text + repr(vars(soft))


@pytest.mark.pcsc
def test_the_last_try_is_known_before_it_is_spent(piv: Distant) -> None:
    for _ in range(2):
        with pytest.raises(PinWrong):
            piv.verify_pin(bytearray(b"000000"))
    assert piv.pin_status() == PinStatus(verified=False, blocked=False, tries=1)
    with pytest.raises(PinBlocked):
        piv.verify_pin(bytearray(b"000000"))
    assert piv.pin_status().blocked


@pytest.mark.pcsc
def test_a_removed_card_is_absent_and_works_once_back(
    card_bed: CardBed, piv: Distant, piv_token: Token
) -> None:
    piv.verify_pin(piv_token.typed())
    assert piv.present()
    card_bed.remove()
    until(lambda: not piv.present())
    with pytest.raises(CardAbsent):
        piv.sign(CardKey.AUTHENTICATION, MESSAGE)
    card_bed.insert()
    until(piv.present)
    with pytest.raises(PinNeeded):
        piv.sign(CardKey.AUTHENTICATION, MESSAGE)
    piv.verify_pin(piv_token.typed())
    _checked(piv, CardKey.SIGNATURE)


def test_a_token_that_is_not_there_is_absent(soft_token: Token) -> None:
    port = soft_token.port.replace("SPECIMEN", "OTHER")
    with Pkcs11Card(port) as card, pytest.raises(CardAbsent):
        card.info()


def test_a_module_that_is_none_is_said_to_be_lost() -> None:
    pytest.importorskip("pkcs11", reason="python-pkcs11 is missing: the extra `pkcs11`")
    with pytest.raises(DeviceLost), Pkcs11Card("pkcs11:token=A?module-path=/nowhere.so"):
        pass


@pytest.mark.parametrize(
    "port",
    [
        "pkcs11:",
        "pkcs11:token=A",
        "pkcs11:?module-path=/m.so",
        "pcsc:token=A?module-path=/m.so",
        "pkcs11:token=A?module-path=/m.so&pin-value=1234",
    ],
)
def test_a_port_without_module_or_token_or_with_a_pin_is_refused(port: str) -> None:
    with pytest.raises(ConfigError):
        Pkcs11Card(port)


def test_without_the_library_the_extra_is_named() -> None:
    program = (
        "import sys; sys.modules['pkcs11'] = None\n"
        "from drivers.pkcs11_card import Pkcs11Card\n"
        "from station.errors import ConfigError\n"
        "try: Pkcs11Card('pkcs11:token=A?module-path=/m.so').__enter__()\n"
        "except ConfigError as error: print(error)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "extra `pkcs11`" in said.stdout
