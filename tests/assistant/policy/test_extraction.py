"""The part of a sentence that answers."""

from __future__ import annotations

import pytest

from bot.assistant.policy import extraction
from bot.assistant.policy.clause_index import ClauseIndex
from bot.assistant.policy.question_types import load_question_types
from bot.assistant.policy.reading import Reader
from bot.assistant.policy.scope import load_scope

EVALUATION = (
    "按照先建后评、滚动支持、持续监测、动态调整的原则，每年对集群建设情况开展一次评估，"
    "对管理不善、产业松散的集群予以退出，对发展成效显著的集群将其先进经验在全省乃至全国推广。"
)
LAND = "推动要素跟着项目走，对重点项目因土地、能耗指标等限制无法落地的，研究制定统筹调剂使用办法。"
CLUSTERS = (
    "推动济南信息技术服务、青岛轨道交通装备等2个国家级产业集群提升影响力；"
    "推动青岛节能环保、烟台先进结构材料、烟台生物医药、临沂生物医药等5个国家级产业集群达到国内一流水平。"
)


@pytest.mark.parametrize(
    ("question", "sentence", "claim"),
    [
        ("什么情况下集群会被淘汰？", EVALUATION, "对管理不善、产业松散的集群予以退出"),
        ("能耗指标不够怎么办", LAND, "对重点项目因土地、能耗指标等限制无法落地的，研究制定统筹调剂使用办法"),
    ],
)
def test_the_claim_is_the_part_that_answers_and_never_breaks_off(
    reader: Reader, index: ClauseIndex, question: str, sentence: str, claim: str
) -> None:
    assert extraction.claim(reader.read(question, index), sentence).of(sentence) == claim


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("烟台有哪些国家级集群", ("烟台先进结构材料", "烟台生物医药")),
        ("青岛的国家级集群", ("青岛轨道交通装备", "青岛节能环保")),
        ("生物医药有哪几个集群", ("烟台生物医药", "临沂生物医药")),
        ("烟台生物医药在哪", ("烟台生物医药",)),
        ("国家级集群有哪些", ()),
    ],
)
def test_a_place_or_a_trade_picks_names_out_of_lists(
    reader: Reader, index: ClauseIndex, question: str, names: tuple[str, ...]
) -> None:
    units = reader.read(question, index).units
    assert extraction.picked_items(units, CLUSTERS, load_scope().all_places) == names


def test_of_several_who_act_the_one_in_the_matter_is_named(reader: Reader, index: ClauseIndex) -> None:
    text = "市科学技术局负责科技企业的认定工作，市财政局负责奖励资金的拨付"
    types = load_question_types()
    assert extraction.actor(reader.read("谁负责认定？", index), types, text) == "市科学技术局"
    assert extraction.actor(reader.read("谁拨付奖励资金？", index), types, text) == "市财政局"
    assert extraction.actor(reader.read("谁负责？", index), types, "鼓励设立产业联盟") == ""
