"""What a capture says while it runs, as a browser hears it."""

from __future__ import annotations

import numpy as np

from station.device import Guidance, Preview, Progress
from station.guichet.feed import Feed


def test_of_progress_and_previews_only_the_newest_is_kept_and_every_word() -> None:
    feed = Feed()
    for page in (1, 2):
        feed.add(Guidance.PAGE_DONE)
        feed.add(Preview(np.zeros((8, 8, 3), np.uint8)))
        feed.add(Progress(page, 40))
    kept = feed.after(0)
    assert [event.kind for event in kept] == ["consigne", "consigne", "apercu", "avancement"]
    assert kept[-1].text().endswith('event: avancement\ndata: {"page": 2, "pourcent": 40}\n\n')


def test_after_the_end_no_picture_is_left() -> None:
    feed = Feed()
    feed.add(Preview(np.zeros((8, 8, 3), np.uint8)))
    feed.end({"code": None})
    assert [event.kind for event in feed.after(0)] == ["fin"]


def test_a_hand_is_spoken_to_as_a_hand() -> None:
    one, four = Feed(), Feed(hand=True)
    for feed in (one, four):
        feed.add(Guidance.LIFT)
    said = [feed.after(0)[0].text() for feed in (one, four)]
    assert "Levez le doigt." in said[0]
    assert "Levez la main." in said[1]
