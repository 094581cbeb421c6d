"""The screen VERIFICATION: the whole dossier on one page, and what still stands in its way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from station.api.ecrans.signature import recapitulatif, signatures
from station.dossier.complement import ComplementDraft
from station.dossier.constat import Niveau
from station.dossier.formulaire import Ecran
from station.dossier.mots import DOIGTS, MOTS, phrase
from station.guichet.avancement import constats, ecrans, ouverts
from station.web.pages import ident
from station.web.valeurs import Champ, ConstatVu

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from station.dossier.constat import Constat
    from station.dossier.draft import Draft
    from station.guichet.en_cours import EnCours
    from station.guichet.guichet import Guichet
    from station.referentiel.lookup import Referentiel

_AUCUN: Final = "Rien ne manque : le dossier peut être scellé."


@dataclass(frozen=True, slots=True)
class Verification:
    """The view of the screen; `lieux` names countries."""

    lieux: Referentiel
    ecran: Ecran = Ecran.VERIFICATION
    gabarit: str = "ecrans/verification.html"
    fragments: tuple[str, ...] = ("bloc-bilan", "bloc-constats")

    def valeurs(self, en_cours: EnCours) -> dict[str, Any]:
        """Every finding with its reason, and each block; of a complement those asked for."""
        draft = en_cours.draft
        return {
            **recapitulatif(draft, self.lieux),
            "signatures": tuple(signatures(draft)),
            "bilan": bilan(ouverts(draft)),
            "pret": not ouverts(draft),
            "constats": tuple(_vus(draft)),
            "champ_de": lambda motif: Champ(motif, "AGENT" if motif else ""),
            "pieces": tuple(_pieces(draft)),
            "doigts": tuple((int(f), phrase(DOIGTS[f - 1])) for f in sorted(draft.empreintes)),
            "passes": tuple(
                (phrase(DOIGTS[f - 1]), MOTS[motif])
                for f, motif in sorted(draft.exemptions.items())
            ),
            "montres": ecrans(draft),
            "entier": not isinstance(draft, ComplementDraft),
            "portrait": "" if draft.visage is None else str(draft.visage.capture_id),
        }


def vue(guichet: Guichet) -> Verification:
    """The screen."""
    return Verification(guichet.sources.lieux)


def bilan(found: Iterable[Constat]) -> str:
    """What is left, counted in words."""
    levels = [constat.niveau for constat in found]
    blocking, open_ = levels.count(Niveau.BLOQUANT), levels.count(Niveau.A_JUSTIFIER)
    said = []
    if blocking:
        said.append("1 point bloque" if blocking == 1 else f"{blocking} points bloquent")
    if open_:
        said.append("1 point est à justifier" if open_ == 1 else f"{open_} points sont à justifier")
    return f"{', '.join(said)}." if said else _AUCUN


def _doigt(code: int) -> str:
    return phrase(DOIGTS[code - 1])


def _vus(draft: Draft) -> Iterator[ConstatVu]:
    given = draft.raisons
    for constat in constats(draft):
        yield ConstatVu(
            constat.code,
            constat.niveau,
            constat.phrase,
            constat.source,
            _chemin(draft, constat),
            given.get(constat.code, ""),
        )


def _chemin(draft: Draft, constat: Constat) -> str:
    """Where it is mended: the screen, and the field on it."""
    there = f"/dossiers/{draft.id}/{constat.ecran}"
    if constat.champ is None:
        return there
    kind, _, name = constat.champ.partition(".")
    anchors = {
        "piece": f"piece-{name}",
        "empreinte": f"doigt-{name.lstrip('0')}",
        "visage": f"regle-{name}",
    }
    return f"{there}#{anchors.get(kind, ident(constat.champ))}"


def _pieces(draft: Draft) -> Iterator[tuple[str, int]]:
    for piece in draft.pieces:
        yield phrase(MOTS[piece.reference.type]), len(piece.pages)
