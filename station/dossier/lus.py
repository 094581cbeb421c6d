"""What was read off papers at the counter, kept in the draft to be held against the form.

It is a proposal: nothing of it enters a field by itself. A title is kept as the lines of its zone
or as what its chip proves, a proof of address as the text of its verified code.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from station.codes import two_d_doc
from station.codes.mrz import zone
from station.codes.mrz.zone import Mrz
from station.dossier.champs import DatePartielle
from station.dossier.saisie import Origine
from station.dossier.titre_puce import Proposition

if TYPE_CHECKING:
    from station.codes.two_d_doc import TwoDDoc

TITRE, DOMICILE = "titre.lu", "domicile.lu"  # steps of a draft


@dataclass(frozen=True, slots=True)
class TitreLu:
    """The title the applicant holds, as it was read on the day `le`."""

    titre: Mrz | Proposition = field(repr=False)
    le: date

    @property
    def origine(self) -> Origine:
        """The printed zone, or the chip."""
        return Origine.TITRE if isinstance(self.titre, Mrz) else Origine.PUCE


@dataclass(frozen=True, slots=True)
class DomicileLu:
    """A proof of address whose code was verified when it was read."""

    texte: str = field(repr=False)
    doc: TwoDDoc = field(repr=False)


def of_code(texte: str) -> DomicileLu:
    """The proof of address of a code that `station.codes.trust` has verified.

    Raises `TwoDDocInvalid`.
    """
    return DomicileLu(texte, two_d_doc.parse(texte))


def titre_step(lu: TitreLu | None) -> bytes:
    """The step that keeps a title, or that takes it out again."""
    if lu is None:
        return b"{}"
    said: dict[str, Any] = {"le": lu.le.isoformat()}
    if isinstance(lu.titre, Mrz):
        said["zone"] = list(lu.titre.lines)
    else:
        said["puce"] = _of_chip(lu.titre)
    return _bytes(said)


def domicile_step(lu: DomicileLu | None) -> bytes:
    """The step that keeps a proof of address, or that takes it out again."""
    return _bytes({} if lu is None else {"code": lu.texte})


def titre_of(said: dict[str, Any]) -> TitreLu | None:
    """What `titre_step` kept; raises `ValueError`, `KeyError` or `InputError`."""
    if not said:
        return None
    le = date.fromisoformat(said["le"])
    if "zone" in said:
        return TitreLu(zone.parse(tuple(said["zone"]), le), le)
    return TitreLu(_chip(said["puce"]), le)


def domicile_of(said: dict[str, Any]) -> DomicileLu | None:
    """What `domicile_step` kept; raises `TwoDDocInvalid`."""
    return of_code(said["code"]) if said else None


def _of_chip(said: Proposition) -> dict[str, Any]:
    born = said.date_naissance
    return {
        "nom_famille": said.nom_famille,
        "prenoms": list(said.prenoms),
        "date_naissance": None if born is None else born.model_dump(),
        "sexe": said.sexe,
        "lieu_naissance": said.lieu_naissance,
        "numero": said.numero,
        "expire_le": None if said.expire_le is None else said.expire_le.isoformat(),
        "nom_coupe": said.nom_coupe,
        "prenoms_coupes": said.prenoms_coupes,
        "entiers": said.entiers,
    }


def _chip(said: dict[str, Any]) -> Proposition:
    born, expires = said["date_naissance"], said["expire_le"]
    return Proposition(
        nom_famille=said["nom_famille"],
        prenoms=tuple(said["prenoms"]),
        date_naissance=None if born is None else DatePartielle(**born),
        sexe=said["sexe"],
        lieu_naissance=said["lieu_naissance"],
        numero=said["numero"],
        expire_le=None if expires is None else date.fromisoformat(expires),
        nom_coupe=said["nom_coupe"],
        prenoms_coupes=said["prenoms_coupes"],
        entiers=said["entiers"],
    )


def _bytes(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode()
