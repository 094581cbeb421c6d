"""A slap through the whole station: what the device signed of the kept finger, and nothing else."""

from __future__ import annotations

import base64
import gc
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from simulators.cert.opener import Opener, Refused
from simulators.cert.records import check_signed
from simulators.people import Person
from simulators.sbi import SbiFault, SbiService
from station import pipeline
from station.capture import Attestation, Finger, Hand, transaction_of
from station.errors import CaptureReplayed, SealError, StationError
from station.quality.report import Verdict
from tests.cert_fixtures import World, make
from tests.recueils import begun, nobody

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from station.dossier.draft import Draft
    from station.pipeline import Recueil
    from tests.recueils import Opened

KEPT = (Finger.RIGHT_INDEX, Finger.LEFT_INDEX)
NAMES = {Finger.RIGHT_INDEX: "Right IndexFinger", Finger.LEFT_INDEX: "Left IndexFinger"}


@pytest.fixture(scope="module")
def service() -> Iterator[SbiService]:
    with SbiService(Person(90)) as service:
        yield service


@pytest.fixture
def recueil(service: SbiService, opened: Opened, tmp_path: Path) -> Recueil:
    service.start_over()
    trust = tmp_path / "provider.pem"
    trust.write_bytes(service.trust)
    return opened("sbi-finger", f"{service.url}?trust={trust}&env=Developer")


def take(recueil: Recueil, draft: Draft, hand: Hand) -> pipeline.Taken:
    with pipeline.Attempts.of_hand(recueil, draft, hand) as attempts:
        return attempts.take(nobody, seconds=60)


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def said(signed: str) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(decoded(signed.split(".")[1]))
    return payload


