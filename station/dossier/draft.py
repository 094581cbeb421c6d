"""An application being filled in, and one that is complete: two types, and one door between."""

from __future__ import annotations

from dataclasses import InitVar, dataclass, field
from typing import TYPE_CHECKING, Annotated

from pydantic import StringConstraints

from station.capture import PortraitSource
from station.dossier import assemblage, checks, numero
from station.dossier.champs import Formulaire, Phrase
from station.dossier.controle_pieces import PAGE_QUESTION
from station.dossier.exigences import exigences
from station.dossier.formulaire import CHAMPS
from station.dossier.piece import Piece, Reference
from station.dossier.recapitulatif import lu
from station.dossier.saisie import Saisie
from station.dossier.situation import Situation
from station.errors import IncompleteDossier, InvalidField

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from uuid import UUID

    from station.capture import Finger
    from station.dossier.assemblage import Manque
    from station.dossier.champs import DatePartielle
    from station.dossier.formulaire import Ecran
    from station.dossier.lus import DomicileLu, TitreLu
    from station.dossier.model import Demande, MotifExemption, Seance, Signataire, Usager
    from station.dossier.piece import TypePiece
    from station.dossier.recapitulatif import Relecture
    from station.dossier.saisie import Valeur
    from station.records.encoded import Encoded
    from station.rules.regles import Regles

_DOOR = object()  # what only `Draft.complete` can show


class Justification(Formulaire):
    """What the agent typed for a check that asked for a reason; it travels to the CERT."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{2,39}$")]
    raison: Phrase


@dataclass(frozen=True, slots=True)
class DoigtPasse:
    """A finger that is not taken: why, and for how long ("temporaire" or "definitive")."""

    doigt: Finger
    motif: MotifExemption
    duree: str


def doigts_passes(
    exemptions: Mapping[Finger, MotifExemption], regles: Regles
) -> tuple[DoigtPasse, ...]:
    """The fingers that are not taken, in their order; `regles` say for how long."""
    return tuple(
        DoigtPasse(doigt, motif, regles.empreinte.exemptions[motif].duree)
        for doigt, motif in sorted(exemptions.items())
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A complete application. Only `Draft.complete` makes one."""

    id: UUID
    numero: str
    seance: Seance
    demandes: tuple[Demande, ...]
    usager: Usager = field(repr=False)
    pieces: tuple[Piece, ...] = field(repr=False)
    portrait_source: PortraitSource
    visage: Encoded = field(repr=False)
    empreintes: tuple[tuple[Finger, Encoded], ...] = field(repr=False)
    exemptions: tuple[DoigtPasse, ...]
    signatures: tuple[tuple[Signataire, Encoded], ...] = field(repr=False)
    justifications: tuple[Justification, ...] = field(repr=False)
    lu: bytes | None = field(repr=False)  # what the applicant confirmed; None: nothing was typed
    relecture: Relecture | None
    door: InitVar[object]

    def __post_init__(self, door: object) -> None:
        if door is not _DOOR:
            raise TypeError("only Draft.complete makes a Dossier")


