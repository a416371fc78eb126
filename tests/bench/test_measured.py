from __future__ import annotations

import pytest

from bot.bench.answers import read_questions
from bot.bench.cold_start import import_costs
from bot.bench.machine import beside_the_machine
from bot.bench.measured import Measured, percentile


@pytest.mark.parametrize(
    ("value", "at_least", "passed"), [(3.0, False, True), (3.01, False, False), (3.0, True, True), (2.99, True, False)]
)
def test_a_limit_is_a_ceiling_unless_it_is_a_floor(value: float, at_least: bool, passed: bool) -> None:
    assert Measured("m", value, "x", 3.0, at_least=at_least).passed is passed


def test_without_a_limit_a_value_only_explains() -> None:
    assert Measured("m", 1e9, "s").passed


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(n) for n in range(100, 0, -1)]
    assert (percentile(values, 0.95), percentile(values, 1.0), percentile([7.0], 0.95)) == (95.0, 100.0, 7.0)


def test_the_machine_is_measured_with_whatever_is_measured_on_it() -> None:
    *results, machine = beside_the_machine("cold", [Measured("cold.ask", 1.0, "s", 2.5)])
    assert results == [Measured("cold.ask", 1.0, "s", 2.5)]
    assert (machine.name, machine.unit, machine.limit) == ("cold.machine", "ms", None)
    assert machine.value > 0


def test_import_costs_are_added_up_by_package() -> None:
    trace = (
        "import time: self [us] | cumulative | imported package\n"
        "import time:      1000 |       1000 |   sqlalchemy.orm\n"
        "import time:      2000 |       3000 | sqlalchemy\n"
        "import time:       500 |        500 | bot.cli\n"
    )
    assert import_costs(trace) == pytest.approx({"sqlalchemy": 0.003, "bot": 0.0005})


def test_there_are_questions_of_both_kinds_and_none_twice() -> None:
    for questions in read_questions().values():
        assert len(set(questions)) == len(questions) >= 20
