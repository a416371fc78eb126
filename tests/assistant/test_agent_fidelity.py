"""Held against what it replaces: which rewordings say the same, and what the others lose, add or turn."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.assistant.agent_fidelity import Fidelity

FIDELITY = Fidelity.load()
JINAN, QINGDAO = "济南市信息技术服务产业集群", "青岛市轨道交通装备产业集群"
NAMES = ({JINAN, QINGDAO}, {"主营业务收入", "利润"})
GROWTH = f"2021年上半年，{JINAN}主营业务收入同比增长5.2%，{QINGDAO}同比下降1%。"
TOOLS = "支持骨干企业发行公司债、企业债、中期票据、短期融资券等直接债务融资工具[1]。"
TARGET = "到2021年，主营业务收入过2000亿元的集群2个，过1000亿元的4个[1]。"
PLATFORMS = "新增省级科技创新平台70家左右[2]。"


@pytest.mark.parametrize(
    ("original", "rewording"),
    [
        (TOOLS, "骨干企业可发行公司债、企业债、中期票据和短期融资券，这些都是直接债务融资工具[1]。"),
        (TARGET, "到2021年，主营业务收入过2000亿元的集群要有2个，过1000亿元的要有4个[1]。"),
        (GROWTH, GROWTH.replace("同比增长", "同比上升")),
        (PLATFORMS, "省级科技创新平台计划新增70家左右[2]。"),
        ("集群由省发展改革委负责整体协调。", "整体协调工作由省发展改革委负责。"),
        ("实行“一企一策”。", "对企业实行“一企一策”。"),
    ],
)
def test_other_words_for_the_same_facts_are_fine(original: str, rewording: str) -> None:
    assert FIDELITY.losses(original, rewording, NAMES) == []


@pytest.mark.parametrize(
    ("original", "rewording"),
    [
        (TOOLS, TOOLS.replace("企业债、", "")),
        (TOOLS, TOOLS.replace("[1]", "")),
        (TOOLS, TOOLS.replace("支持", "不得支持")),
        (TOOLS, TOOLS.replace("支持", "必须支持")),
        (TARGET, TARGET.replace("2个", "4个").replace("的4个[", "的2个[")),
        (TARGET, TARGET.replace("2000", "3000")),
        (TARGET, TARGET.replace("，过1000亿元的4个", "")),
        (TARGET, TARGET.replace("2021年", "2022年")),
        (GROWTH, GROWTH.replace("增长", "?").replace("下降", "增长").replace("?", "下降")),
        (GROWTH, GROWTH.replace(JINAN, "?").replace(QINGDAO, JINAN).replace("?", QINGDAO)),
        (GROWTH, GROWTH.replace("主营业务收入", "利润")),
        (GROWTH, GROWTH.replace("同比", "环比")),
        (PLATFORMS, PLATFORMS.replace("左右", "")),
        (PLATFORMS, PLATFORMS.replace("左右", "以上")),
        (PLATFORMS, PLATFORMS.replace("70家", "七十五家")),
        ("集群由省发展改革委负责整体协调。", "集群由省财政厅负责整体协调。"),
        ("由所在市政府负责。", "由省政府负责。"),
        ("目标尚未完成，还差1个。", "目标已完成，还差1个。"),
        ("实行“一企一策”。", "实行专项政策。"),
        ("依据《实施方案》（鲁发改高技〔2020〕194号）。", "依据实施方案。"),
    ],
)
def test_a_fact_lost_added_or_turned_is_found(original: str, rewording: str) -> None:
    assert FIDELITY.losses(original, rewording, NAMES) != []


@given(st.text(alphabet="一二企业集群亿元增长下降不未2019.%、，。[1]“”《》年", max_size=60))
def test_every_text_says_the_same_as_itself(text: str) -> None:
    assert FIDELITY.losses(text, text, NAMES) == []


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_two_texts_can_be_compared(one: str, other: str) -> None:
    FIDELITY.losses(one, other, NAMES)
    FIDELITY.familiar(one, other)


def test_sentences_about_something_else_are_left_out() -> None:
    known = "骨干企业可以用哪些工具？支持骨干企业发行公司债。省发展改革委负责整体协调。"
    text = "骨干企业可以发行公司债。您好，很高兴为您解答！省财政厅负责整体协调。"
    assert FIDELITY.familiar(text, known) == "骨干企业可以发行公司债。"


@pytest.mark.parametrize(
    "paragraph", ["请向所在市发展改革委咨询。", "该文件已失效。", "以上为示例数据。", "有效期至2021年底。"]
)
def test_guidance_validity_and_labels_are_not_to_be_reworded(paragraph: str) -> None:
    assert not FIDELITY.may_be_reworded(paragraph)
    assert FIDELITY.may_be_reworded("支持骨干企业发行公司债。")


@pytest.mark.parametrize("content", ["fixed: [请]", "surplus: 1", "- 1", "fixed: []"])
def test_a_rules_file_that_does_not_fit_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValidationError):
        Fidelity.load(path)
