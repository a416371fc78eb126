"""The policy tools over the shipped plan, and over a library with a second document of another kind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from bot.assistant.policy.clause_index import ClauseIndex
from bot.assistant.policy.reading import Reader
from bot.assistant.policy_tools import policy_language
from knowledge.catalogue import FolderLibrary
from tests.assistant.policy.exchanges import Asked, Desk

MEASURES = """海州市科技企业培育办法
第一条 为支持科技企业发展，制定本办法。
第二条 市科学技术局负责全市科技企业的认定工作，市财政局负责奖励资金的拨付。
第三条 申报科技企业应当同时符合以下条件：
（一）在本市注册满3年；
（二）上年度营业收入不低于2000万元。
第四条 对首次认定的科技企业，一次性奖励20万元；对通过复核的企业，奖励5万元。
第五条 企业应当于每年6月30日前提交申请表和上年度审计报告。
第六条 对弄虚作假的企业，取消称号并追回奖励资金。
第七条 咨询电话：0999-1234567。
"""


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The plan alone."""
    return Desk(FolderLibrary(), tmp_path_factory.mktemp("plan"))


@pytest.fixture(scope="session")
def two_papers(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The plan and a city's measures that do give amounts, days, conditions and a telephone number."""
    library = FolderLibrary(added=tmp_path_factory.mktemp("added"))
    library.add(
        "measures.txt",
        MEASURES,
        {
            "title": "海州市科技企业培育办法",
            "number": "海科〔2023〕9号",
            "issuer": "海州市科学技术局",
            "effective": date(2024, 1, 1),
            "expires": date(2028, 12, 31),
            "region": "海州市",
        },
    )
    return Desk(library, tmp_path_factory.mktemp("two"))


@pytest.fixture(scope="session")
def succeeded(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A paper whose time is over, and the one that follows it."""
    library = FolderLibrary(added=tmp_path_factory.mktemp("succeeded"))
    facts = {"issuer": "海州市科学技术局", "region": "海州市"}
    old = {"title": "海州市科技企业培育办法", "number": "海科〔2018〕9号", "replaced_by": "海科〔2023〕2号"}
    new = {"title": "海州市科技企业培育办法（修订）", "number": "海科〔2023〕2号", "effective": date(2024, 1, 1)}
    library.add("old.txt", MEASURES, {**facts, **old, "effective": date(2018, 1, 1), "expires": date(2022, 12, 31)})
    library.add("new.txt", "海州市科技企业培育办法（修订）\n第一条 本办法自发布之日起施行。\n", {**facts, **new})
    return Desk(library, tmp_path_factory.mktemp("succeeded_index"))


@pytest.fixture(scope="session")
def ask(desk: Desk) -> Callable[..., Asked]:
    """Ask the plan."""
    return desk.ask


@pytest.fixture(scope="session")
def index() -> ClauseIndex:
    """The sentences of the plan."""
    library = FolderLibrary()
    return ClauseIndex((document, library.clauses(document.doc_id)) for document in library.documents())


@pytest.fixture(scope="session")
def reader() -> Reader:
    """The shipped way of reading."""
    return policy_language().reader
