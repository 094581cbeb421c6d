"""What the CERT publishes: a feed of signed decisions (docs/protocols/depot.md)."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import TYPE_CHECKING, Annotated
from uuid import UUID  # noqa: TC003 (pydantic reads annotations at run time)

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from station.errors import CentreUnreachable, ReceiptInvalid
from station.outbox.receipts import claims

if TYPE_CHECKING:
    from cryptography import x509


@unique
class Issue(StrEnum):
    """What the CERT decides of a dossier (process.md §9)."""

    VALIDE = "VALIDE"
    COMPLEMENT_DEMANDE = "COMPLEMENT_DEMANDE"
    REJETE = "REJETE"


class Decision(BaseModel):
    """An outcome, with the CERT's code and French sentence when it is not a yes."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    dossier: UUID
    numero: Annotated[str, Field(max_length=32)]
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    rang: Annotated[int, Field(ge=1, lt=2**53)]  # order of publication
    issue: Issue
    code: Annotated[str, Field(pattern="^[A-Z_]{1,64}$")] | None = None
    motif: Annotated[str, Field(max_length=500)] | None = None


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
        return Decision.model_validate(said)
    except ValidationError:
        raise ReceiptInvalid("a decision this station cannot read") from None
