"""The signature from a pad, into the draft."""

from __future__ import annotations

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
    from station.pen import Trace
    from station.pipeline.recueil import Recueil
    from station.quality.report import QualityReport

PAGE: Final = Provenance("page", "zone de signature de la page", "", "", simulated=False)
"""A signature written on a screen of the station: the browser tells no more of its device."""
_REASON = "SIGNATURE_QUALITE"


def take_signature(
    recueil: Recueil,
    draft: Draft,
    trace: Trace,
    raison: str | None = None,
    device: Provenance = PAGE,
) -> QualityReport:
    """Judge `trace`; it enters the draft when the rules accept it, or with the agent's `raison`.

    A pad on which nothing was written never enters. Raises `InvalidField` for a reason too short,
    `RecordInvalid` for strokes larger than a page, `DeviceUntrusted` for a simulated pad in
    production.
    """
    if device.simulated and recueil.settings.profile is Profile.PRODUCTION:
        raise DeviceUntrusted(f"{device.driver}: a simulated device in production")
    report = assess_signature(trace)
    if not trace.strokes or not (report.verdict.accepts or raison):
        return report
    reasons = []
    if not report.verdict.accepts:
        reasons.append(Justification.of({"code": _REASON, "raison": raison}))
    encoded = encode_signature(trace, report, device)
    keep(recueil, draft, "signature", reprise.evidence(encoded, None, reasons))
    draft.put_signature(encoded, reasons)
    return report
