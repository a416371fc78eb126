"""Those that are in front by several indicators at once, and further figures of those that satisfy a bound."""

from __future__ import annotations

import pytest

from bot.assistant.types import Status
from tests.stats_tools.questions.asking import Desk, DeskOf
from tests.stats_tools.questions.figures import NATIONAL, Province, Rows
from tests.stats_tools.questions.test_standings import NAMES, figured


def first(province: Province, indicator: str, k: int, *, last: bool = False) -> list[str]:
    """The first (or last) few of 2020 by an indicator; the figures of the province have no ties."""
    held = {name: province.level(code, indicator, "2020Q4") for code, name in NAMES.items()}
    whole = [name for name, value in held.items() if value is not None]
    return sorted(whole, key=lambda name: held[name] or 0, reverse=not last)[:k]


@pytest.mark.parametrize(
    ("text", "k", "last"),
    [
        ("2020年营收和利润都排前三的集群", 3, False),
        ("2020年营收、利润都在前4的有哪些", 4, False),
        ("2020年营收前三且利润前三的集群", 3, False),
        ("2020年营收利润双双排前三的", 3, False),
        ("2020年营收和利润都排后三名的集群", 3, True),
        ("2020年营收和利润都排最后三名的是谁", 3, True),
        ("which clusters are in the top three in both revenue and profit in 2020", 3, False),
    ],
)
def test_the_clusters_in_front_by_both_are_one_list_with_both_places(
    desk: Desk, province: Province, text: str, k: int, last: bool
) -> None:
    by_revenue, by_profit = (first(province, each, k, last=last) for each in ("revenue", "profit"))
    both = [name for name in by_revenue if name in by_profit]
    reply = desk.ask(text)
    (query,) = reply.reading.queries
    assert (query.operation, query.k) == ("in_each", k)
    assert f"有{len(both)}个" in reply.text
    for name in both:
        places = f"主营业务收入第{by_revenue.index(name) + 1}、利润第{by_profit.index(name) + 1}"
        assert f"{name}（{places}）" in reply.text


def rivals(revenue: tuple[int, ...], profit: tuple[int, ...]) -> Rows:
    return {**figured("revenue", revenue), **figured("profit", profit)}


def test_where_nobody_is_both_lists_are_told(desk_of: DeskOf) -> None:
    reply = desk_of(rivals((4, 3, 2, 1), (1, 2, 3, 4))).ask("2021年营收和利润都排前二的集群")
    names = [NAMES[code] for code in NATIONAL]
    assert "没有2021年全年主营业务收入、2021年全年利润都排前2的" in reply.text
    assert f"{names[0]}4亿元、{names[1]}3亿元" in reply.text
    assert f"{names[3]}4亿元、{names[2]}3亿元" in reply.text


def test_those_that_tie_with_the_last_place_are_in_front_too(desk_of: DeskOf) -> None:
    reply = desk_of(rivals((4, 3, 3, 1), (4, 3, 3, 1))).ask("2021年营收和利润都排前二的集群")
    assert "有3个" in reply.text


def test_without_figures_of_one_indicator_nothing_is_told(desk_of: DeskOf) -> None:
    reply = desk_of(figured("revenue", (4, 3))).ask("2021年营收和利润都排前二的集群")
    assert reply.status is Status.NOT_FOUND
    assert reply.figures == ()


def test_a_follow_up_asks_the_same_of_another_year(desk: Desk) -> None:
    desk.ask("2020年营收和利润都排前三的集群")
    (query,) = desk.ask("2019年呢", follow=True).reading.queries
    assert (query.operation, query.k, query.periods) == ("in_each", 3, ("2019Q4",))


def test_further_figures_of_those_past_a_bound_are_theirs_and_not_held_against_it(desk_of: DeskOf) -> None:
    reply = desk_of(rivals((600, 300, 700), (6, 30, 7))).ask("2021年营收过500亿的集群的利润分别是多少")
    (query,) = reply.reading.queries
    assert (query.indicators, query.beside) == (("revenue",), ("profit",))
    names = [NAMES[code] for code in NATIONAL]
    assert "有2个" in reply.text
    assert f"{names[0]}2021年全年利润为6亿元" in reply.text
    assert f"{names[2]}2021年全年利润为7亿元" in reply.text
    assert f"{names[1]}2021年全年利润" not in reply.text


def test_further_figures_are_those_of_the_clusters_that_satisfy_all_bounds(desk_of: DeskOf) -> None:
    rows = {**rivals((600, 300, 700), (6, 30, 70)), **figured("employment", (11, 22, 33))}
    reply = desk_of(rows).ask("2021年营收过500亿又利润过50亿的集群的就业人数")
    (query,) = reply.reading.queries
    assert [each.indicator for each in query.also] == ["profit"]
    third = [NAMES[code] for code in NATIONAL][2]
    assert f"{third}2021年末就业人数为33人" in reply.text
    assert "11人" not in reply.text


@pytest.mark.parametrize("text", ["2020年哪个季度利润最高，济南信息技术服务", "济南信息技术服务利润2020年最高的季度"])
def test_the_best_quarter_of_a_year_is_told_by_its_own_figure(desk: Desk, text: str) -> None:
    reply = desk.ask(text)
    assert "（单季）" in reply.text
    assert "全年最高" not in reply.text


@pytest.mark.parametrize(
    ("text", "clusters"),
    [
        ("compare Jinan IT and Linyi biomed profit in 2021", {"jinan-it-services", "linyi-biomedicine"}),
        ("Yantai and Linyi biomed profit in 2021", {"yantai-biomedicine", "linyi-biomedicine"}),
    ],
)
def test_a_city_shares_the_name_after_another_only_where_nothing_else_is_between(
    desk: Desk, text: str, clusters: set[str]
) -> None:
    (query,) = desk.ask(text).reading.queries
    assert set(query.clusters) == clusters
