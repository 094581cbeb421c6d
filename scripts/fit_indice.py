"""Fit the coefficients of `indice` to NFIQ 2, and report how well they do.

    python scripts/fit_indice.py CONFORMANCE.csv SIMULATED.csv --people 80

CONFORMANCE is NIST's conformance output of NFIQ 2.3 (public domain), SIMULATED a table of
synthetic prints with their NFIQ 2 scores; neither is part of the project. `--people` adds prints
of our own synthetic people, scored here by the optional extra `nfiq2`; people with a seed of
100 000 and more are used, which no test does. Each table weighs the same in the fit, so that no
source of images decides alone. Writes station/quality/indice.json and prints the report.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import numpy as np
import numpy.typing as npt
import typer
from PIL import Image
from rich.console import Console
from rich.table import Table

from simulators.people import Person
from simulators.prints import GRADES, Conditions
from station.capture import Finger
from station.quality.features import TooLittle, features
from station.quality.indice import INPUTS, inputs

Floats = npt.NDArray[np.float64]
OUT = Path(__file__).parents[1] / "station" / "quality" / "indice.json"
VERSION = "1.0"
SEED = 20260101
FIRST_PERSON = 100_000
FOLDS = 5
ALPHAS = 10.0 ** np.arange(-1, 4.5, 0.5)
FINGERS = (Finger.RIGHT_INDEX, Finger.RIGHT_MIDDLE, Finger.LEFT_INDEX, Finger.LEFT_RING)


@dataclass(frozen=True, slots=True)
class Data:
    """One table: (prints, inputs), scores, and the SHA-256 of what it was read from."""

    name: str
    x: Floats
    y: Floats
    sha256: str


@dataclass(frozen=True, slots=True)
class Model:
    """Standardised linear model, output clipped to 0 … 100."""

    mean: Floats
    scale: Floats
    weights: Floats
    start: float

    def predict(self, x: Floats) -> Floats:
        """Scores of (prints, inputs)."""
        z = np.clip((x - self.mean) / self.scale, -4, 4)
        return np.clip(self.start + z @ self.weights, 0, 100)


def main(
    conformance: Path,
    simulated: Path,
    people: Annotated[int, typer.Option(help="Synthetic people to add.")] = 0,
) -> None:
    """Fit, report, write the coefficients."""
    tables = [read("conformance", conformance), read("simulated", simulated)]
    if people:
        tables.append(drawn(people))
    alpha = best_alpha(tables)
    report = Table(title=f"indice {VERSION}, alpha {alpha:g}, {FOLDS} folds")
    for column in ("table", "prints", "MAE", "RMSE", "bias", "Spearman"):
        report.add_column(column)
    predicted = cross_validated(tables, alpha)
    figures = {}
    for data, guess in zip(tables, predicted, strict=True):
        figures[data.name] = agreement(data.y, guess)
        row = (f"{value:.3f}" for value in figures[data.name].values())
        report.add_row(data.name, str(len(data.y)), *row)
    Console().print(report)
    OUT.write_text(json.dumps(document(tables, alpha, figures), indent=1) + "\n")


def read(name: str, path: Path) -> Data:
    """The scored rows of a table of native features."""
    raw = path.read_bytes()
    rows = list(csv.DictReader(io.StringIO(raw.decode())))
    score = "QualityScore" if "QualityScore" in rows[0] else "nfiq2"
    kept = [r for r in rows if r[score] not in {"", "NA", "255"}]
    x = np.array([inputs({k: _number(v) for k, v in r.items()}) for r in kept])
    y = np.array([float(r[score]) for r in kept])
    return Data(name, x, y, hashlib.sha256(raw).hexdigest())


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def drawn(people: int) -> Data:
    """Prints of synthetic people in all conditions, scored by NFIQ 2."""
    with ProcessPoolExecutor() as pool:
        rows = [row for rows in pool.map(_of_person, range(people)) for row in rows]
    x, y = (np.array(values) for values in zip(*rows, strict=True))
    said = f"people {FIRST_PERSON} to {FIRST_PERSON + people - 1}"
    return Data("people", x, y, hashlib.sha256(said.encode()).hexdigest())


def _of_person(number: int) -> list[tuple[list[float], float]]:
    rng = np.random.default_rng([SEED, number])
    person, found = Person(FIRST_PERSON + number), []
    graded = [GRADES[g] for g in rng.permutation(sorted(GRADES))[:4]]
    for finger, conditions in zip(FINGERS, [*graded[:2], _mixed(rng), _mixed(rng)], strict=True):
        grey = person.print_of(finger, conditions)
        score = nfiq2(grey)
        try:
            if score is not None:
                found.append((inputs(features(grey)), float(score)))
        except TooLittle:
            continue
    return found


def _mixed(rng: np.random.Generator) -> Conditions:
    """Any mixture of conditions, a third of them ordinary."""
    return Conditions(
        noise=float(rng.uniform(0.6, 2.4)),
        wet=float(rng.uniform(-1.6, 1.3)),
        fill=float(rng.uniform(0.35, 1.0)),
        contrast=float(rng.uniform(0.3, 1.0)),
        scars=int(rng.integers(0, 5)),
    )


def nfiq2(grey: npt.NDArray[np.uint8]) -> int | None:
    """The score of NFIQ 2, None when it refuses."""
    import nbis  # noqa: PLC0415 - the optional extra

    buffer = io.BytesIO()
    Image.fromarray(grey).save(buffer, "PNG")
    settings = nbis.NbisExtractorSettings(
        min_quality=0.0, get_center=False, check_fingerprint=False, compute_nfiq2=True, ppi=None
    )
    try:
        found = nbis.new_nbis_extractor(settings).extract_minutiae(buffer.getvalue())
        return int(found.quality().score)
    except nbis.NbisError:
        return None


def fitted(tables: list[Data], alpha: float) -> Model:
    """Ridge regression; each table has the same weight whatever its length."""
    x = np.concatenate([t.x for t in tables])
    y = np.concatenate([t.y for t in tables])
    weight = np.concatenate([np.full(len(t.y), 1 / len(t.y)) for t in tables])
    weight *= len(y) / weight.sum()
    mean = np.average(x, axis=0, weights=weight)
    spread = np.sqrt(np.average((x - mean) ** 2, axis=0, weights=weight))
    scale = np.where(spread < 1e-6, 1.0, spread)  # an input that never varies says nothing
    z = np.clip((x - mean) / scale, -4, 4)
    start = float(np.average(y, weights=weight))
    middle = np.average(z, axis=0, weights=weight)
    centred = z - middle
    gram = centred.T @ (centred * weight[:, None]) + alpha * np.eye(z.shape[1])
    weights = np.linalg.solve(gram, centred.T @ (weight * (y - start)))
    return Model(mean, scale, weights, start - float(middle @ weights))


def cross_validated(tables: list[Data], alpha: float) -> list[Floats]:
    """What each print gets from a model that did not see it."""
    rng = np.random.default_rng(SEED)
    folds = [rng.permutation(len(t.y)) % FOLDS for t in tables]
    guesses = [np.zeros(len(t.y)) for t in tables]
    for fold in range(FOLDS):
        known = [
            Data(t.name, t.x[f != fold], t.y[f != fold], t.sha256)
            for t, f in zip(tables, folds, strict=True)
        ]
        model = fitted(known, alpha)
        for table, f, guess in zip(tables, folds, guesses, strict=True):
            guess[f == fold] = model.predict(table.x[f == fold])
    return guesses


def best_alpha(tables: list[Data]) -> float:
    """The penalty with the least mean error over the tables."""
    errors = [
        np.mean(
            [
                np.abs(g - t.y).mean()
                for g, t in zip(cross_validated(tables, a), tables, strict=True)
            ]
        )
        for a in ALPHAS
    ]
    return float(ALPHAS[int(np.argmin(errors))])


def agreement(truth: Floats, guess: Floats) -> dict[str, float]:
    """Errors in points of score, and rank correlation."""
    error = guess - truth
    ranks = [np.argsort(np.argsort(v)).astype(float) for v in (truth, guess)]
    return {
        "mae": float(np.abs(error).mean()),
        "rmse": float(np.sqrt((error**2).mean())),
        "bias": float(error.mean()),
        "spearman": float(np.corrcoef(*ranks)[0, 1]),
    }


def document(
    tables: list[Data], alpha: float, figures: dict[str, dict[str, float]]
) -> dict[str, object]:
    """The coefficient file: where the numbers come from, and the numbers."""
    model = fitted(tables, alpha)
    return {
        "name": "indice",
        "version": VERSION,
        "script": "scripts/fit_indice.py",
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "seed": SEED,
        "alpha": alpha,
        "tables": {t.name: {"prints": len(t.y), "sha256": t.sha256} for t in tables},
        "cross_validated": {n: {k: round(v, 3) for k, v in f.items()} for n, f in figures.items()},
        "start": round(model.start, 6),
        "inputs": {
            name: [round(float(v), 8) for v in row]
            for name, *row in zip(INPUTS, model.mean, model.scale, model.weights, strict=True)
        },
    }


if __name__ == "__main__":
    typer.run(main)
