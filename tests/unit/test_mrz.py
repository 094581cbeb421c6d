"""Zones: the specimens of ICAO Doc 9303, our own, and every way to be none."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators import titles
from simulators.people import Person
from simulators.titles import Holder
from station.codes.content import Kind, recognise
from station.codes.mrz import lines, names, zone
from station.codes.mrz.zone import Birth
from station.errors import MrzInvalid

if TYPE_CHECKING:
    from collections.abc import Callable

SPECIMENS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "mrz.json").read_text()
)["zones"]
TODAY = date(2026, 11, 25)
HOLDER = Holder("SPECIMEN", ("Anne-Marie", "Zoé"), "800229", "F")
FORMATS: dict[str, Callable[[Holder], tuple[str, ...]]] = {
    "TD3": titles.td3,
    "TD2": titles.td2,
    "TD1": titles.td1,
    "CNI": titles.cni,
}


def edited(said: tuple[str, ...], line: int, column: int, text: str) -> tuple[str, ...]:
    changed = said[line][:column] + text + said[line][column + len(text) :]
    return (*said[:line], changed, *said[line + 1 :])


@pytest.mark.parametrize("said", SPECIMENS, ids=lambda s: s["format"])
def test_the_specimens_of_the_standard_are_read(said: dict[str, Any]) -> None:
    found = zone.parse(tuple(said["lines"]), TODAY)
    assert (found.format, found.number) == (said["format"], said["number"])
    assert (found.surname, found.given) == ("ERIKSSON", ("ANNA", "MARIA"))
    assert found.birth == Birth(1974, 8, 12)
    assert str(found.expires) == "2012-04-15"


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_identity(name: str) -> None:
    found = zone.parse(FORMATS[name](HOLDER), TODAY)
    assert (found.format, found.issuer, found.nationality) == (name, "FRA", "FRA")
    assert (found.surname, found.sex, found.birth) == ("SPECIMEN", "F", Birth(1980, 2, 29))
    apart = ("ANNE MARIE",) if name == "CNI" else ("ANNE", "MARIE", "ZOE")
    assert found.given[: len(apart)] == apart
    assert found.number == ("120675000123" if name == "CNI" else "99SP00123")
    assert found.expires == (None if name == "CNI" else date(2031, 1, 1))


def test_a_zone_shows_no_value_in_its_repr() -> None:
    assert "SPECIMEN" not in repr(zone.parse(titles.td3(HOLDER), TODAY))


@pytest.mark.parametrize("name", FORMATS)
@given(data=st.data())
def test_no_other_digit_in_a_date_or_number_is_accepted(name: str, data: st.DataObject) -> None:
    said = FORMATS[name](HOLDER)
    spots = [
        (rank, column)
        for rank, line in enumerate(said)
        for column, char in enumerate(line)
        if char.isdigit() and not (name == "CNI" and rank == 0)
    ]
    line, column = data.draw(st.sampled_from(spots))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != said[line][column]]))
    with pytest.raises(MrzInvalid):
        zone.parse(edited(said, line, column, other), TODAY)


@pytest.mark.parametrize(
    ("name", "line", "column", "text", "fault"),
    [
        ("TD3", 0, 0, "V<", "type"),
        ("TD3", 0, 2, "F1A", "issuer"),
        ("TD3", 0, 5, "<", "names"),
        ("TD3", 0, 8, "1", "names"),
        ("TD3", 1, 0, "98", "number: its check digit"),
        ("TD3", 1, 9, "A", "number: its check digit"),
        ("TD3", 1, 13, "80022O", "birth"),
        ("TD3", 1, 13, "810229", "birth: its check digit"),
        ("TD3", 1, 20, "A", "sex"),
        ("TD3", 1, 21, "31<<<<", "expiry"),
        ("TD3", 1, 28, "X", "optional: its check digit"),
        ("TD3", 1, 43, "<", "composite: its check digit"),
        ("TD1", 0, 14, "0", "number: its check digit"),
        ("TD1", 1, 29, "X", "composite"),
        ("TD1", 2, 0, "1", "names"),
        ("TD2", 1, 35, "X", "composite"),
        ("CNI", 1, 0, "AB", "number"),
        ("CNI", 0, 6, "X", "composite"),
        ("CNI", 1, 34, "X", "sex"),
        ("TD3", 0, 3, "é", "line 1"),
    ],
)
def test_an_error_names_the_field(name: str, line: int, column: int, text: str, fault: str) -> None:
    with pytest.raises(MrzInvalid, match=f"^{fault}"):
        zone.parse(edited(FORMATS[name](HOLDER), line, column, text), TODAY)


@pytest.mark.parametrize(
    "said", [(), ("P<FRA",), ("<" * 44,), ("<" * 44, "<" * 43), ("<" * 44,) * 3, ("<" * 30,) * 2]
)
def test_lines_of_another_size_are_no_zone(said: tuple[str, ...]) -> None:
    with pytest.raises(MrzInvalid, match="are no zone"):
        zone.parse(said, TODAY)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    ("birth", "expected"),
    [
        ("261125", Birth(2026, 11, 25)),  # today
        ("261126", Birth(1926, 11, 26)),  # tomorrow: a century ago
        ("270101", Birth(1927, 1, 1)),
        ("000229", Birth(2000, 2, 29)),
        ("80<<<<", Birth(1980, None, None)),
        ("8002<<", Birth(1980, 2, None)),
        ("<<<<<<", None),
    ],
)
def test_the_century_of_a_birth_is_the_last_possible(
    name: str, birth: str, expected: Birth | None
) -> None:
    found = zone.parse(FORMATS[name](replace(HOLDER, birth=birth)), TODAY)
    assert found.birth == expected


@pytest.mark.parametrize(
    ("expiry", "expected"), [("560101", "2056-01-01"), ("570101", "1957-01-01")]
)
def test_the_century_of_an_expiry(expiry: str, expected: str) -> None:
    found = zone.parse(titles.td3(replace(HOLDER, expiry=expiry)), TODAY)
    assert str(found.expires) == expected


@pytest.mark.parametrize("day", ["801301", "800230", "800001", "800100"])
def test_a_day_that_does_not_exist_is_named(day: str) -> None:
    with pytest.raises(MrzInvalid, match="birth: no such day"):
        zone.parse(titles.td3(replace(HOLDER, birth=day)), TODAY)


def test_a_long_number_goes_on_in_the_optional_data() -> None:
    long = replace(HOLDER, number="99SP00123ABC45")
    assert zone.parse(titles.td1(long), TODAY).number == "99SP00123ABC45"
    with pytest.raises(MrzInvalid, match=r"number|composite"):
        zone.parse(edited(titles.td1(long), 0, 15, "B"), TODAY)


def test_names_that_fill_their_field_may_go_on() -> None:
    whole = zone.parse(titles.td1(HOLDER), TODAY)
    assert (whole.surname_cut, whole.given_cut) == (False, False)
    given = zone.parse(titles.td1(replace(HOLDER, given=("Marie",) * 9)), TODAY)
    assert (given.surname_cut, given.given_cut) == (False, True)
    surname = zone.parse(titles.td1(replace(HOLDER, surname="S" * 40)), TODAY)
    assert (surname.surname_cut, surname.given_cut) == (True, False)


# --- lines ---------------------------------------------------------------------------------------

ZONE = titles.td3(HOLDER)
CARD = titles.td1(HOLDER)


@pytest.mark.parametrize(
    "sent",
    [
        "{0}\r{1}\r",
        "{0}\r\n{1}\r\n",
        "{0}\n{1}",
        "{0}{1}",
        "\x02{0}\r{1}\r\x03",
        "\x01\x5aOU\x020{0}\r{1}\r\r\x03K",  # a length, a flag, an absent line, a check
        "\r\r{0}\r\r{1}\r",
        "\x02{0}\x1c{1}\x03\x04",
    ],
)
@pytest.mark.parametrize("fill", ["<", "_", " ", "\u00ab"])
@pytest.mark.parametrize("case", [str.upper, str.lower])
def test_lines_are_found_in_every_frame(sent: str, fill: str, case: Callable[[str], str]) -> None:
    framed = sent.format(*(case(line).replace("<", fill) for line in ZONE))
    assert lines.gather(framed.encode()) == ZONE


def test_spaces_around_lines_are_nothing() -> None:
    assert lines.gather(f"  {ZONE[0]}  \r  {ZONE[1]} \r".encode()) == ZONE


@pytest.mark.parametrize("sent", ["{0}\r{1}\r{2}\r", "{0}{1}{2}", "\x020{0}\n{1}\n{2}\x03"])
def test_three_lines_are_found(sent: str) -> None:
    assert lines.gather(sent.format(*CARD).encode()) == CARD


@pytest.mark.parametrize(
    "raw",
    [b"", b"\r\r\r", ZONE[0].encode(), CARD[0].encode() + b"\r" + CARD[1].encode(), b"A" * 600],
)
def test_no_zone_is_an_error(raw: bytes) -> None:
    with pytest.raises(MrzInvalid):
        lines.gather(raw)


@given(st.binary(max_size=200) | st.text("AB01<\r ", max_size=120).map(str.encode))
def test_noise_is_gathered_or_refused(raw: bytes) -> None:
    try:
        found = lines.gather(raw)
    except MrzInvalid:
        assert not lines.looks_like(raw)
        return
    assert {len(line) for line in found} in ({44}, {36}, {30})


def test_a_zone_is_recognised_and_a_wrong_one_says_why() -> None:
    found = recognise("\r".join(ZONE).encode(), TODAY)
    assert found.kind is Kind.MRZ
    assert found.mrz is not None
    wrong = recognise("\r".join(edited(ZONE, 1, 13, "810229")).encode(), TODAY)
    assert wrong.kind is Kind.MRZ
    assert wrong.mrz is None
    assert "birth" in str(wrong.fault)


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "zone_has"),
    [
        ("SPÉCIMEN", "SPECIMEN"),
        ("Müller", "MUELLER"),
        ("Müller", "MULLER"),
        ("Müller", "MUXXLLER"),
        ("Åse Øst", "AASE<OEST"),
        ("D’Œuvre", "DOEUVRE"),
        ("D’Œuvre", "D<OEUVRE"),
        ("Jean-Loup", "JEAN<LOUP"),
        ("Strauß", "STRAUSS"),
        ("Ñandú", "NANDU"),
        ("Łucja", "LUCJA"),
        ("Ngọc", "NGOC"),
    ],
)
def test_a_zone_may_spell_a_name_in_several_ways(name: str, zone_has: str) -> None:
    assert names.spells(zone_has, name)
    assert not names.spells(zone_has + "X", name)
    assert not names.spells(zone_has[:-1], name)
    assert names.spells(zone_has[:-1], name, cut=True)
    assert not names.spells("Z" + zone_has[1:], name, cut=True)


@given(
    st.text(st.characters(min_codepoint=0xC0, max_codepoint=0x17F, categories=["L"]), max_size=20)
)
def test_what_is_spelt_is_recognised(name: str) -> None:
    spelt = names.spell(name)
    assert names.spells(spelt, name)


@pytest.mark.parametrize("seed", range(6))
def test_our_people_are_spelt_as_the_simulated_titles_do(seed: int) -> None:
    civil = Person(seed).civil()
    found = zone.parse(titles.td3(Holder.of(civil)), TODAY)
    assert names.spells(found.surname, civil["nom_famille"])
    assert names.spells("".join(found.given), "".join(civil["prenoms"]))


def test_many_spellings_take_no_time() -> None:
    assert not names.spells("UE" * 2000 + "X", "Ü" * 2000)
