"""The national table: built from public files as they are published, opened only when sound."""

from __future__ import annotations

import json
import sqlite3
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from station.cli.main import app
from station.errors import ConfigError, SourceInvalid, StorageError, TableInvalid
from station.referentiel import csv_files
from station.referentiel.birth import Concordance
from station.referentiel.build import Order, build
from station.referentiel.opened import load
from station.referentiel.places import Changement, Nature
from tests import cog_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from station.referentiel.lookup import Referentiel


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The public files, the list of COMEDEC, and the table built from them."""
    where = tmp_path_factory.mktemp("cog")
    files = cog_files.lay(where)
    (where / "comedec.txt").write_text(cog_files.COMEDEC)
    build(Order(files, where / "comedec.txt"), where / "communes.sqlite")
    return where


@pytest.fixture(scope="module")
def national(folder: Path) -> Iterator[Referentiel]:
    with load(folder / "communes.sqlite") as reference:
        yield reference


def test_the_table_says_what_it_was_made_of(national: Referentiel, folder: Path) -> None:
    assert national.notice["date"] == "2026-01-01"
    assert "Licence Ouverte" in national.notice["licence"]
    names = [s["nom"] for s in json.loads(national.notice["sources"])]
    assert names == sorted(p.name for p in folder.iterdir() if p.suffix in {".csv", ".txt"})
    assert national.whole()
    assert national.counts()["communes"] == 9


def test_the_same_files_make_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    files = tuple(sorted(folder.glob("*.csv"), reverse=True))
    build(Order(files, folder / "comedec.txt"), tmp_path / "again.sqlite")
    again = (tmp_path / "again.sqlite").read_bytes()
    assert again == (folder / "communes.sqlite").read_bytes()


def test_movements_say_what_a_commune_became(national: Referentiel) -> None:
    renamed = national.commune("01004", date(1950, 1, 1))
    merged = national.commune("01340", date(2015, 12, 31))
    moved = national.commune("20004", date(1975, 12, 31))
    assert renamed is not None
    assert merged is not None
    assert moved is not None
    assert (renamed.libelle, renamed.changement) == ("Ambérieu", Changement.NOM)
    assert (merged.suite, merged.changement) == ("01015", Changement.FUSION)
    assert (moved.suite, moved.changement) == ("2A004", Changement.DEPARTEMENT)


def test_what_is_missing_from_the_history_comes_from_today(national: Referentiel) -> None:
    part, far, late = (national.commune(c) for c in ("75112", "98735", "97411"))
    assert part is not None
    assert (part.nature, part.suite) == (Nature.ARRONDISSEMENT, "75056")
    assert far is not None
    assert far.departement == "987"
    assert late is not None


def test_people_rank_and_postal_codes_follow(national: Referentiel) -> None:
    found = national.communes("saint denis")
    assert [c.code for c in found] == ["97411", "93066", "93031"]
    assert national.communes("le havre")[0].codes_postaux == ("76600", "76610")
    assert [c.code for c in national.by_postcode("01300")] == ["01015"]


def test_a_merged_commune_leads_to_the_new_one(national: Referentiel) -> None:
    (found,) = national.communes("Saint-Bois")
    assert (found.libelle, found.autre_nom) == ("Arboys en Bugey", "Saint-Bois")
    said = national.birth_place("Saint-Bois", None, date(1990, 1, 1))
    assert said.concordance is Concordance.CHANGE
    assert "Arboys en Bugey (01015) le 1er janvier 2016" in said.phrase


def test_comedec_is_that_of_the_commune_that_keeps_the_record(national: Referentiel) -> None:
    assert national.birth_place("Saint-Bois", "01340", date(1990, 1, 1)).comedec
    assert not national.birth_place("Ajaccio", "20004", date(1970, 1, 1)).comedec


def test_countries_keep_our_names_beside_those_of_the_cog(national: Referentiel) -> None:
    germany = national.pays_code("DEU")
    assert germany is not None
    assert germany.nom == "Allemagne"
    assert [p.insee for p in national.pays("Algérie")] == ["99352"]
    assert national.pays_code("FRA") is not None
    assert next(p.nom for p in national.pays("tchecosl", date(1980, 1, 1))) == "TCHÉCOSLOVAQUIE"


def test_without_movements_a_change_is_still_seen(tmp_path: Path) -> None:
    files = [p for p in cog_files.lay(tmp_path) if "mvt" not in p.name]
    build(Order(tuple(files)), tmp_path / "t.sqlite")
    with load(tmp_path / "t.sqlite") as reference:
        said = reference.birth_place("Ambérieu", "01004", date(1950, 1, 1))
        assert said.concordance is Concordance.CHANGE
        assert "Ambérieu-en-Bugey" in said.phrase
        assert reference.today(reference.versions("01340")[0]) is not None


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (cog_files.COMMUNES.replace('"01004"', '"1004"'), "line 2: COM"),
        (cog_files.COMMUNES.replace("Arbignieu", "Arbi\x1bgnieu"), "LIBELLE"),
        (cog_files.COMMUNES.replace("Ambérieu", "AmbÃ©rieu"), "encoded twice"),
        (cog_files.COMMUNES.replace("Arbignieu", "A" * 9000), "too long"),
        (cog_files.COMMUNES.replace("Arbignieu", "A" * 250), "LIBELLE"),
        (cog_files.COMMUNES.replace('"COMD"', '"XXX"'), "TYPECOM"),
        (cog_files.COMMUNES + '"COM","0101', "not CSV"),
        (cog_files.COMMUNES + "\0", "not text"),
        ("a,b,c\n1,2,3\n", "first line"),
        ("", "empty"),
    ],
)
def test_a_damaged_file_is_named_with_its_line(tmp_path: Path, text: str, wrong: str) -> None:
    path = tmp_path / "v_commune_2026.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(SourceInvalid, match=wrong) as caught:
        build(Order((path,)), tmp_path / "out.sqlite")
    assert path.name in str(caught.value)
    assert not (tmp_path / "out.sqlite").exists()


def test_a_wrong_day_and_a_second_file_of_a_kind_are_refused(tmp_path: Path) -> None:
    files = cog_files.lay(tmp_path)
    twice = tmp_path / "copie.csv"
    twice.write_text(cog_files.COMMUNES)
    with pytest.raises(SourceInvalid, match="second"):
        build(Order((*files, twice)), tmp_path / "out.sqlite")
    wrong = tmp_path / "v_commune_depuis_1943.csv"
    wrong.write_text(cog_files.HISTOIRE.replace("1955-03-31", "31/03/1955"))
    with pytest.raises(SourceInvalid, match="DATE_FIN"):
        build(Order(files), tmp_path / "out.sqlite")


def test_a_table_without_communes_or_without_date_is_refused(tmp_path: Path) -> None:
    cog_files.lay(tmp_path)
    with pytest.raises(SourceInvalid, match="wanted"):
        build(Order((tmp_path / "019HexaSmal.csv",)), tmp_path / "out.sqlite")
    history = tmp_path / "v_commune_depuis_1943.csv"
    undated = tmp_path / "histoire.csv"
    history.rename(undated)
    with pytest.raises(SourceInvalid, match="give the date"):
        build(Order((undated,)), tmp_path / "out.sqlite")
    build(Order((undated,), jour=date(2026, 1, 1)), tmp_path / "out.sqlite")


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    files = cog_files.lay(tmp_path)
    with pytest.raises(StorageError):
        build(Order(files), tmp_path / "absent" / "out.sqlite")


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=400), kept=st.integers(0, 200))
def test_any_bytes_make_a_source_or_an_error(tmp_path: Path, raw: bytes, kept: int) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(cog_files.HISTOIRE.encode()[:kept] + raw)
    try:
        source = csv_files.read(path)
    except SourceInvalid:
        return
    assert source.name == "x.csv"


def test_a_foreign_or_absent_file_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    base = sqlite3.connect(other)
    base.execute("CREATE TABLE commune (id INTEGER)")
    base.commit()
    base.close()
    for path in (other, tmp_path / "absent.sqlite", tmp_path):
        with pytest.raises(TableInvalid):
            load(path)


def test_a_table_with_anything_more_in_it_is_refused(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "t.sqlite"
    path.write_bytes((folder / "communes.sqlite").read_bytes())
    base = sqlite3.connect(path)
    base.execute("CREATE VIEW more AS SELECT * FROM commune")
    base.commit()
    base.close()
    with pytest.raises(TableInvalid, match="layout"):
        load(path)


def test_an_edited_row_shows_in_the_print_of_the_rows(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "t.sqlite"
    path.write_bytes((folder / "communes.sqlite").read_bytes())
    base = sqlite3.connect(path)
    base.execute("UPDATE commune SET libelle = 'Ailleurs' WHERE code = '2A004'")
    base.commit()
    base.close()
    with load(path) as reference:
        assert not reference.whole()
    result = CliRunner().invoke(app, ["referentiel", "info", "--table", str(path)])
    assert result.exit_code == 1
    assert "ALTÉRÉE" in result.stdout


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0, 1), byte=st.integers(0, 255), length=st.integers(1, 64))
def test_a_damaged_table_is_refused_or_still_answers(
    folder: Path, tmp_path: Path, where: float, byte: int, length: int
) -> None:
    raw = bytearray((folder / "communes.sqlite").read_bytes())
    at = int(where * (len(raw) - length))
    raw[at : at + length] = bytes([byte]) * length
    path = tmp_path / "t.sqlite"
    path.write_bytes(raw)
    try:
        with load(path) as reference:
            reference.communes("saint")
            reference.birth_place("Ambérieu", "01004", date(1950, 1, 1))
            reference.whole()
    except TableInvalid:
        pass


def test_a_table_whose_layout_is_no_text_is_refused(folder: Path, tmp_path: Path) -> None:
    raw = (folder / "communes.sqlite").read_bytes()
    path = tmp_path / "t.sqlite"
    path.write_bytes(raw.replace(b"CREATE TABLE commune", b"CREATE \x80ABLE commune", 1))
    with pytest.raises(TableInvalid):
        load(path)


def test_a_truncated_table_is_refused(folder: Path, tmp_path: Path) -> None:
    raw = (folder / "communes.sqlite").read_bytes()
    path = tmp_path / "t.sqlite"
    path.write_bytes(raw[: len(raw) // 2])
    with pytest.raises(TableInvalid):
        load(path)


def test_the_file_is_not_touched_by_reading(folder: Path) -> None:
    before = {p.name: p.stat().st_mtime_ns for p in folder.iterdir()}
    with load(folder / "communes.sqlite") as reference:
        reference.communes("paris")
    assert {p.name: p.stat().st_mtime_ns for p in folder.iterdir()} == before


def test_the_command_builds_says_and_finds(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "communes.sqlite"
    files = [str(p) for p in sorted(folder.glob("*.csv"))]
    built = CliRunner().invoke(app, ["referentiel", "build", *files, "-o", str(out)])
    assert built.exit_code == 0, built.output
    assert "table nationale du 2026-01-01" in built.stdout
    info = CliRunner().invoke(app, ["referentiel", "info", "--table", str(out), "--json"])
    assert json.loads(info.stdout)["intacte"] is True
    found = CliRunner().invoke(
        app,
        [
            "referentiel",
            "search",
            "amberieu",
            "--date",
            "1950-01-01",
            "--table",
            str(out),
            "--json",
        ],
    )
    (line,) = found.stdout.splitlines()
    assert json.loads(line)["libelle"] == "Ambérieu"


SETTINGS = """
profile = "lab"
data = "data"
referentiel = "communes.sqlite"
[station]
insee = "75056"
poste = "01"
certificate = "s.pem"
key = "k.pem"
agents_ca = "ca.pem"
[devices.empreintes]
driver = "serial-finger"
port = "serial:///dev/null"
[centre]
url = "https://127.0.0.1:8443"
ca = "ca.pem"
recipient = "r.pem"
receipt_cert = "r.pem"
client_cert = "c.pem"
client_key = "c.key"
"""


def test_the_settings_name_the_table_beside_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (folder / "station.toml").write_text(SETTINGS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STATION_CONFIG", str(folder / "station.toml"))
    info = CliRunner().invoke(app, ["referentiel", "info", "--json"])
    assert json.loads(info.stdout)["table"] == str(folder / "communes.sqlite")
    assert json.loads(info.stdout)["etendue"] == "nationale"


def test_the_command_works_without_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STATION_CONFIG", raising=False)
    found = CliRunner().invoke(app, ["referentiel", "search", "ceylan", "--pays"])
    assert "Sri Lanka" in found.stdout
    info = CliRunner().invoke(app, ["referentiel", "info"])
    assert "table réduite" in info.stdout


def test_an_error_of_the_table_is_one_of_the_settings() -> None:
    assert issubclass(TableInvalid, ConfigError)
    assert issubclass(SourceInvalid, ConfigError)
