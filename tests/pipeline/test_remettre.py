"""A title is handed over: recorded once, told to the CERT, or forbidden with its reasons."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from simulators.cert.__main__ import app as speak
from simulators.cert.centre import DELAY
from simulators.cert.decisions import Issue, Scenario
from station import pipeline
from station.dossier.acte_remise import (
    ActeRemise,
    AncienTitre,
    Controle,
    Receveur,
    TitreRemis,
)
from station.dossier.champs import DatePartielle
from station.dossier.model import TypeTitre
from station.errors import HandOverRefused, SealError, WrongState
from station.outbox.choice import Choice
from station.outbox.cycle import Etat, Nature
from station.pipeline.sealing import name_of
from station.seal.keys import load_certificate
from tests.cert_fixtures import NOW, World, make
from tests.comptoir import Comptoir, at_counter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cryptography import x509

    from station.outbox.tables import Entry
    from station.seal.keys import Signer

ADULT = DatePartielle(annee=1984, mois=2, jour=29)
CONCORDANT = Controle(issue="concordant", raison="meme_doigt", doigt=2)
NOT_COMPARED = Controle(issue="non_effectue", raison="sans_certificat")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def counter(world: World, tmp_path: Path) -> Iterator[Comptoir]:
    with at_counter(world, tmp_path) as counter:
        counter.cert.centre.scenario = Scenario.DISPONIBLE
        yield counter


def available(counter: Comptoir) -> Entry:
    package = counter.sealed()
    counter.exchange()
    entry = counter.entry(package.id)
    assert entry.state is Etat.DISPONIBLE
    return entry


def acte(counter: Comptoir, entry: Entry, **changed: object) -> ActeRemise:
    decision = pipeline.decision_of(counter.recueil, entry)
    assert decision is not None
    values: dict[str, object] = {
        "titres": tuple(
            TitreRemis(type_titre=t.type_titre, numero=t.numero) for t in decision.titres
        ),
        "controle": CONCORDANT,
        "receveur": Receveur.TITULAIRE,
        "titulaire_present": True,
        "ancien_titre": AncienTitre.RENDU,
        "emargement": True,
        "passeport_signe": True,
    }
    return ActeRemise.of(values | changed)


def sealing(counter: Comptoir) -> tuple[Signer, x509.Certificate]:
    return counter.world.station, counter.recipient


def in_state(counter: Comptoir, etat: Etat) -> tuple[pipeline.Suivi, ...]:
    return pipeline.suivi(counter.recueil, Choice((etat,), 10))


def test_a_hand_over_is_recorded_and_told_to_the_cert(counter: Comptoir) -> None:
    entry = available(counter)
    (shown,) = in_state(counter, Etat.DISPONIBLE)
    assert shown.titulaire == "S******* É."
    assert counter.recueil.outbox.children(entry.id) == []
    assert shown.decision is not None
    assert shown.echeance is not None
    assert 88 <= (shown.echeance - shown.decision.signee_le.date()).days <= 92
    done = pipeline.record_remise(
        counter.recueil, entry, acte(counter, entry), ADULT, sealing(counter)
    )
    assert (done.nature, done.parent, done.state) == (Nature.REMISE, entry.id, Etat.EN_FILE)
    assert counter.entry(entry.id).state is Etat.REMIS
    assert in_state(counter, Etat.DISPONIBLE) == ()
    assert counter.exchange().failures == ()
    assert (counter.entry(done.id).state, counter.entry(done.id).purged) == (Etat.ACCUSE, True)
    last = counter.cert.centre.store.last(str(entry.id))
    assert last is not None
    assert last.words["issue"] == Issue.REMIS
    counter.exchange()
    assert counter.entry(entry.id).rang == last.rang
    assert name_of(counter.recueil, counter.entry(entry.id)) == ""


def test_a_hand_over_recorded_twice_is_one(counter: Comptoir) -> None:
    entry = available(counter)
    said = acte(counter, entry)
    first = pipeline.record_remise(counter.recueil, entry, said, ADULT, sealing(counter))
    again = pipeline.record_remise(counter.recueil, entry, said, ADULT, sealing(counter))
    assert again == first
    assert len(counter.recueil.outbox.children(entry.id)) == 1
    with pytest.raises(WrongState):
        pipeline.record_remise(
            counter.recueil, counter.entry(entry.id), said, ADULT, sealing(counter)
        )


def test_no_word_of_a_hand_over_is_readable_in_the_queue(counter: Comptoir, tmp_path: Path) -> None:
    entry = available(counter)
    said = acte(counter, entry)
    pipeline.record_remise(counter.recueil, entry, said, ADULT, sealing(counter))
    number = said.titres[0].numero.encode()
    for path in tmp_path.glob("outbox.sqlite*"):
        assert b"titulaire_present" not in path.read_bytes()
    assert number not in counter.recueil.settings.journal_path.read_bytes()


@pytest.mark.parametrize(
    ("changed", "born", "codes"),
    [
        ({"controle": NOT_COMPARED}, 1984, ("EMPREINTE_NON_COMPAREE",)),
        ({"controle": NOT_COMPARED, "justification": "lecteur en panne"}, 1984, ()),
        ({"controle": Controle(issue="non_concordant", raison="autre_doigt")}, 1984,
         ("EMPREINTE_NON_CONCORDANTE",)),
        ({"titulaire_present": False, "emargement": False}, 1984,
         ("TITULAIRE_ABSENT", "EMARGEMENT")),
        ({"receveur": Receveur.REPRESENTANT}, 1984, ("RECEVEUR",)),
        ({"passeport_signe": False}, 1984, ("PASSEPORT_NON_SIGNE",)),
        ({"titres": (TitreRemis(type_titre=TypeTitre.CNI, numero="X00000000"),)}, 1984,
         ("TITRE_DISCORDANT",)),
        ({"receveur": Receveur.REPRESENTANT, "titulaire_present": False, "passeport_signe": False,
          "controle": NOT_COMPARED}, 2020, ()),
        ({"receveur": Receveur.REPRESENTANT, "titulaire_present": False}, 2012,
         ("TITULAIRE_ABSENT",)),
        ({}, 2012, ("RECEVEUR",)),
    ],
)  # fmt: skip
def test_what_is_in_the_way_is_named(
    counter: Comptoir, changed: dict[str, object], born: int, codes: tuple[str, ...]
) -> None:
    entry = available(counter)
    said = acte(counter, entry)
    said = said.model_copy(update=changed)
    holder = DatePartielle(annee=born, mois=1, jour=2)
    found = pipeline.check_remise(counter.recueil, entry, said, holder)
    assert tuple(one.code for one in found) == codes
    if codes:
        with pytest.raises(HandOverRefused) as caught:
            pipeline.record_remise(counter.recueil, entry, said, holder, sealing(counter))
        assert caught.value.missing == codes
        assert counter.entry(entry.id).state is Etat.DISPONIBLE


def test_a_title_that_nobody_came_for_is_destroyed_and_not_handed_over(counter: Comptoir) -> None:
    entry = available(counter)
    said = acte(counter, entry)
    assert counter.cert.centre.expire(time.time() + DELAY) == [str(entry.id)]
    counter.exchange()
    assert counter.entry(entry.id).state is Etat.DETRUIT
    with pytest.raises(WrongState):
        pipeline.record_remise(
            counter.recueil, counter.entry(entry.id), said, ADULT, sealing(counter)
        )


def test_a_hand_over_that_the_cert_refuses_stays_a_fact(counter: Comptoir) -> None:
    entry = available(counter)
    said = acte(counter, entry)
    done = pipeline.record_remise(counter.recueil, entry, said, ADULT, sealing(counter))
    counter.cert.centre.expire(time.time() + DELAY)  # meanwhile, at the CERT
    counter.exchange()
    assert counter.entry(done.id).code == "REMISE_NON_ATTENDUE"
    assert counter.entry(done.id).state is Etat.REFUSE
    assert counter.entry(entry.id).state is Etat.REMIS


def test_a_message_of_somebody_else_is_refused(counter: Comptoir) -> None:
    entry = available(counter)
    stranger = counter.world.agent, counter.recipient
    done = pipeline.record_remise(counter.recueil, entry, acte(counter, entry), ADULT, stranger)
    counter.exchange()
    assert counter.entry(done.id).code == "STATION_DISCORDANTE"


def test_a_key_that_jws_has_no_name_for_signs_nothing(counter: Comptoir) -> None:
    entry = available(counter)
    keys = counter.world.keys
    other = type(counter.world.station)(
        load_certificate(keys / "cert-recepisse.pem", NOW), counter.world.station.key
    )
    with pytest.raises(SealError, match="P-256"):
        pipeline.record_remise(
            counter.recueil, entry, acte(counter, entry), ADULT, (other, counter.recipient)
        )
    assert counter.entry(entry.id).state is Etat.DISPONIBLE


def test_the_journal_says_that_it_happened_and_nobodys_name(counter: Comptoir) -> None:
    entry = available(counter)
    pipeline.record_remise(counter.recueil, entry, acte(counter, entry), ADULT, sealing(counter))
    lines = counter.recueil.settings.journal_path.read_text().splitlines()
    (line,) = [said for said in map(json.loads, lines) if said["what"] == "remise.faite"]
    assert line["detail"]["controle"] == "concordant"
    assert line["detail"]["ancien_titre"] == "RENDU"


def test_somebody_may_speak_for_the_cert_of_a_laboratory(counter: Comptoir) -> None:
    counter.cert.centre.scenario = Scenario.MUET
    package = counter.sealed()
    counter.exchange()
    data = counter.recueil.settings.data
    (data / "keys").symlink_to(counter.world.keys)

    def said(*arguments: str) -> str:
        result = CliRunner().invoke(speak, [*arguments, "--folder", str(data)])
        assert result.exception is None, result.output
        counter.exchange()
        return result.output

    assert json.loads(said("list")) == {
        "numero": package.numero, "dossier": str(package.id), "issue": None,
    }  # fmt: skip
    said("complement", package.numero, "--piece", "TITRE_ANCIEN", "--doigt", "2")
    (shown,) = in_state(counter, Etat.COMPLEMENT_DEMANDE)
    assert shown.decision is not None
    assert shown.decision.demande is not None
    assert shown.decision.demande.doigts == (2,)
    for step in ("VALIDE", "EN_PRODUCTION"):
        said("avance", package.numero, step)
    said("avance", package.numero, "DISPONIBLE", "--titre", "CNI:XSPEC0001")
    (shown,) = in_state(counter, Etat.DISPONIBLE)
    assert shown.decision is not None
    assert shown.decision.titres[0].numero == "XSPEC0001"
    assert said("expire", "--jours", "93").strip() == str(package.id)
    assert counter.entry(package.id).state is Etat.DETRUIT
