"""The complement of a sealed dossier: what the CERT asked for, and nothing else (process.md §9).

A sealed dossier is never edited. Its complement is a draft of another kind, with a number of its
own, and becomes a package that names the first one by its SHA-256.
"""

from __future__ import annotations

from dataclasses import InitVar, dataclass, field
from typing import TYPE_CHECKING, Annotated, Self
from uuid import UUID, uuid5

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from station.capture import Finger
from station.dossier import checks
from station.dossier.assemblage import Manque
from station.dossier.champs import Formulaire
from station.dossier.constat import Constat, Niveau, bloquant
from station.dossier.controle_empreintes import jugees
from station.dossier.controle_photo import jugee
from station.dossier.controle_pieces import of_piece
from station.dossier.draft import DoigtPasse, Draft, doigts_passes
from station.dossier.formulaire import CHAMPS, Ecran
from station.dossier.lecture import faute
from station.dossier.mots import DOIGTS, MOTS, phrase
from station.dossier.piece import TypePiece  # noqa: TC001 (pydantic reads annotations at run time)
from station.errors import IncompleteDossier, InvalidField

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from station.capture import PortraitSource
    from station.dossier.draft import Justification
    from station.dossier.model import Seance, Signataire
    from station.dossier.piece import Piece
    from station.dossier.saisie import Valeur
    from station.records.encoded import Encoded
    from station.rules.regles import Regles

_DOOR = object()  # what only `ComplementDraft.answer` can show
_SOURCE = "demande de complément du CERT"
Champ = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}(\.[a-z0-9_]{1,40}){1,4}$")]


class Attendus(Formulaire):
    """What the CERT asks for, at least one thing; `champs` are dotted names of the form."""

    pieces: Annotated[tuple[TypePiece, ...], Field(max_length=16)] = ()
    photo: bool = False
    doigts: Annotated[tuple[Finger, ...], Field(max_length=10)] = ()
    signature: bool = False
    champs: Annotated[tuple[Champ, ...], Field(max_length=40)] = ()

    @model_validator(mode="after")
    def _something(self) -> Self:
        asked = (*self.pieces, *self.doigts, *self.champs)
        if not (asked or self.photo or self.signature):
            raise PydanticCustomError("nothing_asked", "nothing is asked for")
        if len(set(asked)) != len(asked):
            raise PydanticCustomError("asked_twice", "asked for twice")
        return self


def demandes(asked: Attendus) -> tuple[str, ...]:
    """Each thing that is asked for, in words."""
    there = (
        *(MOTS[piece] for piece in asked.pieces),
        *(["une nouvelle photographie"] if asked.photo else []),
        *(f"une nouvelle empreinte : {DOIGTS[doigt - 1]}" for doigt in asked.doigts),
        *(["une signature"] if asked.signature else []),
        *(CHAMPS[nom].complet if nom in CHAMPS else nom for nom in asked.champs),
    )
    return tuple(map(phrase, there))


