"""`station chip read` as an agent uses it, on a simulated title behind a real pcscd."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from typer.testing import CliRunner

from simulators.card_bed import CardBed, missing
from simulators.title_chip.defects import Defect, spoilt
from station.cli.main import app
from station.config import load
from station.errors import ChipKeyInvalid, ChipRefused, ConfigError
from station.pipeline.titre import authorities
from tests.needs import need
from tests.titles_read import HOLDER, made, state

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from typer.testing import Result

pytestmark = pytest.mark.pcsc

SETTINGS = """profile = "lab"
data = "data"
[station]
insee = "75056"
poste = "01"
certificate = "x"
key = "x"
agents_ca = "x"
[devices.titre]
driver = "chip-reader"
port = "{port}"
[centre]
url = "https://127.0.0.1:1"
ca = "x"
recipient = "x"
receipt_cert = "x"
client_cert = "x"
client_key = "x"
[titre]
csca = "state/master-list.ml"
crl = "state/csca.crl"
publisher = "state/csca.pem"
"""


@pytest.fixture(scope="module")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CardBed]:
    need(missing())
    with CardBed(tmp_path_factory.mktemp("bed")) as bed:
        yield bed


@pytest.fixture
def folder(tmp_path: Path, bed: CardBed) -> Path:
    state().write(tmp_path / "state")
    (tmp_path / "station.toml").write_text(SETTINGS.format(port=bed.title_port))
    return tmp_path


def chip(folder: Path, *words: object, entry: str = "") -> Result:
    config = ("--config", str(folder / "station.toml"))
    return CliRunner().invoke(app, ["chip", "read", *map(str, words), *config], input=entry)


def said(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_a_card_is_read_by_its_can(bed: CardBed, folder: Path) -> None:
    bed.insert_title(made())
    portrait = folder / "p.png"
    done = chip(folder, "--can", made().printed.can, "--json", "--photo", portrait)
    assert done.exit_code == 0
    found = said(done)
    assert found["mrz"]["number"] == made().printed.number
    assert {f["status"] for f in found["findings"]} == {"verified", "not-performed"}
    open_ends = {f["check"] for f in found["findings"] if f["status"] == "not-performed"}
    assert open_ends == {"dg3", "terminal-authentication"}
    assert found["files"]["dg2"] == len(made().files[0x0102])
    assert found["simulated"] is True
    assert {step["step"] for step in found["steps"] if step["done"]} == {
        "pace", "chip-authentication", "active-authentication",
    }  # fmt: skip
    with Image.open(portrait) as picture:
        assert picture.size == (413, 531)


def test_the_keys_of_the_json_stay(bed: CardBed, folder: Path) -> None:
    bed.insert_title(made())
    found = said(chip(folder, "--can", made().printed.can, "--json"))
    assert sorted(found) == [
        "document", "face", "files", "findings", "fingers", "mrz", "ms", "personal", "photo",
        "reader", "simulated", "steps",
    ]  # fmt: skip
    assert sorted(found["findings"][0]) == ["check", "fact", "phrase", "reason", "status"]


def test_a_zone_from_the_keyboard_is_held_against_the_chip(bed: CardBed, folder: Path) -> None:
    bed.insert_title(made())
    done = chip(folder, "--mrz", "-", "--json", entry="\n".join(made().printed.zone))
    assert done.exit_code == 0
    printed = next(f for f in said(done)["findings"] if f["check"] == "printed")
    assert printed["status"] == "verified"


@pytest.mark.parametrize("option", ["--can", "--mrz"])
def test_bytes_that_are_no_text_are_no_key(folder: Path, option: str) -> None:
    config = ("--config", str(folder / "station.toml"))
    done = CliRunner().invoke(app, ["chip", "read", option, "-", *config], input=b"\xff\xfe")
    assert isinstance(done.exception, ChipKeyInvalid)


def test_the_agent_reads_words(bed: CardBed, folder: Path) -> None:
    bed.insert_title(made())
    done = chip(folder, "--can", made().printed.can)
    assert done.exit_code == 0
    assert "Signature des données : vérifié, exacte" in done.stdout
    assert "pas de certificat d’inspection" in done.stdout
    assert HOLDER.civil()["nom_famille"].upper() in done.stdout


def test_a_tampered_title_is_status_1(bed: CardBed, folder: Path) -> None:
    bed.insert_title(spoilt(made(), Defect.TAMPERED_FACE, state()))
    done = chip(folder, "--can", made().printed.can, "--json")
    assert done.exit_code == 1
    assert [f["check"] for f in said(done)["findings"] if f["status"] == "failed"] == ["dg2"]


def test_a_wrong_can_is_told_and_not_repeated(bed: CardBed, folder: Path) -> None:
    bed.insert_title(made())
    done = chip(folder, "--can", "000000")
    assert isinstance(done.exception, ChipRefused)
    assert "000000" not in str(done.exception) + done.output


@pytest.mark.parametrize("words", [("--can", "12"), ("--mrz", "-"), ("--mrz", "nowhere.txt")])
def test_what_opens_nothing_is_refused_before_the_reader_is_asked(
    folder: Path, words: tuple[str, ...]
) -> None:
    assert isinstance(chip(folder, *words, entry="no zone").exception, ChipKeyInvalid)


def test_both_keys_or_none_is_wrong_usage(folder: Path) -> None:
    assert chip(folder).exit_code == 2
    assert chip(folder, "--can", "123456", "--mrz", "-").exit_code == 2


def test_a_reader_can_be_named_without_settings(bed: CardBed, tmp_path: Path) -> None:
    bed.insert_title(made())
    done = chip(tmp_path, "--can", made().printed.can, "--reader", bed.title_port, "--json")
    signer = next(f for f in said(done)["findings"] if f["check"] == "signer")
    assert (done.exit_code, signer["reason"]) == (0, "no-trust-list")


def test_a_trust_file_that_does_not_hold_is_an_error_of_the_settings(folder: Path) -> None:
    settings = load(folder / "station.toml")
    assert authorities(settings.titre) is not None
    list_file = folder / "state" / "master-list.ml"
    data = list_file.read_bytes()
    list_file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(ConfigError, match="master-list"):
        authorities(settings.titre)
