"""What is not published stays unknown to the public, also through sums, shares, means, places and differences."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from bot.assistant.access import Principal, Role
from bot.assistant.types import Status
from tests.stats_tools.questions.asking import Desk, filed, opened
from tests.stats_tools.questions.figures import NATIONAL, Rows, two_decimals

HIDDEN = "qingdao-rail-transit"
NAME = NATIONAL[HIDDEN][0]


def rows(*, hidden: bool) -> Rows:
    """Two years of quarters of all clusters; of one of them the year 2021 is not published."""
    held: Rows = {}
    chance = random.Random(7)
    for code in NATIONAL:
        for year in (2020, 2021):
            totals = dict.fromkeys(("revenue", "profit", "rd_spending"), Fraction(0))
            for quarter in (1, 2, 3, 4):
                for indicator, scale in zip(totals, (30000, 3000, 2000), strict=True):
                    totals[indicator] += Fraction(chance.randint(scale // 2, scale), 100)
                stock = Fraction(chance.randint(40_000, 90_000))
                if ((code, year) == (HIDDEN, 2021)) is hidden:
                    held |= {(code, indicator, year, quarter): value for indicator, value in totals.items()}
                    held[code, "employment", year, quarter] = stock
    return held


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    database = opened()
    filed(database, rows(hidden=False))
    filed(database, rows(hidden=True), status="reported", name="待公布.xlsx")
    yield Desk(database, tmp_path_factory.mktemp("documents"), Principal())
    database.close()


def telltale() -> dict[str, str]:
    """Numbers from which a hidden figure could be had: itself, sums that hold it, means, growth, shares."""
    shown, secret = rows(hidden=False), rows(hidden=True)
    found: dict[str, str] = {}
    for indicator in ("revenue", "profit", "rd_spending", "employment"):
        for quarter in (1, 2, 3, 4):
            own = secret[HIDDEN, indicator, 2021, quarter]
            before = shown[HIDDEN, indicator, 2020, quarter]
            others = [v for (c, i, y, q), v in shown.items() if (i, y, q) == (indicator, 2021, quarter)]
            neighbour = shown["qingdao-energy-saving", indicator, 2021, quarter]
            for what, value in {
                "figure": own,
                "sum": own + sum(others),
                "mean": (own + sum(others)) / 7,
                "city": own + neighbour,
                "change": own - before,
                "share": own * 100 / (own + sum(others)),
            }.items():
                found[two_decimals(value)] = f"{what} of {indicator} {quarter}"
            if indicator in ("revenue", "profit", "rd_spending") and quarter > 1:
                single = own - secret[HIDDEN, indicator, 2021, quarter - 1]
                found[two_decimals(single)] = f"single {indicator} {quarter}"
    return found


QUESTIONS = [
    "青岛轨道交通装备2021年营收",
    "青岛轨道交通装备2021年三季度单季营收",
    "2021年国家级集群营收合计",
    "全省2021年营收",
    "2021年营收",
    "全省2021年营收同比",
    "青岛2021年营收合计",
    "青岛两个集群2021年营收对比",
    "各市2021年营收",
    "按领域2021年营收",
    "2021年各集群营收排名",
    "2021年营收前三名占总量的比重",
    "青岛轨道交通装备2021年营收排第几",
    "青岛节能环保2021年营收排第几",
    "济南信息技术服务2021年营收占国家级集群的比重",
    "各集群2021年营收占比",
    "2021年国家级集群营收平均值",
    "2021年营收中位数",
    "2021年营收高于平均的集群",
    "青岛轨道交通装备2021年营收高于平均吗",
    "2021年营收超过500亿的集群有哪些",
    "2021年营收超过500亿且利润超过50亿的集群",
    "青岛轨道交通装备2021年营收超过500亿了吗",
    "青岛轨道交通装备离2000亿还差多少",
    "过1000亿的目标完成得怎么样",
    "2021年营收最高和最低的集群差多少",
    "济南信息技术服务和青岛轨道交通装备2021年营收差多少",
    "青岛轨道交通装备营收历年走势",
    "青岛轨道交通装备2021年各季度营收",
    "青岛轨道交通装备哪一年营收最高",
    "青岛轨道交通装备营收什么时候首次超过100亿",
    "青岛轨道交通装备连续几个季度营收增长",
    "青岛轨道交通装备2021年情况怎么样",
    "2021年全省情况怎么样",
    "青岛轨道交通装备2021年研发投入强度",
    "青岛轨道交通装备2021年人均营收",
    "2021年各集群营收和利润",
    "青岛轨道交通装备2021年营收数据来源",
    "青岛轨道交通装备2021年营收改过吗",
    "2021年末就业人数合计",
    "青岛2021年末就业人数合计",
    "2021年营收最高的集群利润多少",
    "哪些集群2021年利润下降",
    "青岛轨道交通装备2020年和2021年营收合计",
]


@pytest.mark.parametrize("text", QUESTIONS)
def test_no_answer_gives_a_hidden_figure_away(text: str, public: Desk) -> None:
    secrets = telltale()
    reply = public.ask(text)
    told = {two_decimals(Fraction(figure.value)) for figure in reply.figures}
    assert [secrets[value] for value in told & secrets.keys()] == []
    words = set(re.findall(r"\d+(?:\.\d+)?", reply.text))
    assert [secrets[value] for value in words & secrets.keys()] == []
    assert "待公布" not in reply.text


@pytest.mark.parametrize(
    "text", ["2021年国家级集群营收合计", "全省2021年营收", "2021年各集群营收排名", "2021年营收高于平均的集群"]
)
def test_the_one_left_out_is_named_as_not_published(text: str, public: Desk) -> None:
    assert f"未公布而未计入：{NAME}" in public.ask(text).text


@pytest.mark.parametrize(
    "text", ["济南信息技术服务2021年营收占国家级集群的比重", "青岛轨道交通装备2020年和2021年营收合计"]
)
def test_what_could_be_computed_with_the_hidden_figure_only_is_denied(text: str, public: Desk) -> None:
    assert public.ask(text).status is Status.DENIED


def test_a_table_says_not_published_rather_than_missing(public: Desk) -> None:
    text = public.ask("2021年各集群营收").text
    assert "未公布" in text
    assert "缺报" not in text


def test_no_place_is_told_of_a_hidden_figure(public: Desk) -> None:
    assert "第" not in public.ask("青岛轨道交通装备2021年营收排第几").text


def test_officials_are_told_all_of_it(public: Desk, tmp_path: Path) -> None:
    official = Desk(public.database, tmp_path, Principal(Role.OFFICIAL))
    whole = sum(
        v for (_, i, y, q), v in (rows(hidden=False) | rows(hidden=True)).items() if (i, y, q) == ("revenue", 2021, 4)
    )
    assert two_decimals(whole) in official.ask("2021年国家级集群营收合计").text
