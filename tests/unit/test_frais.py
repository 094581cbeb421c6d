"""Fees, the title held, who signs, the portrait, delays: each row and the birthday it turns on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from station.capture import Finger, PortraitSource
from station.dossier.champs import DatePartielle
from station.dossier.detenu import Detenu
from station.dossier.doigts import Cas
from station.dossier.model import (
    Mode,
    ModeAcquisition,
    Motif,
    MotifExemption,
    OrigineNomUsage,
    RoleRepresentant,
    Signataire,
    TypeTitre,
    TypeTitreAncien,
)
from station.dossier.mots import euros
from station.dossier.piece import TypePiece
from station.dossier.situation import Situation
from tests.applications import TODAY
from tests.situations import ADULTE, REGLES, asked, lines

if TYPE_CHECKING:
    from station.rules.regles import Ligne

CNI, PASSEPORT = TypeTitre.CNI, TypeTitre.PASSEPORT
PREMIERE = Motif.PREMIERE_DEMANDE
PERTE, VOL = Motif.RENOUVELLEMENT_PERTE, Motif.RENOUVELLEMENT_VOL
ETAT_CIVIL = Motif.MODIFICATION_ETAT_CIVIL
SECURISE = TypeTitreAncien.PASSEPORT_SECURISE


@pytest.mark.parametrize(
    ("kind", "expiry", "proves"),
    [
        (TypeTitreAncien.CNI_SECURISEE, date(2030, 1, 1), True),
        (TypeTitreAncien.CNI_SECURISEE, date(2024, 3, 3), True),
        (TypeTitreAncien.PASSEPORT_SECURISE, date(2021, 3, 3), True),  # under 5 years, by a day
        (TypeTitreAncien.PASSEPORT_SECURISE, date(2021, 3, 2), False),
        (TypeTitreAncien.CNI_ANCIENNE, date(2024, 3, 3), True),  # under 2 years, by a day
        (TypeTitreAncien.CNI_ANCIENNE, date(2024, 3, 2), False),
        (TypeTitreAncien.PASSEPORT_ANCIEN, date(2024, 3, 2), False),
        (TypeTitreAncien.AUCUN, None, False),
        (None, date(2026, 1, 1), True),  # any type would prove
        (None, date(2018, 1, 1), None),  # a card of 2008 is prolonged, a passport is not
        (None, date(2010, 1, 1), False),
        (None, date(2023, 1, 1), None),  # only a secure type
        (SECURISE, date.max, True),
        (SECURISE, None, None),
        (None, None, None),
    ],
)
def test_a_title_proves_civil_status_for_some_years(
    kind: TypeTitreAncien | None, expiry: date | None, proves: bool | None
) -> None:
    held = Detenu(kind, expiry)
    assert held.probant(TODAY, ADULTE.naissance, REGLES.piece.titre_probant) is proves


@pytest.mark.parametrize(
    ("born", "printed", "over", "proves"),
    [
        (1984, date(2021, 3, 2), False, True),  # to an adult: holds until 2026, to the day
        (1984, date(2021, 3, 1), True, True),
        (1984, date(2016, 3, 3), True, True),  # held until 2021, and proves for 5 years
        (1984, date(2016, 3, 2), True, False),
        (1994, date(2021, 3, 2), True, False),  # issued in 2011 to a child: 10 years, then 5
        (1984, date(2024, 1, 1), True, True),  # issued in 2014: not prolonged
        (None, date(2016, 3, 3), True, None),
        (None, date(2023, 1, 1), None, True),
    ],
)
def test_old_cards_of_adults_hold_five_years_more(
    born: int | None, printed: date, over: bool | None, proves: bool | None
) -> None:
    held, rules = Detenu(TypeTitreAncien.CNI_SECURISEE, printed), REGLES.piece.titre_probant
    birth = None if born is None else DatePartielle(annee=born, mois=7, jour=1)
    assert held.perime(TODAY, birth, rules) is over
    assert held.probant(TODAY, birth, rules) is proves


def test_at_the_opening_a_tick_tells_a_minor_from_an_adult() -> None:
    opened = Situation(lieu_depot="75056", demandes={PASSEPORT: PREMIERE})
    child, adult = asked(opened, mineur=True), asked(opened, mineur=False)
    assert "PIECE_ID_REPRESENTANT" in lines(child)
    assert "PIECE_ID_REPRESENTANT" not in lines(adult) | lines(adult, certaine=False)
    assert (child.frais.au_moins, child.frais.au_plus, child.frais.total) == (1700, 4200, None)
    assert adult.frais.total == 8600
    assert adult.doigts is not None
    assert child.doigts is None


def test_a_motif_that_is_not_chosen_leaves_the_fee_open() -> None:
    found = asked(ADULTE, demandes={CNI: None})
    assert found.frais.titres[0].possibles == (0, 2500)
    assert found.frais.titres[0].payant is None


BIRTHDAYS = [
    (DatePartielle(annee=2008, mois=3, jour=2), 8600),
    (DatePartielle(annee=2008, mois=3, jour=3), 4200),
    (DatePartielle(annee=2011, mois=3, jour=2), 4200),
    (DatePartielle(annee=2011, mois=3, jour=3), 1700),
    (DatePartielle(annee=2026, mois=3, jour=2), 1700),
]


@pytest.mark.parametrize(("born", "fee"), BIRTHDAYS)
def test_a_passport_costs_by_age(born: DatePartielle, fee: int) -> None:
    found = asked(ADULTE, demandes={PASSEPORT: PREMIERE}, naissance=born).frais
    assert (found.total, found.titres[0].centimes) == (fee, fee)
    assert found.titres[0].phrases
    assert "953" in found.titres[0].source


@pytest.mark.parametrize(("born", "fee"), BIRTHDAYS)
@pytest.mark.parametrize("photo", PortraitSource)
def test_guyane_asks_for_half_and_a_portrait_taken_here_costs_three_euros(
    born: DatePartielle, fee: int, photo: PortraitSource
) -> None:
    here = replace(ADULTE, demandes={PASSEPORT: PREMIERE}, naissance=born, photo=photo)
    more = 300 if photo is PortraitSource.CAMERA_DR else 0
    assert asked(here, lieu_depot="97302").frais.total == (fee + more) // 2
    assert asked(here, lieu_depot="97608").frais.total == fee + more


@pytest.mark.parametrize(
    ("motif", "fee"), [(m, 2500 if m in {PERTE, VOL} else 0) for m in Motif if "VISA" not in m]
)
def test_a_card_costs_when_it_is_lost_or_stolen(motif: Motif, fee: int) -> None:
    camera = PortraitSource.CAMERA_DR
    assert asked(ADULTE, demandes={CNI: motif}, photo=camera).frais.total == fee
    assert asked(ADULTE, demandes={CNI: motif}, lieu_depot="97302").frais.total == fee // 2


@pytest.mark.parametrize(
    "motif",
    [
        ETAT_CIVIL,
        Motif.CHANGEMENT_ADRESSE,
        Motif.ERREUR_ADMINISTRATION,
        Motif.PAGES_VISA_PLEINES,
    ],
)
@pytest.mark.parametrize(
    ("held", "possible"),
    [
        (Detenu(SECURISE, date(2026, 3, 2)), (0,)),
        (Detenu(SECURISE, date(2026, 3, 1)), (8600,)),
        (Detenu(SECURISE), (0, 8600)),
        (Detenu(TypeTitreAncien.CNI_SECURISEE, date(2026, 3, 1)), (0, 8600)),
    ],
)
def test_a_passport_changed_while_it_is_valid_is_free(
    motif: Motif, held: Detenu, possible: tuple[int, ...]
) -> None:
    found = asked(ADULTE, demandes={PASSEPORT: motif}, titre_ancien=held).frais
    assert found.titres[0].possibles == possible


def test_two_titles_are_paid_each_and_added() -> None:
    found = asked(ADULTE, demandes={CNI: PERTE, PASSEPORT: PERTE}).frais
    assert [(fee.titre, fee.centimes) for fee in found.titres] == [
        ("CNI", 2500),
        ("PASSEPORT", 8600),
    ]
    assert found.total == 11100


@pytest.mark.parametrize(
    ("place", "mode", "camera"),
    [
        ("75056", Mode.FIXE, False),
        ("97105", Mode.FIXE, False),  # Guadeloupe
        ("97302", Mode.FIXE, True),
        ("97608", Mode.FIXE, True),
        ("98818", Mode.FIXE, True),
        ("75056", Mode.MOBILE, True),
    ],
)
def test_a_portrait_is_taken_here_only_where_that_is_lawful(
    place: str, mode: Mode, camera: bool
) -> None:
    found = asked(ADULTE, lieu_depot=place, mode=mode).sources_photo
    assert found[0] is PortraitSource.PHOTO_PAPIER_SCAN
    assert (PortraitSource.CAMERA_DR in found) is camera


@pytest.mark.parametrize(
    ("born", "who", "fingers", "choice", "years"),
    [
        ((2008, 3, 2), (Signataire.TITULAIRE,), 2, True, 10),
        ((2008, 3, 3), (Signataire.REPRESENTANT, Signataire.TITULAIRE), 2, True, 5),
        ((2013, 3, 2), (Signataire.REPRESENTANT, Signataire.TITULAIRE), 2, True, 5),
        ((2013, 3, 3), (Signataire.REPRESENTANT,), 2, True, 5),
        ((2014, 3, 2), (Signataire.REPRESENTANT,), 2, True, 5),
        ((2014, 3, 3), (Signataire.REPRESENTANT,), 0, False, 5),
    ],
)
def test_age_tells_who_signs_whose_prints_are_taken_and_how_long_a_title_holds(
    born: tuple[int, int, int],
    who: tuple[Signataire, ...],
    fingers: int,
    choice: bool,
    years: int,
) -> None:
    annee, mois, jour = born
    found = asked(
        ADULTE,
        naissance=DatePartielle(annee=annee, mois=mois, jour=jour),
        demandes={CNI: PREMIERE, PASSEPORT: PREMIERE},
    )
    assert found.doigts is not None
    assert (found.signataires, len(found.doigts.doigts)) == (who, fingers)
    assert (found.conservation_90j, found.validites) == (choice, {CNI: 10, PASSEPORT: years})


def test_the_choice_of_retention_is_of_cards_alone() -> None:
    assert asked(ADULTE, demandes={PASSEPORT: PREMIERE}).conservation_90j is False


def test_fingers_passed_over_change_those_that_are_wanted() -> None:
    gone = {Finger.RIGHT_INDEX: MotifExemption.ABSENT}
    slots = asked(ADULTE, exemptions=gone).doigts
    assert slots is not None
    assert (slots.doigts, slots.cas) == ((Finger.RIGHT_MIDDLE, Finger.LEFT_INDEX), Cas.AUCUN)


def test_delays_are_those_of_the_rules() -> None:
    delays = asked(ADULTE).delais
    assert (delays.complement_mois.valeur, delays.retrait_mois.valeur) == (3, 3)
    assert delays.brouillon_jours.valeur == 0


ANSWERS: dict[str, set[str]] = {
    "titre": {*TypeTitre},
    "motif": {*Motif},
    "mode": {*Mode},
    "mode_acquisition": {*ModeAcquisition},
    "origine_nom_usage": {*OrigineNomUsage},
    "role_representant": {*RoleRepresentant},
}


def test_every_row_names_words_that_exist() -> None:
    """A misspelt word in a row would never hold: every one is a value of its kind."""
    rows: list[Ligne] = [*REGLES.piece.lignes, *REGLES.timbre.tarifs, *REGLES.timbre.supplements]
    rows += [*REGLES.timbre.reductions, *REGLES.photo.sources]
    rows += [*REGLES.validite, *REGLES.signature.signataires]
    conditions = [row.si for row in rows]
    conditions += [a.si for row in REGLES.piece.lignes for a in row.pieces]
    for si in [*conditions, REGLES.conservation.si]:
        for name, values in ANSWERS.items():
            assert set(getattr(si, name) or ()) <= values
    named = {a.type for row in REGLES.piece.lignes for a in row.pieces}
    assert named == {*TypePiece}, "every kind of piece is asked for by some row"
    assert set(REGLES.piece.age_max_mois) <= {*TypePiece}
    assert set(REGLES.piece.titre_probant) == {*TypeTitreAncien} - {TypeTitreAncien.AUCUN}
    assert {row.source_photo for row in REGLES.photo.sources} == {*PortraitSource}
    assert {row.qui for row in REGLES.signature.signataires} == {*Signataire}
    assert set(REGLES.empreinte.exemptions) <= {*MotifExemption}


def test_an_amount_is_written_in_french() -> None:
    assert (euros(8600), euros(4450), euros(850)) == (
        "86\u00a0€",
        "44,50\u00a0€",
        "8,50\u00a0€",
    )
