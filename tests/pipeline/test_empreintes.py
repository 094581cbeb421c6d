"""Prints into a draft: best of three, reasons, hands of which only two fingers survive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from simulators import platen, sheets
from simulators.camera import CameraSimulator
from simulators.cert.records import check_finger
from simulators.people import Person
from simulators.platen import Laid
from simulators.prints import GRADES, SlapConditions
from simulators.serial_finger import SerialFingerSimulator
from simulators.zfm_module import ZfmModuleSimulator
from station import pipeline
from station.capture import FOUR, Finger, Hand, PortraitSource
from station.device import Guidance
from station.dossier.model import MotifExemption
from station.errors import (
    AttemptsSpent,
    DeviceUntrusted,
    IncompleteDossier,
)
from station.fingers.comparison import likeness, signature
from station.quality.finger import merit
from station.records import door, wsq_coding
from station.records.edition import Edition
from station.rules.acquisition import acquisition
from tests.recueils import begun, nobody

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from station.dossier.draft import Draft
    from station.pipeline import Recueil, Taken
    from station.quality.report import QualityReport
    from tests.recueils import Opened


INDEX = Finger.RIGHT_INDEX


@pytest.fixture
def scanner() -> Iterator[SerialFingerSimulator]:
    with SerialFingerSimulator() as scanner:
        yield scanner


def only(taken: Taken) -> QualityReport:
    ((_, report),) = taken.reports
    return report


def codes(taken: Taken) -> list[str]:
    return [found.code for found in taken.findings]


@pytest.mark.parametrize("edition", Edition)
def test_a_print_is_kept_in_the_edition_of_the_settings(
    opened: Opened, scanner: SerialFingerSimulator, edition: Edition
) -> None:
    recueil = opened("serial-finger", scanner.url, records=edition)
    draft = begun(recueil)
    scanner.present(INDEX, Person(4).print_of(INDEX))
    with pipeline.Attempts.of_finger(recueil, draft, INDEX) as attempts:
        attempts.take(nobody)
    kept = draft.empreintes[INDEX]
    assert door.read(kept.record).format == f"ISO/IEC {edition.replace(':', '-4:')}"
    assert check_finger(kept.record) == INDEX


def test_the_best_of_three_is_kept(opened: Opened, scanner: SerialFingerSimulator) -> None:
    recueil = opened("serial-finger", scanner.url)
    draft = begun(recueil)
    merits = []
    with pipeline.Attempts.of_finger(recueil, draft, INDEX) as attempts:
        for grade in ("humide", "bon", "pale"):
            scanner.present(INDEX, Person(1).print_of(INDEX, GRADES[grade]))
            merits.append(merit(only(attempts.take(nobody))))
        with pytest.raises(AttemptsSpent):
            attempts.take(nobody)
    assert max(merits) == merits[1]
    kept = {m.name: m.value for m in draft.empreintes[INDEX].quality}
    assert kept["finger.attempts"] == 2
    assert (kept.get("finger.nfiq2") or kept["finger.indice"]) == merits[1][1]
    again = pipeline.resume(recueil, draft.id)
    assert again.empreintes[INDEX].sha256 == draft.empreintes[INDEX].sha256


def test_the_same_finger_under_another_name_waits_for_the_agent(
    opened: Opened, scanner: SerialFingerSimulator
) -> None:
    recueil = opened("serial-finger", scanner.url)
    draft = begun(recueil)
    scanner.present(INDEX, Person(1).print_of(INDEX))
    with pipeline.Attempts.of_finger(recueil, draft, INDEX) as attempts:
        assert not codes(attempts.take(nobody))
    left = Finger.LEFT_INDEX
    scanner.present(left, Person(1).print_of(INDEX, None, 2))
    with pipeline.Attempts.of_finger(recueil, draft, left) as attempts:
        taken = attempts.take(nobody)
        assert codes(taken) == ["DOIGT_DEJA_SAISI"]
        assert only(taken).verdict.accepts
        assert set(draft.empreintes) == {INDEX}
        attempts.accept("doigts comparés par l’agent")
    assert set(draft.empreintes) == {INDEX, left}
    (reason,) = pipeline.resume(recueil, draft.id).justifications
    assert reason.code == "EMPREINTE_07_DOIGT_DEJA_SAISI"


def test_another_finger_at_the_second_attempt_is_noticed(
    opened: Opened, scanner: SerialFingerSimulator
) -> None:
    recueil = opened("serial-finger", scanner.url)
    draft = begun(recueil)
    with pipeline.Attempts.of_finger(recueil, draft, INDEX) as attempts:
        found = []
        for print_ in (
            Person(1).print_of(INDEX),
            Person(1).print_of(INDEX, None, 2),
            Person(1).print_of(Finger.RIGHT_MIDDLE),
        ):
            scanner.present(INDEX, print_)
            found.append(codes(attempts.take(nobody)))
    assert found == [[], [], ["DOIGT_CHANGE"]]
    assert not draft.justifications


def test_what_the_applicant_before_left_on_the_glass_is_no_print(
    opened: Opened, scanner: SerialFingerSimulator
) -> None:
    recueil = opened("serial-finger", scanner.url)
    first = Person(1).print_of(INDEX)
    scanner.present(INDEX, first)
    with pipeline.Attempts.of_finger(recueil, begun(recueil), INDEX) as attempts:
        attempts.take(nobody)
    grease = 0.2 * (252.0 - first)
    second = np.clip(Person(2).print_of(INDEX) - grease, 0, 255).astype(np.uint8)
    draft = begun(recueil)
    scanner.present(INDEX, second)
    with pipeline.Attempts.of_finger(recueil, draft, INDEX) as attempts:
        taken = attempts.take(nobody)
        assert codes(taken) == ["RESIDU"]
        assert not taken.reports
        scanner.present(INDEX, Person(2).print_of(INDEX, None, 2))
        assert not codes(attempts.take(nobody))
    assert INDEX in draft.empreintes


def test_a_finger_passed_over_gives_its_place_to_the_next(
    opened: Opened, scanner: SerialFingerSimulator
) -> None:
    recueil = opened("serial-finger", scanner.url)
    draft = begun(recueil)
    assert pipeline.slots(draft).doigts == (INDEX, Finger.LEFT_INDEX)
    pipeline.pass_over(recueil, draft, INDEX, MotifExemption.BLESSURE_TEMPORAIRE)
    assert pipeline.slots(draft).doigts == (Finger.RIGHT_MIDDLE, Finger.LEFT_INDEX)
    assert pipeline.resume(recueil, draft.id).exemptions == draft.exemptions


def test_no_finger_is_asked_for_before_the_applicant_is_known(
    opened: Opened, scanner: SerialFingerSimulator
) -> None:
    recueil = opened("serial-finger", scanner.url)
    draft = pipeline.open_draft(recueil, PortraitSource.CAMERA_DR)
    with pytest.raises(IncompleteDossier):
        pipeline.slots(draft)


def test_a_module_of_four_bits_serves_no_dossier(
    opened: Opened,
) -> None:
    with ZfmModuleSimulator() as module:
        module.present(Person(1).print_of(INDEX))
        recueil = opened("zfm-module", module.url)
        draft = begun(recueil)
        with (
            pipeline.Attempts.of_finger(recueil, draft, INDEX) as attempts,
            pytest.raises(DeviceUntrusted),
        ):
            attempts.take(nobody)
    assert not draft.empreintes


def hand_on(
    sensor: CameraSimulator, shown: np.ndarray, bare: np.ndarray
) -> Callable[[object], None]:
    """Lays the hand down when the station asks for it, and takes it away when told."""

    def heard(told: object) -> None:
        if told is Guidance.PLACE:
            sensor.show(shown)
        elif told is Guidance.LIFT:
            sensor.show(bare)

    return heard


def test_of_a_hand_only_the_wanted_finger_reaches_dossier_disk_and_journal(
    opened: Opened,
) -> None:
    bare = np.full((1500, 1600, 3), 250, np.uint8)
    shown = Person(2).slap(Hand.RIGHT, SlapConditions(tilt=0, phalanges=False))
    picture = np.asarray(cv2.cvtColor(shown.pixels, cv2.COLOR_GRAY2BGR), np.uint8)
    with CameraSimulator(bare) as sensor:
        recueil = opened("platen-camera", f"{sensor.url}?ppi=500&fingers=4")
        draft = begun(recueil)
        with pipeline.Attempts.of_hand(recueil, draft, Hand.RIGHT) as attempts:
            taken = attempts.take(hand_on(sensor, picture, bare), seconds=40)
    assert_only_the_index_is_kept(recueil, draft, taken, seed=2)


def assert_only_the_index_is_kept(recueil: Recueil, draft: Draft, taken: Taken, seed: int) -> None:
    """In the draft, on the disk and in the journal."""
    assert [finger for finger, _ in taken.reports] == [INDEX]
    assert set(draft.empreintes) == {INDEX}
    (image,) = door.read(draft.empreintes[INDEX].record).fingers
    kept = wsq_coding.decode(image.data)
    prints = [Person(seed).print_of(finger) for finger in FOUR[Hand.RIGHT]]
    found = likeness(signature(kept), [signature(p) for p in prints])
    limit = acquisition().comparaison.poc
    assert [score.score > limit for score in found] == [True, False, False, False]
    steps = recueil.drafts.read(draft.id).steps
    evidence = [step for step in steps if step.name == "empreinte"]
    assert len(evidence) == 1
    sizes = sum(len(step.payload) for step in steps)
    on_disk = sum(f.stat().st_size for f in recueil.settings.data.rglob("*") if f.is_file())
    assert sizes < 40_000, "one WSQ image of one finger, not a slap of 2.4 MB"
    assert on_disk < 400_000


def shown_as_four(pixels: np.ndarray) -> Laid:
    """A picture that the scanner takes for the four fingers of a right hand, whatever it shows."""
    return Laid(np.asarray(pixels[:1500, :1600], np.uint8), frozenset(FOUR[Hand.RIGHT]))


def test_of_a_slap_of_the_serial_scanner_only_the_wanted_finger_is_kept(
    opened: Opened, scanner: SerialFingerSimulator
) -> None:
    scanner.lay(Hand.RIGHT, platen.hand(Person(2).slap(Hand.RIGHT, SlapConditions(tilt=0))))
    recueil = opened("serial-finger", scanner.url)
    draft = begun(recueil)
    with pipeline.Attempts.of_hand(recueil, draft, Hand.RIGHT) as attempts:
        taken = attempts.take(nobody)
    assert_only_the_index_is_kept(recueil, draft, taken, seed=2)


def test_a_slap_without_a_declared_finger_gives_the_next_one(
    opened: Opened, scanner: SerialFingerSimulator
) -> None:
    how = SlapConditions(tilt=0, missing=frozenset({INDEX}))
    scanner.lay(Hand.RIGHT, platen.hand(Person(2).slap(Hand.RIGHT, how)))
    recueil = opened("serial-finger", scanner.url)
    draft = begun(recueil)
    pipeline.pass_over(recueil, draft, INDEX, MotifExemption.BLESSURE_TEMPORAIRE)
    with pipeline.Attempts.of_hand(recueil, draft, Hand.RIGHT) as attempts:
        taken = attempts.take(nobody)
    assert [finger for finger, _ in taken.reports] == [Finger.RIGHT_MIDDLE]
    assert set(draft.empreintes) == {Finger.RIGHT_MIDDLE}


def two_hands() -> np.ndarray:
    """Both hands of one person, pushed together on one glass."""
    how = SlapConditions(tilt=0, spread=0.5, phalanges=False)
    both = []
    for hand in (Hand.LEFT, Hand.RIGHT):
        slap = Person(1).slap(hand, how)
        edges = [side for f in slap.truth for side in (f.cx - f.width / 2, f.cx + f.width / 2)]
        both.append(slap.pixels[:, int(min(edges)) - 20 : int(max(edges)) + 20])
    return np.asarray(cv2.resize(np.hstack(both), (1600, 1500), interpolation=cv2.INTER_AREA))


def grey(picture: np.ndarray) -> np.ndarray:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY))


@pytest.mark.parametrize(
    ("picture", "code"),
    [
        pytest.param(lambda: grey(Person(1).portrait(1600, 1500)), "PAS_UNE_MAIN", id="a face"),
        pytest.param(lambda: grey(sheets.page("ACTE", (), 200)), "PAS_UNE_MAIN", id="a page"),
        pytest.param(two_hands, "DEUX_MAINS", id="two hands"),
        pytest.param(
            lambda: Person(2).slap(Hand.LEFT, SlapConditions(tilt=0)).pixels,
            "MAUVAISE_MAIN",
            id="the other hand",
        ),
    ],
)
def test_what_is_no_hand_is_refused_by_name_even_if_the_scanner_takes_it(
    opened: Opened,
    scanner: SerialFingerSimulator,
    picture: Callable[[], np.ndarray],
    code: str,
) -> None:
    scanner.lay(Hand.RIGHT, shown_as_four(picture()))
    recueil = opened("serial-finger", scanner.url)
    draft = begun(recueil)
    with pipeline.Attempts.of_hand(recueil, draft, Hand.RIGHT) as attempts:
        taken = attempts.take(nobody)
    assert codes(taken) == [code]
    assert not taken.reports
    assert not draft.empreintes
