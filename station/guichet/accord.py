"""What the applicant agrees to, and the reasons the agent gives: each one a step of the draft."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from station.dossier import reprise
from station.dossier.constat import Niveau
from station.dossier.draft import Justification
from station.dossier.exigences import exigences
from station.dossier.model import Signataire
from station.dossier.recapitulatif import Relecture, digest, relu
from station.dossier.signatures import SANS_SIGNATURE, a_signer, empeches, signataires
from station.dossier.situation import Situation
from station.errors import FieldChanged, InvalidField
from station.guichet.avancement import constats
from station.pen import Trace
from station.pipeline import Signed, keep, take_signature
from station.rules.regles import en_vigueur

if TYPE_CHECKING:
    from collections.abc import Iterable

    from station.dossier.draft import Draft
    from station.dossier.exigences import Exigences
    from station.dossier.saisie import Origine
    from station.guichet.en_cours import EnCours

    Point = tuple[int, int, int, int]


CONFORME: Final = "Vérifié à l’œil par l’agent : conforme."
"""What an answer says when nothing speaks against what was asked."""

_PER_MM = 10 * 96 / 25.4  # tenths of a CSS pixel
_FORCE = 1000  # the most a page tells


def confirmer(en_cours: EnCours, par: Origine, sha256: str) -> None:
    """The recap of that `sha256` was gone through, now; on disk when this returns.

    Raises `FieldChanged` when the dossier says something else by now, `DossierSealed`.
    """
    with en_cours.changing() as draft:
        if sha256 != digest(draft.saisie):
            raise FieldChanged("récapitulatif")
        if not relu(draft):
            confirmed = Relecture(par, datetime.now(UTC), sha256)
            keep(en_cours.recueil, draft, "relecture", reprise.relecture(confirmed))
            draft.relecture = confirmed


def justifier(en_cours: EnCours, code: str, raison: str) -> None:
    """Give the reason for the finding `code`, in place of one given before; empty takes it back.

    Raises `InvalidField` for a code that asks for none and for an endless text, `DossierSealed`.
    """
    with en_cours.changing() as draft:
        if code not in _asked(draft):
            raise InvalidField("justification (code)")
        if not raison.strip():
            _withdraw(en_cours, draft, code)
        elif draft.raisons.get(code) != raison:
            reason = Justification.of({"code": code, "raison": raison})
            keep(en_cours.recueil, draft, "justification", reprise.form(reason))
            draft.justify(reason)


def signer(
    en_cours: EnCours, qui: Signataire, traits: Iterable[Iterable[Point]], raison: str = ""
) -> tuple[str, ...]:
    """Take the signature of `qui` from a pad of the page; what speaks against one not taken.

    A point is (x, y, pressure, ms), as the pages send it. With the agent's `raison` it is taken
    whatever speaks against it: somebody may be able to do no more. Raises `InvalidField` for
    strokes that are none, for a reason too short and for somebody who does not sign here,
    `DossierSealed`.
    """
    strokes = [[(x, y, t, force / _FORCE) for x, y, force, t in trait] for trait in traits]
    trace = Trace.of_pad(strokes, _PER_MM, datetime.now(UTC))
    with en_cours.changing() as draft:
        if qui not in signataires(exigees(draft)):
            raise InvalidField("signature (signataire)")
        report = take_signature(en_cours.recueil, draft, Signed(qui, trace), raison or None)
    return () if report.verdict.accepts or raison else report.reasons


def prochain(draft: Draft) -> Signataire | None:
    """Whose turn it is to sign; None when everybody who can has signed."""
    unable = empeches(draft)
    left = (qui for qui in a_signer(draft, exigees(draft)) if qui not in unable)
    return next(left, None)


def exigees(draft: Draft) -> Exigences:
    """What the rules of today ask for."""
    today = datetime.now(UTC).date()
    return exigences(Situation.of(draft), today, en_vigueur(today))


def _withdraw(en_cours: EnCours, draft: Draft, code: str) -> None:
    if code in draft.raisons:
        keep(en_cours.recueil, draft, "justification-retiree", reprise.withdrawn(code))
        draft.withdraw(code)


def _asked(draft: Draft) -> set[str]:
    """The codes a reason may be given for."""
    found = {c.code for c in constats(draft) if c.niveau is Niveau.A_JUSTIFIER}
    return found | {SANS_SIGNATURE.format(qui) for qui in Signataire}
