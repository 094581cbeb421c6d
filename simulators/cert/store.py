"""What the CERT keeps: uploads under way, dossiers received, decisions made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

if TYPE_CHECKING:
    from collections.abc import Iterator

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


_outcome = sa.Table(
    "decision",
    _meta,
    sa.Column("rang", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("dossier", sa.String(36), nullable=False),
    sa.Column("scenario", sa.String(16), nullable=False),
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
    """A decision that was published, `rang` in the order of publication."""

    rang: int
    scenario: str
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

    def keep(self, received: Received, package: bytes) -> None:
        """Remember a whole package; its upload parts are no longer needed."""
        with self._engine.begin() as db:
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
            gone = sa.select(_upload.c.id).where(_upload.c.dossier == received.id)
            db.execute(sa.delete(_part).where(_part.c.upload.in_(gone)))

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

    def add_outcome(self, dossier: str, scenario: str) -> None:
        """Publish a decision."""
        with self._engine.begin() as db:
            db.execute(sa.insert(_outcome).values(dossier=dossier, scenario=scenario))

    def outcomes(self, station: str, since: int) -> list[Outcome]:
        """Decisions on the dossiers of `station` of a rank above `since`, one page."""
        query = sa.select(_outcome.c.rang, _outcome.c.scenario, *_RECEIVED).join_from(
            _outcome, _dossier, _outcome.c.dossier == _dossier.c.id
        )
        query = query.where(_dossier.c.station == station, _outcome.c.rang > since)
        with self._engine.connect() as db:
            rows = db.execute(query.order_by(_outcome.c.rang).limit(_PAGE)).all()
        return [Outcome(row[0], row[1], Received(*row[2:])) for row in rows]

    def dossiers(self) -> Iterator[tuple[str, bytes]]:
        """Every dossier taken, with its package."""
        taken = sa.select(_dossier.c.id, _dossier.c.package).where(_dossier.c.refus.is_(None))
        with self._engine.connect() as db:
            yield from ((row[0], bytes(row[1])) for row in db.execute(taken))

    def close(self) -> None:
        """Release the database."""
        self._engine.dispose()
