from __future__ import annotations

from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest

from simulators.applicant import Pose, acts, filmed, seated
from simulators.camera import CameraSimulator, Mode
from simulators.faces import truth
from simulators.faces.negatives import Negative, negative

if TYPE_CHECKING:
    import numpy.typing as npt


def test_a_film_is_made_once_and_its_frames_differ_by_noise_alone() -> None:
    film = filmed(1)
    first, second = (decoded(jpeg) for jpeg in film[:2])
    assert filmed(1) is film
    assert first.shape == (720, 1280, 3)
    assert 0 < np.abs(first.astype(int) - second.astype(int)).mean() < 6


def test_an_applicant_who_sits_well_has_the_face_in_the_middle_of_the_frame() -> None:
    marks = truth(seated(1))
    between = (marks["left_eye_inner"][0] + marks["right_eye_inner"][0]) / 2
    assert 600 < between < 680
    assert 0.55 < (marks["chin"][1] - marks["crown"][1]) / 720 < 0.65


def test_the_acts_follow_one_another_and_the_last_one_stays() -> None:
    with CameraSimulator(np.full((720, 1280, 3), 9, np.uint8)) as camera:
        camera.play(filmed(1), acts(1, (Pose.ABSENT, 2), (Pose.EYES_SHUT, 1)))
        seen = frames_of(camera, 6)
    films = (filmed(1, Pose.ABSENT), filmed(1, Pose.EYES_SHUT), filmed(1))
    assert [next(i for i, film in enumerate(films) if jpeg in film) for jpeg in seen] == [
        0, 0, 1, 2, 2, 2,
    ]  # fmt: skip


def test_a_covered_lens_hides_the_play() -> None:
    with CameraSimulator(np.full((720, 1280, 3), 9, np.uint8)) as camera:
        camera.play(filmed(1))
        camera.mode = Mode.DARK
        (jpeg,) = frames_of(camera, 1)
    assert decoded(jpeg).mean() < 12


@pytest.mark.parametrize("kind", Negative)
def test_a_negative_is_the_same_for_the_same_seed(kind: Negative) -> None:
    first, again, other = (negative(kind, seed, 140, 180) for seed in (1, 1, 2))
    assert first.shape == (180, 140, 3)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def decoded(jpeg: bytes) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def frames_of(camera: CameraSimulator, count: int) -> list[bytes]:
    """What comes over the line, as JPEGs."""
    address = urlsplit(camera.url)
    connection = HTTPConnection(address.netloc, timeout=10)
    connection.request("GET", address.path)
    stream = connection.getresponse()
    jpegs: list[bytes] = []
    while len(jpegs) < count:
        line = stream.readline(200)
        if line.lower().startswith(b"content-length"):
            stream.readline(10)
            jpegs.append(stream.read(int(line.split(b":")[1])))
    stream.close()
    connection.close()
    return jpegs
