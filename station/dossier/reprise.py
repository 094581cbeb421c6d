"""A draft as the steps that made it: each written as it happens, all replayed after a crash."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from station.capture import Attestation, Finger, PortraitSource, Provenance
from station.dossier import lus
from station.dossier.complement import ComplementDraft, Reponse
from station.dossier.draft import Draft, Justification
from station.dossier.formulaire import Ecran
from station.dossier.model import Demande, MotifExemption, Seance, Usager
from station.dossier.piece import Piece, Reference
from station.dossier.recapitulatif import Relecture
from station.dossier.saisie import Origine, Valeur
from station.errors import DraftDamaged, InputError, InvalidField
from station.quality.report import Algorithm, Measure, Region
from station.records.encoded import Encoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from station.dossier.drafts import Step

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
    return _bytes(said)


def form(part: Usager | Demande | Justification) -> bytes:
    """What was typed."""
    return part.model_dump_json().encode()


def champ(nom: str, valeur: Valeur) -> bytes:
    """One field, as it now stands."""
    return _bytes({"champ": nom, "texte": valeur.texte, "origine": valeur.origine})


def champs(valeurs: Mapping[str, Valeur]) -> bytes:
    """Several fields at once: all of them, or none."""
    said = {nom: {"texte": v.texte, "origine": v.origine} for nom, v in valeurs.items()}
    return _bytes({"champs": said})


def ecran(vu: Ecran) -> bytes:
    """The screen the agent is at."""
    return _bytes({"ecran": vu})


def relecture(confirmed: Relecture) -> bytes:
    """The recap was gone through: by whom, when, and what it said then."""
    said = {"par": confirmed.par, "le": confirmed.le.isoformat(), "sha256": confirmed.sha256}
    return _bytes(said)


def withdrawn(code: str) -> bytes:
    """A reason that the agent took back."""
    return _bytes({"code": code})


def evidence(
    encoded: Encoded, finger: Finger | None = None, reasons: Iterable[Justification] = ()
) -> bytes:
    """What a device gave, with its finger if it is one, and why it is kept although refused.

    One step holds both, so that no crash leaves the one without the other.
    """
    given = [reason.model_dump(mode="json") for reason in reasons]
    return _bytes({"doigt": finger, "raisons": given, **_encoded(encoded)})


def piece(part: Piece) -> bytes:
    """A supporting document with its pages."""
    pages = [_encoded(page) for page in part.pages]
    return _bytes({"reference": part.reference.model_dump(mode="json"), "pages": pages})


def exemption(finger: Finger, motif: MotifExemption) -> bytes:
    """A finger passed over."""
    return _bytes({"doigt": finger, "motif": motif})


def doigt(finger: Finger) -> bytes:
    """A finger whose print is erased, or that is passed over no more."""
    return _bytes({"doigt": finger})


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
        "seance": _model(Seance, said["seance"]),
        "portrait_source": PortraitSource(said["portrait_source"]),
    }
    if "reponse" not in said:
        return Draft(**common)
    reponse = _model(Reponse, said["reponse"])
    return ComplementDraft(**common, reponse=reponse, titulaire=said["titulaire"])


def _model(kind: Any, said: dict[str, Any]) -> Any:
    return kind.model_validate_json(json.dumps(said))  # JSON rules: a date is a string


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


def _usager(draft: Draft, said: dict[str, Any]) -> None:
    draft.usager = _model(Usager, said)


def _demande(draft: Draft, said: dict[str, Any]) -> None:
    draft.demandes.append(_model(Demande, said))


def _visage(draft: Draft, said: dict[str, Any]) -> None:
    draft.put_portrait(_decoded(said), _reasons(said))


def _signature(draft: Draft, said: dict[str, Any]) -> None:
    draft.put_signature(_decoded(said), _reasons(said))


def _empreinte(draft: Draft, said: dict[str, Any]) -> None:
    draft.put_print(Finger(said["doigt"]), _decoded(said), _reasons(said))


def _exemption(draft: Draft, said: dict[str, Any]) -> None:
    draft.pass_over(Finger(said["doigt"]), MotifExemption(said["motif"]))


def _exemption_levee(draft: Draft, said: dict[str, Any]) -> None:
    draft.take_back(Finger(said["doigt"]))


def _empreinte_effacee(draft: Draft, said: dict[str, Any]) -> None:
    draft.erase_print(Finger(said["doigt"]))


def _piece(draft: Draft, said: dict[str, Any]) -> None:
    pages = tuple(_decoded(page) for page in said["pages"])
    draft.pieces.append(Piece(_model(Reference, said["reference"]), pages))


def _justification(draft: Draft, said: dict[str, Any]) -> None:
    draft.justify(_model(Justification, said))


def _withdrawn(draft: Draft, said: dict[str, Any]) -> None:
    draft.withdraw(said["code"])


def _relecture(draft: Draft, said: dict[str, Any]) -> None:
    le = datetime.fromisoformat(said["le"])
    draft.relecture = Relecture(Origine(said["par"]), le, said["sha256"])


def _reasons(said: dict[str, Any]) -> list[Justification]:
    """Drafts of before have them as steps of their own."""
    return [_model(Justification, one) for one in said.get("raisons", ())]


_APPLY = {
    "champ": _champ,
    "champs": _champs,
    lus.TITRE: _titre_lu,
    lus.DOMICILE: _domicile_lu,
    "ecran": _ecran,
    "usager": _usager,
    "demande": _demande,
    "visage": _visage,
    "signature": _signature,
    "empreinte": _empreinte,
    "empreinte_effacee": _empreinte_effacee,
    "exemption": _exemption,
    "exemption_levee": _exemption_levee,
    "piece": _piece,
    "justification": _justification,
    "justification-retiree": _withdrawn,
    "relecture": _relecture,
}


def _encoded(encoded: Encoded) -> dict[str, Any]:
    return {
        "record": base64.b64encode(encoded.record).decode(),
        "media_type": encoded.media_type,
        "format": encoded.format,
        "capture": str(encoded.capture_id),
        "device": asdict(encoded.device),
        "quality": [asdict(measure) for measure in encoded.quality],
        "attestation": _attested(encoded.attestation),
        "master": None if encoded.master is None else _encoded(encoded.master),
    }


def _attested(proof: Attestation | None) -> dict[str, Any] | None:
    return None if proof is None else asdict(proof) | {"dossier": str(proof.dossier)}


def _measure(said: dict[str, Any]) -> Measure:
    region = said.get("region")  # drafts of before regions have none
    return Measure(
        said["name"],
        said["value"],
        said["unit"],
        Algorithm(**said["algorithm"]),
        None if region is None else Region(**region),
    )


def _decoded(said: dict[str, Any]) -> Encoded:
    quality = tuple(_measure(m) for m in said["quality"])
    return Encoded(
        record=base64.b64decode(said["record"], validate=True),
        media_type=said["media_type"],
        format=said["format"],
        capture_id=UUID(said["capture"]),
        device=Provenance(**said["device"]),
        quality=quality,
        attestation=_attestation(said["attestation"]),
        master=None if said.get("master") is None else _decoded(said["master"]),
    )


def _attestation(said: dict[str, Any] | None) -> Attestation | None:
    if said is None:
        return None
    dossier, signed = UUID(said["dossier"]), tuple(said["signed"])
    return Attestation(said["transaction"], dossier, said["nonce"], signed)


def _bytes(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode()
