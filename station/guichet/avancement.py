"""How far each screen of a dossier is: from what was found on it, and from what is there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from station.dossier.checks import examine
from station.dossier.formulaire import CHAMPS, Ecran
from station.rules.regles import en_vigueur

if TYPE_CHECKING:
    from station.dossier.checks import Constat
    from station.dossier.draft import Draft


def constats(draft: Draft) -> tuple[Constat, ...]:
    """Every finding on `draft` under the rules of today."""
    today = datetime.now(UTC).date()
    return examine(draft, today, en_vigueur(today))


def avancement(draft: Draft, ici: Ecran) -> dict[Ecran, str]:
    """A_FAIRE, EN_COURS, COMPLET or A_CORRIGER for each screen; `ici` is where the agent is."""
    wrong = {CHAMPS[m.champ].ecran for m in draft.manques if draft.saisie.get(m.champ)}
    open_ = {CHAMPS[m.champ].ecran for m in draft.manques}
    begun = {CHAMPS[nom].ecran for nom in draft.saisie}
    found = {}
    for ecran in Ecran:
        if ecran in wrong:
            found[ecran] = "A_CORRIGER"
        elif ecran in begun and ecran not in open_:
            found[ecran] = "COMPLET"
        else:
            found[ecran] = "EN_COURS" if ecran in begun or ecran is ici else "A_FAIRE"
    return found
