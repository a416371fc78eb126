"""The plan as shipped: byte for byte, with validity and its whole clause tree."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from knowledge.catalogue import FolderLibrary
from knowledge.structure import parse
from knowledge.types import Clause, Document, Validity

SOURCE_SHA256 = "1077fcff41641f078d1bb7d7497f4aaf5105281c169831a81b52a9ab2f9fb589"


@pytest.fixture(scope="module")
def plan() -> Document:
    document = FolderLibrary().document("plan-2020-194")
    assert document is not None
    return document


@pytest.fixture(scope="module")
def clauses() -> tuple[Clause, ...]:
    return FolderLibrary().clauses("plan-2020-194")


def test_the_body_is_the_source_byte_for_byte(plan: Document) -> None:
    assert hashlib.sha256(plan.text.encode()).hexdigest() == SOURCE_SHA256


def test_the_front_matter_says_what_is_known_and_where_the_dates_come_from(plan: Document) -> None:
    assert plan.number == "鲁发改高技〔2020〕194号"
    assert plan.title == "山东省战略性新兴产业集群发展工程实施方案（2020—2021年）"
    assert (plan.issued, plan.effective, plan.expires) == (None, date(2020, 1, 1), date(2021, 12, 31))
    assert "标题" in plan.validity_basis


def test_it_was_in_force_in_2020_and_2021_and_has_expired_since(plan: Document) -> None:
    assert plan.validity(date(2019, 12, 31)) is Validity.NOT_YET
    assert plan.validity(date(2021, 12, 31)) is Validity.IN_FORCE
    assert plan.validity(date(2022, 1, 1)) is Validity.EXPIRED


def test_its_clause_tree_is_the_printed_one(clauses: tuple[Clause, ...]) -> None:
    general, tasks, measures = "一、总体要求", "二、重点任务", "三、推进措施"
    principles, goals = "（二）基本原则", "（三）发展目标"
    assert [clause.path for clause in clauses] == [
        (),
        (general, "（一）指导思想"),
        (general, principles, "坚持高端引领"),
        (general, principles, "坚持龙头带动"),
        (general, principles, "坚持做优生态"),
        (general, principles, "坚持集约集聚"),
        (general, goals),
        (general, goals, "集群规模稳步提升，成为新旧动能转换的重要支撑"),
        (general, goals, "创新能力显著提高，形成具有自主技术支持的创新体系"),
        (general, goals, "梯次发展成效明显，打造战略性新兴产业重要集聚区"),
        (tasks, "（一）培育壮大龙头企业"),
        (tasks, "（二）完善集群产业链条"),
        (tasks, "（三）强化园区承载能力"),
        (measures, "（一）健全协调推进机制"),
        (measures, "（二）加快推进项目建设"),
        (measures, "（三）着力提升创新能力"),
        (measures, "（四）加大政策扶持力度"),
        (measures, "（五）建立健全指标体系"),
        (measures, "（六）强化工作督导评价"),
    ]


def test_preamble_principles_and_goals_are_told_apart(clauses: tuple[Clause, ...]) -> None:
    kinds = [clause.kind for clause in clauses]
    assert kinds[0] == "preamble"
    assert kinds.count("principle") == 4
    assert kinds.count("goal") == 3
    assert set(kinds) == {"preamble", "article", "principle", "goal"}


def test_a_clause_starts_after_its_heading_and_knows_where_that_begins(plan: Document) -> None:
    clause = next(c for c in parse("plan", plan.text).clauses if c.path[-1:] == ("（四）加大政策扶持力度",))
    assert clause.text.startswith("优先将战略性新兴产业集群纳入")
    assert plan.text[clause.start - clause.lead : clause.start] == "（四）加大政策扶持力度。"
