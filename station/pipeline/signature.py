"""The signature from a pad, into the draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from station.capture import Provenance
from station.config import Profile
from station.dossier import reprise
from station.dossier.draft import Justification
from station.errors import DeviceUntrusted
from station.pipeline.recueil import keep
from station.quality.signature import assess_signature
from station.records.encoded import encode_signature

if TYPE_CHECKING:
    from station.dossier.draft import Draft
    from station.dossier.model import Signataire
    from station.pen import Trace
    from station.pipeline.recueil import Recueil
    from station.quality.report import QualityReport

PAGE: Final = Provenance("page", "zone de signature de la page", "", "", simulated=False)
"""A signature written on a screen of the station: the browser tells no more of its device."""
_REASON = "SIGNATURE_{}_QUALITE"


@dataclass(frozen=True, slots=True)
class Signed:
    """What `qui` wrote on the pad."""

    qui: Signataire
    trace: Trace


def take_signature(
    recueil: Recueil,
    draft: Draft,
    signed: Signed,
    raison: str | None = None,
    device: Provenance = PAGE,
) -> QualityReport:
    """Judge a signature; it enters when the rules accept it, or with the agent's `raison`.

    A pad on which nothing was written never enters. Raises `InvalidField` for a reason too short,
    `RecordInvalid` for strokes larger than a page, `DeviceUntrusted` for a simulated pad in
    production.
    """
    if device.simulated and recueil.settings.profile is Profile.PRODUCTION:
        raise DeviceUntrusted(f"{device.driver}: a simulated device in production")
    qui, trace = signed.qui, signed.trace
    report = assess_signature(trace)
    if not trace.strokes or not (report.verdict.accepts or raison):
        return report
    reasons = []
    if not report.verdict.accepts:
        reasons.append(Justification.of({"code": _REASON.format(qui), "raison": raison}))
    encoded = encode_signature(trace, report, device)
    keep(recueil, draft, "signature", reprise.signature(encoded, qui, reasons))
    draft.put_signature(qui, encoded, reasons)
    return report
