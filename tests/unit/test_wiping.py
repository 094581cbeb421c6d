"""Samples do not outlive what went wrong with them."""

from __future__ import annotations

import numpy as np
import pytest

from station.capture import Sample, wiped_on_error


def grey(level: int) -> Sample:
    return Sample(np.full((64, 64), level, np.uint8), 500)


def test_an_exception_wipes_what_is_listed_then_and_goes_on() -> None:
    ranked, waiting = grey(10), grey(20)
    listed = [ranked, waiting]

    def interrupted() -> None:
        with wiped_on_error(listed):
            listed.remove(ranked)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert ranked.pixels.all()
    assert not waiting.pixels.any()


def test_without_an_exception_nothing_is_wiped() -> None:
    kept = grey(10)
    with wiped_on_error([kept]):
        pass
    assert kept.pixels.all()
