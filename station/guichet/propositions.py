"""What the title held and the proof of address propose for the fields; the agent takes it, or not.

Where both speak of a field, the title does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from station.dossier.differences import differences, valeurs
from station.dossier.domicile import adresse, differences_domicile
from station.dossier.saisie import Origine, Valeur

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from station.dossier.draft import Draft
    from station.guichet.en_cours import EnCours


@dataclass(frozen=True, slots=True)
class Proposition:
    """What another source says of a field."""

    texte: str = field(repr=False)
    origine: Origine


def propositions(draft: Draft) -> Mapping[str, Proposition]:
    """Everything that is proposed, by the names of the fields, whether it differs or not."""
    found: dict[str, Proposition] = {}
    if draft.domicile_lu is not None:
        said = adresse(draft.domicile_lu.doc)
        found |= {champ: Proposition(texte, Origine.CODE) for champ, texte in said.items()}
    if draft.titre_lu is not None:
        said, origine = valeurs(draft.titre_lu.titre), draft.titre_lu.origine
        found |= {champ: Proposition(texte, origine) for champ, texte in said.items()}
    return found


def ecarts(draft: Draft) -> Mapping[str, Proposition]:
    """What is proposed for fields that hold something else."""
    proposed, differ = propositions(draft), set[str]()
    if draft.domicile_lu is not None:
        differ |= {d.champ for d in differences_domicile(draft.saisie, draft.domicile_lu.doc)}
    if draft.titre_lu is not None:
        texts = {nom: draft.saisie.get(nom) for nom in draft.saisie}
        differ |= {d.champ for d in differences(texts, draft.titre_lu.titre)}
    return {champ: proposed[champ] for champ in proposed if champ in differ}


def vides(draft: Draft) -> Mapping[str, Proposition]:
    """What is proposed for fields that are empty."""
    return {c: p for c, p in propositions(draft).items() if not draft.saisie.get(c)}


def reprendre(en_cours: EnCours, champs: Iterable[str]) -> tuple[str, ...]:
    """Take over what is proposed for `champs`, in one step; the fields that were filled.

    A field for which nothing is proposed stays as it is.
    """
    with en_cours.changing() as draft:
        proposed = propositions(draft)
        taken = {c: Valeur(proposed[c].texte, proposed[c].origine) for c in champs if c in proposed}
        en_cours.put_all(taken)
        return tuple(taken)
