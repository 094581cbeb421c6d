"""Years of a busy counter at once: thousands of packages that the CERT has long acknowledged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import sqlalchemy as sa

from simulators.cert.decisions import Issue
from simulators.cert.store import Outcome, Received
from station.config import load
from station.dossier.drafts import Drafts, station_key
from station.dossier.numero import numero
from station.outbox.cycle import Etat, Nature
from station.outbox.store import Outbox
from station.outbox.tables import PACKAGE, SUIVI
from station.outbox.titulaire import PURPOSE, hide

if TYPE_CHECKING:
    from simulators.lab import Laboratory

_OF_TWENTY = (
    *[Etat.DISPONIBLE] * 6, *[Etat.COMPLEMENT_DEMANDE] * 3, *[Etat.EN_INSTRUCTION] * 4,
    Etat.ACCUSE, *[Etat.REMIS] * 5, Etat.REJETE,
)  # fmt: skip
_WORDS: dict[Etat, dict[str, Any]] = {
    Etat.DISPONIBLE: {"titres": [{"type_titre": "CNI", "numero": "XSPEC0001"}]},
    Etat.COMPLEMENT_DEMANDE: {
        "code": "PIECE_ILLISIBLE",
        "motif": "Le justificatif de domicile est illisible : le numériser à nouveau.",
        "demande": {"pieces": ["JUSTIF_DOMICILE"]},
    },
}
_SHA256, _BYTES = "0" * 64, 400_000
_DAYS = 80  # since the oldest came to where it is
_RECEIPT = "x" * 700  # characters, as long as one; nothing asks for it once the package is gone


def crowd(laboratory: Laboratory, count: int) -> tuple[str, ...]:
    """Put `count` purged packages into the queue of the station, which must have run; numbers.

    Decisions are signed by the CERT of the laboratory, names hidden under the key of the station.
    """
    settings = load(laboratory.config)
    kek = station_key(settings.data / "drafts.kek")
    hidden = Drafts(settings.drafts_path, kek, _SHA256).key_for(PURPOSE)
    rows = [_row(laboratory, settings.station.id, rank) for rank in range(1, count + 1)]
    about = [
        {
            "id": str(row["id"]),
            "nature": Nature.DOSSIER,
            "depuis": row["queued_at"],
            "titulaire": hide(hidden, row["id"], "S******* É."),
        }
        for row in rows
    ]
    with Outbox(settings.outbox_path) as outbox, outbox._writing() as db:
        db.execute(sa.insert(PACKAGE), [row | {"id": str(row["id"])} for row in rows])
        db.execute(sa.insert(SUIVI), about)
    return tuple(row["numero"] for row in rows)


def _row(laboratory: Laboratory, station: str, rank: int) -> dict[str, Any]:
    etat, dossier = _OF_TWENTY[rank % len(_OF_TWENTY)], uuid4()
    number = numero(station, 2019, rank)  # a year of which this station gives no number
    when = datetime.now(UTC) - timedelta(days=rank % _DAYS, minutes=1)
    words, token = _WORDS.get(etat), None
    if words is not None:
        received = Received(str(dossier), station, _SHA256, number, None)
        said = {"issue": Issue(etat.value).value, **words}
        token = laboratory.cert.centre.decision(Outcome(rank, said, when.timestamp(), received))
    return {
        "id": dossier, "numero": number, "sha256": _SHA256, "size": _BYTES, "state": etat,
        "queued_at": when.isoformat(), "tries": 1, "receipt": _RECEIPT, "decision": token,
    }  # fmt: skip
