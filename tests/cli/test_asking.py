"""``ask``, ``chat`` and ``batch`` over the sample."""

from __future__ import annotations

import json
import os
import unicodedata
from pathlib import Path

import pytest

from tests.cli.conftest import Policybot

CHANNELS = "骨干企业可以用哪些直接债务融资工具？"
REVENUE = "2021年上半年济南信息技术服务集群营收是多少？"


def test_a_policy_answer_shows_the_clause_it_rests_on(policybot: Policybot) -> None:
    run = policybot("ask", CHANNELS)
    assert (run.code, run.err) == (0, "")
    for words in ("公司债", "企业债", "中期票据", "短期融资券", "依据", "加大政策扶持力度", "2021年12月31日"):
        assert words in run.out


def test_with_json_nothing_but_the_json_goes_to_standard_output(policybot: Policybot) -> None:
    record = policybot("ask", REVENUE, "--json").record
    assert record["status"] == "answered"
    assert record["data"][0]["unit"] == "亿元"
    assert record["data"][0]["basis"] == "ytd"
    assert record["data"][0]["sample"] is True
    assert record["engine"] == "offline"


def test_words_may_be_given_without_quotation_marks(policybot: Policybot) -> None:
    record = policybot("ask", "济南信息技术服务", "2021年上半年", "营收", "--json").record
    assert record["question"] == "济南信息技术服务 2021年上半年 营收"
    assert record["status"] == "answered"


@pytest.mark.parametrize(
    ("question", "code", "status"),
    [
        (CHANNELS, 0, "answered"),
        ("入选省级集群奖励多少钱？", 3, "not_found"),
        ("德州太阳能集群2021年营收？", 3, "not_found"),
        ("", 5, "clarify"),
    ],
)
def test_the_exit_code_says_how_the_question_ended(policybot: Policybot, question: str, code: int, status: str) -> None:
    run = policybot("ask", question, "--json")
    assert (run.code, run.record["status"]) == (code, status)


@pytest.mark.parametrize(
    "question",
    [
        "",
        "   ",
        "？！。",
        "😀🎉👍",
        "营收" * 5000,
        "\x00\x01\x1b[31m",
        "\ud800\udfff",
        "济\x00南信息技术服务2021年\u200b上半年营收\x07",
        "Jinan信息技術服務のrevenue в 2021年上半年 كم؟",
        "'; DROP TABLE observations; --",
        "{{7*7}} ${HOME} `id`",
        "\u202e收营年1202",
    ],
    ids=range(12),
)
def test_whatever_is_typed_gets_an_answer_a_terminal_can_show(policybot: Policybot, question: str) -> None:
    run = policybot("ask", "--", question)
    assert run.code in (0, 3, 5)
    assert "Traceback" not in run.out + run.err
    assert "内部故障" not in run.out
    assert all(c == "\n" or unicodedata.category(c) not in ("Cc", "Cs") for c in run.out)
    assert policybot("ask", "--json", "--", question).record["answer"].strip()


def test_a_session_goes_on_in_the_next_call(policybot: Policybot) -> None:
    policybot("ask", REVENUE, "--session", "s1")
    follow_up = policybot("ask", "那青岛轨道交通呢？", "--session", "s1", "--json").record
    assert follow_up["status"] == "answered"
    assert "青岛" in follow_up["data"][0]["cluster"]
    assert follow_up["data"][0]["period"] == "2021Q2"
    elsewhere = policybot("ask", "那青岛轨道交通呢？", "--session", "s2", "--json").record
    assert elsewhere["data"] != follow_up["data"]


def test_a_chat_on_piped_input_answers_line_by_line_and_says_goodbye(policybot: Policybot) -> None:
    run = policybot("chat", stdin=f"{REVENUE}\n那青岛轨道交通呢？\n/explain\n/quit\n")
    assert run.code == 0
    assert run.out.count("亿元") >= 2
    assert "引擎：offline" in run.out
    assert run.out.rstrip().endswith("再见。需要时再运行 policybot chat 即可。")


def test_an_explanation_follows_the_answer(policybot: Policybot) -> None:
    run = policybot("ask", REVENUE, "--explain")
    assert run.code == 0
    assert "算法：" in run.out
    assert "SELECT" in run.out


def test_an_explanation_as_json_stands_beside_the_answer(policybot: Policybot) -> None:
    record = policybot("ask", REVENUE, "--explain", "--json").record
    [query] = record["explanation"]["queries"]
    assert query["name"] == "query_metric"
    assert [each["value"] for each in query["observations"]] == [each["value"] for each in record["data"]]
    assert {"record_status", "revision", "import", "source"} <= query["observations"][0].keys()
    assert all(each["sql"].startswith("SELECT") for each in query["statements"])
    assert "explanation" not in policybot("ask", REVENUE, "--json").record


def _batch(policybot: Policybot, folder: Path, *lines: str, arguments: tuple[str, ...] = ()) -> list[dict[str, object]]:
    questions, answers = folder / "q.jsonl", folder / "a.jsonl"
    questions.write_text("\n".join(lines) + "\n", encoding="utf-8")
    run = policybot("batch", str(questions), str(answers), *arguments)
    assert (run.code, run.out) == (0, "")
    return [json.loads(line) for line in answers.read_text(encoding="utf-8").splitlines()]


def test_a_batch_answers_every_line_in_order_and_never_stops(policybot: Policybot, tmp_path: Path) -> None:
    records = _batch(
        policybot,
        tmp_path,
        json.dumps({"id": "1", "q": CHANNELS}),
        "{broken",
        json.dumps({"id": "3", "q": REVENUE, "session": "s"}),
        json.dumps({"id": "4", "q": "那利润呢？", "session": "s"}),
        json.dumps({"id": "5", "q": "入选省级集群奖励多少钱？"}),
    )
    assert [record["id"] for record in records] == ["1", "", "3", "4", "5"]
    assert [record["status"] for record in records] == ["answered", "error", "answered", "answered", "not_found"]


def test_a_batch_knows_nothing_of_earlier_runs(policybot: Policybot, tmp_path: Path) -> None:
    _batch(policybot, tmp_path, json.dumps({"id": "1", "q": REVENUE, "session": "s"}))
    first = _batch(policybot, tmp_path, json.dumps({"id": "1", "q": "那青岛轨道交通呢？", "session": "s"}))
    alone = _batch(policybot, tmp_path, json.dumps({"id": "1", "q": "那青岛轨道交通呢？"}))
    assert (first[0]["status"], first[0]["answer"]) == (alone[0]["status"], alone[0]["answer"])


@pytest.mark.parametrize("source", ["-", "/dev/fd/{}"])
def test_a_batch_reads_from_a_pipe_as_from_a_file(policybot: Policybot, tmp_path: Path, source: str) -> None:
    line = json.dumps({"id": "1", "q": REVENUE}) + "\n"
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb"), os.fdopen(writing, "w", encoding="utf-8") as pipe:
        pipe.write(line)
        pipe.close()
        run = policybot("batch", source.format(reading), str(tmp_path / "a.jsonl"), stdin=line)
    assert (run.code, run.out) == (0, "")
    assert json.loads((tmp_path / "a.jsonl").read_text(encoding="utf-8"))["status"] == "answered"


def test_an_empty_batch_is_an_empty_answer_file(policybot: Policybot, tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_bytes(b"")
    assert policybot("batch", str(tmp_path / "q.jsonl"), str(tmp_path / "a.jsonl")).code == 0
    assert (tmp_path / "a.jsonl").read_bytes() == b""
