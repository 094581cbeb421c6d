"""A draft as the steps that made it: each written as it happens, all replayed after a crash."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from station.capture import Finger, PortraitSource
from station.dossier import lus
from station.dossier.complement import ComplementDraft, Reponse
from station.dossier.draft import Draft, Justification
from station.dossier.encodage import coded, decoded, model, written
from station.dossier.formulaire import Ecran
from station.dossier.model import Demande, MotifExemption, Seance, Signataire, Usager
from station.dossier.piece import Piece, Reference, TypePiece
from station.dossier.recapitulatif import Relecture
from station.dossier.saisie import Origine, Valeur
from station.errors import DraftDamaged, InputError, InvalidField

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from station.dossier.drafts import Step
    from station.records.encoded import Encoded

OUVERTURE = "ouverture"


def opening(draft: Draft) -> bytes:
    """The first step: which dossier, by whom."""
    said = {
        "id": str(draft.id),
        "numero": draft.numero,
        "seance": draft.seance.model_dump(mode="json"),
        "portrait_source": draft.portrait_source,
    }
    if isinstance(draft, ComplementDraft):
        said["reponse"] = draft.reponse.model_dump(mode="json")
        said["titulaire"] = draft.titulaire
    return written(said)


def form(part: Usager | Demande | Justification) -> bytes:
    """What was typed."""
    return part.model_dump_json().encode()


def champ(nom: str, valeur: Valeur) -> bytes:
    """One field, as it now stands."""
    return written({"champ": nom, "texte": valeur.texte, "origine": valeur.origine})


def champs(valeurs: Mapping[str, Valeur]) -> bytes:
    """Several fields at once: all of them, or none."""
    said = {nom: {"texte": v.texte, "origine": v.origine} for nom, v in valeurs.items()}
    return written({"champs": said})


def ecran(vu: Ecran) -> bytes:
    """The screen the agent is at."""
    return written({"ecran": vu})


def piece_vue(kind: TypePiece) -> bytes:
    """The document the agent has in hand."""
    return written({"piece": kind})


def relecture(confirmed: Relecture) -> bytes:
    """The recap was gone through: by whom, when, and what it said then."""
    said = {"par": confirmed.par, "le": confirmed.le.isoformat(), "sha256": confirmed.sha256}
    return written(said)


def withdrawn(code: str) -> bytes:
    """A reason that the agent took back."""
    return written({"code": code})


def evidence(
    encoded: Encoded, finger: Finger | None = None, reasons: Iterable[Justification] = ()
) -> bytes:
    """What a device gave, with its finger if it is one, and why it is kept although refused.

    One step holds both, so that no crash leaves the one without the other.
    """
    given = [reason.model_dump(mode="json") for reason in reasons]
    return written({"doigt": finger, "raisons": given, **coded(encoded)})


def signature(encoded: Encoded, qui: Signataire, reasons: Iterable[Justification] = ()) -> bytes:
    """A signature and whose it is, and why it is kept although refused."""
    given = [reason.model_dump(mode="json") for reason in reasons]
    return written({"signataire": qui, "raisons": given, **coded(encoded)})


def piece(part: Piece) -> bytes:
    """A supporting document with its pages."""
    pages = [coded(page) for page in part.pages]
    return written({"reference": part.reference.model_dump(mode="json"), "pages": pages})


def reference(said: Reference) -> bytes:
    """What the agent reads off a document; the document is there from now on."""
    return written({"reference": said.model_dump(mode="json")})


def page(
    kind: TypePiece,
    encoded: Encoded,
    reasons: Iterable[Justification] = (),
    instead: str | None = None,
) -> bytes:
    """One more page of a document, or one in place of the page with the digest `instead`."""
    given = [reason.model_dump(mode="json") for reason in reasons]
    said = {"type": kind, "a_la_place": instead, "raisons": given}
    return written(said | coded(encoded))


def retrait(kind: TypePiece, sha256: str | None = None) -> bytes:
    """A page taken away, or without `sha256` the whole document."""
    return written({"type": kind, "sha256": sha256})


def exemption(finger: Finger, motif: MotifExemption) -> bytes:
    """A finger passed over."""
    return written({"doigt": finger, "motif": motif})


def doigt(finger: Finger) -> bytes:
    """A finger whose print is erased, or that is passed over no more."""
    return written({"doigt": finger})


def replay(steps: Iterable[Step]) -> Draft:
    """The draft that `steps` made; raises `DraftDamaged` when they make none."""
    draft: Draft | None = None
    try:
        for step in steps:
            said = json.loads(step.payload)
            if step.name == OUVERTURE:
                draft = _opened(said)
            elif draft is not None:
                _APPLY[step.name](draft, said)
    except (ValueError, KeyError, TypeError, InvalidField, InputError) as error:
        raise DraftDamaged("a step cannot be read") from error
    if draft is None:
        raise DraftDamaged("no first step")
    if draft.saisie:
        draft.assemble()
    return draft


def _opened(said: dict[str, Any]) -> Draft:
    common = {
        "id": UUID(said["id"]),
        "numero": said["numero"],
        "seance": model(Seance, said["seance"]),
        "portrait_source": PortraitSource(said["portrait_source"]),
    }
    if "reponse" not in said:
        return Draft(**common)
    reponse = model(Reponse, said["reponse"])
    return ComplementDraft(**common, reponse=reponse, titulaire=said["titulaire"])


def _champ(draft: Draft, said: dict[str, Any]) -> None:
    draft.saisie.put(said["champ"], Valeur(said["texte"], Origine(said["origine"])))


def _champs(draft: Draft, said: dict[str, Any]) -> None:
    for nom, one in said["champs"].items():
        draft.saisie.put(nom, Valeur(one["texte"], Origine(one["origine"])))


def _titre_lu(draft: Draft, said: dict[str, Any]) -> None:
    draft.titre_lu = lus.titre_of(said)


def _domicile_lu(draft: Draft, said: dict[str, Any]) -> None:
    draft.domicile_lu = lus.domicile_of(said)


def _ecran(draft: Draft, said: dict[str, Any]) -> None:
    draft.ecran = Ecran(said["ecran"])


def _piece_vue(draft: Draft, said: dict[str, Any]) -> None:
    draft.piece_vue = TypePiece(said["piece"])


def _usager(draft: Draft, said: dict[str, Any]) -> None:
    draft.usager = model(Usager, said)


def _demande(draft: Draft, said: dict[str, Any]) -> None:
    draft.demandes.append(model(Demande, said))


def _visage(draft: Draft, said: dict[str, Any]) -> None:
    draft.put_portrait(decoded(said), _reasons(said))


def _signature(draft: Draft, said: dict[str, Any]) -> None:
    draft.put_signature(Signataire(said["signataire"]), decoded(said), _reasons(said))


def _empreinte(draft: Draft, said: dict[str, Any]) -> None:
    draft.put_print(Finger(said["doigt"]), decoded(said), _reasons(said))


def _exemption(draft: Draft, said: dict[str, Any]) -> None:
    draft.pass_over(Finger(said["doigt"]), MotifExemption(said["motif"]))


def _exemption_levee(draft: Draft, said: dict[str, Any]) -> None:
    draft.take_back(Finger(said["doigt"]))


def _empreinte_effacee(draft: Draft, said: dict[str, Any]) -> None:
    draft.erase_print(Finger(said["doigt"]))


def _piece(draft: Draft, said: dict[str, Any]) -> None:
    pages = tuple(decoded(page) for page in said["pages"])
    draft.pieces.append(Piece(model(Reference, said["reference"]), pages))


def _reference(draft: Draft, said: dict[str, Any]) -> None:
    draft.describe(model(Reference, said["reference"]))


def _page(draft: Draft, said: dict[str, Any]) -> None:
    kind, instead = TypePiece(said["type"]), said["a_la_place"]
    draft.add_page(kind, decoded(said), _reasons(said), instead)


def _retrait(draft: Draft, said: dict[str, Any]) -> None:
    draft.remove(TypePiece(said["type"]), said["sha256"])


def _justification(draft: Draft, said: dict[str, Any]) -> None:
    draft.justify(model(Justification, said))


def _withdrawn(draft: Draft, said: dict[str, Any]) -> None:
    draft.withdraw(said["code"])


def _relecture(draft: Draft, said: dict[str, Any]) -> None:
    le = datetime.fromisoformat(said["le"])
    draft.relecture = Relecture(Origine(said["par"]), le, said["sha256"])


def _reasons(said: dict[str, Any]) -> list[Justification]:
    """Drafts of before have them as steps of their own."""
    return [model(Justification, one) for one in said.get("raisons", ())]


_APPLY = {
    "champ": _champ,
    "champs": _champs,
    lus.TITRE: _titre_lu,
    lus.DOMICILE: _domicile_lu,
    "ecran": _ecran,
    "piece_vue": _piece_vue,
    "usager": _usager,
    "demande": _demande,
    "visage": _visage,
    "signature": _signature,
    "empreinte": _empreinte,
    "empreinte_effacee": _empreinte_effacee,
    "exemption": _exemption,
    "exemption_levee": _exemption_levee,
    "piece": _piece,
    "reference": _reference,
    "page": _page,
    "retrait": _retrait,
    "justification": _justification,
    "justification-retiree": _withdrawn,
    "relecture": _relecture,
}
