"""One answer with everything in it, for tests of how answers are shown and written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from bot.assistant.types import (
    Answer,
    Attachment,
    Citation,
    Outcome,
    Paragraph,
    Quote,
    Status,
    Table,
    ToolCall,
    ToolResult,
)
from stats_tools.periods import Basis, Period
from stats_tools.types import Figure

QUOTED = "支持骨干企业发行公司债、企业债、中期票据、短期融资券等直接债务融资工具。"


def citation(n: int = 1, *, in_force: bool = False, expires: date | None = date(2021, 12, 31)) -> Citation:
    return Citation(
        n=n,
        doc_id="plan-2020-194",
        title="山东省战略性新兴产业集群发展工程实施方案（2020—2021年）",
        doc_number="鲁发改工业〔2020〕194号",
        section=("三、推进措施", "（四）加大政策扶持力度。"),
        quote=QUOTED,
        start=100,
        end=100 + len(QUOTED),
        effective=date(2020, 1, 1),
        expires=expires,
        in_force=in_force,
    )


def figure(value: str = "1234.5", *, sample: bool = True) -> Figure:
    return Figure(
        indicator="revenue",
        indicator_name="主营业务收入",
        cluster="jinan-it-services",
        cluster_name="济南市信息技术服务产业集群",
        period=Period(2021, 2),
        basis=Basis.YTD,
        value=Decimal(value),
        unit="亿元",
        decimals=2,
        source="示例数据.xlsx 第一张表 C2",
        sample=sample,
    )


FULL = Answer(
    question="骨干企业可以用哪些直接债务融资工具？",
    status=Status.ANSWERED,
    blocks=(
        Paragraph("有四种[1]。"),
        Quote(1, QUOTED),
        Table(("集群", "营收（亿元）"), (("济南信息技术服务", "1234.5"),), "2021年上半年"),
    ),
    citations=(citation(), citation(2, in_force=True)),
    figures=(figure(),),
    tool_calls=(
        ToolResult(ToolCall("search_policy", {"question": "债务融资"}), Outcome(value=1), 3.0),
        ToolResult(ToolCall("query_metric", {"indicators": ["revenue"]}), Outcome(status=Status.NOT_FOUND), 1.0),
    ),
    attachments=(Attachment("chart", Path("charts/走势.png")),),
    suggestions=("那贷款呢？", "利润呢？"),
    engine="offline",
    elapsed_ms=12.34567,
)

CLARIFYING = Answer(
    question="生物医药集群营收",
    status=Status.CLARIFY,
    blocks=(Paragraph("您问的是哪一个集群？"),),
    options=("烟台生物医药", "临沂生物医药"),
)
