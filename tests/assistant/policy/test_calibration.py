"""The calibration: fitted on the tune half, reported on the other, and in the shape the program reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bot.assistant.policy.decision import FEATURES, load_decisions
from bot.assistant.policy.question_kinds import load_question_kinds
from eval.calibrate_refusal import Labelled, Measured, answered, calibrate, cross_validated, with_kind
from eval.calibration_report import report, write_decisions, write_kinds
from retrieval.types import QuestionVector

ROOT = Path(__file__).parents[3]
PEOPLE, LAND = np.array([1.0, 0.0], dtype=np.float32), np.array([0.0, 1.0], dtype=np.float32)


def measured(
    answerable: bool, coverage: float, number: int, split: str = "tune", vector: np.ndarray = PEOPLE
) -> Measured:
    labelled = Labelled(f"q{number}", "问", answerable, split, "clause", "set.jsonl")
    features = {**dict.fromkeys(FEATURES, 0.0), "coverage": coverage}
    return Measured(labelled, None, features, QuestionVector("e", vector))


def told_apart_by_coverage() -> list[Measured]:
    return [measured(n % 2 == 0, 0.9 if n % 2 == 0 else 0.2, n) for n in range(40)]


def told_apart_by_kind() -> list[Measured]:
    return [measured(n % 2 == 0, 0.5, n, vector=PEOPLE if n % 2 == 0 else LAND) for n in range(400)]


def test_what_separates_the_labels_decides(tmp_path: Path) -> None:
    rows = told_apart_by_coverage()
    calibrated = calibrate(rows)
    assert all(answered(calibrated, row) == row.labelled.answerable for row in rows)
    write_decisions(tmp_path / "decision.yaml", calibrated.decisions, "set.jsonl")
    write_kinds(tmp_path / "kinds.yaml", calibrated.kinds, "set.jsonl")
    rule, kinds = load_decisions(tmp_path / "decision.yaml").with_kinds, load_question_kinds(tmp_path / "kinds.yaml")
    first, second = (rule.probability(with_kind(row, kinds).features) for row in rows[:2])
    assert first > rule.threshold > second


def test_the_kind_of_a_question_decides_where_its_words_do_not() -> None:
    rows = told_apart_by_kind()
    assert all(answered(calibrate(rows), row) == row.labelled.answerable for row in rows[:10])
    assert cross_validated(rows) == [row.labelled.answerable for row in rows]


def test_a_kind_that_says_nothing_of_unseen_questions_is_not_trusted() -> None:
    generator = np.random.default_rng(7)
    vectors = generator.normal(size=(60, 200)).astype(np.float32)
    rows = [measured(bool(generator.integers(2)), 0.5, n, vector=vectors[n]) for n in range(60)]
    assert abs(calibrate(rows).decisions.with_kinds.weights["asked_kind"]) < 1


def test_what_was_settled_before_the_decision_stays_settled() -> None:
    rows = told_apart_by_coverage()
    refused = Measured(rows[0].labelled, False, {}, rows[0].vector)
    assert answered(calibrate(rows), refused) is False


def test_the_table_counts_the_halves_apart_and_names_the_errors_of_the_report() -> None:
    rows = [*told_apart_by_coverage(), measured(False, 0.9, 77, "report"), measured(True, 0.9, 78, "report")]
    calibrated = calibrate(rows[:40])
    outcomes = [(row.labelled, answered(calibrated, row)) for row in rows]
    table = report(outcomes, outcomes[:40], [Path("set.jsonl")])
    assert "| tune | 20 | 20 (100.0%) | 20 | 0 (0.0%) |" in table
    assert "| report | 1 | 0 (0.0%) | 1 | 0 (0.0%) |" in table
    assert "| · of these, set.jsonl | 20 | 20 (100.0%) | 20 | 0 (0.0%) |" in table
    assert "q77" in table


def test_the_published_table_reaches_what_was_asked() -> None:
    line = next(
        line
        for line in (ROOT / "docs" / "measurements" / "refusal.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| report |")
    )
    _, _, no, refused, yes, falsely, _ = (cell.strip() for cell in line.split("|"))
    assert int(refused.split()[0]) >= 0.95 * int(no)
    assert int(falsely.split()[0]) <= 0.03 * int(yes)
