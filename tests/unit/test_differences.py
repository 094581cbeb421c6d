"""The fields of the form beside the old title, on paper and by its chip."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulators.predemande.forms import Case, form
from simulators.title_chip import printed_of
from simulators.title_chip.title import Kind
from station.codes.mrz import zone
from station.dossier.champs import DatePartielle
from station.dossier.differences import differences, valeurs
from station.dossier.formulaire import CHAMPS
from station.dossier.lecture import faute
from station.dossier.titre_puce import Proposition, proposition
from station.title.examination import examine
from tests.titles_read import CHALLENGE, HOLDER, TODAY, made, read, store

if TYPE_CHECKING:
    from station.codes.mrz.zone import Mrz

TEXTS = form(HOLDER, Case.ADULTE, TODAY)
OTHER = {
    "usager.nom_famille": "SPECIMENT",
    "usager.prenoms": "Zzz",
    "usager.date_naissance": "1/1/1901",
    "usager.sexe": {"M": "F", "F": "M"}[HOLDER.civil()["sexe"]],
    "titre_ancien.numero": "XSP1",
    "titre_ancien.expire_le": "01/01/2001",
}


def on_paper(kind: Kind = Kind.OLD_CNI) -> Mrz:
    return zone.parse(printed_of(HOLDER, kind, TODAY).zone, TODAY)


def by_chip() -> Proposition:
    found = proposition(examine(read(made(Kind.OLD_CNI)), CHALLENGE, store(), TODAY))
    assert found is not None
    return found


@pytest.mark.parametrize("titre", [on_paper(), on_paper(Kind.NEW_PASSPORT), by_chip()])
def test_the_title_of_the_applicant_differs_in_nothing(titre: Mrz | Proposition) -> None:
    assert differences(TEXTS, titre) == ()
    assert differences(TEXTS | valeurs(titre), titre) == ()


@pytest.mark.parametrize("titre", [on_paper(), by_chip()])
@pytest.mark.parametrize("champ", OTHER)
def test_each_field_differs_alone_and_the_title_says_its_own(
    champ: str, titre: Mrz | Proposition
) -> None:
    (found,) = differences(TEXTS | {champ: OTHER[champ]}, titre)
    assert (found.champ, found.valeur) == (champ, valeurs(titre)[champ])
    assert found.valeur not in found.phrase + repr(found)
    assert not faute(CHAMPS[champ], found.valeur)


@pytest.mark.parametrize("texte", ["", "31/02/1990", "<b>", "\u202e"])
def test_a_field_that_does_not_hold_differs_in_nothing(texte: str) -> None:
    assert differences(dict.fromkeys(OTHER, texte) | {"titre_ancien.numero": ""}, on_paper()) == ()


def test_a_partial_date_is_given_as_far_as_it_is_known() -> None:
    for month, said in ((None, "1980"), (5, "05/1980")):
        titre = Proposition("A", ("B",), DatePartielle(annee=1980, mois=month), None, "", "X")
        assert valeurs(titre)["usager.date_naissance"] == said
        assert differences({"usager.date_naissance": "12/05/1980"}, titre) == ()
        assert len(differences({"usager.date_naissance": "1981"}, titre)) == 1


def test_another_nationality_and_place_are_named() -> None:
    (found,) = differences(TEXTS | {"usager.nationalite": "BEL"}, on_paper())
    assert (found.champ, found.valeur) == ("usager.nationalite", "FRA")
    chip = by_chip()
    assert chip.lieu_naissance
    (found,) = differences(TEXTS | {"usager.lieu_naissance.libelle": "Ailleurs"}, chip)
    assert found.champ == "usager.lieu_naissance.libelle"


def test_first_names_in_full_have_to_be_all_there() -> None:
    one = Proposition("SPECIMEN", ("ANNE",), None, None, "", "X", entiers=True)
    two = Proposition("SPECIMEN", ("ANNE",), None, None, "", "X")
    form = {"usager.prenoms": "Anne, Marie"}
    assert [d.champ for d in differences(form, one)] == ["usager.prenoms"]
    assert differences(form, two) == ()


def test_a_name_that_is_cut_is_no_difference() -> None:
    cut = Proposition("SPECIM", ("AN",), None, None, "", "X", nom_coupe=True, prenoms_coupes=True)
    assert differences({"usager.nom_famille": "SPECIMEN", "usager.prenoms": "Anne"}, cut) == ()
