"""What each paper of the counter says; all of them are PDF/A and the same twice."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from station.capture import Finger
from station.dossier.acte_remise import ActeRemise, AncienTitre, Controle, Receveur, TitreRemis
from station.dossier.champs import DatePartielle
from station.dossier.complement import Attendus, ComplementDraft, Reponse
from station.dossier.model import (
    Declaration,
    Demande,
    Motif,
    OrigineNomUsage,
    RepresentantLegal,
    RoleRepresentant,
    TitreAncien,
    TypeTitre,
    TypeTitreAncien,
)
from station.dossier.numero import of_complement
from station.dossier.piece import TypePiece
from station.errors import IncompleteDossier
from station.papiers.complement import demande_complement
from station.papiers.declaration import declaration
from station.papiers.feuille import Entete
from station.papiers.recapitulatif import recapitulatif
from station.papiers.recepisse import recepisse, resume, resume_complement
from station.papiers.remise import emargement
from station.rules.regles import en_vigueur
from tests import needs
from tests.applications import TODAY, draft, piece, usager
from tests.pdfa import faults, text_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from station.dossier.draft import Draft

REGLES = en_vigueur(TODAY)
LIEU = "Paris (75056)"
ENTETE = Entete(draft().numero, TODAY, LIEU)
TITRE = TitreAncien(type=TypeTitreAncien.CNI_SECURISEE, numero="X4RTBPFW4")


def lost(motif: Motif, **said: object) -> Demande:
    declared = Declaration.of({"date": TODAY, **said})
    return draft().demandes[0].model_copy(update={"motif": motif, "declaration": declared})


def minor() -> Draft:
    of = draft()
    of.usager = usager(
        date_naissance=DatePartielle(annee=2011),
        representant_legal=RepresentantLegal(
            nom_famille="SPECIMEN", prenoms=("Jean",), role=RoleRepresentant.PERE,
            piece_identite="passeport n° 00AA00000",
        ),
        residence_alternee=usager().adresse.model_copy(update={"hebergeant": "M. SPECIMEN"}),
    )  # fmt: skip
    return of


def handed_over(**changed: object) -> ActeRemise:
    values: dict[str, object] = {
        "titres": (TitreRemis(type_titre=TypeTitre.CNI, numero="X4RTBPFW4"),),
        "controle": Controle(issue="concordant", raison="meme_doigt", doigt=2),
        "receveur": Receveur.TITULAIRE,
        "titulaire_present": True,
        "ancien_titre": AncienTitre.RENDU,
        "emargement": False,
    }
    return ActeRemise.of(values | changed)


ATTENDUS = Attendus(
    pieces=(TypePiece.JUSTIF_DOMICILE,), photo=True, doigts=(Finger.LEFT_INDEX,), signature=True,
    champs=("usager.nom_usage", "inconnu.champ"),
)  # fmt: skip
PAPIERS: dict[str, Callable[[], bytes]] = {
    "recepisse": lambda: recepisse(resume(draft().complete(TODAY, REGLES), LIEU, REGLES)),
    "perte": lambda: declaration(
        ENTETE,
        usager(
            titre_ancien=TITRE, nom_usage="SPECIMEN-ŁÓDŹ", origine_nom_usage=OrigineNomUsage.EPOUX
        ),
        lost(Motif.RENOUVELLEMENT_PERTE, lieu="Ajaccio"),
    ),
    "vol": lambda: declaration(
        ENTETE, usager(titre_ancien=TITRE), lost(Motif.RENOUVELLEMENT_VOL, numero="2026/000123")
    ),
    "recapitulatif": lambda: recapitulatif(ENTETE, draft(), REGLES),
    "recapitulatif d’un mineur": lambda: recapitulatif(ENTETE, minor(), REGLES),
    "remise": lambda: emargement(ENTETE, "SPECIMEN Éloïse", handed_over()),
    "complement": lambda: demande_complement(ENTETE, "SPE… É…", ATTENDUS, date(2026, 6, 2)),
}  # fmt: skip


@pytest.mark.parametrize("name", PAPIERS)
def test_no_paper_breaks_a_clause_of_pdf_a_or_differs_the_second_time(name: str) -> None:
    made = PAPIERS[name]()
    assert faults(made) == []
    assert PAPIERS[name]() == made


SAID = {
    "perte": ["Déclaration de perte", "X4RTBPFW4", "Perdu le", "02/03/2026", "Ajaccio",
              "né(e) le 29/02/1984 à Ajaccio (France)", "SPECIMEN-ŁÓDŹ", "Le déclarant",
              "1 rue du Spécimen 75001 Paris", "invalidé"],
    "vol": ["mention de la déclaration", "2026/000123", "police ou la gendarmerie"],
    "recapitulatif": ["Éloïse, Anne-Marie", "168 cm", "verts", "naissance en France",
                      "SPECIMEN Jean", "non nommé par l’acte", "timbre fiscal n° 1234567890123456",
                      "durée légale", "Justificatif de domicile", "certifie",
                      "Signature du titulaire"],
    "recapitulatif d’un mineur": ["en 2011 à Ajaccio", "SPECIMEN Jean, père", "chez M. SPECIMEN",
                                  "Signature du représentant légal"],
    "remise": ["n° X4RTBPFW4", "concordante", "rendu à la mairie", "Signature du titulaire"],
    "complement": ["Justificatif de domicile", "photographie", "index gauche", "une signature",
                   "nom d’usage", "inconnu.champ", "02/06/2026"],
}  # fmt: skip


@needs.mark(needs.programs(pdftotext="poppler-utils"))
@pytest.mark.parametrize("name", SAID)
def test_a_paper_says_what_it_is_for(name: str, tmp_path: Path) -> None:
    text = " ".join(text_of(PAPIERS[name](), tmp_path).split()).lower()
    for words in SAID[name]:
        assert words.lower().replace("\u00a0", " ") in text, words
    assert f"dossier {ENTETE.numero} – page 1" in text
    assert "logiciel non homologué" in text


@needs.mark(needs.programs(pdftotext="poppler-utils"))
def test_an_adult_signs_alone_and_a_theft_is_not_signed_for(tmp_path: Path) -> None:
    assert "représentant" not in text_of(PAPIERS["recapitulatif"](), tmp_path)
    assert "Le déclarant" not in text_of(PAPIERS["vol"](), tmp_path)


@pytest.mark.parametrize("issue", ["concordant", "non_concordant", "non_effectue"])
@pytest.mark.parametrize("old", AncienTitre)
@pytest.mark.parametrize("receveur", Receveur)
def test_every_hand_over_has_its_words(issue: str, old: AncienTitre, receveur: Receveur) -> None:
    control = Controle.of({"issue": issue, "raison": "meme_doigt"})
    acte = handed_over(controle=control, ancien_titre=old, receveur=receveur)
    assert emargement(ENTETE, "SPECIMEN", acte).startswith(b"%PDF-1.7")


def test_what_is_not_whole_is_no_paper() -> None:
    of = draft()
    of.usager = None
    with pytest.raises(IncompleteDossier, match="USAGER"):
        recapitulatif(ENTETE, of, REGLES)
    for demande in (
        draft().demandes[0],
        lost(Motif.RENOUVELLEMENT_PERTE).model_copy(update={"declaration": None}),
    ):
        with pytest.raises(IncompleteDossier):
            declaration(ENTETE, usager(), demande)


def test_a_complement_has_its_recepisse() -> None:
    of = ComplementDraft(
        id=UUID(int=3), numero=of_complement(ENTETE.numero, 1), seance=draft().seance,
        reponse=Reponse(dossier=UUID(int=2), numero=ENTETE.numero, sha256="0" * 64, rang=1,
                        attendus=Attendus(pieces=(TypePiece.JUSTIF_DOMICILE,))),
        titulaire="SPE…",
    )  # fmt: skip
    of.pieces.append(piece(TypePiece.JUSTIF_DOMICILE, TODAY))
    words = resume_complement(of.answer(TODAY, REGLES, lab=True), of.titulaire, LIEU)
    assert words.pieces == ("justificatif de domicile",)
    assert ENTETE.numero in words.titres[0]
    assert faults(recepisse(words)) == []