class Reponse(Formulaire):
    """What a complement answers: the dossier, its sealed package, the rank of the decision."""

    dossier: UUID
    numero: Annotated[str, StringConstraints(max_length=32)]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    rang: Annotated[int, Field(ge=1, lt=2**53)]
    attendus: Attendus

    def identity(self, essai: int) -> UUID:
        """The id of the `essai`-th complement of this dossier, the same whoever computes it.

        Two agents, or one agent twice, cannot begin two answers that the queue takes for two.
        """
        return uuid5(self.dossier, f"complement {essai}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Complement:
    """A complete answer. Only `ComplementDraft.answer` makes one."""

    id: UUID
    numero: str
    seance: Seance
    reponse: Reponse
    champs: tuple[tuple[str, str], ...] = field(repr=False)
    pieces: tuple[Piece, ...] = field(repr=False)
    portrait_source: PortraitSource
    visage: Encoded | None = field(repr=False)
    empreintes: tuple[tuple[Finger, Encoded], ...] = field(repr=False)
    exemptions: tuple[DoigtPasse, ...]
    signatures: tuple[tuple[Signataire, Encoded], ...] = field(repr=False)
    justifications: tuple[Justification, ...] = field(repr=False)
    door: InitVar[object]

    def __post_init__(self, door: object) -> None:
        if door is not _DOOR:
            raise TypeError("only ComplementDraft.answer makes a Complement")


@dataclass(slots=True, kw_only=True)
class ComplementDraft(Draft):
    """What the agent is gathering; `saisie` holds the fields that the CERT asked for.

    `titulaire` is the masked name shown at the counter.
    """

    reponse: Reponse
    titulaire: str = ""

    def fill(self, champ: str, valeur: Valeur) -> None:
        """Put `valeur` into a field; raises `InvalidField` for one that was not asked for."""
        if not self.takes(champ):
            raise InvalidField("champ (not asked for)")
        self.saisie.put(champ, valeur)
        self.assemble()

    def takes(self, champ: str) -> bool:
        """Whether the CERT asks for this field."""
        return champ in self.reponse.attendus.champs

    def assemble(self) -> None:
        """Say what is wrong with the fields; no application is made of them here."""
        self.manques = tuple(
            Manque(champ, phrase)
            for champ in self.saisie
            if (phrase := faute(CHAMPS[champ], self.saisie.get(champ)))
        )

    def doigts(self, regles: Regles) -> tuple[Finger, ...]:
        """The fingers to take: those asked for, the next of the same hand for one that cannot."""
        found: list[Finger] = []
        for asked in self.reponse.attendus.doigts:
            rules = regles.empreinte
            order = (Finger(c) for hand in (rules.droite, rules.gauche) for c in hand.valeur)
            same = [asked, *(f for f in order if f.hand is asked.hand and f is not asked)]
            found += [f for f in same if not self._exempt(f, regles) and f not in found][:1]
        return tuple(found)

    def examine(self, aujourdhui: date, regles: Regles) -> tuple[Constat, ...]:
        """Every finding, in the order of the form: not there, wrong, or not asked for."""
        pieces = (c for p in self.pieces for c in of_piece(p, (aujourdhui, regles)))
        judged = (*jugee(self, aujourdhui), *jugees(self))
        return (*self._absent(regles), *pieces, *judged, *self._unasked(regles))

    def missing(self, aujourdhui: date, regles: Regles) -> tuple[str, ...]:
        """Codes of the findings that forbid the seal: those that block, those not justified."""
        justified = {j.code for j in self.justifications}
        return tuple(
            c.code
            for c in self.examine(aujourdhui, regles)
            if c.niveau is Niveau.BLOQUANT or c.code not in justified
        )

    def answer(self, aujourdhui: date, regles: Regles, *, lab: bool = False) -> Complement:
        """Freeze the answer under the rules in force on `aujourdhui`.

        Raises `IncompleteDossier` naming the codes of what stands in the way, `DeviceUntrusted`
        when a capture is simulated and this is no laboratory.
        """
        if not lab:
            checks.refuse_simulated(self.evidence)
        if missing := self.missing(aujourdhui, regles):
            raise IncompleteDossier(missing)
        return Complement(
            id=self.id,
            numero=self.numero,
            seance=self.seance,
            reponse=self.reponse,
            champs=tuple((champ, self.saisie.get(champ)) for champ in sorted(self.saisie)),
            pieces=tuple(self.pieces),
            portrait_source=self.portrait_source,
            visage=self.visage,
            empreintes=tuple(sorted(self.empreintes.items())),
            exemptions=doigts_passes(self.exemptions, regles),
            signatures=tuple(sorted(self.signatures.items())),
            justifications=tuple(self.justifications),
            door=_DOOR,
        )

    def _exempt(self, finger: Finger, regles: Regles) -> bool:
        return self.exemptions.get(finger, "") in regles.empreinte.exemptions

    def _absent(self, regles: Regles) -> Iterator[Constat]:
        asked = self.reponse.attendus
        present = {piece.reference.type for piece in self.pieces}
        for kind in asked.pieces:
            if kind not in present:
                text = f"Pièce demandée par le CERT : {MOTS[kind]}."
                yield _constat(f"PIECE_{kind}", text, Ecran.PIECES, f"piece.{kind}")
        if asked.photo and self.visage is None:
            yield _constat("VISAGE", "Le CERT demande une nouvelle photographie.", Ecran.PHOTO)
        for finger in self.doigts(regles):
            if finger not in self.empreintes:
                text = f"Le CERT demande une nouvelle empreinte : {DOIGTS[finger - 1]}."
                code, champ = f"EMPREINTE_{finger:02d}", f"empreinte.{finger:d}"
                yield _constat(code, text, Ecran.EMPREINTES, champ)
        if asked.signature and not self.signatures:
            yield _constat("SIGNATURE", "Le CERT demande une signature.", Ecran.SIGNATURE)
        yield from self._champs()

    def _champs(self) -> Iterator[Constat]:
        """Fields that are asked for and empty, or wrong."""
        wrong = {manque.champ: manque.phrase for manque in self.manques}
        for nom in self.reponse.attendus.champs:
            if not self.saisie.get(nom) or nom in wrong:
                champ = CHAMPS[nom]
                text = f"{champ.complet} : {wrong.get(nom, 'demandé par le CERT.')}"
                yield _constat(f"CHAMP_{nom.upper().replace('.', '_')}", text, champ.ecran, nom)

    def _unasked(self, regles: Regles) -> Iterator[Constat]:
        asked = self.reponse.attendus
        for kind in (piece.reference.type for piece in self.pieces):
            if kind not in asked.pieces:
                text = f"Pièce que le CERT ne demande pas : {MOTS[kind]}."
                yield _constat(f"PIECE_{kind}_NON_DEMANDEE", text, Ecran.PIECES, f"piece.{kind}")
        if self.visage is not None and not asked.photo:
            text = "Le CERT ne demande pas de photographie."
            yield _constat("VISAGE_NON_DEMANDE", text, Ecran.PHOTO)
        if set(self.empreintes) - set(self.doigts(regles)):
            text = "Une empreinte prise n’est pas demandée : l’effacer."
            yield _constat("EMPREINTE_EN_TROP", text, Ecran.EMPREINTES)
        if set(self.exemptions.values()) - set(regles.empreinte.exemptions):
            text = "Ni le refus ni l’âge ne dispensent ce titulaire de ses empreintes."
            yield _constat("EXEMPTION_SANS_MOTIF", text, Ecran.EMPREINTES)
        if self.signatures and not asked.signature:
            text = "Le CERT ne demande pas de signature."
            yield _constat("SIGNATURE_NON_DEMANDEE", text, Ecran.SIGNATURE)


def _constat(code: str, phrase: str, ecran: Ecran, champ: str | None = None) -> Constat:
    return bloquant(code, phrase, _SOURCE, ecran, champ)
