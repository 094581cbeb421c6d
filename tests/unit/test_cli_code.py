"""`station code` as an agent, a technician and a script use it."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from simulators import sheets, signed_codes, title_pages
from simulators.code_reader import CodeReaderSimulator
from simulators.people import Person
from simulators.signed_codes import Header, Issuer, proof_of_address
from simulators.titles import Holder, td3
from station.cli.main import app
from station.errors import ConfigError, NotAnImage, TwoDDocInvalid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from typer.testing import Result

ISSUER = Issuer.new()
CODE = ISSUER.sign(Header(), proof_of_address(Person(7).civil()))
KEYS = {"file", "width", "height", "codes", "mrz", "ms"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page with three codes, the trust list, and no settings."""
    sheet = sheets.page("JUSTIFICATIF DE DOMICILE", (), 200)
    signed_codes.put(sheet, signed_codes.datamatrix(CODE, 4), (100, 1200))
    signed_codes.put(sheet, signed_codes.qr("1234567890123456"), (700, 200))
    signed_codes.put(sheet, signed_codes.qr("https://example.invalid"), (1500, 200))
    cv2.imwrite(str(tmp_path / "page.png"), sheet)
    (tmp_path / "trust.pem").write_bytes(ISSUER.trust())
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STATION_CONFIG", raising=False)
    return tmp_path


def run(*args: object) -> Result:
    return CliRunner().invoke(app, ["code", *map(str, args)])


def one(result: Result) -> dict[str, Any]:
    (line,) = result.stdout.splitlines()
    said: dict[str, Any] = json.loads(line)
    return said


@pytest.mark.usefixtures("folder")
def test_a_page_gives_one_object_with_its_codes() -> None:
    result = run("read", "page.png", "--json", "--trust", "trust.pem")
    assert result.exit_code == 0
    said = one(result)
    assert set(said) == KEYS
    doc, stamp, unknown = said["codes"]
    assert doc["content"]["status"] == "verified"
    assert doc["text"] == CODE
    assert bytes.fromhex(doc["bytes"]) == CODE.encode()
    assert (stamp["kind"], stamp["content"]) == ("timbre", {"number": "1234567890123456"})
    assert (unknown["kind"], unknown["content"]) == ("unknown", None)
    assert len(unknown["corners"]) == 4


def test_a_title_gives_its_zone(folder: Path) -> None:
    lines = td3(Holder.of(Person(7).civil()))
    cv2.imwrite(str(folder / "title.png"), title_pages.scan(lines, 200))
    said = one(run("read", "title.png", "--json"))
    assert said["codes"] == []
    assert said["mrz"]["lines"] == list(lines)
    assert said["mrz"]["identity"]["surname"] == "SPECIMEN"
    assert lines[1] in run("read", "title.png").stdout


@pytest.mark.usefixtures("folder")
def test_without_a_list_nothing_is_proven() -> None:
    said = one(run("read", "page.png", "--json"))
    assert said["codes"][0]["content"]["status"] == "not-checked"


SETTINGS = """
profile = "lab"
data = "data"
[station]
insee = "75056"
poste = "01"
certificate = "a"
key = "a"
agents_ca = "a"
[devices.photo]
driver = "video-camera"
port = "video:///dev/video0"
[centre]
url = "https://127.0.0.1"
ca = "a"
recipient = "a"
receipt_cert = "a"
client_cert = "a"
client_key = "a"
[codes]
trust = "../trust.pem"
"""


def test_the_list_of_the_settings_stands_beside_them(folder: Path) -> None:
    (folder / "etc").mkdir()
    (folder / "etc" / "station.toml").write_text(SETTINGS)
    said = one(run("read", "page.png", "--json", "--config", "etc/station.toml"))
    assert said["codes"][0]["content"]["status"] == "verified"


@pytest.mark.usefixtures("folder")
def test_a_reader_sees_sentences() -> None:
    result = run("read", "page.png", "--trust", "trust.pem")
    assert "Signature vérifiée" in result.stdout
    assert "timbre : 1234567890123456" in result.stdout
    assert "unknown : contenu inconnu" in result.stdout


