"""What scanimage prints: options of real backends read, everything else refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.wire import sane
from station.errors import DeviceUnconfigured, ProtocolError

# scanimage -A of sane-backends 1.1.1 on its test backend, shortened.
TEST = """
All options specific to device `test:0':
  Scan Mode:
    --mode Gray|Color [Gray]
        Selects the scan mode (e.g., lineart, monochrome, or color).
    --depth 1|8|16 [8]
    --hand-scanner[=(yes|no)] [no]
    --three-pass-order RGB|RBG|GBR|GRB|BRG|BGR [inactive]
    --resolution 1..1200dpi (in steps of 1) [50]
    --source Flatbed|Automatic Document Feeder [Flatbed]
  Geometry:
    -l 0..200mm (in steps of 1) [0]
    -t 0..200mm (in steps of 1) [0]
    -x 0..200mm (in steps of 1) [80]
    -y 0..200mm (in steps of 1) [100]
"""
# The same on sane-airscan 0.99.27 with an eSCL scanner, shortened.
AIRSCAN = """
    --resolution 75|150|300|600dpi [300]
    --mode Color|Gray [Color]
    --source Flatbed|ADF Duplex|ADF [Flatbed]
    -x 0..215.9mm [215.9]
    -y 0..297.01mm [297.01]
"""


def test_the_test_backend_is_read() -> None:
    known = sane.options(TEST)
    assert "three-pass-order" not in known
    assert sane.source(known, feeder=False) == ["--source", "Flatbed"]
    assert sane.source(known, feeder=True) == ["--source", "Automatic Document Feeder"]
    assert sane.mode(known, colour=True) == ["--mode", "Color", "--depth", "8"]
    assert sane.resolution(known, 301) == 301
    assert sane.glass(known) == pytest.approx((7.874, 7.874), abs=1e-3)


def test_a_network_scanner_is_read_and_two_sides_are_never_one() -> None:
    known = sane.options(AIRSCAN)
    assert sane.source(known, feeder=True) == ["--source", "ADF"]
    assert sane.mode(known, colour=False) == ["--mode", "Gray"]
    assert [sane.resolution(known, dpi) for dpi in (75, 76, 301, 600)] == [75, 150, 600, 600]
    assert sane.glass(known) == pytest.approx((8.5, 11.693), abs=1e-3)


def test_what_a_scanner_cannot_do_is_a_setting_to_change() -> None:
    known = sane.options("    --mode Lineart [Lineart]\n    --resolution 75|150dpi [75]\n")
    for ask in (
        lambda: sane.source(known, feeder=True),
        lambda: sane.mode(known, colour=True),
        lambda: sane.resolution(known, 151),
        lambda: sane.glass(known),
    ):
        with pytest.raises(DeviceUnconfigured):
            ask()


def test_a_scanner_with_one_source_need_not_name_it() -> None:
    assert sane.source(sane.options(AIRSCAN.replace("source", "other")), feeder=False) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no options",
        "    --x [inactive]",
        "    -x 1.2.3..4mm [1]",
        f"    -x 0..{'9' * 400}mm [1]",
    ],
)
def test_no_options_are_refused(text: str) -> None:
    with pytest.raises(ProtocolError):
        sane.options(text)


@given(st.text(alphabet="-xy.0123456789|[]()dpim insteo", max_size=60))
def test_an_odd_option_does_no_harm(line: str) -> None:
    try:
        known = sane.options(AIRSCAN + "    --resolution " + line + " [1]\n")
        sane.resolution(known, 300)
        sane.glass(known)
    except (ProtocolError, DeviceUnconfigured):
        return


def test_progress_is_the_newest_and_a_page_has_the_status_of_its_own_line() -> None:
    said = b"Progress: 1.5%\rProgress: 99.9%\rScanned page 1. (scanner status = 5)\nProgress: 3%\r"
    assert sane.percent(said) == 3
    assert sane.percent(b"Progress: x%") is None
    assert sane.page_status(said, 1) == 5
    assert sane.page_status(said, 2) is None
