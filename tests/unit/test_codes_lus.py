"""What zones and codes say, held against the form; what they may feed into it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from simulators import titles
from simulators.people import Person
from simulators.signed_codes import Header, Issuer, proof_of_address, today
from simulators.titles import Holder
from station.codes import two_d_doc
from station.codes.content import recognise
from station.codes.mrz import zone
from station.codes.trust import TrustList, verify
from station.dossier import codes_lus
from station.dossier.model import Usager
from station.dossier.piece import TypePiece
from station.dossier.titre_ancien import ecarts
from station.errors import InvalidField

if TYPE_CHECKING:
    from collections.abc import Callable

    from station.codes.two_d_doc import TwoDDoc

ISSUER = Issuer.new()
TRUST = TrustList.of((ISSUER.authority.certificate, ISSUER.certificate))
CIVIL = Person(7).civil()


def form(**changes: Any) -> Usager:
    return Usager.from_json(json.dumps(CIVIL | changes))


def differs(usager: Usager, lines: tuple[str, ...], numero: str | None = None) -> list[str]:
    return [e.champ for e in ecarts(usager, zone.parse(lines, today()), numero)]


@pytest.mark.parametrize("write", [titles.td1, titles.td2, titles.td3, titles.cni])
@pytest.mark.parametrize("seed", range(5))
def test_the_title_of_the_applicant_differs_in_nothing(
    write: Callable[[Holder], tuple[str, ...]], seed: int
) -> None:
    civil = Person(seed).civil()
    usager = Usager.from_json(json.dumps(civil))
    assert differs(usager, write(Holder.of(civil))) == []


@pytest.mark.parametrize(
    ("changes", "champ"),
    [
        ({"nom_famille": "SPECIMENA"}, "nom_famille"),
        ({"nom_famille": "SPECIME"}, "nom_famille"),
        ({"prenoms": ["Autre"]}, "prenoms"),
        ({"prenoms": list(reversed(CIVIL["prenoms"]))}, "prenoms"),
        ({"date_naissance": {"annee": 1971, "mois": 1, "jour": 2}}, "date_naissance"),
        ({"sexe": "F" if CIVIL["sexe"] == "M" else "M"}, "sexe"),
    ],
)
def test_a_difference_names_its_field(changes: dict[str, Any], champ: str) -> None:
    assert differs(form(**changes), titles.td3(Holder.of(CIVIL))) == [champ]


def test_a_partial_date_agrees_where_it_says_something() -> None:
    year = CIVIL["date_naissance"]["annee"]
    title = titles.td3(Holder.of(CIVIL))
    assert differs(form(date_naissance={"annee": year}), title) == []
    assert differs(form(date_naissance={"annee": year - 1}), title) == ["date_naissance"]


def test_a_zone_may_hold_fewer_first_names_but_not_others() -> None:
    one = Holder.of(CIVIL | {"prenoms": CIVIL["prenoms"][:1]})
    assert differs(form(), titles.td3(one)) == []
    more = Holder.of(CIVIL | {"prenoms": [*CIVIL["prenoms"], "Noé"]})
    assert differs(form(), titles.td3(more)) == ["prenoms"]


def test_a_surname_that_fits_is_not_taken_for_the_beginning_of_another() -> None:
    long = {"prenoms": ["Anne-Marie", "Éloïse", "Louise", "Camille", "Inès", "Zoé"]}
    title = titles.td1(Holder.of(CIVIL | long))
    assert differs(form(**long), title) == []
    assert differs(form(**long, nom_famille="SPECIMENIER"), title) == ["nom_famille"]


@pytest.mark.parametrize(
    ("typed", "found"), [("99SP00123", []), ("99sp 00123", []), ("X", ["numero"])]
)
def test_the_typed_number_is_compared(typed: str, found: list[str]) -> None:
    assert differs(form(), titles.td3(Holder.of(CIVIL)), typed) == found


def test_a_difference_holds_no_value() -> None:
    parsed = zone.parse(titles.td3(Holder.of(CIVIL)), today())
    (found,) = ecarts(form(nom_famille="AUTRE"), parsed)
    assert "AUTRE" not in str(found)
    assert "SPECIMEN" not in str(found)


# --- codes ---------------------------------------------------------------------------------------


def test_numbers_come_from_their_own_kind_of_code_only() -> None:
    stamp, recap = (recognise(c, today()) for c in (b"1234567890123456", b"AB12CD34EF"))
    assert codes_lus.numero_timbre(stamp) == "1234567890123456"
    assert codes_lus.numero_predemande(recap) == "AB12CD34EF"
    with pytest.raises(InvalidField, match=r"timbre\.numero: code \(pre-demande\)"):
        codes_lus.numero_timbre(recap)
    with pytest.raises(InvalidField):
        codes_lus.numero_predemande(recognise(b"https://example.invalid", today()))


def proof(fields: dict[str, str] | None = None, **header: Any) -> TwoDDoc:
    text = ISSUER.sign(Header(**header), fields or proof_of_address(CIVIL))
    return two_d_doc.parse(text)


def test_a_proven_code_gives_the_date_of_the_proof_of_address() -> None:
    doc = proof(issued=date(2026, 10, 1))
    reference = codes_lus.justificatif(doc, verify(doc, TRUST, today()))
    assert (reference.type, reference.delivree_le) == (TypePiece.JUSTIF_DOMICILE, date(2026, 10, 1))


@pytest.mark.parametrize(
    ("header", "trust"),
    [
        ({}, None),
        ({"authority": "FR01"}, TRUST),
        ({"signed": today() + timedelta(days=2)}, TRUST),
        ({"kind": "04"}, TRUST),
    ],
)
def test_what_is_not_proven_gives_nothing(header: dict[str, Any], trust: TrustList | None) -> None:
    doc = proof(**header)
    with pytest.raises(InvalidField):
        codes_lus.justificatif(doc, verify(doc, trust, today()))


OTHER = {"10": "MME/AUTRE/CAMILLE"}
PARTS = {"10": "", "11": "MME", "12": "CAMILLE", "13": "SPECIMEN"}


@pytest.mark.parametrize(
    ("fields", "changes", "found"),
    [
        ({}, {}, []),
        (PARTS, {}, []),
        (OTHER, {}, ["nom_famille"]),
        (OTHER, {"adresse": CIVIL["adresse"] | {"hebergeant": "Autre"}}, []),
        (OTHER, {"nom_usage": "AUTRE", "origine_nom_usage": "EPOUX"}, []),
        ({"24": "75001"}, {}, ["adresse"]),
    ],
)
def test_a_proof_of_address_is_held_against_the_form(
    fields: dict[str, str], changes: dict[str, Any], found: list[str]
) -> None:
    doc = proof(proof_of_address(CIVIL) | fields)
    assert [e.champ for e in codes_lus.ecarts_domicile(form(**changes), doc)] == found
