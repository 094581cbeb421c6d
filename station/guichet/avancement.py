"""How far each screen of a dossier is: from what was found on it, and from what is there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from station.dossier.checks import examine
from station.dossier.complement import ComplementDraft
from station.dossier.constat import Niveau
from station.dossier.formulaire import CHAMPS, Ecran
from station.rules.regles import en_vigueur

if TYPE_CHECKING:
    from collections.abc import Iterable

    from station.dossier.constat import Constat
    from station.dossier.draft import Draft

A_FAIRE, EN_COURS, COMPLET = "A_FAIRE", "EN_COURS", "COMPLET"
A_CORRIGER, A_VERIFIER = "A_CORRIGER", "A_VERIFIER"
_TOUJOURS: Final = (Ecran.VERIFICATION, Ecran.SCELLEMENT)


def constats(draft: Draft) -> tuple[Constat, ...]:
    """Every finding on `draft` under the rules of today."""
    today = datetime.now(UTC).date()
    if isinstance(draft, ComplementDraft):
        return draft.examine(today, en_vigueur(today))
    return examine(draft, today, en_vigueur(today))


def ecrans(draft: Draft) -> tuple[Ecran, ...]:
    """The screens of `draft` in their order; of a complement those that the CERT asks for."""
    if not isinstance(draft, ComplementDraft):
        return tuple(Ecran)
    asked = draft.reponse.attendus
    wanted = {CHAMPS[nom].ecran for nom in asked.champs} | {
        ecran
        for ecran, there in (
            (Ecran.PIECES, asked.pieces),
            (Ecran.PHOTO, asked.photo),
            (Ecran.EMPREINTES, asked.doigts),
            (Ecran.SIGNATURE, asked.signature),
        )
        if there
    }
    return tuple(one for one in Ecran if one in wanted or one in _TOUJOURS)


def ouverts(draft: Draft) -> tuple[Constat, ...]:
    """The findings that still forbid the seal: those that block, those not yet justified."""
    given = {j.code for j in draft.justifications}
    return tuple(c for c in constats(draft) if c.niveau is Niveau.BLOQUANT or c.code not in given)


def avancement(draft: Draft, ici: Ecran) -> dict[Ecran, str]:
    """How far each screen is; `ici` is where the agent is.

    A_CORRIGER: something typed is wrong. A_VERIFIER: a question is open, or a reason is wanted.
    """
    found = ouverts(draft)
    left = {constat.ecran for constat in found}
    wrong = {CHAMPS[m.champ].ecran for m in draft.manques if draft.saisie.get(m.champ)}
    asked = {c.ecran for c in found if c.niveau is Niveau.A_JUSTIFIER}
    begun = {ecran: _state(ecran, left, wrong, asked) for ecran in _begun(draft)}
    early = Ecran.OUVERTURE in left  # what will be asked is not known yet
    states = {ecran: A_FAIRE if early or ecran in left else COMPLET for ecran in Ecran} | begun
    states[Ecran.VERIFICATION] = A_FAIRE if found else COMPLET
    states[Ecran.SCELLEMENT] = A_FAIRE
    if states[ici] == A_FAIRE:
        states[ici] = EN_COURS
    return states


def _state(ecran: Ecran, left: set[Ecran], wrong: set[Ecran], asked: set[Ecran]) -> str:
    """Of a screen that was begun."""
    if ecran in wrong:
        return A_CORRIGER
    if ecran in asked:
        return A_VERIFIER
    return EN_COURS if ecran in left else COMPLET


def _begun(draft: Draft) -> set[Ecran]:
    """The screens on which something is, but for what is usual of everybody."""
    there: Iterable[tuple[Ecran, object]] = (
        (Ecran.PIECES, draft.pieces),
        (Ecran.PHOTO, draft.visage),
        (Ecran.EMPREINTES, draft.empreintes or draft.exemptions),
        (Ecran.SIGNATURE, draft.signatures),
    )
    typed = {CHAMPS[nom].ecran for nom in draft.saisie.tapes()}
    return typed | {ecran for ecran, held in there if held}
