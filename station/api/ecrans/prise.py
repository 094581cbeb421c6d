"""What the screens of captures share: a task that ends with the parts of its page, and pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from fastapi import Response

from station.api.errors import NOT_FOUND, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from station.api.rendu import Rendu
    from station.dossier.formulaire import Ecran
    from station.guichet.en_cours import EnCours
    from station.guichet.guichet import Guichet
    from station.pipeline.recueil import Heard

    Travail = Callable[[Heard], str]  # does it; returns what to announce

_QUALITY = 85  # of a JPEG for the agent's eyes


def lancer(
    guichet: Guichet, rendu: Rendu, ici: tuple[EnCours, Ecran], role: str, travail: Travail
) -> dict[str, str]:
    """Begin `travail` on the device of `role`; raises `DeviceBusy`."""
    en_cours, ecran = ici

    def work(heard: Heard) -> dict[str, Any]:
        annonce = travail(heard)
        guichet.acted()
        guichet.nouvelles.tell("usager")
        return {"annonce": annonce, "fragments": rendu.fragments(en_cours, ecran)}

    tache = guichet.taches.start(role, work, dossier=en_cours.draft.id)
    numero = str(en_cours.draft.id)
    guichet.nouvelles.tell("tache", dossier=numero, tache=str(tache.id), role=role)
    return {"tache": str(tache.id)}


def fait(rendu: Rendu, ici: tuple[EnCours, Ecran], annonce: str = "") -> dict[str, Any]:
    """The answer to an act: the parts of the page as they now are, and what to announce."""
    return {"annonce": annonce, "fragments": rendu.fragments(*ici)}


def jpeg(pixels: npt.NDArray[np.uint8] | None, side: int) -> Response:
    """A picture no larger than `side` pixels; raises `Refused` when there is none."""
    if pixels is None:
        raise Refused(NOT_FOUND, "image absente")
    scale = side / max(pixels.shape[:2])
    if scale < 1:
        small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        pixels = np.asarray(small, np.uint8)
    _, data = cv2.imencode(".jpg", pixels, (cv2.IMWRITE_JPEG_QUALITY, _QUALITY))
    return Response(data.tobytes(), media_type="image/jpeg")
