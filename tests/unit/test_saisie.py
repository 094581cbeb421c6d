"""The fields of the form: kept as typed, read when they hold, one sentence where they do not."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.dossier import reprise
from station.dossier.drafts import Step
from station.dossier.formulaire import CHAMPS, Sorte
from station.dossier.lecture import faute
from station.dossier.model import Motif, TypeTitre
from station.dossier.saisie import MAX_TEXTE, Origine, Saisie, Valeur
from station.errors import InvalidField
from tests.applications import draft as complete_draft

if TYPE_CHECKING:
    from station.dossier.draft import Draft

ADULTE = {
    "demande.cni": "oui",
    "demande.cni.motif": "RENOUVELLEMENT_EXPIRATION",
    "usager.nom_famille": "Spécimen-d'Été",
    "usager.prenoms": "Éloïse, Anne-Marie",
    "usager.sexe": "F",
    "usager.date_naissance": "29/02/1984",
    "usager.lieu_naissance.libelle": "Ajaccio",
    "usager.lieu_naissance.commune": "2a004",
    "usager.lieu_naissance.pays": "FRA",
    "usager.taille_cm": "168",
    "usager.nationalite": "FRA",
    "usager.mode_acquisition": "NAISSANCE_EN_FRANCE",
    "parent1.nom_famille": "SPECIMEN",
    "parent2.inconnu": "oui",
    "adresse.ligne1": "1 rue du Spécimen",
    "adresse.code_postal": "75001",
    "adresse.commune": "Paris",
    "adresse.pays": "FRA",
}


def filled(**changed: str) -> Draft:
    draft = complete_draft()
    draft.usager, draft.demandes = None, []
    for champ, texte in (ADULTE | {k.replace("__", "."): v for k, v in changed.items()}).items():
        draft.fill(champ, Valeur(texte))
    return draft


def test_fields_make_an_applicant_and_a_request() -> None:
    draft = filled()
    assert draft.manques == ()
    usager = draft.usager
    assert usager is not None
    assert (usager.nom_famille, usager.prenoms) == ("SPÉCIMEN-D’ÉTÉ", ("Éloïse", "Anne-Marie"))
    assert usager.lieu_naissance.commune == "2A004"
    assert [p.inconnu for p in usager.parents] == [False, True]
    (demande,) = draft.demandes
    assert (demande.type_titre, demande.motif) == (
        TypeTitre.CNI,
        Motif.RENOUVELLEMENT_EXPIRATION,
    )


def test_two_titles_are_joint_requests() -> None:
    draft = filled(demande__passeport="oui", demande__passeport__motif="PREMIERE_DEMANDE")
    assert [d.demande_jointe for d in draft.demandes] == [True, True]


def test_a_wrong_field_is_kept_named_and_holds_back_only_its_part() -> None:
    draft = filled(usager__courriel="nobody at home")
    assert draft.usager is None
    assert [m.champ for m in draft.manques] == ["usager.courriel"]
    assert draft.saisie.get("usager.courriel") == "nobody at home"
    assert len(draft.demandes) == 1
    assert draft.naissance is not None
    assert draft.naissance.annee == 1984


def test_a_usage_name_wants_its_origin() -> None:
    draft = filled(usager__nom_usage="SPECIMEN")
    assert [m.champ for m in draft.manques] == ["usager.origine_nom_usage"]


def test_a_loss_wants_its_date() -> None:
    draft = filled(demande__cni__motif="RENOUVELLEMENT_PERTE")
    assert [m.champ for m in draft.manques] == ["perte.date"]
    draft.fill("perte.date", Valeur("01/02/2026"))
    declared = draft.demandes[0].declaration
    assert declared is not None
    assert declared.date.isoformat() == "2026-02-01"


@pytest.mark.parametrize(
    ("texte", "bon"),
    [
        ("29/02/1984", True), ("29021984", True), ("1.2.1984", True), ("02/1984", True),
        ("1984", True),
        ("31/02/1984", False), ("29/02/1983", False), ("00/01/1984", True), ("13/1984", False),
        ("1/1/84", False), ("١٩٨٤", False), ("demain", False),
    ],
)  # fmt: skip
def test_dates_of_the_civil_register(texte: str, bon: bool) -> None:
    assert (faute(CHAMPS["usager.date_naissance"], texte) == "") is bon


@pytest.mark.parametrize("texte", ["SPE\u202eCIMEN", "SPE\u200bCIMEN", "SPE\x07CIMEN", "СПЕЦИМЕН"])
def test_what_nobody_sees_or_no_register_holds_is_named(texte: str) -> None:
    assert "caractère" in faute(CHAMPS["usager.nom_famille"], texte)


@given(st.sampled_from(sorted(CHAMPS)), st.text(max_size=MAX_TEXTE))
def test_any_text_is_kept_or_refused_by_name(champ: str, texte: str) -> None:
    saisie = Saisie()
    with suppress(InvalidField):  # half a character, a private one
        saisie.put(champ, Valeur(texte))
        assert saisie.get(champ) == normalize("NFC", texte)
    assert isinstance(faute(CHAMPS[champ], saisie.get(champ)), str)


@given(st.dictionaries(st.sampled_from(sorted(CHAMPS)), st.text(max_size=60), max_size=40))
def test_whatever_is_typed_the_form_stands(typed: dict[str, str]) -> None:
    draft = complete_draft()
    for champ, texte in typed.items():
        try:
            draft.fill(champ, Valeur(texte))
        except InvalidField:
            continue
    assert all(m.champ in CHAMPS and m.phrase for m in draft.manques)


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(InvalidField):
        Saisie().put("usager.religion", Valeur("x"))


def test_fields_come_back_with_their_origin() -> None:
    before = complete_draft()
    steps = [Step(reprise.OUVERTURE, reprise.opening(before))]
    for nom, texte in ADULTE.items():
        steps.append(Step("champ", reprise.champ(nom, Valeur(texte, Origine.PREDEMANDE))))
    after = reprise.replay(steps)
    assert after.usager is not None
    assert after.saisie.valeur("usager.sexe") == Valeur("F", Origine.PREDEMANDE)


def test_every_choice_has_its_answers() -> None:
    assert all(champ.choix for champ in CHAMPS.values() if champ.sorte is Sorte.CHOIX)
