"""The frame around every page, filled in: who, where, devices, the line, the screens."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from station.config import (
    CARTE,
    CODES,
    EMPREINTES,
    PHOTO,
    PHOTO_PAPIER,
    PIECES,
    PIECES_VITRE,
    TITRE,
)
from station.dossier.complement import ComplementDraft, demandes
from station.dossier.formulaire import Ecran
from station.dossier.model import Mode
from station.guichet.avancement import COMPLET, avancement, ecrans
from station.guichet.fiche import fiche
from station.guichet.journee import du_jour
from station.guichet.veille import age
from station.web import cadre as vu
from station.web.cadre import Cadre, EtatAppareil, EtatEcran
from station.web.typographie import duree, pluriel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from station.guichet.en_cours import EnCours
    from station.guichet.guichet import Guichet
    from station.guichet.veille import Appareil, Veille

NOMS: Final = {
    Ecran.OUVERTURE: "Ouverture",
    Ecran.ETAT_CIVIL: "État civil",
    Ecran.ADRESSE: "Adresse",
    Ecran.PIECES: "Pièces",
    Ecran.PHOTO: "Photo",
    Ecran.EMPREINTES: "Empreintes",
    Ecran.SIGNATURE: "Signature",
    Ecran.VERIFICATION: "Vérification",
    Ecran.SCELLEMENT: "Scellement",
}
_APPAREILS: Final = {
    CARTE: ("Carte", "carte"),
    EMPREINTES: ("Empreintes", "empreinte"),
    PHOTO: ("Photo", "photo"),
    PHOTO_PAPIER: ("Photo papier", "photo"),
    PIECES: ("Numériseur", "scanner"),
    PIECES_VITRE: ("Vitre", "scanner"),
    TITRE: ("Titre", "titre"),
    CODES: ("Codes", "code"),
}
ACCUEIL: Final = (2, "Accueil", "/accueil")
SUIVI: Final = (12, "Suivi et remise", "/suivi")
_RETARD = 24 * 3600  # seconds a dossier may wait before the banner turns red (process.md §15.2)
_DERNIERS: Final = {Ecran.VERIFICATION, Ecran.SCELLEMENT}
_PREMIER = 3  # the first screen of a dossier among the twelve


class Cadres:
    """Makes the frame of each page from what the station knows at the moment."""

    def __init__(self, guichet: Guichet, veille: Veille) -> None:
        self._guichet, self._veille = guichet, veille

    def of_station(self, numero: int) -> Cadre:
        """Around a page without a dossier: number `numero` of the twelve."""
        cadre = self._cadre(_around((), numero), "")
        return replace(cadre, bandeaux=(*cadre.bandeaux, *self._hors_ligne()))

    def of_dossier(self, en_cours: EnCours, ecran: Ecran) -> Cadre:
        """Around one screen of a dossier."""
        draft = en_cours.draft
        etats = avancement(draft, ecran)
        wanted = ecrans(draft)
        shown = tuple(
            vu.Ecran(
                rang, NOMS[one], f"/dossiers/{draft.id}/{one}", EtatEcran(etats[one]),
                courant=one is ecran,
            )
            for rang, one in enumerate(Ecran, _PREMIER)
            if one in wanted
        )  # fmt: skip
        nom = draft.saisie.get("usager.nom_famille").upper()
        pret = etats[Ecran.VERIFICATION] == COMPLET
        keys = tuple(_raccourcis(str(draft.id), wanted, ecran, pret=pret))
        if not isinstance(draft, ComplementDraft):
            return self._cadre(_around(shown), f"{draft.numero} {nom}".strip(), keys)
        cadre = self._cadre(_around(shown), f"{draft.numero} {draft.titulaire}".strip(), keys)
        return replace(cadre, bandeaux=(*cadre.bandeaux, self._demande(draft)))

    def of_sealed(self, numero: str) -> Cadre:
        """Around a dossier that is sealed: none of its screens can be opened any more."""
        rang = _PREMIER + len(Ecran) - 1
        here = vu.Ecran(rang, "Dossier scellé", "", EtatEcran.COMPLET, courant=True)
        return self._cadre(_around((here,)), numero)

    def voyants(self) -> tuple[vu.Voyant, ...]:
        """The light of each device, as it was at the last look."""
        return tuple(map(_voyant, self._veille.appareils.values()))

    def _cadre(
        self,
        ecrans: tuple[vu.Ecran, ...],
        dossier: str,
        raccourcis: tuple[vu.Raccourci, ...] = (),
    ) -> Cadre:
        station = self._guichet.station.settings.station
        jetons = self._guichet.jetons
        return Cadre(
            jeton="" if jetons is None else jetons.page,
            site=station.insee,
            poste=station.poste,
            agent=self._guichet.agent.name,
            heure=datetime.now().astimezone(),
            liaison=self._liaison(),
            appareils=self.voyants(),
            ecrans=ecrans,
            bandeaux=self._bandeaux(),
            mobile=station.mode is Mode.MOBILE,
            dossier=dossier,
            raccourcis=raccourcis,
            second_ecran=self._guichet.second_ecran.present,
        )

    def _bandeaux(self) -> tuple[vu.Bandeau, ...]:
        doubt = self._veille.horloge
        if not doubt:
            return ()
        said = f"{doubt} Le dossier peut être scellé ; prévenir le technicien."
        return (vu.Bandeau(vu.Ton.ATTENTION, "L’horloge du poste paraît fausse.", said),)

    def _demande(self, draft: ComplementDraft) -> vu.Bandeau:
        """What the CERT asks for, in its own sentence and in words."""
        found = fiche(self._guichet, draft.reponse.dossier)
        motif = "" if found is None else found.ligne.motif
        asked = " ; ".join(demandes(draft.reponse.attendus))
        title = "Complément demandé par le centre."
        return vu.Bandeau(vu.Ton.INFO, title, f"{motif} À fournir : {asked}.".strip())

    def _hors_ligne(self) -> Iterator[vu.Bandeau]:
        """That the CERT is out of reach, since when, and what of today waits for it."""
        etat = self._guichet.liaison.etat
        if etat.en_ligne is False:
            since = duree(timedelta(seconds=age(etat.depuis)))
            waiting = pluriel(du_jour(self._guichet), "paquet") + " du jour en attente."
            text = f"Le guichet continue : tout part seul au retour de la ligne ; {waiting}"
            yield vu.Bandeau(vu.Ton.ATTENTION, f"Hors ligne depuis {since}.", text)

    def _liaison(self) -> vu.Liaison:
        file = self._veille.file
        waited = age(file.plus_ancien)
        return vu.Liaison(
            en_ligne=self._guichet.liaison.etat.en_ligne is not False,
            en_attente=file.en_attente,
            plus_ancien=timedelta(seconds=waited) if file.en_attente else None,
            en_retard=waited > _RETARD,
        )


def _around(ecrans: tuple[vu.Ecran, ...], ici: int = 0) -> tuple[vu.Ecran, ...]:
    """The screens of a dossier between those of the station."""
    first, last = (
        vu.Ecran(rang, nom, chemin, EtatEcran.LIBRE, courant=rang == ici)
        for rang, nom, chemin in (ACCUEIL, SUIVI)
    )
    return (first, *ecrans, last)


def _raccourcis(
    numero: str, screens: tuple[Ecran, ...], ici: Ecran, *, pret: bool
) -> Iterator[vu.Raccourci]:
    """The keys of every screen of a dossier: the one before and after, the check, the seal."""
    rang = screens.index(ici)

    def to(key: str, name: str, icon: str, there: Ecran, *, main: bool = False) -> vu.Raccourci:
        return vu.Raccourci(key, name, icon, f"/dossiers/{numero}/{there}", principal=main)

    before = f"/dossiers/{numero}/{screens[rang - 1]}" if rang > 0 else ACCUEIL[2]
    yield vu.Raccourci("F2", "Précédent", "precedent", before)
    if ici not in _DERNIERS:
        yield to("F3", "Continuer", "suivant", screens[rang + 1], main=not pret)
        yield to("F9", "Vérifier", "verifier", Ecran.VERIFICATION)
    if ici is not Ecran.SCELLEMENT:
        main = pret or ici in _DERNIERS
        yield replace(to("F12", "Sceller", "sceau", Ecran.SCELLEMENT, main=main), actif=pret)


def _voyant(appareil: Appareil) -> vu.Voyant:
    nom, icone = _APPAREILS.get(appareil.role, (appareil.role, "outil"))
    etat = EtatAppareil.PANNE if appareil.code else EtatAppareil.PRET
    detail = f"{appareil.code} {appareil.remede}" if appareil.code else appareil.modele
    return vu.Voyant(appareil.role, nom, icone, etat, detail)
