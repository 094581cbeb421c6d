"""The tables of the queue, and what a row says.

`package` is the first version of the file (`user_version` 0); `suivi` came with the second (2). A
package of before has no row in `suivi`: it is a dossier, and its state is as old as itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import sqlalchemy as sa

from station.outbox.cycle import Etat, Nature

if TYPE_CHECKING:
    from datetime import date

VERSION: Final = 2  # `user_version` of the file
META = sa.MetaData()
PACKAGE = sa.Table(
    "package",
    META,
    sa.Column("rank", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(36), nullable=False, unique=True),  # of the dossier: one package
    sa.Column("numero", sa.String(32), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("state", sa.String(24), nullable=False),
    sa.Column("queued_at", sa.String(32), nullable=False),
    sa.Column("upload", sa.String(256)),  # path of the upload at the CERT
    sa.Column("tries", sa.Integer, nullable=False, default=0),
    sa.Column("code", sa.String(64)),  # of the last failure, refusal or decision
    sa.Column("receipt", sa.Text),  # as the CERT signed it
    sa.Column("decision", sa.Text),
    sa.Column("rang", sa.Integer),  # of the decision among all those of the CERT
    sa.Column("blob", sa.LargeBinary),  # last: SQLite walks through a blob to what follows it
)
SUIVI = sa.Table(
    "suivi",
    META,
    sa.Column("id", sa.String(36), primary_key=True),  # of the package
    sa.Column("nature", sa.String(16), nullable=False),
    sa.Column("parent", sa.String(36)),  # the dossier that a complement or a hand-over is about
    sa.Column("reponse", sa.Integer),  # rank of the decision that a complement answers
    sa.Column("depuis", sa.String(32), nullable=False),  # of the state
    sa.Column("titulaire", sa.LargeBinary),  # masked name, encrypted (`station.outbox.titulaire`)
    sa.Column("titulaire_fin", sa.String(10)),  # the last day it is kept
)
INDEXES: Final = (
    sa.Index("package_by_state", PACKAGE.c.state),
    sa.Index("package_by_numero", PACKAGE.c.numero),
    sa.Index("package_by_rang", PACKAGE.c.rang),
    sa.Index("package_kept", PACKAGE.c.rank, sqlite_where=PACKAGE.c.blob.is_not(None)),
    sa.Index("suivi_by_parent", SUIVI.c.parent),
)
"""What a page of the counter looks up: years of packages stay in the file, without their bytes."""

RANG = sa.Table(
    "rang",
    META,
    sa.Column("annee", sa.Integer, primary_key=True),
    sa.Column("dernier", sa.Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Lien:
    """What a package is, of which dossier, and the hidden name kept beside it.

    `reponse` is the rank of the decision that a complement answers; `titulaire` the masked name,
    encrypted, to be forgotten after `titulaire_fin`.
    """

    nature: Nature = Nature.DOSSIER
    parent: UUID | None = None
    reponse: int | None = None
    titulaire: bytes | None = field(default=None, repr=False)
    titulaire_fin: date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What the queue knows of one package, the package itself left aside."""

    id: UUID
    numero: str
    sha256: str
    size: int  # bytes
    state: Etat
    queued_at: datetime
    upload: str | None
    tries: int
    code: str | None
    rang: int | None  # of the decision
    purged: bool
    nature: Nature
    parent: UUID | None
    reponse: int | None
    since: datetime  # when the state began
    receipt: str | None = field(repr=False)
    decision: str | None = field(repr=False)
    titulaire: bytes | None = field(repr=False)


def known() -> sa.Select[Any]:
    """Everything of every package but its bytes."""
    columns = [column for column in PACKAGE.c if column.name not in {"rank", "blob"}]
    return sa.select(
        *columns,
        PACKAGE.c.blob.is_(None).label("purged"),
        sa.func.coalesce(SUIVI.c.nature, Nature.DOSSIER.value).label("nature"),
        SUIVI.c.parent,
        SUIVI.c.reponse,
        sa.func.coalesce(SUIVI.c.depuis, PACKAGE.c.queued_at).label("since"),
        SUIVI.c.titulaire,
    ).select_from(PACKAGE.outerjoin(SUIVI, SUIVI.c.id == PACKAGE.c.id))


def entry(row: Any) -> Entry:
    """What a row of `known` says."""
    values = dict(row)
    values["id"] = UUID(values["id"])
    values["parent"] = None if values["parent"] is None else UUID(values["parent"])
    values["state"], values["nature"] = Etat(values["state"]), Nature(values["nature"])
    for name in ("queued_at", "since"):
        values[name] = datetime.fromisoformat(values[name])
    values["purged"] = bool(values["purged"])
    return Entry(**values)
