"""``knowledge gaps``: from questions asked by command to what the operator is told to do."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Policybot

REWARD = "入选省级集群奖励多少钱？"


def test_refused_and_down_voted_questions_are_listed_together_by_what_they_are_after(
    policybot: Policybot, tmp_path: Path
) -> None:
    lines = [
        {"id": "1", "q": REWARD},
        {"id": "2", "q": "省级集群认定后奖励多少"},
        {"id": "3", "q": "烟台生物医药2030年营收"},
        {"id": "4", "q": "你好"},
        {"id": "5", "q": "骨干企业可以用哪些直接债务融资工具？"},
    ]
    questions = tmp_path / "in.jsonl"
    questions.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    policybot("batch", str(questions), str(tmp_path / "out.jsonl"))
    policybot("ask", REWARD)
    listed = policybot("knowledge", "gaps", "--json").record["gaps"]
    assert [(gap["count"], gap["next"]) for gap in listed] == [(3, "document"), (1, "figures")]
    first = listed[0]
    assert [each["question"] for each in first["questions"]] == [REWARD, "省级集群认定后奖励多少"]
    assert first["nearest"]["section"][0] == "一、总体要求"
    text = policybot("knowledge", "gaps").out
    assert "没有答出 3" in text
    assert "policybot knowledge add" in text
    assert policybot("knowledge", "gaps", "--since", "2999-01-01").out.startswith("没有缺口")


def test_a_gap_that_a_new_document_closes_says_so(policybot: Policybot, tmp_path: Path) -> None:
    question = "新认定的集群给予多少奖补？"
    assert policybot("ask", question).code == 3
    notice = tmp_path / "通知.txt"
    notice.write_text("关于申报的通知\n一、奖补标准。对新认定的集群给予300万元奖补。\n", encoding="utf-8")
    assert policybot("knowledge", "add", str(notice), "--issued", "2026-01-04").code == 0
    assert policybot("knowledge", "gaps", "--json").record["gaps"][0]["next"] == "answered"


def test_a_rehearsal_leaves_no_gap(policybot: Policybot, tmp_path: Path) -> None:
    case = {"id": "1", "q": REWARD, "expect": {"status": "not_found"}}
    (tmp_path / "cases.jsonl").write_text(json.dumps(case, ensure_ascii=False), encoding="utf-8")
    policybot("eval", str(tmp_path / "cases.jsonl"))
    assert policybot("knowledge", "gaps").out.startswith("没有缺口")


def test_no_gap_and_no_date_are_told(policybot: Policybot) -> None:
    assert "没有缺口" in policybot("knowledge", "gaps").out
    wrong = policybot("knowledge", "gaps", "--since", "三月")
    assert (wrong.code, "--since" in wrong.err) == (2, True)
