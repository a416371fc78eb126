"""Names of clusters: shortened and mistyped ones are found, and one that is set apart by a word is nobody's."""

from __future__ import annotations

import pytest

from bot.assistant.types import Status
from tests.stats_tools.questions.asking import Desk

OURS = {
    "青岛轨道2021年营收": "青岛轨道交通装备",
    "青岛市轨交集群2021年营收": "青岛轨道交通装备",
    "济南的信息技术服务2021年营收": "济南信息技术服务",
    "烟台新进结构材料2021年营收": "烟台先进结构材料",
    "轨道集群2021年营收": "青岛轨道交通装备",
    "煙臺生物醫藥2021年營收": "烟台生物医药",
}
NOBODYS = {
    "潍坊动力装备集群2021年营收": "潍坊动力装备集群",
    "动力装备集群2021年营收": "动力装备集群",
    "青岛新能源装备2021年营收": "青岛新能源装备",
    "烟台绿色石化2021年利润": "烟台绿色石化",
    "济宁工程机械集群2021年利润": "济宁工程机械集群",
    "日照生物医药2021年营收": "日照生物医药",
    "德州太阳能集群2021年营收": "德州太阳能集群",
    "淄博高分子材料2021年营收": "淄博高分子材料",
    "济南大数据2021年营收": "济南大数据",
    "济南数字信息技术服务2021年营收": "数字信息技术服务",
    "烟台新型功能材料2021年营收": "烟台新型功能材料",
}


@pytest.mark.parametrize("text", OURS)
def test_a_shortened_or_mistyped_name_still_means_its_cluster(text: str, desk: Desk) -> None:
    reply = desk.ask(text)
    assert [figure.cluster_name for figure in reply.figures] == [OURS[text]]


@pytest.mark.parametrize("text", NOBODYS)
def test_a_name_set_apart_by_a_word_is_unknown_and_the_nearest_are_offered(text: str, desk: Desk) -> None:
    reply = desk.ask(text)
    assert reply.status is Status.NOT_FOUND
    assert f"没有“{NOBODYS[text]}”" in reply.text
    assert "名称相近的有" in reply.text
    assert not reply.figures


@pytest.mark.parametrize(
    ("text", "indicators"),
    [
        ("淄博新型功能材料 人数 2021末", ("employment",)),
        ("淄博新型功能材料2021年末的总人数", ("employment",)),
        ("淄博新型功能材料2021年末就业人数", ("employment",)),
        ("淄博新型功能材料2021年末科研人数", ("researchers",)),
        ("淄博新型功能材料2021年研发投入与就业人数之比", ("rd_spending", "employment")),
    ],
)
def test_a_number_of_people_is_those_employed_unless_others_are_named(
    text: str, indicators: tuple[str, ...], desk: Desk
) -> None:
    (query,) = desk.ask(text).reading.queries
    assert query.indicators == indicators
