"""A government document's text becomes a tree of clauses, verbatim and complete."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.patterns import patterns
from knowledge.structure import Structure, parse, version

NOTICE = """关于开展某项工作的通知

各市发展改革委：
根据上级要求，现通知如下。
一、申报条件
（一）基本要求。企业在山东省内注册。
（二）材料清单：
1. 营业执照；
2.审计报告，近两年的都要；
（1）资产负债表
二、附则
第三条　本办法所称集群，是指一定区域内的产业群。
| 指标 | 单位 |
| 营收 | 亿元 |
本通知自印发之日起施行。
"""


def paths(structure: Structure) -> list[tuple[str, ...]]:
    return [clause.path for clause in structure.clauses]


def test_every_numbered_level_opens_its_own_path() -> None:
    found = {clause.text: clause.path for clause in parse("d", NOTICE).clauses}
    assert found["企业在山东省内注册。"] == ("一、申报条件", "（一）基本要求")
    assert found["营业执照；"] == ("一、申报条件", "（二）材料清单", "1. 营业执照")
    assert found["资产负债表"][2:] == ("2.", "（1）资产负债表")
    assert found["本办法所称集群，是指一定区域内的产业群。"] == ("二、附则", "第三条")


def test_what_stands_before_the_first_heading_is_preamble() -> None:
    kinds = {clause.text: clause.kind for clause in parse("d", NOTICE).clauses}
    assert kinds["各市发展改革委："] == kinds["根据上级要求，现通知如下。"] == "preamble"


def test_the_title_is_no_clause() -> None:
    structure = parse("d", NOTICE)
    assert structure.title is not None
    assert structure.title.of(NOTICE) == "关于开展某项工作的通知"
    assert all("关于开展某项工作的通知" not in clause.text for clause in structure.clauses)


def test_rows_of_a_table_are_one_clause() -> None:
    tables = [clause for clause in parse("d", NOTICE).clauses if clause.kind == "table"]
    assert [table.text for table in tables] == ["| 指标 | 单位 |\n| 营收 | 亿元 |"]


def test_a_heading_without_anything_below_it_is_an_entry_that_can_be_found() -> None:
    clauses = parse("d", "平台清单\n一、省级平台\n（一）企业技术中心\n（二）工程研究中心\n二、国家级平台").clauses
    assert [clause.text for clause in clauses] == ["企业技术中心", "工程研究中心", "国家级平台"]
    assert clauses[0].path == ("一、省级平台", "（一）企业技术中心")


def test_a_numbered_sentence_is_text_even_if_something_follows_it() -> None:
    first, second = parse("d", "标题\n（一）企业应当守法，并报送数据。\n逾期不报的，予以提醒。").clauses
    assert (first.path, first.text) == (("（一）",), "企业应当守法，并报送数据。")
    assert second.path == ("（一）",)


def test_a_long_first_sentence_is_text_and_not_a_heading() -> None:
    text = (
        "标题\n（一）"
        + "对产业集群重点项目建设因土地环境容量能耗等指标限制无法落地的研究制定省级或市级统筹调剂使用办法。"
    )
    (clause,) = parse("d", text).clauses
    assert clause.path == ("（一）",)
    assert clause.text == text.split("（一）")[1]


def test_chapters_sections_and_articles_nest() -> None:
    text = "办法\n第一章 总则\n第一节 一般\n第一条 为了规范管理，制定本办法。\n第二章 分则\n第二条 另行规定，从其规定。"
    first, second = parse("d", text).clauses
    assert first.path[:2] == ("第一章 总则", "第一节 一般")
    assert second.path[0] == "第二章 分则"
    assert len(second.path) == 2


def test_unnumbered_lead_sentences_are_principles_only_under_a_heading_of_principles() -> None:
    text = "方案\n一、基本原则\n政府引导。发挥政府作用。\n二、其他\n政府引导。发挥政府作用。"
    under, elsewhere = parse("d", text).clauses
    assert (under.kind, under.path, under.text) == ("principle", ("一、基本原则", "政府引导"), "发挥政府作用。")
    assert (elsewhere.kind, elsewhere.text) == ("paragraph", "政府引导。发挥政府作用。")


def test_a_clause_with_its_heading_is_verbatim_too() -> None:
    for clause in parse("d", NOTICE).clauses:
        if clause.lead:
            opening = NOTICE[clause.start - clause.lead : clause.end]
            assert opening.startswith(clause.path[-1][0])
            assert opening.endswith(clause.text)


def test_a_long_paragraph_is_cut_at_sentence_ends() -> None:
    paragraph = "".join(f"第{number}项工作要按期完成并及时报告进展情况。" for number in range(80))
    longest = patterns().longest_clause
    clauses = parse("d", f"标题\n{paragraph}").clauses
    assert len(clauses) > 1
    assert all(len(clause.text) <= longest and clause.text.endswith("。") for clause in clauses)
    assert "".join(clause.text for clause in clauses) == paragraph


def test_a_long_text_without_any_mark_is_cut_all_the_same() -> None:
    clauses = parse("d", "字" * 5000).clauses
    assert max(len(clause.text) for clause in clauses) <= patterns().longest_clause
    assert "".join(clause.text for clause in clauses) == "字" * 5000


def test_markdown_headings_are_headings() -> None:
    (clause,) = parse("d", "# 瞪羚企业\n## 一、认定条件\n成立三年以上，增长快。").clauses
    assert clause.path == ("一、认定条件",)


def test_the_version_names_the_pattern_file() -> None:
    assert version() == version()
    assert len(version()) > 12


_marks = st.sampled_from(
    [
        "一、",
        "（一）",
        "（2）",
        "1.",
        "第三条 ",
        "第一章 ",
        "——",
        "坚持做好。",
        "原则",
        "| 表 |",
        "# ",
        "附件1：",
        "。",
        "；",
        "，",
        "：",
        " ",
    ]
)
_texts = st.lists(_marks | st.text(max_size=8) | st.just("\n"), max_size=40).map("".join)


@settings(max_examples=300)
@given(_texts)
def test_any_text_becomes_clauses_in_order_verbatim_and_complete(text: str) -> None:
    structure = parse("d", text)
    clauses = structure.clauses
    assert all(clause.text == text[clause.start : clause.end] != "" for clause in clauses)
    assert [clause.clause_id for clause in clauses] == [f"d#{number + 1}" for number in range(len(clauses))]
    spans = sorted([(c.start, c.end) for c in clauses] + [tuple(h.span) for h in structure.headings])
    if structure.title:
        spans.insert(0, tuple(structure.title))
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert [c.start for c in clauses] == sorted(c.start for c in clauses)
    covered = {position for start, end in spans for position in range(start, end)}
    assert all(character.isspace() for position, character in enumerate(text) if position not in covered)


def test_the_last_entry_of_a_list_is_an_entry_whatever_follows_the_list() -> None:
    entries = "（一）甲情形；\n（二）乙情形。\n"
    text = f"办法\n第一条 有下列情形之一的，取消称号：\n{entries}被取消的三年内不得申报。\n第二条 完。\n"
    opening, first, last, after, _ = parse("d", text).clauses
    assert [clause.text for clause in (first, last, after)] == ["甲情形；", "乙情形。", "被取消的三年内不得申报。"]
    assert (last.path, after.path) == (("第一条", "（二）乙情形"), opening.path)
