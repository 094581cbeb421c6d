"""Tasks of the counter: what a task leaves behind."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from station.guichet.taches import Taches

if TYPE_CHECKING:
    from collections.abc import Callable

    from station.device import Told


class Picture:
    """Somebody's finger, for all that a task knows."""


def work(picture: Picture) -> Callable[[Callable[[Told], None]], dict[str, Any]]:
    return lambda _tell: {"seen": type(picture).__name__}


def test_a_task_that_has_ended_keeps_no_picture() -> None:
    picture = Picture()
    left = weakref.ref(picture)
    task = Taches().start("empreintes", work(picture))
    del picture
    assert task.done.wait(5)
    assert left() is None
