"""The small table of communes and countries that ships with the station."""

from __future__ import annotations

import itertools
import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.dossier.champs import Formulaire, Insee, Pays
from station.referentiel import own
from station.referentiel.birth import Concordance
from station.referentiel.folding import fold
from station.referentiel.opened import load
from station.referentiel.places import Nature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from station.referentiel.lookup import Referentiel

CONTENTS = own.contents()
FORMER = [c for c in CONTENTS.communes if c.fin is not None]


class Codes(Formulaire):
    """The fields of the form that these codes go to."""

    insee: Insee
    pays: Pays


@pytest.fixture(scope="module")
def small() -> Iterator[Referentiel]:
    with load() as reference:
        yield reference


def names(reference: Referentiel, text: str, at: date | None = None) -> list[str]:
    return [c.libelle for c in reference.communes(text, at)]


@pytest.mark.parametrize(
    "typed", ["Châlons-en-Champagne", "CHALONS EN CHAMPAGNE", "châlons en ch", "champagne"]
)
def test_a_commune_is_found_however_it_is_typed(small: Referentiel, typed: str) -> None:
    assert "Châlons-en-Champagne" in names(small, typed)


def test_st_is_saint_and_articles_do_not_count(small: Referentiel) -> None:
    assert names(small, "st-den")[:2] == ["Saint-Denis", "Saint-Denis"]
    assert names(small, "havre")[0] == names(small, "Havre (Le)")[0] == "Le Havre"
    assert names(small, "Châlons s/Marne", date(1990, 1, 1)) == ["Châlons-sur-Marne"]


def test_the_exact_name_comes_before_the_peopled_one(small: Referentiel) -> None:
    assert names(small, "paris")[0] == "Paris"
    assert names(small, "lyon")[0] == "Lyon"


def test_before_a_renaming_the_name_of_that_day_is_given(small: Referentiel) -> None:
    (found,) = small.communes("Châlons-en-Champagne", date(1970, 5, 1))
    assert (found.libelle, found.autre_nom) == ("Châlons-sur-Marne", "Châlons-en-Champagne")
    (today,) = small.communes("Châlons-sur-Marne")
    assert (today.libelle, today.autre_nom) == ("Châlons-en-Champagne", "Châlons-sur-Marne")


def test_a_postal_code_and_an_insee_code_find(small: Referentiel) -> None:
    assert [c.code for c in small.communes("51000")] == ["51108"]
    assert [c.code for c in small.communes("2a004")] == ["2A004"]
    assert {c.code for c in small.by_postcode("75012")} == {"75056", "75112"}
    assert small.by_postcode("7501") == small.by_postcode("'; --") == ()


def test_arrondissements_of_the_three_towns_are_whole() -> None:
    parts = [c for c in CONTENTS.communes if c.nature is Nature.ARRONDISSEMENT]
    assert {town: sum(c.suite == town for c in parts) for town in ("75056", "69123", "13055")} == {
        "75056": 20,
        "69123": 9,
        "13055": 16,
    }


def test_every_former_commune_leads_somewhere(small: Referentiel) -> None:
    lost = [c for c in FORMER if small.today(c) is None and small.pays_insee(c.suite or "") is None]
    assert lost == []


def test_periods_of_one_code_do_not_overlap() -> None:
    spans = sorted(
        (c.code, c.debut or date.min, c.fin or date.max)
        for c in CONTENTS.communes
        if c.nature is not Nature.DELEGUEE
    )
    pairs = itertools.pairwise(spans)
    assert [a for a, b in pairs if a[0] == b[0] and a[2] > b[1]] == []


def test_codes_fit_the_fields_of_the_form() -> None:
    for commune in CONTENTS.communes:
        Codes.of({"insee": commune.code, "pays": "FRA"})
        assert all(re.fullmatch(r"\d{5}", cp) for cp in commune.codes_postaux)
    for pays in CONTENTS.pays:
        Codes.of({"insee": pays.insee or "99999", "pays": pays.alpha3})


def test_every_country_of_iso_3166_is_there_once() -> None:
    current = [p for p in CONTENTS.pays if p.fin is None and p.alpha3 != "XKX"]
    assert len({p.alpha3 for p in current}) == len({p.alpha2 for p in current}) == 249
    with_code = [p.insee for p in current if p.insee]
    assert len(set(with_code)) == len(with_code)


def test_countries_are_found_by_any_of_their_names(small: Referentiel) -> None:
    assert [p.alpha3 for p in small.pays("cote d'ivoire")] == ["CIV"]
    assert [p.alpha3 for p in small.pays("République tchèque")] == ["CZE"]
    assert [p.alpha3 for p in small.pays("congo")] == ["COG", "COD"]
    assert small.pays("urss") == ()
    assert [p.alpha3 for p in small.pays("urss", date(1980, 1, 1))] == ["SUN"]