def traces(signed: str) -> list[bytes]:
    """What a block would leave behind: of itself, of its record, of the base64 of either."""
    value = said(signed)["bioValue"]
    record = decoded(value)
    middle = len(record) // 2
    seen = [record[middle : middle + 24], value[middle : middle + 48].encode()]
    _, payload, signature = signed.split(".")
    seen += [payload[len(payload) // 2 :][:48].encode(), signature[:48].encode()]
    for shift in range(3):  # base64 has three alignments
        inside = base64.b64encode(record[middle + shift : middle + shift + 36])
        seen += [inside, inside.replace(b"+", b"-").replace(b"/", b"_")]
    return seen


def found(signed: str, haystack: bytes) -> bool:
    return any(trace in haystack for trace in traces(signed))


def everything(recueil: Recueil, draft: Draft, folder: Path) -> bytes:
    """All files, and the draft as its key opens it."""
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return b"".join([*files, *(step.payload for step in recueil.drafts.read(draft.id).steps)])


def test_of_two_slaps_only_the_wanted_fingers_reach_draft_disk_journal_and_logs(
    recueil: Recueil,
    service: SbiService,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(1)
    draft = begun(recueil)
    for hand in Hand:
        taken = take(recueil, draft, hand)
        assert {finger for finger, _ in taken.reports} <= set(KEPT)
    assert set(draft.empreintes) == set(KEPT)
    blocks = {said(item["data"])["bioSubType"]: item["data"] for item in service.model.given}
    assert len(blocks) == 8
    everywhere = everything(recueil, draft, tmp_path)
    logs = "".join(capfd.readouterr()) + caplog.text + repr([r.args for r in caplog.records])
    for name, signed in blocks.items():
        assert found(signed, everywhere) == (name in NAMES.values()), name
        assert not found(signed, logs.encode()), name
    assert recueil.settings.journal_path.read_text().count("empreinte") == 2


def test_no_capture_with_the_blocks_of_a_hand_outlives_its_attempts(recueil: Recueil) -> None:
    draft = begun(recueil)
    take(recueil, draft, Hand.RIGHT)
    gc.collect()
    held = [len(o.signed) for o in gc.get_objects() if isinstance(o, Attestation)]
    assert held == [1], "the one of the finger in the draft"


def test_a_refused_hand_leaves_nothing(
    recueil: Recueil, service: SbiService, tmp_path: Path
) -> None:
    draft = begun(recueil)
    for fault in (SbiFault.SWAPPED_FINGERS, SbiFault.BAD_SIGNATURE, SbiFault.CORRUPT_IMAGE):
        service.faults.arm(fault)
        with pytest.raises(StationError):
            take(recueil, draft, Hand.RIGHT)
    everywhere = everything(recueil, draft, tmp_path)
    assert service.model.given
    assert not any(found(item["data"], everywhere) for item in service.model.given)


def test_one_bad_finger_is_refused_although_the_device_praises_the_hand(
    recueil: Recueil, service: SbiService
) -> None:
    draft = begun(recueil)
    service.faults.arm(SbiFault.ONE_BAD_FINGER)
    ((finger, report),) = take(recueil, draft, Hand.RIGHT).reports
    scores = [float(said(item["data"])["qualityScore"]) for item in service.model.given]
    assert sum(scores) / len(scores) >= 40, "what the device was asked for"
    assert (finger, report.verdict) == (Finger.RIGHT_INDEX, Verdict.FAIL)
    assert not draft.empreintes


@pytest.mark.parametrize("fault", [SbiFault.BLANK, SbiFault.SMEAR])
def test_a_finger_without_ridges_is_refused_whatever_score_it_was_given(
    recueil: Recueil, service: SbiService, fault: SbiFault
) -> None:
    draft = begun(recueil)
    service.faults.arm(fault)
    service.faults.arm(SbiFault.SCORE_TOO_HIGH)
    ((_, report),) = take(recueil, draft, Hand.RIGHT).reports
    assert report.verdict is Verdict.FAIL
    assert not draft.empreintes


def test_a_replay_stays_a_replay_however_often_it_is_tried(
    recueil: Recueil, service: SbiService
) -> None:
    draft = begun(recueil)
    take(recueil, draft, Hand.RIGHT)
    for _ in range(2):
        service.faults.arm(SbiFault.FROZEN_GLASS)
        with pytest.raises(CaptureReplayed):
            take(recueil, draft, Hand.RIGHT)
    take(recueil, draft, Hand.RIGHT)


# --- the package ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def taken(recueil: Recueil) -> Draft:
    """A draft with both prints, as it comes back after the machine has stopped."""
    draft = begun(recueil)
    for hand in Hand:
        take(recueil, draft, hand)
    return pipeline.resume(recueil, draft.id)


def opener(world: World) -> Opener:
    return Opener(world.keys / "cert.key.pem", world.keys / "cert.pem", world.keys / "ca.pem")


def test_the_signed_block_of_each_kept_finger_is_in_the_sealed_manifest_for_this_dossier(
    taken: Draft, service: SbiService, world: World
) -> None:
    def fill(of: Draft) -> None:
        of.id, of.empreintes = taken.id, taken.empreintes

    package = opener(world).open(world.seal(fill, lab=True).blob)
    listed = {part["name"]: part for part in package.manifest["parts"]}
    assert {n for n in listed if n.endswith(".jws")} == {"empreintes/02.jws", "empreintes/07.jws"}
    for finger in KEPT:
        name = f"empreintes/{finger:02d}"
        signed = package.parts[f"{name}.jws"].decode()
        about = listed[f"{name}.cbeff"]
        proof = about["attestation"]
        due = transaction_of(taken.id, about["capture"], proof["nonce"])
        assert said(signed)["bioSubType"] == NAMES[finger]
        assert said(signed)["transactionId"] == proof["transaction"] == due
        verify(signed, service.trust)
        check_signed(signed.encode(), str(taken.id), about)
        with pytest.raises(Refused):
            check_signed(signed.encode(), str(uuid4()), about)
    for item in service.model.given:
        whole = package.container + b"".join(package.parts.values())
        assert found(item["data"], whole) == (said(item["data"])["bioSubType"] in NAMES.values())


def verify(signed: str, trust: bytes) -> None:
    """The signature of the device, by its certificate, by its provider."""
    head, payload, signature = signed.split(".")
    leaf = x509.load_der_x509_certificate(base64.b64decode(json.loads(decoded(head))["x5c"][0]))
    leaf.verify_directly_issued_by(x509.load_pem_x509_certificate(trust))
    key = leaf.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(decoded(signature), f"{head}.{payload}".encode(), padding.PKCS1v15(), SHA256())


def test_a_block_that_was_signed_for_another_dossier_is_not_sealed(
    taken: Draft, world: World
) -> None:
    def fill(of: Draft) -> None:
        of.empreintes = taken.empreintes  # under another identity

    with pytest.raises(SealError, match="another dossier"):
        world.seal(fill, lab=True)


def test_a_nonce_that_was_changed_is_not_sealed(taken: Draft, world: World) -> None:
    def fill(of: Draft) -> None:
        of.id, of.empreintes = taken.id, dict(taken.empreintes)
        encoded = of.empreintes[Finger.LEFT_INDEX]
        assert encoded.attestation is not None
        other = replace(encoded.attestation, nonce="00" * 16)
        of.empreintes[Finger.LEFT_INDEX] = replace(encoded, attestation=other)

    with pytest.raises(SealError, match="finger 7"):
        world.seal(fill, lab=True)
