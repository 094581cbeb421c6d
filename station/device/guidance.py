"""What the applicant is told during a capture, and shown: words, previews, progress."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@unique
class Guidance(StrEnum):
    """What the applicant should do now. Guidance is not failure."""

    PLACE = "place"
    HOLD = "hold"
    LIFT = "lift"
    PRESS = "press"
    LIGHTER = "lighter"
    CENTRE = "centre"
    MOISTEN = "moisten"
    WIPE = "wipe"
    CLEAN = "clean"
    OTHER_HAND = "other-hand"
    SPREAD = "spread"
    UP = "up"
    DOWN = "down"
    LEFT = "left"
    RIGHT = "right"
    FLAT = "flat"
    NOT_A_FINGER = "not-a-finger"
    LOOK = "look"
    SHOW_CODE = "show-code"
    READY_SOON = "ready-soon"
    SCANNING = "scanning"
    PAGE_DONE = "page-done"
    PLACE_TITLE = "place-title"
    HOLD_TITLE = "hold-title"
    FACE = "face"
    ALONE = "alone"
    NEARER = "nearer"
    FARTHER = "farther"
    MOVE_LEFT = "move-left"
    MOVE_RIGHT = "move-right"
    HIGHER = "higher"
    LOWER = "lower"
    UPRIGHT = "upright"
    STRAIGHT = "straight"
    CHIN_UP = "chin-up"
    CHIN_DOWN = "chin-down"
    OPEN_EYES = "open-eyes"
    CLOSE_MOUTH = "close-mouth"
    MORE_LIGHT = "more-light"
    LESS_LIGHT = "less-light"
    EVEN_LIGHT = "even-light"
    SHARPER = "sharper"

    @property
    def consigne(self) -> str:
        """The instruction as the agent reads it out."""
        return _CONSIGNES[self]

    @property
    def consigne_main(self) -> str:
        """The same, for the fingers of a whole hand."""
        return _CONSIGNES_MAIN.get(self, _CONSIGNES[self])


_CONSIGNES = {
    Guidance.PLACE: "Posez le doigt sur la vitre.",
    Guidance.HOLD: "Ne bougez plus.",
    Guidance.LIFT: "Levez le doigt.",
    Guidance.PRESS: "Appuyez un peu plus.",
    Guidance.LIGHTER: "Appuyez moins fort.",
    Guidance.CENTRE: "Placez le doigt au milieu de la vitre.",
    Guidance.MOISTEN: "Doigt trop sec : humidifiez légèrement, puis reposez le doigt.",
    Guidance.WIPE: "Doigt humide : essuyez le doigt et la vitre.",
    Guidance.CLEAN: "Nettoyez la vitre.",
    Guidance.OTHER_HAND: "Présentez l’autre main.",
    Guidance.SPREAD: "Écartez un peu les doigts.",
    Guidance.LOOK: "Regardez l’objectif.",
    Guidance.SHOW_CODE: "Présentez le code, ou le titre, au lecteur.",
    Guidance.UP: "Avancez le doigt vers le haut de la vitre.",
    Guidance.DOWN: "Reculez le doigt vers le bas de la vitre.",
    Guidance.LEFT: "Déplacez le doigt vers la gauche.",
    Guidance.RIGHT: "Déplacez le doigt vers la droite.",
    Guidance.FLAT: "Posez le doigt bien à plat.",
    Guidance.READY_SOON: "Le scanner se prépare, patientez un instant.",
    Guidance.SCANNING: "Numérisation en cours : ne touchez pas au document.",
    Guidance.PAGE_DONE: "Page reçue.",
    Guidance.PLACE_TITLE: "Posez le titre sur le lecteur.",
    Guidance.HOLD_TITLE: "Lecture de la puce : ne bougez plus le titre.",
    Guidance.FACE: "Placez-vous face à l’objectif.",
    Guidance.ALONE: "Une seule personne doit être visible.",
    Guidance.NEARER: "Avancez un peu.",
    Guidance.FARTHER: "Reculez un peu.",
    Guidance.MOVE_LEFT: "Déplacez-vous un peu vers votre gauche.",
    Guidance.MOVE_RIGHT: "Déplacez-vous un peu vers votre droite.",
    Guidance.HIGHER: "Placez-vous un peu plus haut.",
    Guidance.LOWER: "Placez-vous un peu plus bas.",
    Guidance.UPRIGHT: "Tenez-vous droit.",
    Guidance.STRAIGHT: "Tournez le visage vers l’objectif.",
    Guidance.CHIN_UP: "Levez un peu le menton.",
    Guidance.CHIN_DOWN: "Baissez un peu le menton.",
    Guidance.OPEN_EYES: "Ouvrez les yeux.",
    Guidance.CLOSE_MOUTH: "Fermez la bouche.",
    Guidance.MORE_LIGHT: "Image trop sombre : ajoutez de la lumière.",
    Guidance.LESS_LIGHT: "Image trop claire : réduisez la lumière.",
    Guidance.EVEN_LIGHT: "Éclairez le visage de face : un côté est dans l’ombre.",
    Guidance.SHARPER: "Image floue : ne bougez plus.",
    Guidance.NOT_A_FINGER: "Ceci ne ressemble pas à une empreinte : reposez le doigt.",
}

_CONSIGNES_MAIN = {
    Guidance.PLACE: "Posez les doigts de la main sur la vitre.",
    Guidance.LIFT: "Levez la main.",
    Guidance.CENTRE: "Placez la main au milieu de la vitre.",
    Guidance.MOISTEN: "Doigts trop secs : humidifiez-les légèrement, puis reposez la main.",
    Guidance.WIPE: "Doigts humides : essuyez les doigts et la vitre.",
    Guidance.UP: "Avancez la main vers le haut de la vitre.",
    Guidance.DOWN: "Reculez la main vers le bas de la vitre.",
    Guidance.LEFT: "Déplacez la main vers la gauche.",
    Guidance.RIGHT: "Déplacez la main vers la droite.",
    Guidance.FLAT: "Posez les doigts bien à plat.",
    Guidance.NOT_A_FINGER: "Ceci ne ressemble pas à une main : reposez les doigts.",
}


@dataclass(frozen=True, eq=False, slots=True)
class Preview:
    """A small picture of what the sensor sees; shaped as `Sample.pixels`, never kept.

    `at` is when the sensor saw it, seconds since the epoch: the processes share no other clock.
    """

    pixels: npt.NDArray[np.uint8] = field(repr=False)
    at: float = field(default_factory=time.time)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a scan or a reading is: page or data group under way, its share come, 0 to 100."""

    page: int
    percent: int


Told = Guidance | Preview | Progress
Guide = Callable[[Told], None]
