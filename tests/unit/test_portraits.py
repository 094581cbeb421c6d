"""Portraits judged: what conforms passes, what does not is told, and no face is never a pass."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from simulators import faces
from simulators.faces import Cause, Params, random_conforming, with_cause
from simulators.faces.params import SKINS
from simulators.people import Person
from station.capture import Finger, PortraitSource, Sample
from station.errors import ConfigError, NotAnImage
from station.faces.assessment import Assessment, Request, assess
from station.faces.clicks import Clicks
from station.faces.providers import NoLandmarks, loaded
from station.quality.report import Verdict
from tests import quality_pictures as pictures

if TYPE_CHECKING:
    from pathlib import Path

    from station.faces.landmarks import Pixels

SCAN = PortraitSource.PHOTO_PAPIER_SCAN
PERSON = 3


def judged(folder: Path, pixels: Pixels, **asked: object) -> Assessment:
    request = Request(**{"landmarks": loaded(folder), "source": SCAN} | asked)  # type: ignore[arg-type]
    return assess(Sample(pixels.copy(), None), request)


def spoken(found: Assessment) -> dict[str, Verdict]:
    return {f.rule.code: f.verdict for f in found.report.findings if f.verdict > Verdict.QUESTION}


def asked(found: Assessment) -> set[str]:
    return {f.rule.code for f in found.report.questions}


@pytest.mark.parametrize("seed", [1, 2, PERSON])
def test_a_conforming_portrait_passes_and_one_question_is_left(
    model_folder: Path, seed: int
) -> None:
    found = judged(model_folder, faces.render(random_conforming(seed)))
    assert found.report.verdict is Verdict.PASS, spoken(found)
    assert "TETE_COUVERTE" in asked(found)


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        (Cause.TOO_FAR, "TAILLE_VISAGE_ESTIMEE"),
        (Cause.OFF_CENTRE, "CENTRAGE"),
        (Cause.YAW, "TETE_TOURNEE"),
        (Cause.ROLL, "TETE_PENCHEE"),
        (Cause.EYES_CLOSED, "OEIL_GAUCHE_FERME"),
        (Cause.MOUTH_OPEN, "BOUCHE_OUVERTE"),
        (Cause.FACE_BESIDE, "PLUSIEURS_VISAGES"),
        (Cause.DEFOCUS, "FLOU"),
        (Cause.COMPRESSION, "COMPRESSION"),
        (Cause.UNDEREXPOSED, "SOUS_EXPOSITION"),
        (Cause.OVEREXPOSED, "SUREXPOSITION"),
        (Cause.FACE_SHADOW, "ECLAIRAGE_INEGAL"),
        (Cause.COLOUR_CAST, "DOMINANTE"),
        (Cause.BLACK_AND_WHITE, "NOIR_ET_BLANC"),
        (Cause.WHITE_GROUND, "FOND_BLANC"),
        (Cause.DARK_GROUND, "FOND_SOMBRE"),
        (Cause.VIVID_GROUND, "FOND_COLORE"),
        (Cause.PATTERNED_GROUND, "FOND_NON_UNI"),
        (Cause.RED_EYES, "YEUX_ROUGES"),
        (Cause.NOISE, "GRAIN"),
    ],
)
def test_what_is_wrong_is_told_by_its_rule(model_folder: Path, cause: Cause, code: str) -> None:
    found = judged(model_folder, faces.render(with_cause(PERSON, cause)))
    assert code in spoken(found)


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        (Cause.TINTED_GLASSES, "VERRES_SOMBRES"),
        (Cause.THICK_FRAME, "LUNETTES"),
        (Cause.REFLECTIONS, "REFLET"),
        (Cause.FRINGE, "CHEVEUX_DEVANT"),
        (Cause.SHADOW_ON_GROUND, "OMBRE_FOND"),
        (Cause.GAZE, "REGARD"),
    ],
)
def test_what_cannot_be_told_for_sure_is_asked_with_its_place(
    model_folder: Path, cause: Cause, code: str
) -> None:
    found = judged(model_folder, faces.render(with_cause(PERSON, cause)))
    assert code in asked(found)
    where = {f.rule.code: f.measure.region for f in found.report.questions}
    assert code == "OMBRE_FOND" or where[code] is not None


@pytest.mark.parametrize("cause", [Cause.DARK_GLASSES, Cause.MASK, Cause.HAND])
def test_a_hidden_face_is_refused(model_folder: Path, cause: Cause) -> None:
    found = judged(model_folder, faces.render(with_cause(PERSON, cause)))
    refused = {code for code, verdict in spoken(found).items() if verdict is Verdict.FAIL}
    assert refused & {"VERRES_SOMBRES", "VISAGE_MASQUE", "BOUCHE_CACHEE"}


def test_no_verdict_depends_on_the_skin(model_folder: Path) -> None:
    said = []
    for skin in SKINS:
        found = judged(model_folder, faces.render(Params(width=472, height=607, skin=skin, seed=4)))
        said.append({f.rule.code: f.verdict.name for f in found.report.findings})
    assert len(SKINS) == 10
    assert [verdicts for verdicts in said if verdicts != said[0]] == []


def _landscape() -> Pixels:
    rng = np.random.default_rng(1)
    image = np.zeros((600, 800, 3), np.uint8)
    image[:300], image[300:] = (220, 170, 90), (60, 140, 70)
    cv2.circle(image, (600, 120), 60, (120, 230, 250), -1)
    return np.clip(image + rng.normal(0, 6, image.shape), 0, 255).astype(np.uint8)


def _fingerprint() -> Pixels:
    grey = Person(5).print_of(Finger.RIGHT_INDEX)
    return np.repeat(grey[..., None], 3, axis=2)


def _noise() -> Pixels:
    return np.random.default_rng(1).integers(0, 256, (400, 400, 3)).astype(np.uint8)


@pytest.mark.parametrize(
    "picture", [_landscape, _fingerprint, _noise, lambda: np.full((300, 300, 3), 200, np.uint8)]
)
def test_a_picture_without_a_face_is_refused_by_name(model_folder: Path, picture: object) -> None:
    found = judged(model_folder, picture())  # type: ignore[operator]
    assert found.report.verdict is Verdict.FAIL
    assert spoken(found)["AUCUN_VISAGE"] is Verdict.FAIL
    assert asked(found) == set()


def test_a_drawing_is_never_a_pass(model_folder: Path) -> None:
    found = judged(model_folder, pictures.portrait())
    assert found.report.verdict is Verdict.FAIL


@pytest.mark.parametrize("turn", [cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180])
def test_a_photo_that_lies_on_its_side_is_told_so(model_folder: Path, turn: int) -> None:
    lying = np.asarray(cv2.rotate(faces.render(random_conforming(PERSON)), turn), np.uint8)
    assert "PHOTO_COUCHEE" in spoken(judged(model_folder, lying))


def test_without_landmarks_nothing_about_the_face_passes() -> None:
    image = faces.render(random_conforming(PERSON))
    found = assess(Sample(image.copy(), None), Request(landmarks=NoLandmarks(), source=SCAN))
    assert found.report.verdict is Verdict.NOT_ASSESSED
    by_code = {f.rule.code: f.verdict for f in found.report.findings}
    for code in ("AUCUN_VISAGE", "TETE_TOURNEE", "OEIL_GAUCHE_FERME", "FLOU", "VERRES_SOMBRES"):
        assert by_code[code] is Verdict.NOT_ASSESSED, code


def test_the_agents_points_judge_what_they_can() -> None:
    params = random_conforming(PERSON)
    truth = faces.truth(params)
    eyes = {
        f"{side}_eye": np.mean([truth[f"{side}_eye_outer"], truth[f"{side}_eye_inner"]], 0).tolist()
        for side in ("left", "right")
    }
    points = {**eyes, "chin": truth["chin"], "crown": truth["crown"]}
    clicks = Clicks.of(json.dumps(points))
    found = assess(
        Sample(faces.render(params).copy(), None), Request(landmarks=clicks, source=SCAN)
    )
    by_code = {f.rule.code: f.verdict for f in found.report.findings}
    height = found.report.value("face.height")
    assert height is not None
    assert abs(height - params.head_ratio * 45) < 0.5
    assert by_code["TAILLE_VISAGE"] is by_code["CENTRAGE"] is Verdict.PASS
    assert by_code["TETE_TOURNEE"] is by_code["BOUCHE_OUVERTE"] is Verdict.NOT_ASSESSED


def test_an_exemption_tells_instead_of_refusing(model_folder: Path) -> None:
    image = faces.render(with_cause(PERSON, Cause.EYES_CLOSED))
    found = judged(model_folder, image, exemption="handicap")
    assert spoken(found)["OEIL_GAUCHE_FERME"] is Verdict.WARN
    with pytest.raises(ConfigError, match="nourrisson"):
        judged(model_folder, image, exemption="unknown")


def test_a_camera_is_judged_by_the_room_around_the_face(model_folder: Path) -> None:
    wide = Params(width=960, height=720, head_ratio=0.6, seed=5)
    roomy = judged(model_folder, faces.render(wide), source=None)
    assert roomy.source is PortraitSource.CAMERA_DR
    assert "CADRAGE" not in spoken(roomy)
    near = Params(width=960, height=720, head_ratio=0.95, seed=5)
    assert "CADRAGE" in spoken(judged(model_folder, faces.render(near), source=None))


def test_a_large_picture_gives_the_same_verdicts_and_places(model_folder: Path) -> None:
    small = faces.render(random_conforming(PERSON))
    large = np.asarray(cv2.resize(small, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC), np.uint8)
    one, other = judged(model_folder, small), judged(model_folder, large)
    assert spoken(other) == spoken(one) == {}
    assert one.face is not None
    assert other.face is not None
    assert np.allclose(one.face.middle, other.face.middle / 3, atol=2)


@pytest.mark.parametrize("shape", [(1, 1, 3), (500, 400), (13_000, 100, 3)])
def test_what_is_no_portrait_is_an_error(shape: tuple[int, ...]) -> None:
    with pytest.raises(NotAnImage):
        assess(Sample(np.zeros(shape, np.uint8), None), Request(landmarks=NoLandmarks()))
