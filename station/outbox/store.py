"""The queue of sealed packages: one SQLite file, the blobs inside.

    EN_FILE → TRANSMIS → ACCUSE → VALIDE | COMPLEMENT_DEMANDE | REJETE
    EN_FILE | TRANSMIS → REFUSE            (the CERT does not take the package: it is kept)

`TRANSMIS` means that every byte has left, nothing more: the package stays until the CERT's signed
receipt is verified. Write-ahead log and synchronous FULL, so that what `put` took survives a
power cut; secure_delete, so that what was purged is overwritten.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from station.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from station.seal.sealing import SealedPackage

_meta = sa.MetaData()
_package = sa.Table(
    "package",
    _meta,
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
_rang = sa.Table(
    "rang",
    _meta,
    sa.Column("annee", sa.Integer, primary_key=True),
    sa.Column("dernier", sa.Integer, nullable=False),
)


@unique
class Etat(StrEnum):
    """Where a package is (process.md §9)."""

    EN_FILE = "EN_FILE"
    TRANSMIS = "TRANSMIS"
    ACCUSE = "ACCUSE"
    REFUSE = "REFUSE"
    VALIDE = "VALIDE"
    COMPLEMENT_DEMANDE = "COMPLEMENT_DEMANDE"
    REJETE = "REJETE"


WAITING = (Etat.EN_FILE, Etat.TRANSMIS)


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
    purged: bool
    receipt: str | None = field(repr=False)
    decision: str | None = field(repr=False)


class Outbox:
    """First in, first out; survives power cuts and holds no clear text.

    Every method raises `StorageError` when the disk is full, the file damaged or locked.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._engine = sa.create_engine(f"sqlite:///{path}", poolclass=NullPool)
        sa.event.listen(self._engine, "connect", _pragmas)
        with self._writing() as db:
            _meta.create_all(db)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._engine.dispose()

    def put(self, package: SealedPackage) -> bool:
        """Keep `package` until the CERT's receipt; False when its dossier is already queued.

        A dossier sealed again after a crash is the same dossier: the first package stays.
        """
        values = {
            "id": str(package.id),
            "numero": package.numero,
            "sha256": package.sha256,
            "size": len(package.blob),
            "blob": package.blob,
            "state": Etat.EN_FILE,
            "queued_at": datetime.now(UTC).isoformat(),
            "tries": 0,
        }
        with self._writing() as db:
            done = db.execute(sa.insert(_package).prefix_with("OR IGNORE").values(values))
            return bool(done.rowcount == 1)

    def next_rang(self, annee: int) -> int:
        """The rank of the next dossier of `annee`, from 1; never given twice."""
        insert = sqlite_insert(_rang).values(annee=annee, dernier=1)
        upsert = insert.on_conflict_do_update(
            index_elements=["annee"], set_={"dernier": _rang.c.dernier + 1}
        ).returning(_rang.c.dernier)
        with self._writing() as db:
            return int(db.execute(upsert).scalar_one())

    def entries(self, *states: Etat) -> list[Entry]:
        """Every package, or those in `states`, oldest first."""
        query = sa.select(*_known(), _package.c.blob.is_(None).label("purged"))
        if states:
            query = query.where(_package.c.state.in_(states))
        with self._reading() as db:
            return [_entry(row) for row in db.execute(query.order_by(_package.c.rank)).mappings()]

    def entry(self, dossier: UUID) -> Entry | None:
        """The package of one dossier."""
        query = sa.select(*_known(), _package.c.blob.is_(None).label("purged"))
        with self._reading() as db:
            row = db.execute(query.where(_package.c.id == str(dossier))).mappings().first()
        return None if row is None else _entry(row)

    def blob(self, dossier: UUID) -> bytes:
        """The sealed package; raises `StorageError` when it is not there or was altered."""
        query = sa.select(_package.c.blob, _package.c.sha256).where(_package.c.id == str(dossier))
        with self._reading() as db:
            row = db.execute(query).first()
        if row is None or row[0] is None:
            raise StorageError("the package is no longer in the outbox")
        if hashlib.sha256(row[0]).hexdigest() != row[1]:
            raise StorageError("the package in the outbox is damaged")
        return bytes(row[0])

    def last_rank(self) -> int:
        """The rank of the newest decision noted, 0 before the first."""
        with self._reading() as db:
            return int(db.execute(sa.select(sa.func.max(_package.c.rang))).scalar() or 0)

    def note(self, dossier: UUID, only: tuple[Etat, ...] = (), **values: str | int | None) -> None:
        """Set columns of one package: upload, tries, code, state, receipt, decision, rang.

        With `only`, nothing happens in another state: two senders never undo each other's work.
        """
        change = sa.update(_package).where(_package.c.id == str(dossier)).values(values)
        if only:
            change = change.where(_package.c.state.in_(only))
        with self._writing() as db:
            db.execute(change)

    def drop_blob(self, dossier: UUID) -> None:
        """Overwrite and forget the package; its numbers and its receipt stay."""
        with self._writing() as db:
            gone = sa.update(_package).where(_package.c.id == str(dossier))
            db.execute(gone.values(blob=None))
        with self._connected(write=False) as db:  # the log of SQLite still holds the bytes
            db.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))

    def _reading(self) -> AbstractContextManager[sa.Connection]:
        return self._connected(write=False)

    def _writing(self) -> AbstractContextManager[sa.Connection]:
        return self._connected(write=True)

    @contextmanager
    def _connected(self, *, write: bool) -> Iterator[sa.Connection]:
        try:
            with self._engine.begin() if write else self._engine.connect() as db:
                yield db
        except (DBAPIError, sqlite3.Error) as error:
            # The library's text may quote the statement's values: only its kind goes on.
            kind = type(getattr(error, "orig", error)).__name__
            reason = str(getattr(error, "orig", error))[:80]
            raise StorageError(f"outbox: {kind}: {reason}") from None


def _pragmas(connection: Any, _record: object) -> None:
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",
        "busy_timeout=5000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _known() -> list[sa.Column[Any]]:
    return [column for column in _package.c if column.name not in {"rank", "rang", "blob"}]


def _entry(row: Any) -> Entry:
    values = dict(row)
    values["id"] = UUID(values["id"])
    values["state"] = Etat(values["state"])
    values["queued_at"] = datetime.fromisoformat(values["queued_at"])
    values["purged"] = bool(values["purged"])
    return Entry(**values)
