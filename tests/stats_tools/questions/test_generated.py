"""Every kind of question, generated, against answers computed without the product's code."""

from __future__ import annotations

from collections import Counter

from tests.stats_tools.questions.asking import Desk, faults
from tests.stats_tools.questions.figures import Province
from tests.stats_tools.questions.generator import generated
from tests.stats_tools.questions.oracle import expected

EACH = 8
"""Questions a kind in the everyday run; ``policybot eval --generated`` asks all of them."""


def test_generated_questions_of_every_kind_are_answered_exactly(desk: Desk, province: Province) -> None:
    wrong: dict[str, list[str]] = {}
    lines = list(generated(EACH))
    for line in lines:
        for index, before in enumerate(line.get("before", ())):
            desk.ask(before, follow=index > 0)
        found = faults(desk.ask(line["q"], follow="before" in line), expected(province, line["want"]))
        if found:
            wrong[line["q"]] = found
    assert wrong == {}


def test_the_suite_holds_at_least_1500_questions_over_25_kinds() -> None:
    lines = list(generated(32))
    assert len(lines) >= 1500
    assert len(Counter(line["kind"] for line in lines)) >= 25
