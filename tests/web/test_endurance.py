"""A few dossiers in a row at one server: it neither grows nor passes its limit of memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.soak.__main__ import LIMIT
from tests.soak.endurance import endure
from tests.web.browser.served import Served

if TYPE_CHECKING:
    from simulators.lab import Laboratory

POOL = 4  # threads of the server's pool that come and go
WARM = 2  # dossiers after which everything is loaded


def test_a_station_holds_no_more_after_each_dossier(laboratory: Laboratory) -> None:
    with Served(laboratory.config) as station:
        done = endure(laboratory, station, 6, lambda _: None)
        assert station.tracebacks() == ""
    warm, last = done.releves[WARM], done.releves[-1]
    assert max(one.memoire for one in done.releves) < LIMIT
    assert last.memoire - warm.memoire < 5 * (len(done.releves) - WARM)  # MB
    assert last.fichiers <= warm.fichiers
    assert last.fils <= warm.fils + POOL
    taken = [dossier for dossier, _ in laboratory.cert.centre.store.dossiers()]
    assert [taken.count(dossier) for dossier in done.dossiers] == [1] * len(done.dossiers)
