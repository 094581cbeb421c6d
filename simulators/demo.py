"""`station demo`: the laboratory and a scripted agent, one dossier from card to decision.

The agent is the command `station dossier take` in a process of its own: what is shown here is
what a station does, step by step, as it tells it itself.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jwt
from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulators.cert.decisions import Scenario
from simulators.lab import Laboratory

if TYPE_CHECKING:
    from collections.abc import Iterator

_STATION = (sys.executable, "-c", "from station.cli.main import main; main()")
_KEYS = ("cert.key.pem", "cert.pem", "ca.pem")
_EXPECTED = {
    Scenario.ACCEPTE: "VALIDE",
    Scenario.COMPLEMENT: "COMPLEMENT_DEMANDE",
    Scenario.REJETE: "REJETE",
    Scenario.DISPONIBLE: "DISPONIBLE",
    Scenario.MUET: "ACCUSE",
}
_VERIFY = """openssl cms -verify -cades -binary -inform DER \\
  -in verification/META-INF/signature{n}.p7s -content verification/META-INF/ASiCManifest{n}.xml \\
  -CAfile ca.pem -purpose any -out /dev/null"""
_CHECK = f"""# Vérifier le dossier scellé avec openssl

Dans ce dossier, avec les clés du CERT de laboratoire :

```sh
openssl cms -decrypt -binary -inform DER -in dossier.p7m \\
  -recip cert.pem -inkey cert.key.pem -out dossier.asice
unzip -t dossier.asice
unzip -q -o dossier.asice -d verification
{_VERIFY.format(n="001")}
{_VERIFY.format(n="002")}
openssl dgst -sha256 -binary verification/manifest.json | base64
```

Les deux vérifications répondent « CAdES Verification successful » : la première signature est celle
de la station, la seconde celle de la carte de l’agent. La dernière ligne est l’empreinte que les
deux fichiers `ASiCManifest` portent pour `manifest.json`.
"""


class DemoFailed(Exception):
    """A step did not happen; the text says which."""


def run(out: Path, seed: int, scenario: str) -> int:
    """Take one dossier, leave its traces in `out`; 0 only when every step really happened."""
    console = Console()
    out.mkdir(parents=True, exist_ok=True)
    try:
        wanted = Scenario(scenario)
    except ValueError:
        console.print(f"scénario inconnu : {', '.join(Scenario)}")
        return 2
    with tempfile.TemporaryDirectory(prefix="dr-lab-") as folder:
        begun = time.perf_counter()
        with Laboratory(Path(folder), seed, wanted) as laboratory:
            _tell(console, {"step": "laboratoire", "ms": _since(begun)})
            try:
                report = _one_dossier(console, laboratory, out)
            except DemoFailed as failure:
                console.print(Text(f"Échec : {failure}", style="bold red"))
                return 1
    (out / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    _summary(console, report)
    console.print(f"Tout est dans {out}/ ; pour vérifier : {out}/CHECK.md")
    return 0


def _one_dossier(console: Console, laboratory: Laboratory, out: Path) -> dict[str, Any]:
    steps = []
    for step in _take(laboratory, out / "recepisse.pdf"):
        _tell(console, step)
        steps.append(step)
    begun = time.perf_counter()
    sent = _station("outbox", "send", "--config", laboratory.config)
    if sent.returncode:
        raise DemoFailed(sent.stderr.strip() or "envoi")
    steps.append({"step": "envoi, accuse, purge, decision", "human": False, "ms": _since(begun)})
    _tell(console, steps[-1])
    report = {**_outcome(laboratory), "steps": steps, "remplacements": laboratory.stand_ins}
    expected = _EXPECTED[laboratory.cert.centre.scenario]
    if report["etat"] != expected or not report["purge"]:
        raise DemoFailed(f"le dossier est {report['etat']}, attendu {expected}")
    _leave_traces(laboratory, out)
    return report


def _take(laboratory: Laboratory, recepisse: Path) -> Iterator[dict[str, Any]]:
    """The steps of the scripted agent, as they come."""
    command = [
        *_STATION, "dossier", "take", str(laboratory.form), "--config", str(laboratory.config),
        "--recepisse", str(recepisse),
    ]  # fmt: skip
    with subprocess.Popen(  # noqa: S603 (our own command)
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        if process.stdin is None or process.stdout is None or process.stderr is None:
            raise DemoFailed("dossier take")
        process.stdin.write(laboratory.pin + "\n")
        process.stdin.close()
        for line in process.stdout:
            yield json.loads(line)
        said = process.stderr.read()
    if process.returncode:
        raise DemoFailed(said.strip() or "dossier take")


def _station(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [*_STATION, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603


def _outcome(laboratory: Laboratory) -> dict[str, Any]:
    """What the station's own queue says in the end."""
    path = laboratory.folder / "data" / "outbox.sqlite"
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        row = db.execute(
            "SELECT id, numero, sha256, size, state, blob IS NULL, receipt, decision FROM package"
        ).fetchone()
    db.close()
    names = ("dossier", "numero", "sha256", "octets", "etat", "purge", "accuse", "decision")
    said = dict(zip(names, row, strict=True))
    for name in ("accuse", "decision"):
        token = said[name]
        said[name] = None if token is None else {"jws": token, "dit": _claims(token)}
    return said


