"""Nobody who may not see a register's rows can work out a number over fewer than three firms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stats_tools.periods import Period
from stats_tools.registers.definitions import RegisterDefinition
from stats_tools.registers.disclosure import Cell, cells, kept_back
from stats_tools.registers.entries import Entry, EntryReader
from stats_tools.registers.reference import RegisterReference

CLUSTERS = ("jinan-it-services", "qingdao-rail-transit", "qingdao-energy-saving", "yantai-biomedicine")
STAGES = ("竣工", "开工", "储备", "谋划")
KNOWN = RegisterReference.load()
PROJECTS = KNOWN.registers.register("projects")

projects = st.lists(
    st.tuples(
        st.sampled_from(CLUSTERS),
        st.sampled_from(STAGES),
        st.integers(0, 5),
        st.sets(st.sampled_from(("土地", "能耗")), max_size=2),
    ),
    max_size=16,
)


_A, _B = CLUSTERS[:2]
ONE_FIRM_IN_TWO_ROWS = [
    *((_A, "竣工", firm, set[str]()) for firm in range(3)),
    (_A, "储备", 0, set[str]()),
    *((_B, "储备", firm, set[str]()) for firm in range(3)),
    (_A, "储备", 0, {"土地"}),
]
"""A group of one firm whose two rows another breakdown tells apart: it follows from the totals though no row does."""


def entries_of(rows: list[tuple[str, str, int, set[str]]]) -> list[Entry]:
    return [
        Entry(
            str(number),
            {"cluster": cluster, "stage": stage, "owner": f"企业{firm}", "obstacles": tuple(sorted(held))},
            Period(2021, 4),
        )
        for number, (cluster, stage, firm, held) in enumerate(rows)
    ]


def told_of(definition: RegisterDefinition, entries: list[Entry]) -> Mapping[Cell, frozenset[int]]:
    reader = EntryReader(definition, KNOWN.registry, date(2022, 1, 5))
    hidden = kept_back(definition, reader, entries)
    everything = cells(reader, entries, definition.breakdowns)
    return {cell: rows for cell, rows in everything.items() if cell not in hidden}


def firms(entries: list[Entry], rows: frozenset[int]) -> int:
    return len({entries[row].text("owner") for row in rows})


@settings(max_examples=60, deadline=None)
@given(projects)
def test_no_number_told_and_no_difference_of_two_is_over_one_or_two_firms(
    rows: list[tuple[str, str, int, set[str]]],
) -> None:
    entries = entries_of(rows)
    told = told_of(PROJECTS, entries)
    for part in told.values():
        assert firms(entries, part) not in (1, 2)
        for whole in told.values():
            if part < whole:
                assert firms(entries, whole - part) not in (1, 2)


@settings(max_examples=60, deadline=None)
@given(projects)
def test_no_part_left_when_the_told_parts_of_a_breakdown_are_taken_from_the_total_is_that_small(
    rows: list[tuple[str, str, int, set[str]]],
) -> None:
    entries = entries_of(rows)
    told = told_of(PROJECTS, entries)
    total = told.get(((), ()))
    if total is None:
        return
    for grouping in (("cluster",), ("city",), ("stage",), ("cluster", "stage")):
        parts = [held for cell, held in told.items() if cell[0] == grouping]
        assert firms(entries, total - frozenset().union(*parts)) not in (1, 2)


def rank(rows: list[list[Fraction]]) -> int:
    """Rank by exact elimination, written without the product's arithmetic."""
    rows = [row[:] for row in rows]
    found = 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((index for index in range(found, len(rows)) if rows[index][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for index in range(found + 1, len(rows)):
            factor = rows[index][column] / rows[found][column]
            rows[index] = [a - factor * b for a, b in zip(rows[index], rows[found], strict=True)]
        found += 1
    return found


@settings(max_examples=40, deadline=None)
@example(ONE_FIRM_IN_TWO_ROWS)
@given(projects)
def test_no_combination_of_what_is_told_gives_a_hidden_number(rows: list[tuple[str, str, int, set[str]]]) -> None:
    entries = entries_of(rows)
    told = told_of(PROJECTS, entries)
    reader = EntryReader(PROJECTS, KNOWN.registry, date(2022, 1, 5))
    small = [held for held in cells(reader, entries, PROJECTS.breakdowns).values() if firms(entries, held) in (1, 2)]
    known = [[Fraction(row in held) for row in range(len(entries))] for held in told.values()]
    for held in small:
        vector = [Fraction(row in held) for row in range(len(entries))]
        assert rank([*known, vector]) > rank(known)


def test_three_firms_each_are_told_in_full() -> None:
    rows = [(cluster, stage, number, set[str]()) for cluster in CLUSTERS for stage in STAGES for number in range(3)]
    told = told_of(PROJECTS, entries_of(rows))
    assert {cell for cell in told if cell[0] == ("cluster", "stage")} == {
        (("cluster", "stage"), (cluster, stage)) for cluster in CLUSTERS for stage in STAGES
    }


def test_a_register_without_firms_keeps_nothing_back() -> None:
    parks = KNOWN.registers.register("parks")
    reader = EntryReader(parks, KNOWN.registry, date(2022, 1, 5))
    assert not kept_back(parks, reader, [Entry("1", {"cluster": CLUSTERS[0], "kind": "高新区"}, Period(2021, 4))])


@pytest.mark.parametrize("count", [1, 2])
def test_a_register_of_one_or_two_firms_is_not_even_counted(count: int) -> None:
    rows = [(CLUSTERS[number], STAGES[number], number, set[str]()) for number in range(count)]
    assert told_of(PROJECTS, entries_of(rows)) == {}


def test_firms_count_and_not_their_projects() -> None:
    rows = [(CLUSTERS[0], "储备", firm, set[str]()) for firm in (1, 1, 1, 2)]
    assert told_of(PROJECTS, entries_of(rows)) == {}
