"""The parts of the application out of the fields of the form, and what each still lacks.

A part is made only when all its fields hold; until then its faults say which field, in French.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from station.dossier.formulaire import CHAMPS
from station.dossier.lecture import Illisible, lire
from station.dossier.model import Demande, Motif, TypeTitre, Usager
from station.errors import InvalidField

if TYPE_CHECKING:
    from station.dossier.champs import DatePartielle
    from station.dossier.model import Seance
    from station.dossier.saisie import Saisie

TITRES: Final = {TypeTitre.CNI: "demande.cni", TypeTitre.PASSEPORT: "demande.passeport"}
DECLARATIONS: Final = {Motif.RENOUVELLEMENT_PERTE: "perte", Motif.RENOUVELLEMENT_VOL: "vol"}
_MANQUE: Final = "À remplir."
_REQUIS: Final = (
    "nom_famille", "prenoms", "sexe", "date_naissance", "lieu_naissance.libelle",
    "lieu_naissance.pays", "taille_cm", "nationalite", "mode_acquisition",
)  # fmt: skip
_ADRESSE: Final = ("ligne1", "code_postal", "commune", "pays")
_REPRESENTANT: Final = ("nom_famille", "prenoms", "role", "piece_identite")
OBLIGATOIRES: Final = frozenset(
    [f"usager.{nom}" for nom in _REQUIS] + [f"adresse.{nom}" for nom in _ADRESSE]
)
"""The fields that everybody has to fill in; others depend on these."""
_BORNES: Final = {"usager.taille_cm": (30, 250, "La taille va de 30 à 250 cm.")}


@dataclass(frozen=True, slots=True)
class Manque:
    """A field that is empty or wrong, and the sentence for the agent."""

    champ: str
    phrase: str


@dataclass(slots=True)
class Assemblage:
    """What the fields gave: `usager` is None while it lacks something."""

    usager: Usager | None = field(default=None, repr=False)
    demandes: list[Demande] = field(default_factory=list)
    manques: list[Manque] = field(default_factory=list)


def assembler(saisie: Saisie, seance: Seance) -> Assemblage:
    """The applicant and the requests that `saisie` makes in `seance`."""
    made = Assemblage()
    made.demandes = _demandes(saisie, seance, made.manques)
    before = len(made.manques)
    said = _said_of_usager(saisie, made.manques)
    if len(made.manques) == before:
        made.usager = _model(Usager, said, made.manques, "usager.nom_famille")
    return made


def naissance(saisie: Saisie) -> DatePartielle | None:
    """The date of birth as soon as it is typed, whatever else is not."""
    with suppress(Illisible):
        texte = saisie.get("usager.date_naissance")
        if texte:
            born: DatePartielle = lire(CHAMPS["usager.date_naissance"], texte)
            return born
    return None


def demandes(saisie: Saisie) -> dict[TypeTitre, Motif | None]:
    """The titles ticked so far, with their motif where it is chosen."""
    found: dict[TypeTitre, Motif | None] = {}
    for titre, groupe in TITRES.items():
        if saisie.oui(groupe):
            motif = saisie.get(f"{groupe}.motif")
            found[titre] = Motif(motif) if motif in CHAMPS[f"{groupe}.motif"].choix else None
    return found


def _demandes(saisie: Saisie, seance: Seance, manques: list[Manque]) -> list[Demande]:
    asked = [titre for titre, groupe in TITRES.items() if saisie.oui(groupe)]
    made = []
    for titre in asked:
        said = _demande(saisie, titre, manques)
        if "motif" not in said:
            continue
        said |= {
            "type_titre": titre,
            "date_depot": seance.ouverte_le.date(),
            "lieu_depot": seance.insee,
            "demande_jointe": len(asked) > 1,
        }
        demande = _model(Demande, said, manques, f"{TITRES[titre]}.motif")
        if demande is not None:
            made.append(demande)
    return made


def _demande(saisie: Saisie, titre: TypeTitre, manques: list[Manque]) -> dict[str, Any]:
    groupe = TITRES[titre]
    said = _values(saisie, groupe, manques, requis=("motif",))
    stamp = _values(saisie, f"{groupe}.timbre", manques)
    absent = [name for name in ("numero", "achete_le") if name not in stamp]
    if not absent:
        said["timbre"] = stamp
    elif stamp:
        manques.append(Manque(f"{groupe}.timbre.{absent[0]}", _MANQUE))
    number = _values(saisie, "demande", manques).get("predemande")
    if number:
        said["numero_predemande"] = number
    if "motif" in said:
        said |= _declaration(saisie, said["motif"], manques)
    return said


def _declaration(saisie: Saisie, motif: Motif, manques: list[Manque]) -> dict[str, Any]:
    groupe = DECLARATIONS.get(motif)
    if groupe is None:
        return {}
    said = _values(saisie, groupe, manques, requis=("date",))
    if "declaration" in said:
        said["numero"] = said.pop("declaration")
    return {"declaration": said} if "date" in said else {}


def _said_of_usager(saisie: Saisie, manques: list[Manque]) -> dict[str, Any]:
    said = _values(saisie, "usager", manques, requis=_REQUIS)
    said["lieu_naissance"] = _lieu(said)
    said["adresse"] = _adresse(saisie, "adresse", manques)
    if saisie.oui("alternee.oui"):
        said["residence_alternee"] = _adresse(saisie, "alternee", manques)
    said["parents"] = tuple(_parent(saisie, f"parent{n}", manques) for n in (1, 2))
    if any(saisie.get(f"representant.{name}") for name in _REPRESENTANT):
        said["representant_legal"] = _values(saisie, "representant", manques, requis=_REPRESENTANT)
    held = _values(saisie, "titre_ancien", manques)
    if "type" in held:
        said["titre_ancien"] = held
    for one, other in (("nom_usage", "origine_nom_usage"), ("origine_nom_usage", "nom_usage")):
        if one in said and other not in said and not saisie.get(f"usager.{other}"):
            manques.append(Manque(f"usager.{other}", _MANQUE))
    return said


def _parent(saisie: Saisie, groupe: str, manques: list[Manque]) -> dict[str, Any]:
    if saisie.oui(f"{groupe}.inconnu"):
        return {"inconnu": True}
    said = _values(saisie, groupe, manques, requis=("nom_famille",))
    lieu = _lieu(said)
    if lieu:
        said["lieu_naissance"] = {"pays": "FRA"} | lieu
    if lieu and "libelle" not in lieu:
        manques.append(Manque(f"{groupe}.lieu_naissance.libelle", _MANQUE))
    return said


def _lieu(said: dict[str, Any]) -> dict[str, Any]:
    """The fields of the place of birth, taken out of `said`."""
    start = "lieu_naissance."
    return {k[len(start) :]: said.pop(k) for k in list(said) if k.startswith(start)}


def _adresse(saisie: Saisie, groupe: str, manques: list[Manque]) -> dict[str, Any]:
    said = _values(saisie, groupe, manques, requis=_ADRESSE)
    said.pop("oui", None)
    lignes = [said.pop(f"ligne{n}", None) for n in range(1, 7)]
    said["lignes"] = tuple(ligne for ligne in lignes if ligne)
    return said


def _values(
    saisie: Saisie, groupe: str, manques: list[Manque], requis: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The values right below `groupe` by the rest of their names; a nested group keeps its dot."""
    said = {}
    for reste, texte in saisie.under(groupe).items():
        champ = CHAMPS[f"{groupe}.{reste}"]
        if _elsewhere(groupe, reste):
            continue
        try:
            said[reste] = _within(champ.nom, lire(champ, texte))
        except Illisible as error:
            manques.append(Manque(champ.nom, str(error)))
    held = saisie.under(groupe)
    manques += [Manque(f"{groupe}.{r}", _MANQUE) for r in requis if r not in held]
    return said


def _elsewhere(groupe: str, reste: str) -> bool:
    """Whether a field below `groupe` belongs to a part of its own."""
    if groupe == "demande":
        return reste != "predemande"
    return ".timbre." in f"{groupe}.{reste}" and not groupe.endswith(".timbre")


def _within(nom: str, value: Any) -> Any:
    low, high, phrase = _BORNES.get(nom, (0, 0, ""))
    if phrase and not low <= value <= high:
        raise Illisible(phrase)
    return value


def _model(kind: Any, said: dict[str, Any], manques: list[Manque], champ: str) -> Any:
    """The part, or None and a fault: what each field cannot tell, the part as a whole may."""
    try:
        return kind.from_json(json.dumps(said, default=_plain))
    except InvalidField:
        manques.append(Manque(champ, "Ces réponses ne vont pas ensemble."))
        return None


def _plain(value: date | DatePartielle) -> Any:
    return value.isoformat() if isinstance(value, date) else value.model_dump()
