"""The portrait at the counter over HTTP: scanned, refused, replaced, kept, asked about."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest

from simulators.escl.mishaps import Mishap
from station.guichet.accord import CONFORME
from tests.web.agents import begin, task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx

    from simulators.lab import Laboratory

    Spoil = Callable[[np.ndarray], np.ndarray]


class Screen:
    """The screen of one dossier, as its page calls the station."""

    def __init__(self, client: httpx.Client) -> None:
        self.client, self.dossier = client, begin(client)
        self.base = f"/api/dossiers/{self.dossier}"

    def take(self) -> dict[str, Any]:
        return task(self.client, self.client.post(f"{self.base}/photo/prise"))

    def put(self, what: str, raison: str) -> httpx.Response:
        return self.client.put(f"{self.base}/photo/{what}", json={"raison": raison})

    def kept(self) -> str:
        """What is said of a photograph that the dossier took: its page counts the questions."""
        (asked,) = re.findall(r">(\d+\u00a0questions?)<", self.page())
        return f"Photo gardée : {asked} à regarder."

    def page(self) -> str:
        return self.client.get(f"/dossiers/{self.dossier}/photo").text

    def image(self) -> httpx.Response:
        return self.client.get(f"{self.base}/portrait.jpg")


@pytest.fixture
def screen(agent: httpx.Client, model_folder: object) -> Screen:
    assert model_folder
    return Screen(agent)


@pytest.fixture
def laid(laboratory: Laboratory) -> Iterator[Callable[[Spoil | None], None]]:
    """Lays the photograph on the glass, spoilt as asked; at the end as it was."""
    good = laboratory.pages.glass
    assert good is not None

    def lay(spoil: Spoil | None) -> None:
        pixels = good.pixels if spoil is None else np.asarray(spoil(good.pixels), np.uint8)
        laboratory.pages.glass = replace(good, pixels=pixels)

    yield lay
    laboratory.pages.glass = good


def test_a_good_print_is_kept_and_its_questions_are_answered(screen: Screen) -> None:
    assert screen.image().status_code == 404
    assert screen.take()["annonce"] == screen.kept()
    picture = screen.image()
    assert picture.headers["Content-Type"] == "image/jpeg"
    assert picture.headers["Cache-Control"] == "no-store"
    code = "TAILLE_VISAGE_ESTIMEE"
    assert code in screen.page()
    assert screen.put(f"questions/{code}", "").status_code == 200
    assert "répondu" in screen.page()
    assert CONFORME not in screen.page()
    assert screen.put(f"questions/{code}", "Repères vérifiés à la règle.").status_code == 200
    assert "Repères vérifiés à la règle." in screen.page()
    assert screen.put("questions/FOND_BLANC", "").json()["code"] == "DOS-002"


def test_no_seal_while_a_question_is_open_and_one_act_answers_them_all(screen: Screen) -> None:
    screen.take()
    check = screen.client.get(f"/dossiers/{screen.dossier}/verification").text
    assert 'data-constat="VISAGE_TETE_COUVERTE"' in check
    assert f"/dossiers/{screen.dossier}/photo#regle-TETE_COUVERTE" in check
    assert 'id="regle-TETE_COUVERTE"' in screen.page()
    assert "Tout est conforme" in screen.page()
    said = screen.client.put(f"{screen.base}/photo/questions").json()
    assert "Questions répondues" in said["annonce"]
    assert "Tout est conforme" not in screen.page()
    there = f"{screen.base}/justifications/VISAGE_TETE_COUVERTE"
    check = screen.client.get(f"/dossiers/{screen.dossier}/verification").text
    assert check.count(CONFORME) == screen.page().count("– répondu") > 0
    assert screen.client.put(there, json={"raison": ""}).is_success  # taken back: open again
    assert "Tout est conforme" in screen.page()


def test_a_refused_photograph_is_kept_with_a_reason_or_replaced(
    screen: Screen, laid: Callable[[Spoil | None], None]
) -> None:
    laid(lambda good: cv2.GaussianBlur(good, (0, 0), 12))
    said = screen.take()
    assert str(said["annonce"]).startswith("Photo refusée.")
    assert "pas encore gardée" in screen.page()
    assert screen.image().status_code == 200
    assert screen.put("garde", "").json()["code"] == "DOS-002"
    assert screen.put("garde", "Seule photo possible, personne alitée.").status_code == 200
    assert "Seule photo possible, personne alitée." in screen.page()
    laid(None)
    assert screen.take()["annonce"] == screen.kept()
    assert "personne alitée" not in screen.page()
    laid(lambda good: cv2.GaussianBlur(good, (0, 0), 12))
    screen.take()
    before = screen.image().content
    screen.client.delete(f"{screen.base}/photo/attente")
    assert screen.image().content != before
    assert "gardée dans le dossier" in screen.page()


def test_an_empty_glass_is_no_photograph(
    screen: Screen, laid: Callable[[Spoil | None], None]
) -> None:
    laid(lambda good: np.full_like(good, 240))
    assert "Aucune photo trouvée" in str(screen.take()["annonce"])
    assert screen.image().status_code == 404


def test_a_fault_of_the_scanner_leaves_the_dossier(screen: Screen, laboratory: Laboratory) -> None:
    laboratory.pages.mishaps.arm(Mishap.COVER_OPEN)
    said = screen.take()
    laboratory.pages.clear()
    assert str(said["code"]).startswith("DEV-")
    assert screen.take()["annonce"] == screen.kept()
