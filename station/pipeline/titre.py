"""The chip of a title through the bench: read, examined, and of nobody else than it says."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from station.capture import TitleFile, TitleRequest
from station.config import TITRE, Profile
from station.errors import DeviceUntrusted
from station.title.examination import examine
from station.title.trust_files import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from station.bench.bench import Bench, Job
    from station.capture import TitleKey, TitleReading
    from station.codes.mrz.zone import Mrz
    from station.config import Settings, TitleSettings
    from station.pipeline.recueil import Heard
    from station.title.examination import Report
    from station.title.trust import TrustStore

    Begun = Callable[[Job[Any]], None]  # is told of the order, so that it can be cancelled

_CHALLENGE = 8  # bytes (ICAO Doc 9303-11, 6.1.2)
WITHOUT_PRINTS = frozenset(TitleFile) - {TitleFile.DG3}


@dataclass(frozen=True, slots=True)
class Lecture:
    """What to read, and how long to wait; `printed` is the zone on the title where it is known."""

    key: TitleKey
    files: frozenset[TitleFile] = WITHOUT_PRINTS
    printed: Mrz | None = None
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Titre:
    """What a chip handed over, and what is proven of it."""

    reading: TitleReading
    report: Report


def read_title(
    bench: Bench,
    settings: Settings,
    lecture: Lecture,
    heard: Heard,
    begun: Begun = lambda _: None,
) -> Titre:
    """Read and examine the title on the reader, its guidance handed to `heard` meanwhile.

    Raises what the reader raises, `ConfigError` for trust files that do not hold, and
    `DeviceUntrusted` for a simulated title in production.
    """
    store = authorities(settings.titre)
    titre = examined(bench, lecture, store, heard, begun)
    if titre.report.simulated and settings.profile is Profile.PRODUCTION:
        raise DeviceUntrusted("a simulated title in production")
    return titre


def examined(
    bench: Bench,
    lecture: Lecture,
    store: TrustStore | None,
    heard: Heard,
    begun: Begun = lambda _: None,
) -> Titre:
    """Read the title on the reader and examine it against `store`, whatever the profile."""
    challenge = secrets.token_bytes(_CHALLENGE)
    request = TitleRequest(lecture.key, lecture.files, challenge)
    job = bench.read_title(TITRE, request, lecture.seconds)
    begun(job)
    while (told := job.events.get()) is not None:
        heard(told)
    reading = job.result.result()
    today = datetime.now(UTC).date()
    return Titre(reading, examine(reading, challenge, store, today, lecture.printed))


def authorities(titles: TitleSettings) -> TrustStore | None:
    """Whom the settings believe about titles; None without a master list."""
    return None if titles.csca is None else load(titles.csca, titles.crl, titles.publisher)
