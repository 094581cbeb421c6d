"""What still stands between a draft and its seal (process.md §4, §5, §7, §9).

Two levels, no third: `BLOQUANT` cannot be sealed, `A_JUSTIFIER` is sealed with a reason that the
agent types and the CERT reads. Each finding says what the CERT would say, and from which rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING

from station.dossier.doigts import Cas, creneaux
from station.dossier.formulaire import CHAMPS
from station.dossier.model import Motif, TypeTitre
from station.dossier.piece import TypePiece
from station.errors import DeviceUntrusted
from station.quality.policy import rules
from station.quality.report import judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from station.dossier.assemblage import Manque
    from station.dossier.doigts import Creneaux
    from station.dossier.draft import Draft
    from station.dossier.model import Demande, Usager
    from station.dossier.piece import Reference
    from station.records.encoded import Encoded
    from station.rules.regles import Regle, Regles

_MAJORITE = 18  # years, code civil art. 414
_PERDU_OU_VOLE = {Motif.RENOUVELLEMENT_PERTE, Motif.RENOUVELLEMENT_VOL}
_DECLARATIONS = {
    Motif.RENOUVELLEMENT_PERTE: TypePiece.DECLARATION_PERTE,
    Motif.RENOUVELLEMENT_VOL: TypePiece.DECLARATION_VOL,
}
_CERFA = "notice du cerfa 12100*02"
_PIECES = "décret 55-1397 art. 2 et 4 ; service-public F14807"
_LISIBLE = "politique de capture, table page"
PAGE_QUALITE = "PAGE_{}_QUALITE"  # the code of a reason for keeping a page that is refused
_SANS_PAGE = {TypePiece.VERIF_COMEDEC, TypePiece.TIMBRE_FISCAL}


@unique
class Niveau(StrEnum):
    """How much a finding weighs."""

    BLOQUANT = "BLOQUANT"
    A_JUSTIFIER = "A_JUSTIFIER"


@dataclass(frozen=True, slots=True)
class Constat:
    """One finding: a stable code, a French sentence for the agent, the source of the rule."""

    code: str
    niveau: Niveau
    phrase: str
    source: str


def examine(draft: Draft, aujourdhui: date, regles: Regles) -> tuple[Constat, ...]:
    """Every finding on `draft`, in the order of the form, justified or not."""
    found = [*_demandes(draft.demandes, aujourdhui, regles)]
    found += map(_manque, draft.manques)
    if draft.usager is None and not draft.manques:
        found.append(_bloquant("USAGER", "L’identité du titulaire n’est pas saisie.", _CERFA))
    elif draft.usager is not None:
        found += _usager(draft.usager, draft.demandes, aujourdhui, regles)
        found += _pieces(draft, draft.usager, aujourdhui, regles)
        found += _empreintes(draft, draft.usager.date_naissance.age(aujourdhui), regles)
    return (*found, *_images(draft))


def missing(draft: Draft, aujourdhui: date, regles: Regles) -> tuple[str, ...]:
    """Codes of the findings that forbid the seal: those that block, those not yet justified."""
    justified = {j.code for j in draft.justifications}
    return tuple(
        c.code
        for c in examine(draft, aujourdhui, regles)
        if c.niveau is Niveau.BLOQUANT or c.code not in justified
    )


def refuse_simulated(evidence: Iterable[Encoded]) -> None:
    """Raise `DeviceUntrusted` when a capture comes from a simulator."""
    for encoded in evidence:
        if encoded.device.simulated:
            raise DeviceUntrusted(f"{encoded.device.model} is a simulated device")


def _bloquant(code: str, phrase: str, source: str) -> Constat:
    return Constat(code, Niveau.BLOQUANT, phrase, source)


def _manque(manque: Manque) -> Constat:
    """A field that is empty or wrong."""
    libelle = CHAMPS[manque.champ].libelle
    code = f"CHAMP_{manque.champ.upper().replace('.', '_')}"
    return _bloquant(code, f"{libelle} : {manque.phrase}", _CERFA)


def _a_justifier(code: str, phrase: str, source: str) -> Constat:
    return Constat(code, Niveau.A_JUSTIFIER, phrase, source)


def _demandes(demandes: list[Demande], aujourdhui: date, regles: Regles) -> Iterator[Constat]:
    titres = [d.type_titre for d in demandes]
    if not titres:
        yield _bloquant("DEMANDE", "Aucun titre n’est demandé.", _CERFA)
    if len(set(titres)) != len(titres):
        yield _bloquant("DEMANDE_EN_DOUBLE", "Le même titre est demandé deux fois.", _CERFA)
    if any(d.demande_jointe != (len(demandes) > 1) for d in demandes):
        yield _bloquant(
            "DEMANDE_JOINTE", "Deux titres d’un même dossier sont des demandes jointes.", _CERFA
        )
    for demande in demandes:
        yield from _timbre(demande, aujourdhui, regles)


def _timbre(demande: Demande, aujourdhui: date, regles: Regles) -> Iterator[Constat]:
    passport = demande.type_titre is TypeTitre.PASSEPORT
    if demande.timbre is None:
        if passport or demande.motif in _PERDU_OU_VOLE:
            phrase = f"Le timbre fiscal manque ({demande.type_titre})."
            yield _bloquant(f"TIMBRE_{demande.type_titre}", phrase, _PIECES)
    elif _too_old(demande.timbre.achete_le, aujourdhui, regles.timbre.validite_mois):
        yield _bloquant(
            "TIMBRE_INVALIDE", "Le timbre fiscal est périmé.", regles.timbre.validite_mois.source
        )


def _usager(
    usager: Usager, demandes: list[Demande], aujourdhui: date, regles: Regles
) -> Iterator[Constat]:
    titres = {d.type_titre for d in demandes}
    age = usager.date_naissance.age(aujourdhui)
    if usager.date_naissance.au_plus_tot() > aujourdhui:
        yield _bloquant("DATE_NAISSANCE", "La date de naissance est dans l’avenir.", _CERFA)
    if TypeTitre.PASSEPORT in titres and usager.couleur_yeux is None:
        yield _bloquant("COULEUR_YEUX", "La couleur des yeux manque pour le passeport.", _CERFA)
    if age < _MAJORITE and usager.representant_legal is None:
        yield _bloquant("REPRESENTANT_LEGAL", "Le représentant légal du mineur manque.", _PIECES)
    lawful = TypeTitre.CNI in titres and age >= regles.empreinte.age_min.valeur
    if usager.conservation_90j and not lawful:
        yield _bloquant(
            "CONSERVATION_90J",
            "L’effacement à 90 jours ne concerne que la CNI, à partir de 12 ans.",
            "décret 2021-279 art. 15",
        )


def _pieces(draft: Draft, usager: Usager, aujourdhui: date, regles: Regles) -> Iterator[Constat]:
    present = {piece.reference.type for piece in draft.pieces}
    minor = usager.date_naissance.age(aujourdhui) < _MAJORITE
    for alternatives in _required(draft, usager, minor=minor):
        if present.isdisjoint(alternatives):
            names = " ou ".join(alternatives)
            yield _bloquant(f"PIECE_{alternatives[0]}", f"Pièce manquante : {names}.", _PIECES)
    if _PERDU_OU_VOLE & {d.motif for d in draft.demandes} and TypePiece.DOC_PHOTO not in present:
        yield _a_justifier(
            "PIECE_DOC_PHOTO", "Aucun document avec photographie n’est présenté.", _PIECES
        )
    for piece in draft.pieces:
        if not piece.pages and piece.reference.type not in _SANS_PAGE:
            kind = piece.reference.type
            yield _bloquant(f"PAGE_{kind}", f"La pièce {kind} n’est pas numérisée.", _PIECES)
        if not all(map(_readable, piece.pages)):
            phrase = f"Une page de la pièce {piece.reference.type} se lit mal : la reprendre."
            yield _a_justifier(PAGE_QUALITE.format(piece.reference.type), phrase, _LISIBLE)
        yield from _ages(piece.reference, aujourdhui, regles)


def _readable(page: Encoded) -> bool:
    """Whether what was measured on `page` is accepted today; nothing measured is no reason."""
    found, policy = rules("page")
    measured = tuple(m for m in page.quality if m.name in found)
    return not measured or judge(measured, found, policy).verdict.accepts


def _required(draft: Draft, usager: Usager, *, minor: bool) -> Iterator[tuple[TypePiece, ...]]:
    """Groups of pieces of which one must be present, in the order of the form."""
    motifs = {d.motif for d in draft.demandes}
    if motifs - _PERDU_OU_VOLE - {Motif.PREMIERE_DEMANDE}:
        yield (TypePiece.TITRE_ANCIEN,)
    elif motifs:
        yield TypePiece.ACTE_NAISSANCE, TypePiece.VERIF_COMEDEC, TypePiece.TITRE_ANCIEN
    yield (TypePiece.JUSTIF_DOMICILE,)
    if usager.adresse.hebergeant is not None:
        yield (TypePiece.ATTESTATION_HEBERGEMENT,)
    yield from ((_DECLARATIONS[motif],) for motif in sorted(motifs & _PERDU_OU_VOLE))
    if minor:
        yield (TypePiece.AUTORITE_PARENTALE,)
        yield (TypePiece.ID_REPRESENTANT,)
    if usager.residence_alternee is not None:
        yield (TypePiece.JUGEMENT_GARDE,)
    if usager.nom_usage is not None:
        yield (TypePiece.JUSTIF_NOM_USAGE,)


def _ages(reference: Reference, aujourdhui: date, regles: Regles) -> Iterator[Constat]:
    limits = {
        TypePiece.JUSTIF_DOMICILE: regles.piece.justif_domicile_max_mois,
        TypePiece.ACTE_NAISSANCE: regles.piece.acte_naissance_max_mois,
    }
    rule = limits.get(reference.type)
    if rule is None:
        return
    code = f"DATE_{reference.type}"
    if reference.delivree_le is None:
        yield _bloquant(code, f"La date de la pièce {reference.type} manque.", rule.source)
    elif reference.delivree_le > aujourdhui or _too_old(reference.delivree_le, aujourdhui, rule):
        phrase = f"La pièce {reference.type} doit dater de moins de {rule.valeur} mois."
        yield _bloquant(code, phrase, rule.source)


def _too_old(issued: date, today: date, months: Regle) -> bool:
    """Whether `issued` is `months` or more in the past."""
    passed = (today.year - issued.year) * 12 + today.month - issued.month
    return passed - (today.day < issued.day) >= months.valeur


def _empreintes(draft: Draft, age: int, regles: Regles) -> Iterator[Constat]:
    source = regles.empreinte.age_min.source
    if age < regles.empreinte.age_min.valeur:
        if draft.empreintes:
            phrase = "Aucune empreinte n’est prise avant l’âge légal."
            yield _bloquant("EMPREINTE_AGE", phrase, source)
        return
    yield from _creneaux(draft, creneaux(age, draft.exemptions, regles.empreinte), regles)
    if set(draft.exemptions.values()) - set(regles.empreinte.exemptions):
        phrase = "Ni le refus ni l’âge ne dispensent ce titulaire de ses empreintes."
        yield _bloquant("EXEMPTION_SANS_MOTIF", phrase, "décret 2021-279")


def _creneaux(draft: Draft, slots: Creneaux, regles: Regles) -> Iterator[Constat]:
    """Whether the prints are those of the slots, no fewer and no others."""
    source = regles.empreinte.age_min.source
    for finger in slots.doigts:
        if finger not in draft.empreintes:
            code = f"EMPREINTE_{finger:02d}"
            yield _bloquant(code, f"L’empreinte du doigt {finger} manque.", source)
    if set(draft.empreintes) - set(slots.doigts):
        phrase = "Une empreinte prise n’est pas l’un des doigts prévus : l’effacer."
        yield _bloquant("EMPREINTE_EN_TROP", phrase, source)
    if slots.cas in {Cas.PARTIEL, Cas.TOTAL}:
        phrase = "Moins de deux doigts peuvent être pris : préciser la raison."
        if slots.limite_mois is not None:
            phrase += f" Titre limité à {slots.limite_mois} mois."
        yield _a_justifier("EMPREINTE_EXEMPTION", phrase, regles.empreinte.limite_mois.source)


def _images(draft: Draft) -> Iterator[Constat]:
    if draft.visage is None:
        yield _bloquant(
            "VISAGE", "La photographie du titulaire manque.", "arrêté du 5 février 2009"
        )
    signed = any(p.reference.type is TypePiece.FORMULAIRE_SIGNE for p in draft.pieces)
    if draft.signature is None and not signed:
        yield _bloquant("SIGNATURE", "La signature du titulaire manque.", _CERFA)
