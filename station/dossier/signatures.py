"""Who has to sign this draft, and who still has to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from station.dossier.model import Signataire
from station.dossier.piece import TypePiece

if TYPE_CHECKING:
    from station.dossier.draft import Draft
    from station.dossier.exigences import Exigences

SANS_SIGNATURE: Final = "SIGNATURE_{}_IMPOSSIBLE"
"""The code of the reason why somebody cannot sign, with who in it."""


def signataires(wanted: Exigences) -> tuple[Signataire, ...]:
    """Who may sign, in their order: everybody while the age, and so the rule, is unknown."""
    return wanted.signataires or tuple(Signataire)


def sur_papier(draft: Draft) -> bool:
    """Whether the signed form is there: everybody signs on it."""
    return any(piece.reference.type is TypePiece.FORMULAIRE_SIGNE for piece in draft.pieces)


def a_signer(draft: Draft, wanted: Exigences) -> tuple[Signataire, ...]:
    """Who has not signed yet, nor on paper, in their order; reasons do not count here.

    While the age is unknown one signature is enough, and the holder's is the one that is asked for.
    """
    if sur_papier(draft):
        return ()
    if wanted.signataires is None:
        return () if draft.signatures else (Signataire.TITULAIRE,)
    return tuple(qui for qui in wanted.signataires if qui not in draft.signatures)


def empeches(draft: Draft) -> dict[Signataire, str]:
    """Who cannot sign, with the reason that the agent typed."""
    given = draft.raisons
    codes = {qui: SANS_SIGNATURE.format(qui) for qui in Signataire}
    return {qui: given[code] for qui, code in codes.items() if code in given}
