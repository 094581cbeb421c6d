"""The agenda of a station, from its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from station import jws
from station.dossier.drafts import station_key
from station.https import Identity
from station.predemande.agenda import Agenda
from station.predemande.client import Service
from station.predemande.copies import Copies
from station.rules.regles import en_vigueur

if TYPE_CHECKING:
    from datetime import date

    from station.config import Settings


def agenda(settings: Settings) -> Agenda | None:
    """The agenda that `settings` describe; None when they name no service.

    Raises `ConfigError` or `StorageError`.
    """
    named = settings.predemande
    if named is None:
        return None
    return Agenda(
        service=Service(str(named.url), Identity(named.ca, named.client_cert, named.client_key)),
        copies=Copies(settings.data / "predemandes", station_key(settings.data / "drafts.kek")),
        certificate=jws.pinned(named.signer_cert, "the pre-demande service"),
        station=settings.station.id,
        site=settings.station.insee,
        validite_mois=_validite,
    )


def _validite(jour: date) -> int:
    return en_vigueur(jour).predemande.validite_mois.valeur
