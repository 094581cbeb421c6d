"""A portrait from the camera into the draft: coded once, its master beside, after a crash too."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from simulators.camera import CameraSimulator
from simulators.cert.records import check_face, check_master
from simulators.people import Person
from station import pipeline
from station.capture import PortraitSource
from station.config import PHOTO
from station.errors import AttemptsSpent, InvalidField
from station.quality.report import Verdict
from station.records.describe import describe
from station.records.edition import Edition
from tests.recueils import at_work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from station.pipeline import Recueil


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Callable[..., Recueil]]:
    """A station at work on one camera before which somebody sits, settings as given."""
    with ExitStack() as stack:
        camera = stack.enter_context(CameraSimulator(Person(7).portrait(1280, 720)))

        opened = at_work(stack, tmp_path)
        yield partial(opened, "video-camera", camera.url, PHOTO)


@pytest.mark.parametrize("edition", Edition)
def test_a_portrait_is_kept_in_the_edition_of_the_settings_with_its_master(
    station: Callable[..., Recueil], tmp_path: Path, model_folder: Path, edition: Edition
) -> None:
    recueil = station(records=edition, models=model_folder)
    draft = pipeline.open_draft(recueil, PortraitSource.CAMERA_DR)
    report = pipeline.take_visage(recueil, draft, lambda _: None)
    again = pipeline.resume(recueil, draft.id)
    assert report.verdict is not Verdict.FAIL
    assert draft.visage is not None
    assert again.visage == draft.visage
    check_face(draft.visage.record)
    assert describe(draft.visage.record)["format"] == f"ISO/IEC {edition.replace(':', '-5:')}"
    assert draft.visage.master is not None
    check_master(draft.visage.master.record)
    pixels = np.frombuffer(draft.visage.master.record, np.uint8)
    master = cv2.imdecode(pixels, cv2.IMREAD_COLOR)
    assert master is not None
    assert master.shape == (720, 1280, 3)
    on_disk = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    assert draft.visage.master.record[100:200] not in on_disk


def test_a_portrait_nobody_could_judge_enters_with_the_agents_reason_only(
    station: Callable[..., Recueil], tmp_path: Path
) -> None:
    recueil = station(models=tmp_path / "none")
    draft = pipeline.open_draft(recueil, PortraitSource.CAMERA_DR)
    with pipeline.Portraits(recueil, draft) as portraits:
        with pytest.raises(AttemptsSpent):
            portraits.accept("vue et vérifiée au guichet")
        assert portraits.take(lambda _: None).verdict is Verdict.NOT_ASSESSED
        with pytest.raises(InvalidField):
            portraits.accept("")
        assert pipeline.resume(recueil, draft.id).visage is None
        portraits.accept("vue et vérifiée au guichet")
    again = pipeline.resume(recueil, draft.id)
    assert again.visage == draft.visage is not None
    assert [j.code for j in again.justifications] == ["VISAGE_QUALITE"]


def test_a_portrait_taken_again_has_its_own_reason_only(
    station: Callable[..., Recueil], tmp_path: Path
) -> None:
    recueil = station(models=tmp_path / "none")
    draft = pipeline.open_draft(recueil, PortraitSource.CAMERA_DR)
    with pipeline.Portraits(recueil, draft) as portraits:
        for raison in ("vue au guichet", "vue une seconde fois"):
            portraits.take(lambda _: None)
            portraits.accept(raison)
    assert [j.raison for j in draft.justifications] == ["vue une seconde fois"]
    assert pipeline.resume(recueil, draft.id) == draft
