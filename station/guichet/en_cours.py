"""A dossier in hand: its draft, changed by one request at a time, each change on disk first."""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from station.dossier import lus, reprise
from station.dossier.formulaire import CHAMPS
from station.dossier.lecture import faute
from station.dossier.saisie import Origine, Saisie, Valeur
from station.errors import DossierSealed, FieldChanged, InvalidField, StorageError
from station.guichet.empreintes import Empreintes
from station.guichet.photo import Photo
from station.guichet.pieces import Pieces
from station.pipeline import keep

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from station.dossier.draft import Draft
    from station.dossier.formulaire import Ecran
    from station.dossier.lus import DomicileLu, TitreLu
    from station.dossier.piece import TypePiece
    from station.pipeline import Recueil

_SOFT = {Origine.USUEL, Origine.PREDEMANDE}  # what a better source may replace unasked


@dataclass(frozen=True, slots=True)
class Champ:
    """A field after a change: what it holds, and what is wrong with it."""

    nom: str
    texte: str
    faute: str


class EnCours:
    """The draft of one dossier, and who may change it: whoever holds `changing`."""

    def __init__(self, recueil: Recueil, draft: Draft) -> None:
        self.recueil, self.draft = recueil, draft
        self.sealed = False  # once and for all
        self._lock = threading.RLock()
        self.empreintes = Empreintes(self)
        self.photo = Photo(self)
        self.pieces = Pieces(self)

    @contextmanager
    def changing(self) -> Iterator[Draft]:
        """The draft, to be changed by nobody else meanwhile; raises `DossierSealed`."""
        with self._lock:
            if self.sealed:
                raise DossierSealed(self.draft.numero)
            yield self.draft

    def fill(self, nom: str, texte: str, avant: str | None = None) -> Champ:
        """Put `texte` into a field; on disk when this returns.

        Raises `FieldChanged` when the field does not hold `avant` any more (another window was
        quicker), `InvalidField` for an unknown field or an endless text.
        """
        with self.changing() as draft:
            there = draft.saisie.get(nom)
            if avant is not None and there not in (avant, texte):
                raise FieldChanged(nom)
            if there != texte:
                self._put(nom, Valeur(texte))
            return self.champ(nom)

    def champ(self, nom: str) -> Champ:
        """A field as it stands; raises `KeyError` for an unknown one."""
        held = self.draft.saisie.get(nom)
        jour = self.draft.seance.ouverte_le.astimezone().date()
        wrong = faute(CHAMPS[nom], held, jour)
        if held and not wrong:  # it holds by itself, and not with the others
            wrong = next((m.phrase for m in self.draft.manques if m.champ == nom), "")
        return Champ(nom, held, wrong)

    def prefill(self, said: Mapping[str, str], origine: Origine) -> tuple[str, ...]:
        """Fill what is empty, or was filled by no agent; returns the names of the fields filled.

        An unknown field is left out: whoever sends it is newer than this station.
        """
        with self.changing() as draft:
            filled = {
                nom: Valeur(texte, origine)
                for nom, texte in said.items()
                if nom in CHAMPS and draft.takes(nom) and self._may(draft, nom, texte)
            }
            self.put_all(filled)
            return tuple(filled)

    def put_all(self, valeurs: Mapping[str, Valeur]) -> Mapping[str, Valeur]:
        """Fill several fields in one step, whatever is there; what was there before.

        Those that have no place in this draft are left out. Raises `InvalidField`, and then none
        of them is filled.
        """
        with self.changing() as draft:
            valeurs = {
                nom: valeur
                for nom, valeur in valeurs.items()
                if draft.takes(nom) or nom not in CHAMPS
            }
            before = {nom: draft.saisie.valeur(nom) or Valeur("") for nom in valeurs}
            tried = Saisie()
            for nom, valeur in valeurs.items():
                tried.put(nom, valeur)  # raises before anything that could not be replayed
            if valeurs:
                keep(self.recueil, draft, "champs", reprise.champs(valeurs))
                draft.fill_all(valeurs)
            return before

    def read_titre(self, lu: TitreLu | None) -> TitreLu | None:
        """Keep what was read off the title held, or nothing any more; what was kept before."""
        with self.changing() as draft:
            before = draft.titre_lu
            keep(self.recueil, draft, lus.TITRE, lus.titre_step(lu))
            draft.titre_lu = lu
            return before

    def read_domicile(self, lu: DomicileLu | None) -> DomicileLu | None:
        """Keep what a verified proof of address says, or nothing any more; what was kept before."""
        with self.changing() as draft:
            before = draft.domicile_lu
            keep(self.recueil, draft, lus.DOMICILE, lus.domicile_step(lu))
            draft.domicile_lu = lu
            return before

    def show(self, ecran: Ecran) -> None:
        """Note where the agent is, to come back there after a crash.

        A disk that takes nothing more costs that alone: the screen is shown all the same.
        """
        with self.changing() as draft:
            if draft.ecran is not ecran:
                with suppress(StorageError):
                    keep(self.recueil, draft, "ecran", reprise.ecran(ecran))
                draft.ecran = ecran

    def hold(self, kind: TypePiece) -> None:
        """Note which document is in hand, to come back to it after a crash."""
        with self.changing() as draft:
            if draft.piece_vue is not kind:
                keep(self.recueil, draft, "piece_vue", reprise.piece_vue(kind))
                draft.piece_vue = kind

    def forget(self) -> None:
        """Wipe what only memory holds; the draft on disk stays."""
        self.empreintes.forget()
        self.photo.forget()
        self.pieces.forget()

    def _may(self, draft: Draft, nom: str, texte: str) -> bool:
        held = draft.saisie.valeur(nom)
        return held is None or (held.origine in _SOFT and held.texte != texte)

    def _put(self, nom: str, valeur: Valeur) -> None:
        Saisie().put(nom, valeur)  # raises before anything is on disk that could not be replayed
        if not self.draft.takes(nom):
            raise InvalidField("champ (not asked for)")
        keep(self.recueil, self.draft, "champ", reprise.champ(nom, valeur))
        self.draft.fill(nom, valeur)
