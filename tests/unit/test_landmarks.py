"""Landmarks by the networks and by the agent, against what the renderer knows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from simulators import faces
from simulators.faces import Params
from station.errors import LandmarksInvalid, ModelInvalid
from station.faces import models
from station.faces.clicks import Clicks
from station.faces.providers import ModelLandmarks, NoLandmarks, loaded, provider

if TYPE_CHECKING:
    from pathlib import Path

    from station.faces.landmarks import Face

PERSON = Params(width=413, height=531, seed=3)
CLICKS = {"left_eye": [140, 260], "right_eye": [270, 260], "chin": [205, 450], "crown": [205, 60]}


def found(folder: Path, params: Params) -> Face:
    (face,) = loaded(folder).find(faces.render(params)) or ()
    return face


def test_the_eyes_and_the_chin_are_where_the_renderer_put_them(model_folder: Path) -> None:
    face, truth = found(model_folder, PERSON), faces.truth(PERSON)
    eye = np.mean([truth["left_eye_outer"], truth["left_eye_inner"]], axis=0)
    assert np.hypot(*(face.left.centre - eye)) < 0.06 * face.ied
    assert np.hypot(*(face.chin - truth["chin"])) < 0.12 * face.t


@pytest.mark.parametrize(("yaw", "pitch", "roll"), [(12, 0, 0), (-12, 0, 0), (0, 10, 0), (0, 0, 9)])
def test_a_turned_head_is_read_within_the_noise_of_the_method(
    model_folder: Path, yaw: float, pitch: float, roll: float
) -> None:
    turned = Params(width=413, height=531, seed=3, yaw=yaw, pitch=pitch, roll=roll)
    pose = found(model_folder, turned).pose
    assert pose is not None
    assert pose.yaw is not None
    assert pose.pitch is not None
    assert abs(pose.yaw - yaw) < 5
    assert abs(pose.pitch - pitch) < 6
    assert abs(pose.roll - roll) < 2


def test_one_closed_eye_is_seen_on_its_side(model_folder: Path) -> None:
    wink = found(model_folder, Params(width=413, height=531, seed=3, eye_l=0.0))
    assert wink.left.opening is not None
    assert wink.right.opening is not None
    assert wink.left.opening < 0.045 * wink.t < 0.065 * wink.t < wink.right.opening


def test_a_large_picture_gives_the_same_points(model_folder: Path) -> None:
    small = faces.render(PERSON)
    large = np.asarray(cv2.resize(small, None, fx=5, fy=5), np.uint8)
    (one,), (other,) = (loaded(model_folder).find(image) or () for image in (small, large))
    assert np.allclose(one.middle, other.middle / 5, atol=1.5)


@pytest.mark.parametrize(("turn", "back"), [(cv2.ROTATE_90_CLOCKWISE, 270), (cv2.ROTATE_180, 180)])
def test_a_photo_on_its_side_is_told_which_way_up(model_folder: Path, turn: int, back: int) -> None:
    lying = np.asarray(cv2.rotate(faces.render(PERSON), turn), np.uint8)
    assert loaded(model_folder).turned(lying) == back


def test_without_models_nobody_tells(tmp_path: Path) -> None:
    nobody = provider(tmp_path)
    assert isinstance(nobody, NoLandmarks)
    assert nobody.find(faces.render(PERSON)) is None


def test_a_changed_model_is_refused_not_ignored(model_folder: Path, tmp_path: Path) -> None:
    for name in models.NETWORKS:
        data = (model_folder / name).read_bytes()
        (tmp_path / name).write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(ModelInvalid, match=models.DETECTOR):
        provider(tmp_path)


def test_networks_are_loaded_once(model_folder: Path) -> None:
    assert isinstance(provider(model_folder), ModelLandmarks)
    assert provider(model_folder) is provider(model_folder)


def test_the_agents_points_make_a_face() -> None:
    (face,) = Clicks.of(json.dumps(CLICKS)).find(faces.render(PERSON))
    assert face.ied == 130
    assert face.t == 190
    assert face.pose is not None
    assert face.pose.yaw is None
    assert face.left.opening is None


@pytest.mark.parametrize(
    "change",
    [{"chin": [205, 100]}, {"left_eye": [300, 260]}, {"crown": [205, 300]}, {"chin": None},
     {"left_eye": [-1, 0]}, {"nose": [1, 1]}],
    ids=str,
)  # fmt: skip
def test_points_that_are_no_face_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(LandmarksInvalid):
        Clicks.of(json.dumps(CLICKS | change))


@pytest.mark.parametrize("said", ["", "[]", "{", '{"left_eye": 1}', "[" * 5000])
def test_clicks_that_are_no_points_are_refused(said: str) -> None:
    with pytest.raises(LandmarksInvalid):
        Clicks.of(said)


def test_points_outside_the_picture_are_refused() -> None:
    points = Clicks.of(json.dumps(CLICKS | {"chin": [205, 900]}))
    with pytest.raises(LandmarksInvalid, match="outside"):
        points.find(faces.render(PERSON))
