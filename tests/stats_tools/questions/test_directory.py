"""Questions to the register of clusters: claimed word for word or not at all, answered from the register alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.card_library import CardLibrary, JoinedLibrary
from knowledge.catalogue import FolderLibrary
from stats_tools.cluster_directory import DirectoryQuery, look_up
from stats_tools.registry import Registry
from stats_tools.understanding.directory import DirectoryReader
from stats_tools.understanding.entities import EntityReader

REGISTRY = Registry.load()
READER = DirectoryReader(EntityReader(REGISTRY))
EVAL = Path(__file__).parents[3] / "eval"


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("潍坊的省级集群有哪些", DirectoryQuery(cities=("潍坊",), level="provincial")),
        ("请问淄博有没有国家级的战略性新兴产业集群？", DirectoryQuery(cities=("淄博",), level="national")),
        ("省级第二批集群有哪些？", DirectoryQuery(level="provincial", batch="第二批")),
        ("济宁被认定了哪些省级集群", DirectoryQuery(cities=("济宁",), level="provincial")),
        ("德州的省级战新集群叫什么", DirectoryQuery(cities=("德州",), level="provincial")),
        ("首批省级集群名单", DirectoryQuery(level="provincial", batch="第一批")),
        ("新材料领域有几个集群", DirectoryQuery(sectors=("新材料",))),
        ("威海和日照都有哪些集群", DirectoryQuery(cities=("威海", "日照"))),
    ],
)
def test_a_question_to_the_register_is_read(text: str, query: DirectoryQuery) -> None:
    assert READER.read(text) == query


@pytest.mark.parametrize(
    "text",
    [
        "新认定的15个省级集群叫什么名字？",
        "省级集群认定需要主营收入多少亿",
        "青岛有几个集群营收超过千亿",
        "2018年的省级集群名单",
        "江苏省有哪些国家级集群？",
        "全国有哪些战略性新兴产业集群？",
        "烟台国家级集群的目标是什么",
        "省级集群怎么申报",
        "潍坊的雁阵形集群有哪些",
        "集群里有哪些企业",
    ],
)
def test_what_asks_for_anything_besides_is_left_to_others(text: str) -> None:
    assert READER.read(text) is None


@given(st.text(max_size=80) | st.text(alphabet="济南青岛国省级集群有哪些几个第一二批的吗？，呢", max_size=40))
def test_any_text_can_be_read_and_any_query_looked_up(text: str) -> None:
    query = READER.read(text)
    if query is not None:
        look_up(query, REGISTRY)


def test_every_registered_cluster_is_found_by_its_city_and_level() -> None:
    for cluster in REGISTRY.clusters:
        found = look_up(DirectoryQuery(cities=(cluster.city,), level=cluster.level), REGISTRY).found
        assert cluster in [each.cluster for each in found]


def test_the_register_denies_only_where_it_is_complete() -> None:
    national, provincial = (
        look_up(DirectoryQuery(cities=("菏泽",), level=level), REGISTRY) for level in ("national", "provincial")
    )
    assert not national.found
    assert national.is_certain
    assert not provincial.found
    assert not provincial.is_certain


def test_a_follow_up_changes_what_it_names_and_keeps_the_rest() -> None:
    asked = READER.read("烟台有哪些国家级集群")
    assert asked is not None
    assert READER.read_follow_up("那济宁呢？", asked) == DirectoryQuery(cities=("济宁",), level="national")
    assert READER.read_follow_up("省级的呢", asked) == DirectoryQuery(cities=("烟台",), level="provincial")
    assert READER.read_follow_up("那怎么申报呢？", asked) is None


def test_every_batch_quotes_a_stored_document_verbatim(tmp_path: Path) -> None:
    library = JoinedLibrary(FolderLibrary(added=tmp_path), CardLibrary())
    for batch in REGISTRY.batches:
        assert batch.named_in is not None
        document = library.document(batch.named_in.doc_id)
        assert document is not None
        assert batch.named_in.quote in document.text


def test_questions_on_the_plan_stay_with_the_plan_unless_they_ask_which_clusters_there_are() -> None:
    rows = [
        json.loads(line)
        for path in sorted(EVAL.glob("policy_*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    claimed = [row for row in rows if READER.read(row["q"]) is not None]
    sections = {tuple(row["section"]) for row in claimed if row.get("section")}
    assert sections == {("一、", "（三）")}
