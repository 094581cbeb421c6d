"""The titles of synthetic people, read by the station's own readers of zones and records."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from drivers.wire import tlv
from simulators.people import Person
from simulators.title_chip import Kind, Making, Profile, lds, printed_of, title
from simulators.title_chip.title import dump, load
from station.capture import Finger
from station.codes.mrz import zone
from station.fingers import comparison
from station.records import coding, door
from tests.title_chips import made
from tests.titles_read import HOLDER, state

if TYPE_CHECKING:
    import numpy.typing as npt

    from simulators.title_chip import Title
    from station.records.door import Content

TODAY = date(2026, 11, 25)
INDEXES = (Finger.RIGHT_INDEX, Finger.LEFT_INDEX)


def _records(of: Title, group: int) -> list[Content]:
    """The biometric records of DG2 or DG3, by the station's readers."""
    templates = tlv.find(of.groups[group], lds.TAGS[group], 0x7F61)
    count, *found = tlv.decode(templates)
    assert count.value == bytes([len(found)])
    return [door.read(tlv.encode(one.tag, one.value)) for one in found]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("seed", range(12))
def test_the_zone_says_what_the_form_says(seed: int, kind: Kind) -> None:
    person = Person(seed)
    civil, printed = person.civil(), printed_of(person, kind, TODAY)
    read = zone.parse(printed.zone, TODAY)
    day = civil["date_naissance"]
    assert printed.born == date(day["annee"], day["mois"], day["jour"])
    assert (read.number, read.expires) == (printed.number, printed.expires)
    assert (read.surname, read.sex) == ("SPECIMEN", civil["sexe"])
    assert printed.issued < TODAY <= printed.expires
    assert bool(printed.can) == kind.card


def test_old_and_new_titles_of_a_person_have_other_numbers_and_dates() -> None:
    printed = [printed_of(HOLDER, kind, TODAY) for kind in Kind]
    assert len({one.number for one in printed}) == len(Kind)
    old, new = printed_of(HOLDER, Kind.OLD_CNI, TODAY), printed_of(HOLDER, Kind.NEW_CNI, TODAY)
    assert (old.born, old.zone[-1]) == (new.born, new.zone[-1])
    assert old.expires < new.expires
    assert printed_of(HOLDER, Kind.OLD_CNI, TODAY) == old


@pytest.mark.parametrize("kind", Kind)
def test_the_face_is_a_record_of_a_chips_size(kind: Kind) -> None:
    (content,) = _records(made(kind), 2)
    assert content.face is not None
    assert content.face.size == (413, 531)
    assert content.face.coding is coding.Coding.JPEG2000_LOSSY
    assert 17_000 < len(made(kind).groups[2]) < 20_000


def test_the_faces_of_two_titles_are_one_person_taken_twice() -> None:
    old, new = (_face(made(kind)) for kind in (Kind.OLD_CNI, Kind.NEW_CNI))
    other = _face(title(Person(8), Kind.NEW_CNI, state()))
    assert 1.0 < _distance(old, new) < _distance(new, other)


def _face(of: Title) -> npt.NDArray[np.uint8]:
    face = _records(of, 2)[0].face
    assert face is not None
    return coding.colour(face.coding, face.data)


def _distance(one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8]) -> float:
    return float(np.abs(one.astype(float) - other.astype(float)).mean())


def test_the_prints_of_two_titles_are_the_same_fingers_laid_down_twice() -> None:
    old, new = (_prints(made(kind)) for kind in (Kind.OLD_CNI, Kind.NEW_CNI))
    live = {finger: HOLDER.print_of(finger, attempt=2) for finger in INDEXES}
    assert tuple(new) == INDEXES
    for finger in INDEXES:
        assert not np.array_equal(old[finger], new[finger])
        strange = INDEXES[1 - INDEXES.index(finger)]
        for known in (old, new):
            same = comparison.compare(live[finger], known[finger]).score
            assert same > 2 * comparison.compare(live[strange], known[finger]).score


def _prints(of: Title) -> dict[Finger, npt.NDArray[np.uint8]]:
    found = {}
    for content in _records(of, 3):
        (image,) = content.fingers
        assert image.position is not None
        assert content.bit is not None
        found[image.position] = coding.grey(image.coding, image.data, image.size)
    return found


def test_a_missing_finger_is_replaced_and_a_child_has_none() -> None:
    fingers = (Finger.RIGHT_MIDDLE, Finger.LEFT_INDEX)
    assert tuple(_prints(title(HOLDER, Kind.NEW_CNI, state(), Making(fingers=fingers)))) == fingers
    child = title(Person(7, TODAY.year - 8), Kind.NEW_PASSPORT, state(), Making(today=TODAY))
    other = title(Person(7, TODAY.year - 8), Kind.NEW_PASSPORT, state(), Making(today=TODAY))
    assert tlv.find(child.groups[3], 0x63, 0x7F61, 0x02) == b"\x00"
    assert child.groups[3] != other.groups[3]
    assert child.printed.expires.year == child.printed.issued.year + 5


@pytest.mark.parametrize("profile", [Profile(), Profile(pace=(), chip=None)])
def test_a_title_goes_through_its_file_unchanged(profile: Profile) -> None:
    one = made(Kind.NEW_CNI, profile)
    again = load(dump(one))
    assert (again.printed, again.profile, again.files) == (one.printed, one.profile, one.files)
    assert dump(again) == dump(one)


def test_a_title_shows_nothing_of_its_holder_and_no_key() -> None:
    shown, printed = repr(made()), made().printed
    assert printed.kind.value in shown
    assert len(shown) < 700
    for secret in (printed.can, printed.number, "SPECIMEN", "key"):
        assert secret not in shown
