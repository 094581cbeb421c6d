"""What an applicant has to bring, in plain words, from the rules in force.

A sheet says no more than `station.dossier.exigences`: what is certain, what depends on the person,
what it costs, what happens on the day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from station.dossier.exigences import Preuve, exigences
from station.dossier.model import Motif, TypeTitre
from station.dossier.mots import MOTS
from station.dossier.piece import TypePiece

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from station.dossier.exigences import Exigence, Exigences
    from station.dossier.frais import Frais, FraisTitre
    from station.dossier.situation import Situation
    from station.rules.regles import Regles

_MOTS: Final = {  # for who is not of the counter
    "VERIF_COMEDEC": "rien, si la commune de naissance répond elle-même par voie électronique",
    "TITRE_ANCIEN": "l’ancien titre",
}
_INCONNU: Final = "Selon l’âge et le motif de la demande."
_RECAP: Final = "Le récapitulatif de la pré-demande, ou son numéro."
_CENT: Final = 100


@dataclass(frozen=True, slots=True)
class Ligne:
    """One thing to bring or to know; `precision` is the smaller second line, may be empty."""

    texte: str
    precision: str = ""


@dataclass(frozen=True, slots=True)
class Rubrique:
    """A heading with its lines; `a_cocher` when they are things to bring."""

    titre: str
    lignes: tuple[Ligne, ...]
    a_cocher: bool = False


@dataclass(frozen=True, slots=True)
class Fiche:
    """A whole sheet, in French; `sources` are the texts it rests on."""

    titre: str
    cas: str
    jour: date
    rubriques: tuple[Rubrique, ...]
    sources: tuple[str, ...]


def fiche(situation: Situation, jour: date, regles: Regles) -> Fiche:
    """The sheet for `situation`, which asks for one title at least; raises `ConfigError`."""
    wanted = exigences(situation, jour, regles)
    rubriques = (
        Rubrique("Avant le rendez-vous", tuple(_before(wanted, regles))),
        Rubrique("À apporter", a_apporter(wanted), a_cocher=True),
        Rubrique("À apporter aussi, selon votre situation", peut_etre(wanted), a_cocher=True),
        Rubrique("Selon le motif", tuple(_by_motif(situation, jour, regles)), a_cocher=True),
        Rubrique("Prix", tuple(_price(wanted.frais))),
        Rubrique("Le jour du rendez-vous", tuple(_the_day(situation, wanted, regles))),
        Rubrique("Ensuite", tuple(_after(wanted))),
    )
    return Fiche(
        titre=f"Demander {_together(situation)}",
        cas=_case(situation),
        jour=jour,
        rubriques=tuple(r for r in rubriques if r.lignes),
        sources=tuple(dict.fromkeys(_sources(wanted))),
    )


def euros(centimes: int) -> str:
    """An amount as French writes it: 86 €, 12,50 €."""
    whole, rest = divmod(centimes, _CENT)
    return f"{whole}{f',{rest:02}' if rest else ''}\u00a0€"


def prix(frais: Frais) -> str:
    """What the titles cost together: one amount, or from and to."""
    if frais.total is not None:
        return euros(frais.total) if frais.total else "Gratuit"
    return f"De {euros(frais.au_moins)} à {euros(frais.au_plus)}"


def pourquoi(fee: FraisTitre) -> str:
    """Why it costs that."""
    return _INCONNU if fee.centimes is None else " ".join(fee.phrases)


def a_apporter(wanted: Exigences) -> tuple[Ligne, ...]:
    """What is wanted for certain; the recap of the pre-demande first."""
    return (Ligne(_RECAP), *(_piece(line) for line in _brought(wanted) if line.certaine))


def peut_etre(wanted: Exigences) -> tuple[Ligne, ...]:
    """What is wanted of some, and of whom."""
    return tuple(_piece(line) for line in _brought(wanted) if not line.certaine)


def _brought(wanted: Exigences) -> Iterator[Exigence]:
    """Without the signature: it is given at the counter, or is on the recap."""
    return (line for line in wanted.pieces if line.preuve is not Preuve.SIGNATURE)


def _piece(line: Exigence) -> Ligne:
    """One requirement: what satisfies it, and why."""
    names = []
    for one in sorted(line.alternatives, key=lambda a: a.type is TypePiece.VERIF_COMEDEC):
        nom = _MOTS.get(one.type, one.nom)
        limit = "" if one.age_max is None else f" de moins de {one.age_max.valeur}\u00a0mois"
        names.append(nom + limit)
    return Ligne(_capital(" ou ".join(names)), line.phrase)


def _together(situation: Situation) -> str:
    said = {"CNI": "une carte nationale d’identité", "PASSEPORT": "un passeport"}
    return " et ".join(said[titre] for titre in situation.demandes)


def _case(situation: Situation) -> str:
    who = {True: "Personne mineure", False: "Personne majeure", None: "Tout âge"}
    motifs = dict.fromkeys(MOTS[m] for m in situation.demandes.values() if m is not None)
    return " – ".join([who[situation.mineur], *motifs])


def _before(wanted: Exigences, regles: Regles) -> Iterator[Ligne]:
    months = regles.predemande.validite_mois.valeur
    yield Ligne(
        "Faire la pré-demande en ligne, puis prendre rendez-vous en mairie.",
        f"Garder son numéro de dix caractères, utilisable {months}\u00a0mois. "
        "Sans pré-demande, un formulaire est remis au guichet.",
    )
    if any(fee.payant is not False for fee in wanted.frais.titres):
        yield Ligne("Acheter le timbre fiscal, en ligne ou dans un bureau de tabac.")


def _by_motif(situation: Situation, jour: date, regles: Regles) -> Iterator[Ligne]:
    """What some motifs want beyond the rest, while none is chosen."""
    if not situation.demandes or any(situation.demandes.values()):
        return
    told = {line.code for line in _brought(exigences(situation, jour, regles))}
    wanted: dict[Ligne, list[str]] = {}
    for motif in _motifs(situation):
        asked = replace(situation, demandes=dict.fromkeys(situation.demandes, motif))
        for line in _brought(exigences(asked, jour, regles)):
            if line.certaine and line.code not in told:
                wanted.setdefault(_piece(line), []).append(MOTS[motif])
    for ligne, motifs in wanted.items():
        yield Ligne(ligne.texte, f"{_capital(' ; '.join(motifs))}. {ligne.precision}")


def _motifs(situation: Situation) -> Iterator[Motif]:
    """Those that each title asked for may have."""
    only = Motif.PAGES_VISA_PLEINES
    return (m for m in Motif if m is not only or set(situation.demandes) == {TypeTitre.PASSEPORT})


def _price(frais: Frais) -> Iterator[Ligne]:
    if len(frais.titres) > 1:
        yield Ligne(f"{prix(frais)} en tout.")
    for fee in frais.titres:
        low, high = fee.possibles[0], fee.possibles[-1]
        said = euros(low) if low == high else f"de {euros(low)} à {euros(high)}"
        yield Ligne(f"{_capital(MOTS[fee.titre])} : {said if high else 'gratuit'}.", pourquoi(fee))


def _the_day(situation: Situation, wanted: Exigences, regles: Regles) -> Iterator[Ligne]:
    if situation.mineur:
        yield Ligne("L’enfant vient, quel que soit son âge, avec son représentant légal.")
    else:
        yield Ligne("La personne qui demande le titre vient elle-même.", _also(situation))
    if wanted.doigts is None:
        yield Ligne(f"Deux empreintes sont prises dès {regles.empreinte.age_min.valeur}\u00a0ans.")
    elif wanted.doigts.doigts:
        yield Ligne("Deux empreintes sont prises.")
    yield Ligne("Les originaux sont montrés, numérisés et rendus.")


def _also(situation: Situation) -> str:
    child = "Un mineur vient aussi, avec son représentant légal."
    return child if situation.mineur is None else ""


def _after(wanted: Exigences) -> Iterator[Ligne]:
    for titre, years in wanted.validites.items():
        if years is not None:
            yield Ligne(f"{_capital(MOTS[titre])} : valable {years} ans.")
    months = wanted.delais.retrait_mois.valeur
    yield Ligne(f"Le titre se retire à la même mairie, dans les {months}\u00a0mois.")


def _sources(wanted: Exigences) -> Iterator[str]:
    said = [line.source for line in _brought(wanted)]
    for source in said + [fee.source for fee in wanted.frais.titres]:
        yield from (part.strip() for part in source.split(";"))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
