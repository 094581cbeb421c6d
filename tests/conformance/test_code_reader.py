"""The driver of code readers against a reader behind a pty: every set-up, every fault."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.code_reader import CodeReader, Times
from drivers.wire.code_lines import MOST, Setup, Splitter, content, setup
from simulators.code_reader import CodeFault, CodeReaderSimulator
from simulators.people import Person
from simulators.signed_codes import Header, Issuer, today
from simulators.titles import Holder, cni, td1, td3
from station.bench.bench import Bench
from station.codes.content import recognise
from station.codes.mrz.lines import gather
from station.config import DeviceSettings
from station.device import Guidance, Patience, TextReader
from station.errors import (
    CaptureCancelled,
    CaptureTimeout,
    CodeGarbled,
    ConfigError,
    DeviceLost,
    SeveralCodes,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from station.errors import StationError

CODE = b"AB12CD34EF"
SIGNED = Issuer.new().sign(Header(), {"26": "FR", "10": "MME/SPECIMEN/A", "22": "1 RUE"}).encode()
TIMES = Times(stall=3.0, zone=1.0, bounce=60.0)
SOON = 20.0  # seconds; a loaded machine is slow


@pytest.fixture
def reader() -> Iterator[CodeReaderSimulator]:
    with CodeReaderSimulator() as reader:
        yield reader


@pytest.fixture
def driver(reader: CodeReaderSimulator) -> Iterator[CodeReader]:
    with CodeReader(reader.url, TIMES) as driver:
        yield driver


def shown(
    driver: CodeReader, reader: CodeReaderSimulator, *codes: bytes, seconds: float = SOON
) -> bytes:
    """What the driver reads when `codes` are shown once it listens."""

    def guide(what: object) -> None:
        assert what is Guidance.SHOW_CODE
        for code in codes:
            reader.show(code)

    return driver.read(Patience(seconds), guide)


def test_a_reader_of_codes_is_one(driver: CodeReader) -> None:
    assert isinstance(driver, TextReader)
    assert driver.info().model == "lecteur de codes"


@pytest.mark.parametrize("code", [CODE, SIGNED, "é‑à".encode(), b"0" * MOST])
def test_a_code_comes_whole_with_its_separators(
    driver: CodeReader, reader: CodeReaderSimulator, code: bytes
) -> None:
    assert shown(driver, reader, code) == code


@pytest.mark.parametrize(
    ("prefix", "suffix", "options"),
    [
        (b"", b"\r", ""),
        (b"", b"\n", ""),
        (b"\x02", b"\x03", "&prefix=02&suffix=03"),
        (b"", b"\x04\x04", "&suffix=0404"),
        (b"]d2", b"\r\n", "&aim=yes"),
        (b"\x02]Q1", b"", "&prefix=02&suffix=none&aim=yes"),
    ],
)
def test_every_set_up_is_a_matter_of_the_port(prefix: bytes, suffix: bytes, options: str) -> None:
    with (
        CodeReaderSimulator(prefix, suffix) as reader,
        CodeReader(reader.url + options, TIMES) as driver,
    ):
        assert shown(driver, reader, SIGNED) == SIGNED


def test_latin_1_becomes_utf_8(reader: CodeReaderSimulator) -> None:
    with CodeReader(reader.url + "&encoding=latin-1", TIMES) as driver:
        assert shown(driver, reader, "ÉLOÏSE".encode("latin-1")) == "ÉLOÏSE".encode()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (CodeFault.CUT, CodeGarbled),
        (CodeFault.GLUED, SeveralCodes),
        (CodeFault.GARBAGE, CodeGarbled),
        (CodeFault.FLOOD, CodeGarbled),
        (CodeFault.UNPLUG, DeviceLost),
    ],
)
def test_a_fault_has_one_outcome_and_the_next_code_is_read(
    reader: CodeReaderSimulator, fault: CodeFault, error: type[StationError]
) -> None:
    reader.faults.arm(fault)
    with CodeReader(reader.url, TIMES) as driver:
        with pytest.raises(error):
            shown(driver, reader, CODE)
        if fault is not CodeFault.UNPLUG:
            assert shown(driver, reader, SIGNED) == SIGNED
    reader.replug()
    with CodeReader(reader.url, TIMES) as driver:
        assert shown(driver, reader, CODE) == CODE


def test_a_slow_reader_is_waited_for(driver: CodeReader, reader: CodeReaderSimulator) -> None:
    reader.faults.arm(CodeFault.SLOW)
    assert shown(driver, reader, CODE) == CODE


def test_nothing_shown_is_a_timeout(driver: CodeReader, reader: CodeReaderSimulator) -> None:
    reader.faults.arm(CodeFault.NEVER)
    with pytest.raises(CaptureTimeout):
        shown(driver, reader, CODE, seconds=0.3)
    assert shown(driver, reader, CODE) == CODE


def test_a_held_trigger_is_one_code_and_never_the_next(
    driver: CodeReader, reader: CodeReaderSimulator
) -> None:
    reader.faults.arm(CodeFault.TWICE)
    assert shown(driver, reader, CODE) == CODE
    with pytest.raises(CaptureTimeout):
        shown(driver, reader, CODE, seconds=0.5)
    assert shown(driver, reader, SIGNED) == SIGNED


def test_the_same_code_counts_again_after_a_while(reader: CodeReaderSimulator) -> None:
    with CodeReader(reader.url, Times(bounce=0.0)) as driver:
        assert [shown(driver, reader, CODE) for _ in range(2)] == [CODE, CODE]


def test_a_code_of_the_applicant_before_is_dropped(
    driver: CodeReader, reader: CodeReaderSimulator
) -> None:
    assert shown(driver, reader, CODE) == CODE
    reader.show(b"BEFORE0001")
    while not driver._line._open_port.in_waiting:
        pass
    assert shown(driver, reader, SIGNED) == SIGNED


def test_cancel_ends_the_wait(driver: CodeReader) -> None:
    patience = Patience(SOON)

    def guide(_: object) -> None:
        threading.Timer(0.1, patience.cancel.set).start()

    with pytest.raises(CaptureCancelled):
        driver.read(patience, guide)


@pytest.mark.parametrize(
    ("options", "raw"),
    [
        ("prefix=02", CODE),
        ("aim=yes", CODE),
        ("", b"AB\x00CD"),
        ("", b"AB\x1bCD"),
        ("", b"\xff\xfe"),
        ("prefix=41", b"A"),
    ],
)
def test_what_is_no_code_of_this_set_up_is_garbled(options: str, raw: bytes) -> None:
    with pytest.raises(CodeGarbled):
        content(raw, setup(options))


@pytest.mark.parametrize(
    "options", ["mode=qr", "suffix=0", "prefix=zz", "aim=maybe", "encoding=utf-16", "speed=9", "&&"]
)
def test_a_wrong_option_is_named(options: str) -> None:
    with pytest.raises(ConfigError, match=r"code reader|hexadecimal"):
        CodeReader(f"serial:///dev/null?baud=9600&{options}")


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=6), st.integers(1, 20))
def test_slices_change_nothing(codes: list[bytes], cut: int) -> None:
    codes = [c.translate(None, b"\r\n") or b"0" for c in codes]
    raw = b"".join(code + b"\r\n" for code in codes)
    splitter = Splitter(Setup())
    found = [c for i in range(0, len(raw), cut) for c in splitter.feed(raw[i : i + cut])]
    assert found == codes
    assert not splitter.pending


@given(st.binary(max_size=300))
def test_noise_is_split_or_garbled(noise: bytes) -> None:
    for code in Splitter(Setup()).feed(noise):
        try:
            assert content(code, Setup()).decode()
        except CodeGarbled:
            continue


# --- zones ---------------------------------------------------------------------------------------

TITLE = Holder.of(Person(7).civil())


@pytest.mark.parametrize("suffix", [b"\r", b"\r\n", b"\n"])
@pytest.mark.parametrize("lines", [td1(TITLE), td3(TITLE), cni(TITLE)], ids=["TD1", "TD3", "CNI"])
def test_the_lines_of_a_title_are_one_reading(suffix: bytes, lines: tuple[str, ...]) -> None:
    with (
        CodeReaderSimulator(suffix=suffix) as reader,
        CodeReader(reader.url + "&mode=mrz", TIMES) as driver,
    ):
        raw = shown(driver, reader, *(line.encode() for line in lines))
        assert gather(raw) == lines
        found = recognise(raw, today())
        assert found.mrz is not None
        assert found.mrz.surname == "SPECIMEN"


def test_a_framed_zone_goes_on_as_it_came() -> None:
    lines = td3(TITLE)
    framed = b"\x01\x5cOU\x020" + b"\r".join(line.encode() for line in lines) + b"\r\r\x03K"
    with (
        CodeReaderSimulator(suffix=b"") as reader,
        CodeReader(reader.url + "&mode=mrz", TIMES) as driver,
    ):
        raw = shown(driver, reader, framed.replace(b"<", b"_"))
        assert gather(raw) == lines


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (CodeFault.GARBAGE, CodeGarbled),
        (CodeFault.FLOOD, CodeGarbled),
        (CodeFault.NEVER, CaptureTimeout),
    ],
)
def test_a_fault_with_a_title_has_one_outcome(
    reader: CodeReaderSimulator, fault: CodeFault, error: type[StationError]
) -> None:
    reader.faults.arm(fault)
    seconds = 0.5 if fault is CodeFault.NEVER else SOON
    with CodeReader(reader.url + "&mode=mrz", TIMES) as driver:
        with pytest.raises(error):
            shown(driver, reader, td3(TITLE)[0].encode(), seconds=seconds)
        raw = shown(driver, reader, *(line.encode() for line in td3(TITLE)))
        assert gather(raw) == td3(TITLE)


def test_a_slow_title_with_a_line_lost_is_no_zone(reader: CodeReaderSimulator) -> None:
    reader.faults.arm(CodeFault.CUT)
    with CodeReader(reader.url + "&mode=mrz", TIMES) as driver:
        raw = shown(driver, reader, *(line.encode() for line in td3(TITLE)))
    assert recognise(raw, today()).mrz is None


# --- in its process ------------------------------------------------------------------------------


def on_bench(reader: CodeReaderSimulator, work: Callable[[Bench], None]) -> None:
    with Bench({"codes": DeviceSettings(driver="code-reader", port=reader.url)}) as bench:
        work(bench)


def test_the_bench_reads_and_says_when_to_show(reader: CodeReaderSimulator) -> None:
    def work(bench: Bench) -> None:
        for code in (SIGNED, CODE):
            job = bench.read("codes", SOON)
            assert job.events.get() is Guidance.SHOW_CODE
            reader.show(code)
            assert job.events.get() is None
            assert job.result.result() == code

    on_bench(reader, work)


def test_the_bench_cancels_a_reading(reader: CodeReaderSimulator) -> None:
    def work(bench: Bench) -> None:
        job = bench.read("codes", SOON)
        assert job.events.get() is Guidance.SHOW_CODE
        job.cancel()
        with pytest.raises(CaptureCancelled):
            job.result.result()

    on_bench(reader, work)


def test_a_camera_is_no_reader_of_codes() -> None:
    settings = DeviceSettings(driver="software-token", port="token:///nowhere")
    with Bench({"carte": settings}) as bench, pytest.raises(ConfigError):
        bench.read("carte").result.result()
