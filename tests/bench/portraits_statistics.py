"""`python -m tests.bench.portraits_statistics`: what each rule of a portrait sees, and imagines.

For each cause the share of synthetic portraits in which one of its rules speaks (refuses, warns or
asks), beside how often the same rules speak of the same people without it. No limit was tuned on
these people. Rendering takes a second or two each, once: the pictures stay in the folder.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 - typer reads it
from typing import Annotated

import cv2
import typer
from rich.console import Console
from rich.table import Table

from simulators.faces import Cause
from station.capture import PortraitSource, Sample
from station.faces.assessment import Request, assess
from station.faces.providers import provider
from station.quality.report import Verdict
from tests.bench.portraits import FOLDER, conforming, picture, spoilt

RULES: dict[Cause, tuple[str, ...]] = {
    Cause.TOO_NEAR: ("TAILLE_VISAGE_ESTIMEE",),
    Cause.TOO_FAR: ("TAILLE_VISAGE_ESTIMEE",),
    Cause.OFF_CENTRE: ("CENTRAGE",),
    Cause.YAW: ("TETE_TOURNEE",),
    Cause.PITCH: ("TETE_INCLINEE",),
    Cause.ROLL: ("TETE_PENCHEE",),
    Cause.EYES_CLOSED: ("OEIL_GAUCHE_FERME", "OEIL_DROIT_FERME"),
    Cause.ONE_EYE_CLOSED: ("OEIL_GAUCHE_FERME", "OEIL_DROIT_FERME"),
    Cause.GAZE: ("REGARD",),
    Cause.MOUTH_OPEN: ("BOUCHE_OUVERTE",),
    Cause.SMILE: ("BOUCHE_OUVERTE", "EXPRESSION"),
    Cause.FACE_BESIDE: ("PLUSIEURS_VISAGES",),
    Cause.FACE_BEHIND: ("PLUSIEURS_VISAGES",),
    Cause.DEFOCUS: ("FLOU",),
    Cause.MOTION: ("FLOU",),
    Cause.NOISE: ("GRAIN",),
    Cause.COMPRESSION: ("COMPRESSION",),
    Cause.OVEREXPOSED: ("SUREXPOSITION",),
    Cause.UNDEREXPOSED: ("SOUS_EXPOSITION",),
    Cause.SIDE_LIGHT: ("ECLAIRAGE_INEGAL", "OMBRE_VISAGE"),
    Cause.FACE_SHADOW: ("ECLAIRAGE_INEGAL", "OMBRE_VISAGE"),
    Cause.COLOUR_CAST: ("DOMINANTE",),
    Cause.BLACK_AND_WHITE: ("NOIR_ET_BLANC",),
    Cause.WHITE_GROUND: ("FOND_BLANC",),
    Cause.DARK_GROUND: ("FOND_SOMBRE",),
    Cause.VIVID_GROUND: ("FOND_COLORE",),
    Cause.PATTERNED_GROUND: ("FOND_NON_UNI",),
    Cause.SLOPING_GROUND: ("FOND_NON_UNI",),
    Cause.SHADOW_ON_GROUND: ("FOND_NON_UNI", "OMBRE_FOND"),
    Cause.DARK_GLASSES: ("VERRES_SOMBRES",),
    Cause.TINTED_GLASSES: ("VERRES_SOMBRES",),
    Cause.THICK_FRAME: ("LUNETTES",),
    Cause.FRAME_OVER_EYES: ("LUNETTES", "YEUX_CACHES"),
    Cause.REFLECTIONS: ("REFLET",),
    Cause.MASK: ("AUCUN_VISAGE", "VISAGE_MASQUE", "BOUCHE_CACHEE", "BAS_DU_VISAGE"),
    Cause.HAND: ("BOUCHE_CACHEE", "BAS_DU_VISAGE"),
    Cause.FRINGE: ("CHEVEUX_DEVANT", "YEUX_CACHES"),
    Cause.RED_EYES: ("YEUX_ROUGES",),
    Cause.HAT: ("TETE_COUVERTE",),
    Cause.HEADBAND: ("TETE_COUVERTE",),
    Cause.SCARF: ("TETE_COUVERTE",),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What the rules said of one portrait, by code."""

    verdicts: dict[str, Verdict]

    def speaks(self, codes: tuple[str, ...]) -> bool:
        """Whether one of `codes` is no pass."""
        return any(self.verdicts.get(code, Verdict.PASS) is not Verdict.PASS for code in codes)

    def refuses(self, codes: tuple[str, ...]) -> bool:
        """Whether one of `codes` refuses."""
        return any(self.verdicts.get(code) is Verdict.FAIL for code in codes)


def main(
    people: Annotated[int, typer.Option(help="Portraits with, and as many without.")] = 100,
    folder: Annotated[Path, typer.Option(help="Where the pictures are kept.")] = FOLDER,
) -> None:
    """Render what is missing, judge, print."""
    cv2.setNumThreads(1)
    plain = [_said(n, None, folder) for n in range(people)]
    table = Table(title=f"{people} synthetic portraits with each cause, and the same without")
    for column in ("cause", "rules", "seen", "refused", "false alarms"):
        table.add_column(column)
    for cause, codes in RULES.items():
        with_it = [_said(n, cause, folder) for n in range(people)]
        shares = (
            sum(s.speaks(codes) for s in with_it) / people,
            sum(s.refuses(codes) for s in with_it) / people,
            sum(s.speaks(codes) for s in plain) / people,
        )
        table.add_row(cause.value, ", ".join(codes), *(f"{share:.1%}" for share in shares))
    Console(width=120).print(table)
    refused = Counter(c for s in plain for c, v in s.verdicts.items() if v is Verdict.FAIL)
    Console().print(f"conforming portraits refused, by rule: {dict(refused) or 'none'}")


def _said(number: int, cause: Cause | None, folder: Path) -> Said:
    params = conforming(number) if cause is None else spoilt(number, cause)
    sample = Sample(picture(params, folder), None)
    request = Request(landmarks=provider(), source=PortraitSource.PHOTO_PAPIER_SCAN)
    return Said({f.rule.code: f.verdict for f in assess(sample, request).report.findings})


if __name__ == "__main__":
    typer.run(main)
