"""The hand-over: one live print against the chip, and an outcome that says why."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import cv2
import numpy as np
import pytest

from simulators.camera import CameraSimulator
from simulators.people import Person
from simulators.prints import GRADES, SlapConditions
from simulators.serial_finger import SerialFingerSimulator
from simulators.title_chip.agreement import prove
from simulators.title_chip.defects import Defect, spoilt
from simulators.title_chip.making import Making, title
from simulators.title_chip.title import Kind
from station.capture import ChipStep, Finger, Hand, StepTaken, TitleFile
from station.device import Guidance
from station.pipeline import Issue, Remise, remise
from station.pipeline.remise import RAISONS, Attendu
from station.quality.nfiq2 import installed
from station.title.examination import examine
from tests.recueils import nobody
from tests.titles_read import CHALLENGE, HOLDER, TODAY, made, read, state, store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from station.device import Told
    from station.pipeline import Recueil
    from station.title.examination import Report
    from tests.recueils import Opened

INDEX = Finger.RIGHT_INDEX


@pytest.fixture
def scanner() -> Iterator[SerialFingerSimulator]:
    with SerialFingerSimulator() as scanner:
        yield scanner


@pytest.fixture
def recueil(opened: Opened, scanner: SerialFingerSimulator) -> Recueil:
    return opened("serial-finger", scanner.url)


def report(*files: TitleFile) -> Report:
    return examine(read(made(), *files), CHALLENGE, store(), TODAY)


def expected(**said: object) -> Attendu:
    return replace(Attendu(uuid4(), "XSP000001"), **said)  # type: ignore[arg-type]


def last_line(recueil: Recueil) -> dict[str, object]:
    lines = recueil.settings.journal_path.read_text().splitlines()
    line: dict[str, object] = json.loads(lines[-1])
    assert line["what"] == "remise.controle"
    return line


def test_the_holder_is_recognised(recueil: Recueil, scanner: SerialFingerSimulator) -> None:
    scanner.present(INDEX, HOLDER.print_of(INDEX, attempt=5))
    found = remise(recueil, report(), expected(), nobody)
    assert (found.issue, found.raison) == (Issue.CONCORDANT, "meme_doigt")
    assert found.doigt is INDEX


def test_another_finger_may_be_asked_for(recueil: Recueil, scanner: SerialFingerSimulator) -> None:
    left = Finger.LEFT_INDEX
    scanner.present(left, HOLDER.print_of(left, attempt=5))
    found = remise(recueil, report(), expected(doigt=left), nobody)
    assert (found.issue, found.doigt) == (Issue.CONCORDANT, left)


def test_somebody_else_is_never_concordant(
    recueil: Recueil, scanner: SerialFingerSimulator
) -> None:
    scanner.present(INDEX, Person(4).print_of(INDEX))
    found = remise(recueil, report(), expected(), nobody)
    if installed() is None:
        assert (found.issue, found.raison) == (Issue.NON_EFFECTUE, "non_conclusif")
    else:
        assert (found.issue, found.raison) == (Issue.NON_CONCORDANT, "autre_doigt")


def test_a_scanner_of_hands_serves_too(opened: Opened) -> None:
    bare = np.full((1500, 1600, 3), 250, np.uint8)
    shown = HOLDER.slap(Hand.RIGHT, SlapConditions(tilt=0, phalanges=False), 5)
    picture = np.asarray(cv2.cvtColor(shown.pixels, cv2.COLOR_GRAY2BGR), np.uint8)
    with CameraSimulator(bare) as sensor:
        recueil = opened("platen-camera", f"{sensor.url}?ppi=500&fingers=4")

        def heard(told: Told) -> None:
            if told is Guidance.PLACE:
                sensor.show(picture)
            elif told is Guidance.LIFT:
                sensor.show(bare)

        found = remise(recueil, report(), expected(secondes=40.0), heard)
    assert (found.issue, found.doigt) == (Issue.CONCORDANT, INDEX)


def test_the_whole_glass_of_a_scanner_of_hands_is_searched_for_residue(opened: Opened) -> None:
    bare = np.full((1500, 1600, 3), 250, np.uint8)
    before = Person(80).slap(Hand.RIGHT, SlapConditions(tilt=0, phalanges=False)).pixels
    greasy = SlapConditions(tilt=0, phalanges=False, ghost=0.3, before=before)
    hands = iter([before, HOLDER.slap(Hand.RIGHT, greasy, 5).pixels])
    with CameraSimulator(bare) as sensor:
        recueil = opened("platen-camera", f"{sensor.url}?ppi=500&fingers=4")

        def heard(told: Told) -> None:
            if told is Guidance.PLACE:
                sensor.show(np.asarray(cv2.cvtColor(next(hands), cv2.COLOR_GRAY2BGR), np.uint8))
            elif told is Guidance.LIFT:
                sensor.show(bare)

        found = [remise(recueil, report(), expected(secondes=60.0), heard) for _ in range(2)]
    assert [f.raison == "trace" for f in found] == [False, True]


def test_a_poor_print_is_no_comparison(recueil: Recueil, scanner: SerialFingerSimulator) -> None:
    scanner.present(INDEX, HOLDER.print_of(INDEX, GRADES["pale"], attempt=5))
    found = remise(recueil, report(), expected(), nobody)
    assert found.issue in (Issue.NON_EFFECTUE, Issue.CONCORDANT)
    if found.issue is Issue.NON_EFFECTUE:
        assert found.raison == "qualite"


def test_nobody_at_the_scanner_is_an_outcome(recueil: Recueil) -> None:
    found = remise(recueil, report(), expected(secondes=0.5), nobody)
    assert (found.issue, found.raison) == (Issue.NON_EFFECTUE, "delai")


@pytest.mark.parametrize(
    ("case", "raison"),
    [
        ("closed", "sans_certificat"),
        ("tampered", "puce_non_prouvee"),
        ("unknown", "puce_non_prouvee"),
        ("no-trust", "puce_non_prouvee"),
        ("cloned", "puce_non_prouvee"),
        ("no-zone", "puce_non_prouvee"),
        ("other-finger", "sans_empreinte"),
    ],
)
def test_what_cannot_be_compared_is_not_performed_and_says_why(
    recueil: Recueil, case: str, raison: str
) -> None:
    wanted = expected()
    match case:
        case "closed":
            found = report(*(f for f in TitleFile if f is not TitleFile.DG3))
        case "tampered":
            found = examined(Defect.TAMPERED_FINGERS)
        case "unknown":
            found = examined(Defect.UNKNOWN_SIGNER)
        case "cloned":
            found = cloned()
        case "no-zone":
            found = report(*(f for f in TitleFile if f is not TitleFile.DG1))
        case "no-trust":
            found = examine(read(made()), CHALLENGE, None, TODAY)
        case _:
            found, wanted = report(), expected(doigt=Finger.RIGHT_RING)
    done = remise(recueil, found, wanted, nobody)
    assert (done.issue, done.raison) == (Issue.NON_EFFECTUE, raison)
    assert last_line(recueil)["detail"]["raison"] == raison  # type: ignore[index]


def cloned() -> Report:
    """All files of the title, in a chip without the key of DG15."""
    copy = spoilt(made(), Defect.CLONED_ACTIVE, state())
    signature = prove(copy.keys.active, CHALLENGE, bytes)
    steps = (StepTaken(ChipStep.ACTIVE, done=True, fact=""),)
    reading = replace(read(copy), steps=steps, signature=signature)
    return examine(reading, CHALLENGE, store(), TODAY)


def examined(defect: Defect) -> Report:
    return examine(read(spoilt(made(), defect, state())), CHALLENGE, store(), TODAY)


def test_a_title_without_prints_is_said(recueil: Recueil) -> None:
    bare = title(HOLDER, Kind.NEW_CNI, state(), Making(fingers=()))
    found = examine(read(bare), CHALLENGE, store(), TODAY)
    assert remise(recueil, found, expected(), nobody).raison == "sans_empreinte"


def test_another_title_than_the_dossier_expects_is_not_handed_over(recueil: Recueil) -> None:
    done = remise(recueil, report(), expected(nouveau="XSP999999"), nobody)
    assert (done.issue, done.raison) == (Issue.NON_CONCORDANT, "numero_different")


def test_the_journal_has_numbers_and_reasons_and_no_name(
    recueil: Recueil, scanner: SerialFingerSimulator
) -> None:
    scanner.present(INDEX, HOLDER.print_of(INDEX, attempt=5))
    wanted = expected(nouveau=made().printed.number)
    remise(recueil, report(), wanted, nobody)
    line = last_line(recueil)
    detail = line["detail"]
    assert isinstance(detail, dict)
    assert UUID(str(line["dossier"])) == wanted.dossier
    assert (detail["issue"], detail["doigt"], detail["puce"]) == ("concordant", 2, "verified")
    assert (detail["titre_ancien"], detail["titre_nouveau"]) == (
        "XSP000001",
        made().printed.number,
    )
    assert "SPECIMEN" not in json.dumps(line)


def test_every_reason_has_words() -> None:
    assert all(Remise(Issue.NON_EFFECTUE, raison).phrase for raison in RAISONS)
