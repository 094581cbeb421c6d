"""Who may call what: one table, and a gate that refuses whatever the table does not name.

What changes something wants a token in a header, which no form, no link and no other site can
set: a forged request is impossible by construction. Pages, pictures and streams, which only read,
are proven by an HttpOnly, SameSite=Strict cookie.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from station.agents.admission import check_may
from station.api.errors import NO_SESSION, NO_TOKEN, NOT_LISTED, Refused
from station.errors import SessionLocked
from station.rules.agents import Acte

if TYPE_CHECKING:
    from collections.abc import Mapping

    from station.guichet.guichet import Guichet
    from station.guichet.ouverte import Jetons

COOKIE: Final = "dr-session"
_READS: Final = {"GET", "HEAD"}
_BEARER: Final = HTTPBearer(auto_error=False)
_HEADER: Final = APIKeyHeader(name="X-Station-Token", auto_error=False)


@unique
class Acces(StrEnum):
    """What a route wants when it is none of the acts of the rules."""

    PUBLIC = "public"  # nothing of anybody in it
    POSTE = "poste"  # the token of this start, or a session
    SESSION = "session"  # anybody who is logged in
    USAGER = "usager"  # the applicant's screen, or the agent's


_PRENDRE, _SCELLER = Acte.PRENDRE, Acte.SCELLER
_SUIVRE, _REMETTRE = Acte.SUIVRE, Acte.REMETTRE

TABLE: Final[Mapping[tuple[str, str], Acces | Acte]] = {
    ("GET", "/"): Acces.PUBLIC,
    ("GET", "/connexion"): Acces.PUBLIC,
    ("GET", "/declaration"): Acces.PUBLIC,
    ("GET", "/diagnostic"): Acces.PUBLIC,  # an empty page: what fills it wants the token
    ("GET", "/static/{nom}"): Acces.PUBLIC,
    ("GET", "/favicon.ico"): Acces.PUBLIC,
    ("GET", "/api/sante"): Acces.POSTE,
    ("GET", "/api/appareils"): Acces.POSTE,
    ("GET", "/api/file-envoi"): Acces.POSTE,
    ("POST", "/api/appareils/{name}/captures"): Acces.POSTE,
    ("GET", "/api/captures/{number}"): Acces.POSTE,
    ("GET", "/api/captures/{number}/evenements"): Acces.POSTE,
    ("DELETE", "/api/captures/{number}"): Acces.POSTE,
    ("GET", "/api/session/carte"): Acces.POSTE,
    ("POST", "/api/session"): Acces.POSTE,
    ("DELETE", "/api/session"): Acces.SESSION,
    ("POST", "/api/session/activite"): Acces.SESSION,
    ("GET", "/api/evenements"): Acces.SESSION,
    ("GET", "/api/etat"): Acces.SESSION,
    ("GET", "/accueil"): Acces.SESSION,
    ("GET", "/api/accueil"): Acces.SESSION,
    ("POST", "/api/rendez-vous"): _PRENDRE,
    ("POST", "/api/dossiers/{numero}/abandon"): _PRENDRE,
    ("GET", "/suivi"): _SUIVRE,
    ("GET", "/suivi/{numero}"): _SUIVRE,
    ("GET", "/api/suivi"): _SUIVRE,
    ("GET", "/api/suivi/{numero}"): _SUIVRE,
    ("POST", "/api/suivi/{numero}/renvoi"): _SUIVRE,
    ("POST", "/api/suivi/{numero}/complement"): _PRENDRE,
    ("GET", "/suivi/{numero}/demande-complement.pdf"): _SUIVRE,
    ("GET", "/suivi/{numero}/remise"): _REMETTRE,
    ("GET", "/suivi/{numero}/emargement.pdf"): _REMETTRE,
    ("POST", "/api/suivi/{numero}/remise/puce"): _REMETTRE,
    ("POST", "/api/suivi/{numero}/remise/empreinte"): _REMETTRE,
    ("GET", "/api/suivi/{numero}/remise/visage"): _REMETTRE,
    ("PUT", "/api/suivi/{numero}/remise"): _REMETTRE,
    ("POST", "/api/suivi/{numero}/remise"): _REMETTRE,
    ("POST", "/api/dossiers"): _PRENDRE,
    ("PUT", "/api/dossiers/{numero}/champs/{nom}"): _PRENDRE,
    ("GET", "/api/dossiers/{numero}/ecrans/{ecran}"): _PRENDRE,
    ("POST", "/api/dossiers/{numero}/ecrans/{ecran}/reprise"): _PRENDRE,
    ("POST", "/api/dossiers/{numero}/predemande"): _PRENDRE,
    ("POST", "/api/codes"): _PRENDRE,
    ("DELETE", "/api/codes/{retour}"): _PRENDRE,
    ("GET", "/api/referentiel/communes"): Acces.SESSION,
    ("GET", "/api/referentiel/pays"): Acces.SESSION,
    ("POST", "/api/dossiers/{numero}/mesures"): _PRENDRE,
    ("GET", "/dossiers/{numero}/{ecran}"): _PRENDRE,
    ("GET", "/api/taches/{tache}"): Acces.SESSION,
    ("GET", "/api/taches/{tache}/evenements"): Acces.SESSION,
    ("DELETE", "/api/taches/{tache}"): Acces.SESSION,
    ("POST", "/api/dossiers/{numero}/pieces/{piece}/choix"): _PRENDRE,
    ("POST", "/api/dossiers/{numero}/pieces/{piece}/numerisation"): _PRENDRE,
    ("POST", "/api/dossiers/{numero}/pieces/{piece}/fichier"): _PRENDRE,
    ("PUT", "/api/dossiers/{numero}/pieces/{piece}/attente"): _PRENDRE,
    ("DELETE", "/api/dossiers/{numero}/pieces/{piece}/attente"): _PRENDRE,
    ("PUT", "/api/dossiers/{numero}/pieces/{piece}/vue"): _PRENDRE,
    ("PUT", "/api/dossiers/{numero}/pieces/{piece}/reference"): _PRENDRE,
    ("PUT", "/api/dossiers/{numero}/pieces/{piece}/question"): _PRENDRE,
    ("POST", "/api/dossiers/{numero}/pieces/{piece}/valeurs"): _PRENDRE,
    ("POST", "/api/dossiers/{numero}/pieces/{piece}/puce"): _PRENDRE,
    ("DELETE", "/api/dossiers/{numero}/pieces/{piece}"): _PRENDRE,
    ("DELETE", "/api/dossiers/{numero}/pieces/{piece}/pages/{page}"): _PRENDRE,
    ("GET", "/api/dossiers/{numero}/pieces/{piece}/pages/{page}"): _PRENDRE,
    ("POST", "/api/dossiers/{numero}/photo/prise"): _PRENDRE,
    ("PUT", "/api/dossiers/{numero}/photo/garde"): _PRENDRE,
    ("DELETE", "/api/dossiers/{numero}/photo/attente"): _PRENDRE,
    ("PUT", "/api/dossiers/{numero}/photo/questions"): _PRENDRE,
    ("PUT", "/api/dossiers/{numero}/photo/questions/{code}"): _PRENDRE,
    ("GET", "/api/dossiers/{numero}/portrait.jpg"): _PRENDRE,
    ("POST", "/api/dossiers/{numero}/empreintes/prise"): _PRENDRE,
    ("POST", "/api/dossiers/{numero}/empreintes/doigts/{doigt}/choix"): _PRENDRE,
    ("PUT", "/api/dossiers/{numero}/empreintes/reglage"): _PRENDRE,
    ("PUT", "/api/dossiers/{numero}/empreintes/doigts/{doigt}/garde"): _PRENDRE,
    ("PUT", "/api/dossiers/{numero}/empreintes/doigts/{doigt}/motif"): _PRENDRE,
    ("DELETE", "/api/dossiers/{numero}/empreintes/doigts/{doigt}/motif"): _PRENDRE,
    ("DELETE", "/api/dossiers/{numero}/empreintes/doigts/{doigt}"): _PRENDRE,
    ("GET", "/api/dossiers/{numero}/empreintes/doigts/{doigt}/image"): _PRENDRE,
    ("POST", "/api/dossiers/{numero}/relecture"): _PRENDRE,
    ("POST", "/api/dossiers/{numero}/signature"): _PRENDRE,
    ("GET", "/api/dossiers/{numero}/signature/{qui}/image"): _PRENDRE,
    ("PUT", "/api/dossiers/{numero}/justifications/{code}"): _PRENDRE,
    ("POST", "/api/dossiers/{numero}/scellement"): _SCELLER,
    ("GET", "/api/dossiers/{numero}/envoi"): _SUIVRE,
    ("POST", "/api/dossiers/{numero}/impressions"): _PRENDRE,
    ("GET", "/dossiers/{numero}/recepisse.pdf"): _SUIVRE,
    ("GET", "/dossiers/{numero}/recapitulatif.pdf"): _PRENDRE,
    ("GET", "/dossiers/{numero}/declarations/{titre}"): _PRENDRE,
    ("GET", "/usager"): Acces.PUBLIC,  # an empty page: what fills it wants its token
    ("GET", "/api/usager/evenements"): Acces.PUBLIC,  # says when to ask, and nothing of anybody
    ("GET", "/api/usager"): Acces.USAGER,
    ("POST", "/api/usager/relecture"): Acces.USAGER,
    ("POST", "/api/usager/signature"): Acces.USAGER,
}
"""Every route by method and path."""


@dataclass(frozen=True, slots=True)
class Porte:
    """The gate before every route; `poste` is the token of this start."""

    guichet: Guichet
    poste: str

    def __call__(
        self,
        request: Request,
        bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
        header: Annotated[str | None, Security(_HEADER)],
    ) -> None:
        """Let the request through; raises `Refused`, `RoleForbidden`, `SessionLocked`."""
        wanted = TABLE.get((request.method, request.scope["route"].path))
        if wanted is None:
            raise Refused(NOT_LISTED)
        if wanted is Acces.PUBLIC:
            return
        given = bearer.credentials if bearer is not None else header or ""
        if wanted is Acces.POSTE and _same(given, self.poste):
            return
        jetons = self.guichet.jetons
        if jetons is None:
            raise Refused(NO_TOKEN if wanted is Acces.POSTE else NO_SESSION)
        if not _proven(request, given, jetons, wanted):
            raise Refused(NO_TOKEN if given or wanted is Acces.POSTE else NO_SESSION)
        self._admit(wanted)
        if request.method not in _READS:
            self.guichet.acted()

    def _admit(self, wanted: Acces | Acte) -> None:
        try:
            agent = self.guichet.agent
        except SessionLocked:
            raise Refused(NO_SESSION) from None
        if isinstance(wanted, Acte):
            check_may(agent, wanted)


def _proven(request: Request, given: str, jetons: Jetons, wanted: Acces | Acte) -> bool:
    if _same(given, jetons.page):
        return True
    if wanted is Acces.USAGER and _same(given, jetons.usager):
        return True
    cookie = request.cookies.get(COOKIE, "")
    return request.method in _READS and _same(cookie, jetons.lecture)


def _same(given: str, wanted: str) -> bool:
    return bool(given) and secrets.compare_digest(given.encode(), wanted.encode())
