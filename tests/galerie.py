"""The values of the gallery: every macro in every state. SPECIMEN is the only applicant."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from station.web import pages
from station.web.cadre import (
    Bandeau,
    Cadre,
    Ecran,
    EtatAppareil,
    EtatEcran,
    Liaison,
    Raccourci,
    Ton,
    Voyant,
)
from station.web.pages import render
from station.web.valeurs import (
    Champ,
    Champs,
    ConstatVu,
    DoigtVu,
    Ecart,
    Erreur,
    Option,
    PieceVue,
)

MOMENT = datetime(2026, 11, 25, 14, 5, tzinfo=ZoneInfo("Europe/Paris"))
ECRANS = (
    ("Connexion", "COMPLET"), ("Accueil", "COMPLET"), ("Ouverture", "COMPLET"),
    ("État civil", "A_CORRIGER"), ("Adresse", "COMPLET"), ("Pièces", "EN_COURS"),
    ("Photo", "A_VERIFIER"), ("Empreintes", "EN_COURS"), ("Signature", "A_FAIRE"),
    ("Vérification", "A_FAIRE"), ("Scellement", "A_FAIRE"), ("Suivi et remise", "A_FAIRE"),
)  # fmt: skip
RACCOURCIS = (
    Raccourci("F2", "Précédent", "precedent", chemin="/ouverture"),
    Raccourci("F4", "Numériser", "scanner", action="numeriser"),
    Raccourci("F6", "Empreinte", "empreinte", action="empreinte"),
    Raccourci("F8", "Photo", "photo", action="photo"),
    Raccourci("Ctrl+K", "Rechercher", "loupe", action="rechercher"),
    Raccourci("F12", "Sceller", "sceau", action="sceller", actif=False),
    Raccourci("F9", "Vérifier", "verifier", chemin="/verification", principal=True),
)
APPAREILS = (
    Voyant("empreintes", "Empreintes", "empreinte", EtatAppareil.PRET, "SPECIMEN FS-1, n° 0001"),
    Voyant("photo", "Photo", "photo", EtatAppareil.OCCUPE, "Une capture est en cours."),
    Voyant("pieces", "Scanner", "scanner", EtatAppareil.PANNE, "DEV-001 Rebrancher le câble USB."),
    Voyant("carte", "Carte", "carte", EtatAppareil.PRET),
    Voyant("codes", "Codes", "code", EtatAppareil.ABSENT),
)
CHAMPS = Champs(
    {
        "usager.nom_famille": Champ("SPECIMEN", "TITRE"),
        "usager.prenoms": Champ("Martin Éric", "PREDEMANDE", ecart=Ecart("MARTIN ERIK", "TITRE")),
        "usager.nom_usage": Champ("", "PUCE", ecart=Ecart("DURAND", "PUCE")),
        "usager.date_naissance": Champ("31/02/1980", "AGENT", "Le 31 février n’existe pas."),
        "usager.lieu_naissance.libelle": Champ("Grenoble", "CODE"),
        "usager.lieu_naissance.pays": Champ("Franse", "AGENT", "Ce pays n’est pas dans la liste."),
        "usager.sexe": Champ("F", "PREDEMANDE"),
        "usager.taille_cm": Champ("17", "AGENT", "Une taille se dit en centimètres, de 30 à 250."),
        "usager.couleur_yeux": Champ("VERT", "AGENT"),
        "adresse.heberge": Champ("oui", "AGENT"),
        "demande.motif": Champ("", "", "Le motif de la demande n’est pas choisi."),
        "demande.urgence.motif": Champ("Obsèques à l’étranger.", "AGENT"),
    }
)
SOURCE = "décret 55-1397 art. 2"
DOIGTS = tuple(
    DoigtVu(code, etat, motif)
    for code, etat, motif in (
        (1, "LIBRE", ""), (2, "A_PRENDRE", ""), (3, "A_PRENDRE", ""), (4, "A_PRENDRE", ""),
        (5, "LIBRE", ""), (6, "LIBRE", ""), (7, "PASSE", "Blessure"), (8, "A_REFAIRE", ""),
        (9, "PRIS", ""), (10, "LIBRE", ""),
    )
)  # fmt: skip
VALEURS: dict[str, object] = {
    "champs": CHAMPS,
    "erreurs": tuple(Erreur(nom, champ.erreur) for nom, champ in CHAMPS.items() if champ.erreur),
    "sexes": (Option("F", "Féminin"), Option("M", "Masculin")),
    "yeux": (Option("BLEU", "Bleu"), Option("VERT", "Vert"), Option("MARRON", "Marron")),
    "motifs": (
        Option("PREMIERE_DEMANDE", "Première demande"),
        Option("RENOUVELLEMENT_EXPIRATION", "Renouvellement", "titre expiré ou bientôt"),
        Option("RENOUVELLEMENT_PERTE", "Perte", "avec la déclaration"),
        Option("RENOUVELLEMENT_VOL", "Vol", "avec la déclaration"),
    ),
    "exemptions": (
        Option("ABSENT", "Doigt absent"),
        Option("BLESSURE_TEMPORAIRE", "Blessure temporaire"),
        Option("EMPREINTE_ILLISIBLE", "Empreinte illisible"),
    ),
    "champ_de": Champ,
    "constats_vus": (
        ConstatVu("JUSTIF_DATE", "A_JUSTIFIER", "Le justificatif a plus d’un an.", SOURCE),
        ConstatVu(
            "PHOTO_QUALITE", "A_JUSTIFIER", "La photo est à juger.", SOURCE, "/photo", "Nette."
        ),
        ConstatVu("MOTIF", "BLOQUANT", "Le motif n’est pas choisi.", SOURCE, "/ouverture"),
    ),
    "pieces": (
        PieceVue("TITRE_ANCIEN", "Ancien titre", "CONFORME", 2, "recto et verso"),
        PieceVue("JUSTIF_DOMICILE", "Justificatif de domicile", "A_VERIFIER", 1),
        PieceVue("ACTE_NAISSANCE", "Acte de naissance", "NON_CONFORME", 1, motif="plus de 3 mois"),
        PieceVue("DECLARATION_PERTE", "Déclaration de perte", "MANQUANTE"),
    ),
    "doigts": DOIGTS,
}


def cadre() -> Cadre:
    """The frame with a device of every state, a screen of every state, and no line."""
    return Cadre(
        jeton="jeton-de-test",
        site="Mairie de Specimen-sur-Isère",
        poste="01",
        agent="Camille SPECIMEN",
        heure=MOMENT,
        liaison=Liaison(False, 3, timedelta(hours=26, minutes=5), en_retard=True),
        appareils=APPAREILS,
        ecrans=tuple(
            Ecran(n, nom, f"/ecran/{n}" if n < 12 else "", EtatEcran[etat], courant=n == 4)
            for n, (nom, etat) in enumerate(ECRANS, 1)
        ),
        raccourcis=RACCOURCIS,
        bandeaux=(
            Bandeau(Ton.ATTENTION, "Hors ligne.", "Les dossiers scellés partiront plus tard."),
        ),
        dossier="SPECIMEN Martin – CNI et passeport – ouvert à 13 h 58",
    )


def galerie(**other: object) -> str:
    """The gallery as a page, with `other` values in place of its own."""
    return render("galerie.html", **{"cadre": cadre(), **VALEURS, **other})


def declaration() -> str:
    """The declaration of accessibility."""
    return render(
        "declaration.html",
        jeton="",
        organisme="La mairie de Specimen-sur-Isère",
        contact="accueil de la mairie",
        etablie_le=MOMENT,
        version="0.1.0",
        ecrans=[nom for nom, _ in ECRANS],
    )


def connexion() -> str:
    """The bare frame, as a login fills it."""
    return _written(
        """{% extends "nu.html" %}
{% import "macros/champs.html" as c %}{% import "macros/commun.html" as m %}
{% block title %}Connexion{% endblock %}
{% block main %}<form>
{{ c.texte("pin", "Code PIN", pin, type="password", mode="numeric", nu=true) }}
<div class="boutons">{{ m.bouton("Se connecter", type="submit", genre="principal") }}</div></form>
{% endblock %}""",
        pin=Champ("", "", "Code faux : il reste 2 essais."),
    )


def usager() -> str:
    """The applicant's frame, as a capture of a finger fills it."""
    return _written(
        """{% extends "usager.html" %}
{% from "macros/mains.html" import main %}
{% block title %}Posez l’index droit sur le capteur{% endblock %}
{% block geste %}{{ main("droite", doigts, actif=2) }}{% endblock %}
{% block consigne %}À plat, sans appuyer.{% endblock %}""",
        doigts=DOIGTS,
    )


def _written(template: str, **values: object) -> str:
    return pages._environment().from_string(template).render(jeton="jeton-de-test", **values)
