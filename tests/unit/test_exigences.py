"""The matrix of pieces: for each of its rows when it applies, and by what it is satisfied."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from station.capture import PortraitSource
from station.dossier.champs import DatePartielle
from station.dossier.constat import Niveau
from station.dossier.detenu import Detenu
from station.dossier.exigences import Preuve
from station.dossier.model import (
    ModeAcquisition,
    Motif,
    OrigineNomUsage,
    RoleRepresentant,
    TypeTitre,
    TypeTitreAncien,
)
from station.dossier.mots import MOTS, ou
from station.dossier.piece import TypePiece
from station.dossier.situation import Situation
from tests.situations import ADULTE, ENFANT, asked, lines, types

CNI, PASSEPORT = TypeTitre.CNI, TypeTitre.PASSEPORT
PREMIERE = Motif.PREMIERE_DEMANDE
PERTE, VOL = Motif.RENOUVELLEMENT_PERTE, Motif.RENOUVELLEMENT_VOL
EXPIRE = Motif.RENOUVELLEMENT_EXPIRATION
ETAT_CIVIL = Motif.MODIFICATION_ETAT_CIVIL
SECURISE = TypeTitreAncien.PASSEPORT_SECURISE
ALWAYS = ["PIECE_JUSTIF_DOMICILE", "VISAGE", "SIGNATURE"]


def test_a_first_card_of_an_adult_who_has_no_title() -> None:
    found = asked(ADULTE)
    assert list(lines(found)) == ["PIECE_ACTE_NAISSANCE", *ALWAYS]
    assert types(lines(found)["PIECE_ACTE_NAISSANCE"]) == ["ACTE_NAISSANCE", "VERIF_COMEDEC"]
    assert [(a.type, a.age_max and a.age_max.valeur) for a in found.pieces[0].alternatives] == [
        (TypePiece.ACTE_NAISSANCE, 3),
        (TypePiece.VERIF_COMEDEC, None),
    ]
    assert lines(found)["PIECE_JUSTIF_DOMICILE"].alternatives[0].age_max is not None


@pytest.mark.parametrize(
    "motif",
    [m for m in Motif if m not in {PREMIERE, PERTE, VOL}],
)
def test_a_renewal_is_made_against_the_old_title(motif: Motif) -> None:
    held = Detenu(SECURISE, date(2026, 1, 1))
    found = lines(asked(ADULTE, demandes={PASSEPORT: motif}, titre_ancien=held))
    assert types(found["PIECE_TITRE_ANCIEN"]) == ["TITRE_ANCIEN"]
    assert "PIECE_ACTE_NAISSANCE" not in found


@pytest.mark.parametrize("motif", [PREMIERE, PERTE, VOL])
@pytest.mark.parametrize(
    ("held", "code", "wanted"),
    [
        (
            Detenu(SECURISE, date(2027, 1, 1)),
            "PIECE_TITRE_ANCIEN",
            ["TITRE_ANCIEN", "ACTE_NAISSANCE", "VERIF_COMEDEC"],
        ),
        (
            Detenu(SECURISE, date(2015, 1, 1)),
            "PIECE_ACTE_NAISSANCE",
            ["ACTE_NAISSANCE", "VERIF_COMEDEC"],
        ),
        (
            Detenu(),
            "PIECE_ACTE_NAISSANCE",
            ["ACTE_NAISSANCE", "VERIF_COMEDEC", "TITRE_ANCIEN"],
        ),
    ],
)
def test_a_passport_exempts_a_card_from_the_birth_record(
    motif: Motif, held: Detenu, code: str, wanted: list[str]
) -> None:
    found = lines(asked(ADULTE, demandes={CNI: motif}, titre_ancien=held))
    assert types(found[code]) == wanted
    assert len(set(found) & {"PIECE_TITRE_ANCIEN", "PIECE_ACTE_NAISSANCE"}) == 1


def test_a_renewal_of_a_title_expired_too_long_wants_both() -> None:
    held = Detenu(SECURISE, date(2015, 1, 1))
    found = lines(asked(ADULTE, demandes={PASSEPORT: EXPIRE}, titre_ancien=held))
    assert list(found)[:2] == ["PIECE_TITRE_ANCIEN", "PIECE_ACTE_NAISSANCE"]


@pytest.mark.parametrize(
    ("comedec", "wanted"),
    [
        (None, ["ACTE_NAISSANCE", "VERIF_COMEDEC"]),
        (True, ["ACTE_NAISSANCE", "VERIF_COMEDEC"]),
        (False, ["ACTE_NAISSANCE"]),
    ],
)
def test_a_commune_that_is_not_connected_verifies_nothing(
    comedec: bool | None, wanted: list[str]
) -> None:
    assert types(lines(asked(ADULTE, comedec=comedec))["PIECE_ACTE_NAISSANCE"]) == wanted


@pytest.mark.parametrize(
    ("mode", "level"),
    [
        (ModeAcquisition.NAISSANCE_EN_FRANCE, None),
        (ModeAcquisition.FILIATION, Niveau.A_JUSTIFIER),
        (ModeAcquisition.NATURALISATION, Niveau.BLOQUANT),
        (ModeAcquisition.DECLARATION, Niveau.BLOQUANT),
        (ModeAcquisition.REINTEGRATION, Niveau.BLOQUANT),
        (ModeAcquisition.AUTRE, Niveau.BLOQUANT),
    ],
)
@pytest.mark.parametrize("held", [Detenu(TypeTitreAncien.AUCUN), Detenu()])
def test_nationality_is_proven_by_how_it_came(
    mode: ModeAcquisition, level: Niveau | None, held: Detenu
) -> None:
    found = lines(asked(ADULTE, mode_acquisition=mode, titre_ancien=held))
    line = found.get("PIECE_JUSTIF_NATIONALITE")
    assert (line and line.niveau) == level


def test_a_title_that_is_valid_proves_nationality() -> None:
    naturalised = replace(ADULTE, mode_acquisition=ModeAcquisition.NATURALISATION)
    held = Detenu(SECURISE, date(2027, 1, 1))
    assert "PIECE_JUSTIF_NATIONALITE" not in lines(asked(naturalised, titre_ancien=held))
    renewed = lines(asked(naturalised, demandes={CNI: EXPIRE}))
    assert "PIECE_JUSTIF_NATIONALITE" not in renewed


def test_who_is_hosted_brings_three_pieces_that_belong_together() -> None:
    found = lines(asked(ADULTE, heberge=True))
    grouped = [code for code, line in found.items() if line.groupe == "HEBERGEMENT"]
    assert grouped == [
        "PIECE_JUSTIF_DOMICILE",
        "PIECE_ATTESTATION_HEBERGEMENT",
        "PIECE_ID_HEBERGEANT",
    ]
    assert "hébergeant" in found["PIECE_JUSTIF_DOMICILE"].phrase
    assert lines(asked(ADULTE))["PIECE_JUSTIF_DOMICILE"].groupe is None


@pytest.mark.parametrize(
    ("motif", "codes"),
    [
        (PERTE, {"PIECE_DECLARATION_PERTE", "PIECE_DOC_PHOTO"}),
        (VOL, {"PIECE_DECLARATION_VOL", "PIECE_DOC_PHOTO"}),
        (PREMIERE, set()),
        (EXPIRE, set()),
    ],
)
def test_a_loss_and_a_theft_are_declared(motif: Motif, codes: set[str]) -> None:
    found = lines(asked(ADULTE, demandes={CNI: motif}))
    declared = {"PIECE_DECLARATION_PERTE", "PIECE_DECLARATION_VOL", "PIECE_DOC_PHOTO"}
    assert set(found) & declared == codes
    if codes:
        assert found["PIECE_DOC_PHOTO"].niveau is Niveau.A_JUSTIFIER


@pytest.mark.parametrize(
    ("born", "minor"),
    [
        (DatePartielle(annee=2008, mois=3, jour=2), False),  # 18 today
        (DatePartielle(annee=2008, mois=3, jour=3), True),  # tomorrow
        (DatePartielle(annee=2008, mois=3), True),  # some day of this month: taken for the younger
    ],
)
def test_a_minor_comes_with_a_representative(born: DatePartielle, minor: bool) -> None:
    found = lines(asked(ADULTE, naissance=born))
    assert ("PIECE_AUTORITE_PARENTALE" in found) is minor
    assert ("PIECE_ID_REPRESENTANT" in found) is minor


@pytest.mark.parametrize(
    ("role", "record"),
    [
        (RoleRepresentant.PERE, True),
        (RoleRepresentant.MERE, True),
        (RoleRepresentant.TUTEUR, False),
        (RoleRepresentant.TIERS_DELEGATAIRE, False),
        (None, False),
    ],
)
def test_a_parent_is_proven_by_the_birth_record(
    role: RoleRepresentant | None, record: bool
) -> None:
    line = lines(asked(ENFANT, representant=role))["PIECE_AUTORITE_PARENTALE"]
    assert (TypePiece.ACTE_NAISSANCE in line.types) is record


def test_two_addresses_want_a_decision() -> None:
    assert "PIECE_JUGEMENT_GARDE" in lines(asked(ENFANT, residence_alternee=True))
    assert "PIECE_JUGEMENT_GARDE" not in lines(asked(ENFANT))


@pytest.mark.parametrize(
    ("origin", "word", "record"),
    [
        (OrigineNomUsage.EPOUX, "mariage", False),
        (OrigineNomUsage.VEUF, "décès", False),
        (OrigineNomUsage.DIVORCE_AUTORISE, "divorce", False),
        (OrigineNomUsage.PERE, "filiation", True),
        (OrigineNomUsage.MERE, "filiation", True),
        (OrigineNomUsage.DEUX_PARENTS, "filiation", True),
        (None, "origine", False),
    ],
)
def test_a_usage_name_is_proven_by_its_origin(
    origin: OrigineNomUsage | None, word: str, record: bool
) -> None:
    named = replace(ADULTE, nom_usage=True, origine_nom_usage=origin)
    line = lines(asked(named))["PIECE_JUSTIF_NOM_USAGE"]
    assert word in line.phrase
    assert (TypePiece.ACTE_NAISSANCE in line.types) is record
    assert line.niveau is Niveau.BLOQUANT


def test_a_usage_name_on_the_old_title_wants_a_word_alone() -> None:
    named = replace(ADULTE, nom_usage=True, origine_nom_usage=OrigineNomUsage.EPOUX)
    line = lines(asked(named, demandes={CNI: EXPIRE}))["PIECE_JUSTIF_NOM_USAGE"]
    assert line.niveau is Niveau.A_JUSTIFIER
    changed = lines(asked(named, demandes={CNI: ETAT_CIVIL}))["PIECE_JUSTIF_NOM_USAGE"]
    assert changed.niveau is Niveau.BLOQUANT


def test_a_protected_adult_brings_the_decision_or_a_reason() -> None:
    found = lines(asked(ADULTE, majeur_protege=True))
    assert found["PIECE_JUGEMENT_PROTECTION"].niveau is Niveau.A_JUSTIFIER
    assert "PIECE_JUGEMENT_PROTECTION" not in lines(asked(ENFANT, majeur_protege=True))


def test_the_print_is_brought_unless_the_portrait_is_taken_here() -> None:
    (line,) = (x for x in asked(ADULTE).pieces if x.preuve is Preuve.VISAGE)
    assert types(line) == ["PHOTO_IDENTITE"]
    here = asked(ADULTE, photo=PortraitSource.CAMERA_DR)
    (line,) = (x for x in here.pieces if x.preuve is Preuve.VISAGE)
    assert types(line) == []


def test_a_stamp_is_on_the_list_of_what_costs_something() -> None:
    assert "TIMBRE" not in lines(asked(ADULTE))
    joint = lines(asked(ADULTE, demandes={CNI: PREMIERE, PASSEPORT: PREMIERE}))
    assert joint["TIMBRE"].titres == (PASSEPORT,)
    assert joint["PIECE_JUSTIF_DOMICILE"].titres == (CNI, PASSEPORT)
    assert "TIMBRE" in lines(asked(ADULTE, demandes={CNI: PERTE}))


def test_a_line_names_the_titles_that_are_known_to_want_it() -> None:
    opened = Situation(lieu_depot="75056", demandes={CNI: EXPIRE, PASSEPORT: None})
    assert lines(asked(opened))["PIECE_TITRE_ANCIEN"].titres == (CNI,)


def test_before_a_title_is_chosen_nothing_but_the_person_is_wanted() -> None:
    found = asked(Situation(lieu_depot="75056"))
    assert list(lines(found)) == ["VISAGE", "SIGNATURE"]
    assert (found.frais.total, found.validites) == (0, {})


def test_at_the_opening_what_is_unknown_is_announced() -> None:
    opened = Situation(lieu_depot="75056", demandes={CNI: PREMIERE})
    found = asked(opened)
    assert list(lines(found)) == ["PIECE_ACTE_NAISSANCE", *ALWAYS]
    assert list(lines(found, certaine=False)) == [
        "PIECE_JUSTIF_NATIONALITE",
        "PIECE_ATTESTATION_HEBERGEMENT",
        "PIECE_ID_HEBERGEANT",
        "PIECE_AUTORITE_PARENTALE",
        "PIECE_ID_REPRESENTANT",
        "PIECE_JUSTIF_NOM_USAGE",
    ]
    assert all(x.phrase.startswith("Si ") for x in lines(found, certaine=False).values())
    assert (found.doigts, found.signataires, found.conservation_90j) == (None, None, None)


def test_every_piece_has_its_words() -> None:
    assert {*TypePiece} <= set(MOTS)
    assert ou(["un", "deux", "trois"]) == "un, deux ou trois"
    assert ou(["un"]) == "un"
