"""How far each screen is, from what is on it and what was found."""

from __future__ import annotations

import pytest

from station.capture import Finger, Hand
from station.dossier.draft import Draft, Justification
from station.dossier.formulaire import Ecran
from station.dossier.model import MotifExemption
from station.dossier.saisie import Valeur
from station.guichet.avancement import (
    A_CORRIGER,
    A_FAIRE,
    A_VERIFIER,
    COMPLET,
    EN_COURS,
    avancement,
)
from tests.applications import draft

OF = draft()
FINGERS = [finger for hand in Hand for finger in Finger if finger.hand is hand]


@pytest.fixture
def empty() -> Draft:
    return Draft(id=OF.id, numero=OF.numero, seance=OF.seance)


def typed(of: Draft, **fields: str) -> dict[Ecran, str]:
    of.fill_all({name.replace("__", "."): Valeur(text) for name, text in fields.items()})
    return avancement(of, Ecran.SCELLEMENT)


def test_a_new_dossier_is_all_to_do_but_where_the_agent_is(empty: Draft) -> None:
    states = avancement(empty, Ecran.OUVERTURE)
    assert states.pop(Ecran.OUVERTURE) == EN_COURS
    assert {*states.values()} == {A_FAIRE}


def test_a_screen_with_something_on_it_is_under_way(empty: Draft) -> None:
    assert typed(empty, usager__taille_cm="170")[Ecran.ETAT_CIVIL] == EN_COURS


def test_what_was_typed_wrong_is_to_be_put_right(empty: Draft) -> None:
    assert typed(empty, usager__date_naissance="32/05/1980")[Ecran.ETAT_CIVIL] == A_CORRIGER


def test_what_wants_a_reason_is_to_be_looked_at_until_it_has_one() -> None:
    of = draft()
    del of.empreintes[Finger.LEFT_INDEX]
    of.exemptions = {f: MotifExemption.ABSENT for f in FINGERS if f is not Finger.RIGHT_INDEX}
    assert avancement(of, Ecran.SCELLEMENT)[Ecran.EMPREINTES] == A_VERIFIER
    of.justify(Justification(code="EMPREINTE_EXEMPTION", raison="Doigts amputés."))
    assert avancement(of, Ecran.SCELLEMENT)[Ecran.EMPREINTES] == COMPLET
