"""What the CERT publishes: a feed of signed decisions (docs/protocols/depot.md)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Annotated
from uuid import UUID  # noqa: TC003 (pydantic reads annotations at run time)

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from station.dossier.champs import Formulaire
from station.dossier.complement import Attendus  # noqa: TC001 (as above)
from station.dossier.model import TypeTitre  # noqa: TC001 (as above)
from station.errors import CentreUnreachable, ReceiptInvalid
from station.outbox.receipts import claims

if TYPE_CHECKING:
    from cryptography import x509


@unique
class Issue(StrEnum):
    """What the CERT says has become of a dossier (process.md §9)."""

    EN_INSTRUCTION = "EN_INSTRUCTION"
    COMPLEMENT_DEMANDE = "COMPLEMENT_DEMANDE"
    VALIDE = "VALIDE"
    REJETE = "REJETE"
    EN_PRODUCTION = "EN_PRODUCTION"
    DISPONIBLE = "DISPONIBLE"
    REMIS = "REMIS"
    DETRUIT = "DETRUIT"


class TitreDisponible(Formulaire):
    """A title that waits at the counter: its kind and the number printed on it."""

    type_titre: TypeTitre
    numero: Annotated[str, Field(pattern="^[A-Z0-9]{9,12}$")]


class Decision(BaseModel):
    """An outcome, with the CERT's code and French sentence when it is not a yes.

    `demande` says what a complement must hold, `titres` what may be handed over.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    dossier: UUID
    numero: Annotated[str, Field(max_length=32)]
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    rang: Annotated[int, Field(ge=1, lt=2**53)]  # order of publication
    iat: Annotated[int, Field(ge=0, lt=2**40)]  # seconds since 1970: when it was signed
    issue: Issue
    code: Annotated[str, Field(pattern="^[A-Z_]{1,64}$")] | None = None
    motif: Annotated[str, Field(max_length=500)] | None = None
    demande: Attendus | None = None
    titres: Annotated[tuple[TitreDisponible, ...], Field(max_length=2)] = ()

    @property
    def signee_le(self) -> datetime:
        """When the CERT signed it."""
        return datetime.fromtimestamp(self.iat, UTC)


class Feed(BaseModel):
    """A page of decisions, oldest first, as they were signed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    decisions: Annotated[list[str], Field(max_length=50)]


def read_feed(text: str) -> Feed:
    """Parse a page; raises `CentreUnreachable`, for a broken page promises nothing."""
    try:
        return Feed.model_validate_json(text)
    except ValidationError:
        raise CentreUnreachable("the CERT's decisions cannot be read") from None


def read_decision(token: str, certificate: x509.Certificate) -> Decision:
    """Believe `token` only when the CERT signed it; raises `ReceiptInvalid`."""
    said = claims(token, "decision", certificate)
    try:
        return Decision.model_validate_json(json.dumps(said))  # JSON rules: an enum is a string
    except ValidationError:
        raise ReceiptInvalid("a decision this station cannot read") from None
