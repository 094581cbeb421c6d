"""The complement of a sealed dossier: asked for, gathered, sealed apart, decided upon."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from simulators.cert.centre import DELAY
from simulators.cert.decisions import Issue, Scenario
from simulators.cert.opener import Refused
from station import pipeline
from station.capture import Finger
from station.dossier import reprise
from station.dossier.complement import ComplementDraft
from station.dossier.model import MotifExemption
from station.dossier.piece import TypePiece
from station.dossier.saisie import Valeur
from station.errors import (
    DraftForeign,
    IncompleteDossier,
    InvalidField,
    StorageError,
    WrongState,
)
from station.outbox.cycle import Etat, Nature
from station.outbox.delivery import retry
from station.outbox.store import Outbox
from station.pipeline.sealing import name_of
from tests.cert_fixtures import World, make
from tests.comptoir import Comptoir, at_counter, colleague

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simulators.cert.contents import Content

ASKED = {"pieces": ["JUSTIF_NOM_USAGE"]}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def counter(world: World, tmp_path: Path) -> Iterator[Comptoir]:
    """A CERT that says nothing by itself, so that each test says what it says."""
    with at_counter(world, tmp_path) as counter:
        counter.cert.centre.scenario = Scenario.MUET
        yield counter


def typed(counter: Comptoir, draft: ComplementDraft, champ: str, texte: str) -> None:
    draft.fill(champ, Valeur(texte))
    pipeline.keep(counter.recueil, draft, "champ", reprise.champ(champ, Valeur(texte)))


def journaled(counter: Comptoir) -> list[str]:
    lines = counter.recueil.settings.journal_path.read_text().splitlines()
    return [json.loads(line)["what"] for line in lines]


def test_a_complement_is_a_part_of_its_own_and_the_dossier_goes_on(counter: Comptoir) -> None:
    entry = counter.asked(**ASKED)
    assert (entry.state, entry.code) == (Etat.COMPLEMENT_DEMANDE, "PIECE_MANQUANTE")
    package = counter.answered(entry)
    assert package.numero == f"{entry.numero}-C1"
    assert counter.entry(entry.id).state is Etat.SCELLE
    (child,) = counter.recueil.outbox.children(entry.id)
    assert (child.nature, child.reponse, child.state) == (Nature.COMPLEMENT, 1, Etat.EN_FILE)
    assert counter.exchange().failures == ()
    child = counter.entry(package.id)
    assert (child.state, child.purged) == (Etat.ACCUSE, True)
    assert counter.entry(entry.id).state is Etat.VALIDE
    assert counter.recueil.drafts.ids() == ()
    assert counter.recueil.outbox.children(entry.id) == [child]


def test_every_kind_of_part_may_be_asked_for(counter: Comptoir) -> None:
    entry = counter.asked(
        pieces=["JUSTIF_NOM_USAGE"], photo=True, doigts=[2], champs=["usager.nom_usage"]
    )
    draft = pipeline.open_complement(counter.recueil, entry)
    assert pipeline.slots(draft).doigts == (Finger.RIGHT_INDEX,)
    with pytest.raises(IncompleteDossier) as caught:
        pipeline.complete_complement(counter.recueil, draft)
    assert caught.value.missing == (
        "PIECE_JUSTIF_NOM_USAGE", "VISAGE", "EMPREINTE_02", "CHAMP_USAGER_NOM_USAGE",
    )  # fmt: skip
    counter.add_piece(draft, TypePiece.JUSTIF_NOM_USAGE)
    draft.put_portrait(counter.world.face)
    draft.put_print(Finger.RIGHT_INDEX, counter.world.right)
    typed(counter, draft, "usager.nom_usage", "SPECIMEN 2")
    with pytest.raises(IncompleteDossier, match="CHAMP_USAGER_NOM_USAGE"):
        pipeline.complete_complement(counter.recueil, draft)
    typed(counter, draft, "usager.nom_usage", "SPECIMEN-ÉPOUSE")
    complement = pipeline.complete_complement(counter.recueil, draft)
    pipeline.seal_complement(counter.recueil, complement, counter.signers, counter.recipient)
    assert counter.exchange().failures == ()
    assert counter.entry(entry.id).state is Etat.VALIDE


def test_a_finger_that_cannot_be_taken_gives_way_to_the_next_of_its_hand(counter: Comptoir) -> None:
    entry = counter.asked(doigts=[8])
    draft = pipeline.open_complement(counter.recueil, entry)
    pipeline.pass_over(counter.recueil, draft, Finger.LEFT_MIDDLE, MotifExemption.ABSENT)
    assert pipeline.slots(draft).doigts == (Finger.LEFT_INDEX,)
    draft.put_print(Finger.LEFT_INDEX, counter.world.left)
    complement = pipeline.complete_complement(counter.recueil, draft)
    pipeline.seal_complement(counter.recueil, complement, counter.signers, counter.recipient)
    counter.exchange()
    assert counter.entry(entry.id).state is Etat.VALIDE


def test_what_was_not_asked_for_is_not_sealed(counter: Comptoir) -> None:
    draft = pipeline.open_complement(counter.recueil, counter.asked(**ASKED))
    counter.add_piece(draft, TypePiece.JUSTIF_NOM_USAGE)
    counter.add_piece(draft, TypePiece.TITRE_ANCIEN)
    draft.put_portrait(counter.world.face)
    draft.put_print(Finger.RIGHT_INDEX, counter.world.right)
    with pytest.raises(InvalidField, match="not asked for"):
        typed(counter, draft, "usager.nom_famille", "AUTRE")
    with pytest.raises(IncompleteDossier) as caught:
        pipeline.complete_complement(counter.recueil, draft)
    assert caught.value.missing == (
        "PIECE_TITRE_ANCIEN_NON_DEMANDEE", "VISAGE_NON_DEMANDE", "EMPREINTE_EN_TROP",
    )  # fmt: skip


def test_a_draft_of_a_complement_survives_a_stop_and_is_begun_once(counter: Comptoir) -> None:
    entry = counter.asked(pieces=["JUSTIF_NOM_USAGE"], champs=["usager.nom_usage"])
    draft = pipeline.open_complement(counter.recueil, entry)
    counter.add_piece(draft, TypePiece.JUSTIF_NOM_USAGE)
    typed(counter, draft, "usager.nom_usage", "SPECIMEN-ÉPOUSE")
    again = pipeline.open_complement(counter.recueil, entry)
    assert (again.id, again.numero) == (draft.id, draft.numero)
    assert again.saisie.get("usager.nom_usage") == "SPECIMEN-ÉPOUSE"
    assert [p.reference for p in again.pieces] == [p.reference for p in draft.pieces]
    resumed = pipeline.resume(counter.recueil, draft.id)
    assert isinstance(resumed, ComplementDraft)
    assert resumed.reponse == draft.reponse
    with pytest.raises(DraftForeign):
        pipeline.open_complement(colleague(counter.recueil), entry)


def test_a_draft_without_a_first_step_is_begun_anew(counter: Comptoir) -> None:
    entry = counter.asked(**ASKED)
    draft = pipeline.open_complement(counter.recueil, entry)
    counter.recueil.drafts.destroy(draft.id)
    counter.recueil.drafts.create(draft.id)
    assert pipeline.open_complement(counter.recueil, entry).id == draft.id


def test_a_complement_is_sealed_once(counter: Comptoir) -> None:
    entry = counter.asked(**ASKED)
    draft = pipeline.open_complement(counter.recueil, entry)
    counter.add_piece(draft, TypePiece.JUSTIF_NOM_USAGE)
    complement = pipeline.complete_complement(counter.recueil, draft)
    signers, recipient = counter.signers, counter.recipient
    first = pipeline.seal_complement(counter.recueil, complement, signers, recipient)
    pipeline.seal_complement(counter.recueil, complement, signers, recipient)
    (child,) = counter.recueil.outbox.children(entry.id)
    assert child.sha256 == first.sha256
    with pytest.raises(WrongState):
        pipeline.open_complement(counter.recueil, counter.entry(entry.id))


@pytest.mark.parametrize("state", [Scenario.ACCEPTE, Scenario.MUET])
def test_a_dossier_that_awaits_nothing_gets_no_complement(
    counter: Comptoir, state: Scenario
) -> None:
    counter.cert.centre.scenario = state
    package = counter.sealed()
    counter.exchange()
    with pytest.raises(WrongState):
        pipeline.open_complement(counter.recueil, counter.entry(package.id))


def test_the_cert_rejects_what_has_not_come_in_three_months(counter: Comptoir) -> None:
    entry = counter.asked(**ASKED)
    draft = pipeline.open_complement(counter.recueil, entry)
    counter.add_piece(draft, TypePiece.JUSTIF_NOM_USAGE)
    complement = pipeline.complete_complement(counter.recueil, draft)
    assert counter.cert.centre.expire(time.time() + DELAY - 3600) == []
    assert counter.cert.centre.expire(time.time() + DELAY) == [str(entry.id)]
    counter.exchange()
    assert counter.entry(entry.id).state is Etat.REJETE
    with pytest.raises(WrongState):
        pipeline.seal_complement(counter.recueil, complement, counter.signers, counter.recipient)
    assert counter.recueil.outbox.children(entry.id) == []


def other(**changed: Any) -> Any:
    """What a station of ours would not seal: the answer altered behind its checks."""

    def change(draft: ComplementDraft) -> None:
        draft.reponse = draft.reponse.model_copy(update=changed)

    return change


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (other(rang=7), "COMPLEMENT_NON_ATTENDU"),
        (other(sha256="0" * 64), "DOSSIER_INCONNU"),
        (other(numero="75056-01-2026-000009-01"), "IDENTITE_DISCORDANTE"),
    ],
)
def test_the_cert_refuses_an_answer_to_another_question(
    counter: Comptoir, change: Any, code: str
) -> None:
    entry = counter.asked(**ASKED)
    draft = pipeline.open_complement(counter.recueil, entry)
    change(draft)
    counter.add_piece(draft, TypePiece.JUSTIF_NOM_USAGE)
    complement = pipeline.complete_complement(counter.recueil, draft)
    pipeline.seal_complement(counter.recueil, complement, counter.signers, counter.recipient)
    counter.exchange()
    child = counter.entry(draft.id)
    assert (child.state, child.code) == (Etat.REFUSE, code)
    assert counter.entry(entry.id).state is Etat.COMPLEMENT_DEMANDE


def test_after_a_refusal_another_complement_may_be_made_and_the_first_stays(
    counter: Comptoir,
) -> None:
    entry = counter.asked(**ASKED)
    draft = pipeline.open_complement(counter.recueil, entry)
    asked = draft.reponse.attendus.model_copy(update={"pieces": (TypePiece.TITRE_ANCIEN,)})
    draft.reponse = draft.reponse.model_copy(update={"attendus": asked})
    counter.add_piece(draft, TypePiece.TITRE_ANCIEN)
    complement = pipeline.complete_complement(counter.recueil, draft)
    pipeline.seal_complement(counter.recueil, complement, counter.signers, counter.recipient)
    counter.exchange()
    assert counter.entry(draft.id).code == "COMPLEMENT_HORS_DEMANDE"
    with pytest.raises(WrongState):  # the window of before is still open somewhere
        pipeline.seal_complement(counter.recueil, complement, counter.signers, counter.recipient)
    second = counter.answered(counter.entry(entry.id))
    assert second.numero == f"{entry.numero}-C2"
    with pytest.raises(WrongState):  # the first may not go out beside the second
        counter.recueil.outbox.retry(draft.id)
    assert counter.entry(draft.id).state is Etat.REFUSE
    counter.exchange()
    assert counter.entry(entry.id).state is Etat.VALIDE


def test_a_decision_that_may_not_follow_is_journaled_and_the_next_ones_count(
    counter: Comptoir,
) -> None:
    first = counter.sealed()
    counter.exchange()
    counter.cert.centre.decide(str(first.id), Scenario.REJETE)
    counter.cert.centre.decide(str(first.id), Scenario.ACCEPTE)
    counter.exchange()
    assert counter.entry(first.id).state is Etat.REJETE
    assert journaled(counter).count("decision.hors_cycle") == 1
    counter.exchange()
    assert journaled(counter).count("decision.hors_cycle") == 1


def test_every_state_of_the_life_cycle_comes_by_the_feed(counter: Comptoir) -> None:
    package = counter.sealed()
    counter.exchange()
    for issue in (Issue.EN_INSTRUCTION, Issue.VALIDE, Issue.EN_PRODUCTION, Issue.DISPONIBLE):
        counter.cert.centre.advance(str(package.id), issue)
        counter.exchange()
        assert counter.entry(package.id).state.value == issue.value
    decision = pipeline.decision_of(counter.recueil, counter.entry(package.id))
    assert decision is not None
    assert [t.type_titre for t in decision.titres] == ["CNI", "PASSEPORT"]


def test_the_masked_name_is_kept_encrypted_until_its_day(counter: Comptoir) -> None:
    package = counter.sealed()
    entry = counter.entry(package.id)
    assert name_of(counter.recueil, entry) == "S******* É."
    assert entry.titulaire is not None
    assert b"S*" not in entry.titulaire
    with pytest.raises(StorageError):
        name_of(counter.recueil, replace(entry, titulaire=entry.titulaire[:-1]))
    today = datetime.now(UTC).date()
    assert counter.recueil.outbox.forget_names(today + timedelta(days=190)) == 0
    assert counter.recueil.outbox.forget_names(today + timedelta(days=191)) == 1
    assert name_of(counter.recueil, counter.entry(package.id)) == ""


def test_a_name_goes_when_the_dossier_is_closed(counter: Comptoir) -> None:
    package = counter.sealed()
    counter.cert.centre.scenario = Scenario.REJETE
    counter.exchange()
    assert counter.entry(package.id).titulaire is None


_FIRST_VERSION = """
CREATE TABLE package (
  rank INTEGER NOT NULL PRIMARY KEY, id VARCHAR(36) NOT NULL UNIQUE, numero VARCHAR(32) NOT NULL,
  sha256 VARCHAR(64) NOT NULL, size INTEGER NOT NULL, state VARCHAR(24) NOT NULL,
  queued_at VARCHAR(32) NOT NULL, upload VARCHAR(256), tries INTEGER NOT NULL, code VARCHAR(64),
  receipt TEXT, decision TEXT, rang INTEGER, blob BLOB);
