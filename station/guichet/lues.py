"""What the codes and the zone of a page say, as values that the agent may take over."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from station.codes.content import recognise
from station.codes.mrz import page
from station.codes.symbols import reader
from station.codes.trust import verify
from station.codes.trust_files import load
from station.dossier.codes_lus import ecarts_domicile, justificatif
from station.dossier.differences import valeurs
from station.dossier.formulaire import CHAMPS
from station.dossier.lus import DomicileLu, TitreLu
from station.dossier.piece import TypePiece
from station.dossier.saisie import Origine
from station.dossier.titre_puce import Proposition
from station.errors import ConfigError, InvalidField, SymbolsUnread

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from station.capture import Sample
    from station.codes.mrz.zone import Mrz
    from station.codes.trust import TrustList
    from station.codes.two_d_doc import TwoDDoc
    from station.dossier.draft import Draft

DELIVREE: Final = "delivree_le"  # of the reference of the piece, not of the form


@dataclass(frozen=True, slots=True)
class Valeur:
    """One value that was read: for which field, what is there now, and where it comes from."""

    champ: str
    libelle: str
    texte: str = field(repr=False)
    avant: str = field(repr=False)
    origine: Origine = Origine.TITRE


@dataclass(frozen=True, slots=True)
class Lecture:
    """What was read on a piece: values to take over, what to tell the agent, and what to keep.

    What is kept is held against the form on the screens of civil status and address.
    """

    valeurs: tuple[Valeur, ...] = ()
    phrases: tuple[str, ...] = ()
    titre: TitreLu | None = None
    domicile: DomicileLu | None = None


def on_page(sample: Sample, kind: TypePiece, draft: Draft, trust: Path | None) -> Lecture:
    """What the codes of a page of this kind say; nothing where they cannot be read."""
    colours = np.asarray(sample.pixels)
    grey = np.asarray(cv2.cvtColor(colours, cv2.COLOR_BGR2GRAY), np.uint8)
    today = datetime.now(UTC).date()
    if kind is TypePiece.TITRE_ANCIEN:
        found = page.find(grey, today)
        if found is None or found.mrz is None:
            return Lecture()
        return replace(of_title(found.mrz, draft), titre=TitreLu(found.mrz, today))
    if kind is not TypePiece.JUSTIF_DOMICILE:
        return Lecture()
    try:
        symbols = reader().read(grey)
    except SymbolsUnread:
        return Lecture()
    for symbol in symbols:
        doc = recognise(symbol.data, today).doc
        if doc is not None:
            lu = DomicileLu(symbol.data.decode(errors="replace"), doc)
            return _of_address(lu, draft, _listed(trust), today)
    return Lecture()


def of_title(said: Mrz | Proposition, draft: Draft) -> Lecture:
    """What the zone or the chip of the old title says and the form does not hold yet."""
    origine = Origine.PUCE if isinstance(said, Proposition) else Origine.TITRE
    found = (
        Valeur(nom, CHAMPS[nom].libelle, texte, draft.saisie.get(nom), origine)
        for nom, texte in valeurs(said).items()
    )
    return Lecture(tuple(v for v in found if v.texte != v.avant))


def _of_address(lu: DomicileLu, draft: Draft, trust: TrustList | None, today: date) -> Lecture:
    doc = lu.doc
    proof = verify(doc, trust, today)
    try:
        reference = justificatif(doc, proof)
    except InvalidField:
        return Lecture(phrases=("Code 2D-Doc non vérifié : contrôler le justificatif à l’œil.",))
    said = tuple(_differences(doc, draft))
    told = ("Code 2D-Doc vérifié.", *said)
    if reference.delivree_le is None:
        return Lecture(phrases=told, domicile=lu)
    texte = f"{reference.delivree_le:%d/%m/%Y}"
    held = draft.piece(TypePiece.JUSTIF_DOMICILE)
    before = None if held is None else held.reference.delivree_le
    avant = "" if before is None else f"{before:%d/%m/%Y}"
    if avant == texte:
        return Lecture(phrases=told, domicile=lu)
    read = Valeur(DELIVREE, "Délivrée le", texte, avant, Origine.CODE)
    return Lecture((read,), told, domicile=lu)


def _differences(doc: TwoDDoc, draft: Draft) -> Iterator[str]:
    if draft.usager is not None:
        yield from (ecart.phrase for ecart in ecarts_domicile(draft.usager, doc))


def _listed(trust: Path | None) -> TrustList | None:
    """The list of the settings; one that cannot be read proves nothing."""
    try:
        return None if trust is None else load(trust)
    except ConfigError:
        return None
