"""The calibration: fitted on the tune half, reported on the other, and in the shape the program reads."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from bot.assistant.policy.decision import FEATURES, load_decision

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def calibration() -> ModuleType:
    spec = importlib.util.spec_from_file_location("calibrate_refusal", ROOT / "eval" / "calibrate_refusal.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def measured(calibration: ModuleType, answerable: bool, coverage: float, number: int, split: str = "tune") -> object:
    labelled = calibration.Labelled(f"q{number}", "问", answerable, split, "clause")
    return calibration.Measured(labelled, None, {**dict.fromkeys(FEATURES, 0.0), "coverage": coverage})


def test_what_separates_the_labels_decides(calibration: ModuleType, tmp_path: Path) -> None:
    rows = [measured(calibration, n % 2 == 0, 0.9 if n % 2 == 0 else 0.2, n) for n in range(20)]
    fitted = calibration.fit(rows)
    assert all(calibration.outcome(fitted, row) == row.labelled.answerable for row in rows)
    calibration.write_decision(tmp_path / "decision.yaml", fitted, [Path("refusal.jsonl")])
    decision = load_decision(tmp_path / "decision.yaml")
    assert decision.probability(rows[0].features) > decision.threshold > decision.probability(rows[1].features)


def test_what_was_settled_before_the_decision_stays_settled(calibration: ModuleType) -> None:
    rows = [measured(calibration, n % 2 == 0, 0.9 if n % 2 == 0 else 0.2, n) for n in range(20)]
    refused = calibration.Measured(rows[0].labelled, False, {})
    assert calibration.outcome(calibration.fit(rows), refused) is False


def test_the_table_counts_the_halves_apart_and_names_the_errors_of_the_report(calibration: ModuleType) -> None:
    tune = [measured(calibration, n % 2 == 0, 0.9 if n % 2 == 0 else 0.2, n) for n in range(20)]
    report = [measured(calibration, False, 0.9, 77, "report"), measured(calibration, True, 0.9, 78, "report")]
    table = calibration.table(calibration.fit(tune), [*tune, *report])
    assert "| tune | 10 | 10 (100.0%) | 10 | 0 (0.0%) |" in table
    assert "| report | 1 | 0 (0.0%) | 1 | 0 (0.0%) |" in table
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
