"""Answers about registers, exact and no more than their asker may see."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stats_tools.operations.observations import Viewer
from stats_tools.operations.results import Finding
from stats_tools.periods import Period
from stats_tools.registers.definitions import RegisterDefinition
from stats_tools.registers.desk import RegisterDesk
from stats_tools.registers.entries import Entry
from stats_tools.registers.operations import MOST_LISTED, answer
from stats_tools.registers.query import RegisterQuery, RegisterResult, UnknownRegisterNameError
from stats_tools.registers.reference import RegisterReference
from stats_tools.registers.standing import Standing
from stats_tools.targets import Targets
from tests.stats_tools.registers.conftest import TODAY

KNOWN = RegisterReference.load()
TARGETS = Targets.load()
OFFICIAL, PUBLIC = Viewer(internal=True), Viewer()
YANTAI = Viewer(internal=True, cities=frozenset({"烟台"}))
BIO, LINYI = "yantai-biomedicine", "linyi-biomedicine"


class Kept:
    """Registers in memory: rows by code and quarter."""

    def __init__(self, **rows: dict[str, list[Entry]]) -> None:
        self._rows = rows

    def filed(self, definition: RegisterDefinition) -> tuple[Period, ...]:
        return tuple(sorted(map(Period.parse, self._rows.get(definition.code, {}))))

    def standing(self, definition: RegisterDefinition, period: Period | None = None) -> Standing:
        filed = [each for each in self.filed(definition) if period is None or each <= period]
        if not filed:
            return Standing(definition, period, None, None, (), (), False)
        entries = tuple(self._rows[definition.code][str(filed[-1])])
        return Standing(definition, period, filed[-1], filed[-2] if len(filed) > 1 else None, entries, (), False)


def project(name: str, stage: str, owner: str, cluster: str = BIO, **values: Any) -> Entry:
    own = {"name": name, "stage": stage, "owner": owner, "cluster": cluster, **values}
    return Entry(f"{name}{cluster}", own, Period(2021, 4))


def firm(name: str, cluster: str = BIO, **values: Any) -> Entry:
    return Entry(name, {"name": name, "cluster": cluster, **values}, Period(2021, 4))


def desk(kept: Kept, viewer: Viewer = OFFICIAL) -> RegisterDesk:
    return RegisterDesk(kept, KNOWN.registers, KNOWN.registry, TODAY, viewer)


def ask(kept: Kept, viewer: Viewer = OFFICIAL, **query: Any) -> RegisterResult:
    return answer(desk(kept, viewer), RegisterQuery(**query), TARGETS)


def keys(result: RegisterResult) -> list[str]:
    return [finding.key for finding in result.findings]


PROJECTS = Kept(
    projects={
        "2021Q3": [project("甲", "储备", "一"), project("乙", "开工", "二")],
        "2021Q4": [
            project("甲", "开工", "一"),
            project("乙", "开工", "二", obstacles=("土地",)),
            project("丙", "储备", "三"),
            project("丁", "储备", "四", LINYI),
        ],
    }
)


def test_rows_are_counted_with_the_change_since_the_quarter_before() -> None:
    result = ask(PROJECTS, register="projects", groups={"stage": ("开工",)})
    assert keys(result) == ["count", "change_more"]
    assert result.findings[0].facts["count"] == 2
    assert result.findings[1].facts["change"] == 1
    assert [figure.value for figure in result.figures] == [2]


def test_a_pipeline_comes_with_its_chart() -> None:
    result = ask(PROJECTS, register="projects", operation="breakdown", by=("cluster", "stage"))
    assert result.stack is not None
    assert result.stack.parts == ("竣工", "开工", "储备", "谋划")
    assert ("烟台生物医药", (0, 2, 1, 0)) in result.stack.rows


def test_progress_says_what_moved() -> None:
    result = ask(PROJECTS, register="projects", operation="progress")
    steps = result.findings[1].facts["steps"]
    assert isinstance(steps, tuple)
    assert [each.key for each in steps if isinstance(each, Finding)] == ["step_more", "step_more"]


def test_what_newly_came_to_a_stage_is_not_lessened_by_what_left_it() -> None:
    kept = Kept(
        projects={
            "2021Q3": [project("甲", "储备", "一"), project("乙", "开工", "二")],
            "2021Q4": [project("甲", "开工", "一"), project("乙", "竣工", "二"), project("丙", "开工", "三")],
        }
    )
    result = ask(kept, register="projects", operation="progress", groups={"stage": ("开工",)})
    assert keys(result) == ["progress", "steps", "entered"]
    assert result.findings[2].facts["count"] == 2


def test_a_long_list_is_cut_and_says_so() -> None:
    many = Kept(projects={"2021Q4": [project(f"项目{n}", "储备", f"{n}") for n in range(MOST_LISTED + 5)]})
    result = ask(many, register="projects", operation="list")
    assert result.grid is not None
    assert len(result.grid.rows) == MOST_LISTED
    assert "listed_part" in keys(result)


@pytest.mark.parametrize(
    ("name", "found"), [("海正药业", 1), ("海正药业股份有限公司", 1), ("海正", 1), ("海正药", 1), ("东海", 0)]
)
def test_a_firm_is_found_by_its_name_or_a_part_of_it(name: str, found: int) -> None:
    kept = Kept(enterprises={"2021Q4": [firm("海正药业"), firm("某某公司")]})
    result = ask(kept, register="enterprises", operation="find", name=name)
    assert keys(result) == (["found"] if found else ["found_none"])
    assert result.ending == "answered"


def test_the_tier_is_computed_and_held_against_the_target_of_the_national_clusters() -> None:
    from decimal import Decimal

    revenues = {"甲": ("1000", BIO), "乙": ("1000.01", BIO), "丙": ("2000", "jinan-biomedicine")}
    kept = Kept(
        enterprises={"2021Q4": [firm(name, where, revenue=Decimal(value)) for name, (value, where) in revenues.items()]}
    )
    result = ask(kept, register="enterprises", operation="target", targets=("enterprises-over-1000",))
    assert result.findings[0].facts["count"] == 1, "1000 is not over 1000, and the third is of a provincial cluster"
    assert result.clauses[0].quote.startswith("7个国家级集群中主营业务收入过1000亿元的企业达到2家")


def test_platforms_count_towards_the_target_from_2020_on_and_the_other_basis_is_named() -> None:
    def platform(name: str, day: str) -> Entry:
        values = {"name": name, "cluster": BIO, "level": "省级", "recognised": day, "host": name}
        return Entry(name, values, Period(2021, 4))

    kept = Kept(platforms={"2021Q4": [platform("甲", "2019-12"), platform("乙", "2020-01"), platform("丙", "2021")]})
    result = ask(kept, register="platforms", operation="target", targets=("platforms-provincial-added",))
    assert result.findings[0].facts["count"] == 2
    assert "other_basis" in keys(result)


ROWS = [("list", {}), ("find", {"name": "甲"}), ("progress", {}), ("count", {"states": ("blocked",)})]


@pytest.mark.parametrize(("operation", "more"), ROWS, ids=[row[0] for row in ROWS])
def test_rows_and_history_are_for_officials(operation: str, more: dict[str, Any]) -> None:
    result = ask(PROJECTS, PUBLIC, register="projects", operation=operation, **more)
    assert result.ending == "denied"
    assert result.grid is None
    assert result.figures == ()
    assert not any("甲" in str(finding.facts) for finding in result.findings)


def test_an_earlier_quarter_is_for_officials() -> None:
    assert ask(PROJECTS, PUBLIC, register="projects", period="2021Q3").ending == "denied"
    assert ask(PROJECTS, OFFICIAL, register="projects", period="2021Q3").ending == "answered"


def test_an_official_of_one_city_sees_the_rows_of_that_city_alone() -> None:
    listed = ask(PROJECTS, YANTAI, register="projects", operation="list")
    assert listed.grid is not None
    assert [row[0] for row in listed.grid.rows] == ["甲", "乙", "丙"]
    assert "own_cities" in keys(listed)
    assert ask(PROJECTS, YANTAI, register="projects", operation="list", clusters=(LINYI,)).ending == "denied"
    assert ask(PROJECTS, YANTAI, register="projects", groups={"stage": ("储备",)}).ending == "denied"
    own = ask(PROJECTS, YANTAI, register="projects", clusters=(BIO,), groups={"stage": ("储备",)})
    assert own.findings[0].facts["count"] == 1


def test_an_official_of_one_city_is_not_told_that_a_firm_is_nowhere() -> None:
    kept = Kept(enterprises={"2021Q4": [firm("海正药业", LINYI), firm("某某公司")]})
    elsewhere = ask(kept, YANTAI, register="enterprises", operation="find", name="海正药业")
    nowhere = ask(kept, YANTAI, register="enterprises", operation="find", name="没有这家")
    assert keys(elsewhere) == keys(nowhere) == ["found_none_here"]


def test_a_total_less_the_own_city_must_not_give_away_the_rest() -> None:
    assert ask(PROJECTS, YANTAI, register="projects").ending == "denied", "one firm is outside the city"
    wider = replace_rows(project("戊", "储备", "五", LINYI), project("己", "储备", "六", LINYI))
    assert ask(wider, YANTAI, register="projects").findings[0].facts["count"] == 6


def replace_rows(*more: Entry) -> Kept:
    entries = [*PROJECTS.standing(KNOWN.registers.register("projects")).entries, *more]
    return Kept(projects={"2021Q4": entries})


def test_parks_are_for_everybody() -> None:
    park = Entry("园", {"name": "某园区", "cluster": BIO, "kind": "高新区"}, Period(2021, 4))
    result = ask(Kept(parks={"2021Q4": [park]}), PUBLIC, register="parks", operation="list")
    assert result.grid is not None


def test_an_empty_register_says_how_it_is_filled() -> None:
    result = ask(Kept(), register="projects")
    assert (result.ending, keys(result)) == ("not_found", ["empty"])
    early = ask(PROJECTS, register="projects", period="2020Q4")
    assert (early.ending, keys(early)) == ("not_found", ["empty_until"])


def test_an_older_filing_than_asked_for_is_named() -> None:
    result = ask(PROJECTS, register="projects", period="2022Q1")
    assert "other_period" in [remark.key for remark in result.remarks]


@pytest.mark.parametrize(
    "query",
    [
        {"register": "nothing"},
        {"register": "projects", "groups": {"stage": ("规划",)}},
        {"register": "projects", "groups": {"name": ("甲",)}},
        {"register": "projects", "states": ("gone",)},
        {"register": "projects", "clusters": ("chengdu",)},
        {"register": "projects", "cities": ("成都",)},
        {"register": "projects", "operation": "breakdown", "by": ("owner",)},
        {"register": "projects", "operation": "target", "targets": ("enterprise-library",)},
    ],
)
def test_a_name_that_there_is_not_is_refused_with_those_there_are(query: dict[str, Any]) -> None:
    with pytest.raises(UnknownRegisterNameError) as refused:
        ask(PROJECTS, **query)
    assert refused.value.known


filed = st.lists(
    st.tuples(
        st.sampled_from((BIO, LINYI, "qingdao-rail-transit")),
        st.sampled_from(("竣工", "开工", "储备", "谋划")),
        st.integers(0, 6),
    ),
    max_size=14,
)
QUERIES: list[dict[str, Any]] = [
    {},
    *({"clusters": (code,)} for code in (BIO, LINYI, "qingdao-rail-transit")),
    *({"cities": (city,)} for city in ("烟台", "临沂", "青岛")),
    *({"groups": {"stage": (stage,)}} for stage in ("竣工", "开工", "储备", "谋划")),
    *({"groups": {"stage": (stage,)}, "clusters": (BIO,)} for stage in ("竣工", "开工", "储备", "谋划")),
    {"clusters": (BIO, LINYI)},
    {"groups": {"stage": ("开工", "储备")}},
]


@settings(max_examples=40, deadline=None)
@given(filed, st.sampled_from([PUBLIC, YANTAI]))
def test_no_answer_and_no_difference_of_two_answers_counts_one_or_two_firms_that_the_asker_may_not_see(
    rows: list[tuple[str, str, int]], viewer: Viewer
) -> None:
    entries = [project(f"{n}", stage, f"企业{owner}", cluster) for n, (cluster, stage, owner) in enumerate(rows)]
    kept = Kept(projects={"2021Q4": entries})
    told: list[frozenset[str]] = []
    for query in QUERIES:
        result = ask(kept, viewer, register="projects", **query)
        everything = desk(kept, OFFICIAL)
        chosen = answer(everything, RegisterQuery(register="projects", operation="list", **query), TARGETS)
        if result.ending == "answered" and chosen.grid is not None:
            told.append(frozenset(str(row[0]) for row in chosen.grid.rows))
    for whole in told:
        assert unseen_firms(whole, entries, viewer) not in (1, 2)
        for part in told:
            if part < whole:
                assert unseen_firms(whole - part, entries, viewer) not in (1, 2)


def unseen_firms(names: frozenset[str], entries: list[Entry], viewer: Viewer) -> int:
    cities = {cluster.code: cluster.city for cluster in KNOWN.registry.clusters}
    return len(
        {
            entry.text("owner")
            for entry in entries
            if entry.text("name") in names and cities[entry.text("cluster")] not in viewer.cities
        }
    )
