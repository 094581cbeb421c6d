"""What the codes of papers feed into the form (process.md §3, §5, §8). Nothing enters by itself.

A fee stamp gives its number, a recap of a pre-demande its own, a proof of address its date and
whose it is. A 2D-Doc that is not verified gives nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from station.codes.content import Kind
from station.codes.mrz.names import spells
from station.codes.trust import Status
from station.dossier.piece import Reference, TypePiece
from station.dossier.titre_ancien import Ecart
from station.errors import InvalidField

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from station.codes.content import Content
    from station.codes.trust import Verification
    from station.codes.two_d_doc import TwoDDoc
    from station.dossier.model import Usager

DOMICILE = ("00", "01", "02")  # document types of 2D-Doc that prove an address
_WHOLE, _FIRST, _LAST, _POSTCODE = "10", "12", "13", "24"


def numero_timbre(content: Content) -> str:
    """The 16 digits of a fee stamp; raises `InvalidField` when the code is something else."""
    return _number(content, Kind.TIMBRE, "timbre.numero")


def numero_predemande(content: Content) -> str:
    """The number of a pre-demande; raises `InvalidField` when the code is something else."""
    return _number(content, Kind.PREDEMANDE, "numero_predemande")


def justificatif(doc: TwoDDoc, proof: Verification) -> Reference:
    """The reference of a proof of address, from its code.

    Raises `InvalidField` when the code is not verified, or is of another kind of document.
    """
    if proof.status is not Status.VERIFIED:
        raise InvalidField(f"reference: code ({proof.status})")
    if doc.kind not in DOMICILE:
        raise InvalidField("reference: code (no_proof_of_address)")
    return Reference(type=TypePiece.JUSTIF_DOMICILE, delivree_le=doc.issued)


def ecarts_domicile(usager: Usager, doc: TwoDDoc) -> tuple[Ecart, ...]:
    """Where a proof of address and the form differ; the host's name counts for who is hosted."""
    return tuple(_ecarts(usager, doc))


def au_nom_de(doc: TwoDDoc, names: Iterable[str]) -> bool:
    """Whether the beneficiary of a proof of address is called by one of `names`."""
    return any(_bears(doc, name) for name in names)


def _number(content: Content, kind: Kind, field: str) -> str:
    if content.kind is not kind or content.number is None:
        raise InvalidField(f"{field}: code ({content.kind})")
    return content.number


def _ecarts(usager: Usager, doc: TwoDDoc) -> Iterator[Ecart]:
    home = usager.adresse
    names = (usager.nom_famille, usager.nom_usage, home.hebergeant)
    if not au_nom_de(doc, [name for name in names if name]):
        yield Ecart("nom_famille", "Le justificatif n’est pas au nom du demandeur.")
    postcode = doc.value(_POSTCODE)
    if postcode is not None and postcode != home.code_postal:
        yield Ecart("adresse", "Le code postal du justificatif n’est pas celui de l’adresse.")


def _bears(doc: TwoDDoc, name: str) -> bool:
    """Whether the beneficiary, in one line (title/name/first name) or in parts, is `name`."""
    whole = (doc.value(_WHOLE) or "").split("/")
    parts = (*whole, doc.value(_LAST) or "", " ".join(whole[1:]), " ".join(reversed(whole[1:])))
    return any(part and spells(part.upper(), name) for part in parts)
