"""The table of cases beside this file: every condition's verdict, exact."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.assistant.access import Principal
from bot.assistant.eligibility.checking import Checker
from bot.assistant.eligibility.desk import EligibilityDesk
from bot.assistant.eligibility.extraction import FactReader
from bot.assistant.eligibility.results import Eligibility
from bot.assistant.toolbox import Circumstances, Toolbox
from bot.assistant.types import ToolCall
from prompts import Wording

TODAY = date(2026, 1, 5)
CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"))


def test_the_table_covers_every_measure_and_verdict(checker: Checker) -> None:
    assert len(CASES) >= 60
    assert len({case["id"] for case in CASES}) == len(CASES)
    assert {case["measure"] for case in CASES} == {measure.id for measure in checker.catalogue.measures}
    verdicts = {verdict for case in CASES for verdict in case["expect"].values()}
    assert verdicts == {"met", "not_met", "need", "no_threshold"}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_every_condition_gets_the_verdict_of_the_table(
    case: dict[str, Any], checker: Checker, desk: EligibilityDesk
) -> None:
    reader = FactReader(checker.tongue)
    profile = dict(reader.read(case["says"]).told) if "says" in case else case["profile"]
    toolbox = Toolbox(desk.tools, Wording.load())
    call = ToolCall("check_eligibility", {"profile": profile, "measure": case["measure"]})
    outcome = toolbox.run(call, Circumstances(Principal(), TODAY)).outcome
    assert isinstance(outcome.value, Eligibility), outcome.message
    (assessment,) = outcome.value.assessments
    assert {each.condition.id: each.verdict.value for each in assessment.judged} == case["expect"]
    if "missing" in case:
        assert set(assessment.missing) == set(case["missing"])