CREATE TABLE rang (annee INTEGER NOT NULL PRIMARY KEY, dernier INTEGER NOT NULL);
INSERT INTO package VALUES (1, '00000000-0000-4000-8000-0000000000d0', '75056-01-2026-000001-65',
  '{0}', 3, 'ACCUSE', '2026-03-02T09:30:00+00:00', NULL, 0, NULL, 'r', NULL, NULL, x'616263');
INSERT INTO rang VALUES (2026, 1);
"""


def test_a_queue_of_the_first_version_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(_FIRST_VERSION.replace("{0}", hashlib.sha256(b"abc").hexdigest()))
    with Outbox(path) as outbox:
        (entry,) = outbox.entries()
        assert (entry.nature, entry.parent, entry.since) == (
            Nature.DOSSIER, None, entry.queued_at,
        )  # fmt: skip
        assert outbox.blob(entry.id) == b"abc"
        assert outbox.note(entry.id, state=Etat.VALIDE)
        (entry,) = outbox.entries()
        assert (entry.nature, entry.state) == (Nature.DOSSIER, Etat.VALIDE)
        assert entry.since > entry.queued_at
        assert outbox.next_rang(2026) == 2
    with Outbox(path) as outbox:
        assert outbox.entries() == [entry]


def test_a_queue_of_a_later_station_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(StorageError, match="later station"):
        Outbox(path)


def test_a_refused_package_is_sent_again_for_a_reason_that_is_on_record(
    counter: Comptoir,
) -> None:
    entry = counter.asked(**ASKED)
    examine, counter.cert.centre.examine = counter.cert.centre.examine, refusing
    child = counter.entry(counter.answered(entry).id)
    counter.exchange()
    child = counter.entry(child.id)
    assert (child.state, child.code) == (Etat.REFUSE, "VERSION_INCONNUE")
    counter.cert.centre.examine = examine
    outbox, journal = counter.recueil.outbox, counter.recueil.journal
    with pytest.raises(InvalidField):
        retry(outbox, journal, child, "75056-01", " ")
    with pytest.raises(WrongState):
        retry(outbox, journal, counter.entry(entry.id), "75056-01", "essai")
    retry(outbox, journal, child, "75056-01", "le CERT a été mis à jour")
    assert counter.entry(entry.id).state is Etat.SCELLE
    counter.exchange()
    assert counter.entry(child.id).state is Etat.ACCUSE
    assert counter.entry(entry.id).state is Etat.VALIDE
    assert journaled(counter).count("envoi.repris") == 1


def refusing(_data: bytes, _upload: object) -> Content:
    raise Refused("VERSION_INCONNUE")
