"""Turn a complete dossier, or its complement, into a package only the CERT can open.

There is no `open` here: the station has neither the key nor the code.
"""

from __future__ import annotations

import hashlib
from dataclasses import InitVar, dataclass, field
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives import hashes

from station.capture import transaction_of
from station.dossier.complement import Complement
from station.errors import SealError
from station.seal import asice, cades, cms
from station.seal import format as names
from station.seal.keys import check_dates
from station.seal.manifest import Part, canonical, manifest

if TYPE_CHECKING:
    from uuid import UUID

    from cryptography import x509

    from station.capture import Finger
    from station.dossier.draft import Dossier
    from station.dossier.piece import Piece
    from station.records.encoded import Encoded
    from station.seal.keys import Signer
    from station.seal.manifest import SealContext

_DOOR = object()  # what only `seal` can show
_SIGNATURES: Final = (
    (names.STATION_MANIFEST, names.STATION_SIGNATURE),
    (names.AGENT_MANIFEST, names.AGENT_SIGNATURE),
)
_EXTENSIONS: Final = {
    "image/jp2": ".jp2",
    "image/x-wsq": ".wsq",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "application/pdf": ".pdf",
}


@dataclass(frozen=True, slots=True)
class SealedPackage:
    """Bytes that may leave the room; `sha256` is theirs, hexadecimal. Only `seal` makes one."""

    id: UUID
    numero: str
    sha256: str
    blob: bytes = field(repr=False)
    door: InitVar[object]

    def __post_init__(self, door: object) -> None:
        if door is not _DOOR:
            raise TypeError("only seal makes a SealedPackage")


def seal(
    dossier: Dossier | Complement,
    station: Signer,
    agent: Signer,
    recipient: x509.Certificate,
    context: SealContext,
) -> SealedPackage:
    """Sign `dossier` by the station and by the agent's card, and encrypt it for `recipient`.

    Raises `CertificateInvalid` for a certificate outside its dates, `SealError` when the card is
    not the one the dossier was begun with or a signature fails, and whatever a signer raises.
    """
    if agent.certificate.fingerprint(hashes.SHA256()).hex() != dossier.seance.agent:
        raise SealError("the card is not that of the agent who began this dossier")
    check_dates(recipient, context.now)
    parts = _parts(dossier)
    parts.insert(0, _json(names.MANIFEST, manifest(dossier, parts, context)))
    signed = [*parts]
    for signer, (listing, signature) in zip((station, agent), _SIGNATURES, strict=True):
        xml = asice.asic_manifest(signature, parts)
        signed.append(Part(listing, names.XML_TYPE, xml))
        signed.append(Part(signature, names.P7S_TYPE, cades.sign(xml, signer, context.now)))
    blob = cms.encrypt(asice.container(signed), recipient)
    if len(blob) > names.MAX_PACKAGE or len(parts) > names.MAX_PARTS:
        raise SealError(f"{len(parts)} parts, {len(blob)} bytes: more than a package may hold")
    digest = hashlib.sha256(blob).hexdigest()
    return SealedPackage(dossier.id, dossier.numero, digest, blob, _DOOR)


def _parts(dossier: Dossier | Complement) -> list[Part]:
    """Every file but the manifest, sorted by name."""
    named = {} if dossier.visage is None else {names.FACE: dossier.visage}
    if dossier.visage is not None and dossier.visage.master is not None:
        named[names.FACE_MASTER] = dossier.visage.master
    named |= {names.FINGER.format(code=int(f)): encoded for f, encoded in dossier.empreintes}
    signed = [
        part for finger, encoded in dossier.empreintes for part in _signed(dossier, finger, encoded)
    ]
    for qui, signature in dossier.signatures:
        named |= _of_signature(qui.lower(), signature)
    for rank, piece in enumerate(dossier.pieces, 1):
        named |= zip(_page_names(rank, piece), piece.pages, strict=True)
    files = [Part(name, e.media_type, e.record, e) for name, e in named.items()]
    texts = [_json(names.FORM, canonical(_form(dossier)))]
    if not isinstance(dossier, Complement) and dossier.lu is not None:
        texts.append(_json(names.READ, dossier.lu))
    return sorted([*texts, *files, *signed], key=lambda p: p.name)


def _of_signature(qui: str, signature: Encoded) -> dict[str, Encoded]:
    """The picture, and the strokes where a pad gave it."""
    name = names.SIGNATURE + qui
    named = {name + _extension(signature): signature}
    if signature.master is not None:
        named[name + names.SIGNATURE_POINTS] = signature.master
    return named


def _signed(dossier: Dossier | Complement, finger: Finger, encoded: Encoded) -> list[Part]:
    """The block that the device signed about `finger`, if it signs; made for this dossier."""
    proof = encoded.attestation
    if proof is None:
        return []
    due = transaction_of(dossier.id, encoded.capture_id, proof.nonce)
    if (proof.dossier, proof.transaction) != (dossier.id, due):
        raise SealError(f"finger {finger:d} was signed by its device for another dossier")
    (block,) = proof.signed
    name = names.FINGER_SIGNED.format(code=int(finger))
    return [Part(name, names.JOSE_TYPE, block.encode("ascii"))]


def _page_names(rank: int, piece: Piece) -> list[str]:
    return [
        names.PIECE.format(rank=rank, type=piece.reference.type, page=page) + _extension(encoded)
        for page, encoded in enumerate(piece.pages, 1)
    ]


def _form(dossier: Dossier | Complement) -> dict[str, object]:
    """What was typed, under the names of the form."""
    return {
        "seance": dossier.seance.model_dump(mode="json"),
        **_typed(dossier),
        "portrait_source": dossier.portrait_source,
        "pieces": [
            piece.reference.model_dump(mode="json") | {"pages": _page_names(rank, piece)}
            for rank, piece in enumerate(dossier.pieces, 1)
        ],
    }


def _typed(dossier: Dossier | Complement) -> dict[str, object]:
    if isinstance(dossier, Complement):
        return {"champs": dict(dossier.champs)}
    return {
        "demandes": [demande.model_dump(mode="json") for demande in dossier.demandes],
        "usager": dossier.usager.model_dump(mode="json"),
    }


def _json(name: str, data: bytes) -> Part:
    return Part(name, names.JSON_TYPE, data)


def _extension(encoded: Encoded) -> str:
    return _EXTENSIONS.get(encoded.media_type, ".bin")
