"""What was read off papers: kept as a step, replayed, proposed; places and usual answers."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import pytest

from simulators.people import Person
from simulators.signed_codes import Header, Issuer, proof_of_address
from simulators.title_chip import printed_of
from simulators.title_chip.title import Kind
from station.codes.mrz import zone
from station.dossier import lus, reprise
from station.dossier.domicile import a_reprendre, adresse, autre_nom, differences_domicile
from station.dossier.drafts import Step
from station.dossier.lieux import avis_adresse, avis_naissance, suites
from station.dossier.lus import TitreLu
from station.dossier.saisie import Origine, Saisie, Valeur
from station.dossier.titre_puce import proposition
from station.dossier.usages import usages
from station.errors import DraftDamaged, TwoDDocInvalid
from station.referentiel import opened
from station.title.examination import examine
from tests.applications import draft as any_draft
from tests.titles_read import CHALLENGE, TODAY, made, read, store

if TYPE_CHECKING:
    from station.dossier.draft import Draft
    from station.referentiel.lookup import Referentiel

PERSON = Person(7)


@cache
def places() -> Referentiel:
    return opened.small()


@cache
def code() -> str:
    return Issuer.new().sign(Header(), proof_of_address(PERSON.civil()))


def typed(**texts: str) -> Saisie:
    saisie = Saisie()
    for nom, texte in texts.items():
        saisie.put(nom.replace("__", "."), Valeur(texte))
    return saisie


def replayed(*steps: Step) -> Draft:
    return reprise.replay([Step("ouverture", reprise.opening(any_draft())), *steps])


def by_zone() -> TitreLu:
    lines = printed_of(PERSON, Kind.OLD_CNI, TODAY).zone
    return TitreLu(zone.parse(lines, TODAY), TODAY)


def by_chip() -> TitreLu:
    found = proposition(examine(read(made(Kind.OLD_CNI)), CHALLENGE, store(), TODAY))
    assert found is not None
    return TitreLu(found, TODAY)


@pytest.mark.parametrize("lu", [by_zone(), by_chip()], ids=["zone", "puce"])
def test_a_title_is_kept_and_forgotten_by_steps(lu: TitreLu) -> None:
    kept = Step(lus.TITRE, lus.titre_step(lu))
    assert replayed(kept).titre_lu == lu
    assert replayed(kept, Step(lus.TITRE, lus.titre_step(None))).titre_lu is None
    assert "SPECIMEN" not in repr(lu)


def test_a_proof_of_address_is_kept_and_forgotten_by_steps() -> None:
    lu = lus.of_code(code())
    kept = Step(lus.DOMICILE, lus.domicile_step(lu))
    assert replayed(kept).domicile_lu == lu
    assert replayed(kept, Step(lus.DOMICILE, lus.domicile_step(None))).domicile_lu is None


def test_several_fields_come_back_together() -> None:
    said = {"usager.sexe": Valeur("F", Origine.PREDEMANDE), "usager.taille_cm": Valeur("168")}
    saisie = replayed(Step("champs", reprise.champs(said))).saisie
    assert {nom: saisie.valeur(nom) for nom in saisie} == said


@pytest.mark.parametrize(
    "step",
    [
        Step(lus.TITRE, json.dumps({"le": "2026-01-01", "zone": ["<<"]}).encode()),
        Step(lus.TITRE, json.dumps({"le": "hier"}).encode()),
        Step(lus.DOMICILE, json.dumps({"code": "DC04"}).encode()),
        Step("champs", json.dumps({"champs": {"inconnu": {"texte": "", "origine": "X"}}}).encode()),
    ],
)
def test_a_step_that_cannot_be_read_is_a_damaged_draft(step: Step) -> None:
    with pytest.raises(DraftDamaged):
        replayed(step)


def test_a_proof_proposes_its_address_and_spelling_alone_is_no_difference() -> None:
    doc = lus.of_code(code()).doc
    said = adresse(doc)
    assert set(said) >= {"adresse.ligne1", "adresse.code_postal", "adresse.commune"}
    same = Saisie()
    for champ, texte in said.items():
        same.put(champ, Valeur(texte.lower()))
    assert differences_domicile(same, doc) == ()
    assert a_reprendre(same, doc) == {}
    same.put("adresse.commune", Valeur("Ailleurs"))
    (found,) = differences_domicile(same, doc)
    assert (found.champ, found.valeur) == ("adresse.commune", said["adresse.commune"])
    assert differences_domicile(Saisie(), doc) == ()


def test_a_proof_is_in_the_name_of_the_applicant_or_of_the_host() -> None:
    doc = lus.of_code(code()).doc
    assert not autre_nom(Saisie(), doc)
    assert not autre_nom(typed(usager__nom_famille="Spécimen"), doc)
    assert autre_nom(typed(usager__nom_famille="Durand"), doc)
    hosted = typed(usager__nom_famille="Durand", adresse__hebergeant="SPECIMEN")
    assert not autre_nom(hosted, doc)


def test_a_code_that_is_none_is_refused() -> None:
    with pytest.raises(TwoDDocInvalid):
        lus.of_code("DC04")


LIEU = "usager.lieu_naissance"


@pytest.mark.parametrize(
    ("nom", "said", "follows"),
    [
        ("commune", {"commune": "06088"}, {"departement": "06", "pays": "FRA"}),
        ("commune", {"commune": "97411"}, {"departement": "974", "pays": "FRA"}),
        ("commune", {"commune": "00000"}, {}),
        ("commune", {"commune": "x"}, {}),
        ("pays", {"pays": "BEL", "departement": "06"}, {"commune": "99131", "departement": ""}),
        ("pays", {"pays": "FRA", "commune": "99131"}, {"commune": ""}),
        ("pays", {"pays": "FRA", "commune": "06088"}, {}),
        ("pays", {"pays": "Franse"}, {}),
        ("libelle", {"libelle": "Nice"}, {}),
    ],
)
def test_what_follows_from_a_place_of_birth(
    nom: str, said: dict[str, str], follows: dict[str, str]
) -> None:
    saisie = typed(**{f"{LIEU}.{part}".replace(".", "__"): text for part, text in said.items()})
    found = suites(places(), saisie, f"{LIEU}.{nom}")
    assert found == {f"{LIEU}.{part}": text for part, text in follows.items()}


def test_an_address_follows_only_where_there_is_one_answer() -> None:
    one = typed(adresse__code_postal="02000")
    follows = {"adresse.commune": "Laon", "adresse.insee": "02408"}
    assert suites(places(), one, "adresse.code_postal") == follows
    one.put("adresse.commune", Valeur("LAON"))
    assert suites(places(), one, "adresse.code_postal") == {}
    several = typed(adresse__insee="06088")
    assert suites(places(), several, "adresse.insee") == {}
    assert suites(places(), typed(adresse__insee="02408"), "adresse.insee") == {
        "adresse.code_postal": "02000"
    }
    assert suites(places(), several, "usager.sexe") == {}
    assert "06000" in avis_adresse(
        places(), typed(adresse__insee="06088", adresse__code_postal="02000"), "adresse"
    )


def test_a_place_abroad_without_a_code_is_not_looked_for() -> None:
    abroad = typed(usager__lieu_naissance__libelle="Gand", usager__lieu_naissance__pays="BEL")
    assert avis_naissance(places(), abroad, LIEU) == ""
    here = typed(usager__lieu_naissance__libelle="Gand", usager__lieu_naissance__pays="FRA")
    assert "Gand" in avis_naissance(places(), here, LIEU)


@pytest.mark.parametrize(
    ("born", "minor"), [("01/01/2020", True), ("01/01/1990", False), ("2190", False), ("x", False)]
)
def test_a_date_of_birth_says_who_is_a_minor(born: str, minor: bool) -> None:
    saisie = typed(usager__date_naissance=born)
    found = usages(saisie, "usager.date_naissance", date(2026, 11, 25), 18)
    assert found == ({"ouverture.mineur": "oui"} if minor else {})


def test_a_motif_of_one_title_alone_is_not_given_to_the_other() -> None:
    full = "PAGES_VISA_PLEINES"
    both = {"demande__cni": "oui", "demande__passeport": "oui"}
    saisie = typed(**both, demande__passeport__motif=full)
    assert usages(saisie, "demande.cni", date(2026, 11, 25), 18) == {}
