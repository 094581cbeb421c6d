from __future__ import annotations

import json
from datetime import date

import cv2
import numpy as np
import pytest

from simulators import faces, sheets
from simulators.people import Person, application, pages
from simulators.prints import GRADES
from station.capture import Finger
from station.dossier.model import Demande, Usager
from station.dossier.piece import Reference

TODAY = date(2026, 3, 2)
PEOPLE = [Person.from_seed(seed) for seed in range(60)]


def test_everybody_fills_a_form_that_the_station_accepts() -> None:
    for person in PEOPLE:
        usager = Usager.from_json(json.dumps(person.civil()))
        assert usager.nom_famille == "SPECIMEN"
        assert usager.date_naissance.age(TODAY) >= 18


def test_the_whole_application_is_one_that_the_station_accepts() -> None:
    said = json.loads(json.dumps(application(PEOPLE[7], TODAY)))
    titles = [Demande.from_json(json.dumps(demande)).type_titre for demande in said["demandes"]]
    assert titles == ["CNI", "PASSEPORT"]
    for piece in said["pieces"]:
        Reference.from_json(json.dumps(piece["reference"]))


def test_the_application_names_the_pages_that_there_are() -> None:
    named = {name for piece in application(PEOPLE[7])["pieces"] for name in piece["pages"]}
    assert named == set(pages(PEOPLE[7]))


def test_the_same_seed_is_the_same_person() -> None:
    first, again = Person.from_seed(5), Person.from_seed(5)
    assert first.civil() == again.civil()
    assert np.array_equal(first.signature(), again.signature())
    assert pages(first) == pages(again)


def test_two_seeds_are_two_persons() -> None:
    first, second = PEOPLE[:2]
    assert first.civil() != second.civil()
    assert not np.array_equal(first.signature(), second.signature())


def test_people_are_not_all_alike() -> None:
    forms = [person.civil() for person in PEOPLE]
    assert {form["sexe"] for form in forms} == {"F", "M"}
    assert len({form["couleur_yeux"] for form in forms}) >= 5
    assert len({form["taille_cm"] for form in forms}) > 15


def test_a_year_of_birth_can_be_asked_for_and_changes_nothing_else_of_the_person() -> None:
    child, adult = Person.from_seed(5, birth_year=2019).civil(), Person.from_seed(5).civil()
    assert child["date_naissance"]["annee"] == 2019
    assert {name for name in child if child[name] != adult[name]} == {"date_naissance", "parents"}


def test_parents_are_older_than_their_child() -> None:
    for person in PEOPLE:
        form = person.civil()
        born = form["date_naissance"]["annee"]
        assert all(20 <= born - p["date_naissance"]["annee"] <= 41 for p in form["parents"])


def test_another_attempt_is_another_print_of_the_same_finger() -> None:
    first, second = (PEOPLE[3].print_of(Finger.LEFT_INDEX, attempt=n) for n in (1, 2))
    assert first.shape == (500, 400)
    assert not np.array_equal(first, second)
    assert np.array_equal(first, PEOPLE[3].print_of(Finger.LEFT_INDEX))


def test_conditions_reach_the_print() -> None:
    usual = PEOPLE[3].print_of(Finger.LEFT_INDEX)
    dry = PEOPLE[3].print_of(Finger.LEFT_INDEX, GRADES["sec"])
    assert dry.mean() > usual.mean() + 10


def test_a_portrait_has_the_eyes_that_the_form_says() -> None:
    blue, brown = (
        next(p for p in PEOPLE if p.civil()["couleur_yeux"] == colour)
        for colour in ("BLEU", "MARRON")
    )
    assert blueness(blue) > blueness(brown) + 40


def test_a_scanned_photograph_has_the_size_of_the_print() -> None:
    assert PEOPLE[2].photo_scan().shape == (1063, 827, 3)  # 35 x 45 mm at 600 dpi


def test_a_signature_is_a_few_dark_strokes_on_white() -> None:
    for person in PEOPLE[:10]:
        strokes = person.signature()
        assert strokes.dtype == np.uint8
        assert 0.003 < (strokes < 128).mean() < 0.1
        assert strokes[0].min() == 255


@pytest.mark.parametrize(("dpi", "shape"), [(150, (1754, 1240, 3)), (300, (3507, 2481, 3))])
def test_a_page_is_a_sheet_of_a4(dpi: int, shape: tuple[int, int, int]) -> None:
    sheet = sheets.page("JUSTIFICATIF DE DOMICILE", ("SPECIMEN", "1 rue du Spécimen"), dpi)
    assert sheet.shape == shape
    assert 0.001 < (sheet < 128).mean() < 0.1


def test_the_signed_form_carries_the_signature() -> None:
    data = np.frombuffer(pages(PEOPLE[7])["formulaire.png"], np.uint8)
    sheet = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    assert sheet is not None
    assert (sheet[1300:] < 128).sum() > 500  # below the last line of text


def blueness(person: Person) -> float:
    """Blue less red, in the iris of the left eye, beside the pupil."""
    marks = faces.truth(faces.person(person.seed, 300, 386))
    (x1, y), (x2, _) = marks["left_eye_outer"], marks["left_eye_inner"]
    blue, _, red = person.portrait(300, 386)[round(y), round((x1 + x2) / 2 + 4.5)].tolist()
    return float(blue - red)
