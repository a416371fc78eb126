"""Every quote is a verbatim piece of a stored document: over the plan, the cards and a document added here."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.assistant.conversation import MemoryConversations
from bot.assistant.engine import Assistant
from bot.assistant.types import Question
from bot.bootstrap import build_assistant
from bot.settings import Settings
from bot.state import open_cards, open_library, refresh_index
from knowledge.catalogue import FolderLibrary
from tests.knowledge.samples import PARAGRAPHS, SIGNATURE, TITLE

TODAY = date(2026, 1, 5)
ADDED = "blue-bay"
QUESTIONS = [
    "方案的有效期到什么时候",
    "方案的发展目标是什么",
    "到2022年要培育多少个集群",
    "有哪些保障措施",
    "集群培育的基本原则是什么",
    "风险补偿怎么规定",
    "什么是一企一策",
    "白名单怎么用",
    "谁负责项目储备库",
    "方案对贴息给多少钱",
    "集群领军企业有哪些条件",
    "战略性新兴产业包括哪些行业",
    "创新平台怎么建设",
    "什么时候印发的",
    "这份文件还有效吗",
    "原文是什么",
    "企业债现在找谁审核",
    "公司债券在哪里注册",
    "中期票据在哪注册",
    "瞪羚企业怎么申报",
    "专精特新中小企业有什么条件",
    "小巨人和单项冠军有什么区别",
    "省企业技术中心的申报条件",
    "新旧动能转换基金怎么申请",
    "人才贷最高多少",
    "鲁科贷是什么",
    "雁阵形集群和特色产业集群有什么区别",
    "独角兽企业的标准",
    "1473号文说了什么",
    "战略性新兴产业分类2018是什么",
    "烟台有哪些集群",
    "生物医药集群在哪些城市",
    "第一批集群有哪些",
    "济南有什么集群",
    "我们在烟台做抗体药，营收一亿二，能享受什么支持",
    "我们在青岛做轨道交通，营收30亿元，属于哪个集群",
    "我们想融资，有哪些渠道",
    "我们公司营收5亿元，能发债吗",
    "蓝湾集群奖补标准是多少",
    "蓝湾产业集群奖补办法的适用范围",
    "蓝湾奖补办法有效期到哪天",
    "首次认定的蓝湾集群奖补由谁分担",
]


@pytest.fixture(scope="module")
def settings(shared_home: Path) -> Settings:
    return Settings(policybot_home=shared_home)


@pytest.fixture(scope="module")
def library(settings: Settings) -> FolderLibrary:
    library = open_library(settings)
    metadata = {"title": TITLE, "issuer": SIGNATURE[0], "region": "山海省", "number": "鲁测试〔2023〕7号"}
    dates = {"effective": date(2023, 3, 1), "expires": date(2026, 2, 28)}
    library.add(f"{ADDED}.md", "\n\n".join((*PARAGRAPHS, *SIGNATURE)), metadata | dates)
    return library


@pytest.fixture(scope="module")
def assistant(settings: Settings, library: FolderLibrary) -> Assistant:
    refresh_index(settings)
    return build_assistant(settings, MemoryConversations(), rehearsing=True)


def test_every_quote_is_what_its_document_says_there(assistant: Assistant, library: FolderLibrary) -> None:
    cards = open_cards()
    cited: set[str] = set()
    for text in QUESTIONS:
        for citation in assistant.answer(Question(text, TODAY)).citations:
            document = library.document(citation.doc_id) or cards.document(citation.doc_id)
            assert document is not None, (text, citation.doc_id)
            assert citation.quote, (text, citation)
            assert document.text[citation.start : citation.end] == citation.quote, (text, citation)
            cited.add(citation.doc_id)
    assert {"plan-2020-194", ADDED} <= cited
    assert len([doc_id for doc_id in cited if doc_id.startswith("card-")]) >= 10
