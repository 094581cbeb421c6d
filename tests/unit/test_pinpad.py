"""PIN entry on the reader itself: PC/SC part 10, rev. 2.02.09.

No virtual reader has a keypad. The vectors are written from the tables of the standard: §2.2 for
the features, §2.5.2 for PIN_VERIFY_STRUCTURE, with the VERIFY of PIV (SP 800-73-4 part 2, 3.2.1):
six to eight digits in ASCII, padded with FF to eight bytes.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.wire import pinpad
from drivers.wire.pinpad import PinEntry
from station.errors import PinNeeded, PinUnfit, ProtocolError, StationError

PIV = PinEntry(bytes.fromhex("00200080"), range(6, 9), width=8)
IAS = PinEntry(bytes.fromhex("00200081"), range(4, 9))


def test_features_name_their_control_codes() -> None:
    answer = bytes.fromhex("06 04 42330006 07 04 42330007 0A 04 4233000A 12 04 42330012")
    assert pinpad.features(answer)[pinpad.VERIFY_PIN_DIRECT] == 0x42330006
    assert pinpad.features(b"") == {}


@pytest.mark.parametrize("answer", ["0604423300", "0605423300060A", "060342330006", "06" * 198])
def test_features_that_are_cut_or_misshapen_are_refused(answer: str) -> None:
    with pytest.raises(ProtocolError):
        pinpad.features(bytes.fromhex(answer))


@given(st.binary(max_size=300))
def test_any_answer_is_features_or_one_error(answer: bytes) -> None:
    try:
        assert len(pinpad.features(answer)) <= 32
    except ProtocolError:
        assert answer


@pytest.mark.parametrize(
    ("entry", "structure"),
    [
        (PIV, "1E1E 82 08 00 0806 02 01 0C04 00 000000 0D000000 0020008008FFFFFFFFFFFFFFFF"),
        (IAS, "1E1E 82 00 00 0804 02 01 0C04 00 000000 05000000 0020008100"),
    ],
)
def test_the_structure_is_that_of_the_standard(entry: PinEntry, structure: str) -> None:
    assert pinpad.verify_structure(entry, 30) == bytes.fromhex(structure)


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        ("6400", PinNeeded),
        ("6401", PinNeeded),
        ("6403", PinUnfit),
        ("", ProtocolError),
        ("900000", ProtocolError),
    ],
)
def test_what_the_keypad_answers_itself_is_no_status_of_the_card(
    answer: str, wrong: type[StationError]
) -> None:
    with pytest.raises(wrong):
        pinpad.status(bytes.fromhex(answer))


@pytest.mark.parametrize("sw", [0x9000, 0x63C2, 0x6983])
def test_what_the_card_answers_is_handed_on(sw: int) -> None:
    assert pinpad.status(sw.to_bytes(2, "big")) == sw
