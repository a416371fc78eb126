"""The JSON of an answer is the contract's, key by key."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.answer_json import answer_json, json_number
from bot.assistant.types import Answer, Status
from tests.cli.answers import FULL, QUOTED, citation, figure

KEYS = [
    "id", "question", "status", "answer", "citations", "data", "tool_calls", "attachments", "suggestions", "options",
    "engine", "elapsed_ms",
]  # fmt: skip


def test_every_key_is_there_even_for_an_empty_answer() -> None:
    record = answer_json(Answer("", Status.ERROR, ()))
    assert list(record) == KEYS
    assert (record["id"], record["citations"], record["data"], record["options"]) == ("", [], [], [])


def test_a_full_answer_in_the_words_of_the_contract() -> None:
    record = json.loads(json.dumps(answer_json(FULL, "q1"), ensure_ascii=False))
    assert record["id"] == "q1"
    assert record["status"] == "answered"
    assert record["answer"].startswith("有四种[1]。\n[1] “支持骨干企业")
    assert record["citations"][0] == {
        "n": 1,
        "doc_id": "plan-2020-194",
        "title": "山东省战略性新兴产业集群发展工程实施方案（2020—2021年）",
        "doc_number": "鲁发改工业〔2020〕194号",
        "section": ["三、推进措施", "（四）加大政策扶持力度。"],
        "quote": QUOTED,
        "start": 100,
        "end": 100 + len(QUOTED),
        "effective": "2020-01-01",
        "expires": "2021-12-31",
        "in_force": False,
    }
    assert record["data"] == [
        {
            "indicator": "revenue",
            "cluster": "济南市信息技术服务产业集群",
            "period": "2021Q2",
            "basis": "ytd",
            "value": 1234.5,
            "unit": "亿元",
            "source": "示例数据.xlsx 第一张表 C2",
            "sample": True,
        }
    ]
    assert record["tool_calls"] == [
        {"name": "search_policy", "arguments": {"question": "债务融资"}, "ok": True},
        {"name": "query_metric", "arguments": {"indicators": ["revenue"]}, "ok": False},
    ]
    assert record["attachments"] == [{"kind": "chart", "path": "charts/走势.png"}]
    assert record["elapsed_ms"] == 12.346


def test_an_unknown_date_is_null() -> None:
    record = answer_json(replace(FULL, citations=(citation(expires=None),)))
    assert record["citations"][0]["expires"] is None


def test_a_value_is_a_number_of_at_most_eight_decimals() -> None:
    record = answer_json(replace(FULL, figures=(figure("33.333333333333"), figure("-5"))))
    assert [row["value"] for row in record["data"]] == [33.33333333, -5]


@given(st.decimals(min_value=-(10**10), max_value=10**10, places=8))
def test_a_stored_value_loses_nothing_a_reader_of_json_could_see(value: Decimal) -> None:
    assert abs(Decimal(json.loads(json.dumps(json_number(value)))) - value) <= abs(value) * Decimal("1e-15")
