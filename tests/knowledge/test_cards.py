"""Policy cards: what may stand on one, how it is written out, and that it is cited like any document."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from bot.assistant.marks import Marks
from knowledge.card_library import CardLibrary, JoinedLibrary
from knowledge.cards import FOLDER, SEED, CardError, load_cards
from knowledge.catalogue import SHIPPED, FolderLibrary
from knowledge.errors import DocumentError, Flaw
from tests.knowledge.test_catalogue import METADATA, LibraryContract

FACT = {
    "id": "limit",
    "topic": "amount",
    "text": "每家企业最高500万元。",
    "source": "example.gov.cn/1.html",
    "seen": "2026-11-23",
    "confidence": "见A",
}
CARD = {"title": "样例贷", "terms": ["样例贷"], "kind": "financing", "authority": "某部门", "region": "山东省"}


def written(folder: Path, name: str = "card-sample", **changes: object) -> Path:
    rows = {**CARD, "facts": [FACT], **changes}
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(rows, allow_unicode=True), encoding="utf-8")
    return folder


class TestCardLibrary(LibraryContract):
    @pytest.fixture
    def library(self) -> CardLibrary:
        return CardLibrary()


class TestJoinedLibrary(LibraryContract):
    @pytest.fixture
    def library(self) -> JoinedLibrary:
        return JoinedLibrary(FolderLibrary(), CardLibrary())


@pytest.mark.parametrize("confidence", ["见C", "未核", "未找到", "见D", "", "确认"])
def test_a_fact_of_any_other_confidence_is_refused(tmp_path: Path, confidence: str) -> None:
    with pytest.raises(CardError, match=r"card-sample\.yaml: facts\.0\.confidence"):
        load_cards(written(tmp_path, facts=[{**FACT, "confidence": confidence}]))


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"source": ""}, "source"),
        ({"seen": "去年"}, "seen"),
        ({"text": "没有句号"}, "text"),
        ({"text": "两\n段。"}, "text"),
        ({"source": SEED}, "confidence"),
        ({"topic": "weather"}, "topics"),
        ({"terms": ["别的词"]}, "别的词"),
        ({"start": "2026-02-01", "until": "2026-01-01"}, "ends before"),
        ({"id": "Not An Id"}, "id"),
    ],
)
def test_a_fact_that_cannot_be_relied_on_is_refused(tmp_path: Path, changes: dict[str, str], place: str) -> None:
    with pytest.raises(CardError, match=place):
        load_cards(written(tmp_path, facts=[{**FACT, **changes}]))


def test_a_card_needs_content_ids_of_its_own_and_terms_of_its_own(tmp_path: Path) -> None:
    for changes, place in (({"facts": []}, "not known"), ({"facts": [FACT, FACT]}, "one id"), ({"terms": []}, "terms")):
        with pytest.raises(CardError, match=place):
            load_cards(written(tmp_path, **changes))
    written(tmp_path)
    with pytest.raises(CardError, match="样例贷 belongs to card-sample"):
        load_cards(written(tmp_path, name="card-second"))
    (tmp_path / "card-second.yaml").write_text("- no card\n- ]", encoding="utf-8")
    with pytest.raises(CardError, match=r"card-second\.yaml"):
        load_cards(tmp_path)
    assert load_cards(tmp_path / "missing") == ()


def test_a_card_is_visibly_a_summary_with_the_source_of_every_fact() -> None:
    library = CardLibrary()
    assert len(library.cards) > 30
    for entry in library.cards:
        document = entry.document
        assert document.title.startswith("摘要卡片（非原文）")
        assert document.kind == "card"
        assert "以当年申报通知为准" in document.text
        for fact in entry.card.facts:
            start, end = entry.facts[fact.id]
            assert document.text[start:end] == fact.text
            line = document.text[end : document.text.index("\n", end)]
            assert fact.seen.isoformat() in line
            assert f"置信：{fact.confidence}" in line
            assert fact.source in line or (fact.source == SEED and "194号" in line)


def test_every_shipped_file_is_a_card_with_an_id_that_says_so() -> None:
    assert [card.id for card in load_cards()] == sorted(path.stem for path in FOLDER.iterdir())
    assert all(card.id.startswith("card-") for card in load_cards())


def test_a_fact_is_cited_like_a_clause_of_a_document() -> None:
    library = CardLibrary()
    start, end = library.fact_span("card-gazelle", "credit")
    citation = Marks(JoinedLibrary(FolderLibrary(), library), date(2026, 11, 24)).cite("card-gazelle", start, end)
    assert citation.quote == "瞪羚企业的信用分要达到75分。"
    assert citation.title == "摘要卡片（非原文）：瞪羚企业（山东省）"
    assert citation.section == ("二、核实到来源的内容", "条件")
    assert not citation.in_force
    with pytest.raises(LookupError, match="no-such-fact"):
        library.fact_span("card-gazelle", "no-such-fact")
    with pytest.raises(LookupError, match="no fact"):
        load_cards()[0].fact("no-such-fact")


def test_what_is_attributed_to_the_plan_stands_in_the_plan() -> None:
    plan = (SHIPPED / "plan-2020-194.md").read_text(encoding="utf-8")
    spoken_of = {
        "card-corporate-bond": "支持骨干企业发行公司债",
        "card-key-project": "集群优质项目优先列入省重大项目",
        "card-preferred-project": "新旧动能转换优选项目名单",
        "card-cluster-yanzhen": "优先将战略性新兴产业集群纳入省“十强”产业“雁阵形”集群库",
        "card-standard-land": "以“标准地”形式实施靶向精准招商",
        "card-chain-leader": "培植一批具有“链主”地位的引领型企业",
    }
    seeds = {card.id for card in load_cards() if any(fact.confidence == SEED for fact in card.facts)}
    assert set(spoken_of) <= seeds
    assert all(words in plan for words in spoken_of.values())


def test_a_card_can_be_neither_removed_nor_overwritten(tmp_path: Path) -> None:
    library = FolderLibrary(added=tmp_path)
    with pytest.raises(DocumentError) as refused:
        library.remove("card-gazelle")
    assert refused.value.problem.flaw is Flaw.SHIPPED_DOCUMENT
    with pytest.raises(DocumentError) as refused:
        library.add("card-gazelle.txt", "正文。", METADATA)
    assert refused.value.problem.flaw is Flaw.SHIPPED_DOCUMENT


def test_facts_that_state_one_matter_differently_say_so_in_pairs() -> None:
    matters = [fact.matter for card in load_cards() for fact in card.facts if fact.matter]
    assert matters
    assert all(matters.count(matter) > 1 for matter in matters)
