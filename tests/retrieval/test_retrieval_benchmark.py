"""The benchmark measures what it says, through the product's own search."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge.catalogue import FolderLibrary
from retrieval.benchmark import BenchmarkError, ParagraphLibrary, Quality, measure_quality, measure_speed
from tests.knowledge.test_catalogue import LibraryContract
from tests.retrieval.conftest import BigramEncoder

PARAGRAPHS = {
    "济南位于山东省中部，以泉水闻名。": ["哪座城市以泉水闻名？", "济南位于哪里"],
    "青岛是沿海城市，轨道交通装备发达。": ["哪里的轨道交通装备发达"],
    "烟台生产葡萄酒和苹果。": ["葡萄酒产自哪里", "完全无关的量子力学"],
}


class TestParagraphLibrary(LibraryContract):
    @pytest.fixture
    def library(self) -> ParagraphLibrary:
        return ParagraphLibrary(list(PARAGRAPHS))


@pytest.fixture
def squad(tmp_path: Path) -> Path:
    paragraphs = [{"context": c, "qas": [{"question": q} for q in qs]} for c, qs in PARAGRAPHS.items()]
    path = tmp_path / "squad.json"
    path.write_text(json.dumps({"data": [{"paragraphs": paragraphs}]}, ensure_ascii=False), encoding="utf-8")
    return path


def test_found_questions_count_and_lost_ones_do_not(squad: Path) -> None:
    seen: list[tuple[int, int]] = []
    report = measure_quality(squad, BigramEncoder(dimensions=512), lambda done, total: seen.append((done, total)))
    assert (report.questions, report.passages) == (5, 3)
    assert report.lexical == Quality(r1=0.8, r5=1.0, mrr10=pytest.approx((4 + 1 / 3) / 5))
    assert 0.8 <= report.fused.r1 <= 1
    assert seen[-1] == (3, 3)


@pytest.mark.parametrize("content", ["", "[]", '{"data": []}', '{"data": [{"paragraphs": [{"qas": []}]}]}'])
def test_a_file_of_another_layout_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BenchmarkError, match=r"x\.json.*SQuAD"):
        measure_quality(path, BigramEncoder(), lambda *_: None)


def test_a_search_takes_no_less_than_embedding_its_question(library: FolderLibrary) -> None:
    speed = measure_speed(library, BigramEncoder(), ["企业债券", "统计季报"], rounds=1)
    assert speed.search_ratio == speed.search_ms / speed.embed_ms > 1
    assert speed.build_ratio == speed.build_s / speed.embed_passages_s > 1
