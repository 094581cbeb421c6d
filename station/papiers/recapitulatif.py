"""The recap of an application: read again by the applicant and signed, where there is no pad.

Scanned once signed, it is the piece `FORMULAIRE_SIGNE`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from station.dossier.exigences import exigences
from station.dossier.model import Signataire
from station.dossier.mots import MOTS, phrase
from station.dossier.situation import Situation
from station.errors import IncompleteDossier
from station.papiers import personne
from station.papiers.feuille import Feuille

if TYPE_CHECKING:
    from collections.abc import Iterator

    from station.dossier.draft import Draft
    from station.dossier.model import Demande, Usager
    from station.papiers.feuille import Entete
    from station.rules.regles import Regles

_TITRE: Final = "Récapitulatif de la demande, à relire et à signer"
_PORTEE: Final = "Ce récapitulatif ne vaut pas récépissé de dépôt."
_QUI: Final = {
    Signataire.TITULAIRE: "Signature du titulaire",
    Signataire.REPRESENTANT: "Signature du représentant légal",
}
_INFORMATION: Final = (
    "Ces données, la photographie, les empreintes et la signature servent à instruire la demande"
    " et à fabriquer le titre ; elles sont conservées dans le traitement des titres électroniques"
    " sécurisés (décret n° 2016-1460).",
    "Elles peuvent être consultées et rectifiées par la personne concernée, auprès de l’autorité"
    " qui délivre le titre.",
)
_ATTESTE: Final = "J’ai relu ces informations et je certifie qu’elles sont exactes."


def recapitulatif(entete: Entete, draft: Draft, regles: Regles) -> bytes:
    """The recap of `draft` with a box for each who has to sign under `regles`, PDF/A-2u.

    Where that cannot be told yet, the holder and the representative have one each.

    Raises `IncompleteDossier` before the form is whole, `ConfigError` for a title without rules.
    """
    usager = draft.usager
    if usager is None or not draft.demandes:
        missing = [name for name, there in (("USAGER", usager), ("DEMANDE", draft.demandes))
                   if not there]  # fmt: skip
        raise IncompleteDossier(tuple(missing))
    feuille = Feuille(_TITRE, entete.jour)
    feuille.entete(entete)
    feuille.intertitre("Demande")
    for demande in draft.demandes:
        feuille.ligne(phrase(MOTS[demande.type_titre]), _demande(demande))
    if (old := usager.titre_ancien) is not None:
        number = "" if old.numero is None else f", n° {old.numero}"
        feuille.ligne("Titre détenu", (f"{MOTS[old.type]}{number}",))
    for heading, lines in _personne(usager):
        feuille.intertitre(heading)
        for name, value in lines:
            feuille.ligne(name, value)
    wanted = exigences(Situation.of(draft), entete.jour, regles)
    if wanted.conservation_90j:
        days = f"{regles.conservation.jours.valeur}\u00a0jours au plus"
        kept = days if usager.conservation_90j else "pour la durée légale"
        feuille.ligne("Empreintes (CNI)", (f"conservées {kept}",))
    feuille.intertitre("Pièces présentées")
    feuille.liste(phrase(MOTS[p.reference.type]) for p in draft.pieces)
    feuille.intertitre("Information")
    feuille.liste(_INFORMATION)
    feuille.signatures((_QUI[qui] for qui in wanted.signataires or _QUI), _ATTESTE)
    return feuille.octets(_PORTEE)


def _demande(demande: Demande) -> tuple[str, ...]:
    stamp = () if demande.timbre is None else (f"timbre fiscal n° {demande.timbre.numero}",)
    return (MOTS[demande.motif], *stamp)


def _personne(usager: Usager) -> Iterator[tuple[str, list[tuple[str, tuple[str, ...]]]]]:
    yield "État civil", list(_etat_civil(usager))
    yield (
        "Filiation",
        [(f"Parent {n}", (personne.parent(p),)) for n, p in enumerate(usager.parents, 1)],
    )
    if (said := usager.representant_legal) is not None:
        shown = f"pièce d’identité : {said.piece_identite}"
        yield "Représentant légal", [("Nom et qualité", (personne.representant(said), shown))]
    yield "Adresse et contact", list(_contact(usager))


def _etat_civil(usager: Usager) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "Nom de famille", (usager.nom_famille,)
    yield "Prénoms", (", ".join(usager.prenoms),)
    if usager.nom_usage is not None and usager.origine_nom_usage is not None:
        yield "Nom d’usage", (f"{usager.nom_usage} ({MOTS[usager.origine_nom_usage]})",)
    yield "Sexe", (MOTS[usager.sexe],)
    yield "Né(e)", (personne.naissance(usager.date_naissance, usager.lieu_naissance),)
    yield "Taille", (f"{usager.taille_cm}\u00a0cm",)
    if usager.couleur_yeux is not None:
        yield "Yeux", (MOTS[usager.couleur_yeux],)
    yield "Nationalité", (personne.pays(usager.nationalite),)
    yield "Français(e) par", (MOTS[usager.mode_acquisition],)
    if usager.majeur_protege:
        yield "Majeur protégé", ("oui",)


def _contact(usager: Usager) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "Adresse", personne.adresse(usager.adresse)
    if usager.residence_alternee is not None:
        yield "Seconde adresse", personne.adresse(usager.residence_alternee)
    if usager.telephone_portable is not None:
        yield "Téléphone portable", (usager.telephone_portable,)
    if usager.courriel is not None:
        yield "Courriel", (usager.courriel,)
