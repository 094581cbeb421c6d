"""What a capture asks or cannot prove stands between a draft and its seal until it is answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from station.capture import Finger
from station.dossier.checks import examine, missing
from station.dossier.constat import Niveau
from station.dossier.draft import Draft, Justification
from station.dossier.formulaire import Ecran
from station.dossier.piece import TypePiece
from station.errors import IncompleteDossier
from station.quality.report import Algorithm, Measure
from station.rules.regles import en_vigueur
from tests.applications import TODAY, draft, encoded

if TYPE_CHECKING:
    from station.dossier.constat import Constat
    from station.records.encoded import Encoded

REGLES = en_vigueur(TODAY)
ACTE = TypePiece.ACTE_NAISSANCE


def measured(record: bytes, **values: float | None) -> Encoded:
    """A capture with these measures; `face__headgear` is face.headgear."""
    own = Algorithm("own", "1")
    quality = tuple(Measure(n.replace("__", "."), v, "ratio", own) for n, v in values.items())
    return replace(encoded(record), quality=quality)


def found(of: Draft) -> dict[str, Constat]:
    return {c.code: c for c in examine(of, TODAY, REGLES)}


def answered(of: Draft, *codes: str) -> tuple[str, ...]:
    """What still forbids the seal once these are answered."""
    for code in codes:
        of.justify(Justification(code=code, raison="vu à l’œil"))
    return missing(of, TODAY, REGLES)


def test_a_question_about_the_portrait_is_answered_before_the_seal() -> None:
    of = draft()
    of.put_portrait(
        measured(b"face", face__headgear=None, face__reflection=1.6, face__eye_distance=120)
    )
    asked = found(of)["VISAGE_TETE_COUVERTE"]
    assert (asked.niveau, asked.ecran) == (Niveau.A_JUSTIFIER, Ecran.PHOTO)
    assert (asked.phrase[-1], asked.champ) == ("?", "visage.TETE_COUVERTE")
    with pytest.raises(IncompleteDossier) as caught:
        of.complete(TODAY, REGLES)
    assert set(caught.value.missing) == {"VISAGE_TETE_COUVERTE", "VISAGE_REFLET"}
    assert answered(of, "VISAGE_TETE_COUVERTE") == ("VISAGE_REFLET",)
    assert answered(of, "VISAGE_REFLET") == ()
    sealed = of.complete(TODAY, REGLES)
    assert {j.code for j in sealed.justifications} == set(caught.value.missing)


def test_another_portrait_asks_again() -> None:
    of = draft()
    of.put_portrait(measured(b"face", face__headgear=None, face__eye_distance=120))
    assert answered(of, "VISAGE_TETE_COUVERTE") == ()
    of.put_portrait(measured(b"another face", face__headgear=None, face__eye_distance=120))
    assert missing(of, TODAY, REGLES) == ("VISAGE_TETE_COUVERTE",)


def test_a_refused_portrait_wants_its_reason_whatever_was_said_when_it_was_taken() -> None:
    of = draft()
    of.put_portrait(measured(b"face", face__eye_distance=10.0))
    said = found(of)["VISAGE_QUALITE"]
    assert said.phrase.startswith("La photo ne suit pas toutes les règles. ")
    assert answered(of, "VISAGE_QUALITE") == ()


def test_a_portrait_taken_as_that_of_an_infant_is_judged_by_the_age_typed_since() -> None:
    of = draft()
    of.put_portrait(measured(b"face", face__mouth=1.0))
    assert "VISAGE_QUALITE" in found(of)
    assert of.usager is not None
    born = of.usager.date_naissance.model_copy(update={"annee": TODAY.year, "mois": 1, "jour": 2})
    of.usager = of.usager.model_copy(update={"date_naissance": born})
    assert "VISAGE_QUALITE" not in found(of)


def test_a_print_that_the_policy_refuses_wants_its_reason() -> None:
    of = draft()
    of.put_print(Finger.LEFT_INDEX, measured(b"left index", finger__ridge_area=10))
    assert missing(of, TODAY, REGLES) == ("EMPREINTE_07_QUALITE",)
    assert found(of)["EMPREINTE_07_QUALITE"].champ == "empreinte.07"
    assert answered(of, "EMPREINTE_07_QUALITE") == ()


def test_what_the_pages_of_a_piece_ask_is_answered_once_and_again_for_another_page() -> None:
    of = draft()
    of.add_page(ACTE, measured(b"one", page__upright=0.01, page__resolution=150.0, page__skew=0))
    asked = found(of)["PAGE_ACTE_NAISSANCE_QUESTION"]
    assert "endroit" in asked.phrase
    assert "200 ppp" in asked.phrase
    assert asked.champ == "piece.ACTE_NAISSANCE"
    assert answered(of, asked.code) == ()
    of.add_page(ACTE, measured(b"two", page__upright=0.01, page__skew=0))
    assert missing(of, TODAY, REGLES) == (asked.code,)
    of.remove(ACTE)
    of.add_page(ACTE, measured(b"three", page__upright=0.9))
    of.describe(of.pieces[-1].reference.model_copy(update={"delivree_le": date(2026, 1, 15)}))
    assert missing(of, TODAY, REGLES) == ()


def test_every_code_fits_what_a_reason_may_be_about() -> None:
    for kind in TypePiece:
        Justification(code=f"PAGE_{kind}_QUESTION", raison="vu à l’œil")
