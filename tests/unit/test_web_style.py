"""Contrast of the one style sheet, in both schemes (RGAA 3.2, 3.3; WCAG 2.1 §1.4.3, §1.4.11)."""

from __future__ import annotations

import re
from itertools import product

import pytest

from station.web.static_files import FILES

STYLE = FILES["style.css"].content.decode()
LIGHT = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", STYLE.partition("@media")[0]))
DARK = LIGHT | dict(
    re.findall(
        r"--([\w-]+): (#[0-9a-f]{6});", STYLE.partition("@media")[2].partition("/* --- ground")[0]
    )
)
GROUNDS = ("fond", "carte", "creux", "teinte")
TEXT = [
    *product(("encre", "encre-2", "accent"), GROUNDS),
    *product(("encre", "encre-2"), ("bon-fond", "attention-fond", "grave-fond")),
    *((name, f"{name}-fond") for name in ("bon", "attention", "grave")),
    *product(("bon", "attention", "grave"), ("fond", "carte")),
    *((name, "barre") for name in ("barre-encre", "barre-encre-2", "barre-bon")),
    *((name, "barre") for name in ("barre-attention", "barre-grave")),
    ("sur-accent", "accent"),
    ("sur-accent", "accent-vif"),
]
WIDGETS = [*product(("bord", "focus", "accent", "grave"), ("fond", "carte"))]


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_agrees_with_the_clause() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_is_readable_and_widgets_are_seen(scheme: dict[str, str]) -> None:
    weak = [(a, b) for a, b in TEXT if contrast(scheme[a], scheme[b]) < 4.5]
    weak += [(a, b) for a, b in WIDGETS if contrast(scheme[a], scheme[b]) < 3]
    assert weak == []


def test_the_dark_scheme_has_colours_of_its_own() -> None:
    assert {name for name in LIGHT if DARK[name] == LIGHT[name]} <= {
        name for name in LIGHT if name.startswith("barre-")
    }
