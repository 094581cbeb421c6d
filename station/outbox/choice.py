"""Which dossiers of the queue a page shows: a part of years of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from station.outbox.cycle import Etat, Nature
from station.outbox.tables import PACKAGE, SUIVI, known

if TYPE_CHECKING:
    from collections.abc import Collection

_DATED: Final = (Etat.COMPLEMENT_DEMANDE, Etat.DISPONIBLE)  # with as long a delay, from the state


@dataclass(frozen=True, slots=True)
class Choice:
    """Dossiers in `states`, `limit` of them from `offset` on.

    Those with a delay come first, then what has been so for longest; with `newest`, what has
    been so for the shortest time. `numero` is a part of the number.
    """

    states: Collection[Etat]
    limit: int
    offset: int = 0
    numero: str = ""
    newest: bool = False


def chosen(choice: Choice) -> sa.Select[Any]:
    """The packages that `choice` takes."""
    columns = known()
    since = columns.selected_columns.since
    order = (since.desc(),) if choice.newest else (PACKAGE.c.state.not_in(_DATED), since)
    query = columns.where(*_conditions(choice)).order_by(*order, PACKAGE.c.rank)
    return query.limit(choice.limit).offset(choice.offset)


def counted(choice: Choice) -> sa.Select[Any]:
    """How many there are of these, whatever the part."""
    joined = PACKAGE.outerjoin(SUIVI, SUIVI.c.id == PACKAGE.c.id)
    return sa.select(sa.func.count()).select_from(joined).where(*_conditions(choice))


def _conditions(choice: Choice) -> list[sa.ColumnElement[bool]]:
    dossier = sa.or_(SUIVI.c.nature.is_(None), SUIVI.c.nature == Nature.DOSSIER)
    found = [PACKAGE.c.state.in_(list(choice.states)), dossier]
    if choice.numero:
        found.append(PACKAGE.c.numero.contains(choice.numero, autoescape=True))
    return found