def test_a_country_code_means_what_it_meant_that_day(small: Referentiel) -> None:
    algeria = small.pays_code("DZA")
    assert algeria is not None
    assert algeria.insee == "99352"
    assert small.pays_code("") is small.pays_code("dza") is None
    today, then = small.pays_insee("99123"), small.pays_insee("99123", date(1980, 1, 1))
    assert today is not None
    assert then is not None
    assert (today.alpha3, then.alpha3) == ("RUS", "SUN")


@pytest.mark.parametrize(
    ("label", "code", "day", "concordance", "words"),
    [
        ("PARIS", "75056", date(1990, 1, 1), Concordance.CONNU, ""),
        ("Paris", "75112", date(1990, 1, 1), Concordance.CONNU, ""),
        ("Paris 12e", "75112", None, Concordance.CONNU, ""),
        (
            "Chalons sur Marne",
            "51108",
            date(1970, 3, 3),
            Concordance.CHANGE,
            "Châlons-en-Champagne",
        ),
        (
            "Châlons-en-Champagne",
            "51108",
            date(1970, 3, 3),
            Concordance.AUTRE_EPOQUE,
            "Le 3 mars 1970, le nom était Châlons-sur-Marne",
        ),
        ("Cherbourg", None, date(1990, 1, 1), Concordance.CHANGE, "Cherbourg-en-Cotentin"),
        ("Saint-Bois", "01015", date(1990, 1, 1), Concordance.AUTRE_EPOQUE, "01340"),
        ("Saint-Bois", "01340", date(2020, 1, 1), Concordance.AUTRE_EPOQUE, "1er janvier 2016"),
        ("Ajaccio", "2A004", date(1970, 1, 2), Concordance.AUTRE_EPOQUE, "20004"),
        ("Ajaccio", "20004", date(1970, 1, 2), Concordance.CHANGE, "2A004"),
        ("Bône", "93352", date(1955, 1, 1), Concordance.CHANGE, "Algérie (99352)"),
        ("Oran", "99352", date(1955, 1, 1), Concordance.AUTRE_EPOQUE, "92352"),
        ("Oran", "99352", date(1975, 1, 1), Concordance.CONNU, ""),
        ("Marseille", "75056", date(1990, 1, 1), Concordance.DISCORDANT, "« Marseille »"),
        ("Saint-Denis", None, date(2000, 1, 1), Concordance.AMBIGU, "97411"),
        ("Nulle-Part", None, date(2000, 1, 1), Concordance.INCONNU, "table réduite"),
        ("Nulle-Part", "99999", None, Concordance.INCONNU, "99999"),
    ],
)
def test_a_place_of_birth_is_advised_on_and_never_refused(
    small: Referentiel,
    label: str,
    code: str | None,
    day: date | None,
    concordance: Concordance,
    words: str,
) -> None:
    said = small.birth_place(label, code, day)
    assert said.concordance is concordance
    assert words in said.phrase
    assert bool(said.phrase) == (concordance is not Concordance.CONNU)
    assert said.alerte == (concordance not in (Concordance.CONNU, Concordance.CHANGE))


def test_an_advice_keeps_the_place_out_of_its_repr(small: Referentiel) -> None:
    said = small.birth_place("Châlons-sur-Marne", "51108", date(1970, 3, 3))
    assert repr(said) == "Avis(concordance=<Concordance.CHANGE: 'change'>)"


def test_namesakes_are_told_apart_by_their_code(small: Referentiel) -> None:
    assert {c.departement for c in small.homonymes("SAINT DENIS")} == {"93", "974"}


@given(text=st.text(max_size=260), day=st.none() | st.dates(), code=st.none() | st.text(max_size=6))
def test_whatever_is_typed_gives_an_answer(
    small: Referentiel, text: str, day: date | None, code: str | None
) -> None:
    assert len(small.communes(text, day, limit=7)) <= 7
    assert len(small.pays(text, day)) <= 20
    said = small.birth_place(text, code, day)
    assert said.phrase.isprintable()
    assert len(said.phrase) < 800


@pytest.mark.parametrize("typed", ["%", "_", "*", '"', "' OR 1=1", "\x00", "\u202e", "a" * 9999])
def test_wildcards_and_quotes_mean_nothing(small: Referentiel, typed: str) -> None:
    assert small.communes(typed) == ()


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert re.fullmatch(r"[a-z0-9 ]*", fold(text))


def test_the_french_alphabet_folds() -> None:
    assert fold("ÀÂÄÇÉÈÊËÏÎÔÖÙÛÜŸÆŒ") == "aaaceeeeiioouuuyaeoe"
    assert fold("L’Haÿ-les-Roses") == fold("L'HAY LES ROSES")
    assert fold("Sainte-Œuvre") == fold("ste oeuvre")
