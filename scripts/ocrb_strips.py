"""Draw the glyphs of a machine-readable zone from an OCR-B font, as strips kept here.

    python scripts/ocrb_strips.py /usr/share/fonts/opentype/ocr-b/OCRB.otf

The font is that of Norbert Schwarz and Matthew Skala (Debian: fonts-ocr-b), which may be used,
modified and distributed without limitation. A strip holds 37 cells, A to Z, 0 to 9 and `<`, black
on white, each as wide as the pitch of a line and as high as 1.5 times that.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

GLYPHS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
ROOT = Path(__file__).parents[1]
STRIPS = {"station/codes/mrz/ocrb.png": 48, "simulators/ocrb.png": 60}  # pixels of pitch
_EM = 1000


def strip(font_file: str, pitch: int) -> Image.Image:
    """One strip; the font is scaled so that it advances by the pitch."""
    advance = ImageFont.truetype(font_file, _EM).getlength("A")
    font = ImageFont.truetype(font_file, _EM * pitch / advance)
    height = pitch * 3 // 2
    image = Image.new("L", (pitch * len(GLYPHS), height), 255)
    draw = ImageDraw.Draw(image)
    for rank, glyph in enumerate(GLYPHS):
        draw.text((rank * pitch + pitch / 2, height * 0.82), glyph, 0, font, anchor="ms")
    return image


for name, pixels in STRIPS.items():
    strip(sys.argv[1], pixels).save(ROOT / name, optimize=True)
