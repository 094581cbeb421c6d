"""The local HTTP interface: the agents' pages, and everything they call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Depends, FastAPI

from station.api import ecrans, queue
from station.api.acces import Porte
from station.api.accueil import Accueil
from station.api.cadre import Cadres
from station.api.captures import Captures
from station.api.codes import LecteurDeCodes
from station.api.depots import DepotsScelles
from station.api.dossiers import Dossiers
from station.api.ecrans import complement
from station.api.errors import FAILURES, explain_errors
from station.api.health import Health
from station.api.pages import Pages
from station.api.papiers import PapiersDuDossier
from station.api.ports import StationPorts
from station.api.referentiel import Places
from station.api.remise import RemiseAuGuichet
from station.api.rendu import Rendu
from station.api.seance import Seance
from station.api.security import OwnPageOnly
from station.api.suivi import Suivis
from station.api.taches import TachesEnCours
from station.api.usager import EcranUsager

if TYPE_CHECKING:
    from station.guichet.guichet import Guichet
    from station.guichet.veille import Veille


def create_app(guichet: Guichet, veille: Veille, token: str) -> FastAPI:
    """The application; `token` is that of this start (see `station.api.acces`)."""
    app = FastAPI(
        title="dr-station",
        description="Interface locale de la station.",
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(Porte(guichet, token))],
        responses=FAILURES,
    )
    station = guichet.station
    ports = StationPorts(station.settings.devices, station.bench, station.outbox)
    captures = Captures(ports)
    cadres = Cadres(guichet, veille)
    rendu = Rendu(ecrans.vues(guichet), cadres, complement.vues(guichet))
    depots = DepotsScelles(guichet, cadres)
    accueil = Accueil(guichet, cadres)
    routers = (
        Health(ports, captures.busy).router(),
        captures.router(),
        queue.router(ports.queue),
        Seance(guichet, rendu).router(),
        Dossiers(guichet, rendu).router(),
        TachesEnCours(guichet).router(),
        LecteurDeCodes(guichet).router(),
        Places(guichet).router(),
        *(routes(guichet, rendu) for routes in ecrans.ROUTES),
        accueil.router(),
        Suivis(guichet, cadres, accueil).router(),
        RemiseAuGuichet(guichet, cadres).router(),
        EcranUsager(guichet).router(),
        depots.router(),
        PapiersDuDossier(guichet).router(),
        Pages(guichet, cadres, rendu, depots).router(),
    )
    for router in routers:
        app.include_router(router)
    explain_errors(app)
    app.add_middleware(OwnPageOnly)
    return app
