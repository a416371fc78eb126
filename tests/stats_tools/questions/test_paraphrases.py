"""Questions written before the reader was tuned: other words for what the generated suite asks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.stats_tools.questions.asking import Desk, faults
from tests.stats_tools.questions.figures import Province
from tests.stats_tools.questions.oracle import expected

LINES = [json.loads(line) for line in Path(__file__).with_name("paraphrases.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("line", LINES, ids=[line["q"] for line in LINES])
def test_a_paraphrase_is_answered_exactly(line: dict[str, Any], desk: Desk, province: Province) -> None:
    assert faults(desk.ask(str(line["q"])), expected(province, line["want"])) == []
