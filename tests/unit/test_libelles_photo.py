"""Every rule of the portrait has its words on the screen, and no word is of a rule that is gone."""

from __future__ import annotations

from station.api.ecrans.libelles_photo import LIBELLES
from station.quality.policy import rules


def test_every_rule_has_words() -> None:
    assert set(LIBELLES) == set(rules("face")[0]) | set(rules("print")[0])
