"""What the CERT keeps: uploads under way, dossiers received, decisions made."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_meta = sa.MetaData()
_upload = sa.Table(
    "upload",
    _meta,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("dossier", sa.String(36), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("station", sa.String(32), nullable=False),
    sa.Column("length", sa.Integer, nullable=False),
)
_part = sa.Table(
    "part",
    _meta,
    sa.Column("upload", sa.String(32), primary_key=True),
    sa.Column("offset", sa.Integer, primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
)
_dossier = sa.Table(
    "dossier",
    _meta,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("station", sa.String(32), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("numero", sa.String(32)),
    sa.Column("refus", sa.String(64)),  # code of a package that is not taken
    sa.Column("package", sa.LargeBinary),
)


_titre = sa.Table(
    "titre",
    _meta,
    sa.Column("dossier", sa.String(36), primary_key=True),
    sa.Column("rank", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),  # CNI, PASSEPORT
)
_outcome = sa.Table(
    "issue",
    _meta,
    sa.Column("rang", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("dossier", sa.String(36), nullable=False),
    sa.Column("words", sa.Text, nullable=False),  # JSON: claims of the decision
    sa.Column("at", sa.Float, nullable=False),  # seconds since 1970
)
_RECEIVED = (
    _dossier.c.id,
    _dossier.c.station,
    _dossier.c.sha256,
    _dossier.c.numero,
    _dossier.c.refus,
)
_PAGE = 50  # decisions in one answer


@dataclass(frozen=True, slots=True)
class Upload:
    """A package on its way."""

    id: str
    dossier: str
    sha256: str
    station: str
    length: int  # bytes


@dataclass(frozen=True, slots=True)
class Received:
    """A package that came whole: taken under `numero`, or refused with `refus`."""

    id: str
    station: str
    sha256: str
    numero: str | None
    refus: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A decision that was published, `rang` in the order of publication, `at` in seconds."""

    rang: int
    words: dict[str, Any]
    at: float
    received: Received


class Store:
    """SQLite by default, any database by its URL."""

    def __init__(self, url: str) -> None:
        self._engine = sa.create_engine(url, poolclass=NullPool)
        _meta.create_all(self._engine)

    def add_upload(self, upload: Upload) -> None:
        """Begin an upload."""
        with self._engine.begin() as db:
            db.execute(
                sa.insert(_upload).values(
                    id=upload.id,
                    dossier=upload.dossier,
                    sha256=upload.sha256,
                    station=upload.station,
                    length=upload.length,
                )
            )

    def upload(self, number: str) -> Upload | None:
        """An upload by its number."""
        with self._engine.connect() as db:
            row = db.execute(sa.select(_upload).where(_upload.c.id == number)).first()
        return None if row is None else Upload(*row)

    def offset(self, number: str) -> int:
        """Bytes received of an upload."""
        sizes = sa.select(sa.func.sum(sa.func.length(_part.c.data)))
        with self._engine.connect() as db:
            return int(db.execute(sizes.where(_part.c.upload == number)).scalar() or 0)

    def add_part(self, number: str, offset: int, data: bytes) -> None:
        """Keep bytes of an upload."""
        with self._engine.begin() as db:
            db.execute(sa.insert(_part).values(upload=number, offset=offset, data=data))

    def assembled(self, number: str) -> bytes:
        """All that came of an upload."""
        parts = sa.select(_part.c.data).where(_part.c.upload == number).order_by(_part.c.offset)
        with self._engine.connect() as db:
            return b"".join(bytes(row[0]) for row in db.execute(parts))

    def keep(self, received: Received, package: bytes, titres: Sequence[str] = ()) -> None:
        """Remember a whole package, in the place of one that was refused, and drop its parts."""
        with self._engine.begin() as db:
            db.execute(sa.delete(_dossier).where(_dossier.c.id == received.id))
            db.execute(
                sa.insert(_dossier).values(
                    id=received.id,
                    station=received.station,
                    sha256=received.sha256,
                    numero=received.numero,
                    refus=received.refus,
                    package=package,
                )
            )
            db.execute(sa.delete(_titre).where(_titre.c.dossier == received.id))
            for rank, kind in enumerate(titres, 1):
                db.execute(sa.insert(_titre).values(dossier=received.id, rank=rank, kind=kind))
            gone = sa.select(_upload.c.id).where(_upload.c.dossier == received.id)
            db.execute(sa.delete(_part).where(_part.c.upload.in_(gone)))

    def titres(self, dossier: str) -> list[str]:
        """The kinds of titles that a dossier asks for."""
        query = sa.select(_titre.c.kind).where(_titre.c.dossier == dossier)
        with self._engine.connect() as db:
            return list(db.execute(query.order_by(_titre.c.rank)).scalars())

    def received(self, dossier: str) -> Received | None:
        """A dossier by its number."""
        with self._engine.connect() as db:
            row = db.execute(sa.select(*_RECEIVED).where(_dossier.c.id == dossier)).first()
        return None if row is None else Received(*row)

    def numbered(self, numero: str) -> bool:
        """Whether a dossier was taken under this number."""
        with self._engine.connect() as db:
            found = db.execute(sa.select(_dossier.c.id).where(_dossier.c.numero == numero))
            return found.first() is not None

    def add_outcome(self, dossier: str, words: dict[str, Any], at: float) -> None:
        """Publish a decision; `words` are its claims."""
        with self._engine.begin() as db:
            db.execute(sa.insert(_outcome).values(dossier=dossier, words=json.dumps(words), at=at))

    def outcomes(self, station: str, since: int) -> list[Outcome]:
        """Decisions on the dossiers of `station` of a rank above `since`, one page."""
        return self._outcomes(_dossier.c.station == station, _outcome.c.rang > since)[:_PAGE]

    def latest(self) -> list[Outcome]:
        """The last decision on each dossier."""
        last = sa.select(sa.func.max(_outcome.c.rang)).group_by(_outcome.c.dossier)
        return self._outcomes(_outcome.c.rang.in_(last))

    def last(self, dossier: str) -> Outcome | None:
        """The last decision on one dossier."""
        found = self._outcomes(_outcome.c.dossier == dossier)
        return found[-1] if found else None

    def _outcomes(self, *only: sa.ColumnElement[bool]) -> list[Outcome]:
        columns = (_outcome.c.rang, _outcome.c.words, _outcome.c.at, *_RECEIVED)
        query = sa.select(*columns).join_from(
            _outcome, _dossier, _outcome.c.dossier == _dossier.c.id
        )
        with self._engine.connect() as db:
            rows = db.execute(query.where(*only).order_by(_outcome.c.rang)).all()
        return [Outcome(row[0], json.loads(row[1]), row[2], Received(*row[3:])) for row in rows]

    def taken(self) -> list[Received]:
        """Every package taken, by its number."""
        taken = sa.select(*_RECEIVED).where(_dossier.c.refus.is_(None))
        with self._engine.connect() as db:
            rows = db.execute(taken.order_by(_dossier.c.numero)).all()
        return [Received(*row) for row in rows]

    def dossiers(self) -> Iterator[tuple[str, bytes]]:
        """Every dossier taken, with its package."""
        taken = sa.select(_dossier.c.id, _dossier.c.package).where(_dossier.c.refus.is_(None))
        with self._engine.connect() as db:
            yield from ((row[0], bytes(row[1])) for row in db.execute(taken))

    def close(self) -> None:
        """Release the database."""
        self._engine.dispose()
