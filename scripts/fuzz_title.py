"""Fuzz everything that reads a title's chip, guided by coverage; a find ends in another error.

    pip install atheris        not a dependency: for whoever runs this
    scripts/fuzz_title.py CORPUS [options of libFuzzer, for one -max_total_time=1200]

Seeds are files of synthetic titles, written into CORPUS, a folder, at the first run. The first byte
of an input chooses the reader.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import date
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["station.title", "station.records.der", "drivers.wire"]):
    from drivers.wire import tlv
    from drivers.wire.apdu import Response
    from drivers.wire.chip import files, infos, keys, terminal
    from drivers.wire.chip.keys import Suite
    from drivers.wire.chip.messaging import Channel
    from station.errors import (
        ChannelBroken,
        ChipFileInvalid,
        ProtocolError,
        RecordInvalid,
        SignedDataInvalid,
    )
    from station.title import certificates, cms, lds, passive, trust
    from station.title import keys as title_keys

_TODAY = date(2026, 11, 25)
_LIMITS = ["-rss_limit_mb=1024", "-timeout=10", "-max_len=16384"]
_EXPECTED = (ChipFileInvalid, SignedDataInvalid, RecordInvalid, ProtocolError, ChannelBroken)


def _channel(data: bytes) -> None:
    """An answer whose MAC holds, so that what comes after it is reached."""
    secrets = keys.derived(Suite.AES128, b"SPECIMEN")
    text = (2).to_bytes(16, "big") + data
    seal = keys.mac(secrets, keys.pad(text, 16))
    channel = Channel(secrets)
    channel.protect(files.read(0, 4))
    channel.open(Response(data + b"\x8e\x08" + seal, int.from_bytes(data[-2:], "big")))


def _infos(data: bytes) -> None:
    found = infos.read(data)
    infos.pace(found)
    infos.chip(found)


def _passive(data: bytes) -> None:
    passive.authenticate({lds.TitleFile.SOD: data}, None, _TODAY)


READERS = (
    tlv.decode,
    _channel,
    _infos,
    terminal.read,
    files.answer_size,
    lds.com,
    lambda data: lds.dg1(data, _TODAY),
    lds.dg2,
    lds.dg3,
    lds.dg11,
    lds.dg12,
    lds.pace_of_dg14,
    lds.active_algorithm,
    lds.dg15,
    title_keys.read,
    certificates.read,
    certificates.read_revocations,
    _passive,
    trust.of_master_list,
    lambda data: cms.read(data, cms.SECURITY_OBJECT),
)


def one(data: bytes) -> None:
    """Read `data` behind its first byte by the reader which that byte chooses."""
    if data:
        with suppress(*_EXPECTED):
            READERS[data[0] % len(READERS)](data[1:])


def seeds() -> list[bytes]:
    """Every file of a title, for every reader that could meet it."""
    from simulators.people import Person  # noqa: PLC0415 (not to be instrumented)
    from simulators.title_chip.issuer import Issuer  # noqa: PLC0415
    from simulators.title_chip.making import title  # noqa: PLC0415
    from simulators.title_chip.title import Kind  # noqa: PLC0415

    state = Issuer.new()
    made = title(Person(90), Kind.NEW_CNI, state)
    found = [data for data in made.files.values() if len(data) < 8192]
    found += [state.master_list(), state.revocations(5), state.inspection.certificate]
    found.append(tlv.find(made.files[0x010F], 0x6F))
    return [bytes((n,)) + data for data in found for n in range(len(READERS))]


def main() -> None:
    """Fuzz until the options of libFuzzer say stop."""
    corpus = Path(sys.argv[1])
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds()):
        (corpus / f"seed-{number:03d}").write_bytes(seed)
    atheris.Setup([sys.argv[0], str(corpus), *_LIMITS, *sys.argv[2:]], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
