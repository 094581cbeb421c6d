"""From a draft to a dossier: fields, checks, number."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from station.capture import Finger
from station.dossier import checks
from station.dossier.champs import DatePartielle
from station.dossier.draft import Dossier, Draft, Justification
from station.dossier.model import (
    Demande,
    Motif,
    MotifExemption,
    OrigineNomUsage,
    Timbre,
    TypeTitre,
    Usager,
)
from station.dossier.numero import check, numero
from station.dossier.piece import TypePiece
from station.errors import ConfigError, DeviceUntrusted, IncompleteDossier, InvalidField
from station.rules.regles import en_vigueur
from tests.applications import TODAY, draft, encoded, piece, usager

REGLES = en_vigueur(TODAY)
F = Finger


def missing(of: Draft) -> tuple[str, ...]:
    return checks.missing(of, TODAY, REGLES)


def test_a_draft_with_everything_becomes_a_dossier() -> None:
    dossier = draft().complete(TODAY, REGLES)
    assert [d.type_titre for d in dossier.demandes] == [TypeTitre.CNI, TypeTitre.PASSEPORT]
    assert [finger for finger, _ in dossier.empreintes] == [F.RIGHT_INDEX, F.LEFT_INDEX]


def test_nothing_but_a_draft_makes_a_dossier() -> None:
    dossier = draft().complete(TODAY, REGLES)
    fields = {f.name: getattr(dossier, f.name) for f in dataclasses.fields(dossier)}
    with pytest.raises(TypeError):
        Dossier(**fields, door=object())
    with pytest.raises(TypeError):
        replace(dossier, numero="75056-01-2026-000002-00", door=object())


def test_an_empty_draft_says_everything_it_lacks_in_the_order_of_the_form() -> None:
    of = draft()
    empty = Draft(id=of.id, numero=of.numero, seance=of.seance)
    with pytest.raises(IncompleteDossier) as caught:
        empty.complete(TODAY, REGLES)
    assert caught.value.missing == ("DEMANDE", "USAGER", "VISAGE", "SIGNATURE")


def test_a_simulated_capture_needs_the_laboratory() -> None:
    of = draft()
    of.empreintes[F.LEFT_INDEX] = encoded(b"left index", simulated=True)
    with pytest.raises(DeviceUntrusted):
        of.complete(TODAY, REGLES)
    assert of.complete(TODAY, REGLES, lab=True)


def test_a_simulated_page_is_a_simulated_capture() -> None:
    of = draft()
    scanned = of.pieces[0]
    of.pieces[0] = replace(scanned, pages=(encoded(b"page", simulated=True),))
    with pytest.raises(DeviceUntrusted):
        of.complete(TODAY, REGLES)


@pytest.mark.parametrize(
    ("without", "code"),
    [
        (TypePiece.ACTE_NAISSANCE, "PIECE_ACTE_NAISSANCE"),
        (TypePiece.JUSTIF_DOMICILE, "PIECE_JUSTIF_DOMICILE"),
    ],
)
def test_a_missing_piece_blocks(without: TypePiece, code: str) -> None:
    of = draft()
    of.pieces = [p for p in of.pieces if p.reference.type is not without]
    assert missing(of) == (code,)


def test_a_piece_without_a_page_blocks() -> None:
    of = draft()
    of.pieces[0] = piece(TypePiece.ACTE_NAISSANCE, date(2026, 1, 15), pages=0)
    assert missing(of) == ("PAGE_ACTE_NAISSANCE",)


@pytest.mark.parametrize(
    ("issued", "found"),
    [
        (date(2025, 12, 3), ()),
        (date(2025, 12, 2), ("DATE_ACTE_NAISSANCE",)),
        (date(2026, 3, 3), ("DATE_ACTE_NAISSANCE",)),
        (None, ("DATE_ACTE_NAISSANCE",)),
    ],
)
def test_a_birth_record_is_less_than_three_months_old(
    issued: date | None, found: tuple[str, ...]
) -> None:
    of = draft()
    of.pieces[0] = piece(TypePiece.ACTE_NAISSANCE, issued)
    assert missing(of) == found


def test_the_answer_of_the_birth_commune_replaces_the_paper() -> None:
    of = draft()
    of.pieces[0] = piece(TypePiece.VERIF_COMEDEC, pages=0)
    assert missing(of) == ()


def test_a_lost_title_wants_its_declaration_and_a_reason_without_photo_document() -> None:
    of = draft()
    lost = {"motif": Motif.RENOUVELLEMENT_PERTE, "demande_jointe": False}
    stamp = Timbre(numero="1234567890123456", achete_le=TODAY)
    of.demandes = [of.demandes[0].model_copy(update=lost | {"timbre": stamp})]
    assert missing(of) == ("PIECE_DECLARATION_PERTE", "PIECE_DOC_PHOTO")
    of.pieces.append(piece(TypePiece.DECLARATION_PERTE))
    of.justifications.append(Justification(code="PIECE_DOC_PHOTO", raison="sac volé"))
    assert missing(of) == ()


def test_a_blocking_finding_cannot_be_justified_away() -> None:
    of = draft()
    of.visage = None
    of.justifications.append(Justification(code="VISAGE", raison="plus tard"))
    with pytest.raises(IncompleteDossier):
        of.complete(TODAY, REGLES)


def test_a_passport_wants_a_stamp_that_is_still_valid() -> None:
    of = draft()
    old = Timbre(numero="1234567890123456", achete_le=date(2025, 3, 2))
    of.demandes[1] = of.demandes[1].model_copy(update={"timbre": old})
    assert missing(of) == ("TIMBRE_INVALIDE",)
    of.demandes[1] = of.demandes[1].model_copy(update={"timbre": None})
    assert missing(of) == ("TIMBRE_PASSEPORT",)


def test_the_same_title_is_not_asked_twice() -> None:
    of = draft()
    of.demandes[0] = of.demandes[1]
    assert "DEMANDE_EN_DOUBLE" in missing(of)


def test_a_usage_name_wants_its_proof() -> None:
    of = draft()
    of.usager = usager(nom_usage="MODELE", origine_nom_usage=OrigineNomUsage.EPOUX)
    assert missing(of) == ("PIECE_JUSTIF_NOM_USAGE",)


def test_a_minor_wants_a_representative_and_the_proofs() -> None:
    of = draft()
    of.usager = usager(date_naissance=DatePartielle(annee=2012, mois=5, jour=1))
    assert missing(of) == (
        "REPRESENTANT_LEGAL",
        "PIECE_AUTORITE_PARENTALE",
        "PIECE_ID_REPRESENTANT",
        "SIGNATURE",
    )


def test_no_print_of_a_child_under_twelve_is_kept() -> None:
    of = draft()
    of.usager = usager(date_naissance=DatePartielle(annee=2014, mois=3, jour=3))
    assert "EMPREINTE_AGE" in missing(of)
    of.empreintes.clear()
    assert not [code for code in missing(of) if code.startswith("EMPREINTE")]


def test_a_finger_passed_over_is_replaced_by_the_next() -> None:
    of = draft()
    of.exemptions[F.RIGHT_INDEX] = MotifExemption.BLESSURE_TEMPORAIRE
    assert missing(of) == ("EMPREINTE_03", "EMPREINTE_EN_TROP")
    of.empreintes[F.RIGHT_MIDDLE] = of.empreintes.pop(F.RIGHT_INDEX)
    assert missing(of) == ()


def test_no_finger_at_all_wants_a_typed_reason() -> None:
    of = draft()
    of.empreintes.clear()
    of.exemptions = dict.fromkeys(F, MotifExemption.ABSENT)
    assert missing(of) == ("EMPREINTE_EXEMPTION",)
    of.justifications.append(Justification(code="EMPREINTE_EXEMPTION", raison="constaté"))
    assert missing(of) == ()


def test_refusing_is_no_ground_for_an_exemption() -> None:
    of = draft()
    of.exemptions[F.RIGHT_THUMB] = MotifExemption.REFUS
    assert missing(of) == ("EXEMPTION_SANS_MOTIF",)


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("nom_famille", "SPECI\x1bMEN", "hidden_character"),
        ("nom_famille", "SPECI\u202eMEN", "hidden_character"),
        ("nom_famille", "SPECIMEN 3", "not_a_name"),
        ("nom_famille", "  ", "blank"),
        ("nom_famille", "S" * 101, "string_too_long"),
        ("prenoms", (), "too_short"),
        ("taille_cm", 251, "less_than_equal"),
        ("taille_cm", "168", "int_type"),
        ("sexe", "SECRET", "is_instance_of"),
        ("nationalite", "SECRET", "string_pattern_mismatch"),
        ("courriel", "SECRET", "string_pattern_mismatch"),
        ("telephone_portable", "0601SECRET", "string_pattern_mismatch"),
    ],
)
def test_a_wrong_field_is_named_and_its_value_is_not(field: str, value: object, kind: str) -> None:
    with pytest.raises(InvalidField) as caught:
        usager(**{field: value})
    assert str(caught.value) == f"usager: {field} ({kind})"
    assert caught.value.__cause__ is None


def test_the_name_of_an_unknown_field_is_not_repeated() -> None:
    with pytest.raises(InvalidField) as caught:
        usager(religion="SECRET")
    assert str(caught.value) == "usager: unknown field"


def test_a_nested_field_is_named_by_its_whole_path() -> None:
    raw = usager().model_dump_json().replace('"75001"', '"?SECRET"')
    with pytest.raises(InvalidField, match=r"^usager: adresse.code_postal \(string_pattern"):
        Usager.from_json(raw)


def test_a_form_is_bounded_before_it_is_parsed() -> None:
    with pytest.raises(InvalidField, match="too_long"):
        Usager.from_json(" " * 65 * 1024)


def test_names_are_composed_capitals_with_their_accents() -> None:
    assert usager(nom_famille="spe\u0301cimen d'œil").nom_famille == "SPÉCIMEN D’ŒIL"


def test_a_form_reads_back_from_its_json_and_shows_nothing() -> None:
    person = usager()
    assert Usager.from_json(person.model_dump_json()) == person
    assert "SPECIMEN" not in repr(person) + str(person) + repr(draft())


def test_a_form_is_frozen() -> None:
    with pytest.raises(ValidationError):
        usager().nom_famille = "AUTRE"


def test_full_visa_pages_are_a_motif_of_passports() -> None:
    with pytest.raises(InvalidField, match="motif_of_a_passport"):
        Demande.from_json(
            """{"type_titre": "CNI", "motif": "PAGES_VISA_PLEINES",
                "date_depot": "2026-03-02", "lieu_depot": "75056"}"""
        )


def test_a_number_of_a_pre_demande_is_put_in_capitals() -> None:
    assert draft().demandes[0].numero_predemande == "AB12CD34EF"


@pytest.mark.parametrize(
    ("partial", "latest"),
    [
        ({"annee": 2000}, date(2000, 12, 31)),
        ({"annee": 2000, "mois": 2}, date(2000, 2, 29)),
        ({"annee": 2000, "mois": 12}, date(2000, 12, 31)),
        ({"annee": 2000, "mois": 2, "jour": 1}, date(2000, 2, 1)),
    ],
)
def test_an_unknown_birthday_is_the_last_it_can_be(partial: dict[str, int], latest: date) -> None:
    assert DatePartielle(**partial).au_plus_tard() == latest


@pytest.mark.parametrize("wrong", [{"annee": 2001, "mois": 2, "jour": 29}, {"annee": 1, "jour": 1}])
def test_a_day_that_does_not_exist_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(InvalidField):
        DatePartielle.of(wrong)


@given(
    st.sampled_from(["75056-01", "2A004-07", "2B033-99", "97101-01"]),
    st.integers(2021, 2099),
    st.integers(1, 999_999),
    st.data(),
)
def test_one_wrong_digit_or_a_swap_breaks_the_key(
    station: str, annee: int, rang: int, data: st.DataObject
) -> None:
    number = numero(station, annee, rang)
    assert check(number) == number
    places = [i for i, c in enumerate(number) if c.isdigit()]
    place = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from([c for c in "0123456789" if c != number[place]]))
    with pytest.raises(InvalidField):
        check(number[:place] + digit + number[place + 1 :])
    if place + 1 in places and number[place] != number[place + 1]:
        swapped = number[place + 1] + number[place]
        with pytest.raises(InvalidField):
            check(number[:place] + swapped + number[place + 2 :])


@pytest.mark.parametrize("parts", [("75056-01", 2026, 1_000_000), ("7505-01", 2026, 1)])
def test_a_number_keeps_its_shape(parts: tuple[str, int, int]) -> None:
    with pytest.raises(InvalidField):
        numero(*parts)


def test_a_dossier_carries_a_number_of_its_own_station() -> None:
    of = draft()
    of.numero = numero("75056-02", 2026, 1)
    with pytest.raises(InvalidField):
        of.complete(TODAY, REGLES)


def test_rules_are_those_of_the_day() -> None:
    assert en_vigueur(date(2021, 8, 2)).empreinte.age_min.valeur == 12
    with pytest.raises(ConfigError):
        en_vigueur(date(2021, 7, 31))
