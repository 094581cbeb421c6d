"""`station dossier`: take a dossier without a screen, from a form in JSON.

The scripted agent of laboratories and of CI. The form holds `usager` and `demandes` as the
dossier's model has them, `portrait_source`, and `pieces`: [{"reference": …, "pages": [files]}];
also, when there are any, `exemptions`: [{"doigt": 3, "motif": …}], and `raisons`: {"2": …} for
prints, or {"photo": …} for a portrait, that are kept although they are refused, and for what a
portrait asks; `raison` in a piece does so for its pages.
Progress goes to stdout, one JSON object a line: step, ms, human, and what was measured.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from station.cli.options import DEFAULT_CONFIG, ConfigOption
from station.cli.pin import LastTryOption, PinFileOption, PinPadOption, copy_of, typed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from station.config import Settings
    from station.dossier.draft import Dossier, Draft
    from station.pipeline import Attempts, Recueil
    from station.quality.report import QualityReport
    from station.session import Session

app = typer.Typer(no_args_is_help=True)

_MAX_FORM = 1024 * 1024  # bytes
_ATTEMPTS = 3  # of the portrait


@app.callback()
def _dossier() -> None:
    """Dossiers without a screen."""


@app.command()
def take(
    form: Annotated[Path, typer.Argument(help="Le formulaire, en JSON.")],
    config: ConfigOption = DEFAULT_CONFIG,
    pin_file: PinFileOption = None,
    recepisse: Annotated[
        Path | None, typer.Option("--recepisse", help="Récépissé PDF à écrire.")
    ] = None,
    last_try: LastTryOption = False,
    pinpad: PinPadOption = False,
) -> None:
    """Prendre un dossier : empreintes, photo, pièces, scellement, mise en file."""
    from station.config import load

    settings = load(config)
    said = form_of(form, "usager", "demandes", "pieces", "portrait_source")
    with typed(pin_file, pad=pinpad) as pin, at_work(settings, pin, last_try=last_try) as opened:
        draft = _fill(opened[0], said, form.parent)
        sealed(settings, opened, draft, (copy_of(pin), recepisse))


@app.command()
def finish(
    config: ConfigOption = DEFAULT_CONFIG,
    pin_file: PinFileOption = None,
    last_try: LastTryOption = False,
    pinpad: PinPadOption = False,
) -> None:
    """Reprendre les brouillons laissés par un arrêt brutal, les sceller et les mettre en file."""
    from station import pipeline
    from station.config import load
    from station.errors import DraftDamaged, DraftForeign, IncompleteDossier, WrongState

    settings = load(config)
    with typed(pin_file, pad=pinpad) as pin, at_work(settings, pin, last_try=last_try) as opened:
        for number in opened[0].drafts.ids():
            if opened[0].outbox.entry(number) is not None:
                continue  # sealed and queued before the stop
            try:
                draft = pipeline.resume(opened[0], number)
                sealed(settings, opened, draft, (copy_of(pin), None))
            except (IncompleteDossier, DraftDamaged, DraftForeign, WrongState) as error:
                _say({"step": "brouillon", "dossier": str(number), "code": error.code})


@contextmanager
def at_work(
    settings: Settings, pin: bytearray | None, *, last_try: bool
) -> Iterator[tuple[Recueil, Session]]:
    """An agent logged in with a copy of `pin`; tells who, and how fresh the revocations are."""
    from station.opening import recueil

    with (
        step("session") as done,
        recueil(settings, copy_of(pin), last_try=last_try) as (opened, session),
    ):
        done |= {
            "agent": opened.agent.name,
            "role": opened.agent.role,
            "revocation": session.freshness.notice,
        }
        done.close()
        yield opened, session


def _fill(recueil: Recueil, said: dict[str, Any], folder: Path) -> Draft:
    """A draft with everything the form says and the devices give."""
    from station import pipeline
    from station.capture import PortraitSource
    from station.dossier import reprise
    from station.dossier.model import Demande, Usager

    with step("ouverture") as done:
        draft = pipeline.open_draft(recueil, PortraitSource(said["portrait_source"]))
        done |= {"dossier": str(draft.id), "numero": draft.numero}
        draft.usager = Usager.from_json(json.dumps(said["usager"]))
        pipeline.keep(recueil, draft, "usager", reprise.form(draft.usager))
        for entry in said["demandes"]:
            demande = Demande.from_json(json.dumps(entry))
            draft.demandes.append(demande)
            pipeline.keep(recueil, draft, "demande", reprise.form(demande))
    fingers(recueil, draft, said)
    portrait(recueil, draft, said.get("raisons", {}))
    with step("pieces") as done:
        done["pieces"] = pieces(recueil, draft, said["pieces"], folder)
    return draft


def fingers(recueil: Recueil, draft: Draft, said: dict[str, Any]) -> None:
    """Fingers passed over, then the two that the rules ask for, by hand or one by one."""
    from station import pipeline
    from station.capture import Finger, Hand, Modality
    from station.config import EMPREINTES
    from station.dossier.model import MotifExemption

    for entry in said.get("exemptions", ()):
        finger, motif = Finger(entry["doigt"]), MotifExemption(entry["motif"])
        pipeline.pass_over(recueil, draft, finger, motif)
    slots = pipeline.slots(draft)
    _say({"step": "doigts", "doigts": [int(f) for f in slots.doigts], "cas": slots.cas})
    if not slots.doigts:
        return
    reasons = said.get("raisons", {})
    # The rules ask for single prints: a hand is laid down only where no device takes them.
    if Modality.FINGER not in recueil.bench.info(EMPREINTES).modalities:
        for hand in Hand:
            if any(finger.hand is hand for finger in slots.doigts):
                _prints(f"main {hand}", pipeline.Attempts.of_hand(recueil, draft, hand), reasons)
        return
    for finger in slots.doigts:
        attempts = pipeline.Attempts.of_finger(recueil, draft, finger)
        _prints(f"empreinte {finger.name.lower()}", attempts, reasons)


def _prints(name: str, attempts: Attempts, reasons: dict[str, str]) -> None:
    """Up to as many captures as the rules allow; then the form’s reason for each finger."""
    with step(name, human=True) as done, attempts:
        while attempts.left and not attempts.done:
            taken = attempts.take(_ignore)
            done["essai"] = attempts.made
            done["constats"] = [f.code for f in taken.findings]
            done["doigts"] = {int(finger): _told(report) for finger, report in taken.reports}
        for finger in attempts.waiting:
            if raison := reasons.get(str(int(finger))):
                attempts.accept(raison, finger)
                done["raison"] = True


def portrait(recueil: Recueil, draft: Draft, reasons: dict[str, str]) -> None:
    """Up to three captures of the portrait; then the reason the form gives, if any."""
    from station import pipeline
    from station.quality.report import Verdict

    with (
        step("photo", human=True) as done,
        pipeline.Portraits(recueil, draft) as portraits,
    ):
        for number in range(1, _ATTEMPTS + 1):
            report = portraits.take(_ignore)
            done |= {"essai": number, **_told(report)}
            done["questions"] = [f.rule.code for f in report.questions]
            if draft.visage is not None or report.verdict < Verdict.FAIL:
                break
        if draft.visage is None and "photo" in reasons:
            portraits.accept(reasons["photo"])
            done["raison"] = True
    if "photo" in reasons:
        _answer(recueil, draft, "VISAGE_", reasons["photo"])


def _answer(recueil: Recueil, draft: Draft, about: str, raison: str) -> None:
    """Give `raison` for each finding whose code begins with `about` and that asks for one."""
    from station import pipeline
    from station.dossier import reprise
    from station.dossier.constat import Niveau
    from station.dossier.draft import Justification
    from station.guichet.avancement import ouverts

    asked = (c.code for c in ouverts(draft) if c.niveau is Niveau.A_JUSTIFIER)
    for code in dict.fromkeys(code for code in asked if code.startswith(about)):
        reason = Justification.of({"code": code, "raison": raison})
        draft.justify(reason)
        pipeline.keep(recueil, draft, "justification", reprise.form(reason))


def _told(report: QualityReport) -> dict[str, Any]:
    return {
        "verdict": report.verdict.name,
        "politique": report.policy,
        "raisons": list(report.reasons),
        "mesures": [
            {
                "name": f.measure.name,
                "value": f.measure.value,
                "unit": f.measure.unit,
                "algorithm": f.measure.algorithm.name,
                "version": f.measure.algorithm.version,
            }
            for f in report.findings
        ],
    }


def pieces(recueil: Recueil, draft: Draft, listed: list[Any], folder: Path) -> int:
    """The pieces of a form into the draft; how many."""
    from station import pipeline
    from station.dossier import reprise
    from station.dossier.piece import Piece, Reference

    for entry in listed:
        reference = Reference.from_json(json.dumps(entry["reference"]))
        pages = tuple(pipeline.page(*_file(folder / name)) for name in entry["pages"])
        piece = Piece(reference, pages)
        draft.pieces.append(piece)
        pipeline.keep(recueil, draft, "piece", reprise.piece(piece))
        if "raison" in entry:
            _answer(recueil, draft, f"PAGE_{reference.type}_", entry["raison"])
    return len(listed)


def _file(path: Path) -> tuple[bytes, str]:
    """The bytes of a page, and what its file is called."""
    from station.errors import NotAnImage

    try:
        return path.read_bytes(), path.name
    except OSError as error:
        raise NotAnImage(f"{path.name}: {error.strerror}") from error


def sealed(
    settings: Settings,
    opened: tuple[Recueil, Session],
    draft: Draft,
    given: tuple[bytearray | None, Path | None],
) -> None:
    """Seal and queue a dossier, with its recepisse if one is wanted, or a complement."""
    from datetime import UTC, datetime

    from station import pipeline
    from station.dossier.complement import ComplementDraft
    from station.seal.keys import load_certificate, load_signer

    recueil, session = opened
    pin, recepisse = given
    now = datetime.now(UTC)
    with step("scellement") as done:
        station = load_signer(settings.station.certificate, settings.station.key, now)
        recipient = load_certificate(settings.centre.recipient, now)
        if isinstance(draft, ComplementDraft):
            complement = pipeline.complete_complement(recueil, draft)
            signers = (station, session.signer(pin))
            package = pipeline.seal_complement(recueil, complement, signers, recipient)
            done |= {"octets": len(package.blob), "numero": draft.numero}
            return
        dossier = pipeline.complete(recueil, draft)
        signers = (station, session.signer(pin))
        package = pipeline.seal_dossier(recueil, dossier, signers, recipient)
        done |= {"octets": len(package.blob), "sha256": package.sha256, "numero": draft.numero}
    if recepisse is not None:
        with step("recepisse") as done:
            done["octets"] = _write_recepisse(settings, dossier, recepisse)


def _write_recepisse(settings: Settings, dossier: Dossier, path: Path) -> int:
    from station.errors import StorageError
    from station.papiers.lieu import nomme
    from station.papiers.recepisse import recepisse, resume
    from station.rules.regles import en_vigueur

    depot = dossier.demandes[0]
    lieu = nomme(depot.lieu_depot, settings.referentiel)
    pdf = recepisse(resume(dossier, lieu, en_vigueur(depot.date_depot)))
    try:
        path.write_bytes(pdf)
    except OSError as error:
        raise StorageError(f"{path.name}: {error.strerror}") from error
    return len(pdf)


class _Progress(dict[str, Any]):
    """What a step tells; `close` says it before the block ends."""

    def __init__(self, step: str, *, human: bool) -> None:
        super().__init__(step=step, human=human)
        self._begun = time.perf_counter()
        self._told = False

    def close(self) -> None:
        if not self._told:
            self._told = True
            _say({**self, "ms": round((time.perf_counter() - self._begun) * 1000, 1)})


@contextmanager
def step(name: str, *, human: bool = False) -> Iterator[_Progress]:
    """One step, timed and told when it ends; `human` when somebody's hands took part."""
    progress = _Progress(name, human=human)
    yield progress
    progress.close()


def _say(line: dict[str, Any]) -> None:
    typer.echo(json.dumps(line, ensure_ascii=False))
    sys.stdout.flush()


def form_of(path: Path, *needed: str) -> dict[str, Any]:
    """The JSON object in `path`, which holds `needed`; raises `InvalidField`."""
    from station.errors import InvalidField

    try:
        with path.open("rb") as file:
            raw = file.read(_MAX_FORM + 1)
        said = json.loads(raw)
        missing = set(needed) - set(said)
    except (OSError, ValueError, TypeError) as error:
        raise InvalidField(f"{path.name}: no form in JSON") from error
    if missing or len(raw) > _MAX_FORM:
        raise InvalidField(f"{path.name}: {', '.join(sorted(missing)) or 'too long'}")
    return dict(said)


def _ignore(_: object) -> None:
    """Nobody watches: guidance and previews are for a screen."""
