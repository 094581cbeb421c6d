"""Whether the pieces that the rules ask for are there, dated, scanned, and can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from station.dossier.constat import Constat, a_justifier, bloquant
from station.dossier.exigences import Preuve
from station.dossier.formulaire import Ecran
from station.dossier.jugements import kept_page, stands
from station.dossier.mots import MOTS, ou, phrase
from station.dossier.piece import TypePiece
from station.dossier.signatures import SANS_SIGNATURE, a_signer, empeches
from station.rules.regles import passes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from station.dossier.draft import Draft
    from station.dossier.exigences import Exigence, Exigences
    from station.dossier.piece import Piece
    from station.dossier.situation import Situation
    from station.rules.regles import Regle, Regles

PAGE_QUALITE = "PAGE_{}_QUALITE"  # the code of a reason for keeping a page that is refused
PAGE_QUESTION = "PAGE_{}_QUESTION"  # the code of the answer to what its pages ask
_NUMERISATION = "décret 2016-1460 : pièces transmises au centre"
_LISIBLE = "politique de capture, table page"
_SANS_PAGE = {TypePiece.VERIF_COMEDEC, TypePiece.TIMBRE_FISCAL}
_ETAT_CIVIL = {TypePiece.ACTE_NAISSANCE, TypePiece.VERIF_COMEDEC}


def pieces(
    draft: Draft, situation: Situation, wanted: Exigences, day: tuple[date, Regles]
) -> Iterator[Constat]:
    """What is absent of `wanted`, then what is wrong with what is there."""
    for line in wanted.pieces:
        if not line.certaine:
            continue
        if line.preuve is Preuve.SIGNATURE:
            yield from _unsigned(line, draft, wanted)
        elif not _satisfied(line, draft):
            yield from _absent(line)
    yield from _titre_ancien(situation, _present(draft), day)
    for piece in draft.pieces:
        yield from of_piece(piece, day)


def _satisfied(line: Exigence, draft: Draft) -> bool:
    """Whether `draft` holds what `line` asks for; stamps have their findings title by title."""
    if line.preuve is Preuve.VISAGE:
        return draft.visage is not None
    return line.preuve is Preuve.TIMBRE or bool(_present(draft) & line.types)


def _unsigned(line: Exigence, draft: Draft, wanted: Exigences) -> Iterator[Constat]:
    """Who has not signed: with a reason for those who cannot."""
    left, unable = a_signer(draft, wanted), empeches(draft)
    for qui in left:
        if qui in unable:
            text = f"Le {MOTS[qui]} ne peut pas signer : la raison part avec le dossier."
            yield a_justifier(SANS_SIGNATURE.format(qui), text, line.source, Ecran.SIGNATURE)
    absent = " et ".join(f"du {MOTS[qui]}" for qui in left if qui not in unable)
    if absent:
        text = f"La signature {absent} manque. {line.phrase}"
        yield Constat(line.code, line.niveau, text, line.source, Ecran.SIGNATURE)


def _present(draft: Draft) -> set[TypePiece]:
    return {piece.reference.type for piece in draft.pieces}


def _absent(line: Exigence) -> Iterator[Constat]:
    """The finding that `line` is not satisfied."""
    if line.preuve is Preuve.VISAGE:
        text = f"La photographie du titulaire manque. {line.phrase}"
        yield Constat(line.code, line.niveau, text, line.source, Ecran.PHOTO)
        return
    names = ou(a.nom for a in line.alternatives)
    text = f"Pièce manquante : {names}. {line.phrase}"
    champ = f"piece.{line.alternatives[0].type}"
    yield Constat(line.code, line.niveau, text, line.source, Ecran.PIECES, champ)


def _titre_ancien(
    situation: Situation, present: set[TypePiece], day: tuple[date, Regles]
) -> Iterator[Constat]:
    """A title is there and nothing else proves civil status: does it? Its type and date tell."""
    jour, regles = day
    if TypePiece.TITRE_ANCIEN not in present or present & _ETAT_CIVIL:
        return
    held = situation.titre_ancien
    if held.probant(jour, situation.naissance, regles.piece.titre_probant) is None:
        absent = "type" if held.type is None else "expire_le"
        yield bloquant(
            "TITRE_ANCIEN",
            "Le type et la date d’expiration du titre détenu disent s’il prouve l’état civil.",
            "décret 55-1397 art. 4",
            Ecran.OUVERTURE,
            f"titre_ancien.{absent}",
        )


def of_piece(piece: Piece, day: tuple[date, Regles]) -> Iterator[Constat]:
    """What stands against one piece, whoever asked for it: pages, legibility, age."""
    kind = piece.reference.type
    nom, champ = MOTS[kind], f"piece.{kind}"
    if not piece.pages and kind not in _SANS_PAGE:
        text = f"Pièce à numériser : {nom}."
        yield bloquant(f"PAGE_{kind}", text, _NUMERISATION, Ecran.PIECES, champ)
    reports = [kept_page(page) for page in piece.pages]
    if not all(map(stands, reports)):
        text = f"{phrase(nom)} : une page se lit mal, la reprendre."
        yield a_justifier(PAGE_QUALITE.format(kind), text, _LISIBLE, Ecran.PIECES, champ)
    asked = dict.fromkeys(f.rule.message for report in reports for f in report.questions)
    if asked:
        text = " ".join((f"{phrase(nom)} :", *asked))
        yield a_justifier(PAGE_QUESTION.format(kind), text, _LISIBLE, Ecran.PIECES, champ)
    rule = day[1].piece.age_max_mois.get(kind)
    if rule is not None:
        yield from _date(piece, day[0], rule)


def _date(piece: Piece, aujourdhui: date, rule: Regle) -> Iterator[Constat]:
    kind, issued = piece.reference.type, piece.reference.delivree_le
    code, champ, nom = f"DATE_{kind}", f"piece.{kind}", phrase(MOTS[kind])
    if issued is None:
        text = f"{nom} : la date manque."
    elif issued > aujourdhui:
        text = f"{nom} : la date est dans l’avenir."
    elif passes(issued, aujourdhui) >= rule.valeur:
        text = f"{nom} : doit dater de moins de {rule.valeur} mois."
    else:
        return
    yield bloquant(code, text, rule.source, Ecran.PIECES, champ)
