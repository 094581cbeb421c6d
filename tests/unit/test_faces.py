from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from simulators.faces import Glasses, HairCut, Occlusion, Params, person, render, truth

if TYPE_CHECKING:
    import numpy.typing as npt

    Image = npt.NDArray[np.uint8]

SMALL = Params(width=140, height=180)


def test_the_same_parameters_give_the_same_picture() -> None:
    first = render(replace(SMALL, seed=3))
    render.cache_clear()
    again = render(replace(SMALL, seed=3))
    assert again is not first
    assert np.array_equal(again, first)


def test_two_people_do_not_look_alike() -> None:
    first, second = (truth(person(seed, 140, 180)) for seed in (1, 2))
    assert any(distance(first[name], second[name]) > 0.5 for name in first)


@pytest.mark.parametrize("size", [(140, 180), (256, 144)])
def test_a_portrait_has_the_size_asked_for_and_the_face_in_the_middle(
    size: tuple[int, int],
) -> None:
    asked = replace(SMALL, width=size[0], height=size[1])
    assert render(asked).shape == (size[1], size[0], 3)
    marks = truth(asked)
    assert middle(marks, "eye_inner")[0] == pytest.approx(size[0] / 2, abs=0.5)
    assert marks["chin"][1] == pytest.approx(0.87 * size[1], abs=2)


@pytest.mark.parametrize(("yaw", "pitch", "roll"), [(0, 0, 0), (20, 0, 0), (0, -10, 0), (0, 0, 15)])
def test_every_landmark_lies_in_the_picture(yaw: float, pitch: float, roll: float) -> None:
    marks = truth(replace(SMALL, yaw=yaw, pitch=pitch, roll=roll))
    assert len(marks) == 23
    assert all(0 <= x < 140 and 0 <= y < 180 for x, y in marks.values())


def test_pupils_are_darker_than_cheeks_where_the_landmarks_say() -> None:
    picture, marks = render(SMALL), truth(SMALL)
    for side in ("left", "right"):
        x, y = eye(marks, side)
        cheek = brightness(picture, x, y + 25)
        assert brightness(picture, x, y) < 0.6 * cheek


def test_a_roll_turns_the_line_of_the_eyes_clockwise() -> None:
    marks = truth(replace(SMALL, roll=10))
    (x1, y1), (x2, y2) = eye(marks, "left"), eye(marks, "right")
    assert np.degrees(np.arctan2(y2 - y1, x2 - x1)) == pytest.approx(10, abs=0.5)


def test_a_turned_head_points_its_nose_to_the_right_of_the_picture() -> None:
    straight, turned = (truth(replace(SMALL, yaw=yaw))["nose_tip"][0] for yaw in (0, 20))
    assert turned > straight + 5


def test_a_closed_eye_shows_no_eyeball() -> None:
    wink = replace(SMALL, eye_l=0.0)
    x, y = eye(truth(wink), "left")
    assert gap(truth(wink), "left") == pytest.approx(0, abs=0.01)
    assert gap(truth(SMALL), "left") > 3
    assert darkest(render(wink), x, y - 3) > darkest(render(SMALL), x, y - 3) + 30


def test_an_open_mouth_is_dark_between_the_lips() -> None:
    marks = truth(replace(SMALL, mouth=0.8))
    (x, top), (_, bottom) = marks["lip_inner_top"], marks["lip_inner_bottom"]
    assert bottom > top + 5
    y = (top + 3 * bottom) / 4
    assert brightness(render(replace(SMALL, mouth=0.8)), x, y) < 0.7 * brightness(
        render(SMALL), x, y
    )


def test_a_larger_head_has_its_eyes_further_apart() -> None:
    near, far = (truth(replace(SMALL, head_ratio=ratio)) for ratio in (0.8, 0.4))
    assert apart(near) == pytest.approx(2 * apart(far), rel=0.01)


def test_a_side_light_leaves_one_cheek_in_the_shade() -> None:
    picture = render(replace(SMALL, light_az=60, ambient=0.3))
    x, y = truth(SMALL)["nose_tip"]
    assert brightness(picture, x + 20, y) > 1.15 * brightness(picture, x - 20, y)


def test_exposure_and_skin_move_the_brightness() -> None:
    x, y = truth(SMALL)["nose_tip"]
    usual = brightness(render(SMALL), x, y)
    assert brightness(render(replace(SMALL, exposure=0.2)), x, y) < 0.6 * usual
    assert brightness(render(replace(SMALL, skin=(48, 66, 98))), x, y) < 0.7 * usual


def test_a_blurred_picture_has_weaker_edges() -> None:
    def edges(params: Params) -> float:
        return float(np.abs(np.diff(render(params).astype(float), axis=1)).mean())

    assert edges(replace(SMALL, blur=3)) < 0.65 * edges(SMALL)
    assert edges(replace(SMALL, motion=9)) < 0.7 * edges(SMALL)


