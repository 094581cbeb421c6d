"""Names as a zone spells them, compared with names as the civil register does.

ICAO Doc 9303-3, section 6, table A, where one letter may have several spellings; hyphens, spaces
and apostrophes do not count, because states leave them out or fill them as they please.
"""

from __future__ import annotations

import unicodedata

_SPELLINGS = {
    "Ä": ("AE", "A"), "Å": ("AA", "A"), "Æ": ("AE",), "Ð": ("D",), "Ñ": ("N", "NXX"),
    "Ö": ("OE", "O"), "Ø": ("OE",), "Ü": ("UE", "U", "UXX"), "Þ": ("TH",), "Đ": ("D",),
    "Ħ": ("H",), "Ĳ": ("IJ",), "ĸ": ("K",), "Ł": ("L",), "Ŋ": ("N",), "Œ": ("OE",),
    "Ŧ": ("T",), "ẞ": ("SS",),
}  # fmt: skip
_SILENT = " -'’\u02bc‑.,"


def spell(name: str) -> str:
    """`name` as a zone has it, in the first spelling of the table; `<` between its parts."""
    out = []
    for char in unicodedata.normalize("NFC", name).upper():
        if char in " -‑":
            out.append("<")
        else:
            out.append("" if char in _SILENT else _spellings(char)[0])
    return "<".join(part for part in "".join(out).split("<") if part)


def spells(zone: str, name: str, *, cut: bool = False) -> bool:
    """Whether `zone` is a spelling of `name`; with `cut`, of the beginning of it.

    All spellings are followed at once, so the time is that of one.
    """
    seen = "".join(c for c in zone if c.isalpha())
    reached = {0}
    for char in unicodedata.normalize("NFC", name).upper():
        if char in _SILENT:
            continue
        if cut and any(_begins(seen[at:], char) for at in reached):
            return bool(seen)
        reached = {
            at + len(form)
            for at in reached
            for form in _spellings(char)
            if seen.startswith(form, at)
        }
        if not reached:
            return False
    return len(seen) in reached


def _begins(rest: str, char: str) -> bool:
    """Whether the zone ends before or within the spelling of `char`."""
    return any(len(rest) < len(form) and form.startswith(rest) for form in _spellings(char))


def _spellings(char: str) -> tuple[str, ...]:
    """How a zone may write one letter; a letter of no table stands for itself."""
    if char in _SPELLINGS:
        return _SPELLINGS[char]
    bare = unicodedata.normalize("NFD", char)[0]
    return _SPELLINGS.get(bare, (bare,))
