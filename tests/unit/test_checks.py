"""Findings on drafts of which little is known, and where each finding is mended."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.capture import Finger, PortraitSource
from station.dossier.checks import examine
from station.dossier.constat import Niveau
from station.dossier.draft import Draft
from station.dossier.exigences import Preuve, exigences
from station.dossier.formulaire import CHAMPS, Ecran, Sorte
from station.dossier.lecture import faute
from station.dossier.model import (
    Mode,
    Motif,
    MotifExemption,
    Timbre,
    TitreAncien,
    TypeTitreAncien,
)
from station.dossier.mots import MOTS
from station.dossier.piece import Piece, Reference, TypePiece
from station.dossier.saisie import Valeur
from station.dossier.situation import Situation
from station.rules.regles import en_vigueur
from tests.applications import TODAY, draft, encoded, piece, usager

if TYPE_CHECKING:
    from station.dossier.constat import Constat

REGLES = en_vigueur(TODAY)


def empty() -> Draft:
    of = draft()
    return Draft(id=of.id, numero=of.numero, seance=of.seance)


def filled(**fields: str) -> Draft:
    of = empty()
    for name, text in fields.items():
        of.fill(name.replace("__", "."), Valeur(text))
    return of


def found(of: Draft) -> dict[str, Constat]:
    return {c.code: c for c in examine(of, TODAY, REGLES)}


def test_at_the_opening_pieces_and_stamp_are_told_with_the_fields() -> None:
    of = filled(demande__passeport="oui", demande__passeport__motif="RENOUVELLEMENT_VOL")
    said = found(of)
    assert {
        "PIECE_JUSTIF_DOMICILE",
        "PIECE_DECLARATION_VOL",
        "PIECE_ACTE_NAISSANCE",
        "TIMBRE_PASSEPORT",
        "COULEUR_YEUX",
        "VISAGE",
    } <= set(said)
    assert "86\u00a0€" in said["TIMBRE_PASSEPORT"].phrase
    assert said["TIMBRE_PASSEPORT"].champ == "demande.passeport.timbre.numero"


def test_findings_stand_in_the_order_of_the_screens_and_name_theirs() -> None:
    screens = [c.ecran for c in examine(filled(demande__cni="oui"), TODAY, REGLES)]
    assert screens == sorted(screens, key=list(Ecran).index)
    assert {*screens} >= {Ecran.OUVERTURE, Ecran.ETAT_CIVIL, Ecran.ADRESSE, Ecran.PIECES}


def test_a_sentence_names_things_and_not_their_codes() -> None:
    of = filled(demande__cni="oui", demande__cni__motif="RENOUVELLEMENT_PERTE")
    of.pieces = [Piece(Reference(type=kind)) for kind in TypePiece if kind != "DOC_PHOTO"]
    for constat in examine(of, TODAY, REGLES):
        assert not [code for code in {*TypePiece, *Motif} if code in constat.phrase]


def test_a_birthday_tells_prints_before_the_form_is_whole() -> None:
    said = found(filled(usager__date_naissance="29/02/1984"))
    assert said["EMPREINTE_02"].phrase == "Empreinte manquante : index droit."
    assert said["EMPREINTE_02"].champ == "empreinte.02"
    assert "EMPREINTE_02" not in found(filled(usager__date_naissance="01/06/2015"))


def test_who_is_ticked_as_a_minor_is_one() -> None:
    child = found(filled(ouverture__mineur="oui", demande__cni="oui"))
    assert {"PIECE_AUTORITE_PARENTALE", "REPRESENTANT_LEGAL"} <= set(child)
    assert "EMPREINTE_02" not in child
    grown = found(filled(ouverture__mineur="oui", usager__date_naissance="29/02/1984"))
    assert grown["MINEUR_MAJEUR"].champ == "ouverture.mineur"


def test_a_host_typed_alone_wants_the_three_pieces() -> None:
    said = found(filled(demande__cni="oui", adresse__hebergeant="Jean SPECIMEN"))
    assert {"PIECE_ATTESTATION_HEBERGEMENT", "PIECE_ID_HEBERGEANT"} <= set(said)


def test_a_choice_of_retention_is_refused_where_there_is_none() -> None:
    said = found(filled(demande__passeport="oui", usager__conservation_90j="oui"))
    assert said["CONSERVATION_90J"].ecran is Ecran.SIGNATURE


def test_a_title_that_may_prove_wants_its_type_and_date() -> None:
    of = draft()
    of.pieces[0] = piece(TypePiece.TITRE_ANCIEN)
    assert found(of)["TITRE_ANCIEN"].champ == "titre_ancien.type"
    held = TitreAncien(type=TypeTitreAncien.PASSEPORT_SECURISE)
    of.usager = usager(titre_ancien=held)
    assert found(of)["TITRE_ANCIEN"].champ == "titre_ancien.expire_le"
    of.usager = usager(titre_ancien=held.model_copy(update={"expire_le": date(2027, 1, 1)}))
    assert found(of) == {}
    of.usager = usager(titre_ancien=held.model_copy(update={"expire_le": date(2017, 1, 1)}))
    assert list(found(of)) == ["PIECE_ACTE_NAISSANCE"]


def test_the_day_read_off_the_title_itself_counts() -> None:
    of = draft()
    shown = Reference(type=TypePiece.TITRE_ANCIEN, expire_le=date(2026, 1, 1))
    of.pieces[0] = Piece(shown, (encoded(b"page"),))
    assert found(of) == {}


def test_one_stamp_pays_for_one_title() -> None:
    of = draft()
    stamp = Timbre(numero="1234567890123456", achete_le=TODAY)
    lost = {"motif": Motif.RENOUVELLEMENT_PERTE, "timbre": stamp}
    of.demandes = [demande.model_copy(update=lost) for demande in of.demandes]
    assert "TIMBRE_EN_DOUBLE" in found(of)
    other = stamp.model_copy(update={"numero": "1234567890123457"})
    of.demandes[0] = of.demandes[0].model_copy(update={"timbre": other})
    assert "TIMBRE_EN_DOUBLE" not in found(of)


def test_a_stamp_of_tomorrow_is_none() -> None:
    of = draft()
    stamp = Timbre(numero="1234567890123456", achete_le=date(2026, 3, 3))
    of.demandes[1] = of.demandes[1].model_copy(update={"timbre": stamp})
    assert list(found(of)) == ["TIMBRE_INVALIDE"]


@pytest.mark.parametrize(
    ("worth", "codes"),
    [("86", []), ("86,00 €", []), ("44,50", ["TIMBRE_INSUFFISANT"]), ("", [])],
)
def test_a_stamp_covers_the_fee(worth: str, codes: list[str]) -> None:
    of = filled(
        demande__passeport="oui",
        demande__passeport__motif="PREMIERE_DEMANDE",
        demande__passeport__timbre__numero="1234 5678 9012 3456",
        demande__passeport__timbre__achete_le="02/03/2026",
        demande__passeport__timbre__montant=worth,
        usager__date_naissance="29/02/1984",
    )
    assert [code for code in found(of) if "TIMBRE" in code] == codes


@pytest.mark.parametrize("worth", ["0", "86,5", "-1", "1e3", "1000", "٨٦"])
def test_an_amount_is_one_or_is_named(worth: str) -> None:
    assert "montant" in faute(CHAMPS["demande.cni.timbre.montant"], worth)


def test_a_declaration_is_of_the_past_and_the_police_number_thefts() -> None:
    of = filled(
        demande__cni="oui", demande__cni__motif="RENOUVELLEMENT_VOL", vol__date="03/03/2026"
    )
    assert {"DATE_DECLARATION_VOL", "NUMERO_DECLARATION_VOL"} <= set(found(of))
    of.fill("vol.date", Valeur("02/03/2026"))
    of.fill("vol.declaration", Valeur("2026/123"))
    assert not {"DATE_DECLARATION_VOL", "NUMERO_DECLARATION_VOL"} & set(found(of))


def test_a_line_of_the_list_says_whether_it_is_satisfied() -> None:
    of = draft()
    wanted = exigences(Situation.of(of), TODAY, REGLES)
    certain = [line for line in wanted.pieces if line.certaine]
    assert {line.preuve for line in certain} == {*Preuve}
    assert not {line.code for line in certain} & set(found(of))
    of.pieces.clear()
    of.visage = None
    of.signatures.clear()
    of.demandes = [d.model_copy(update={"timbre": None}) for d in of.demandes]
    absent = {line.code for line in certain if line.preuve is not Preuve.TIMBRE}
    assert absent | {"TIMBRE_PASSEPORT"} <= set(found(of))


def test_a_fee_that_hangs_on_the_old_passport_asks_for_its_date() -> None:
    of = draft()
    changed = {"motif": Motif.CHANGEMENT_ADRESSE, "timbre": None}
    of.demandes[1] = of.demandes[1].model_copy(update=changed)
    assert found(of)["TIMBRE_PASSEPORT"].champ == "titre_ancien.expire_le"


def test_a_camera_takes_a_portrait_only_where_that_is_lawful() -> None:
    of = draft()
    of.portrait_source = PortraitSource.CAMERA_DR
    assert found(of)["PHOTO_SOURCE"].ecran is Ecran.PHOTO
    of.seance = of.seance.model_copy(update={"mode": Mode.MOBILE})
    assert found(of) == {}


@pytest.mark.parametrize(
    ("born", "who"),
    [
        ("29/02/1984", "du titulaire manque"),
        ("01/06/2012", "du représentant légal et du titulaire manque"),
        ("01/06/2015", "du représentant légal manque"),
    ],
)
def test_who_has_to_sign_is_named(born: str, who: str) -> None:
    assert who in found(filled(demande__cni="oui", usager__date_naissance=born))["SIGNATURE"].phrase


TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["oui", "01/06/2012", "29/02/1984", "2030", "01/01/2031", "SPECIMEN", "12"]),
)


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """A draft of anything: fields right and wrong, pieces, prints, fingers passed over."""
    of = draw(st.sampled_from([empty, draft]))()
    for name in draw(st.lists(st.sampled_from(sorted(CHAMPS)), unique=True, max_size=25)):
        champ = CHAMPS[name]
        right = {Sorte.OUI: st.just("oui"), Sorte.CHOIX: st.sampled_from(champ.choix or ("",))}
        text = draw(st.one_of(right.get(champ.sorte, TEXTS), TEXTS))
        if text.isprintable():
            of.fill(name, Valeur(text))
    days = st.none() | st.dates()
    of.pieces = draw(
        st.lists(
            st.builds(
                Piece,
                st.builds(
                    Reference,
                    type=st.sampled_from(TypePiece),
                    delivree_le=days,
                    expire_le=days,
                ),
            ),
            max_size=6,
        )
    )
    of.exemptions = draw(
        st.dictionaries(st.sampled_from(Finger), st.sampled_from(MotifExemption), max_size=6)
    )
    of.empreintes = {
        finger: encoded(b"print") for finger in draw(st.sets(st.sampled_from(Finger), max_size=4))
    }
    of.portrait_source = draw(st.sampled_from(PortraitSource))
    return of


@given(drafts(), st.dates(date(2021, 8, 1), date(2060, 1, 1)))
def test_whatever_is_known_every_finding_has_its_level_its_words_and_its_screen(
    of: Draft, day: date
) -> None:
    for constat in examine(of, day, en_vigueur(day)):
        assert constat.niveau in {Niveau.BLOQUANT, Niveau.A_JUSTIFIER}
        assert constat.phrase.endswith((".", "?"))
        assert constat.source
        assert constat.ecran in Ecran
        known = constat.champ in {None, *CHAMPS}
        assert known or (constat.champ or "").partition(".")[0] in {"piece", "empreinte"}
        assert not [word for word in MOTS if "_" in word and word in constat.phrase]


def test_there_are_two_levels() -> None:
    assert [*Niveau] == ["BLOQUANT", "A_JUSTIFIER"]