def test_what_is_worn_or_held_hides_what_it_covers() -> None:
    marks, bare = truth(SMALL), render(SMALL)
    dark = render(replace(SMALL, glasses=Glasses.DARK))
    mask = render(replace(SMALL, occlusion=Occlusion.MASK))
    eye_x, eye_y = eye(marks, "right")
    lips = marks["lip_inner_top"]
    assert brightness(dark, eye_x + 4, eye_y) < 0.5 * brightness(bare, eye_x + 4, eye_y)
    assert brightness(mask, *lips) > brightness(bare, *lips) + 40


def test_the_wall_is_plain_unless_something_spoils_it() -> None:
    def spread(params: Params) -> float:
        return float(render(params)[:40, :25].mean(axis=2).std())

    assert spread(SMALL) < 3
    assert spread(replace(SMALL, bg_pattern=0.5)) > 20


@pytest.mark.parametrize("age", [5, 40])
def test_a_bald_head_begins_at_the_crown_and_is_as_high_as_asked(age: float) -> None:
    asked = Params(width=300, height=386, haircut=HairCut.NONE, age=age, bg=(255, 80, 80))
    marks = truth(asked)
    ground = render(asked)[2, 2].astype(int)
    differs = np.abs(render(asked)[:, 150].astype(int) - ground).max(axis=1) > 60
    assert np.flatnonzero(differs)[0] == pytest.approx(marks["crown"][1], abs=2)
    assert marks["chin"][1] - marks["crown"][1] == pytest.approx(0.74 * 386, rel=0.002)


def test_the_face_of_a_child_is_short_and_its_eyes_are_large() -> None:
    adult, child = (truth(replace(SMALL, age=age)) for age in (40, 5))

    def below_the_eyes(marks: dict[str, tuple[float, float]]) -> float:
        return (marks["chin"][1] - eye(marks, "left")[1]) / (marks["chin"][1] - marks["crown"][1])

    assert below_the_eyes(child) < below_the_eyes(adult) - 0.03
    assert gap(child, "left") > gap(adult, "left")


def test_the_chin_throws_its_shadow_on_the_neck() -> None:
    asked = Params(width=300, height=386, light_el=35, ambient=0.4)
    picture, (x, y) = render(asked), truth(asked)["chin"]
    assert brightness(picture, x, y + 6) < 0.85 * brightness(picture, x, y - 20)


def test_a_beard_darkens_the_chin_and_not_the_forehead() -> None:
    bare, bearded = render(SMALL), render(replace(SMALL, beard=1.0))
    (x, chin), (_, crown) = truth(SMALL)["chin"], truth(SMALL)["crown"]
    assert brightness(bearded, x, chin - 8) < 0.8 * brightness(bare, x, chin - 8)
    forehead = crown + 50
    assert brightness(bearded, x, forehead) == pytest.approx(brightness(bare, x, forehead), abs=3)


def test_no_bright_speck_lies_on_the_outline_of_the_chin() -> None:
    dark = Params(width=300, height=386, skin=(48, 66, 98))
    marks = truth(dark)
    rows = np.s_[round(marks["nose_tip"][1]) : round(marks["chin"][1]) + 4]
    grey = cv2.cvtColor(render(dark)[rows, 90:210], cv2.COLOR_BGR2GRAY)
    assert (grey.astype(int) - cv2.medianBlur(grey, 7)).max() < 40


def brightness(picture: Image, x: float, y: float) -> float:
    return float(patch(picture, x, y).mean())


def darkest(picture: Image, x: float, y: float) -> float:
    return float(patch(picture, x, y).mean(axis=2).min())


def patch(picture: Image, x: float, y: float) -> Image:
    row, column = round(y), round(x)
    return picture[row - 1 : row + 2, column - 1 : column + 2]


def middle(marks: dict[str, tuple[float, float]], name: str) -> tuple[float, float]:
    (x1, y1), (x2, y2) = marks[f"left_{name}"], marks[f"right_{name}"]
    return (x1 + x2) / 2, (y1 + y2) / 2


def eye(marks: dict[str, tuple[float, float]], side: str) -> tuple[float, float]:
    (x1, y1), (x2, y2) = marks[f"{side}_eye_outer"], marks[f"{side}_eye_inner"]
    return (x1 + x2) / 2, (y1 + y2) / 2


def gap(marks: dict[str, tuple[float, float]], side: str) -> float:
    return marks[f"{side}_lid_bottom_1"][1] - marks[f"{side}_lid_top_1"][1]


def apart(marks: dict[str, tuple[float, float]]) -> float:
    return distance(eye(marks, "left"), eye(marks, "right"))


def distance(a: tuple[float, float], b: tuple[float, float]) -> float:
    return float(np.hypot(a[0] - b[0], a[1] - b[1]))
