"""A proof of address by its verified 2D-Doc, beside the address of the form (process.md §13.1).

The code has lines 2 to 5 of the address as identifiers 20 to 23, the postal code as 24, the town
as 25; all in capitals without accents, perhaps cut. The form keeps its own spelling where both say
the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from station.codes.mrz.names import spell
from station.dossier.codes_lus import au_nom_de
from station.dossier.differences import Difference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from station.codes.two_d_doc import TwoDDoc
    from station.dossier.saisie import Saisie

_LINES: Final = ("20", "21", "22", "23")
_POSTCODE, _TOWN, _COUNTRY = "24", "25", "26"
_ALPHA3: Final = {"FR": "FRA"}  # of a proof from France, which nearly all are
_PHRASE: Final = "Ce n’est pas ce que porte le justificatif."
CHAMPS_ADRESSE: Final = (
    *(f"adresse.ligne{n}" for n in range(1, 7)),
    "adresse.code_postal",
    "adresse.commune",
    "adresse.pays",
)


def adresse(doc: TwoDDoc) -> Mapping[str, str]:
    """The fields of the address that `doc` fills, as it spells them; none is empty."""
    lines = [line for name in _LINES if (line := (doc.value(name) or "").strip())]
    said = {f"adresse.ligne{rank}": line for rank, line in enumerate(lines, 1)}
    said["adresse.code_postal"] = doc.value(_POSTCODE) or ""
    said["adresse.commune"] = doc.value(_TOWN) or ""
    said["adresse.pays"] = _ALPHA3.get(doc.value(_COUNTRY) or "", "")
    return {champ: texte.strip() for champ, texte in said.items() if texte.strip()}


def differences_domicile(saisie: Saisie, doc: TwoDDoc) -> tuple[Difference, ...]:
    """The fields that hold something else than `doc` says; an empty one differs in nothing."""
    return tuple(
        Difference(champ, texte, _PHRASE)
        for champ, texte in adresse(doc).items()
        if saisie.get(champ) and not _same(saisie.get(champ), texte)
    )


def a_reprendre(saisie: Saisie, doc: TwoDDoc) -> dict[str, str]:
    """What the form does not say yet, or says otherwise."""
    return {c: t for c, t in adresse(doc).items() if not _same(saisie.get(c), t)}


def autre_nom(saisie: Saisie, doc: TwoDDoc) -> bool:
    """Whether the proof is in the name of neither the applicant nor the host.

    False while no name is known.
    """
    noms = ("usager.nom_famille", "usager.nom_usage", "adresse.hebergeant")
    known = [saisie.get(nom) for nom in noms if saisie.get(nom)]
    return bool(known) and not au_nom_de(doc, known)


def _same(typed: str, said: str) -> bool:
    """Equal but for accents, case and punctuation."""
    return spell(typed).replace("<", "") == spell(said).replace("<", "")
