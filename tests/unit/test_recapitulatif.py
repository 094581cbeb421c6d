"""The recap and its confirmation, reasons given and taken back: in the draft and after a crash."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from station.dossier import reprise
from station.dossier.checks import examine, missing
from station.dossier.draft import Draft, Justification
from station.dossier.drafts import Step
from station.dossier.model import RepresentantLegal, RoleRepresentant, Signataire
from station.dossier.piece import TypePiece
from station.dossier.recapitulatif import Relecture, blocs, digest, relu
from station.dossier.saisie import Origine, Valeur
from station.dossier.signatures import SANS_SIGNATURE
from station.errors import DraftDamaged
from station.rules.regles import en_vigueur
from tests.applications import TODAY, draft, encoded

REGLES = en_vigueur(TODAY)
_SANS = SANS_SIGNATURE.format(Signataire.TITULAIRE)
PAYS = {"FRA": "France", "BEL": "Belgique"}


def typed(**fields: str) -> Draft:
    made = draft()
    for nom, texte in fields.items():
        made.fill(nom.replace("__", "."), Valeur(texte))
    return made


def confirm(made: Draft, par: Origine = Origine.USAGER) -> Relecture:
    made.relecture = Relecture(par, datetime.now(UTC), digest(made.saisie))
    return made.relecture


def lines(made: Draft) -> dict[str, str]:
    return {nom: texte for b in blocs(made.saisie, PAYS.__getitem__) for nom, texte in b.lignes}


def test_the_recap_says_the_form_in_words() -> None:
    made = typed(
        demande__cni="oui",
        demande__cni__motif="RENOUVELLEMENT_PERTE",
        usager__nom_famille="specimen",
        usager__date_naissance="12/05/1980",
        usager__lieu_naissance__libelle="Bruxelles",
        usager__lieu_naissance__pays="BEL",
        usager__nationalite="FRA",
        parent1__inconnu="oui",
        adresse__ligne1="1 rue du Spécimen",
        adresse__commune="Paris",
    )
    said = lines(made)
    assert said["Carte nationale d’identité"] == "Renouvellement, titre perdu"
    assert said["Nom de famille"] == "SPECIMEN"
    assert said["Naissance"] == "12/05/1980 à Bruxelles (Belgique)"
    assert said["Nationalité"] == "France"
    assert said["Premier parent"] == "non nommé par l’acte"
    assert said["Habite"] == "1 rue du Spécimen, Paris"


def test_what_is_wrong_is_read_as_it_was_typed() -> None:
    assert lines(typed(usager__date_naissance="31/02/1980"))["Naissance"] == "31/02/1980"


@pytest.mark.parametrize("champ", ["usager.prenoms", "adresse.ligne1", "usager.conservation_90j"])
def test_a_change_makes_the_confirmation_void(champ: str) -> None:
    made = typed(usager__nom_famille="SPECIMEN")
    confirm(made)
    assert relu(made)
    made.fill(champ, Valeur("oui"))
    assert not relu(made)


def test_the_number_of_a_stamp_is_not_read_out() -> None:
    made = typed(usager__nom_famille="SPECIMEN")
    confirm(made)
    made.fill("demande.cni.timbre.numero", Valeur("1234567890123456"))
    assert relu(made)


def test_what_was_typed_is_sealed_only_when_it_was_read() -> None:
    def codes(made: Draft) -> set[str]:
        return {constat.code for constat in examine(made, TODAY, REGLES)}

    assert "RECAPITULATIF" not in codes(draft())  # without a screen nobody reads
    made = typed(usager__telephone_portable="0600000000")
    assert "RECAPITULATIF" in codes(made)
    confirm(made)
    assert "RECAPITULATIF" not in codes(made)


def test_who_cannot_sign_gives_a_reason_instead() -> None:
    made = draft()
    made.signatures.clear()
    made.pieces = [p for p in made.pieces if p.reference.type is not TypePiece.FORMULAIRE_SIGNE]
    assert "SIGNATURE" in missing(made, TODAY, REGLES)
    made.justify(Justification(code=_SANS, raison="Main plâtrée."))
    assert not {"SIGNATURE", _SANS} & set(missing(made, TODAY, REGLES))
    made.withdraw(_SANS)
    assert "SIGNATURE" in missing(made, TODAY, REGLES)


def test_a_minor_of_14_and_the_representative_both_sign() -> None:
    made = draft()
    assert made.usager is not None
    filed_by = RepresentantLegal(
        nom_famille="SPECIMEN", prenoms=("Anne",), role=RoleRepresentant.MERE, piece_identite="CNI"
    )
    born = made.usager.date_naissance.model_copy(update={"annee": TODAY.year - 15, "jour": 1})
    minor = {"date_naissance": born, "representant_legal": filed_by}
    made.usager = made.usager.model_copy(update=minor)
    said = {c.code: c.phrase for c in examine(made, TODAY, REGLES)}
    assert said["SIGNATURE"].startswith("La signature du représentant légal manque.")
    made.put_signature(Signataire.REPRESENTANT, encoded(b"theirs", "image/png"))
    assert "SIGNATURE" not in missing(made, TODAY, REGLES)
    made.signatures.pop(Signataire.TITULAIRE)
    made.justify(Justification(code=_SANS, raison="Main plâtrée."))
    said = {c.code: c.phrase for c in examine(made, TODAY, REGLES)}
    assert said[_SANS].startswith("Le titulaire ne peut pas signer")
    made.put_signature(Signataire.REPRESENTANT, encoded(b"again", "image/png"))
    assert [j.code for j in made.justifications] == [_SANS]  # it is not about the other one
    made.put_signature(Signataire.TITULAIRE, encoded(b"after all", "image/png"))
    assert made.justifications == []


def test_all_of_it_is_there_after_a_crash() -> None:
    made = typed(usager__nom_famille="SPECIMEN")
    confirmed = confirm(made, Origine.AGENT)
    first, second = (
        Justification(code="PIECE_DOC_PHOTO", raison=raison) for raison in ("Perdu.", "Volé.")
    )
    gone = Justification(code=_SANS, raison="Absent.")
    steps = [
        Step(reprise.OUVERTURE, reprise.opening(made)),
        Step("justification", reprise.form(first)),
        Step("justification", reprise.form(gone)),
        Step("justification", reprise.form(second)),
        Step("justification-retiree", reprise.withdrawn(gone.code)),
        Step("relecture", reprise.relecture(confirmed)),
    ]
    back = reprise.replay(steps)
    assert back.relecture == confirmed
    assert back.justifications == [second]


@pytest.mark.parametrize("le", ["hier", ""])
def test_a_damaged_confirmation_is_no_draft(le: str) -> None:
    said = reprise.relecture(Relecture(Origine.AGENT, datetime.now(UTC), "0" * 64))
    spoilt = said.replace(said.split(b'"le": "')[1].split(b'"')[0], le.encode())
    steps = [Step(reprise.OUVERTURE, reprise.opening(draft())), Step("relecture", spoilt)]
    with pytest.raises(DraftDamaged):
        reprise.replay(steps)