def _claims(token: str) -> dict[str, Any]:
    """What a JWS says, for the table; the station has verified it before it purged."""
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def _leave_traces(laboratory: Laboratory, out: Path) -> None:
    """The package as sent, what the CERT found inside, and what it takes to check."""
    _, package = next(iter(laboratory.cert.centre.store.dossiers()))
    (out / "dossier.p7m").write_bytes(package)
    for name in _KEYS:
        shutil.copyfile(laboratory.keys / name, out / name)
    shutil.copyfile(laboratory.folder / "data" / "journal.jsonl", out / "journal.jsonl")
    opened = out / "opened"
    shutil.rmtree(opened, ignore_errors=True)
    container = out / "opened.asice"
    decrypt = (
        "openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in", out / "dossier.p7m",
        "-recip", out / "cert.pem", "-inkey", out / "cert.key.pem", "-out", container,
    )  # fmt: skip
    done = subprocess.run(list(map(str, decrypt)), capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        raise DemoFailed("openssl n’ouvre pas le paquet")
    with zipfile.ZipFile(container) as archive:
        archive.extractall(opened)
    container.unlink()
    (out / "CHECK.md").write_text(_CHECK)


def _since(begun: float) -> float:
    return round((time.perf_counter() - begun) * 1000, 1)


def _tell(console: Console, step: dict[str, Any]) -> None:
    verdict = f"  {step['verdict']}" if "verdict" in step else ""
    console.print(Text(f"✓ {step['step']:32} {_took(step):>8}{verdict}"))


def _took(step: dict[str, Any]) -> str:
    """What a step took; one that only says something took nothing."""
    return f"{step['ms']:.0f} ms" if "ms" in step else ""


def _summary(console: Console, report: dict[str, Any]) -> None:
    table = Table(title=f"Dossier {report['numero']}")
    for column in ("étape", "ms", "résultat"):
        table.add_column(column, justify="right" if column == "ms" else "left")
    for step in report["steps"]:
        table.add_row(step["step"], _took(step).removesuffix(" ms"), Text(_result(step)))
    table.add_section()
    table.add_row("paquet scellé", "", f"{report['octets']} octets, SHA-256 {report['sha256']}")
    table.add_row("accusé signé", "", f"JWS ES384, dossier {report['accuse']['dit']['dossier']}")
    table.add_row("décision", "", Text(json.dumps(report["decision"]["dit"], ensure_ascii=False)))
    for line in report["remplacements"]:
        table.add_row("remplacé", "", Text(line, style="yellow"))
    console.print(table)


def _result(step: dict[str, Any]) -> str:
    if "mesures" in step:
        first = step["mesures"][0]
        figures = ", ".join(
            f"{m['name'].partition('.')[2]} {m['value']:.2f}"
            for m in step["mesures"]
            if m["value"] is not None
        )
        return f"{step['verdict']} – {first['algorithm']} {first['version']} : {figures}"
    told = {k: v for k, v in step.items() if k not in {"step", "ms", "human"}}
    return ", ".join(f"{k} {v}" for k, v in told.items())
