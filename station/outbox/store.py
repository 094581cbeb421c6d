"""The queue of sealed packages: one SQLite file, the blobs inside (states: `outbox.cycle`).

`TRANSMIS` means that every byte has left, nothing more: the package stays until the CERT's signed
receipt is verified. Write-ahead log and synchronous FULL, so that what `put` took survives a
power cut; secure_delete, so that what was purged is overwritten.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol, Self

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from station.errors import StorageError, WrongState
from station.outbox.choice import Choice, chosen, counted
from station.outbox.cycle import CLOSED, WAITING, Etat, Nature
from station.outbox.tables import INDEXES, META, PACKAGE, RANG, SUIVI, VERSION, Lien, entry, known

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date
    from pathlib import Path
    from uuid import UUID

    from station.outbox.tables import Entry

_FIRST = Lien()
_MOVES = {  # what a package does to the dossier it is about
    Nature.COMPLEMENT: (Etat.COMPLEMENT_DEMANDE, Etat.SCELLE),
    Nature.REMISE: (Etat.DISPONIBLE, Etat.REMIS),
}


class Package(Protocol):
    """Bytes that may leave the room: a sealed dossier, its complement, a signed hand-over."""

    @property
    def id(self) -> UUID:
        """Of the package."""
        ...

    @property
    def numero(self) -> str:
        """Of the package."""
        ...

    @property
    def sha256(self) -> str:
        """Of `blob`, hexadecimal."""
        ...

    @property
    def blob(self) -> bytes:
        """What is sent."""
        ...


class Outbox:
    """First in, first out; survives power cuts and holds no clear text.

    Every method raises `StorageError` when the disk is full, the file damaged or locked.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._engine = sa.create_engine(f"sqlite:///{path}", poolclass=NullPool)
        sa.event.listen(self._engine, "connect", _pragmas)
        with self._writing() as db:
            _upgrade(db)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._engine.dispose()

    def put(self, package: Package, lien: Lien = _FIRST) -> bool:
        """Keep `package` until the CERT's receipt; False when its dossier is already queued.

        A dossier sealed again after a crash is the same dossier: the first package stays. A
        complement or a hand-over moves its dossier on in the same breath; raises `WrongState`
        when the dossier awaits no such thing, and then nothing is kept.
        """
        now = datetime.now(UTC).isoformat()
        values = {
            "id": str(package.id),
            "numero": package.numero,
            "sha256": package.sha256,
            "size": len(package.blob),
            "blob": package.blob,
            "state": Etat.EN_FILE,
            "queued_at": now,
            "tries": 0,
        }
        fin = lien.titulaire_fin
        about = {
            "id": str(package.id),
            "nature": lien.nature,
            "parent": None if lien.parent is None else str(lien.parent),
            "reponse": lien.reponse,
            "depuis": now,
            "titulaire": lien.titulaire,
            "titulaire_fin": None if fin is None else fin.isoformat(),
        }
        with self._writing() as db:
            done = db.execute(sa.insert(PACKAGE).prefix_with("OR IGNORE").values(values))
            if done.rowcount != 1:
                return False
            db.execute(sqlite_insert(SUIVI).values(about).on_conflict_do_nothing())
            _move_parent(db, lien.nature, lien.parent, back=False)
        return True

    def next_rang(self, annee: int) -> int:
        """The rank of the next dossier of `annee`, from 1; never given twice."""
        insert = sqlite_insert(RANG).values(annee=annee, dernier=1)
        upsert = insert.on_conflict_do_update(
            index_elements=["annee"], set_={"dernier": RANG.c.dernier + 1}
        ).returning(RANG.c.dernier)
        with self._writing() as db:
            return int(db.execute(upsert).scalar_one())

    def entries(self, *states: Etat) -> list[Entry]:
        """Every package, or those in `states`, oldest first."""
        query = known().order_by(PACKAGE.c.rank)
        return self._found(query.where(PACKAGE.c.state.in_(states)) if states else query)

    def newest(self, count: int) -> list[Entry]:
        """The last `count` packages, oldest first."""
        found = self._found(known().order_by(PACKAGE.c.rank.desc()).limit(count))
        return found[::-1]

    def kept(self) -> list[Entry]:
        """Every package whose bytes are still here, oldest first."""
        return self._found(known().where(PACKAGE.c.blob.is_not(None)).order_by(PACKAGE.c.rank))

    def dossiers(self, choice: Choice) -> list[Entry]:
        """The dossiers that `choice` takes, without their complements and hand-overs."""
        return self._found(chosen(choice))

    def count(self, choice: Choice) -> int:
        """How many dossiers there are of those, whatever part `choice` takes."""
        with self._reading() as db:
            return int(db.execute(counted(choice)).scalar_one())

    def total(self) -> int:
        """How many packages were ever queued."""
        with self._reading() as db:
            return int(db.execute(sa.select(sa.func.count()).select_from(PACKAGE)).scalar_one())

    def entry(self, dossier: UUID) -> Entry | None:
        """The package of one dossier."""
        return next(iter(self._found(known().where(PACKAGE.c.id == str(dossier)))), None)

    def numbered(self, numero: str) -> Entry | None:
        """The package of this number."""
        return next(iter(self._found(known().where(PACKAGE.c.numero == numero))), None)

    def queued(self, dossiers: Collection[UUID]) -> set[UUID]:
        """Which of `dossiers` have a package."""
        asked = {str(one): one for one in dossiers}
        query = sa.select(PACKAGE.c.id).where(PACKAGE.c.id.in_(asked))
        with self._reading() as db:
            return {asked[found] for found in db.execute(query).scalars()}

    def children(self, dossier: UUID) -> list[Entry]:
        """The complements and the hand-over of a dossier, oldest first."""
        return self._found(known().where(SUIVI.c.parent == str(dossier)).order_by(PACKAGE.c.rank))

    def blob(self, dossier: UUID) -> bytes:
        """The sealed package; raises `StorageError` when it is not there or was altered."""
        query = sa.select(PACKAGE.c.blob, PACKAGE.c.sha256).where(PACKAGE.c.id == str(dossier))
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
            return int(db.execute(sa.select(sa.func.max(PACKAGE.c.rang))).scalar() or 0)

    def note(self, dossier: UUID, only: tuple[Etat, ...] = (), **values: str | int | None) -> bool:
        """Set columns of one package: upload, tries, code, state, receipt, decision, rang.

        With `only`, nothing happens in another state, and the answer is False: two senders never
        undo each other's work.
        """
        with self._writing() as db:
            return _set(db, dossier, only, values)

    def refuse(self, dossier: UUID, code: str) -> None:
        """The CERT says no for good: the package stays; a complement is awaited again."""
        with self._writing() as db:
            if _set(db, dossier, WAITING, {"state": Etat.REFUSE, "code": code}):
                _move_parent(db, *_family(db, dossier), back=True)

    def retry(self, dossier: UUID) -> None:
        """Let a refused package be sent again; raises `WrongState` for any other.

        So it does for a complement whose dossier has meanwhile been given another one.
        """
        again = {"state": Etat.EN_FILE, "code": None, "upload": None}
        with self._writing() as db:
            if not _set(db, dossier, (Etat.REFUSE,), again):
                raise WrongState("only a package that the CERT refused is sent again")
            nature, parent = _family(db, dossier)
            if nature is Nature.COMPLEMENT:
                _move_parent(db, nature, parent, back=False)

    def forget_names(self, today: date) -> int:
        """Overwrite masked names that are past their day or serve nobody any more; how many."""
        closed = sa.select(PACKAGE.c.id).where(PACKAGE.c.state.in_(CLOSED))
        due = sa.or_(SUIVI.c.titulaire_fin < today.isoformat(), SUIVI.c.id.in_(closed))
        gone = sa.update(SUIVI).where(SUIVI.c.titulaire.is_not(None), due)
        with self._writing() as db:
            done = db.execute(gone.values(titulaire=None, titulaire_fin=None)).rowcount
        if done:
            self._checkpoint()
        return int(done)

    def drop_blob(self, dossier: UUID) -> None:
        """Overwrite and forget the package; its numbers and its receipt stay."""
        with self._writing() as db:
            gone = sa.update(PACKAGE).where(PACKAGE.c.id == str(dossier))
            db.execute(gone.values(blob=None))
        self._checkpoint()

    def _checkpoint(self) -> None:
        """The log of SQLite still holds the bytes that were overwritten."""
        with self._connected(write=False) as db:
            db.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))

    def _found(self, query: sa.Select[Any]) -> list[Entry]:
        with self._reading() as db:
            return [entry(row) for row in db.execute(query).mappings()]

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


