"""Names as they are compared: without accents, case, hyphens or apostrophes, "St" as "Saint"."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"})
_WORDS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_SLASHED = re.compile(r"\b(s|ss)/")  # "Châlons s/Marne"
_FULL = {"s": "sur ", "ss": "sous "}
ARTICLES = frozenset(("le", "la", "les", "l", "aux", "las", "los"))  # of the COG, variable TNCC


def fold(text: str) -> str:
    """The words of `text` in a-z and 0-9, one space between; our own rule, the same twice over."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c)).translate(_LETTERS)
    plain = _SLASHED.sub(lambda found: _FULL[found[1]], plain)
    return " ".join(map(_word, re.findall(r"[a-z]+|[0-9]+[a-z]*", plain)))


def without_article(key: str) -> str:
    """A folded name without the article it begins with."""
    first, _, rest = key.partition(" ")
    return rest if rest and first in ARTICLES else key


def endings(key: str) -> tuple[str, ...]:
    """A folded name from each of its words on: "saint denis" and "denis"."""
    words = key.split(" ")
    return tuple(dict.fromkeys(" ".join(words[n:]) for n in range(len(words))))


def _word(word: str) -> str:
    if word[0].isdigit():
        return word.lstrip("0") or "0"
    return _WORDS.get(word, word)
