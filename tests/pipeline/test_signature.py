"""The signature from a pad, from the strokes to the sealed package."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from simulators.serial_finger import SerialFingerSimulator
from station import pipeline
from station.capture import Provenance
from station.config import Profile
from station.dossier.model import Signataire
from station.errors import DeviceUntrusted, InvalidField
from station.pen import Trace
from station.pipeline import Signed
from station.quality.report import Verdict
from station.records import door
from tests.recueils import begun
from tests.writing import dot, signed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from station.pipeline import Recueil
    from tests.recueils import Opened


@pytest.fixture
def recueil(opened: Opened) -> Iterator[Recueil]:
    with SerialFingerSimulator() as scanner:
        yield opened("serial-finger", scanner.url)


def by(trace: Trace, qui: Signataire = Signataire.TITULAIRE) -> Signed:
    return Signed(qui, trace)


def test_a_signature_enters_the_draft_and_outlives_a_crash(recueil: Recueil) -> None:
    draft = begun(recueil)
    assert pipeline.take_signature(recueil, draft, by(signed())).verdict.accepts
    again = pipeline.resume(recueil, draft.id)
    assert again == draft
    held = again.signatures[Signataire.TITULAIRE]
    assert held.master is not None
    assert door.read(held.master.record).signature == signed()
    assert held.device.driver == "page"


def test_what_is_no_signature_enters_with_a_typed_reason_only(recueil: Recueil) -> None:
    draft = begun(recueil)
    assert pipeline.take_signature(recueil, draft, by(dot())).verdict is Verdict.FAIL
    assert not draft.signatures
    with pytest.raises(InvalidField):
        pipeline.take_signature(recueil, draft, by(dot()), "x" * 501)
    reason = "main paralysée : un point est sa signature"
    pipeline.take_signature(recueil, draft, by(dot()), reason)
    assert [(j.code, j.raison) for j in draft.justifications] == [
        ("SIGNATURE_TITULAIRE_QUALITE", reason)
    ]
    assert pipeline.resume(recueil, draft.id) == draft
    pipeline.take_signature(recueil, draft, by(signed()))
    assert not draft.justifications  # it was for the other one
    assert pipeline.resume(recueil, draft.id) == draft


def test_an_empty_pad_enters_with_no_reason_at_all(recueil: Recueil) -> None:
    draft = begun(recueil)
    report = pipeline.take_signature(recueil, draft, by(Trace(())), "ne sait pas signer")
    assert report.reasons == ("Rien n’a été tracé : faites signer sur la tablette.",)
    assert not draft.signatures


def test_a_simulated_pad_signs_nothing_in_production(recueil: Recueil) -> None:
    draft = begun(recueil)
    pad = Provenance("pad", "SPECIMEN pad", "1", "1.0", simulated=True)
    settings = recueil.settings.model_copy(update={"profile": Profile.PRODUCTION})
    with pytest.raises(DeviceUntrusted):
        pipeline.take_signature(replace(recueil, settings=settings), draft, by(signed()), None, pad)
    assert not draft.signatures
