"""Pages of a draft: added, replaced, removed, each step replayed; limits told as a sentence."""

from __future__ import annotations

import json
from datetime import date
from uuid import uuid4

from station.capture import PortraitSource, Provenance
from station.dossier import reprise
from station.dossier.draft import Draft, Justification
from station.dossier.drafts import Step
from station.dossier.model import Seance
from station.dossier.piece import Piece, Reference, TypePiece
from station.records.encoded import Encoded

ACTE = TypePiece.ACTE_NAISSANCE
BY = Provenance("file", "", "", "", simulated=False)


def draft() -> Draft:
    said = {
        "id": str(uuid4()),
        "insee": "75056",
        "poste": "01",
        "agent": "ab" * 32,
        "ouverte_le": "2026-11-25T08:00:00Z",
    }
    seance = Seance.model_validate_json(json.dumps(said))
    return Draft(
        id=uuid4(),
        numero="75056-01-2026-000001-65",
        seance=seance,
        portrait_source=PortraitSource.PHOTO_PAPIER_SCAN,
    )


def page(name: bytes) -> Encoded:
    return Encoded(name, "image/png", "page", uuid4(), BY)


def test_steps_of_pages_make_the_same_draft_again() -> None:
    made = draft()
    one, two, three = (page(name) for name in (b"one", b"two", b"three"))
    reason = Justification.of({"code": "PAGE_ACTE_NAISSANCE_QUALITE", "raison": "seul exemplaire"})
    reference = Reference(type=ACTE, delivree_le=date(2026, 11, 1), numero="12")
    steps = [
        Step(reprise.OUVERTURE, reprise.opening(made)),
        Step("page", reprise.page(ACTE, one, (reason,))),
        Step("reference", reprise.reference(reference)),
        Step("page", reprise.page(ACTE, two)),
        Step("page", reprise.page(ACTE, three, (), one.sha256)),
        Step("retrait", reprise.retrait(ACTE, two.sha256)),
    ]
    again = reprise.replay(steps)
    held = again.piece(ACTE)
    assert held is not None
    assert (held.reference, held.pages) == (reference, (three,))
    assert [j.code for j in again.justifications] == [reason.code]
    gone = reprise.replay([*steps, Step("retrait", reprise.retrait(ACTE))])
    assert (gone.pieces, gone.justifications) == ([], [])


def test_documents_of_one_kind_become_one_and_lose_no_page() -> None:
    made = draft()
    for name in (b"one", b"two"):
        made.pieces.append(Piece(Reference(type=ACTE), (page(name),)))
    made.add_page(ACTE, page(b"three"))
    assert [p.record for piece in made.pieces for p in piece.pages] == [b"one", b"two", b"three"]
    assert len(made.pieces) == 1