def _upgrade(db: sa.Connection) -> None:
    """Bring a file of before to this version; raises `StorageError` for one of a later station."""
    found = int(db.execute(sa.text("PRAGMA user_version")).scalar_one())
    if found > VERSION:
        raise StorageError(f"outbox: version {found}, written by a later station")
    META.create_all(db)
    for index in INDEXES:  # a file of before has its tables without them
        index.create(db, checkfirst=True)
    db.execute(sa.text(f"PRAGMA user_version = {VERSION}"))


def _set(
    db: sa.Connection, dossier: UUID, only: tuple[Etat, ...], values: Mapping[str, str | int | None]
) -> bool:
    change = sa.update(PACKAGE).where(PACKAGE.c.id == str(dossier)).values(values)
    if only:
        change = change.where(PACKAGE.c.state.in_(only))
    done = db.execute(change).rowcount == 1
    if done and "state" in values:
        now = datetime.now(UTC).isoformat()
        since = sqlite_insert(SUIVI).values(id=str(dossier), nature=Nature.DOSSIER, depuis=now)
        db.execute(since.on_conflict_do_update(index_elements=["id"], set_={"depuis": now}))
    return bool(done)


def _family(db: sa.Connection, dossier: UUID) -> tuple[Nature, UUID | None]:
    row = db.execute(known().where(PACKAGE.c.id == str(dossier))).mappings().one()
    found = entry(row)
    return found.nature, found.parent


def _move_parent(db: sa.Connection, nature: Nature, parent: UUID | None, *, back: bool) -> None:
    """The dossier goes with its complement or hand-over, `back` when a complement is refused.

    A hand-over has happened at the counter: what the CERT says of it does not undo it.
    """
    if parent is None or nature not in _MOVES or (back and nature is Nature.REMISE):
        return
    before, after = reversed(_MOVES[nature]) if back else _MOVES[nature]
    if not _set(db, parent, (before,), {"state": after}) and not back:
        raise WrongState(f"the dossier awaits no {nature.value.lower()}")
