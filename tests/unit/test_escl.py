"""eSCL messages of many makers, and of nobody: read within bounds, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from drivers.wire import escl
from drivers.wire.escl import Mode, Source, Trouble, Wanted
from station.errors import ProtocolError

VECTORS = Path(__file__).parents[1] / "vectors" / "escl"
EPSON = (VECTORS / "epson_xp7100.xml").read_bytes()
BROTHER = (VECTORS / "brother_ds940.xml").read_bytes()
OTHERWISE = (VECTORS / "ranges_and_references.xml").read_bytes()
PLATEN = (
    "<MinWidth>1</MinWidth><MaxWidth>2550</MaxWidth><MinHeight>1</MinHeight>"
    "<MaxHeight>3508</MaxHeight>"
)


def told(platen: str = PLATEN) -> bytes:
    inner = f"<Platen><PlatenInputCaps>{platen}</PlatenInputCaps></Platen>"
    return f"<ScannerCapabilities>{inner}</ScannerCapabilities>".encode()


def state(**words: str) -> escl.Status:
    inner = "".join(f"<{name}>{word}</{name}>" for name, word in words.items())
    return escl.status(f"<ScannerStatus>{inner}</ScannerStatus>".encode())


def test_an_all_in_one_is_read() -> None:
    said = escl.capabilities(EPSON)
    assert (said.vendor, said.model, said.serial) == ("EPSON", "XP-7100 Series", "SPECIMEN0001")
    assert said.feeder is None
    assert said.platen is not None
    assert said.platen.most == (2550, 3510)
    assert said.platen.modes == {Mode.COLOUR, Mode.GREY}
    assert said.platen.formats == ("application/pdf", "image/jpeg")
    assert said.platen.resolutions == (300, 600)  # 300 x 600 is no resolution of a page


def test_a_sheet_fed_scanner_without_glass_is_read() -> None:
    said = escl.capabilities(BROTHER)
    assert said.platen is None
    assert said.feeder is not None
    assert said.feeder.formats == ()
    assert said.feeder.modes == {Mode.COLOUR}
    assert not said.feeder.extended
    assert not said.feels_paper  # it lists its options, and that is not among them


def test_what_a_device_may_do_otherwise_is_read() -> None:
    said = escl.capabilities(OTHERWISE)
    assert (said.vendor, said.model, said.version) == ("SPECIMEN", "Bureau 9", "2.97")
    assert said.serial.endswith("3")
    assert said.platen == said.feeder
    assert said.platen is not None
    assert said.platen.formats == ("image/png",)
    assert said.platen.extended
    assert [said.platen.at_least(dpi) for dpi in (10, 300, 301, 1200, 1201)] == [
        75,
        300,
        325,
        1200,
        None,
    ]
    assert said.feels_paper


@pytest.mark.parametrize("version", ["1.0", "3.0", "2", "2.63.1", "<b/>", "2.9999"])
def test_a_version_that_is_none_is_the_oldest(version: str) -> None:
    xml = told().replace(b"<Platen>", f"<Version>{version}</Version><Platen>".encode(), 1)
    assert escl.capabilities(xml).version == "2.0"


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"\0",
        b"<html/>",
        b"<ScannerStatus/>",
        b"<ScannerCapabilities/>",
        EPSON[: len(EPSON) // 2],
        EPSON.replace(b"UTF-8", b"UTF-77"),
        EPSON.replace(b"2550", b"2550.5"),
        EPSON.replace(b"2550", b"-1"),
        EPSON.replace(b"2550", "٢٥٥٠".encode()),
        EPSON.replace(b"2550", b"9" * 400),
        EPSON.replace(b"2550", b"95"),
        told(""),
        b'<!DOCTYPE x [<!ENTITY a "b">]>' + told(),
        b'<!DOCTYPE x SYSTEM "http://192.0.2.7/x">' + told(),
        told() + b" " * escl.MAX_XML,
        b"<ScannerCapabilities>" + b"<a>" * 30_000,
        OTHERWISE.replace(b"<Min>75</Min>", b"<Min>0</Min>"),
    ],
)
def test_what_is_no_capabilities_is_refused(xml: bytes) -> None:
    with pytest.raises(ProtocolError):
        escl.capabilities(xml)


def test_deep_xml_that_is_whole_does_no_harm() -> None:
    deep = b"<a>" * 15_000 + b"</a>" * 15_000
    xml = told().replace(b"<Platen>", deep + b"<Platen>", 1)
    assert escl.capabilities(xml).platen is not None


@given(st.binary(max_size=200), st.integers(0, len(EPSON)))
def test_damage_is_a_protocol_error_and_nothing_else(noise: bytes, at: int) -> None:
    for read in (escl.capabilities, escl.status):
        try:
            read(EPSON[:at] + noise + EPSON[at + len(noise) :])
        except ProtocolError:
            continue


@pytest.mark.parametrize(
    ("word", "trouble"),
    [
        ("ScannerAdfLoaded", None),
        ("ScannerAdfProcessing", None),
        ("ScannerAdfEmpty", Trouble.EMPTY),
        ("ScannerAdfJam", Trouble.JAM),
        ("ScannerAdfHatchOpen", Trouble.COVER),
        ("ScannerAdfDoorOpen", Trouble.COVER),
        ("ScannerAdfMultipickDetected", Trouble.MISFEED),
        ("ScannerAdfSomethingNew", None),
    ],
)
def test_the_state_of_the_feeder_is_the_feeders(word: str, trouble: Trouble | None) -> None:
    said = state(State="Idle", AdfState=word)
    assert said.trouble(Source.FEEDER) == trouble
    assert said.trouble(Source.PLATEN) is None


@pytest.mark.parametrize(
    ("word", "platen"),
    [
        ("CoverOpen", Trouble.COVER),
        ("InternalStorageFull", Trouble.MEMORY),
        ("InputTrayEmpty", None),
        ("None", None),
    ],
)
def test_a_reason_concerns_the_glass_too_unless_it_is_about_paper(
    word: str, platen: Trouble | None
) -> None:
    assert state(State="Stopped", StateReason=word).trouble(Source.PLATEN) == platen


@pytest.mark.parametrize(
    ("word", "reason", "working"),
    [
        ("Idle", "", False),
        ("Processing", "", True),
        ("Testing", "", True),
        ("Stopped", "", False),
        ("Idle", "LampWarming", True),
    ],
)
def test_a_scanner_at_work_is_told_from_one_that_waits(
    word: str, reason: str, working: bool
) -> None:
    assert state(State=word, StateReason=reason).working is working


@pytest.mark.parametrize(
    "uri",
    ["/eSCL/ScanJobs/7", "http://192.168.1.9:80/eSCL/ScanJobs/7", "/ScanJobs/7/", "7"],
)
def test_a_job_is_found_whatever_way_its_address_is_written(uri: str) -> None:
    said = state(Jobs=f"<JobInfo><JobUri>{uri}</JobUri><JobState>Processing</JobState></JobInfo>")
    assert said.runs("/eSCL/ScanJobs/7")
    assert not said.runs("/eSCL/ScanJobs/8")


def test_a_job_is_written_as_strict_devices_read_it() -> None:
    wanted = Wanted(Source.FEEDER, Mode.COLOUR, 300, (2480, 3508), "image/jpeg", extended=True)
    root = fromstring(escl.settings(wanted))
    names = [e.tag.rpartition("}")[2] for e in root]
    assert names == [
        "Version", "Intent", "ScanRegions", "DocumentFormat", "InputSource", "XResolution",
        "YResolution", "ColorMode", "Duplex", "DocumentFormatExt",
    ]  # fmt: skip
    texts = {e.tag.rpartition("}")[2]: e.text for e in root.iter()}
    assert texts["ContentRegionUnits"] == "escl:ThreeHundredthsOfInches"
    assert (texts["Width"], texts["Height"], texts["InputSource"]) == ("2480", "3508", "Feeder")


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("http://127.0.0.1:80/eSCL/ScanJobs/1", "/eSCL/ScanJobs/1"),
        ("http://192.0.2.7:9/eSCL/ScanJobs/1/", "/eSCL/ScanJobs/1"),
        ("//192.0.2.7/eSCL/ScanJobs/1", "/eSCL/ScanJobs/1"),
        ("/eSCL/ScanJobs/1", "/eSCL/ScanJobs/1"),
        ("ScanJobs/1", "/eSCL/ScanJobs/1"),
        ("http://localhost/eSCL/ScanJobs/a-b_c.d?x=1#y", "/eSCL/ScanJobs/a-b_c.d"),
    ],
)
def test_of_a_location_only_the_path_counts(location: str, path: str) -> None:
    assert escl.job_path("/eSCL", location) == path


@pytest.mark.parametrize(
    "location",
    ["", "http://h", "http://h/", "/a b", "/a\r\nX: y", "/é", "x" * 2000, "http://[::1/a", "/a//b"],
)
def test_a_location_without_a_path_is_refused(location: str) -> None:
    with pytest.raises(ProtocolError):
        escl.job_path("/eSCL", location)
