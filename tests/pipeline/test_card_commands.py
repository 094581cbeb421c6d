"""`station card` as a technician uses it, on simulated cards in their reader."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from simulators import card_bed, pki
from simulators.agent_card import Deal
from simulators.card_bed import CardBed
from simulators.software_token import make_token
from station.cli.main import app
from station.errors import (
    CardAbsent,
    CardExpired,
    ConfigError,
    LastTry,
    PinBlocked,
    PinNeeded,
    PinWrong,
    PukWrong,
)
from tests import needs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from typer.testing import Result

    from station.errors import StationError

pytestmark = [
    pytest.mark.pcsc,
    needs.mark(card_bed.missing()),
]

PIN, WRONG = "271828", "000000"
SMALL = ("p256", "p256")
IAS = Deal("ias", ("rsa2048", "rsa2048"))
SETTINGS = """
profile = "lab"
data = "data"
[station]
insee = "75056"
poste = "01"
certificate = "keys/station.pem"
key = "keys/station.key.pem"
agents_ca = "keys/ca.pem"
[devices.carte]
driver = "agent-card"
port = "{port}"
[centre]
url = "https://127.0.0.1:1"
ca = "keys/ca.pem"
recipient = "keys/cert.pem"
receipt_cert = "keys/cert-recepisse.pem"
client_cert = "keys/station-tls.pem"
client_key = "keys/station-tls.key.pem"
"""


class Counter:
    """A station with a card reader, and nothing else."""

    def __init__(self, bed: CardBed, folder: Path) -> None:
        self.bed, self.folder = bed, folder
        (folder / "station.toml").write_text(SETTINGS.format(port=bed.port))

    def __call__(self, *words: str, typed: str = "") -> Result:
        command = ["card", *words, "--config", str(self.folder / "station.toml")]
        return CliRunner().invoke(app, command, input=typed)

    def info(self) -> dict[str, object]:
        done = self("info", "--json")
        assert done.exit_code == 0, done.output
        said: dict[str, object] = json.loads(done.stdout)
        return said


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    folder = tmp_path_factory.mktemp("counter")
    pki.create(folder / "keys")
    with CardBed(folder / "card", authority=folder / "keys", pin=PIN) as bed:
        yield Counter(bed, folder)


def raised(done: Result) -> StationError:
    error = done.exception
    assert error is not None
    return error  # type: ignore[return-value]  # the command ended by it; tests name the leaf


@pytest.mark.parametrize(("deal", "kind"), [(None, "PIV"), (IAS, "IAS-ECC")])
def test_info_needs_no_pin_and_tells_reader_kind_validity_and_tries(
    counter: Counter, deal: Deal | None, kind: str
) -> None:
    counter.bed.deal(deal)
    said = counter.info()
    assert said["reader"] == card_bed.READER
    assert said["kind"] == kind
    assert said["simulated"] is True
    assert said["pin"] == {"blocked": False, "tries": 3}
    certificates = said["certificates"]
    assert isinstance(certificates, list)
    assert [(held["key"], held["state"]) for held in certificates] == [
        ("authentication", "valid"), ("signature", "valid"),
    ]  # fmt: skip
    shown = counter("info").stdout
    assert kind in shown
    assert "essais du code PIN : 3" in shown
    assert shown.count("valide, jusqu’au") == 2


@pytest.mark.parametrize("deal", [None, IAS], ids=["piv", "ias"])
def test_login_works_and_leaves_nothing_verified(counter: Counter, deal: Deal | None) -> None:
    counter.bed.deal(deal)
    done = counter("login-test", typed=PIN + "\n")
    assert done.exit_code == 0, done.output
    assert "SPECIMEN Agent 001" in done.stdout
    assert PIN not in done.output
    assert counter.info()["pin"] == {"blocked": False, "tries": 3}


@pytest.mark.parametrize("deal", [None, IAS], ids=["piv", "ias"])
@pytest.mark.parametrize("key", ["authentication", "signature"])
def test_openssl_verifies_what_the_sign_test_leaves(
    counter: Counter, tmp_path: Path, deal: Deal | None, key: str
) -> None:
    counter.bed.deal(deal)
    (tmp_path / "pin").write_text(PIN + "\n")
    files = ["--pin-file", str(tmp_path / "pin"), "-o", str(tmp_path / "out")]
    done = counter("sign-test", "--key", key, *files)
    assert done.exit_code == 0, done.output
    verify = ["openssl", "dgst", "-sha256", "-verify", "cle.pem", "-signature", "signature.bin"]
    said = subprocess.run(
        [*verify, "message.bin"], cwd=tmp_path / "out", capture_output=True, text=True, check=False
    )
    assert said.stdout == "Verified OK\n"


def test_the_last_try_is_only_spent_when_confirmed_and_a_puk_gives_the_pin_back(
    counter: Counter, tmp_path: Path
) -> None:
    counter.bed.deal(Deal(kinds=SMALL))
    for _ in range(2):
        assert isinstance(raised(counter("sign-test", typed=WRONG + "\n")), PinWrong)
    unsure = counter("login-test", typed=WRONG + "\n")
    assert isinstance(raised(unsure), LastTry)
    assert "essais restants : 1" in unsure.stderr
    assert counter.info()["pin"] == {"blocked": False, "tries": 1}
    assert isinstance(raised(counter("login-test", "--last-try", typed=WRONG + "\n")), PinBlocked)
    assert isinstance(raised(counter("sign-test", typed=PIN + "\n")), PinBlocked)
    assert "bloqué" in counter("info").stdout
    assert isinstance(raised(counter("unblock", typed=f"00000000\n{PIN}\n")), PukWrong)
    (tmp_path / "codes").write_text(f"{counter.bed.puk}\n{PIN}\n")
    assert counter("unblock", "--pin-file", str(tmp_path / "codes")).exit_code == 0
    assert counter("login-test", typed=PIN + "\n").exit_code == 0


def test_an_expired_card_is_shown_as_such_and_does_not_log_in(counter: Counter) -> None:
    counter.bed.deal(Deal(kinds=SMALL, expired=True))
    certificates = counter.info()["certificates"]
    assert isinstance(certificates, list)
    assert {held["state"] for held in certificates} == {"expired"}
    assert isinstance(raised(counter("login-test", typed=PIN + "\n")), CardExpired)


def test_without_a_card_or_a_pin_file_the_command_says_so(counter: Counter) -> None:
    counter.bed.deal()
    gone = counter("sign-test", "--pin-file", str(counter.folder / "nowhere"))
    assert isinstance(raised(gone), PinNeeded)
    counter.bed.remove()
    assert isinstance(raised(counter("info")), CardAbsent)


def test_a_token_that_cannot_be_unblocked_is_a_matter_of_settings(tmp_path: Path) -> None:
    port = make_token(tmp_path / "token", PIN)
    settings = SETTINGS.format(port=port).replace("agent-card", "software-token")
    (tmp_path / "station.toml").write_text(settings)
    words = ["card", "unblock", "--config", str(tmp_path / "station.toml")]
    done = CliRunner().invoke(app, words, input=f"12345678\n{PIN}\n")
    assert isinstance(raised(done), ConfigError)


def test_no_option_takes_a_pin(counter: Counter) -> None:
    for command in ("login-test", "sign-test", "unblock"):
        assert counter(command, "--pin", PIN).exit_code == 2
