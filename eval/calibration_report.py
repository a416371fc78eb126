"""The files a calibration leaves: the rules, the kinds of questions, and the published table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Protocol

import yaml

from bot.assistant.policy.decision import Decisions
from bot.assistant.policy.question_kinds import MOST_SAID, QuestionKinds

_WARNING = "# Written by the calibration script: change questions or features, run it again.\n"


class Question(Protocol):
    """What the table says of a question."""

    @property
    def question_id(self) -> str:
        """Its id."""

    @property
    def answerable(self) -> bool:
        """Its label."""

    @property
    def split(self) -> str:
        """The half of its set it belongs to."""

    @property
    def group(self) -> str:
        """Its kind."""

    @property
    def file(self) -> str:
        """The set."""


Outcome = tuple[Question, bool]
"""A question and whether it is answered."""


def write_decisions(path: Path, decisions: Decisions, made_by: str) -> None:
    """Write the decision file."""
    text = yaml.safe_dump({"made_by": made_by, **asdict(decisions)}, allow_unicode=True, sort_keys=False)
    path.write_text(_WARNING + text, encoding="utf-8")


def write_kinds(path: Path, kinds: QuestionKinds, made_by: str) -> None:
    """Write the kinds of questions, one weight a dimension."""
    weights = " ".join(f"{weight:.3g}" for weight in kinds.weights)
    learned = {"encoder": kinds.encoder, "documents": " ".join(sorted(kinds.documents))}
    content = {"made_by": made_by, **learned, "intercept": round(kinds.intercept, 4), "weights": weights}
    path.write_text(_WARNING + yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


def report(outcomes: Sequence[Outcome], crossed: Sequence[Outcome], files: Iterable[Path]) -> str:
    """The published page: both halves and the cross-validation, every group of the report half, its errors."""
    lines = ["| half | unanswerable | refused | answerable | falsely refused |", "|---|---|---|---|---|"]
    for split in ("tune", "report"):
        lines.append(_row(split, [outcome for outcome in outcomes if outcome[0].split == split]))
    lines.append(_row("tune, cross-validated", crossed))
    for file in dict.fromkeys(question.file for question, _ in crossed):
        lines.append(_row(f"· of these, {file}", [outcome for outcome in crossed if outcome[0].file == file]))
    reported = [outcome for outcome in outcomes if outcome[0].split == "report"]
    lines += ["", "| group (report half) | questions | right |", "|---|---|---|"]
    for group in sorted({question.group for question, _ in reported}):
        right = [answered == question.answerable for question, answered in reported if question.group == group]
        lines.append(f"| {group} | {len(right)} | {sum(right)} |")
    wrong = [question.question_id for question, answered in reported if answered != question.answerable]
    lines += ["", "Decided wrongly in the report half: " + ("、".join(wrong) or "none") + "."]
    head = _HEAD.format(files=" ".join(f"eval/{file.name}" for file in files), most=MOST_SAID)
    return head + "\n".join(lines) + "\n"


def _row(name: str, outcomes: Sequence[Outcome]) -> str:
    no = [answered for question, answered in outcomes if not question.answerable]
    yes = [answered for question, answered in outcomes if question.answerable]
    refused, falsely = len(no) - sum(no), len(yes) - sum(yes)
    return (
        f"| {name} | {len(no)} | {refused} ({refused / max(len(no), 1):.1%}) "
        f"| {len(yes)} | {falsely} ({falsely / max(len(yes), 1):.1%}) |"
    )


_HEAD = """# Answer or refuse: the calibrated decision

Written by

    python -m eval.calibrate_refusal bot/assistant/policy/decision.yaml bot/assistant/policy/question_kinds.yaml \\
        docs/measurements/refusal.md {files}

Everything is fitted on the rows with `split: tune` alone; rows with `split: report` are only counted here. One feature
is the kind of the question, a linear score of its vector that may say at most {most} log-odds either way; rules for
encoders it was not learned from do without it. The cross-validated rows are decided by rules and kinds fitted on the
other nine tenths: the gap between them and the tune row is what the fit knows by heart.

"""
