"""A page of A4, printed and scanned, with what can go wrong on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image as Pictures
from PIL import ImageDraw, ImageFont

from simulators.floats import Floats, floats
from simulators.paper import marks
from simulators.paper.glass import sensor
from simulators.paper.params import A4, Kind, PageScan

if TYPE_CHECKING:
    from simulators.paper.params import Image

_PAPER = (248.0, 250.0, 250.0)
_MARGIN = 20.0  # mm
_ROOM = 12.0  # mm of lid around a page
_HEADS = {
    Kind.BILL: ("ENERGIE SPECIMEN", "Facture d'electricite"),
    Kind.BIRTH: ("COMMUNE DE SPECIMEN-SUR-SEINE", "Copie integrale d'acte de naissance"),
    Kind.FORM: ("DEMANDE DE TITRE", "A remplir en majuscules, a l'encre noire"),
}
_WORDS = (
    "votre contrat lieu de livraison montant hors taxes specimen date de naissance le la de du "
    "reference client officier etat civil commune nom prenoms adresse total a payer avant pere "
    "mere declare periode consommation energie kwh signature fait mention marginale registre"
)


def page_scan(how: PageScan) -> Image:
    """The scan of one page, as `how` says."""
    rng = np.random.default_rng([how.seed, 21])
    sheet = np.full((*_pixels(how), 3), _PAPER, np.float32) if how.blank else _sheet(how, rng)
    if how.coffee:
        sheet = marks.ring(sheet, rng, how.dpi, how.coffee)
    if how.blur:
        sheet = floats(cv2.GaussianBlur(sheet, (0, 0), how.blur * how.dpi / marks.MM))
    if how.glare:
        sheet = marks.glare(floats(sheet * 0.93), rng, how.glare)
    image = np.clip(_laid(sheet, how), 0, 255).astype(np.uint8)
    sensor(image, how.noise, rng)
    return np.ascontiguousarray(np.rot90(image, -how.turned))


def _pixels(how: PageScan) -> tuple[int, int]:
    width, height = (round(side * how.dpi / marks.MM) for side in A4)
    return height, width


def _sheet(how: PageScan, rng: np.random.Generator) -> Floats:
    """The page as it left the printer."""
    height, width = _pixels(how)
    canvas = Pictures.new("L", (width, height), 255)
    draw = ImageDraw.Draw(canvas)
    scale = how.dpi / marks.MM
    head, title = _HEADS[how.kind]
    _say(draw, (_MARGIN, 18), head, 5.5, scale)
    _say(draw, (_MARGIN, 42), title, 4.2, scale)
    _say(draw, (110, 60), "SPECIMEN ALEX", 3.4, scale)
    _say(draw, (110, 66), f"{int(rng.integers(1, 90))} RUE DU SPECIMEN", 3.4, scale)
    _say(draw, (110, 72), "75999 SPECIMEN-SUR-SEINE", 3.4, scale)
    for top, text in _paragraphs(rng):
        _say(draw, (_MARGIN, top), text, 3.2, scale)
    if how.kind is Kind.FORM:
        _boxes(draw, scale)
    grey = np.asarray(canvas, np.float32)[..., None] / 255
    sheet = floats(_PAPER) * grey + how.ink * (1 - grey)
    if how.kind is Kind.BILL:
        sheet[: round(12 * scale)] *= floats((0.85, 0.55, 0.25))  # the colour of the company
    if how.code is not None:
        _place(sheet, how.code, scale)
    return floats(sheet)


def _say(
    draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: float, scale: float
) -> None:
    """Text of `size` mm at `at` mm."""
    font = ImageFont.load_default(max(4.0, size * scale))
    draw.text((at[0] * scale, at[1] * scale), text, font=font, fill=0)


def _paragraphs(rng: np.random.Generator) -> list[tuple[float, str]]:
    """Lines of text with their place from the top, mm."""
    lines, top = [], 90.0
    while top < 262:
        for _ in range(int(rng.integers(2, 6))):
            words = rng.choice(_WORDS.split(), int(rng.integers(9, 14)))
            lines.append((top, " ".join(map(str, words)).capitalize()[:92]))
            top += 5.2
        top += 5.0
    return lines


def _boxes(draw: ImageDraw.ImageDraw, scale: float) -> None:
    """Combs for capital letters, as forms have them."""
    line = max(1, round(0.25 * scale))
    for top in (88, 140, 192, 244):
        box = [v * scale for v in (_MARGIN, top, 190, top + 8)]
        draw.rectangle(box, outline=90, width=line)
        for x in range(27, 190, 7):
            draw.line([x * scale, top * scale, x * scale, (top + 8) * scale], 150, line)


def _place(sheet: Floats, code: Image, scale: float) -> None:
    """`code` at 24 mm, where a bill has it."""
    side = round(24 * scale)
    small = cv2.resize(code, (side, side), interpolation=cv2.INTER_AREA)
    top, left = round(52 * scale), round(_MARGIN * scale)
    sheet[top : top + side, left : left + side] = small if small.ndim == 3 else small[..., None]


def _laid(sheet: Floats, how: PageScan) -> Floats:
    """The page turned and shifted on the glass; around it the lid."""
    height, width = sheet.shape[:2]
    scale = how.dpi / marks.MM
    if not (how.skew or how.cut) and how.bed is None:
        return sheet
    room = 0 if how.bed is None else round(_ROOM * scale)
    ground = _PAPER if how.bed is None else (float(how.bed),) * 3
    turn = cv2.getRotationMatrix2D((width / 2 - 0.5, height / 2 - 0.5), -how.skew, 1)
    turn = floats(turn)
    turn[:, 2] += floats((room - how.cut * scale, room))
    size = (width + 2 * room, height + 2 * room)
    return floats(cv2.warpAffine(sheet, turn, size, borderValue=ground))
