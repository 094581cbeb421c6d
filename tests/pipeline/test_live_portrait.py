"""A portrait taken by itself, over the real stream: the applicant does what he is told, or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from drivers.video_camera import VideoCamera
from simulators.applicant import Pose, acts, filmed
from simulators.camera import CameraSimulator, Mode
from station.bench.acquire import acquire
from station.bench.bench import Bench
from station.capture import Modality
from station.config import DeviceSettings
from station.device import Guidance, Patience, Preview
from station.errors import CaptureCancelled, CaptureTimeout, NoSingleFace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

    from station.capture import Capture
    from station.device import Told

    Image = npt.NDArray[np.uint8]

pytestmark = pytest.mark.usefixtures("model_folder")
SEED = 2
LONG = 90.0  # seconds; a machine under load takes its time

Scene = tuple[tuple[Pose, Guidance], ...]  # what the applicant does, and what he is told then

SCENES: dict[str, Scene] = {
    "comes-nearer": (
        (Pose.FAR, Guidance.NEARER),
        (Pose.ASIDE, Guidance.MOVE_LEFT),
        (Pose.LOW, Guidance.HIGHER),
        (Pose.NEAR, Guidance.FARTHER),
    ),
    "holds-the-head": (
        (Pose.LEANING, Guidance.UPRIGHT),
        (Pose.TURNED, Guidance.STRAIGHT),
        (Pose.NODDING, Guidance.CHIN_UP),
    ),
    "makes-faces": (
        (Pose.EYES_SHUT, Guidance.OPEN_EYES),
        (Pose.MOUTH_OPEN, Guidance.CLOSE_MOUTH),
        (Pose.WINKING, Guidance.OPEN_EYES),
        (Pose.LOOKING_AWAY, Guidance.LOOK),
    ),
    "is-badly-lit": (
        (Pose.DARK, Guidance.MORE_LIGHT),
        (Pose.SIDE_LIT, Guidance.EVEN_LIGHT),
        (Pose.BLURRED, Guidance.SHARPER),
    ),
    "is-not-alone": ((Pose.ABSENT, Guidance.FACE), (Pose.ACCOMPANIED, Guidance.ALONE)),
}


@pytest.fixture(scope="module")
def camera() -> Iterator[CameraSimulator]:
    with CameraSimulator(np.full((720, 1280, 3), 128, np.uint8)) as camera:
        yield camera


@pytest.fixture(scope="module")
def driver(camera: CameraSimulator) -> Iterator[VideoCamera]:
    with VideoCamera(camera.url) as driver:
        yield driver


class Applicant:
    """Plays a scene: does the next thing once told about this one, and sits well in the end."""

    def __init__(self, camera: CameraSimulator, scene: Scene = ()) -> None:
        self.words: list[Guidance] = []
        self.previews: list[Image] = []
        self._camera, self._scene = camera, list(scene)
        for pose, _ in (*scene, (Pose.WELL, None)):
            filmed(SEED, pose)  # before anybody waits for it
        camera.mode = Mode.LIVE
        self._show()

    @property
    def is_done(self) -> bool:
        """Whether each thing was told, in the order of the scene."""
        return not self._scene

    def _show(self) -> None:
        pose = self._scene[0][0] if self._scene else Pose.WELL
        self._camera.play(filmed(SEED, pose))

    def __call__(self, told: Told) -> None:
        if isinstance(told, Preview):
            self.previews.append(told.pixels)
        elif isinstance(told, Guidance):
            self.words.append(told)
            if len(self.words) > 1 and self._scene and told is self._scene[0][1]:
                del self._scene[0]
                self._show()


def stubborn(pose: Pose) -> Scene:
    """An applicant who stays as he is whatever is said."""
    return ((pose, Guidance.PAGE_DONE),)


def picture(pose: Pose = Pose.WELL) -> Image:
    jpeg = np.frombuffer(filmed(SEED, pose)[0], np.uint8)
    return np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), np.uint8)


def apart(kept: Image, shown: Image) -> float:
    return float(cv2.absdiff(kept, shown).mean())


def kept_of(capture: Capture) -> Image:
    (sample,) = capture.samples
    assert capture.modality is Modality.FACE
    return sample.pixels


def until_seen(driver: VideoCamera, shown: Image) -> None:
    """Wait until the stream has come to what the camera shows now."""
    frames = driver.frames((), Patience(LONG))
    assert any(apart(frame.pixels, shown) < 4 for frame in frames)


def taken(driver: VideoCamera, applicant: Applicant, seconds: float = LONG) -> Image:
    return kept_of(acquire(driver, (), Patience(seconds), applicant))


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_each_cause_has_its_instruction_and_the_good_frame_is_kept(
    driver: VideoCamera, camera: CameraSimulator, scene: Scene
) -> None:
    applicant = Applicant(camera, scene)
    until_seen(driver, picture(scene[0][0]))
    kept = taken(driver, applicant)
    assert applicant.is_done
    assert applicant.words[0] is Guidance.LOOK
    assert applicant.words[-1] is Guidance.HOLD
    assert apart(kept, picture()) < 4
    assert all(apart(kept, picture(pose)) > apart(kept, picture()) for pose, _ in scene)


def test_who_sits_well_is_told_nothing_but_to_look_and_hold(
    driver: VideoCamera, camera: CameraSimulator
) -> None:
    applicant = Applicant(camera)
    until_seen(driver, picture())
    kept = taken(driver, applicant)
    assert applicant.words == [Guidance.LOOK, Guidance.HOLD]
    assert apart(kept, picture()) < 4


def test_help_is_drawn_on_the_preview_and_never_on_the_capture(
    driver: VideoCamera, camera: CameraSimulator
) -> None:
    applicant = Applicant(camera)
    until_seen(driver, picture())
    kept = taken(driver, applicant)
    assert applicant.previews
    for preview in applicant.previews:
        rows, columns = preview.shape[:2]
        plain = cv2.resize(picture(), (columns, rows), interpolation=cv2.INTER_AREA)
        drawn = cv2.absdiff(preview, plain).max(axis=2) > 40
        assert max(rows, columns) == 480
        assert 0.002 < drawn.mean() < 0.05
    assert cv2.absdiff(kept, picture()).max() < 40


def test_of_a_face_that_never_conforms_the_best_frame_is_kept(
    driver: VideoCamera, camera: CameraSimulator
) -> None:
    applicant = Applicant(camera, stubborn(Pose.LEANING))
    until_seen(driver, picture(Pose.LEANING))
    kept = taken(driver, applicant, seconds=6)
    assert Guidance.UPRIGHT in applicant.words
    assert Guidance.HOLD not in applicant.words
    assert apart(kept, picture(Pose.LEANING)) < 4


@pytest.mark.parametrize("pose", [Pose.ABSENT, Pose.ACCOMPANIED], ids=str)
def test_without_one_face_alone_there_is_no_portrait(
    driver: VideoCamera, camera: CameraSimulator, pose: Pose
) -> None:
    applicant = Applicant(camera, stubborn(pose))
    until_seen(driver, picture(pose))
    with pytest.raises(NoSingleFace):
        taken(driver, applicant, seconds=2)


def test_a_covered_lens_is_a_time_out_and_no_face_is_blamed(
    driver: VideoCamera, camera: CameraSimulator
) -> None:
    applicant = Applicant(camera)
    camera.mode = Mode.DARK
    until_seen(driver, np.zeros((720, 1280, 3), np.uint8))
    with pytest.raises(CaptureTimeout):
        taken(driver, applicant, seconds=2)
    assert Guidance.MORE_LIGHT in applicant.words
    assert applicant.previews


def test_a_face_that_left_is_never_kept(driver: VideoCamera, camera: CameraSimulator) -> None:
    applicant = Applicant(camera, stubborn(Pose.ABSENT))
    until_seen(driver, picture(Pose.ABSENT))
    camera.play(filmed(SEED, Pose.ABSENT), acts(SEED, (Pose.WELL, 3)))  # too few to be taken
    with pytest.raises(NoSingleFace):
        taken(driver, applicant, seconds=5)


def test_a_capture_is_cancelled_in_the_middle(driver: VideoCamera, camera: CameraSimulator) -> None:
    patience = Patience(LONG)
    applicant = Applicant(camera, stubborn(Pose.LEANING))

    def agent(told: Told) -> None:
        applicant(told)
        if told is Guidance.UPRIGHT:
            patience.cancel.set()

    with pytest.raises(CaptureCancelled):
        acquire(driver, (), patience, agent)


def test_the_station_takes_the_portrait_in_the_process_of_the_camera(
    camera: CameraSimulator, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATION_MODELS", str(model_folder))
    applicant = Applicant(camera, ((Pose.FAR, Guidance.NEARER),))
    settings = {"photo": DeviceSettings(driver="video-camera", port=camera.url)}
    with Bench(settings) as bench:
        job = bench.capture("photo", (), LONG)
        while (told := job.events.get(timeout=LONG)) is not None:
            applicant(told)
        capture = job.result.result(LONG)
    assert Guidance.NEARER in applicant.words
    assert capture.device.driver == "video-camera"
    assert apart(kept_of(capture), picture()) < 4
