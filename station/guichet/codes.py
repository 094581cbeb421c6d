"""A code presented at the counter, whatever has the focus: known by its form, put where it belongs.

    pre-demande   prefills the open dossier, or a new one
    timbre        the stamp of the first title that wants one
    2d-doc        once verified: the address it proposes
    mrz           the title held, beside the form
    numero        of a paper of the counter: the draft, or the follow-up of the sealed dossier

Each can be undone while the session lasts. No code ever becomes text in a field that it is not for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from station.capture import PortraitSource
from station.codes.content import Kind, recognise
from station.codes.trust import Status, verify
from station.dossier.assemblage import TITRES
from station.dossier.codes_lus import DOMICILE
from station.dossier.differences import differences
from station.dossier.domicile import a_reprendre, autre_nom
from station.dossier.exigences import exigences
from station.dossier.formulaire import CHAMPS, Ecran
from station.dossier.lus import DomicileLu, TitreLu
from station.dossier.model import TypeTitre
from station.dossier.mots import MOTS
from station.dossier.numero import check
from station.dossier.saisie import Origine, Valeur
from station.dossier.situation import Situation
from station.dossier.usages import USUELS
from station.errors import InvalidField, PredemandeError
from station.guichet.brouillons import brouillons
from station.guichet.predemandes import fait, reprendre
from station.guichet.saisies import aujourdhui
from station.rules.regles import en_vigueur

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from station.codes.content import Content
    from station.codes.mrz.zone import Mrz
    from station.codes.two_d_doc import TwoDDoc
    from station.dossier.draft import Draft
    from station.guichet.en_cours import EnCours
    from station.guichet.guichet import Guichet

    Retour = Callable[[EnCours], None]

_KEPT = 16  # codes that can be undone
_SANS_DOSSIER = "Aucun dossier n’est ouvert : en ouvrir un, puis présenter le code de nouveau."
_COMMENCE = "Le dossier de cette pré-demande est déjà commencé : le voici."
_INCONNU = (
    "Ce code n’est ni une pré-demande, ni un timbre, ni un 2D-Doc, ni la zone d’un titre, ni un"
    " numéro de dossier."
)
_NUMERO_FAUX = "Ce numéro de dossier est faux : sa clé ne correspond pas."
_SUITES = re.compile(r"-(?:C\d{1,2}|R)$")  # of a complement, of a hand-over


@dataclass(frozen=True, slots=True)
class Recu:
    """What became of a code, as the pages are told.

    `ecran` is where it shows; `retour` names what undoes it, None where nothing was done; `ouvert`
    when a dossier was begun for it, or was there; `suivi` is a sealed one that is followed up.
    """

    phrase: str
    dossier: UUID | None = None
    ecran: Ecran | None = None
    retour: UUID | None = None
    ouvert: bool = False
    suivi: UUID | None = None

    def said(self) -> dict[str, str | bool | None]:
        """As JSON has it."""
        there = self.dossier and f"/dossiers/{self.dossier}/{self.ecran or Ecran.OUVERTURE}"
        there = there or (self.suivi and f"/suivi/{self.suivi}")
        return {
            "phrase": self.phrase,
            "dossier": None if self.dossier is None else str(self.dossier),
            "chemin": there or None,
            "retour": None if self.retour is None else str(self.retour),
            "ouvert": self.ouvert,
        }


class Codes:
    """Takes the codes of one counter."""

    def __init__(self, guichet: Guichet) -> None:
        self._guichet = guichet
        self._retours: dict[UUID, tuple[UUID, Ecran, Retour]] = {}

    def take(self, raw: bytes, dossier: UUID | None = None) -> Recu:
        """Put a code where it belongs: into `dossier`, else into the one whose applicant is here.

        Every page is told. Raises what the draft raises; a code that leads nowhere is a sentence.
        """
        guichet = self._guichet
        en_cours = guichet.devant if dossier is None else guichet.dossier(dossier)
        recu = self._routed(recognise(raw, aujourdhui()), raw, en_cours)
        self._tell(recu)
        return recu

    def undo(self, number: UUID) -> Recu:
        """Take back what a code did; a sentence when it is too late."""
        found = self._retours.pop(number, None)
        if found is None:
            return Recu("Ce code ne peut plus être annulé.")
        dossier, ecran, retour = found
        retour(self._guichet.dossier(dossier))
        recu = Recu("Lecture du code annulée.", dossier, ecran)
        self._tell(recu)
        return recu

    def forget(self) -> None:
        """Nothing can be undone any more: the session is over."""
        self._retours.clear()

    def _tell(self, recu: Recu) -> None:
        if recu.dossier is not None:
            self._guichet.nouvelles.tell("dossier", dossier=str(recu.dossier))
        self._guichet.nouvelles.tell("code", **recu.said())

    def _routed(self, content: Content, raw: bytes, en_cours: EnCours | None) -> Recu:
        if content.fault is not None:
            return Recu(content.fault.remedy)
        if content.kind is Kind.UNKNOWN:
            return Recu(_INCONNU)
        if content.kind is Kind.PREDEMANDE and content.number:
            return self._predemande(content.number, en_cours)
        if content.kind is Kind.NUMERO and content.number:
            return self._numero(content.number)
        if en_cours is None:
            return Recu(_SANS_DOSSIER)
        if content.number:
            return self._timbre(content.number, en_cours)
        if content.mrz is not None:
            return self._titre(content.mrz, en_cours)
        return self._domicile(content.doc, raw, en_cours) if content.doc else Recu(_INCONNU)

    def _predemande(self, numero: str, en_cours: EnCours | None) -> Recu:
        begun = en_cours is None
        if en_cours is None:
            for one in brouillons(self._guichet):
                if one.predemande == numero:
                    return Recu(_COMMENCE, one.id, one.ecran, ouvert=True)
            en_cours = self._guichet.begin(PortraitSource.PHOTO_PAPIER_SCAN, USUELS)
        known = en_cours.draft.saisie.get("demande.predemande").strip().upper()
        if known not in ("", numero):
            return Recu("Ce dossier a déjà une autre pré-demande : vider d’abord son numéro.")
        before = _held(en_cours.draft)
        try:
            said = reprendre(en_cours, self._guichet.sources.agenda, numero).phrase
        except PredemandeError as error:
            en_cours.prefill({"demande.predemande": numero}, Origine.CODE)
            said = fait(error)
        recu = self._done(en_cours, said, Ecran.OUVERTURE, _fields(before, en_cours))
        return replace(recu, ouvert=begun)

    def _numero(self, numero: str) -> Recu:
        """The paper of a dossier that is still a draft of this agent, or of one that was sealed."""
        try:
            check(_SUITES.sub("", numero))
        except InvalidField:
            return Recu(_NUMERO_FAUX)
        for one in brouillons(self._guichet):
            if one.numero == numero:
                return Recu(f"Dossier {numero} : le voici.", one.id, one.ecran, ouvert=True)
        whole = _SUITES.sub("", numero)
        entry = self._guichet.recueil.outbox.numbered(whole)
        if entry is not None:
            return Recu(f"Dossier {numero} : voir son suivi.", suivi=entry.id, ouvert=True)
        return Recu(f"Le dossier {numero} n’est pas de ce poste.")

    def _timbre(self, numero: str, en_cours: EnCours) -> Recu:
        with en_cours.changing() as draft:
            if numero in (draft.saisie.get(f"{g}.timbre.numero") for g in TITRES.values()):
                return Recu("Ce timbre est déjà dans le dossier.")
            groupe = _stampless(draft)
            if groupe is None:
                return Recu("Aucun titre de ce dossier n’attend de timbre.")
            before = _held(draft)
            en_cours.put_all({f"{groupe}.timbre.numero": Valeur(numero, Origine.CODE)})
        titre = next(titre for titre, nom in TITRES.items() if nom == groupe)
        said = f"Timbre fiscal repris pour le titre : {MOTS[titre]}."
        return self._done(en_cours, said, Ecran.OUVERTURE, _fields(before, en_cours))

    def _titre(self, mrz: Mrz, en_cours: EnCours) -> Recu:
        before = en_cours.read_titre(TitreLu(mrz, aujourdhui()))
        texts = {nom: en_cours.draft.saisie.get(nom) for nom in en_cours.draft.saisie}
        found = len(differences(texts, mrz))
        said = f"Titre lu : {_differences(found)} avec la saisie."
        return self._done(en_cours, said, Ecran.ETAT_CIVIL, lambda e: _ignore(e.read_titre(before)))

    def _domicile(self, doc: TwoDDoc, raw: bytes, en_cours: EnCours) -> Recu:
        proof = verify(doc, self._guichet.sources.confiance, aujourdhui())
        if proof.status is not Status.VERIFIED:
            return Recu(f"{proof.status.phrase} Rien n’en est repris.")
        if doc.kind not in DOMICILE:
            return Recu("Ce 2D-Doc est authentique, mais n’est pas un justificatif de domicile.")
        before = en_cours.read_domicile(DomicileLu(raw.decode(), doc))
        saisie = en_cours.draft.saisie
        said = f"Justificatif de domicile vérifié : {_differences(len(a_reprendre(saisie, doc)))}"
        said += " avec l’adresse saisie."
        if autre_nom(saisie, doc):
            said += " Il n’est pas au nom du demandeur."
        return self._done(en_cours, said, Ecran.ADRESSE, lambda e: _ignore(e.read_domicile(before)))

    def _done(self, en_cours: EnCours, said: str, ecran: Ecran, retour: Retour) -> Recu:
        number = uuid4()
        self._retours[number] = (en_cours.draft.id, ecran, retour)
        while len(self._retours) > _KEPT:
            self._retours.pop(next(iter(self._retours)))
        return Recu(said, en_cours.draft.id, ecran, number)


def _held(draft: Draft) -> Mapping[str, Valeur]:
    """Every field as it stands."""
    found = {nom: draft.saisie.valeur(nom) for nom in CHAMPS}
    return {nom: valeur or Valeur("") for nom, valeur in found.items()}


def _fields(before: Mapping[str, Valeur], en_cours: EnCours) -> Retour:
    """What puts fields back, but for those that have been changed since."""
    after = _held(en_cours.draft)
    changed = {nom: valeur for nom, valeur in after.items() if valeur != before[nom]}

    def back(later: EnCours) -> None:
        with later.changing() as draft:
            now = _held(draft)
            later.put_all({n: before[n] for n, put in changed.items() if now[n] == put})

    return back


def _stampless(draft: Draft) -> str | None:
    """The group of the first title that costs something, or may, and has no stamp yet."""
    jour = aujourdhui()
    fees = exigences(Situation.of(draft), jour, en_vigueur(jour)).frais.titres
    for sure in (True, None):
        for fee in fees:
            groupe = TITRES[TypeTitre(fee.titre)]
            if fee.payant is sure and not draft.saisie.get(f"{groupe}.timbre.numero"):
                return groupe
    return None


def _differences(count: int) -> str:
    return ("aucune différence", "1 différence")[count] if count < 2 else f"{count} différences"


def _ignore(_: object) -> None:
    """What was kept before needs no keeping."""
