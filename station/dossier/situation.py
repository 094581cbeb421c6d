"""What is known, at any moment of the counter, of everything that the rules depend on.

A fact that nobody has told yet is None; `faits` hands all of them to the tables of rules.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from station.capture import PortraitSource
from station.dossier import assemblage
from station.dossier.detenu import Detenu
from station.dossier.formulaire import CHAMPS
from station.dossier.lecture import Illisible, lire
from station.dossier.model import Mode, TypeTitreAncien
from station.dossier.piece import TypePiece
from station.rules.conditions import Plage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from station.capture import Finger
    from station.dossier.champs import DatePartielle
    from station.dossier.draft import Draft
    from station.dossier.model import (
        ModeAcquisition,
        Motif,
        MotifExemption,
        OrigineNomUsage,
        RoleRepresentant,
        TypeTitre,
        Usager,
    )
    from station.dossier.saisie import Saisie
    from station.rules.conditions import Fait
    from station.rules.regles import Regles

_SANS_ORIGINE = "AUCUNE"  # of a usage name that there is not
_OUTRE_MER = ("97", "98")


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """The facts; `mineur` counts while the date of birth is unknown."""

    lieu_depot: str
    demandes: Mapping[TypeTitre, Motif | None] = field(default_factory=dict)
    mode: Mode = Mode.FIXE
    photo: PortraitSource = PortraitSource.PHOTO_PAPIER_SCAN
    naissance: DatePartielle | None = field(default=None, repr=False)
    mineur: bool | None = None
    titre_ancien: Detenu = field(default_factory=Detenu)
    heberge: bool | None = None
    residence_alternee: bool | None = None
    majeur_protege: bool | None = None
    nom_usage: bool | None = None
    origine_nom_usage: OrigineNomUsage | None = None
    mode_acquisition: ModeAcquisition | None = None
    representant: RoleRepresentant | None = None
    comedec: bool | None = None
    exemptions: Mapping[Finger, MotifExemption] = field(default_factory=dict)

    @classmethod
    def of(cls, draft: Draft) -> Situation:
        """What `draft` says so far, in its forms or field by field."""
        said = _of_usager(draft.usager) if draft.usager else _of_saisie(draft.saisie)
        return cls(
            lieu_depot=draft.seance.insee,
            mode=draft.seance.mode,
            demandes=_demandes(draft),
            photo=draft.portrait_source,
            naissance=draft.naissance,
            titre_ancien=_detenu(draft),
            exemptions=dict(draft.exemptions),
            **said,
        )

    @classmethod
    def of_saisie(cls, saisie: Saisie, lieu_depot: str) -> Situation:
        """What fields alone say, where there is no draft."""
        return cls(
            lieu_depot=lieu_depot,
            demandes=assemblage.demandes(saisie),
            naissance=assemblage.naissance(saisie),
            titre_ancien=_detenu_typed(saisie),
            **_of_saisie(saisie),
        )

    def age(self, jour: date, majorite: int) -> Plage:
        """What the age of the titulaire may be on `jour`, full years."""
        if self.naissance is not None:
            known = self.naissance.age(jour)
            return Plage(known, known)
        if self.mineur is None:
            return Plage()
        return Plage(au_plus=majorite - 1) if self.mineur else Plage(au_moins=majorite)

    def faits(self, jour: date, regles: Regles) -> tuple[dict[str, Fait], ...]:
        """The facts of each request, by the names of `station.rules.conditions.Si`.

        Before any title is asked for, those of a request of none.
        """
        common = self._communs(jour, regles)
        if not self.demandes:
            return (common | {"titre": "AUCUN", "motif": "AUCUN"},)
        return tuple(
            common | {"titre": titre, "motif": motif} for titre, motif in self.demandes.items()
        )

    def _communs(self, jour: date, regles: Regles) -> dict[str, Fait]:
        probant = self.titre_ancien.probant(jour, self.naissance, regles.piece.titre_probant)
        overseas = self.lieu_depot.startswith(_OUTRE_MER)
        return {
            "age": self.age(jour, regles.majorite.valeur),
            "mode": self.mode,
            "departement": self.lieu_depot[: 3 if overseas else 2],
            "titre_connu": probant is not None,
            "titre_probant": probant,
            "titre_perime": self._passeport_perime(jour, regles),
            "comedec": self.comedec,
            "mode_acquisition": self.mode_acquisition,
            "heberge": self.heberge,
            "residence_alternee": self.residence_alternee,
            "majeur_protege": self.majeur_protege,
            "nom_usage": self.nom_usage,
            "origine_nom_usage": (
                _SANS_ORIGINE if self.nom_usage is False else self.origine_nom_usage
            ),
            "role_representant": self.representant or "INCONNU",
            "photo_sur_place": self.photo is PortraitSource.CAMERA_DR,
        }

    def _passeport_perime(self, jour: date, regles: Regles) -> bool | None:
        """Whether the passport held has expired; a card held says nothing of a passport."""
        passports = {TypeTitreAncien.PASSEPORT_SECURISE, TypeTitreAncien.PASSEPORT_ANCIEN, None}
        if self.titre_ancien.type not in passports:
            return None
        return self.titre_ancien.perime(jour, self.naissance, regles.piece.titre_probant)


def _demandes(draft: Draft) -> Mapping[TypeTitre, Motif | None]:
    typed = assemblage.demandes(draft.saisie)
    return typed | {d.type_titre: d.motif for d in draft.demandes}


def _detenu(draft: Draft) -> Detenu:
    """From the form; its day of expiry else from what was read off the title itself."""
    held = None if draft.usager is None else draft.usager.titre_ancien
    told = _detenu_typed(draft.saisie) if held is None else Detenu(held.type, held.expire_le)
    shown = (p.reference for p in draft.pieces if p.reference.type is TypePiece.TITRE_ANCIEN)
    expiry = told.expire_le or next((r.expire_le for r in shown if r.expire_le), None)
    return Detenu(told.type, expiry)


def _detenu_typed(saisie: Saisie) -> Detenu:
    typed = _lu(saisie, "titre_ancien.type")
    return Detenu(TypeTitreAncien(typed) if typed else None, _lu(saisie, "titre_ancien.expire_le"))


def _of_usager(usager: Usager) -> dict[str, Any]:
    return {
        "heberge": usager.adresse.hebergeant is not None,
        "residence_alternee": usager.residence_alternee is not None,
        "majeur_protege": usager.majeur_protege,
        "nom_usage": usager.nom_usage is not None,
        "origine_nom_usage": usager.origine_nom_usage,
        "mode_acquisition": usager.mode_acquisition,
        "representant": usager.representant_legal and usager.representant_legal.role,
    }


def _of_saisie(saisie: Saisie) -> dict[str, Any]:
    """A box or a field that may stay empty says no as soon as its part of the form is begun."""
    home, name = bool(saisie.get("adresse.ligne1")), bool(saisie.get("usager.nom_famille"))
    return {
        "mineur": saisie.oui("ouverture.mineur") if saisie else None,
        "heberge": _dit(saisie, "adresse.hebergeant", begun=home),
        "residence_alternee": _dit(saisie, "alternee.oui", begun=home),
        "majeur_protege": _dit(saisie, "usager.majeur_protege", begun=name),
        "nom_usage": _dit(saisie, "usager.nom_usage", begun=name),
        "origine_nom_usage": _lu(saisie, "usager.origine_nom_usage"),
        "mode_acquisition": _lu(saisie, "usager.mode_acquisition"),
        "representant": _lu(saisie, "representant.role"),
    }


def _dit(saisie: Saisie, champ: str, *, begun: bool) -> bool | None:
    return True if saisie.get(champ) else (False if begun else None)


def _lu(saisie: Saisie, champ: str) -> Any:
    """The value of a field, None while it is empty or wrong."""
    texte = saisie.get(champ)
    with suppress(Illisible):
        return lire(CHAMPS[champ], texte) if texte else None
    return None
