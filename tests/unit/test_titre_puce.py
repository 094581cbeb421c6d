"""The chip of the old title and the form: what is proposed, and what differs."""

from __future__ import annotations

import json

from simulators.people import Person
from simulators.title_chip import lds as maker
from simulators.title_chip.defects import Defect, spoilt
from simulators.title_chip.title import Kind
from station.capture import TitleFile
from station.dossier.model import Usager
from station.dossier.titre_puce import ecarts_puce, proposition
from station.records.coding import recognised
from station.title.examination import Report, examine
from station.title.portrait import png
from tests.titles_read import CHALLENGE, HOLDER, TODAY, made, read, state, store


def of(person: Person) -> Usager:
    return Usager.from_json(json.dumps(person.civil()))


def report(*files: TitleFile, kind: Kind = Kind.OLD_CNI) -> Report:
    return examine(read(made(kind), *files), CHALLENGE, store(), TODAY)


def test_the_chip_of_the_applicant_differs_in_nothing() -> None:
    for kind in Kind:
        number = made(kind).printed.number
        assert ecarts_puce(of(HOLDER), report(kind=kind), number) == ()


def test_the_chip_of_somebody_else_differs_field_by_field() -> None:
    fields = {ecart.champ for ecart in ecarts_puce(of(Person(4)), report(), "XSP1")}
    assert {"prenoms", "date_naissance", "numero"} <= fields


def test_what_is_proposed_is_what_the_form_would_hold() -> None:
    found, form = proposition(report()), of(HOLDER)
    assert found is not None
    assert found.nom_famille == form.nom_famille
    assert [name.upper() for name in found.prenoms] == [name.upper() for name in form.prenoms]
    assert (found.date_naissance, found.sexe) == (form.date_naissance, form.sexe)
    assert found.numero == made(Kind.OLD_CNI).printed.number


def test_nothing_is_proposed_that_nobody_signed() -> None:
    title = spoilt(made(Kind.OLD_CNI), Defect.UNKNOWN_SIGNER, state())
    assert proposition(examine(read(title), CHALLENGE, store(), TODAY)) is None
    assert proposition(examine(read(made()), CHALLENGE, None, TODAY)) is None


def test_names_in_full_are_taken_only_where_they_are_signed() -> None:
    other = maker.personal(maker.Holder("OTHER<<NAME", made().printed.born, "X", ("Y",)))
    title = made(Kind.OLD_CNI).with_file(0x010B, other)
    found = proposition(examine(read(title), CHALLENGE, store(), TODAY))
    assert found is not None
    assert found.nom_famille == "SPECIMEN"
    assert found.lieu_naissance == ""


def test_a_chip_without_a_zone_is_compared_with_nothing() -> None:
    bare = report(TitleFile.SOD, TitleFile.DG2)
    assert ecarts_puce(of(HOLDER), bare) == ()
    assert proposition(bare) is None


def test_the_portrait_comes_as_a_picture_for_the_screen() -> None:
    face = report().face
    assert face is not None
    assert recognised(png(face)) == "PNG"


def test_no_value_stands_in_a_repr_or_a_phrase() -> None:
    found = proposition(report())
    said = repr(found) + "".join(e.phrase for e in ecarts_puce(of(Person(4)), report(), "XSP1"))
    assert "SPECIMEN" not in said