@pytest.mark.parametrize("source", ["page.png", "code.txt", "text", "spelt"])
def test_a_2d_doc_is_verified_from_a_page_a_file_or_its_text(folder: Path, source: str) -> None:
    (folder / "code.txt").write_text(CODE + "\n")
    spelt = CODE.replace("\x1d", "<GS>").replace("\x1f", "<US>")
    given = {"text": CODE, "spelt": spelt}.get(source, source)
    result = run("verify-2ddoc", given, "--trust", "trust.pem", "--json")
    assert result.exit_code == 0
    assert one(result)["fields"][0] == {
        "id": "26", "name": "pays", "value": "FR", "cut": False, "known": True,
    }  # fmt: skip


@pytest.mark.usefixtures("folder")
def test_what_is_not_proven_is_exit_status_1() -> None:
    forged = CODE.replace("SPECIMEN", "SPECIMAN", 1)
    result = run("verify-2ddoc", forged, "--trust", "trust.pem")
    assert result.exit_code == 1
    assert "Signature fausse" in result.stdout


@pytest.mark.parametrize(
    ("args", "error"),
    [
        (("verify-2ddoc", "DC04FRSP"), TwoDDocInvalid),
        (("verify-2ddoc", "blank.png"), TwoDDocInvalid),
        (("verify-2ddoc", "noise.bin"), NotAnImage),
        (("verify-2ddoc", CODE, "--trust", "absent.pem"), ConfigError),
    ],
)
def test_bad_input_is_an_error_with_a_code(
    folder: Path, args: tuple[str, ...], error: type[Exception]
) -> None:
    cv2.imwrite(str(folder / "blank.png"), sheets.page("RIEN", ()))
    (folder / "noise.bin").write_bytes(bytes(range(256)))
    result = run(*args)
    assert isinstance(result.exception, error)


@pytest.mark.usefixtures("folder")
def test_markup_of_a_code_is_not_markup_of_ours() -> None:
    text = ISSUER.sign(Header(), {"10": "[/b]SPECIMEN[red]"})
    result = run("verify-2ddoc", text, "--trust", "trust.pem")
    assert "[/b]SPECIMEN[red]" in result.stdout


# --- a reader on its line ------------------------------------------------------------------------


@pytest.fixture
def presented(folder: Path) -> Iterator[CodeReaderSimulator]:
    """A reader in the settings, in front of which a code is held again and again."""
    over = threading.Event()
    with CodeReaderSimulator() as reader:
        device = f'[devices.codes]\ndriver = "code-reader"\nport = "{reader.url}"\n'
        (folder / "station.toml").write_text(SETTINGS.replace("../trust", "trust") + device)

        def hold() -> None:
            while not over.wait(0.2):
                reader.show(CODE.encode())

        held = threading.Thread(target=hold)
        held.start()
        try:
            yield reader
        finally:
            over.set()
            held.join()


@pytest.mark.usefixtures("presented")
def test_a_code_from_the_reader_is_proven() -> None:
    result = CliRunner().invoke(app, ["device", "read-code", "codes", "--json"])
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert said["text"] == CODE
    assert said["content"]["status"] == "verified"
    assert "Présentez le code" in result.stderr


@pytest.mark.usefixtures("presented")
def test_a_code_from_the_reader_is_said_in_words() -> None:
    result = CliRunner().invoke(app, ["device", "read-code", "codes"])
    assert "Signature vérifiée" in result.stdout


@pytest.mark.parametrize("shape", [(1, 1), (3, 900)])
def test_a_picture_too_small_for_a_code_is_an_error(folder: Path, shape: tuple[int, int]) -> None:
    cv2.imwrite(str(folder / "small.png"), np.full(shape, 255, np.uint8))
    result = run("read", "small.png", "--json")
    assert result.exit_code == 1
    assert "INP-006" in result.stderr


@pytest.mark.usefixtures("folder")
def test_a_code_longer_than_the_name_of_a_file_is_a_code() -> None:
    result = run("verify-2ddoc", "DC04FR" + "é" * 200)
    assert isinstance(result.exception, TwoDDocInvalid)
