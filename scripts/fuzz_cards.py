"""Fuzz every reader of what an agent card says, guided by coverage; another error is a find.

    pip install atheris        not a dependency: for whoever runs this
    scripts/fuzz_cards.py CORPUS [options of libFuzzer, for one -max_total_time=1200]

The first byte chooses the reader. Seeds are written into CORPUS, a folder, at the first run.
"""

from __future__ import annotations

import sys
import warnings
from contextlib import suppress
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["drivers.wire"]):
    from drivers.wire import apdu, ias, piv, pkcs15, signing, tlv
    from simulators import ias_files, pki
    from simulators.agent_keys import Kinds, issue
    from simulators.card_contacts import Contacts, Mishaps
    from simulators.piv_card import PivCard
    from station.errors import CardUnknown, ProtocolError

READERS = (
    piv.properties, piv.pin_reference, piv.guid, piv.certificate, piv.signature, ias.serial,
    ias.size, pkcs15.directory, pkcs15.pin, pkcs15.keys, pkcs15.certificates, pkcs15.certificate,
    signing.sound, apdu.split, apdu.parse, tlv.decode,
)  # fmt: skip
_LIMITS = ["-rss_limit_mb=1024", "-timeout=10", "-max_len=4096"]


def one(data: bytes) -> None:
    """Read what follows the first byte with the reader it names."""
    if data:
        with suppress(ProtocolError, CardUnknown):
            READERS[data[0] % len(READERS)](data[1:])


def seeds() -> list[bytes]:
    """What the simulated cards say, for every reader: most of it is not for it."""
    keys = issue(pki.Authority.new("AC"), "SPECIMEN Agent", Kinds("p256", "p256"))
    mishaps = Mishaps()
    card = Contacts(PivCard(keys, (b"271828", b"31415926"), mishaps), mishaps)
    tags = (piv.DISCOVERY, piv.CHUID, piv.AUTHENTICATION.certificate)
    commands = (piv.select(), *map(piv.get_data, tags))
    said = [apdu.converse(lambda a: card.transmit(bytes(a)) or b"", c).data for c in commands]
    files = [*ias_files.files(b"SPECIMEN", keys).values(), *said]
    return [bytes([reader]) + file for reader in range(len(READERS)) for file in files]


def main() -> None:
    """Fuzz until the options of libFuzzer say stop."""
    warnings.simplefilter("ignore")  # of certificates that the library only frowns at
    corpus = Path(sys.argv[1])
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds()):
        (corpus / f"seed-{number:03d}").write_bytes(seed)
    atheris.Setup([sys.argv[0], str(corpus), *_LIMITS, *sys.argv[2:]], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