@dataclass(slots=True, kw_only=True)
class Draft:
    """What the agent is filling in; any part may still be absent.

    `saisie` holds the fields as typed; `usager` and `demandes` follow from it where it is used.
    `ecran` is where the agent was last, `piece_vue` the document in hand there. `titre_lu` and
    `domicile_lu` are what was read off the title held and the proof of address: proposals.
    """

    id: UUID
    numero: str
    seance: Seance
    saisie: Saisie = field(default_factory=Saisie, repr=False)
    manques: tuple[Manque, ...] = field(default=(), repr=False)
    ecran: Ecran | None = None
    piece_vue: TypePiece | None = None
    titre_lu: TitreLu | None = None
    domicile_lu: DomicileLu | None = None
    demandes: list[Demande] = field(default_factory=list)
    usager: Usager | None = field(default=None, repr=False)
    pieces: list[Piece] = field(default_factory=list, repr=False)
    portrait_source: PortraitSource = PortraitSource.PHOTO_PAPIER_SCAN
    visage: Encoded | None = field(default=None, repr=False)
    empreintes: dict[Finger, Encoded] = field(default_factory=dict, repr=False)
    exemptions: dict[Finger, MotifExemption] = field(default_factory=dict)
    signatures: dict[Signataire, Encoded] = field(default_factory=dict, repr=False)
    relecture: Relecture | None = None
    justifications: list[Justification] = field(default_factory=list, repr=False)

    def fill(self, champ: str, valeur: Valeur) -> None:
        """Put `valeur` into one field, and make of all fields what can be made.

        Raises `InvalidField` for an unknown field or an endless text; a wrong text is a `manque`.
        """
        self.fill_all({champ: valeur})

    def takes(self, champ: str) -> bool:
        """Whether the field has a place in this draft."""
        return champ in CHAMPS

    def fill_all(self, valeurs: Mapping[str, Valeur]) -> None:
        """Put several at once; raises as `fill` does."""
        for champ, valeur in valeurs.items():
            self.saisie.put(champ, valeur)
        self.assemble()

    def assemble(self) -> None:
        """Make of the fields what can be made of them."""
        made = assemblage.assembler(self.saisie, self.seance)
        self.usager, self.demandes = made.usager, made.demandes
        self.manques = tuple(made.manques)

    @property
    def naissance(self) -> DatePartielle | None:
        """The date of birth as soon as it is known: prints may be taken before all else is."""
        if self.usager is not None:
            return self.usager.date_naissance
        return assemblage.naissance(self.saisie)

    def put_print(
        self, finger: Finger, encoded: Encoded, reasons: Iterable[Justification] = ()
    ) -> None:
        """Hold this print of `finger`; `reasons` are for it, those for another print go."""
        self._forget(f"EMPREINTE_{finger:02d}_")
        self.empreintes[finger] = encoded
        self.justifications += reasons

    def put_portrait(self, encoded: Encoded, reasons: Iterable[Justification] = ()) -> None:
        """Hold this portrait; `reasons` are for it, those for another one go."""
        self._forget("VISAGE_")
        self.visage = encoded
        self.justifications += reasons

    def put_signature(
        self, qui: Signataire, encoded: Encoded, reasons: Iterable[Justification] = ()
    ) -> None:
        """Hold this signature of `qui`; `reasons` are for it, those for another of theirs go."""
        self._forget(f"SIGNATURE_{qui}_")
        self.signatures[qui] = encoded
        self.justifications += reasons

    def pass_over(self, finger: Finger, motif: MotifExemption) -> None:
        """Take no print of `finger`; one taken before goes, with the reasons for it."""
        self.erase_print(finger)
        self.exemptions[finger] = motif

    def take_back(self, finger: Finger) -> None:
        """Undo `pass_over`."""
        self.exemptions.pop(finger, None)

    def erase_print(self, finger: Finger) -> None:
        """Hold no print of `finger` any more, and no reason for one."""
        self._forget(f"EMPREINTE_{finger:02d}_")
        self.empreintes.pop(finger, None)

    def piece(self, kind: TypePiece) -> Piece | None:
        """What there is of this kind, as one document; None when there is nothing."""
        found = [piece for piece in self.pieces if piece.reference.type is kind]
        if not found:
            return None
        return Piece(found[0].reference, tuple(page for piece in found for page in piece.pages))

    def describe(self, reference: Reference) -> None:
        """Say this of the document of its kind; it is there from now on."""
        held = self.piece(reference.type)
        self._put_piece(Piece(reference, () if held is None else held.pages))

    def add_page(
        self,
        kind: TypePiece,
        page: Encoded,
        reasons: Iterable[Justification] = (),
        instead: str | None = None,
    ) -> None:
        """One more page of the document of this kind, or one in place of that digest."""
        held = self.piece(kind) or Piece(Reference(type=kind))
        pages = [page if old.sha256 == instead else old for old in held.pages]
        if page not in pages:
            pages.append(page)
        self._put_piece(Piece(held.reference, tuple(pages)))
        self.withdraw(PAGE_QUESTION.format(kind))  # it was answered for the pages of before
        for reason in reasons:
            self.justify(reason)

    def remove(self, kind: TypePiece, sha256: str | None = None) -> None:
        """Take one page away, or the whole document with the reasons for it."""
        held = self.piece(kind)
        if sha256 is not None and held is not None:
            pages = tuple(page for page in held.pages if page.sha256 != sha256)
            self._put_piece(Piece(held.reference, pages))
            return
        self._forget(f"PAGE_{kind}_")
        self.pieces[:] = [piece for piece in self.pieces if piece.reference.type is not kind]

    def _put_piece(self, made: Piece) -> None:
        """In the place of the first of its kind, and of all others of it."""
        kinds = [piece.reference.type for piece in self.pieces]
        place = kinds.index(made.reference.type) if made.reference.type in kinds else len(kinds)
        self.pieces[place : place + 1] = [made]
        self.pieces[:] = [
            piece
            for rank, piece in enumerate(self.pieces)
            if rank == place or piece.reference.type is not made.reference.type
        ]

    @property
    def raisons(self) -> dict[str, str]:
        """The reason given for each finding, by its code."""
        return {given.code: given.raison for given in self.justifications}

    def justify(self, reason: Justification) -> None:
        """Hold this reason; one given before for the same finding goes."""
        self.withdraw(reason.code)
        self.justifications.append(reason)

    def withdraw(self, code: str) -> None:
        """Hold no reason any more for the finding `code`."""
        self.justifications[:] = [j for j in self.justifications if j.code != code]

    def _forget(self, about: str) -> None:
        self.justifications[:] = [j for j in self.justifications if not j.code.startswith(about)]

    @property
    def evidence(self) -> tuple[Encoded, ...]:
        """Everything a device captured for this draft."""
        face = () if self.visage is None else (self.visage,)
        pages = [page for piece in self.pieces for page in piece.pages]
        return (*face, *self.signatures.values(), *self.empreintes.values(), *pages)

    def complete(self, aujourdhui: date, regles: Regles, *, lab: bool = False) -> Dossier:
        """Freeze the application under the rules in force on `aujourdhui`.

        A signature that the rules do not ask for stays behind. Raises `IncompleteDossier` naming
        the codes of what still stands in the way, `DeviceUntrusted` when a capture is simulated and
        this is no laboratory, `InvalidField` when the number is not one of this station.
        """
        if not numero.check(self.numero).startswith(f"{self.seance.station}-"):
            raise InvalidField("numero (station)")
        if not lab:
            checks.refuse_simulated(self.evidence)
        missing = checks.missing(self, aujourdhui, regles)
        if missing or self.usager is None or self.visage is None:
            raise IncompleteDossier(missing)
        return Dossier(
            id=self.id,
            numero=self.numero,
            seance=self.seance,
            demandes=tuple(self.demandes),
            usager=self.usager,
            pieces=tuple(self.pieces),
            portrait_source=self.portrait_source,
            visage=self.visage,
            empreintes=tuple(sorted(self.empreintes.items())),
            exemptions=doigts_passes(self.exemptions, regles),
            signatures=self._signed(exigences(Situation.of(self), aujourdhui, regles).signataires),
            justifications=tuple(self.justifications),
            lu=lu(self.saisie) if self.saisie else None,
            relecture=self.relecture if self.saisie else None,
            door=_DOOR,
        )

    def _signed(
        self, wanted: tuple[Signataire, ...] | None
    ) -> tuple[tuple[Signataire, Encoded], ...]:
        return tuple((qui, self.signatures[qui]) for qui in wanted or () if qui in self.signatures)
