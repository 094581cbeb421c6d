"""The appointments of the day and their pre-demandes, with the service or without it.

Nobody waits here longer than 2 s. What is kept of a day is encrypted, and destroyed when the day
is over, at the next call or within the minute where `keep` runs.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

from station.errors import (
    PredemandeConsumed,
    PredemandeError,
    PredemandeUnknown,
    PredemandeUnreachable,
    StorageError,
)
from station.predemande import journee
from station.predemande.client import AT_THE_COUNTER, IN_THE_BACKGROUND, checked
from station.predemande.messages import (
    Cadre,
    Journee,
    Predemande,
    check_consommation,
    read_journee,
    read_predemande,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from threading import Event
    from uuid import UUID

    from cryptography import x509

    from station.predemande.client import Service
    from station.predemande.copies import Copies
    from station.predemande.messages import Rendezvous

_MAX_QUEUE: Final = 500  # numbers
_FRESH: Final = 600.0  # seconds between two fetches of the day where `keep` runs
_TICK: Final = 60.0

logger = logging.getLogger(__name__)


@unique
class Suite(StrEnum):
    """What became of `Agenda.consume`."""

    DITE = "DITE"  # the service knows
    EN_ATTENTE = "EN_ATTENTE"  # it will be told


@dataclass(frozen=True, slots=True)
class Apport:
    """What a prefetch brought: appointments, pre-demandes kept, those that cannot be used."""

    rendezvous: int
    predemandes: int
    ecartees: int


def _now() -> datetime:
    return datetime.now(UTC).astimezone()


@dataclass(frozen=True, slots=True)
class Agenda:
    """Pre-demandes for `station` of `site`; safe to call from several threads and processes.

    `validite_mois` is the rule in force, `now` the clock of the post, with its time zone.
    """

    service: Service
    copies: Copies
    certificate: x509.Certificate
    station: str
    site: str
    validite_mois: Callable[[date], int]
    now: Callable[[], datetime] = _now

    def today(self) -> tuple[Rendezvous, ...]:
        """The appointments of the day as last fetched, at once; empty before the first time."""
        found = self.journee()
        return () if found is None else found.rendezvous

    def journee(self) -> Journee | None:
        """The same with the time when the service said it; None before the first time."""
        jour = self._purged()
        kept = journee.read(self.copies, jour)
        if kept is None:
            return None
        try:
            return read_journee(kept.rendezvous, self.site, jour, self.certificate)
        except PredemandeError as error:
            logger.warning("the copy of the day does not hold: %s", error)
            return None

    def fetch(self, numero: str) -> Predemande:
        """The pre-demande of `numero`, of the service within 2 s, else of the copy of the day.

        `source` says which. Raises `PredemandeUnknown`, `PredemandeConsumed`,
        `PredemandeExpired`, `PredemandeInvalid`, or `PredemandeUnreachable` without a copy.
        """
        jour, numero = self._purged(), checked(numero)
        if numero in journee.queue(self.copies):
            raise PredemandeConsumed("filed on this site, which the service does not know yet")
        try:
            token = self.service.predemande(numero, AT_THE_COUNTER)
        except PredemandeUnreachable:
            kept = journee.read(self.copies, jour)
            if kept is None or numero not in kept.predemandes:
                raise
            return read_predemande(kept.predemandes[numero], numero, self._cadre(jour)).kept()
        return read_predemande(token, numero, self._cadre(jour))

    def prefetch(self, jour: date) -> Apport:
        """Fetch and keep `jour`, today or tomorrow: its appointments and their pre-demandes.

        Stops at the first that does not come, and keeps what came and what was there. Raises
        `PredemandeUnreachable`, `PredemandeInvalid`, `StorageError`; `ValueError` for other days.
        """
        today = self._purged()
        if jour not in (today, today + timedelta(days=1)):
            raise ValueError("only today and tomorrow are kept")
        said = self.service.journee(self.site, jour, IN_THE_BACKGROUND)
        rendezvous = read_journee(said, self.site, jour, self.certificate).rendezvous
        numeros = [r.numero for r in rendezvous if r.numero is not None]
        before = journee.read(self.copies, jour)
        kept = {} if before is None else dict(before.predemandes)
        kept = {n: token for n, token in kept.items() if n in numeros}
        try:
            left = self._collect(jour, numeros, kept)
        finally:
            with self.copies.alone():
                used = set(journee.queue(self.copies))
                still = {n: token for n, token in kept.items() if n not in used}
                filed = self._filed(jour)
                journee.write(self.copies, jour, journee.Copie(said, still, filed))
        return Apport(len(rendezvous), len(kept), left)

    def file(self, numero: str, dossier: UUID) -> None:
        """Note that `numero` became `dossier`, for the appointments of the day.

        Raises `PredemandeUnknown` for what is no number, `StorageError`.
        """
        jour, numero = self._purged(), checked(numero)
        with self.copies.alone():
            journee.file(self.copies, jour, numero, dossier)

    def filed(self) -> Mapping[str, UUID]:
        """The numbers of the day that were filed here, and the dossier that each became."""
        return self._filed(self._purged())

    def consume(self, numero: str) -> Suite:
        """Say that an application was filed with `numero`; kept to be said later when offline.

        Raises `PredemandeConsumed` when it was filed elsewhere, `PredemandeUnknown`,
        `PredemandeInvalid`, `StorageError`.
        """
        numero = checked(numero)
        with self.copies.alone():
            journee.forget(self.copies, numero)
        try:
            self._tell(numero, AT_THE_COUNTER)
        except PredemandeUnreachable:
            self._queue(numero)
            return Suite.EN_ATTENTE
        return Suite.DITE

    def flush(self) -> int:
        """Tell the service what waits; returns how many it knows now.

        A number that it does not take is given up with a line in the log: the dossier is at the
        CERT, and nothing here could change it. Raises `PredemandeUnreachable`,
        `PredemandeInvalid`, `StorageError`.
        """
        told = 0
        for numero in journee.queue(self.copies):
            try:
                self._tell(numero, IN_THE_BACKGROUND)
                told += 1
            except (PredemandeConsumed, PredemandeUnknown) as error:
                logger.warning("a consumed pre-demande is not taken: %s", error.code)
            with self.copies.alone():
                left = [n for n in journee.queue(self.copies) if n != numero]
                journee.write_queue(self.copies, left)
        return told

    def waiting(self) -> int:
        """How many numbers the service has not been told yet."""
        return len(journee.queue(self.copies))

    def purge(self) -> int:
        """Destroy the copies of days that are over; returns how many."""
        with self.copies.alone():
            return journee.purge(self.copies, self.now().date())

    def keep(self, stop: Event) -> None:
        """Until `stop`: purge each minute; each ten, say what waits and fetch the day.

        What fails is logged, and tried again the next minute.
        """
        due = self.now()
        while not stop.is_set():
            self._try(self.purge)
            if self.now() >= due:
                told, fetched = self._try(self.flush), self._try(self._refresh)
                if told and fetched:
                    due = self.now() + timedelta(seconds=_FRESH)
            stop.wait(_TICK)

    def _refresh(self) -> None:
        self.prefetch(self.now().date())

    def _try(self, work: Callable[[], object]) -> bool:
        """Whether `work` was done."""
        try:
            work()
        except PredemandeUnreachable as error:
            logger.info("pre-demandes: %s", error)
            return False
        except (PredemandeError, StorageError) as error:
            logger.warning("pre-demandes: %s %s", error.code, error)
            return False
        return True

    def _collect(self, jour: date, numeros: list[str], kept: dict[str, str]) -> int:
        """Put the token of each number into `kept`; returns how many cannot be used."""
        left = 0
        for numero in numeros:
            try:
                token = self.service.predemande(numero, IN_THE_BACKGROUND)
                read_predemande(token, numero, self._cadre(jour))
            except PredemandeUnreachable:
                raise
            except PredemandeError as error:
                kept.pop(numero, None)
                left += 1
                logger.info("a pre-demande of the day cannot be used: %s", error.code)
                continue
            kept[numero] = token
        return left

    def _tell(self, numero: str, seconds: float) -> None:
        token = self.service.consume(numero, self.station, seconds)
        check_consommation(token, numero, self.station, self.certificate)

    def _queue(self, numero: str) -> None:
        with self.copies.alone():
            waiting = journee.queue(self.copies)
            if len(waiting) >= _MAX_QUEUE:
                raise StorageError(f"{_MAX_QUEUE} pre-demandes wait to be told")
            if numero not in waiting:
                journee.write_queue(self.copies, [*waiting, numero])

    def _filed(self, jour: date) -> Mapping[str, UUID]:
        kept = journee.read(self.copies, jour)
        return {} if kept is None else kept.deposees

    def _cadre(self, jour: date) -> Cadre:
        return Cadre(self.certificate, jour, self.validite_mois(jour))

    def _purged(self) -> date:
        """Today, once what is over is gone."""
        self.purge()
        return self.now().date()
